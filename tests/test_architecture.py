"""Who may import whom, as pyproject.toml says: the same check as `make check`, so that it cannot be forgotten."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = set(
    "torch sentence_transformers transformers chromadb onnxruntime tantivy langchain_chroma langchain_core sqlalchemy "
    "fastapi uvicorn telegram discord pydantic httpx numpy".split()
)


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules a fresh interpreter has loaded after `statement`."""
    code = f"{statement}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(ended.stdout.split())


@pytest.mark.slow
def test_the_import_contracts_hold():
    lint_imports = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run([lint_imports, "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_command_line_loads_nothing_heavy():
    assert loaded_by("import bot.cli").isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "module",
    [
        "retrieval.interface",
        "knowledge_base.repository",
        "knowledge_base.models",
        "handlers.messages",
        "handlers.ports",
    ],
)
def test_interfaces_load_no_engine(module):
    assert loaded_by(f"import {module}").isdisjoint(HEAVY)


def test_wiring_the_process_loads_no_torch():
    assert loaded_by("import bot.bootstrap, bot.serve, web.app, retrieval.build").isdisjoint(
        {"torch", "sentence_transformers", "transformers"}
    )
