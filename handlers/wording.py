"""Small pure operations on text that is about to be shown: cleaning, cutting, counting. Never rewords."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

ELLIPSIS = "…"

# Control characters but tab and line feed, lone surrogates, and the marks that turn reading order around (a
# quoted "gpj.exe" must not read "exe.jpg"). Joiners stay: emoji and several scripts need them.
_DANGEROUS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\u061c\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BLANK_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+[ \t]*")
_SPACES = re.compile(r"\s+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'」』）)]+", re.IGNORECASE)
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W_][\w'’.,:%°/-]*")
# Latin sentence ends need a space and a new beginning after them; full-width ones do not.
_LATIN_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[^\sa-z])")
_WIDE_END = re.compile(r"[。！？!?]+[」』”’）)]*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]\.)*[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Jr|Sr|No|vs|etc|Inc|Ltd|Co|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|approx|e\.g|i\.e))\.$"
)


def clean(text: str) -> str:
    """Return `text` without characters that hide, reorder or break it; line breaks kept, blank lines joined."""
    text = _DANGEROUS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _BLANK_LINES.sub("\n\n", text).strip()


def one_line(text: str) -> str:
    """Return `clean` text on one line."""
    return _SPACES.sub(" ", clean(text)).strip()


def cut(text: str, max_chars: int) -> str:
    """Return `text` shortened to at most `max_chars` characters, at a word's end where there is one; marked "…"."""
    if len(text) <= max_chars:
        return text
    kept = text[: max_chars - 1]
    if not _CJK.match(text[max_chars - 1]) and " " in kept[max_chars // 2 :]:
        kept = kept[: kept.rindex(" ")]
    while kept and (unicodedata.combining(kept[-1]) or kept[-1] == "\u200d"):
        kept = kept[:-1]
    return kept.rstrip(" ,;:，、；：") + ELLIPSIS


def without_links(text: str, replacement: str) -> str:
    """Return `text` with every web address replaced: a quoted scam must not become one tap away."""
    return _LINK.sub(replacement, text)


def safe_url(url: str) -> str:
    """Return `url` where it is a plain http(s) address without credentials, else ""."""
    candidate = url.strip()
    if _DANGEROUS.search(candidate) or _SPACES.search(candidate):
        return ""
    try:
        parts = urlsplit(candidate)
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    return candidate


def has_words(text: str) -> bool:
    """Whether there is anything to look up: a letter or digit of any script."""
    return any(character.isalnum() for character in text)


def size(text: str) -> int:
    """Return the length as people count it: words, or characters where the script is Chinese or Japanese.

    The 200 of the reply rules ("<= 200 words or 200 Chinese characters") counts in this unit. Punctuation
    counts nothing.
    """
    return len(_CJK.findall(text)) + len(_WORD.findall(_CJK.sub(" ", text)))


def sentences(text: str) -> list[str]:
    """Split `text` into its sentences, each verbatim; joined with what lay between them they give the text back.

    A line break ends a sentence too. Abbreviations and initials ("U.S.", "Dr.") do not.
    """
    found: list[str] = []
    for line in text.split("\n"):
        start = 0
        ends = sorted(
            {match.end() for match in _WIDE_END.finditer(line) if _is_wide(line, match)}
            | {match.end() for match in _LATIN_END.finditer(line) if not _ABBREVIATION.search(line[: match.end()])}
        )
        for end in ends:
            found.append(line[start:end].strip())
            start = end
        found.append(line[start:].strip())
    return [sentence for sentence in found if sentence]


def _is_wide(line: str, end: re.Match[str]) -> bool:
    """Whether a mark ends a sentence without needing a space: full-width, or "!" and "?" after Chinese."""
    if any(mark in end.group() for mark in "。！？"):
        return True
    return bool(_CJK.match(line[end.start() - 1])) if end.start() else False


def is_question(text: str) -> bool:
    """Whether a title asks instead of telling ("Did X do Y?")."""
    return bool(re.search(r"[?？][\"'”’」』）)\s]*$", text.strip()))


def same_words(left: str, right: str) -> bool:
    """Whether two lines differ only in case, punctuation, spacing or width."""
    return _folded(left) == _folded(right)


def contains_words(text: str, part: str) -> bool:
    """Whether `part` stands in `text` word for word (case, punctuation and width aside)."""
    folded = _folded(part)
    return bool(folded) and folded in _folded(text)


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
