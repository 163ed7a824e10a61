"""Corrections in words (DESIGN, "Reply design"): verdict and fact first, the rumor once, why, source, certainty.

Pure. Editors' sentences are shown verbatim: whole ones, never reworded; what does not fit stays behind "Read more".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.closing import closing_sentence
from handlers.frame import Frame, same_language
from handlers.i18n import language_name
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind, Shown
from handlers.sources import source_blocks
from handlers.verdicts import seen_label, sign, word
from handlers.wording import (
    ELLIPSIS,
    clean,
    contains_words,
    cut,
    is_question,
    one_line,
    same_words,
    sentences,
    size,
    without_links,
)
from knowledge_base.models import FactCheck, FactCheckText, Narrative
from retrieval.interface import Match, MatchKind

MAX_SIZE = 200  # words, or Chinese characters, of one correction without its sources; DESIGN section 7
MAX_WHY_SENTENCES = 2  # the same
MAX_QUOTE_CHARS = 90
_LONG_MESSAGE_CHARS = 200  # from here on the reply names the sentence it answers
_LEAST_WHY = 24  # a "why" shorter than this (words or characters) is not worth cutting

_SEMICOLON = re.compile("[;；]")

_CERTAINTY_KEYS = {
    MatchKind.EXACT: "certainty.exact",
    MatchKind.SAME_LINK: "certainty.same_link",
    MatchKind.SAME_CLAIM: "certainty.same_claim",
    MatchKind.POSSIBLE: "certainty.possible",
}


@dataclass(frozen=True, slots=True)
class Correction:
    """What goes into one correction. `kind` is None where it answers no message (a shared link, a listing).

    `quoted` is the part of the asker's message it answers, "" where that is the whole message.
    """

    fact_check: FactCheck
    kind: MatchKind | None = None
    quoted: str = ""
    narrative: Narrative | None = None
    changed: bool = False


def correction(asked: Correction, frame: Frame) -> Reply:
    """Return the reply that answers a message with one fact-check."""
    fact_check = asked.fact_check
    key, text = _text(fact_check, frame)
    lead = _lead(fact_check, text, frame)
    claim = _claim(fact_check, text, frame, lead)
    certainty = _certainty(asked.kind, frame)
    narrative = _narrative(asked.narrative, frame)
    notes = _notes(asked, key, frame)
    matched = _matched(asked.quoted, frame)
    fixed = [lead, matched, claim, certainty, narrative, *notes]
    why, rest = _why(text, MAX_SIZE - _size(fixed), MAX_WHY_SENTENCES, frame)
    closing = closing_sentence(rest, MAX_SIZE - _size([*fixed, why]), key)
    fact = Block(BlockRole.FACT, closing, frame.say("correction.fact")) if closing else None
    blocks = [lead, matched, claim, why, fact, *source_blocks(fact_check, frame), certainty, narrative, *notes]
    return frame.reply(
        ReplyKind.CORRECTION,
        [block for block in blocks if block is not None],
        [more_button(fact_check, frame), share_button(fact_check, frame)],
        [_not_meant_button(fact_check, frame)],
        shown=(Shown(fact_check.id, fact_check.revision),),
    )


def corrections(asked: Sequence[Correction], frame: Frame) -> Reply:
    """Return one reply for a forward that carries several checked claims, each with the sentence it answers."""
    note = Block(BlockRole.NOTE, frame.say("note.rest_unchecked"))
    heads = [_head(each, number, frame) for number, each in enumerate(asked, start=1)]
    room = MAX_SIZE - _size([note, *(block for head in heads for block in head)])
    blocks: list[Block] = []
    buttons: list[Button] = []
    for number, (each, head) in enumerate(zip(asked, heads, strict=True), start=1):
        why, _ = _why(_text(each.fact_check, frame)[1], room // (len(asked) - number + 1), 1, frame)
        room -= _size([why])
        blocks += [*head, *([why] if why else []), *_least_sources(each.fact_check, frame)]
        buttons.append(Button(frame.say("button.details", number=number), Action(ActionName.WHY, each.fact_check.id)))
    shown = tuple(Shown(each.fact_check.id, each.fact_check.revision) for each in asked)
    return frame.reply(ReplyKind.CORRECTION, [*blocks, note], buttons, shown=shown)


def _head(asked: Correction, number: int, frame: Frame) -> list[Block]:
    """Return what one of several corrections cannot do without: verdict, fact, and what it answers."""
    key, text = _text(asked.fact_check, frame)
    head = (
        _lead(asked.fact_check, text, frame, number=number),
        _matched(asked.quoted, frame),
        _other_language(key, frame),
    )
    return [block for block in head if block is not None]


def _least_sources(fact_check: FactCheck, frame: Frame) -> list[Block]:
    """Return who checked it and, where that has no address, the first evidence that has one."""
    blocks = source_blocks(fact_check, frame)
    linked = next((block for block in blocks if block.url), None)
    return blocks[:1] if linked is None or linked is blocks[0] else [blocks[0], linked]


def asked_from(match: Match, message_text: str, *, several: bool, narrative: Narrative | None) -> Correction:
    """Return the correction a match asks for; the matched sentence is named where the message is long."""
    names_sentence = several or (
        len(message_text) > _LONG_MESSAGE_CHARS and not same_words(match.matched_text, message_text)
    )
    return Correction(
        fact_check=match.fact_check,
        kind=match.kind,
        quoted=match.matched_text if names_sentence else "",
        narrative=narrative,
    )


def share_text(fact_check: FactCheck, frame: Frame) -> str:
    """Return the correction as plain text, ready to be posted back where the rumor came from."""
    key, text = _text(fact_check, frame)
    lead = _lead(fact_check, text, frame)
    claim = _claim(fact_check, text, frame, lead)
    why, _ = _why(text, MAX_SIZE - _size([lead, claim]), MAX_WHY_SENTENCES, frame)
    blocks = [lead, claim, why, _other_language(key, frame), *source_blocks(fact_check, frame)[:2]]
    shown = [block for block in blocks if block is not None]
    page = frame.page(fact_check)
    if page and all(block.url != page for block in shown):
        shown.append(Block(BlockRole.SOURCE, frame.say("button.read_more"), url=page))
    return Reply(ReplyKind.CORRECTION, tuple(shown), frame.locale).plain_text()


def full_explanation(
    fact_check: FactCheck, frame: Frame, *, changed: bool = False, answers_message: bool = False
) -> Reply:
    """Return everything the record says: the whole explanation and every source.

    Args:
        fact_check: what to explain.
        frame: how to dress it.
        changed: whether the reader was shown an older revision.
        answers_message: whether there is a message it may turn out not to fit.
    """
    key, text = _text(fact_check, frame)
    lead = _lead(fact_check, text, frame)
    whole = clean(text.explanation or text.subtitle)
    blocks = [
        lead,
        _claim(fact_check, text, frame, lead),
        Block(BlockRole.WHY, whole, frame.say("correction.why")) if whole else None,
        *source_blocks(fact_check, frame, most=20),
        *_notes(Correction(fact_check, changed=changed), key, frame),
    ]
    page = frame.page(fact_check)
    rows = [[Button(frame.say("button.page"), url=page)]] if page else []
    return frame.reply(
        ReplyKind.CORRECTION,
        [block for block in blocks if block is not None],
        [share_button(fact_check, frame)],
        *rows,
        [_not_meant_button(fact_check, frame)] if answers_message else [],
        shown=(Shown(fact_check.id, fact_check.revision),),
    )


def summary(fact_check: FactCheck, frame: Frame, *, number: int = 0) -> Block:
    """Return one line with its link: verdict, fact (or the flagged claim), publisher; for lists, 0: unnumbered."""
    _, text = _text(fact_check, frame)
    lead = _lead(fact_check, text, frame, number=number)
    publisher = one_line(fact_check.publisher)
    sources = source_blocks(fact_check, frame)
    url = frame.page(fact_check) or next((block.url for block in sources if block.url), "")
    return Block(BlockRole.CHOICE, frame.say("list.item", fact=lead.text, publisher=publisher), lead.label, url)


def stated_fact(fact_check: FactCheck, frame: Frame) -> str:
    """Return the headline in the reader's language where it states the fact, else "".

    Imported titles often ask ("Did X do Y?") or repeat the rumor; neither may stand where the fact belongs.
    """
    _, text = _text(fact_check, frame)
    return _fact(text, fact_check)


def claim_of(fact_check: FactCheck, frame: Frame) -> str:
    """Return the claim in the reader's language, on one line."""
    return cut(one_line(_text(fact_check, frame)[1].claim), 2 * MAX_QUOTE_CHARS)


