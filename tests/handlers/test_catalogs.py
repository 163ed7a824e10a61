"""Both catalogs say the same things; the code asks for what they hold and for nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from handlers.i18n import available_locales, catalogs

ROOT = Path(__file__).parents[2]
KEY = re.compile(r"[a-z]+(?:\.[a-z_]+)+|quote")


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def string_constants() -> set[str]:
    found: set[str] = set()
    for package in ("handlers", "bot", "web"):
        for source in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(source.read_text(encoding="utf-8"))
            found |= {
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    return found


def keys() -> list[str]:
    return sorted(catalogs()["en"].sentences)


def test_there_is_english_and_traditional_chinese():
    assert available_locales()[:2] == ("en", "zh-TW")


def test_every_catalog_has_the_same_keys():
    for catalog in catalogs().values():
        assert set(catalog.sentences) == set(keys()), catalog.locale


def test_every_catalog_fills_every_sentence():
    for catalog in catalogs().values():
        assert [key for key, forms in catalog.sentences.items() if not all(form.strip() for form in forms)] == []


@pytest.mark.parametrize("key", keys())
def test_placeholders_are_the_same_in_every_language(key: str):
    english = catalogs()["en"].sentences[key]
    expected = set().union(*(placeholders(form) for form in english))
    for catalog in catalogs().values():
        for form in catalog.sentences[key]:
            assert placeholders(form) - {"n"} == expected - {"n"}, catalog.locale
        assert set().union(*(placeholders(form) for form in catalog.sentences[key])) == expected, catalog.locale


def test_every_key_is_used_somewhere():
    assert set(keys()) - string_constants() == set()


def test_every_key_the_handlers_ask_for_exists():
    asked: set[str] = set()
    for source in sorted((ROOT / "handlers").glob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                asked.add(node.value)
    roots = {key.split(".")[0] for key in keys()}
    modules = {"handlers.locales"}
    assert {key for key in asked if key.split(".")[0] in roots} - modules - set(keys()) == set()


@pytest.mark.parametrize("key", [key for key in keys() if key.startswith("button.") and key != "button.unknown"])
def test_button_labels_are_short(key: str):
    for catalog in catalogs().values():
        for form in catalog.sentences[key]:
            assert len(form.format_map(dict.fromkeys(placeholders(form), "3"))) <= 30, catalog.locale


@pytest.mark.parametrize("key", [key for key in keys() if key.startswith("menu.")])
def test_menu_lines_fit_the_platforms_menus(key: str):
    # Discord's limit for a command's description is 100 characters, Telegram's 256.
    for catalog in catalogs().values():
        assert all(1 <= len(form) <= 100 for form in catalog.sentences[key])


def test_chinese_is_written_in_full_width_punctuation():
    for key, forms in catalogs()["zh-TW"].sentences.items():
        for form in forms:
            assert not re.search(r"[\u4e00-\u9fff][,;:!?]", form), key


def test_pages_are_packed_with_the_distribution():
    # Read through importlib.resources, so a wheel without the files would fail here too.
    assert len(catalogs()["zh-TW"].sentences) > 100
