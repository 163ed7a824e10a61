from __future__ import annotations

import pytest

from config.document import BEGIN, END, PAGE, table, updated
from config.settings import Settings, variable


def test_the_page_is_complete_and_current():
    page = PAGE.read_text(encoding="utf-8")
    assert updated(page) == page, "run: python -m config.document"
    for name in Settings.model_fields:
        assert f"| `{variable(name)}` |" in page


def test_every_setting_says_what_it_does_and_gives_an_example():
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert field.examples, name
        assert field.examples[0], name


def test_no_cell_breaks_the_table():
    for line in table().splitlines():
        if line.startswith("| `"):
            assert line.count("|") == 5, line


def test_a_page_without_its_marks_is_refused():
    with pytest.raises(ValueError, match="lost its marks"):
        updated("# Settings\n")
    assert updated(f"a {BEGIN} x {END} b").startswith(f"a {BEGIN}\n\n## ")
