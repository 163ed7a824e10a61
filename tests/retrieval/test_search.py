from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge_base.models import FactCheckText
from retrieval.interface import MatchKind, Outcome
from tests.fakes.record import Record, WordEncoder, published

LEMON = published("lemon", "Hot lemon water kills cancer cells", url="https://example.org/checks/lemon")
BANANA = published("banana", "Bananas attract lightning during summer storms", headline="Fruit carries no charge")
PHONES = published(
    "phones",
    "The government will switch off all mobile phones on Friday night",
    claim_urls=("https://www.example.com/post/77?utm_source=chat",),
    wordings=("URGENT!!! phones go dark this friday, buy candles, tell granny",),
)
CHINESE = published("zh", "喝熱檸檬水可以殺死癌細胞", locale="zh-TW")


@pytest.fixture
def retrieval(open_index):
    return open_index(Record(LEMON, BANANA, PHONES, CHINESE))


def ids(result) -> list[str]:
    return [match.fact_check.id for match in result.matches]


@pytest.mark.parametrize(
    ("message", "fact_check_id", "kind"),
    [
        ("hot lemon water KILLS cancer cells!!", "lemon", MatchKind.EXACT),
        ("Urgent: phones go dark this Friday, buy candles, tell granny", "phones", MatchKind.EXACT),
        ("ｂａｎａｎａｓ attract lightning during\u200b summer storms", "banana", MatchKind.EXACT),
        ("喝热柠檬水可以杀死癌细胞", "zh", MatchKind.EXACT),
        ("look at this https://m.example.com/post/77?fbclid=1", "phones", MatchKind.SAME_LINK),
    ],
)
def test_what_is_known_is_answered_directly(retrieval, message, fact_check_id, kind) -> None:
    result = retrieval.searcher.search(message)
    assert result.outcome is Outcome.MATCH
    assert ids(result) == [fact_check_id]
    assert result.matches[0].kind is kind
    assert result.ranking[0].fact_check_id == fact_check_id


def test_an_address_given_beside_the_text_counts(retrieval) -> None:
    assert ids(retrieval.searcher.search("", urls=("https://example.com/post/77",))) == ["phones"]


def test_an_unrelated_message_has_no_answer(retrieval) -> None:
    result = retrieval.searcher.search("Zebra crossings were repainted yesterday")
    assert (result.outcome, result.matches) == (Outcome.NONE, ())


@pytest.mark.parametrize("message", ["", "  \n\t ", "😀😀🎉", "\x00", "\u202e\u202d", "!!!"])
def test_a_message_without_content_has_no_answer(retrieval, message) -> None:
    assert retrieval.searcher.search(message).outcome is Outcome.NONE


@pytest.mark.parametrize(
    "message",
    [
        "\ud800\udfff lemon \udc00",
        "lemon \x00 water",
        "a" * 100_000,
        "lemon water " * 10_000,
        "檸檬水" * 30_000,
        "<b>" * 999,
    ],
)
def test_any_text_is_searched_without_an_error(retrieval, message) -> None:
    result = retrieval.searcher.search(message)
    assert result.outcome in Outcome
    assert result.legs_down == ()


def test_a_long_forward_with_several_claims_gets_several_answers_each_on_its_sentence(retrieval) -> None:
    forward = (
        "Good morning everybody, my neighbour who works at the hospital told me these secrets at breakfast. "
        "Hot lemon water kills cancer cells. "
        "Also keep fruit inside because bananas attract lightning during summer storms. "
        "And listen: the government will switch off all mobile phones on Friday night. "
        "Forward this to everybody you love before they delete it from the network again."
    )
    result = retrieval.searcher.search(forward)
    assert result.outcome is Outcome.MATCH
    assert sorted(ids(result)) == ["banana", "lemon", "phones"]
    by_id = {match.fact_check.id: match.matched_text for match in result.matches}
    assert by_id["lemon"] == "Hot lemon water kills cancer cells."
    assert all(text in forward for text in by_id.values())


def test_a_retracted_check_is_never_quoted_from_a_stale_index(open_index) -> None:
    twin = published("twin", "Hot lemon water kills cancer cells")
    record = Record(LEMON, twin)
    retrieval = open_index(record)
    first = ids(retrieval.searcher.search("Hot lemon water kills cancer cells"))
    retrieval.indexer.close = lambda: None
    # The index still holds it; only the record knows.
    stale = retrieval.indexer.parts
    retrieval.searcher._parts = lambda: stale
    record.retract(first[0])
    second = ids(retrieval.searcher.search("Hot lemon water kills cancer cells"))
    assert second == [({"lemon", "twin"} - set(first)).pop()]


def test_the_text_shown_is_the_record_s_not_the_index_s(open_index) -> None:
    record = Record(LEMON)
    retrieval = open_index(record)
    parts = retrieval.indexer.parts
    retrieval.searcher._parts = lambda: parts
    record.put(replace(LEMON, texts={"es": FactCheckText("El agua con limon no cura")}))
    match = retrieval.searcher.search("Hot lemon water kills cancer cells").matches[0]
    assert match.locale in match.fact_check.texts


class _Broken:
    def __getattr__(self, name: str) -> object:
        raise OSError("broken")


def test_meaning_failing_leaves_the_words(open_index) -> None:
    encoder = WordEncoder()
    retrieval = open_index(Record(LEMON, BANANA), encoder=encoder)
    encoder.broken = True
    result = retrieval.searcher.search("Please note: bananas attract lightning during summer storms at night")
    assert ids(result) == ["banana"]
    assert result.legs_down == ("dense_whole", "dense_claim")


def test_a_text_known_word_for_word_is_answered_without_the_model(open_index) -> None:
    encoder = WordEncoder()
    retrieval = open_index(Record(LEMON, BANANA), encoder=encoder)
    encoder.broken = True
    result = retrieval.searcher.search("Bananas attract lightning during summer storms")
    assert (result.outcome, ids(result), result.legs_down) == (Outcome.MATCH, ["banana"], ())


def test_words_failing_leave_the_meaning(retrieval) -> None:
    parts = retrieval.indexer.parts
    good = parts.lexical
    parts.lexical = _Broken()
    result = retrieval.searcher.search("Bananas attract lightning during summer storms")
    parts.lexical = good
    assert ids(result) == ["banana"]
    assert result.legs_down == ("word", "char")


def test_everything_failing_is_unavailable_not_nothing(retrieval) -> None:
    parts = retrieval.indexer.parts
    good = parts.lexical, parts.catalogue, parts.semantics
    parts.lexical, parts.catalogue, parts.semantics = _Broken(), _Broken(), None
    result = retrieval.searcher.search("Bananas attract lightning during summer storms")
    parts.lexical, parts.catalogue, parts.semantics = good
    assert result.outcome is Outcome.UNAVAILABLE
    assert len(result.legs_down) == 6


def test_a_record_that_is_down_is_unavailable_not_nothing(open_index) -> None:
    record = Record(LEMON)
    retrieval = open_index(record)
    record.down = True
    assert retrieval.searcher.search("Hot lemon water kills cancer cells").outcome is Outcome.UNAVAILABLE


def test_before_the_index_is_open_it_is_unavailable(open_index) -> None:
    retrieval = open_index(Record(LEMON), start=False)
    assert retrieval.searcher.search("lemon water").outcome is Outcome.UNAVAILABLE


def test_the_steps_are_timed(retrieval) -> None:
    timings = retrieval.searcher.search("bananas attract lightning").timings_ms
    assert set(timings) >= {"normalise", "dense", "lexical", "candidates", "decide", "reread", "total"}