def more_button(fact_check: FactCheck, frame: Frame) -> Button:
    """Return "Read more": the whole explanation, in the chat."""
    return Button(frame.say("button.read_more"), Action(ActionName.WHY, fact_check.id))


def share_button(fact_check: FactCheck, frame: Frame) -> Button:
    """Return "Share": hands the text to the platform where it can share, else answers with it."""
    text = share_text(fact_check, frame) if frame.limits.can_share else ""
    return Button(frame.say("button.share"), Action(ActionName.SHARE, fact_check.id), share_text=text)


def _not_meant_button(fact_check: FactCheck, frame: Frame) -> Button:
    return Button(frame.say("button.not_meant"), Action(ActionName.NOT_MEANT, fact_check.id))


def _text(fact_check: FactCheck, frame: Frame) -> tuple[str, FactCheckText]:
    key = frame.text_key(fact_check)
    return key, fact_check.texts[key]


def _fact(text: FactCheckText, fact_check: FactCheck) -> str:
    headline = one_line(text.headline)
    claim = one_line(text.claim)
    supports = fact_check.verdict is not None and fact_check.verdict.value == "true"
    if not headline or is_question(headline) or (not supports and _repeats(headline, claim)):
        return ""
    return headline


def _repeats(headline: str, claim: str) -> bool:
    """Whether a title may only be the rumor again ("Fact check: X"); taken for it rather than risked as a fact."""
    return contains_words(claim, headline) or contains_words(headline, claim)


