"""The last hop, first half: a `Reply` as the JSON of Discord messages. Pure; every word is escaped, every part fits.

The first line (verdict and fact) is the message's own text, so that it shows in notifications and where somebody
switched embeds off; the rest of a correction stands in an embed whose colour repeats the verdict for the eye.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.discord_adapter.markup import chunks, escaped, linked, unescaped, utf16_length
from bot.discord_adapter.views import components_of
from handlers.i18n import translate
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind
from handlers.verdicts import NO_SIGN, SIGNS
from handlers.wording import clean, cut
from knowledge_base.models import Verdict

MAX_CONTENT = 2000  # Discord, message.content
MAX_DESCRIPTION = 4096  # Discord, embed.description
MAX_EMBEDS = 6000  # Discord, all embeds of a message together
MAX_TEXT = 4000  # what one reply is composed for
EPHEMERAL = 1 << 6
_MAX_QUOTE = 3500  # of the asker's own words: what a button later sends to the editors
_MAX_QUOTE_AFTER_ANSWER = 600  # enough to say which message an answer did not fit
QUOTE_COLOUR = 0x6D6F78  # also how a quote is found again; a verdict never has it
_COLOURS = {
    Verdict.FALSE: 0xC0392B,
    Verdict.SCAM: 0xC0392B,
    Verdict.MISLEADING: 0xD68910,
    Verdict.PARTLY_TRUE: 0xD68910,
    Verdict.OUTDATED: 0xD68910,
    Verdict.TRUE: 0x1E8449,
    Verdict.UNPROVEN: 0x5D6D7E,
    Verdict.SATIRE: 0x7D3C98,
}
_NEUTRAL = 0x2E86C1
_SMALL = {BlockRole.CERTAINTY, BlockRole.NARRATIVE, BlockRole.NOTE}
_ITALIC = {BlockRole.CLAIM, BlockRole.MATCHED}
_CLOSE = {BlockRole.SOURCE, BlockRole.CHOICE}
_COMMAND = re.compile(r"(?<![\w/<\\])/([a-z]{2,20})\b")
# Buttons that need the asker's words when they are pressed.
_NEED_QUOTE = {
    ActionName.ASK_EDITORS,
    ActionName.NONE_OF_THESE,
    ActionName.NOT_MEANT,
    ActionName.NOTIFY,
    ActionName.SHOW,
}


@dataclass(frozen=True, slots=True)
class Dress:
    """How a reply is dressed in one place.

    Attributes:
        quote: the asker's words, shown again where nothing else leads back to them; "" for a reply to a message.
        may_embed: whether embeds are shown here; without that permission everything is the message's text.
        can_post: offer to post a private correction for everybody.
        whole_server: its buttons speak about the server.
        as_code: show the text as a block that is copied in one tap.
        commands: command names to ids, to make them tappable.
        note: a line to add.
    """

    quote: str = ""
    may_embed: bool = True
    can_post: bool = False
    whole_server: bool = False
    as_code: bool = False
    commands: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One message: what to try, best first, as JSON bodies without flags and references."""

    attempts: tuple[dict[str, Any], ...]


def parts_of(reply: Reply, dress: Dress) -> list[Part]:
    """Return the messages a reply takes, in order; empty where it has no words at all. The last has the buttons."""
    if dress.note:
        reply = _with_note(reply, dress.note)
    bodies = _code(reply) if dress.as_code else _rich(reply, dress)
    if not bodies:
        return []
    plain = [{"content": text} for text in _packed(_plain(reply), MAX_CONTENT)]
    more = _posting_button(reply) if dress.can_post else []
    parts = [_part([body]) for body in bodies[:-1]]
    ways = [components_of(reply, more=more, whole_server=dress.whole_server)]
    modest = components_of(reply, more=more, links=False, whole_server=dress.whole_server)
    last, attempts = bodies[-1], []
    if len(plain) == 1 and len(bodies) == 1:
        attempts = [last | {"components": ways[0]}, plain[0] | {"components": ways[0]}]
        attempts += [plain[0] | {"components": modest}, plain[0]]
    else:
        attempts = [last | {"components": ways[0]}, last | {"components": modest}, last]
    return [*parts, _part(attempts)]


