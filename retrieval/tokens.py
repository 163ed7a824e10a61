"""Terms for the lexical legs, and sentences."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Protocol

_STOP_WORDS = frozenset(
    "a about above after again all also am an and any are as at be because been before being below "
    "between both but by can could "
    "did do does doing down during each few for from further get got had has have having he her here "
    "hers herself him himself his "
    "how i if in into is it its itself just let me more most my myself of off on once only or other "
    "our ours ourselves out over own "
    "same she should so some such than that the their theirs them themselves then there these they "
    "this those through to too under "
    "until up very was we were what when where which while who whom why will with would you your "
    "yours yourself yourselves "
    "im ive youre dont doesnt didnt isnt arent wasnt werent cant wont thats theres hes shes theyre "
    "weve rt via amp s t re ll ve d m".split()
)
"""English function words (the common 130 of the SMART/NLTK lists plus chat contractions). Negations that carry the
claim ("no", "not", "never") stay."""

_CJK_RANGES = "\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff\U00020000-\U0003ffff"
_NO_SPACES = _CJK_RANGES + "\u0e00-\u0e7f\u1780-\u17ff\u1000-\u109f\u0e80-\u0eff"
_TERM = re.compile(rf"[{_NO_SPACES}]+|[^\W_{_NO_SPACES}]+(?:'[^\W_{_NO_SPACES}]+)?(?:[.,]\d+)*")
_NO_SPACE_RUN = re.compile(rf"[{_NO_SPACES}]")
_NUMBER_GROUP = re.compile(r"(?<=\d),(?=\d{3})")
_CHAR_GRAM = 4
"""Length of character grams inside words; measured on tweets, where 3-5 together are only 0.2 points better."""
_MAX_TERM_CHARS = 40
_SENTENCE_END = re.compile(
    r"(?<=[。！？!?…；])[」』”\"')）]*|(?<=[.])[\"')”’]*(?=\s+[A-Z0-9\"'“‘(\u3400-\u9fff#@])|\s*\n+\s*|(?<=[。！？])"
)
_ABBREVIATION = re.compile(
    r"(?:^|\s)(?:mr|mrs|ms|dr|prof|sen|rep|gov|gen|st|vs|no|inc|jr|sr|u\.s|u\.k|e\.g|i\.e|[a-z])\.$", re.IGNORECASE
)
_HAS_WORD = re.compile(r"\w")


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library's name


def word_terms(normalised: str) -> list[str]:
    """Return the terms of a normalised text, in order, repeats kept: Latin words as English stems without stop
    words, scripts without spaces as character bigrams (a lone character as itself), figures as they are.
    """
    terms: list[str] = []
    for match in _TERM.finditer(_NUMBER_GROUP.sub("", normalised)):
        run = match.group()
        if _NO_SPACE_RUN.match(run):
            terms.extend(_grams(run, 2))
        elif (term := stem(run)) is not None:
            terms.append(term)
    return terms


def content_words(normalised: str) -> list[str]:
    """Return what counts as words: stems, and one for every two characters of scripts without spaces."""
    words: list[str] = []
    for match in _TERM.finditer(normalised):
        run = match.group()
        if _NO_SPACE_RUN.match(run):
            words.extend(run[at : at + 2] for at in range(0, len(run), 2))
        elif (term := stem(run)) is not None:
            words.append(term)
    return words


def shared_words(one: str, other: str, counts: Callable[[str], bool] = bool) -> int:
    """Return how many distinct words of `one` stand in `other`, too; characters of scripts without spaces count in
    pairs that do not overlap. `counts` tells which terms count at all.
    """
    theirs = frozenset(word_terms(other))
    found: set[str] = set()
    for match in _TERM.finditer(one):
        run = match.group()
        if not _NO_SPACE_RUN.match(run):
            term = stem(run)
            if term in theirs and counts(term):
                found.add(term)
            continue
        at = 0
        while at < len(run) - 1:
            if run[at : at + 2] in theirs and counts(run[at : at + 2]):
                found.add(run[at : at + 2])
                at += 1
            at += 1
    return len(found)


def char_terms(normalised: str) -> list[str]:
    """Return character grams that survive typing errors: four inside a word with its borders marked, and single
    characters and threes of scripts without spaces.
    """
    grams: list[str] = []
    for match in _TERM.finditer(normalised):
        run = match.group()
        if _NO_SPACE_RUN.match(run):
            grams.extend(run)
            if len(run) >= 3:
                grams.extend(_grams(run, 3))
        else:
            grams.extend(_grams(f"_{run[:_MAX_TERM_CHARS]}_", _CHAR_GRAM))
    return grams


def sentences(original: str) -> list[str]:
    """Split a message as the asker wrote it into sentences (English and Chinese), stripped, none empty."""
    found: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(original):
        piece = original[start : match.end()]
        if not piece.strip() or (piece.rstrip().endswith(".") and _ABBREVIATION.search(piece.rstrip()[-8:])):
            continue
        found.append(piece.strip())
        start = match.end()
    found.append(original[start:].strip())
    return [piece for piece in found if _HAS_WORD.search(piece)]


@functools.lru_cache(maxsize=200_000)
def stem(word: str) -> str | None:
    """Return the English stem of one lower-case word, None for a stop word; words with figures stay as they are."""
    word = word.removesuffix("'s").replace("'", "")[:_MAX_TERM_CHARS]
    if not word or word in _STOP_WORDS:
        return None
    if not word.isascii() or not word.isalpha():
        return word
    return _stemmer().stemWord(word)


def _grams(run: str, size: int) -> list[str]:
    if len(run) <= size:
        return [run]
    return [run[start : start + size] for start in range(len(run) - size + 1)]


@functools.cache
def _stemmer() -> _Stemmer:
    import snowballstemmer

    stemmer: _Stemmer = snowballstemmer.stemmer("english")
    return stemmer
