"""Text folded for matching, so that the many disguises of one rumor look the same.

Each step is a function of its own, `str -> str`. `normalise` chains them until nothing changes any more, which
makes it idempotent. The folded text is never shown to anybody. Why each step: docs/evaluation.md, "Evasion".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from retrieval.normalize_characters import compatible, latin_lookalikes, simplified, visible
from retrieval.normalize_phrases import strip_chat_export, strip_forward_marks, strip_lead_ins
from retrieval.urls import strip_urls

NORMALISER_VERSION = 2
"""Raise with every change of what `normalise` or `tokens` return: an index of another version rebuilds itself."""

_MAX_PASSES = 6
"""Folding settles in one or two passes; more only for text built to resist."""

_HASHTAG_OR_HANDLE = re.compile(r"(?<![\w.])[#@](\w+)")
_WORD_BORDER_IN_NAME = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d{2})|_+")
_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "l"}
)
_LEET_TOKEN = re.compile(r"(?<![\w@$])(?:[a-z0-9$@][a-z0-9@$!|]*[a-z0-9@$])(?![\w@$])")
_INNER_LEET = re.compile(r"[a-z][013457@$!|]{1,2}(?=[a-z])")
_LEET_SIGN = re.compile(r"[a-z][013457@$!|]{1,2}[a-z]")
_ONLY_LEET_FIGURES = re.compile(r"[a-z013457@$!|]+\Z")
_FIGURES_AT_END = re.compile(r"\d+\Z")
_NAME_WITH_FIGURES = re.compile(
    r"(?:[a-z]{1,3}\d{1,3}[a-z]?\d?|\d{1,3}[a-z]{1,3}|(?:iphone|covid|galaxy|windows|boeing|airbus|type|part)\d+)\Z"
)
_SHORT_WORDS = frozenset(
    "is it to not no on so as at be he me we the of or do go us its was are his has had who how why "
    "for you all one two too now "
    "new see say she him can may man men get got out our any ban die led lie lab law old own run sea "
    "set sex tax war win".split()
)
_SPACED_LETTERS = re.compile(
    r"(?<![^\W_])[a-z0-9@$](?:([ ._\-*·|/~])[a-z0-9@$])(?:\1[a-z0-9@$]){2,}(?![^\W_]|[.'][a-z])"
)
_SPACED_CAPITALS = re.compile(r"(?<![\w.])([a-z])\.([a-z])\.(?:([a-z])\.?)?(?!\w)")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff"
_SPACE_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}])[ \t]+(?=[{_CJK}])")
_DOTTED_CJK = re.compile(rf"[{_CJK}](?:[._\-*·|/~+^][{_CJK}]){{2,}}")
_SEPARATORS = re.compile(r"[ ._\-*·|/~+^]")
_REPEATED_PUNCTUATION = re.compile(r"([^\w\s])\1+")
_GAPS = re.compile(r"\s+")
_EDGE = " \t\n.,;:!?-~·*\"'|/>=_"
_NOT_WORD = re.compile(r"[\W_]+")


def split_handles_and_hashtags(text: str) -> str:
    """Turn "#StopTheSteal" and "@JohnDoe_1" into words: names and slogans carry the claim."""
    if "#" not in text and "@" not in text:
        return text
    return _HASHTAG_OR_HANDLE.sub(_spread_name, text)


def lower_case(text: str) -> str:
    """Lower the case; letters that fall apart on the way (İ) are folded again."""
    lowered = text.lower()
    return lowered if lowered.isascii() else visible(lowered)


def unleet(text: str) -> str:
    """Read figures and signs as letters inside alphabetic words ("v4cc1ne"), leaving "h1n1", "covid19", "5g" alone.

    A word is taken for disguised where a figure stands between letters and letters are the majority. Where a text
    has two such words, its short ones ("1s", "n0t") and endings ("ki11s5") are read the same way.
    """
    if not _LEET_SIGN.search(text):
        return text
    disguised = {token for token in _LEET_TOKEN.findall(text) if _is_disguised(token)}
    if not disguised:
        return text
    throughout = len(disguised) >= 2

    def fold(match: re.Match[str]) -> str:
        token = match.group()
        if token in disguised:
            if throughout:
                return token.translate(_LEET)
            end = _FIGURES_AT_END.search(token)
            keep = len(token) - len(end.group()) if end else len(token)
            return token[:keep].translate(_LEET) + token[keep:]
        if throughout and _ONLY_LEET_FIGURES.match(token) and any("a" <= letter <= "z" for letter in token):
            read = token.translate(_LEET)
            return token if _NAME_WITH_FIGURES.match(token) and read not in _SHORT_WORDS else read
        return token

    return _LEET_TOKEN.sub(fold, text)


def join_spaced_letters(text: str) -> str:
    """Join "v a c c i n e" and "v.a.c.c.i.n.e" (four single letters or more), "u.s.a.", and spaced Chinese."""
    text = _SPACED_LETTERS.sub(lambda match: _SEPARATORS.sub("", match.group()), text)
    if "." in text:
        text = _SPACED_CAPITALS.sub(lambda match: "".join(part or "" for part in match.groups()), text)
    if text.isascii():
        return text
    text = _SPACE_BETWEEN_CJK.sub("", text)
    return _DOTTED_CJK.sub(lambda match: _SEPARATORS.sub("", match.group()), text)


def tidy(text: str) -> str:
    """Collapse gaps and repeated punctuation, trim the edges."""
    return _GAPS.sub(" ", _REPEATED_PUNCTUATION.sub(r"\1", text)).strip(_EDGE)


STEPS: tuple[Callable[[str], str], ...] = (
    compatible,
    visible,
    latin_lookalikes,
    strip_urls,
    strip_chat_export,
    split_handles_and_hashtags,
    lower_case,
    latin_lookalikes,
    simplified,
    join_spaced_letters,
    unleet,
    strip_forward_marks,
    strip_lead_ins,
    tidy,
)
"""In order: the earlier ones see case and line ends, the later ones lower-case simplified text."""

_SETTLE_AT_ONCE = frozenset({compatible, visible, lower_case, simplified})
"""Steps after which nothing more of their kind can be hidden; any other change asks for another pass."""


def normalise(text: str) -> str:
    """Return `text` folded for matching: idempotent, "" for text without content, any length."""
    for _ in range(_MAX_PASSES):
        unsettled = False
        for step in STEPS:
            folded = step(text)
            unsettled = unsettled or (folded != text and step not in _SETTLE_AT_ONCE)
            text = folded
        if not unsettled:
            break
    return text


def fingerprint(text: str) -> str:
    """Return 32 hex digits that are equal for texts equal but for disguise, punctuation and gaps; "" for no content."""
    letters = _NOT_WORD.sub("", normalise(text))
    return hashlib.blake2b(letters.encode(), digest_size=16).hexdigest() if letters else ""


def _spread_name(match: re.Match[str]) -> str:
    return " " + _WORD_BORDER_IN_NAME.sub(" ", match.group(1)) + " "


def _is_disguised(token: str) -> bool:
    if not _INNER_LEET.search(token):
        return False
    letters = sum("a" <= character <= "z" for character in token)
    return letters >= 3 and letters > len(token) - letters and not any(figure in token for figure in "2689")
