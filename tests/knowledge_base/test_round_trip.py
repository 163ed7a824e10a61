"""Export -> import -> export gives the same bytes, whatever the texts hold."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_base.exchange.exporting import export
from knowledge_base.models import FactCheck, FactCheckText, Source, Status, Verdict

FORMATS = ["jsonl", "csv", "claimreview"]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOSTILE = [
    "=HYPERLINK(\"http://x\",'y')",
    "+1",
    "-1",
    "@SUM(A1)",
    "\ttab",
    "\rcr",
    "\nlf",
    "'=quoted already",
    "''=twice",
    "'plain apostrophe",
    '{"en": "not a mapping"}',
    "{",
    "[1, 2]",
    '["looks like a list"]',
    "a,b;c\td|e",
    'say "hi""',
    '"',
    "line\nfeed\r\ncrlf\rcr\u2028ls\u2029ps\x85nel\x0bvt",
    "&amp;quot; &lt;b&gt; <script>alert(1)</script>",
    "\u202eright to left\u2066",
    "\ufeffbom",
    "  spaces around  ",
    "＝full width",
    "👩‍👩‍👧",
    "\\u0000 \\n \\",
    "https://a.example/,https://b.example/",
    "null",
    "0",
]


def full(number: int, text: str) -> FactCheck:
    return FactCheck(
        id=f"01ARZ3NDEKTSV4RRFFQ69G5F{number:02d}",
        texts={
            "zh-TW": FactCheckText(claim=f"主張 {text}", headline=text, explanation=text, subtitle=text),
            "en": FactCheckText(claim=text),
        },
        publisher="Pub, \"the\" lisher = @x; 出版",
        verdict=Verdict.SATIRE,
        verdict_label=text,
        status=Status.PUBLISHED,
        sources=(Source(text, "https://s.example/?a=1&amp;b=2", text, date(2020, 2, 29), "ja"), Source("t", "")),
        url=f"https://Pub.example/{number}?utm_source=kept#a",
        external_id=f"={number}",
        author=text,
        claimant=text,
        published_on=date(1999, 12, 31),
        checked_on=date(2026, 1, 2),
        wordings=(text, "second\nline"),
        claim_urls=("https://c.example/a,b",),
        topics=(text, "health, food"),
        narrative_id="election-count-doubt",
    )  # fmt: skip


def written(store, file_format: str, status: Status | None = Status.PUBLISHED) -> str:
    out = io.StringIO(newline="")
    export(store, file_format, out, status=status)
    return out.getvalue()


def comparable(store) -> list[FactCheck]:
    return [replace(record, texts=dict(record.texts)) for record in store.iterate(None)]


@pytest.mark.parametrize("file_format", FORMATS)
def test_hostile_texts_in_every_field_survive(store, empty_store, take_over, file_format):
    records = [full(number, text) for number, text in enumerate(HOSTILE)]
    store.save_many(records, editor="e", reason="r", at=NOW)
    first = written(store, file_format)
    other = empty_store()
    report = take_over(other, first.encode())
    assert report.rejected == ()
    assert report.file_format == file_format
    assert comparable(other) == comparable(store)
    assert written(other, file_format) == first
    assert take_over(other, first.encode()).unchanged == len(records)


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_record_with_one_language_and_nothing_else_survives(store, empty_store, take_over, file_format, text):
    record = replace(full(1, "x"), texts={"und": FactCheckText(text)}, url="", external_id="", sources=(), wordings=())
    store.save(record, editor="e", reason="r", at=NOW)
    other = empty_store()
    take_over(other, written(store, file_format).encode())
    assert comparable(other) == comparable(store)


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_export_of_everything_keeps_each_status(store, empty_store, take_over, file_format):
    records = [replace(full(number, "x"), status=status) for number, status in enumerate(Status)]
    store.save_many(records, editor="e", reason="r", at=NOW)
    other = empty_store()
    take_over(other, written(store, file_format, None).encode())
    assert [record.status for record in other.iterate(None)] == list(Status)
    unpublished = empty_store()
    take_over(unpublished, written(store, file_format, None).encode(), publish=False)
    assert unpublished.count(Status.PUBLISHED) == 0


@pytest.mark.parametrize("file_format", FORMATS)
def test_by_default_only_what_is_published_leaves_the_house(store, file_format):
    store.save(replace(full(1, "secret draft"), status=Status.DRAFT), editor="e", reason="r", at=NOW)
    assert "secret draft" not in written(store, file_format)


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_empty_store_exports_an_empty_file_that_can_be_read(store, take_over, file_format):
    text = written(store, file_format)
    if text:
        assert take_over(store, text.encode()).added == 0


def test_no_cell_of_an_exported_table_begins_like_a_formula(store):
    import csv

    store.save_many([full(n, text) for n, text in enumerate(HOSTILE)], editor="e", reason="r", at=NOW)
    for row in csv.reader(io.StringIO(written(store, "csv"), newline="")):
        for cell in row:
            assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "＝"}, cell


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_label_left_unmapped_on_purpose_stays_unmapped(store, empty_store, take_over, file_format):
    store.save(replace(full(1, "x"), verdict=None, verdict_label="False"), editor="e", reason="r", at=NOW)
    other = empty_store()
    take_over(other, written(store, file_format).encode())
    assert (other.only().verdict, other.only().verdict_label) == (None, "False")


characters = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
texts = st.text(characters, max_size=20) | st.sampled_from(HOSTILE)
filled = texts.filter(str.strip)
locales = st.sampled_from(["und", "en", "zh-TW", "zh-Hant-TW", "sr-Latn", "fil", "es-419"])
lists = st.lists(filled, max_size=3, unique=True).map(tuple)
days = st.none() | st.dates(min_value=date(1, 1, 1))


def text_or_blank(text: str) -> str:
    return text if text.strip() else ""


optional = texts.map(text_or_blank)
addresses = st.just("") | st.text("abc/?=&%#,;'", max_size=10).map("https://x.example/".__add__)
sources = st.lists(
    st.builds(Source, title=filled, url=addresses, publisher=texts, published_on=days, locale=locales), max_size=2
).map(tuple)
short = st.text(characters, max_size=12).map(str.strip)
fact_checks = st.builds(
    FactCheck,
    id=st.just("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    texts=st.dictionaries(
        locales,
        st.builds(FactCheckText, claim=filled, headline=optional, explanation=optional, subtitle=optional),
        min_size=1,
        max_size=3,
    ),
    publisher=short.filter(bool),
    verdict=st.none() | st.sampled_from(Verdict),
    verdict_label=optional,
    status=st.just(Status.PUBLISHED),
    sources=sources,
    url=addresses,
    external_id=short,
    author=optional,
    claimant=optional,
    published_on=days,
    checked_on=days,
    wordings=lists,
    claim_urls=lists,
    topics=lists,
    narrative_id=short,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=fact_checks)
def test_any_record_survives_every_format(empty_store, take_over, record):
    for file_format in FORMATS:
        store, other = empty_store(), empty_store()
        store.save(record, editor="e", reason="r", at=NOW)
        first = written(store, file_format)
        report = take_over(other, first.encode())
        assert report.rejected == ()
        assert comparable(other) == comparable(store)
        assert written(other, file_format) == first
