"""Names and things one text has exactly where the other has another: "drinking LEMON water" and "drinking GARLIC
water"."""

from __future__ import annotations

import difflib
import re

from retrieval.conflicts_lexicon import places, synonyms
from retrieval.rarity import rarity
from retrieval.tokens import stem

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_CJK = re.compile(r"[\u3400-\u9fff]")
_CAPITALISED = re.compile(r"(?<![.!?。！？\"“\n] )(?<!^)(?<!^[\"'“])\b([A-Z][\w'-]+)")
_MAX_WORDS = 60
_MAX_CHARACTERS = 160
_FRAME = 0.8
"""Share of the shorter text's content that must stand unchanged around a substitution before it counts as one: below,
two texts are merely about alike things."""
_NAME_FRAME = 0.65
"""The same for a word written as a name."""
_MIN_RARITY = 5.5
"""Rarity (see `retrieval.rarity`) from which a word is particular: in fewer than one of 250 fact-checks."""
_MIN_RARITY_IN_EQUAL_FRAME = 3.5
_EQUAL_FRAME = 0.95
"""Where everything else is equal, a more general word will do ("food" for "fuel")."""
_VERB_ENDINGS = ("ing", "ed", "ly")
_FUNCTION_CHARACTERS = frozenset(
    "的了是在会可以能被把就都也很还要让有和与及跟或而其这那个些人大家请您你我他她它们吗呢啊吧喔哦不没无未非勿别一再已将从到对为于来去上下中内外後后前们得着过等及之与,.!?:;\"'()[] "  # noqa: E501
)
_NOT_NAME = re.compile(r"[\d%零〇一二两三四五六七八九十百千万亿]|年|月|日")


def substitutions(original: str, message: str, claim: str, whole: str) -> list[tuple[str, str]]:
    """Return (words of the message, words of the claim) that stand in each other's place in equal surroundings.

    `original` is the sentence as written (capitals tell names), `message` and `claim` are normalised, `whole` is the
    normalised whole message: a word of the claim that stands anywhere in it is not missing.
    """
    if _CJK.search(message) and _CJK.search(claim):
        return _in_characters(message[:_MAX_CHARACTERS], claim[:_MAX_CHARACTERS], whole)
    return _in_words(original, message, claim, whole)


def _in_words(original: str, message: str, claim: str, whole: str) -> list[tuple[str, str]]:
    mine, theirs = _WORD.findall(message)[:_MAX_WORDS], _WORD.findall(claim)[:_MAX_WORDS]
    my_stems, their_stems = [_stem(word) for word in mine], [_stem(word) for word in theirs]
    content, claim_content = {stem for stem in my_stems if stem}, {stem for stem in their_stems if stem}
    if not content or not claim_content:
        return []
    frame = len(content & claim_content) / max(1, min(len(content), len(claim_content)) - 1)
    if frame < _NAME_FRAME:
        return []
    names = {name.lower() for name in _CAPITALISED.findall(original)} if not original.isupper() else set()
    everywhere = {_stem(word) for word in _WORD.findall(whole)}
    found = []
    matcher = difflib.SequenceMatcher(None, my_stems, their_stems, autojunk=False)
    for tag, start, end, claim_start, claim_end in matcher.get_opcodes():
        if tag != "replace" or end - start > 3 or claim_end - claim_start > 3:
            continue
        added = [
            word
            for word, stem in zip(mine[start:end], my_stems[start:end], strict=True)
            if stem and stem not in claim_content
        ]
        lost = [
            word
            for word, stem in zip(theirs[claim_start:claim_end], their_stems[claim_start:claim_end], strict=True)
            if stem and stem not in everywhere
        ]
        if not added or not lost or _mean_the_same(added, lost):
            continue
        if (names & set(added) and len(added) == len(lost)) or (
            frame >= _FRAME
            and len(added) == len(lost) == 1
            and _is_thing(added[0], frame)
            and _is_thing(lost[0], frame)
        ):
            found.append((" ".join(added), " ".join(lost)))
    return found


def _is_thing(word: str, frame: float) -> bool:
    """Whether a word is likely a particular thing, rather than a verb or a general word that has many stand-ins."""
    least = _MIN_RARITY_IN_EQUAL_FRAME if frame >= _EQUAL_FRAME else _MIN_RARITY
    return rarity(_stem(word)) >= least and not word.endswith(_VERB_ENDINGS)


def _stem(word: str) -> str:
    return stem(word) or ""


def _mean_the_same(added: list[str], lost: list[str]) -> bool:
    for one in added:
        for other in lost:
            if one[:4] == other[:4] or one in other or other in one:
                return True
            if synonyms().get(one, frozenset()) & synonyms().get(other, frozenset()):
                return True
    # Figures and places are compared for themselves.
    return any(_NOT_NAME.search(word) or word in places() for word in (*added, *lost))


def _in_characters(message: str, claim: str, whole: str) -> list[tuple[str, str]]:
    matcher = difflib.SequenceMatcher(None, message, claim, autojunk=False)
    blocks = matcher.get_opcodes()
    same = sum(end - start for tag, start, end, _, _ in blocks if tag == "equal" and end - start >= 2)
    shorter = min(len(_letters(message)), len(_letters(claim)))
    if not shorter or same < _FRAME * (shorter - 2):
        return []
    found = []
    for tag, start, end, claim_start, claim_end in blocks:
        if tag != "replace" or end - start > 6 or claim_end - claim_start > 6:
            continue
        added, lost = _letters(message[start:end]), _letters(claim[claim_start:claim_end])
        if min(len(added), len(lost)) < 2 or set(added) & set(lost) or _NOT_NAME.search(added + lost):
            continue
        if any(added[at : at + 2] in claim for at in range(len(added) - 1)):
            continue
        if any(lost[at : at + 2] in whole for at in range(len(lost) - 1)):
            continue
        if (
            lost in whole
            or added in claim
            or _synonymous(added, lost, message, claim, (start, end, claim_start, claim_end))
        ):
            continue
        found.append((added, lost))
    return found


def _letters(text: str) -> str:
    return "".join(character for character in text if character not in _FUNCTION_CHARACTERS)


def _synonymous(added: str, lost: str, message: str, claim: str, span: tuple[int, int, int, int]) -> bool:
    start, end, claim_start, claim_end = span
    table = synonyms()
    for left in (0, 1, 2):
        for right in (0, 1, 2):
            one = message[max(0, start - left) : end + right]
            other = claim[max(0, claim_start - left) : claim_end + right]
            if table.get(one, frozenset()) & table.get(other, frozenset()):
                return True
    return bool(table.get(added, frozenset()) & table.get(lost, frozenset()))
