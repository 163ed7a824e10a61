from __future__ import annotations

import json
from datetime import date
from importlib import resources

import pytest

from knowledge_base.exchange.addresses import canonical_address
from knowledge_base.exchange.dates import parse_date
from knowledge_base.exchange.fields import language_tag
from knowledge_base.exchange.verdicts import NumberScale, read_scale, read_verdict
from knowledge_base.models import Verdict


@pytest.mark.parametrize(
    ("label", "locale", "verdict"),
    [
        ("FALSE", "en", Verdict.FALSE),
        ("  False!! ❌ ", "en", Verdict.FALSE),
        ("False: the video is from 2015", "en", Verdict.FALSE),
        ("ＦＡＬＳＥ", "", Verdict.FALSE),
        ("partly_true", "", Verdict.PARTLY_TRUE),
        ("含有不實訊息", "zh-TW", Verdict.FALSE),
        ("部分错误", "zh-CN", Verdict.PARTLY_TRUE),
        ("不正確", "zh-TW", Verdict.FALSE),
        ("不正確", "ja", Verdict.PARTLY_TRUE),
        ("不正確", "", None),
        ("誤り", "ja", Verdict.FALSE),
        ("사실 아님", "ko", Verdict.FALSE),
        ("Engañoso", "es", Verdict.MISLEADING),
        ("Enganoso", "pt", Verdict.MISLEADING),
        ("Plutôt faux", "fr", Verdict.MISLEADING),
        ("Größtenteils falsch", "de", Verdict.MISLEADING),
        ("Bufala", "it", Verdict.FALSE),
        ("Onwaar", "nl", Verdict.FALSE),
        ("Fałsz", "pl", Verdict.FALSE),
        ("Полуправда", "ru", Verdict.PARTLY_TRUE),
        ("Маніпуляція", "uk", Verdict.MISLEADING),
        ("YANLIŞ", "tr", Verdict.FALSE),
        ("مضلل", "ar", Verdict.MISLEADING),
        ("भ्रामक", "hi", Verdict.MISLEADING),
        ("Hoaks", "id", Verdict.FALSE),
        ("Sai sự thật", "vi", Verdict.FALSE),
        ("ข่าวปลอม", "th", Verdict.FALSE),
        ("Delvis sant", "sv", Verdict.PARTLY_TRUE),
        ("It depends on what you mean by moon", "en", None),
        ("not false", "en", None),
        ("", "en", None),
        ("x" * 5000, "en", None),
    ],
)
def test_verdict_words_of_many_languages(label, locale, verdict):
    assert read_verdict(label, locale) is verdict


def test_the_table_has_more_than_twenty_languages_and_no_word_with_two_meanings_in_one():
    table = json.loads(resources.files("knowledge_base.exchange").joinpath("verdict_words.json").read_text("utf-8"))
    assert {Verdict(name) for name in table} == set(Verdict)
    assert len({language for languages in table.values() for language in languages}) > 20
    seen: dict[tuple[str, str], str] = {}
    for verdict, languages in table.items():
        for language, words in languages.items():
            for word in words:
                assert seen.setdefault((language, word.casefold()), verdict) == verdict, (language, word)
                assert read_verdict(word, language) is Verdict(verdict), (language, word)


@pytest.mark.parametrize(
    ("value", "worst", "best", "verdict"),
    [
        (1, 1, 5, Verdict.FALSE),
        (2, 1, 5, Verdict.MISLEADING),
        (3, 1, 5, Verdict.PARTLY_TRUE),
        (4, 1, 5, Verdict.PARTLY_TRUE),
        (5, 1, 5, Verdict.TRUE),
        (0, 0, 1, Verdict.FALSE),
        (-1, -1, -1, None),
        (3, 5, 1, None),
        (6, 1, 5, None),
    ],
)
def test_numbers_count_only_on_a_scale_with_two_ends(value, worst, best, verdict):
    assert read_scale(NumberScale(value, worst, best)) is verdict


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2015-05-26", date(2015, 5, 26)),
        ("2017-07-09T10:10:20.059Z", date(2017, 7, 9)),
        ("2017-07-09T23:59:59+08:00", date(2017, 7, 9)),
        ("2015/5/6", date(2015, 5, 6)),
        ("20150526", date(2015, 5, 26)),
        ("26 May 2015", date(2015, 5, 26)),
        ("6 Sept. 2015", date(2015, 9, 6)),
        ("26th of May 2015", date(2015, 5, 26)),
        ("May 26, 2015", date(2015, 5, 26)),
        ("Tuesday, May 26, 2015 at 10:00", date(2015, 5, 26)),
        ("Tue, 26 May 2015 10:00:00 GMT", date(2015, 5, 26)),
        ("26 de mayo de 2015", date(2015, 5, 26)),
        ("26. März 2015", date(2015, 3, 26)),
        ("1er août 2015", date(2015, 8, 1)),
        ("26.05.2015", date(2015, 5, 26)),
        ("2015年5月26日", date(2015, 5, 26)),
        ("2015년 5월 26일", date(2015, 5, 26)),
        ("05/06/2015", None),
        ("2015-02-30", None),
        ("2015", None),
        ("yesterday", None),
        ("26 Smarch 2015", None),
        ("", None),
        ("9" * 1000, None),
    ],
)
def test_dates_as_feeds_write_them_and_nothing_ambiguous(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("HTTPS://Example.org:443/A?utm_source=x&id=1&fbclid=2#part", "https://example.org/A?id=1#part"),
        ("http://example.org", "http://example.org/"),
        ("https://example.org/?utm_medium=x", "https://example.org/"),
        ("https://user@Example.org/a", "https://user@example.org/a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("http://[bad", "http://[bad"),
    ],
)
def test_addresses_lose_what_does_not_change_the_page(address, canonical):
    assert canonical_address(address) == canonical
    assert canonical_address(canonical) == canonical


@pytest.mark.parametrize(
    ("written", "tag"),
    [("zh_tw", "zh-TW"), ("EN", "en"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"), ("English", ""), ("", "")],
)
def test_language_tags_in_their_usual_spelling(written, tag):
    assert language_tag(written) == tag
