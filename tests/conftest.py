"""What every test gets: an environment without settings, and one exported model for the whole session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED_MODELS = "TEST_MODELS_DIR"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own settings out of the tests."""
    for name in list(os.environ):
        if name.upper().startswith("FACTLINE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder that every test of the run (and every worker) shares, so that the model is exported once.

    Tests hand it to `FACTLINE_MODELS_DIR`. TEST_MODELS_DIR keeps it between runs.
    """
    named = os.environ.get(SHARED_MODELS, "")
    # Workers of pytest-xdist each get a folder inside the run's own.
    folder = Path(named) if named else _run_folder(tmp_path_factory) / "models"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _run_folder(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
