"""Terms, sentences, languages and addresses."""

import pytest

from retrieval.language import detect
from retrieval.tokens import char_terms, content_words, sentences, shared_words, word_terms
from retrieval.urls import canonical_url, find_urls


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("the vaccines are killing people", ["vaccin", "kill", "peopl"]),
        ("it is not safe, never was", ["not", "safe", "never"]),
        ("trump's 5g towers cost 1,500,000", ["trump", "5g", "tower", "cost", "1500000"]),
        ("疫苗会死人", ["疫苗", "苗会", "会死", "死人"]),
        ("打az疫苗", ["打", "az", "疫苗"]),
        ("", []),
    ],
)
def test_word_terms_are_stems_and_bigrams(text: str, terms: list[str]) -> None:
    assert word_terms(text) == terms


def test_char_terms_survive_a_typing_error() -> None:
    right, wrong = set(char_terms("vaccination kills")), set(char_terms("vacination kills"))
    assert len(right & wrong) >= len(right) / 2


def test_char_terms_of_chinese_are_single_and_three() -> None:
    assert char_terms("疫苗会死") == ["疫", "苗", "会", "死", "疫苗会", "苗会死"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One claim. Another claim! Third?", ["One claim.", "Another claim!", "Third?"]),
        ("Dr. Smith says so. Really.", ["Dr. Smith says so.", "Really."]),
        ("版本3.5很好。第二句！「第三句？」對", ["版本3.5很好。", "第二句！", "「第三句？」", "對"]),
        ("line one\n\nline two", ["line one", "line two"]),
        ("🙏🙏", []),
        ("", []),
    ],
)
def test_sentences_of_both_languages(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("See you at seven", "en"),
        ("Vaccines cause harm", "en"),
        ("喝檸檬水可以治療癌症", "zh-TW"),
        ("喝柠檬水可以治疗癌症", "zh-CN"),
        ("中文", "zh-TW"),
        ("AZ疫苗有問題嗎 vaccine", "zh-TW"),
        ("ワクチンは危険です", "ja"),
        ("백신은 위험합니다", "ko"),
        ("วัคซีนอันตราย", "th"),
        ("El agua con limón cura el cáncer según los médicos", "es"),
        ("Le vaccin est dangereux pour les enfants et les femmes enceintes", "fr"),
        ("Вакцина убивает людей, говорят врачи", "ru"),
        ("12345 !!!", "und"),
        ("", "und"),
    ],
)
def test_language_of_a_message(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.example.org/a/?utm_source=x&b=2&a=1#top", "https://example.org/a?a=1&b=2"),
        ("https://m.example.org/a/amp", "example.org/a/"),
        ("https://youtu.be/abc123?si=zz", "https://www.youtube.com/watch?v=abc123&t=10"),
        ("https://twitter.com/i/status/1?s=20", "https://x.com/i/status/1"),
        ("https://example.org/%E5%8F%B0", "https://example.org/台"),
    ],
)
def test_links_to_the_same_page_are_equal(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other) != ""


def test_other_pages_stay_other() -> None:
    assert canonical_url("https://example.org/a?id=1") != canonical_url("https://example.org/a?id=2")


@pytest.mark.parametrize("text", ["", "nonsense", "http://", "http://[::1", "https://example.org:notaport/"])
def test_no_address_is_empty(text: str) -> None:
    assert canonical_url(text) == ""


def test_addresses_are_found_inside_chinese_and_once() -> None:
    text = "看https://example.org/a?fbclid=1，還有http://example.org/a/ 和 bit.ly/3xY。"
    assert find_urls(text) == ("example.org/a", "bit.ly/3xY")


@pytest.mark.parametrize(
    ("text", "count"), [("lemon cures the cancer", 3), ("檸檬治癌", 2), ("is it", 0), ("", 0), ("打az疫苗", 3)]
)
def test_content_words_are_counted_in_both_languages(text: str, count: int) -> None:
    assert len(content_words(text)) == count


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("lemons cure cancer", "a lemon cured my cancer", 3),
        ("potato soup", "sprouted potatoes are toxic", 1),
        ("马铃薯浓汤", "马铃薯发芽", 1),
        ("洋葱隔夜有毒", "切开的洋葱放隔夜会吸细菌", 2),
        ("", "lemon", 0),
    ],
)
def test_shared_words_do_not_count_overlapping_pairs_twice(one: str, other: str, count: int) -> None:
    assert shared_words(one, other) == count


def test_words_that_tell_nothing_need_not_count() -> None:
    assert shared_words("lemon water", "lemon water", lambda term: term != "water") == 1
