"""Same topic, other claim: what in a message contradicts a claim that looks like it. Pure.

A conflict never says who is right; it says that the fact-check may be about something else, so that the message must
not be answered directly. Questions and doubts about the claim itself are no conflict.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from retrieval.conflicts_figures import REMEMBERED, Figure, Place, days, figures, find_places, name_pattern, years
from retrieval.conflicts_lexicon import (
    HARMLESS_NEGATION_EN,
    HARMLESS_NEGATION_ZH,
    NEGATORS_EN,
    NEGATORS_ZH,
    opposites,
    rivals,
)
from retrieval.conflicts_names import substitutions
from retrieval.interface import Conflict
from retrieval.normalize import normalise
from retrieval.tokens import sentences, word_terms

_MAX_CHARS = 2_000
"""Of a message looked at: a conflict sits beside the claim, and the time must stay bounded."""
_MAX_SENTENCES = 20
_ROUNDING = 0.02
"""Relative difference two figures may have and still be one ("about 1,500" for 1,523)."""
_MIN_TOPIC = 0.5
"""Share of the claim's terms the sentence must have before opposites and negations are compared."""

_NEGATOR_EN = re.compile(r"\b(?:" + "|".join(sorted(NEGATORS_EN)) + r"|\w+n't)\b")
_HARMLESS_EN = re.compile(r"\b(?:" + HARMLESS_NEGATION_EN + r")")
_NEGATOR_ZH = re.compile("|".join(NEGATORS_ZH))
_HARMLESS_ZH = re.compile(HARMLESS_NEGATION_ZH)
_CLAUSE_END = re.compile(r"[,.;:!?，。；！？]|\bbut\b|但|却")
_SCOPE_WORDS = 5
_SCOPE_CHARACTERS = 6
_SIGNATURE = re.compile(r"\(@\w+\)\s+\w+ \d{1,2}, \d{4}\s*$")
"""Author and day under a copied post: when it was posted says nothing about the claim."""
_CODE = re.compile(r"(?<![a-z\d])(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{2,8}(?![a-z\d])")
_WARNING = re.compile(r"(?:^|[.;:!?,-] ?)(?:please |pls )?(?:do not|don't|dont|never|stop)\b")
"""An imperative before the claim ("don't use it, it causes ...") advises; it does not deny."""
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence (or a whole short text), taken apart once."""

    original: str
    text: str
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A message taken apart once, to be held against several claims."""

    whole: Statement
    parts: tuple[Statement, ...]


def parse_message(text: str) -> ParsedMessage:
    """Take a message apart; `text` is as the asker wrote it."""
    text = _SIGNATURE.sub("", text[:_MAX_CHARS])
    whole = _statement(text)
    pieces = sentences(text)[:_MAX_SENTENCES]
    parts = tuple(_statement(piece) for piece in pieces) if len(pieces) > 1 else (whole,)
    return ParsedMessage(whole, parts)


def find_conflicts(message: ParsedMessage | str, claim: str) -> tuple[Conflict, ...]:
    """Return what in `message` contradicts `claim` (normalised or not); empty where they may be one claim.

    Compared are the sentence of the message nearest to the claim and the claim; what the claim names and the message
    names anywhere is covered, and further figures or places of a longer message are no conflict.
    """
    if isinstance(message, str):
        message = parse_message(message)
    other = _statement(claim)
    if not other.terms or not message.whole.terms:
        return ()
    nearest = max(message.parts, key=lambda part: len(part.terms & other.terms) / (4 + len(part.terms)))
    shared = nearest.terms & other.terms
    found = [
        *_figure_conflicts(message.whole.text, nearest.text, other.text),
        *_date_conflicts(message.whole.text, nearest.text, other.text),
        *_place_conflicts(message.whole.text, nearest.text, other.text),
        *_name_conflicts(message.whole.text, nearest, other),
    ]
    if len(shared) >= _MIN_TOPIC * min(len(other.terms), len(nearest.terms)):
        found.extend(_polarity_conflicts(nearest, other))
    return tuple(found)


@functools.lru_cache(maxsize=REMEMBERED)
def _statement(text: str) -> Statement:
    folded = normalise(text)
    return Statement(text, folded, frozenset(word_terms(folded)))


def _figure_conflicts(whole: str, nearest: str, claim: str) -> list[Conflict]:
    claimed = figures(claim)
    if not claimed:
        return []
    said, near = figures(whole), figures(nearest)
    fresh = [figure for figure in near if not any(_equal(figure, other) for other in claimed)]
    missing = [figure for figure in claimed if not any(_equal(figure, other) for other in said)]
    for figure in missing:
        for rival in fresh:
            if rival.unit == figure.unit or (not (rival.unit and figure.unit) and len(missing) == len(fresh) == 1):
                return [Conflict("number", rival.words, figure.words)]
    return []


def _equal(one: Figure, other: Figure) -> bool:
    if {one.unit, other.unit} & {"%", "ordinal"} and one.unit != other.unit and one.unit and other.unit:
        return False
    return abs(one.value - other.value) <= _ROUNDING * max(abs(one.value), abs(other.value))


