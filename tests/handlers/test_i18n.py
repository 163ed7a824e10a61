from __future__ import annotations

from datetime import date

import pytest

from handlers.errors import CatalogError
from handlers.i18n import catalog_for, display_date, language_name, pick_locale, translate


@pytest.mark.parametrize(
    ("locale", "served_by"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh-TW", "zh-TW"),
        ("zh_TW", "zh-TW"),
        ("zh-CN", "zh-TW"),
        ("zh-Hant-HK", "zh-TW"),
        ("ZH", "zh-TW"),
        ("fr", None),
        ("und", None),
        ("", None),
        ("-", None),
    ],
)
def test_a_reader_gets_the_catalog_of_their_language(locale: str, served_by: str | None):
    assert catalog_for(locale) == served_by


def test_the_first_wish_that_can_be_met_is():
    assert pick_locale("fr", "zh-CN", "en") == "zh-TW"


def test_english_answers_where_no_wish_can_be_met():
    assert pick_locale("fr", "", "und") == "en"


@pytest.mark.parametrize(("n", "words"), [(1, "One person"), (2, "2 people"), (0, "0 people")])
def test_english_has_a_singular(n: int, words: str):
    assert translate("none.queued", "en", n=n).startswith(words)


def test_chinese_has_one_form_for_every_number():
    assert "1 個人" in translate("none.queued", "zh-TW", n=1)
    assert "5 個人" in translate("none.queued", "zh-TW", n=5)


def test_an_unknown_key_is_an_error_not_a_blank():
    with pytest.raises(CatalogError, match=r"no\.such"):
        translate("no.such", "en")


def test_a_missing_placeholder_is_an_error():
    with pytest.raises(CatalogError, match="placeholders"):
        translate("quote", "en")


def test_placeholder_values_are_never_interpreted():
    assert translate("quote", "en", text="{text} {0} %s") == "“{text} {0} %s”"


@pytest.mark.parametrize(("locale", "shown"), [("en", "May 3, 2021"), ("zh-TW", "2021年5月3日"), ("xx", "May 3, 2021")])
def test_dates_are_written_as_people_there_write_them(locale: str, shown: str):
    assert display_date(date(2021, 5, 3), locale) == shown


def test_languages_are_named_in_the_readers_words():
    assert language_name("zh-TW", in_locale="en") == "Chinese (Traditional, Taiwan)"
    assert language_name("no such tag", in_locale="en") == "no such tag"
