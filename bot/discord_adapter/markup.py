"""Discord's markdown: words that show as they are, links that go where they say, and the way back. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.wording import clean, safe_url, sentences

_WORD_JOINER = "\u2060"
_URL = re.compile(r"https?://[^\s<>\"'」』）、，。\\`|*]+", re.IGNORECASE)
# Discord's client treats a backslash before any ASCII punctuation as "show the next character".
_MARKS = re.compile(r"[\\*_~`|\[\]<]")
_LINE_START = re.compile(r"^([ \t]*)([#>+-])", re.MULTILINE)
_EMOJI = re.compile(r":(?=\w+:)")
# Mentions are recognised on the server, before any markdown: a backslash does not stop them, a joiner does.
_MENTION = re.compile(r"(\\<)(?=[@#:/at&])|(@)(?=everyone|here)", re.IGNORECASE)
_INVITE = re.compile(r"(discord(?:app)?\.(?:gg|com))/", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BRACKETS = str.maketrans("[]", "()")
_JOINED = re.compile(rf"(?<=[<@./a-z]){_WORD_JOINER}", re.IGNORECASE)


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units `text` has: at least as many as Discord counts."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def escaped(text: str, *, links: bool = True) -> str:
    """Return `text` as markdown that shows exactly its words: no format, no mention, no emoji.

    Args:
        text: anything; characters that hide or reorder are dropped first.
        links: keep web addresses clickable (without a preview); else they show as words, one tap from nowhere.
    """
    text = clean(text)
    shown: list[str] = []
    end = 0
    for found in _URL.finditer(text) if links else ():
        url = safe_url(_without_tail(found.group()))
        if url and not _MENTION.search(url):
            shown += [_inert(text[end : found.start()]), f"<{url}>"]
            end = found.start() + len(url)
    shown.append(_inert(text[end:]))
    return "".join(shown)


def unescaped(markdown: str) -> str:
    """Return the words `escaped(words, links=False)` made markdown of."""
    return _JOINED.sub("", _ESCAPED.sub(r"\1", markdown))


def link_target(url: str) -> str:
    """Return `url` fit to stand between angle brackets in markdown, "" where it is no plain http(s) address."""
    url = safe_url(url)
    return (
        ""
        if not url
        else re.sub(r"[<>()\\`|*\s]|@(?=everyone|here)", lambda found: f"%{ord(found.group()):02X}", url, flags=re.I)
    )


def linked(text: str, url: str) -> str:
    """Return `text` as a link without a preview; just the text where `url` is none to follow."""
    target = link_target(url)
    if not target:
        return escaped(text)
    # A bracket too many would end the link's text early, escaped or not.
    return f"[{escaped(text.translate(_BRACKETS), links=False)}](<{target}>)"


def chunks(text: str, room: int) -> Iterator[str]:
    """Split `text` into pieces whose escaped form has at most `room` units: at sentences, spaces, else anywhere."""
    if _fits(text, room):
        yield text
        return
    waiting: list[str] = []
    used = 0
    for atom in _atoms(text, room):
        needs = _size(atom) + 1
        if waiting and used + needs > room:
            yield " ".join(waiting)
            waiting, used = [], 0
        waiting.append(atom)
        used += needs
    if waiting:
        yield " ".join(waiting)


def _without_tail(url: str) -> str:
    """Return an address without the punctuation of the sentence it stands in."""
    while url and (url[-1] in ".,;:!?_~]" or (url[-1] == ")" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url


def _inert(text: str) -> str:
    text = _MARKS.sub(r"\\\g<0>", text)
    text = _LINE_START.sub(r"\1\\\2", text)
    text = _EMOJI.sub(r"\\:", text).replace("://", r"\://")
    text = _INVITE.sub(rf"\1{_WORD_JOINER}/", text)
    return _MENTION.sub(lambda found: f"{found.group()}{_WORD_JOINER}", text)


def _size(text: str) -> int:
    return utf16_length(escaped(text))


def _fits(text: str, room: int) -> bool:
    return _size(text) <= room


def _atoms(text: str, room: int) -> Iterator[str]:
    for sentence in sentences(text):
        if _fits(sentence, room):
            yield sentence
            continue
        for word in sentence.split(" "):
            if _fits(word, room):
                yield from filter(None, [word])
                continue
            step = max(1, room // 4)  # escaping makes at most three characters of one, or a pair of two units
            yield from (word[start : start + step] for start in range(0, len(word), step))