def _date_conflicts(whole: str, nearest: str, claim: str) -> list[Conflict]:
    pairs = [(years(whole), years(nearest), years(claim))]
    pairs += zip(days(whole), days(nearest), days(claim), strict=True)  # type: ignore[arg-type]
    for said, near, claimed in pairs:
        missing = [words for key, words in claimed.items() if key not in said]
        fresh = [words for key, words in near.items() if key not in claimed]
        if missing and fresh and not (claimed.keys() & said.keys()):
            return [Conflict("date", fresh[0], missing[0])]
    return []


def _place_conflicts(whole: str, nearest: str, claim: str) -> list[Conflict]:
    claimed = find_places(claim)
    if not claimed:
        return []

    def known(place: Place, places: list[Place]) -> bool:
        return any(place.is_compatible(other) for other in places)

    said, near = find_places(whole), find_places(nearest)
    missing = [place for place in claimed if not known(place, said)]
    fresh = [place for place in near if not known(place, claimed)]
    return [Conflict("place", fresh[0].words, missing[0].words)] if missing and fresh else []


def _name_conflicts(whole: str, nearest: Statement, claim: Statement) -> list[Conflict]:
    claimed, said, near = _kinds(claim.text), _kinds(whole), _kinds(nearest.text)
    for kind, members in claimed.items():
        missing = [words for member, words in members.items() if member not in said.get(kind, {})]
        fresh = [words for member, words in near.get(kind, {}).items() if member not in members]
        if missing and fresh:
            return [Conflict("name", fresh[0], missing[0])]
    codes, claim_codes = set(_CODE.findall(nearest.text)), set(_CODE.findall(claim.text))
    for code in sorted(claim_codes - set(_CODE.findall(whole))):
        for rival in sorted(codes - claim_codes):
            if _shape(rival) == _shape(code):
                return [Conflict("name", rival, code)]
    return [
        Conflict("name", mine, theirs)
        for mine, theirs in substitutions(nearest.original, nearest.text, claim.text, whole)[:1]
    ]


@functools.lru_cache(maxsize=REMEMBERED)
def _kinds(text: str) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for match in _rival_pattern().finditer(text):
        kind, member = rivals()[match.group()]
        found.setdefault(kind, {})[member] = match.group()
    return found


@functools.cache
def _rival_pattern() -> re.Pattern[str]:
    return name_pattern(rivals())


def _shape(code: str) -> str:
    return re.sub(r"\d+", "0", code)


def _polarity_conflicts(message: Statement, claim: Statement) -> list[Conflict]:
    mine, theirs = _negated(message.text), _negated(claim.text)
    turned = False
    if len(mine) != len(theirs):
        negated, fewer, positive = (mine, theirs, claim) if len(mine) > len(theirs) else (theirs, mine, message)
        covered = set[str]().union(*(words for _, words in fewer))
        turned = any(words & positive.terms - covered for _, words in negated)
    opposite = _opposite(message.text, claim.text)
    if opposite is None:
        return [Conflict("negation", mine[0][0] if mine else "", theirs[0][0] if theirs else "")] if turned else []
    # "not safe" is "dangerous": a negator that governs the opposite takes it back.
    if _governs(mine, opposite[0]) != _governs(theirs, opposite[1]):
        return []
    return [Conflict("negation", *opposite)]


def _governs(negated: list[tuple[str, set[str]]], word: str) -> bool:
    terms = set(word_terms(word))
    return any(terms & words for _, words in negated)


@functools.lru_cache(maxsize=REMEMBERED)
def _negated(text: str) -> list[tuple[str, set[str]]]:
    """Return each negator with the terms it governs."""
    found: list[tuple[str, set[str]]] = []
    english = _WARNING.sub(" ", _HARMLESS_EN.sub(" ", text))
    for match in _NEGATOR_EN.finditer(english):
        rest = _CLAUSE_END.split(english[match.end() :], maxsplit=1)[0]
        scope = word_terms(" ".join(rest.split()[:_SCOPE_WORDS]))
        found.append((match.group(), set(scope)))
    if _CJK.search(text):
        chinese = _HARMLESS_ZH.sub(lambda match: "。" * len(match.group()), text)
        for match in _NEGATOR_ZH.finditer(chinese):
            rest = _CLAUSE_END.split(chinese[match.end() :], maxsplit=1)[0][:_SCOPE_CHARACTERS]
            before = _CLAUSE_END.split(chinese[: match.start()])[-1][-2:]
            found.append(
                (
                    match.group(),
                    set(word_terms(rest)) | set(word_terms(before)) | set(word_terms(before[-1:] + rest[:1])),
                )
            )
    return found


def _opposite(message: str, claim: str) -> tuple[str, str] | None:
    mine, theirs = _sides(message), _sides(claim)
    turns = []
    for pair in mine.keys() & theirs.keys():
        if mine[pair].keys().isdisjoint(theirs[pair].keys()):
            turns.append((next(iter(mine[pair].values())), next(iter(theirs[pair].values()))))
    return turns[0] if len(turns) % 2 else None


@functools.lru_cache(maxsize=REMEMBERED)
def _sides(text: str) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for match in _opposite_pattern().finditer(text):
        for pair, side in opposites()[match.group()]:
            found.setdefault(pair, {})[side] = match.group()
    return found


@functools.cache
def _opposite_pattern() -> re.Pattern[str]:
    return name_pattern(dict.fromkeys(opposites(), ("", "")))
