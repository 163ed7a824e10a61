from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.wording import (
    clean,
    cut,
    has_words,
    is_question,
    one_line,
    safe_url,
    same_words,
    sentences,
    size,
    without_links,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1bc\x7f", "abc"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("\u2066hidden\u2069", "hidden"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("line\r\nline\rline", "line\nline\nline"),
        ("a\n \n\n\n\nb", "a\n\nb"),
        ("family 👨‍👩‍👧 stays", "family 👨‍👩‍👧 stays"),
        ("<b>&amp;*_`", "<b>&amp;*_`"),
    ],
)
def test_what_hides_or_reorders_text_is_dropped_and_markup_is_left_as_text(text: str, shown: str):
    assert clean(text) == shown


@given(st.text(alphabet=st.characters(codec=None, categories=None), max_size=200))
def test_cleaned_text_can_always_be_encoded_and_stays_as_it_is(text: str):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    assert "\n" not in one_line(text)


@given(st.text(max_size=300), st.integers(min_value=2, max_value=120))
def test_a_cut_text_is_never_too_long(text: str, most: int):
    assert len(cut(text, most)) <= most


def test_text_is_cut_between_words():
    assert cut("one two three four", 12) == "one two…"
    assert cut("一二三四五六七八", 5) == "一二三四…"
    assert cut("short", 12) == "short"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("The U.S. EPA said so. Dr. Chen agreed.", ["The U.S. EPA said so.", "Dr. Chen agreed."]),
        ("It grew 3.5 per cent. “No.” Then he left.", ["It grew 3.5 per cent.", "“No.”", "Then he left."]),
        ("第一句。第二句！「第三句？」第四句", ["第一句。", "第二句！", "「第三句？」", "第四句"]),
        ("看網址是不是 .gov.tw，沒有其他符號。對", ["看網址是不是 .gov.tw，沒有其他符號。", "對"]),
        ("a title\nanother line", ["a title", "another line"]),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_are_split_verbatim(text: str, parts: list[str]):
    assert sentences(text) == parts


@given(st.text(max_size=300))
def test_no_character_is_lost_between_sentences(text: str):
    kept = "".join("".join(sentences(text)).split())
    assert kept == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "length"),
    [("three little words", 3), ("五個中文字", 5), ("5G基地台，安全。", 6), ("don't stop", 2), ("", 0), ("… — !", 0)],
)
def test_size_counts_words_and_chinese_characters(text: str, length: int):
    assert size(text) == length


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/",
        "https://user:pass@example.org/",
        "https://exa mple.org/",
        "https://",
        "http://[broken",
        "//example.org",
        "https://example.org/\u202egpj",
        "",
    ],
)
def test_only_plain_web_addresses_become_links(url: str):
    assert safe_url(url) == ""


def test_a_web_address_is_kept_as_it_is():
    assert safe_url(" https://example.org/a?b=c#d ") == "https://example.org/a?b=c#d"


def test_links_in_quoted_text_cannot_be_tapped():
    assert without_links("see HTTPS://evil.example/x?y=1 and www.evil.example!", "[link]") == "see [link] and [link]"


def test_words_are_looked_for_in_any_script():
    assert has_words("٣")
    assert has_words("真")
    assert not has_words(" \n🙃!?…")


def test_questions_are_told_from_statements():
    assert is_question("Did it happen?”")
    assert is_question("是真的嗎？")
    assert not is_question("Who did it? Nobody.")


def test_case_width_and_punctuation_do_not_make_a_difference():
    assert same_words("ＦＡＬＳＥ！", "false")
    assert not same_words("false", "mostly false")
