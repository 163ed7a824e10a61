"""The paragraphs a correction is made of. Pure; the editors' words stay as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.frame import Frame, same_language
from handlers.i18n import language_name
from handlers.messages import Block, BlockRole
from handlers.verdicts import seen_label, sign, word
from handlers.wording import (
    ELLIPSIS,
    clean,
    contains_words,
    cut,
    is_question,
    one_line,
    sentences,
    size,
    without_links,
)
from knowledge_base.models import FactCheck, FactCheckText, Narrative, Verdict
from retrieval.interface import MatchKind

MAX_QUOTE_CHARS = 90
MAX_CLAIM_CHARS = 180
_LEAST_WHY = 12  # a "why" shorter than this (words or characters) is not worth cutting
_SEMICOLON = re.compile("[;；]")

_CERTAINTY_KEYS = {
    MatchKind.EXACT: "certainty.exact",
    MatchKind.SAME_LINK: "certainty.same_link",
    MatchKind.SAME_CLAIM: "certainty.same_claim",
    MatchKind.POSSIBLE: "certainty.possible",
}


def text_of(fact_check: FactCheck, frame: Frame) -> tuple[str, FactCheckText]:
    """Return the text this reader gets, and its key."""
    key = frame.text_key(fact_check)
    return key, fact_check.texts[key]


def fact_of(text: FactCheckText, fact_check: FactCheck) -> str:
    """Return the headline where it can stand for the fact, else "": it asks, is missing, or repeats the claim."""
    headline = one_line(text.headline)
    claim = one_line(text.claim)
    supports = fact_check.verdict is Verdict.TRUE
    if not headline or is_question(headline) or (not supports and _repeats(headline, claim)):
        return ""
    return headline


def _repeats(headline: str, claim: str) -> bool:
    """Whether a title may only be the rumor again ("Fact check: X"); taken for it rather than risked as a fact."""
    return contains_words(claim, headline) or contains_words(headline, claim)


def lead_block(fact_check: FactCheck, text: FactCheckText, frame: Frame, *, number: int = 0) -> Block:
    """Return the first line: verdict and fact, else verdict and quoted claim; `number` 0 for an unnumbered one."""
    fact = fact_of(text, fact_check)
    # "False: Flu is viral" would read as if the fact were false.
    contradicts = bool(fact) and fact_check.verdict not in (None, Verdict.TRUE)
    key = "verdict.lead_fact" if contradicts else "verdict.lead"
    label = frame.say(key, sign=sign(fact_check), verdict=word(fact_check, frame.locale))
    if number:
        label = f"{number}. {label}"
    if contradicts:
        fact = frame.say("verdict.fact", fact=fact)
    elif not fact:
        fact = frame.say("verdict.claim", claim=cut(one_line(text.claim), MAX_CLAIM_CHARS))
    return Block(BlockRole.VERDICT, fact, label)


def claim_block(fact_check: FactCheck, text: FactCheckText, frame: Frame, lead: Block) -> Block | None:
    """Return the rumor, flagged; None where the first line already names it."""
    claim = one_line(text.claim)
    if not claim or not fact_of(text, fact_check) or contains_words(lead.text, claim):
        return None
    return Block(BlockRole.CLAIM, frame.quoted(cut(claim, MAX_CLAIM_CHARS)), seen_label(fact_check, frame.locale))


def why_block(text: FactCheckText, room: int, most: int, frame: Frame) -> tuple[Block | None, list[str]]:
    """Return the first sentences of the explanation that fit, and the sentences left over."""
    parts = sentences(clean(text.explanation or text.subtitle))
    label = frame.say("correction.why")
    room -= size(label)
    kept: list[str] = []
    for part in parts[:most]:
        if size(" ".join([*kept, part])) > room:
            clause = _whole_clauses(part, room - size(" ".join(kept)))
            kept += [clause] if clause else []
            break
        kept.append(part)
    if not parts or (not kept and room < _LEAST_WHY):
        return None, []
    if not kept:
        return Block(BlockRole.WHY, _cut_to_size(parts[0], room), label), []
    return Block(BlockRole.WHY, _joined(kept), label), parts[len(kept) :]


def _whole_clauses(sentence: str, room: int) -> str:
    """Return what comes before the last semicolon that fits, marked as cut; "" where nothing does."""
    for end in sorted((match.start() for match in _SEMICOLON.finditer(sentence)), reverse=True):
        if size(sentence[:end]) <= room:
            return sentence[:end] + ELLIPSIS
    return ""


def _joined(parts: Sequence[str]) -> str:
    """Join sentences as they stood: with a space, except after a full-width mark."""
    joined = parts[0]
    for part in parts[1:]:
        joined += part if joined[-1] in "。！？」』”" and not joined.isascii() and joined[-1] != "”" else f" {part}"
    return joined


def _cut_to_size(text: str, room: int) -> str:
    shortened = text
    while size(shortened) > max(room, 8) and len(shortened) > 1:
        shortened = cut(text, max(2, len(shortened) * 9 // 10))
    return shortened


def certainty_block(kind: MatchKind | None, frame: Frame) -> Block | None:
    """Return how the message was recognised, in words; None where there is no message."""
    if kind is None:
        return None
    return Block(BlockRole.CERTAINTY, frame.say(_CERTAINTY_KEYS[kind]), frame.say("certainty.label"))


def narrative_block(narrative: Narrative | None, frame: Frame) -> Block | None:
    """Return the line that names the storyline; None where there is none."""
    title = narrative_title(narrative, frame) if narrative else ""
    return Block(BlockRole.NARRATIVE, frame.say("narrative.line", title=title)) if title else None


def narrative_title(narrative: Narrative, frame: Frame) -> str:
    """Return a storyline's title in the reader's language, else in the first it has, else ""."""
    for wanted in (*frame.text_locales, frame.locale):
        for locale, title in narrative.titles.items():
            if same_language(locale, wanted):
                return one_line(title)
    return one_line(next(iter(narrative.titles.values()), ""))


def matched_block(quoted: str, frame: Frame) -> Block | None:
    """Return the part of the message this answers, its links made harmless; None for the whole."""
    quote = cut(one_line(without_links(quoted, frame.say("quote.link"))), MAX_QUOTE_CHARS)
    return Block(BlockRole.MATCHED, frame.quoted(quote), frame.say("correction.matched")) if quote else None


def other_language_block(key: str, frame: Frame) -> Block | None:
    """Return the note that a text is not in the language asked for; None where it is."""
    if any(same_language(key, wanted) for wanted in (*frame.text_locales, frame.locale)):
        return None
    language = language_name(key, in_locale=frame.locale)
    return Block(BlockRole.NOTE, frame.say("note.other_language", language=language))


def size_of(blocks: Sequence[Block | None]) -> int:
    """Return the length of some blocks as people count it; see `wording.size`."""
    return sum(size(block.line) for block in blocks if block is not None)
