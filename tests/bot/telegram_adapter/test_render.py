"""What people read: every word escaped, every part within limits, nothing lost; judged by the fake's parser."""

import random

import pytest

from bot.telegram_adapter.render import MAX_TEXT, keyboard_of, parts_of, telegram_url, utf16_length
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind, Shown
from tests.fakes.telegram.html import is_valid_url, parse_html
from tests.fakes.telegram.markup import keyboard
from tests.fakes.telegram.updates import detect_entities


def reply(*blocks, **more):
    return Reply(ReplyKind.CORRECTION, blocks, "en", **more)


def seen(part):
    return parse_html(part.html)[0]


def test_correction_reads_as_written():
    (part,) = parts_of(
        reply(
            Block(BlockRole.VERDICT, "Viruses ignore antibiotics", "❌ False."),
            Block(BlockRole.CLAIM, "“Antibiotics cure flu”", "You may have seen:"),
            Block(BlockRole.SOURCE, "CDC, “Antibiotics”", "Source:", "https://cdc.example/a?x=1&y=2"),
        )
    )
    text, entities = parse_html(part.html)
    assert text == (
        "❌ False. Viruses ignore antibiotics\n\nYou may have seen: “Antibiotics cure flu”\n\nSource: CDC, “Antibiotics”"
    )
    assert [e["type"] for e in entities] == ["bold", "bold", "bold", "italic", "bold", "text_link"]
    assert entities[-1]["url"] == "https://cdc.example/a?x=1&y=2"
    assert part.preview == "https://cdc.example/a?x=1&y=2"
    assert "https://cdc.example/a?x=1&y=2" in part.plain


def test_chinese_label_needs_no_space():
    (part,) = parts_of(reply(Block(BlockRole.VERDICT, "抗生素只對細菌有效", "❌ 不實：")))
    assert seen(part) == "❌ 不實：抗生素只對細菌有效"


def test_long_reply_is_split_between_paragraphs_then_sentences_and_nothing_is_lost():
    sentences = [f"Sentence number {n} says something about lemons and their water." for n in range(150)]
    blocks = [Block(BlockRole.VERDICT, "Fact", "False."), Block(BlockRole.WHY, " ".join(sentences), "Why:")]
    parts = parts_of(reply(*blocks, Block(BlockRole.NOTE, "The end.")))
    assert len(parts) == 3
    assert all(utf16_length(seen(part)) <= MAX_TEXT for part in parts)
    joined = " ".join(seen(part) for part in parts)
    assert all(sentence in joined for sentence in sentences)
    assert all(seen(part).rstrip().endswith(".") for part in parts)


@pytest.mark.parametrize("text", ["x" * 20_000, "🍋" * 9_000, "檸檬。" * 5_000, "a " * 9_000, "👨‍👩‍👧" * 3000])
def test_text_without_sentences_is_split_all_the_same(text):
    parts = parts_of(reply(Block(BlockRole.WHY, text)))
    assert all(0 < utf16_length(seen(part)) <= MAX_TEXT for part in parts)
    assert "".join(seen(part) for part in parts).replace(" ", "") == text.replace(" ", "")


def test_reply_without_words_is_no_message():
    assert parts_of(reply()) == []
    assert parts_of(reply(Block(BlockRole.TEXT, " \u200e\x00"))) in (
        [],
        parts_of(reply(Block(BlockRole.TEXT, "\u200e"))),
    )


ALPHABET = [
    # ruff: noqa: E501
    *"<>&\"'/=;#@[](){}*_`~|\\ \n\t",
    "</b>", "<b>", "<script>", "<a href=\"javascript:alert(1)\">", "</a>", "&amp;", "&lt;", "&#60;", "&#x3c;b&#x3e;", "&",
    "@everyone", "@channel_admin", "/kill", "#tag", "tg://user?id=1", "https://x.example/\"><b>", "javascript:1", "\u202e", "\u2066",
    "\u200b", "\u200d", "\ud800", "\udfff", "\x00", "\x07", "\x7f", "🍋", "👨‍👩‍👧", "e\u0301\u0301\u0301", "檸檬", "％", "word", "1 < 2",
    "{0}", "%s", "\ufeff", "\u2028", "\r\n", "A" * 60, "。" * 40,
]  # fmt: skip


def hostile(rng: random.Random) -> str:
    return "".join(rng.choice(ALPHABET) for _ in range(rng.randint(1, 30)))


def test_5000_hostile_strings_through_every_field_parse_and_read_as_they_were():
    rng = random.Random(20261123)
    roles = list(BlockRole)
    for number in range(5000):
        words, label, url = hostile(rng), hostile(rng), rng.choice(["", "https://x.example/", ""]) + hostile(rng)
        if number % 250 == 0:
            words *= 400  # over the boundary of a message
        block = Block(roles[number % len(roles)], words, label if number % 3 else "", url)
        buttons = ((Button(hostile(rng), Action(ActionName.SHOW, "fc1")), Button(hostile(rng), url=url)),)
        made = reply(block, buttons=buttons, shown=(Shown("fc1", 1),))
        for part in parts_of(made):
            text, _ = parse_html(part.html)  # raises where Telegram would refuse it
            assert 0 < utf16_length(text) <= MAX_TEXT
            assert utf16_length(part.plain) <= MAX_TEXT
            text.encode()  # no lone surrogate
            assert [e for e in detect_entities(text) if e["type"] == "mention"] == []  # nobody is pinged
            assert not part.preview or is_valid_url(part.preview)
        markup = keyboard_of(made, can_inline=bool(number % 2))
        keyboard(markup.to_dict())  # raises where Telegram would refuse it


def test_escaped_text_is_shown_byte_for_byte():
    for words in ("1 < 2 & 3 > 2", "&amp; stays &amp;", "<b>bold?</b>", "R&D", "&#60;"):
        (part,) = parts_of(reply(Block(BlockRole.WHY, words)))
        assert seen(part) == words


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://example.org/a", True),
        ("http://user:pw@example.org/", False),
        ("javascript:alert(1)", False),
        ("https://localhost/a", False),
        ("https://[::1/", False),
        ("tg://user?id=1", False),
        ("https://example.org:99999/", False),
    ],
)
def test_only_web_addresses_become_links(url, taken):
    assert bool(telegram_url(url)) is taken


def test_share_button_opens_the_list_of_chats_where_the_bot_has_inline_mode():
    share = Button("Share", Action(ActionName.SHARE, "fc1"), share_text="False. ...")
    inline = keyboard_of(reply(Block(BlockRole.TEXT, "x"), buttons=((share,),)), can_inline=True)
    plain = keyboard_of(reply(Block(BlockRole.TEXT, "x"), buttons=((share,),)), can_inline=False)
    assert inline.inline_keyboard[0][0].switch_inline_query == "fc_fc1"
    assert plain.inline_keyboard[0][0].callback_data == "h:fc1"