def _lead(fact_check: FactCheck, text: FactCheckText, frame: Frame, *, number: int = 0) -> Block:
    verdict = word(fact_check, frame.locale)
    if number:
        label = frame.say("verdict.lead_numbered", number=number, sign=sign(fact_check), verdict=verdict)
    else:
        label = frame.say("verdict.lead", sign=sign(fact_check), verdict=verdict)
    fact = _fact(text, fact_check)
    if not fact:
        fact = frame.say("verdict.claim", claim=cut(one_line(text.claim), 2 * MAX_QUOTE_CHARS))
    return Block(BlockRole.VERDICT, fact, label)


def _claim(fact_check: FactCheck, text: FactCheckText, frame: Frame, lead: Block) -> Block | None:
    """Return the rumor, flagged; None where the first line already names it."""
    claim = one_line(text.claim)
    if not claim or not _fact(text, fact_check) or contains_words(lead.text, claim):
        return None
    return Block(BlockRole.CLAIM, frame.quoted(cut(claim, 2 * MAX_QUOTE_CHARS)), seen_label(fact_check, frame.locale))


def _why(text: FactCheckText, room: int, most: int, frame: Frame) -> tuple[Block | None, list[str]]:
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
    if not parts or (not kept and room < _LEAST_WHY // 2):
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


def _certainty(kind: MatchKind | None, frame: Frame) -> Block | None:
    if kind is None:
        return None
    return Block(BlockRole.CERTAINTY, frame.say(_CERTAINTY_KEYS[kind]), frame.say("certainty.label"))


def _narrative(narrative: Narrative | None, frame: Frame) -> Block | None:
    title = narrative_title(narrative, frame) if narrative else ""
    return Block(BlockRole.NARRATIVE, frame.say("narrative.line", title=title)) if title else None


def narrative_title(narrative: Narrative, frame: Frame) -> str:
    """Return a storyline's title in the reader's language, else in the first it has, else ""."""
    for wanted in (*frame.text_locales, frame.locale):
        for locale, title in narrative.titles.items():
            if same_language(locale, wanted):
                return one_line(title)
    return one_line(next(iter(narrative.titles.values()), ""))


def _matched(quoted: str, frame: Frame) -> Block | None:
    quote = cut(one_line(without_links(quoted, frame.say("quote.link"))), MAX_QUOTE_CHARS)
    return Block(BlockRole.MATCHED, frame.quoted(quote), frame.say("correction.matched")) if quote else None


def _other_language(key: str, frame: Frame) -> Block | None:
    if any(same_language(key, wanted) for wanted in (*frame.text_locales, frame.locale)):
        return None
    language = language_name(key, in_locale=frame.locale)
    return Block(BlockRole.NOTE, frame.say("note.other_language", language=language))


def _notes(asked: Correction, key: str, frame: Frame) -> list[Block]:
    changed = Block(BlockRole.NOTE, frame.say("note.changed")) if asked.changed else None
    return [note for note in (changed, _other_language(key, frame)) if note is not None]


def _size(blocks: Sequence[Block | None]) -> int:
    return sum(size(block.line) for block in blocks if block is not None)
