"""Telegram's parse_mode=HTML, as its server reads it (td/telegram/MessageEntity.cpp, do_parse_html).

Same grammar, same errors, same byte offsets; lengths and offsets of entities count UTF-16 code units.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_TAGS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "span": "spoiler",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_SPACE = b" \t\r\n\0\x0b"
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}


class ParseError(Exception):
    """What follows `Bad Request: can't parse entities: `."""


@dataclass
class _Open:
    tag: str
    argument: str
    utf16_offset: int
    text_offset: int


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units Telegram counts in `text`."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Scanner:
    """One pass over the bytes; reading past the end yields NUL, as in the original."""

    def __init__(self, markup: str) -> None:
        self.raw = markup.encode("utf-8")
        self.i = 0

    def at(self) -> int:
        return self.raw[self.i] if self.i < len(self.raw) else 0

    def ended(self) -> bool:
        return self.i >= len(self.raw)

    def skip_space(self) -> None:
        while not self.ended() and self.at() in _SPACE:
            self.i += 1

    def until(self, stop: bytes) -> bytes:
        begin = self.i
        while not self.ended() and self.at() not in stop:
            self.i += 1
        return self.raw[begin : self.i]

    def entity(self) -> str:
        """Decode `&...;` at the cursor and step over it; "" (cursor unmoved) where it is not one."""
        end = self.i + 1
        if self.raw[end : end + 1] == b"#":
            base, end = (16, end + 2) if self.raw[end + 1 : end + 2] in (b"x", b"X") else (10, end + 1)
            digits = b"0123456789abcdefABCDEF" if base == 16 else b"0123456789"
            begin = end
            while end < len(self.raw) and self.raw[end] in digits:
                end += 1
            number = int(self.raw[begin:end], base) if end > begin else 0
            if number == 0 or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                return ""
            found = chr(number)
        else:
            begin = end
            while end < len(self.raw) and chr(self.raw[end]).isascii() and chr(self.raw[end]).isalpha():
                end += 1
            found = _NAMED.get(self.raw[begin:end], "")
            if not found:
                return ""
        self.i = end + 1 if self.raw[end : end + 1] == b";" else end
        return found


def parse_html(markup: str) -> tuple[str, list[dict[str, object]]]:
    """Return the visible text and its entities, in order of offset.

    Raises:
        ParseError: with the words the real server uses.
    """
    scan = _Scanner(markup)
    out: list[str] = []
    plain = bytearray()
    entities: list[dict[str, object]] = []
    stack: list[_Open] = []

    def flush() -> None:
        if plain:
            out.append(plain.decode("utf-8"))
            plain.clear()

    while not scan.ended():
        byte = scan.at()
        if byte == ord("&"):
            found = scan.entity()
            if found:
                plain.extend(found.encode())
                continue
        if byte != ord("<"):
            plain.append(byte)
            scan.i += 1
            continue
        flush()
        so_far = "".join(out)
        out = [so_far]
        begin = scan.i
        scan.i += 1
        if scan.at() != ord("/"):
            stack.append(_start_tag(scan, begin, so_far))
        else:
            entity = _end_tag(scan, begin, so_far, stack)
            if entity:
                entities.append(entity)
    if stack:
        raise ParseError(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    flush()
    entities.sort(key=lambda e: (e["offset"], -int(str(e["length"]))))
    return "".join(out), entities


def _start_tag(scan: _Scanner, begin: int, so_far: str) -> _Open:
    tag = scan.until(_SPACE + b">").decode("utf-8", "replace").lower()
    if scan.ended():
        raise ParseError(f"Unclosed start tag at byte offset {begin}")
    if tag not in _TAGS:
        raise ParseError(f'Unsupported start tag "{tag}" at byte offset {begin}')
    argument = ""
    while scan.at() != ord(">"):
        scan.skip_space()
        if scan.at() == ord(">"):
            break
        name = scan.until(_SPACE + b"=>").decode("utf-8", "replace").lower()
        if not name:
            raise ParseError(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        scan.skip_space()
        if scan.ended():
            raise ParseError(f'Unclosed start tag "{tag}" at byte offset {begin}')
        if scan.at() != ord("="):
            continue
        scan.i += 1
        scan.skip_space()
        value = _attribute_value(scan)
        if scan.ended():
            raise ParseError(f'Unclosed start tag "{tag}" at byte offset {begin}')
        if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id"), ("span", "class"), ("code", "class")}:
            argument = value
    scan.i += 1
    if tag == "span" and argument != "tg-spoiler":
        raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
    return _Open(tag, argument, utf16_length(so_far), len(so_far))


def _attribute_value(scan: _Scanner) -> str:
    quote = scan.at()
    if quote not in b"\"'":
        begin = scan.i
        while not scan.ended() and (chr(scan.at()).isalnum() or scan.at() in b".-"):
            scan.i += 1
        if not scan.ended() and scan.at() not in _SPACE + b">":
            raise ParseError(f"Unexpected end of name token at byte offset {begin}")
        return scan.raw[begin : scan.i].decode("utf-8", "replace").lower()
    scan.i += 1
    value = bytearray()
    while not scan.ended() and scan.at() != quote:
        found = scan.entity() if scan.at() == ord("&") else ""
        if found:
            value.extend(found.encode())
        else:
            value.append(scan.at())
            scan.i += 1
    if not scan.ended():
        scan.i += 1
    return value.decode("utf-8", "replace")


def _end_tag(scan: _Scanner, begin: int, so_far: str, stack: list[_Open]) -> dict[str, object] | None:
    if not stack:
        raise ParseError(f"Unexpected end tag at byte offset {begin}")
    scan.i += 1
    name = scan.until(_SPACE + b">").decode("utf-8", "replace").lower()
    scan.skip_space()
    if scan.at() != ord(">"):
        raise ParseError(f"Unclosed end tag at byte offset {begin}")
    scan.i += 1
    opened = stack.pop()
    if name and name != opened.tag:
        raise ParseError(f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{name}>"')
    length = utf16_length(so_far) - opened.utf16_offset
    if length <= 0:
        return None
    entity: dict[str, object] = {"type": _TAGS[opened.tag], "offset": opened.utf16_offset, "length": length}
    if opened.tag == "a":
        url = opened.argument or so_far[opened.text_offset :]
        if not is_valid_url(url):
            return None
        entity["url"] = url
    return entity


def is_valid_url(url: str) -> bool:
    """Say whether Telegram would make a link of it: a web (or tg:, mailto:) address with a host with a dot."""
    candidate = url if "://" in url or url.startswith(("tg:", "ton:", "mailto:")) else f"http://{url}"
    try:
        parts = urlsplit(candidate)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme in {"tg", "ton", "mailto"}:
        return True
    if parts.scheme not in {"http", "https"} or any(c.isspace() for c in candidate):
        return False
    return "." in host.strip(".") or host == "localhost"
