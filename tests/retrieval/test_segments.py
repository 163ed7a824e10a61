from __future__ import annotations

from retrieval.containment import best_contained, contained, grams
from retrieval.segments import MAX_CHARS, MAX_SENTENCES, readable, segments_of

LONG = (
    "Doctors have confirmed that hot lemon water kills cancer cells within two weeks. "
    "Please share! "
    "The government will switch off all mobile phones on Friday night for a secret test. "
    "Scientists in Norway discovered that bananas attract lightning during thunderstorms every summer. "
    "Everybody must forward this message to twelve friends before midnight or the account closes."
)


def rarity(term: str) -> float:
    return 1.0


def test_a_short_message_is_matched_as_a_whole() -> None:
    assert [s.kind for s in segments_of("Hot lemon water kills cancer. Share! It is true.", rarity)] == ["whole"]


def test_a_long_forward_is_matched_sentence_by_sentence_as_the_asker_wrote_it() -> None:
    whole, *sentences = segments_of(LONG, rarity)
    assert whole.text == LONG
    assert [s.text.split()[0] for s in sentences] == ["Doctors", "The", "Scientists", "Everybody"]


def test_a_repeated_sentence_is_matched_once() -> None:
    repeated = " ".join(["Hot lemon water kills cancer cells within two weeks."] * 200)
    assert len(segments_of(readable(repeated), rarity)) == 2


def test_the_most_informative_sentences_are_kept_in_their_order() -> None:
    text = "\n".join(f"Sentence about topic{i} and thing{i} with place{i} inside" for i in range(40))
    kept = segments_of(text, lambda term: 9.0 if term.startswith("topic3") else 1.0)[1:]
    assert len(kept) == MAX_SENTENCES
    assert [s.text for s in kept] == sorted((s.text for s in kept), key=text.index)
    assert all("topic3" in s.text for s in kept)


def test_both_ends_of_an_endless_message_are_read() -> None:
    text = readable("start " + "x" * 200_000 + " end")
    assert len(text) <= MAX_CHARS
    assert text.startswith("start")
    assert text.endswith("end")


def test_nul_and_surrogates_are_made_readable() -> None:
    assert readable("a\x00b\ud800c") == "a b\ufffdc"
    assert readable("\ud83d\ude00") == "😀"


def test_half_a_forward_is_contained_in_the_whole() -> None:
    whole = "hot lemon water kills cancer cells within two weeks say doctors in norway"
    assert contained(grams("hot lemon water kills cancer cells"), whole) == 1.0
    assert contained(grams("bananas attract lightning in summer"), whole) < 0.1
    assert best_contained(grams("喝柠檬水"), ["没有", "医生说喝柠檬水可以治癌症"]) == 1.0


def test_nothing_is_contained_in_nothing() -> None:
    assert contained(grams(""), "text") == 0.0
    assert best_contained(grams("text"), []) == 0.0
