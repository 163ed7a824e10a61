"""Expected texts, offsets and error words are taken from td/telegram/MessageEntity.cpp and Telegram's documentation."""

import pytest

from tests.fakes.telegram.html import ParseError, parse_html


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>bold</b>", "bold", [("bold", 0, 4)]),
        ("a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#x27;", "a <b> & \"c\" 'd'", []),
        ("R&D &nbsp; &unknown;", "R&D &nbsp; &unknown;", []),  # unknown entities stay as they are
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("🍋<b>x</b>", "🍋x", [("bold", 2, 1)]),  # one emoji is two UTF-16 units
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', "x", [("text_link", 0, 1)]),
        ('<a href="javascript:alert(1)">x</a>', "x", []),  # not a link Telegram makes
        ("<B>x</b >", "x", [("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("1 &gt; 0", "1 > 0", []),
        ("1 > 0", "1 > 0", []),
    ],
)
def test_what_telegram_accepts_reads_as_people_see_it(markup, text, entities):
    seen, found = parse_html(markup)
    assert (seen, [(e["type"], e["offset"], e["length"]) for e in found]) == (text, entities)


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("檸<br>", 'Unsupported start tag "br" at byte offset 3'),  # bytes, not characters
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href=x$y>z</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ],
)
def test_what_telegram_refuses_is_refused_with_its_words(markup, error):
    with pytest.raises(ParseError) as caught:
        parse_html(markup)
    assert str(caught.value) == error
