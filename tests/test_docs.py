"""Examples in the docs run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _code(page: str) -> str:
    found = re.search(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"docs/{page} has no python example"
    return found.group(1)


@pytest.mark.slow
def test_the_retriever_example_prints_the_correction(tmp_path: Path, models_dir: Path) -> None:
    environment = os.environ | {"FACTLINE_DATA_DIR": str(tmp_path / "data"), "FACTLINE_MODELS_DIR": str(models_dir)}
    run = subprocess.run(
        [sys.executable, "-c", _code("retriever.md")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "('false', 'Election-night numbers are unofficial" in run.stdout


def test_every_relative_link_in_the_docs_leads_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not broken
