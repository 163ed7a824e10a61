"""Examples in the docs run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import Settings

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


def test_every_setting_the_docs_name_exists() -> None:
    known = {f"FACTLINE_{name.upper()}" for name in Settings.model_fields}
    known.add("FACTLINE_BENCHMARK_DIR")  # of benchmarks/, not of the product
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    unknown = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages
        for name in re.findall(r"FACTLINE_[A-Z_]+[A-Z]", page.read_text(encoding="utf-8"))
        if name not in known
    ]
    assert not unknown


def test_the_pages_name_the_files_there_are() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    gone = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages
        for name in re.findall(
            r"`((?:bot|config|docs|handlers|knowledge_base|retrieval|storage|tests|web)/[\w/.]+)`",
            page.read_text(encoding="utf-8"),
        )
        if not (ROOT / name).exists()
    ]
    assert not gone
