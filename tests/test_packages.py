"""The names of our packages are as general as they come: nobody else's may be the one that is imported."""

from __future__ import annotations

import importlib
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("config", "knowledge_base", "retrieval", "handlers", "storage", "bot", "web")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PACKAGES)
def test_the_name_is_ours(name):
    found = importlib.import_module(name).__file__
    assert found
    assert Path(found).is_relative_to(ROOT)
    owners = set(packages_distributions().get(name, [])) - {"factline"}
    assert owners == set(), f"{name} is also shipped by {owners}"


def test_every_package_in_the_tree_is_listed():
    found = {
        str(init.parent.relative_to(ROOT)).replace("/", ".")
        for name in PACKAGES
        for init in (ROOT / name).rglob("__init__.py")
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


def test_every_folder_with_code_or_words_is_a_package():
    bare = {
        folder.relative_to(ROOT)
        for name in PACKAGES
        for file in (ROOT / name).rglob("*")
        if file.suffix in {".py", ".po", ".json", ".jsonl"} and "__pycache__" not in file.parts
        for folder in [file.parent]
        if not (folder / "__init__.py").exists() and file.suffix == ".py"
    }
    assert bare == set()


def test_tests_are_no_packages():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("name", ["telegram", "discord"])
def test_adapter_folders_do_not_shadow_the_sdks(name):
    assert not (ROOT / "bot" / name).exists()


def test_the_command_is_installed():
    (script,) = [entry for entry in distribution("factline").entry_points if entry.group == "console_scripts"]
    assert (script.name, script.value) == ("factline", "bot.cli:main")


def test_the_licence_is_apache_2():
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
