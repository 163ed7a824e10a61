"""The JSON-LD in a web page."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from knowledge_base.exchange.errors import UnreadableFile
from knowledge_base.exchange.jsonl import TOO_DEEP, ReadRecord
from knowledge_base.exchange.lines import MAX_LINE_BYTES, ByteStream
from knowledge_base.exchange.report import Rejection

NO_JSON_LD = 'the page holds no <script type="application/ld+json">'

_DECLARED_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w\-]+)""", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|(?://\s*)?\]\]>)\s*$")


def read_page(stream: ByteStream) -> Iterator[ReadRecord | Rejection]:
    """Yield the JSON-LD scripts of a page; `line` is the line each begins on.

    Raises:
        UnreadableFile: the page is longer than 10 MB, in no readable encoding, or holds no JSON-LD at all.
    """
    content = stream.read(MAX_LINE_BYTES + 1)
    if len(content) > MAX_LINE_BYTES:
        raise UnreadableFile(f"the page is longer than {MAX_LINE_BYTES // (1024 * 1024)} MB")
    scripts = _Scripts()
    scripts.feed(_decoded(content))
    scripts.close()
    if not scripts.found:
        raise UnreadableFile(NO_JSON_LD)
    for line, text in scripts.found:
        try:
            # Pages break lines inside strings; browsers and search engines read them all the same.
            value = json.loads(_COMMENT.sub("", text), strict=False)
        except RecursionError:
            yield Rejection(line, TOO_DEEP)
        except ValueError as error:
            yield Rejection(line, f"the JSON-LD that begins here is not valid JSON: {error}")
        else:
            yield ReadRecord(line, {"@graph": value})


def _decoded(content: bytes) -> str:
    declared = _DECLARED_CHARSET.search(content[:4096])
    for charset in ("utf-8-sig", declared.group(1).decode("ascii", "ignore") if declared else ""):
        try:
            return content.decode(codecs.lookup(charset).name) if charset else _refuse()
        except (LookupError, UnicodeDecodeError):
            continue
    return _refuse()


def _refuse() -> str:
    raise UnreadableFile("the page is neither UTF-8 nor in the encoding it declares")


class _Scripts(HTMLParser):
    """Collects (line, text) of each application/ld+json script."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            kind = (dict(attrs).get("type") or "").split(";")[0].strip().lower()
            self._inside = kind == "application/ld+json"
            if self._inside:
                self.found.append((self.getpos()[0], ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            line, text = self.found[-1]
            self.found[-1] = (line, text + data)
