"""Discord's markdown as its client reads it, far enough to tell what a text would turn into.

Rules in the order of the client's parser (simple-markdown): code, escape, links, mentions, emphasis, line starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_RULES = [
    ("code block", re.compile(r"```(?:[a-z0-9_+.#-]*\n)?\n*([^\n](?:.|\n)*?)\n*```", re.IGNORECASE)),
    ("code", re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")),
    ("escape", re.compile(r"\\([^0-9A-Za-z\s])")),
    ("masked link", re.compile(r"\[((?:\\.|[^\]\\\n])+)\]\(<([^>\s]+)>\)")),
    ("quiet link", re.compile(r"<(https?://[^ >]+)>")),
    ("link", re.compile(r"https?://[^\s<]+[^<.,:;\"')\]\s]", re.IGNORECASE)),
    ("mention", re.compile(r"<(?:@[!&]?|#)\d+>|@everyone|@here|<(?:a?:\w+:|t:|/[^:>]+:)\d+[^>]*>")),
    ("emoji", re.compile(r":[a-z0-9_+-]{2,}:", re.IGNORECASE)),
    ("bold", re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")),
    ("underline", re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")),
    ("italic", re.compile(r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b", re.ASCII)),
    ("italic", re.compile(r"\*(?=\S)((?:\*\*|\s+(?:[^*\s]|\*\*)|[^\s*])+?)\*(?!\*)")),
    ("strike", re.compile(r"~~([\s\S]+?)~~(?!_)")),
    ("spoiler", re.compile(r"\|\|([\s\S]+?)\|\|")),
]  # fmt: skip
_LINE_RULES = [
    ("small", re.compile(r"-# +(?=\S)")),
    ("heading", re.compile(r"#{1,3} +(?=\S)")),
    ("quote", re.compile(r">(?:>>)? +")),
    ("list", re.compile(r" *[*+-] +(?=\S)")),
]
_PLAIN = re.compile(r"[^\\*_~|`<\[:@hH\n]+")  # nothing a rule begins with
_INNER = {"bold", "underline", "italic", "strike", "spoiler"}


@dataclass
class Read:
    """What a reader sees, and what the markdown made of it."""

    text: str = ""
    formats: list[tuple[str, str]] = field(default_factory=list)

    @property
    def kinds(self) -> set[str]:
        """The kinds of format there are."""
        return {kind for kind, _ in self.formats}


def read(markdown: str) -> Read:
    """Read a text as Discord's client does."""
    found = Read()
    _read(markdown, found, at_line_start=True)
    return found


def _read(markdown: str, found: Read, *, at_line_start: bool) -> None:
    position = 0
    while position < len(markdown):
        if at_line_start or markdown[position - 1 : position] == "\n":
            at_line_start = False
            for kind, rule in _LINE_RULES:
                match = rule.match(markdown, position)
                if match:
                    found.formats.append((kind, match.group()))
                    position = match.end()
                    break
        plain = _PLAIN.match(markdown, position)
        if plain:
            found.text += plain.group()
            position = plain.end()
            continue
        for kind, rule in _RULES:
            match = rule.match(markdown, position)
            if match and match.end() > position:
                _apply(kind, match, found)
                position = match.end()
                break
        else:
            if position < len(markdown):
                found.text += markdown[position]
                position += 1


def _apply(kind: str, match: re.Match[str], found: Read) -> None:
    groups = [group for group in match.groups() if group is not None]
    if kind == "escape":
        found.text += groups[0]
        return
    if kind in _INNER:
        found.formats.append((kind, groups[0]))
        _read(groups[0], found, at_line_start=False)
    elif kind == "masked link":
        found.formats.append((kind, groups[1]))
        _read(groups[0], found, at_line_start=False)
    elif kind == "quiet link":
        found.formats.append((kind, groups[0]))
        found.text += groups[0]
    else:
        found.formats.append((kind, match.group()))
        found.text += groups[-1] if kind.startswith("code") else match.group()
