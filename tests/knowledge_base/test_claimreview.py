"""ClaimReview as publishers really write it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from knowledge_base.exchange.claimreview import to_claimreview
from knowledge_base.exchange.errors import UnreadableFile
from knowledge_base.models import FactCheck, FactCheckText, Source, Status, Verdict

REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://checkers.example/1",
    "claimReviewed": "The moon is hollow.",
    "author": {"@type": "Organization", "name": "Checkers"},
    "reviewRating": {"@type": "Rating", "alternateName": "False"},
    "datePublished": "2020-03-01",
}


def taken(store, take_over, **changes) -> FactCheck:
    review = {key: value for key, value in {**REVIEW, **changes}.items() if value is not ...}
    report = take_over(store, json.dumps(review).encode(), file_format="claimreview")
    assert report.added == 1, report
    return store.only()


@pytest.mark.parametrize(
    ("rating", "label", "verdict"),
    [
        ("Falso", "Falso", Verdict.FALSE),
        (["Misleading"], "Misleading", Verdict.MISLEADING),
        ([None, {"alternateName": "錯誤"}], "錯誤", Verdict.FALSE),
        ({"alternateName": {"@value": "Mostly true", "@language": "en"}}, "Mostly true", Verdict.PARTLY_TRUE),
        ({"alternateName": ["Sátira", "x"]}, "Sátira", Verdict.SATIRE),
        ({"properties": {"alternateName": "False"}}, "False", Verdict.FALSE),
        ({"alternateName": "Pants on&nbsp;Fire!"}, "Pants on\xa0Fire!", Verdict.FALSE),
        ({"alternateName": "?", "ratingValue": -1, "bestRating": -1, "worstRating": -1}, "?", None),
        ({"ratingValue": "1", "bestRating": "5", "worstRating": "1"}, "", Verdict.FALSE),
        ({"ratingValue": 3, "bestRating": 5, "worstRating": 1}, "", Verdict.PARTLY_TRUE),
        ({"ratingValue": 9, "bestRating": 5, "worstRating": 1}, "", None),
        ({"ratingValue": 1, "bestRating": 1, "worstRating": 5}, "", None),
        ({"ratingValue": 1}, "", None),
        ({"ratingValue": "False"}, "False", Verdict.FALSE),
        ({"alternateName": "Satire", "ratingValue": 1, "bestRating": 5, "worstRating": 1}, "Satire", Verdict.SATIRE),
        ("4", "", None),
        (None, "", None),
        (True, "", None),
        ([[[]]], "", None),
    ],
)
def test_a_rating_is_read_however_it_is_wrapped_and_never_invented(store, take_over, rating, label, verdict):
    stored = taken(store, take_over, reviewRating=rating)
    assert (stored.verdict_label, stored.verdict) == (label, verdict)


@pytest.mark.parametrize(
    ("appearance", "urls"),
    [
        ("https://a.example/1", ("https://a.example/1",)),
        ("https://a.example/1, https://b.example/2", ("https://a.example/1", "https://b.example/2")),
        ("https://a.example/1,2,https://b.example/2", ("https://a.example/1,2", "https://b.example/2")),
        ({"@type": "CreativeWork", "url": "https://a.example/1"}, ("https://a.example/1",)),
        (
            [None, {"url": "https://a.example/1"}, "https://b.example/2"],
            ("https://a.example/1", "https://b.example/2"),
        ),
        ("somewhere on television", ()),
        (["javascript:alert(1)"], ()),
    ],
)
def test_appearances_are_collected_from_texts_objects_and_lists(store, take_over, appearance, urls):
    item = {"@type": "Claim", "author": [{"name": "A &amp; B"}, "C"], "appearance": appearance}
    stored = taken(store, take_over, itemReviewed=item)
    assert stored.claim_urls == urls
    assert stored.claimant == "A & B, C"


@pytest.mark.parametrize(
    ("changes", "publisher", "author"),
    [
        ({"author": "Checkers Ltd"}, "Checkers Ltd", ""),
        ({"author": ["Checkers", None]}, "Checkers", ""),
        ({"author": {"@type": "Person", "name": "Jo Doe"}}, "checkers.example", "Jo Doe"),
        ({"author": {"@type": "Person", "name": "Jo Doe"}, "publisher": {"name": "Pub"}}, "Pub", "Jo Doe"),
        ({"author": {"@id": "https://checkers.example/#org"}}, "checkers.example", ""),
        ({"author": ...}, "checkers.example", ""),
        ({"author": "Only Me", "url": ...}, "Only Me", ""),
    ],
)
def test_the_publisher_is_the_named_organisation_or_the_host(store, take_over, changes, publisher, author):
    stored = taken(store, take_over, **changes)
    assert (stored.publisher, stored.author) == (publisher, author)


def test_missing_address_and_date_are_left_open(store, take_over):
    stored = taken(store, take_over, url=..., datePublished=...)
    assert (stored.url, stored.published_on) == ("", None)
    assert stored.external_id.startswith("claim:")


def test_fields_nested_under_properties_are_found(store, take_over):
    nested = {"type": ["http://schema.org/ClaimReview"], "properties": {**REVIEW, "@type": ...}}
    del nested["properties"]["@type"], nested["properties"]["@context"]
    assert take_over(store, json.dumps([nested]).encode()).added == 1
    assert store.only().texts["und"].claim == "The moon is hollow."


def test_entities_are_resolved_also_when_escaped_twice(store, take_over):
    stored = taken(store, take_over, claimReviewed="&quot;Moon&amp;quot; &lt;b&gt;", inLanguage="en-us")
    assert stored.texts["en-US"].claim == '"Moon" <b>'


@pytest.mark.parametrize(
    ("wrap", "skipped"),
    [
        (lambda review: review, 0),
        (lambda review: [review], 0),
        (lambda review: [None, [review]], 0),
        (lambda review: {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, review]}, 1),
        (lambda review: {"@type": "DataFeed", "dataFeedElement": [{"item": None}, {"item": [review, None]}, None]}, 1),
        (lambda review: {"@type": "DataFeed", "dataFeedElement": [{"item": review}, {"item": []}]}, 1),
        (lambda review: {"@type": "NewsArticle", "review": review}, 0),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_page_a_list_a_graph_and_a_feed_with_nulls_are_one_thing(store, take_over, wrap, skipped, indent):
    report = take_over(store, json.dumps(wrap(REVIEW), indent=indent).encode())
    assert report.file_format == "claimreview"
    assert (report.added, report.rejected) == (1, ())
    assert dict(report.warnings).get("no_claimreview", 0) == skipped


def test_claimreviews_one_a_line_are_json_lines(store, take_over):
    lines = [REVIEW, {**REVIEW, "url": "https://checkers.example/2"}]
    report = take_over(store, "\n".join(map(json.dumps, lines)).encode())
    assert (report.file_format, report.added) == ("jsonl", 2)


def test_a_web_page_with_several_scripts(store, take_over):
    second = json.dumps({**REVIEW, "url": "https://checkers.example/2", "claimReviewed": "</script> & co"})
    second = second.replace("</", "<\\/")
    page = f"""<!DOCTYPE html><html><head><title>&amp;</title>
    <script>var x = "<b>";</script>
    <script type="application/ld+json">{json.dumps(REVIEW)}</script>
    <script type='application/LD+JSON; charset=utf-8'><!-- [{second}] --></script>
    <script type="application/ld+json">{{"@type": "Organization", "name": "x"}}</script>
    <script type="application/ld+json">{{broken</script>
    </head></html>"""
    report = take_over(store, page.encode())
    assert report.added == 2
    assert {record.texts["und"].claim for record in store.iterate()} == {"The moon is hollow.", "</script> & co"}
    assert [one.line for one in report.rejected] == [6]
    assert dict(report.warnings) == {"no_claimreview": 1}


def test_a_page_in_another_declared_encoding_is_read_and_one_without_json_ld_says_so(store, take_over):
    review = json.dumps({**REVIEW, "claimReviewed": "月は空洞だ"}, ensure_ascii=False)
    page = f'<meta charset="shift_jis"><script type="application/ld+json">{review}</script>'
    take_over(store, page.encode("shift_jis"))
    assert store.only().texts["und"].claim == "月は空洞だ"
    with pytest.raises(UnreadableFile, match="holds no <script"):
        take_over(store, b"<html><p>hello</p></html>")


def test_unknown_properties_are_counted(store, take_over):
    report = take_over(store, json.dumps({**REVIEW, "image": "x", "wordCount": 7}).encode())
    assert dict(report.ignored_fields) == {"image": 1, "wordCount": 1}


FACT_CHECK = FactCheck(
    id="01ARZ3NDEKTSV4RRFFQ69G5FAV",
    texts={
        "zh-TW": FactCheckText("月亮是空的。", "月亮是實心的", "因為。"),
        "en": FactCheckText("The moon is hollow."),
    },
    publisher="Checkers",
    verdict=Verdict.FALSE,
    status=Status.PUBLISHED,
    published_on=date(2020, 3, 1),
    sources=(Source("Study", "https://s.example/"),),
    claimant="A club",
    claim_urls=("https://social.example/1",),
    wordings=("never on the page",),
)


def test_the_markup_of_a_page_has_what_readers_of_claimreview_need():
    # Properties and which are required: research note of Google's "Fact Check (ClaimReview) structured data".
    markup = to_claimreview(FACT_CHECK, page_url="https://tips.example/fact-checks/1")
    assert markup == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "identifier": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "url": "https://tips.example/fact-checks/1",
        "claimReviewed": "月亮是空的。",
        "headline": "月亮是實心的",
        "reviewBody": "因為。",
        "inLanguage": "zh-TW",
        "datePublished": "2020-03-01",
        "author": {"@type": "Organization", "name": "Checkers"},
        "reviewRating": {"@type": "Rating", "alternateName": "False"},
        "itemReviewed": {
            "@type": "Claim",
            "author": {"name": "A club"},
            "appearance": [{"@type": "CreativeWork", "url": "https://social.example/1"}],
        },
        "citation": [{"@type": "CreativeWork", "name": "Study", "url": "https://s.example/"}],
    }


def test_a_fact_check_without_verdict_claims_no_rating():
    assert "reviewRating" not in to_claimreview(replace(FACT_CHECK, verdict=None), page_url="https://x.example/")