def quote_in(embeds: Iterable[Any]) -> str:
    """Return the asker's words shown in a message of ours, "" where it shows none.

    Args:
        embeds: its embeds, as the SDK's objects or anything with `description` and `colour`.
    """
    for embed in embeds:
        colour = getattr(embed, "colour", None)
        if colour is not None and int(getattr(colour, "value", colour)) == QUOTE_COLOUR and embed.description:
            return unescaped(str(embed.description))
    return ""


def no_mentions(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body that notifies nobody, whatever its text says. Every body that is sent goes through here."""
    return {**body, "allowed_mentions": {"parse": [], "replied_user": False}}


def colour_of(reply: Reply) -> int:
    """Return the colour that repeats the verdict; a neutral one where there is no single one."""
    leads = [block for block in reply.blocks if block.role is BlockRole.VERDICT]
    if len(leads) != 1:
        return _NEUTRAL
    verdicts = {sign: verdict for verdict, sign in SIGNS.items()}
    found = next((verdict for sign, verdict in verdicts.items() if leads[0].label.startswith(sign)), None)
    return _COLOURS[found] if found is not None and not leads[0].label.startswith(NO_SIGN) else _NEUTRAL


def _part(attempts: list[dict[str, Any]]) -> Part:
    kept: list[dict[str, Any]] = []
    for attempt in attempts:
        whole = {"content": "", "embeds": [], "components": []} | attempt
        if whole not in kept:
            kept.append(whole)
    return Part(tuple(kept))


def _rich(reply: Reply, dress: Dress) -> list[dict[str, Any]]:
    cleaned = [replace(block, label=clean(block.label), text=clean(block.text)) for block in reply.blocks]
    blocks = [block for block in cleaned if block.label or block.text]
    if not blocks:
        return []
    tappable = reply.kind in {ReplyKind.COMMAND, ReplyKind.NOTICE}
    shown = [_Shown(block, dress.commands if tappable else {}) for block in blocks]
    is_card = reply.kind is ReplyKind.CORRECTION and dress.may_embed and len(shown) > 1
    bodies: list[dict[str, Any]]
    if is_card:
        lead, *others = list(shown[0].pieces(MAX_CONTENT))
        rest = _packed([*((each, " ") for each in others), *_joined(shown[1:], MAX_DESCRIPTION)], MAX_DESCRIPTION)
        colour = colour_of(reply)
        bodies = [{"embeds": [{"description": text, "color": colour}]} for text in rest]
        bodies[0] = {"content": lead} | bodies[0]
    else:
        bodies = [{"content": text} for text in _packed(_joined(shown, MAX_CONTENT), MAX_CONTENT)]
    quote = _quote(reply, dress)
    if quote:
        last = bodies[-1]
        used = sum(utf16_length(each["description"]) for each in last.get("embeds", []))
        if used + utf16_length(quote["description"]) + 64 <= MAX_EMBEDS:
            bodies[-1] = last | {"embeds": [*last.get("embeds", []), quote]}
        else:
            bodies.append({"embeds": [quote]})
    return bodies


def _quote(reply: Reply, dress: Dress) -> dict[str, Any] | None:
    needed = any(button.action and button.action.name in _NEED_QUOTE for row in reply.buttons for button in row)
    words = clean(dress.quote)
    if not needed or not words or not dress.may_embed:
        return None
    words = cut(words, _MAX_QUOTE_AFTER_ANSWER if reply.kind is ReplyKind.CORRECTION else _MAX_QUOTE)
    while utf16_length(escaped(words, links=False)) > MAX_DESCRIPTION:
        words = cut(words, len(words) * 4 // 5)
    return {
        "author": {"name": translate("discord.you_asked", reply.locale)},
        "description": escaped(words, links=False),
        "color": QUOTE_COLOUR,
    }


def _posting_button(reply: Reply) -> list[Button]:
    if reply.kind is not ReplyKind.CORRECTION or len(reply.shown) != 1:
        return []
    action = Action(ActionName.POST_PUBLICLY, reply.shown[0].fact_check_id)
    return [Button(translate("discord.post_publicly", reply.locale), action)]


def _with_note(reply: Reply, note: str) -> Reply:
    return replace(reply, blocks=(*reply.blocks, Block(BlockRole.NOTE, note)))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A block on its way to markdown."""

    block: Block
    commands: Mapping[str, str]

    def pieces(self, room: int) -> Iterator[str]:
        """Yield it in pieces of at most `room` units."""
        block = self.block
        label = escaped(block.label, links=False)
        if block.role is BlockRole.VERDICT:
            yield from (f"**{escaped(piece, links=False)}**" for piece in chunks(block.line, room - 64))
            return
        room -= utf16_length(label) + utf16_length(block.url) + 96  # and the marks around a piece
        if room < 400:  # no label or address of ours is that long; a record's own may be
            yield from (escaped(piece) for piece in chunks(block.line, 1800))
            return
        for number, piece in enumerate(chunks(block.text, room)):
            yield self._line(piece, label if number == 0 else "")
        if not block.text:
            yield linked(block.label, block.url) if block.url else f"**{label}**"

    def _line(self, text: str, label: str) -> str:
        block = self.block
        if block.role in _SMALL:
            small = f"{label}{block.gap if label else ''}{escaped(text)}"
            return "\n".join(f"-# {line}" for line in small.split("\n"))
        if block.url:
            shown = linked(text, block.url)
        elif block.role in _ITALIC:
            shown = f"_{escaped(text, links=False)}_"
        else:
            shown = self._tappable(escaped(text))
        return f"**{label}**{block.gap}{shown}" if label else shown

    def _tappable(self, text: str) -> str:
        def mention(found: re.Match[str]) -> str:
            known = self.commands.get(found.group(1))
            return f"</{found.group(1)}:{known}>" if known else found.group()

        return _COMMAND.sub(mention, text) if self.commands else text


def _joined(shown: Iterable[_Shown], room: int) -> list[tuple[str, str]]:
    """Return the pieces of blocks, each with what stands before it where it is not the first."""
    found: list[tuple[str, str]] = []
    before: BlockRole | None = None
    for each in shown:
        role = each.block.role
        tight = (role is before and role in _CLOSE) or (role in _SMALL and before in _SMALL)
        for number, piece in enumerate(each.pieces(room)):
            found.append((piece, " " if number else "\n" if tight else "\n\n"))
        before = role
    return found


def _plain(reply: Reply) -> list[tuple[str, str]]:
    """Return the reply without a format: what is tried when Discord refuses the other one."""
    found: list[tuple[str, str]] = []
    for block in reply.blocks:
        line = f"{block.line}\n{block.url}" if block.url and block.url not in block.line else block.line
        found += [(escaped(piece), "\n\n") for piece in chunks(line, MAX_CONTENT)]
    return found


def _packed(pieces: Iterable[tuple[str, str]], room: int) -> list[str]:
    """Join pieces to texts of at most `room` units."""
    texts: list[str] = []
    for piece, gap in pieces:
        if texts and utf16_length(texts[-1] + gap + piece) <= room:
            texts[-1] += gap + piece
        else:
            texts.append(piece)
    return texts


def _code(reply: Reply) -> list[dict[str, Any]]:
    """Return a text to copy: shown as it is, links and all, and copied in one tap."""
    bodies: list[dict[str, Any]] = []
    for block in reply.blocks:
        text = clean(block.line).replace("```", "'''")
        if block.role is BlockRole.NOTE:
            bodies.append({"content": f"-# {escaped(text)}"})
            continue
        bodies += [{"content": f"```\n{piece}\n```"} for piece in _cut_up(text, MAX_CONTENT - 16)]
    return bodies


def _cut_up(text: str, room: int) -> Iterator[str]:
    while utf16_length(text) > room:
        end = text.rfind("\n", 0, room // 2) if "\n" in text[: room // 2] else room // 2
        yield text[:end]
        text = text[end:].lstrip("\n")
    yield text
