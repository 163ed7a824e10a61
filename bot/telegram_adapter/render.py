"""The last hop, first half: a `Reply` as Telegram HTML. Pure; every word is escaped, every part fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.messages import Block, BlockRole, Button, Reply
from handlers.wording import clean, safe_url, sentences

MAX_TEXT = 4096  # Bot API, sendMessage.text: characters after entities parsing; we count UTF-16 units, the stricter way
MAX_CAPTION = 1024  # Bot API, sendDocument.caption
MAX_BUTTONS = 24
_WORD_JOINER = "\u2060"
_MENTION = re.compile(r"(?<!\w)@(?=\w|$)")
_BITS = re.compile(r"\S+\s*")  # a word with the space after it
_FORMATS = {
    BlockRole.VERDICT: "b",
    BlockRole.CLAIM: "i",
    BlockRole.MATCHED: "i",
    BlockRole.CERTAINTY: "i",
    BlockRole.NOTE: "i",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One message: the same words as HTML and plain. `preview` is the link to show small below, "" for none."""

    html: str
    plain: str
    preview: str = ""


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units `text` has: what Telegram counts in."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def parts_of(reply: Reply, max_chars: int = MAX_TEXT) -> list[Part]:
    """Return the messages a reply takes, in order; at least one unless it has no words at all."""
    parts: list[Part] = []
    waiting: list[_Piece] = []
    length = 0
    for piece in (each for block in reply.blocks for each in _pieces_of(block, max_chars)):
        more = utf16_length(piece.plain)
        if waiting and length + len(piece.before) + more > max_chars:
            parts.append(_part(waiting))
            waiting = []
        if not waiting:
            waiting, length = [piece], more
        elif piece.continues:
            waiting[-1] = replace(waiting[-1], text=waiting[-1].text + piece.before + piece.text)
            length += len(piece.before) + more
        else:
            waiting.append(piece)
            length += len(piece.before) + more
    if waiting:
        parts.append(_part(waiting))
    return _with_preview(parts, _preview_of(reply))


def keyboard_of(reply: Reply, *, can_inline: bool, with_links: bool = True) -> InlineKeyboardMarkup | None:
    """Return the buttons, or None. `can_inline`: the bot has inline mode, so that sharing opens a list of chats."""
    fact_check_id = reply.shown[0].fact_check_id if reply.shown else ""
    rows = [
        [
            made
            for made in (_button(button, fact_check_id, can_inline=can_inline) for button in row)
            if made is not None and (with_links or not made.url)
        ]
        for row in reply.buttons
    ]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button, fact_check_id: str, *, can_inline: bool) -> InlineKeyboardButton | None:
    label = shown_text(button.label) or "·"
    if button.share_text and can_inline:
        # Every share button stands on a reply that shows one fact-check, or says itself which one it shares.
        shared = button.action.argument if button.action is not None and button.action.argument else fact_check_id
        if shared:
            return InlineKeyboardButton(label, switch_inline_query=f"fc_{shared}")
    if button.action is not None:
        return InlineKeyboardButton(label, callback_data=button.action.encode())
    url = telegram_url(button.url)
    return InlineKeyboardButton(label, url=url) if url else None


def telegram_url(url: str) -> str:
    """Return `url` where Telegram takes it for a link, else "": http(s), a host with a dot."""
    candidate = safe_url(url)
    if not candidate:
        return ""
    try:
        host = urlsplit(candidate).hostname or ""
        _ = urlsplit(candidate).port
    except ValueError:
        return ""
    return candidate if "." in host.strip(".") else ""


def shown_text(text: str) -> str:
    """Return words fit to show: nothing that hides or reorders, and no "@name" that would notify its bearer."""
    return _unmentioned(clean(text))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of one block, small enough for one message; `before` is what parts it from the piece before."""

    text: str
    label: str = ""
    gap: str = ""
    tag: str = ""
    url: str = ""
    before: str = "\n\n"
    continues: bool = False

    @property
    def plain(self) -> str:
        return f"{self.label}{self.gap}{self.text}"

    @property
    def html(self) -> str:
        text = escape(self.text, quote=False)
        if self.url:
            text = f'<a href="{escape(self.url)}">{text}</a>'
        if self.tag:
            text = f"<{self.tag}>{text}</{self.tag}>"
        label = escape(self.label, quote=False)
        return f"{f'<b>{label}</b>' if label else ''}{self.gap}{text}"


def _pieces_of(block: Block, max_chars: int) -> Iterator[_Piece]:
    label, text, url = shown_text(block.label), shown_text(block.text), telegram_url(block.url)
    if not label and not text:
        return
    tag = _FORMATS.get(block.role, "")
    if not text:  # a label alone carries its link itself
        text, label = label, ""
    gap = block.gap
    room = max_chars - utf16_length(label) - len(gap)
    if room < max_chars // 2:  # no label of ours is that long; a record's own may be
        text, label, gap, room = f"{label}{gap}{text}", "", "", max_chars
    for number, (before, atom) in enumerate(_atoms(text, room)):
        if number == 0:
            yield _Piece(atom, label, gap, tag, url)
        else:
            yield _Piece(_unmentioned(atom), "", "", tag, url, before=before, continues=True)


def _unmentioned(text: str) -> str:
    """Return `text` so that no "@name" in it notifies its bearer."""
    return _MENTION.sub(f"@{_WORD_JOINER}", text)


def _atoms(text: str, room: int) -> Iterator[tuple[str, str]]:
    """Yield the text where it fits, else its sentences, words, bits; each after what parts it from the last."""
    if utf16_length(text) <= room:
        yield "", text
        return
    position = 0
    for sentence in sentences(text):
        start = text.find(sentence, position)
        before, position = text[position:start], start + len(sentence)
        if utf16_length(sentence) <= room:
            yield before, sentence
            continue
        for bit in _BITS.findall(sentence):
            for number, part in enumerate(_cut(bit, room - 2)):
                yield (before if number == 0 else ""), part
            before = ""


def _cut(word: str, room: int) -> Iterator[str]:
    start = 0
    while start < len(word):
        end = min(len(word), start + room)
        while utf16_length(word[start:end]) > room:
            end -= max(1, (utf16_length(word[start:end]) - room) // 2)
        yield word[start:end]
        start = end


def _joined(pieces: Sequence[_Piece], how: Callable[[_Piece], str]) -> str:
    return "".join((piece.before if number else "") + how(piece) for number, piece in enumerate(pieces))


def _plain(pieces: Sequence[_Piece]) -> str:
    return _joined(pieces, lambda piece: piece.plain)


def _part(pieces: Sequence[_Piece]) -> Part:
    html = _joined(pieces, lambda piece: piece.html)
    # The plain twin spells links out where there is room, for nothing else would carry them.
    plain = _plain(pieces)
    links = [piece.url for piece in pieces if piece.url and piece.url not in plain]
    with_links = "\n".join([plain, *dict.fromkeys(links)])
    return Part(html, with_links if utf16_length(with_links) <= MAX_TEXT else plain)


def _preview_of(reply: Reply) -> str:
    for block in reply.blocks:
        if block.role is BlockRole.SOURCE and telegram_url(block.url):
            return telegram_url(block.url)
    return ""


def _with_preview(parts: list[Part], preview: str) -> list[Part]:
    if not preview or not parts:
        return parts
    where = next((n for n, part in enumerate(parts) if escape(preview) in part.html), len(parts) - 1)
    return [Part(part.html, part.plain, preview) if n == where else part for n, part in enumerate(parts)]
