"""Replies as Discord messages: words that stay words, limits kept, nobody notified."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.discord_adapter import outbound
from bot.discord_adapter.markup import escaped, linked, unescaped
from bot.discord_adapter.render import QUOTE_COLOUR, Dress, colour_of, no_mentions, parts_of, quote_in
from bot.discord_adapter.views import custom_id, read_custom_id
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind, Shown
from handlers.wording import clean
from tests.fakes.discord import markdown
from tests.fakes.discord.limits import PING, check
from tests.fakes.hostile import strings

_INVISIBLE = "\u2060"
_OURS = {"bold", "italic", "small", "masked link", "quiet link"}


def reply_with(text: str, url: str = "https://desk.example/a", kind: ReplyKind = ReplyKind.CORRECTION) -> Reply:
    blocks = (
        Block(BlockRole.VERDICT, text, f"❌ {text}:"),
        Block(BlockRole.MATCHED, text, "In your message:"),
        Block(BlockRole.CLAIM, text, text),
        Block(BlockRole.WHY, text, "Why:"),
        Block(BlockRole.SOURCE, text, "Source:", url),
        Block(BlockRole.CERTAINTY, text, "How it fits:"),
        Block(BlockRole.NARRATIVE, text),
        Block(BlockRole.NOTE, text),
        Block(BlockRole.CHOICE, text, "1.", url),
        Block(BlockRole.TEXT, text),
    )
    action = Button(text or "x", Action(ActionName.NOT_MEANT, "fc1"))
    return Reply(kind, blocks, "en", ((action, Button(text or "x", url=text)),), shown=(Shown("fc1", 1),))


def _is_plain_address(link: str) -> bool:
    parts = urlsplit(link)
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


@cache
def read(words: str) -> markdown.Read:
    return markdown.read(words)


def texts_of(body: dict) -> list[str]:
    return [body.get("content") or "", *(each["description"] for each in body.get("embeds") or [])]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [ReplyKind.CORRECTION, ReplyKind.NONE, ReplyKind.COMMAND])
def test_hostile_words_in_every_field_notify_nobody_format_nothing_and_keep_the_limits(kind):
    for text in strings(1000):
        for part in parts_of(reply_with(text, text, kind), Dress(quote=text, commands={"help": "5"})):
            for body in part.attempts:
                sent = no_mentions(body)
                assert sent["allowed_mentions"] == {"parse": [], "replied_user": False}
                if any(sent.get(key) for key in ("content", "embeds", "components")):
                    check({key: value for key, value in sent.items() if value})
                for words in texts_of(sent):
                    assert not PING.search(words), (text, words)
                    seen = read(words)
                    assert seen.kinds <= _OURS, (text, words, seen.formats)
                    links = [link for kind, link in seen.formats if kind.endswith("link")]
                    assert all(_is_plain_address(link) for link in links), (text, links)


@pytest.mark.slow
def test_escaped_words_show_exactly_as_they_are():
    for text in strings(5000):
        shown = markdown.read(escaped(text))
        assert shown.text.replace(_INVISIBLE, "") == clean(text).replace(_INVISIBLE, ""), text
        assert shown.kinds <= {"quiet link"}, (text, shown.formats)
        dead = markdown.read(escaped(text, links=False))
        assert not dead.formats, (text, dead.formats)


def test_a_quote_is_read_back_as_it_was_asked():
    for text in strings(2000):
        kept = clean(text).replace(_INVISIBLE, "")
        assert unescaped(escaped(text, links=False)).replace(_INVISIBLE, "") == kept, text


def test_a_quote_is_found_by_its_colour_in_a_message_of_ours():
    reply = reply_with("words", kind=ReplyKind.NONE)
    (part,) = parts_of(reply, Dress(quote="is *this* <@1> true? https://x.example/a_b"))

    class Embed:
        def __init__(self, given: dict) -> None:
            self.colour, self.description = given["color"], given["description"]

    assert (
        quote_in([Embed(each) for each in part.attempts[0]["embeds"]]) == "is *this* <@1> true? https://x.example/a_b"
    )
    assert part.attempts[0]["embeds"][-1]["color"] == QUOTE_COLOUR != colour_of(reply)


def test_a_reply_longer_than_a_message_is_split_between_sentences():
    sentence = "This sentence is one of many and says nothing in particular. "
    reply = Reply(ReplyKind.COMMAND, (Block(BlockRole.TEXT, sentence * 200),), "en")
    parts = parts_of(reply, Dress())
    assert len(parts) > 5
    assert all(part.attempts[0]["content"].endswith("particular.") for part in parts)


def test_a_long_correction_stays_within_embeds_and_keeps_its_buttons_on_the_last():
    blocks = (
        Block(BlockRole.VERDICT, "The fact", "❌ False."),
        *(Block(BlockRole.WHY, "Because it is so. " * 400, "Why:") for _ in range(3)),
    )
    button = Button("Read more", Action(ActionName.WHY, "fc1"))
    parts = parts_of(Reply(ReplyKind.CORRECTION, blocks, "en", ((button,),)), Dress())
    assert parts[0].attempts[0]["content"] == "**❌ False. The fact**"
    assert [bool(part.attempts[0]["components"]) for part in parts] == [False] * (len(parts) - 1) + [True]
    for part in parts:
        check({key: value for key, value in part.attempts[0].items() if value})


def test_the_verdict_is_words_first_and_colour_only_beside_them():
    reply = reply_with("The fact")
    (part, *_) = parts_of(reply, Dress())
    assert part.attempts[0]["content"].startswith("**❌ The fact")
    assert colour_of(reply) == part.attempts[0]["embeds"][0]["color"]


def test_without_the_right_to_embed_everything_is_text():
    (part,) = parts_of(reply_with("The fact"), Dress(may_embed=False, quote="asked"))
    assert part.attempts[0]["embeds"] == []
    assert "Source:" in part.attempts[0]["content"]


def test_the_last_attempt_is_nothing_but_words():
    (part,) = parts_of(reply_with("The fact"), Dress())
    assert part.attempts[-1]["components"] == []
    assert markdown.read(part.attempts[-1]["content"]).kinds <= {"quiet link"}


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "discord://x", "ftp://x.example", "http://a@b.example", "https://"]
)
def test_only_web_addresses_become_links(url: str):
    assert "](" not in linked("words", url)
    buttons = Reply(ReplyKind.NOTICE, (Block(BlockRole.TEXT, "x"),), "en", ((Button("go", url=url),),))
    assert parts_of(buttons, Dress())[0].attempts[0]["components"] == []


@pytest.mark.parametrize("mark", [(0, False), (7, False), (0, True), (12, True)])
def test_a_buttons_id_carries_its_action_through_a_restart(mark: tuple[int, bool]):
    number, whole_server = mark
    for name in ActionName:
        for argument in ("", "01J0000000000000000000ABCD", "settings quiet 22-7"):
            action = Action(name, argument)
            wire = custom_id(action, number, whole_server=whole_server)
            assert len(wire) <= 100
            read = read_custom_id(wire)
            assert (read.action, read.whole_server) == (action, whole_server)


def test_every_body_sent_goes_through_the_one_place_that_allows_no_mentions():
    tree = ast.parse(Path(outbound.__file__).read_text(encoding="utf-8"))
    sender = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Sender")
    for node in ast.walk(sender):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        place = {"_webhook": 3, "_request": 1}.get(node.func.attr)
        if place is not None and len(node.args) > place:
            named = node.args[place]
            assert isinstance(named, ast.Name)
            assert named.id in {"changed", "new", "whole", "body"}, ast.dump(node)
    source = ast.unparse(sender)
    for name in ("changed", "new", "whole"):
        assert re.search(rf"{name} = no_mentions\(", source)
