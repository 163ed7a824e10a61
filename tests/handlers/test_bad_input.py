"""Whatever is thrown at it, the conversation answers kindly, in text every platform can send."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.messages import ActionName, Reply, ReplyKind
from knowledge_base.models import FactCheckText, Source
from tests.fakes.conversation import ANTIBIOTICS, World, only
from tests.fakes.searcher import found, match_of

HOSTILE = "<script>alert(1)</script> *_[x](javascript:1)_* @everyone \u202egpj\x00\ud800 {n} %s"


def texts_of(reply: Reply) -> list[str]:
    parts = [part for block in reply.blocks for part in (block.text, block.label, block.url)]
    buttons = [button for row in reply.buttons for button in row]
    return [*parts, *(part for button in buttons for part in (button.label, button.url, button.share_text))]


@pytest.mark.parametrize("text", ["", " \n\t", "🙃🙃", "?!…", "\x00", "\ud800", "\u202e\u200b"])
def test_a_message_without_words_is_told_kindly_and_never_searched(world: World, text: str):
    reply = only(world.say(text))
    assert reply.kind is ReplyKind.NOTICE
    assert "nothing here I can look up" in reply.plain_text()
    assert world.searcher.asked == []


@pytest.mark.parametrize("kind", ["sticker", "location", "voice", "video", "photo", "document"])
def test_an_unsupported_kind_gets_a_line_of_its_own(world: World, kind: str):
    reply = only(world.say(unsupported=kind))
    assert reply.kind is ReplyKind.NOTICE
    assert reply.plain_text() != only(world.say()).plain_text()


def test_a_new_unsupported_kind_still_gets_a_line(world: World):
    assert "nothing here" in only(world.say(unsupported="hologram")).plain_text()


def test_a_caption_is_looked_up_even_where_the_picture_is_not(world: World):
    world.say("the moon is hollow", unsupported="photo")
    assert world.searcher.asked == [("the moon is hollow", ())]


@pytest.mark.parametrize("text", ["word " * 20_000, "謠" * 100_000, "a" * 100_000, "x. " * 33_333])
def test_a_hundred_thousand_characters_are_answered_briefly(world: World, text: str):
    world.searcher.answers(text, found([match_of(world.stored(), text)]))
    assert len(only(world.say(text)).plain_text()) < 3000
    world.press(ActionName.ASK_EDITORS, about=text + "!")
    assert len(world.tips_of(world.contact().id)[0].text) <= 4000


def test_hostile_text_in_every_field_comes_out_as_plain_text():
    hostile = replace(
        ANTIBIOTICS,
        texts={"en": FactCheckText(f"claim {HOSTILE}", f"headline {HOSTILE}", f"why {HOSTILE}.")},
        publisher=f"publisher {HOSTILE}",
        verdict=None,
        verdict_label=f"label {HOSTILE}",
        sources=(Source(HOSTILE, "javascript:alert(1)", HOSTILE),),
        url="javascript:alert(1)",
    )
    world = World(ANTIBIOTICS)
    message = f"look at this {HOSTILE} " * 8
    match = match_of(hostile, f"sentence {HOSTILE}")
    world.searcher.answers(message, found([match, replace(match, fact_check=replace(hostile, id="fc2"))]))
    world.searcher.answers("short", found([match]))
    for reply in (*world.say(message), *world.say("short")):
        for text in texts_of(reply):
            text.encode("utf-8")
            assert "\u202e" not in text
            assert "\x00" not in text
        assert all(not block.url for block in reply.blocks)
        assert "<script>alert(1)</script>" in reply.plain_text()


def test_braces_in_a_record_are_not_placeholders():
    text = FactCheckText("{claim}", "{headline} {0}", "{why}.")
    world = World(replace(ANTIBIOTICS, texts={"en": text}))
    world.searcher.answers("x1", found([match_of(world.stored(), "x1")]))
    assert "{headline} {0}" in only(world.say("x1")).blocks[0].text


@pytest.mark.parametrize("command", ["", "CHECK", "check\x00", "a" * 1000, "../etc", "開始"])
def test_any_command_is_answered(world: World, command: str):
    assert only(world.command(command, "the moon is hollow")).plain_text()


@pytest.mark.parametrize("hint", ["", "xx", "-", "zh_Hant_TW_extra", "\x00", "en" * 500])
def test_any_locale_hint_is_survived(world: World, hint: str):
    assert only(world.command("help", locale_hint=hint)).plain_text()


@pytest.mark.parametrize("name", list(ActionName))
@pytest.mark.parametrize("argument", ["", "\ud800", "a" * 5000, "forget forget", "language " + "x" * 500])
def test_any_button_is_answered_and_stores_no_rubbish(world: World, name: ActionName, argument: str):
    for reply in world.press(name, argument):
        assert reply.plain_text()
    assert world.is_empty_of_people()
