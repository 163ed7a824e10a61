"""Corrections in words (DESIGN, "Reply design"): verdict and fact first, the rumor once, why, source, certainty.

Pure. Editors' sentences are shown verbatim: whole ones, never reworded; what does not fit stays behind "Read more".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.closing import closing_sentence
from handlers.frame import Frame
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind, Shown
from handlers.parts import (
    MAX_CLAIM_CHARS,
    certainty_block,
    claim_block,
    fact_of,
    lead_block,
    matched_block,
    narrative_block,
    other_language_block,
    size_of,
    text_of,
    why_block,
)
from handlers.sources import source_blocks
from handlers.wording import (
    clean,
    cut,
    one_line,
    same_words,
)
from knowledge_base.models import FactCheck, Narrative
from retrieval.interface import Match, MatchKind

MAX_SIZE = 200  # words, or Chinese characters, of one correction without its sources (the Debunking Handbook's advice)
MAX_WHY_SENTENCES = 2  # the same
_LONG_MESSAGE_CHARS = 200  # from here on the reply names the sentence it answers


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
    key, text = text_of(fact_check, frame)
    lead = lead_block(fact_check, text, frame)
    claim = claim_block(fact_check, text, frame, lead)
    certainty = certainty_block(asked.kind, frame)
    narrative = narrative_block(asked.narrative, frame)
    notes = _notes(asked, key, frame)
    matched = matched_block(asked.quoted, frame)
    fixed = [lead, matched, claim, certainty, narrative, *notes]
    why, rest = why_block(text, MAX_SIZE - size_of(fixed), MAX_WHY_SENTENCES, frame)
    closing = closing_sentence(rest, MAX_SIZE - size_of([*fixed, why]), key)
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
    room = MAX_SIZE - size_of([note, *(block for head in heads for block in head)])
    blocks: list[Block] = []
    buttons: list[Button] = []
    for number, (each, head) in enumerate(zip(asked, heads, strict=True), start=1):
        why, _ = why_block(text_of(each.fact_check, frame)[1], room // (len(asked) - number + 1), 1, frame)
        room -= size_of([why])
        blocks += [*head, *([why] if why else []), *_least_sources(each.fact_check, frame)]
        buttons.append(Button(frame.say("button.details", number=number), Action(ActionName.WHY, each.fact_check.id)))
    shown = tuple(Shown(each.fact_check.id, each.fact_check.revision) for each in asked)
    return frame.reply(ReplyKind.CORRECTION, [*blocks, note], buttons, shown=shown)


def _head(asked: Correction, number: int, frame: Frame) -> list[Block]:
    """Return what one of several corrections cannot do without: verdict, fact, and what it answers."""
    key, text = text_of(asked.fact_check, frame)
    head = (
        lead_block(asked.fact_check, text, frame, number=number),
        matched_block(asked.quoted, frame),
        other_language_block(key, frame),
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
    key, text = text_of(fact_check, frame)
    lead = lead_block(fact_check, text, frame)
    claim = claim_block(fact_check, text, frame, lead)
    why, _ = why_block(text, MAX_SIZE - size_of([lead, claim]), MAX_WHY_SENTENCES, frame)
    blocks = [lead, claim, why, other_language_block(key, frame), *source_blocks(fact_check, frame)[:2]]
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
    key, text = text_of(fact_check, frame)
    lead = lead_block(fact_check, text, frame)
    whole = clean(text.explanation or text.subtitle)
    blocks = [
        lead,
        claim_block(fact_check, text, frame, lead),
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
    _, text = text_of(fact_check, frame)
    lead = lead_block(fact_check, text, frame, number=number)
    publisher = one_line(fact_check.publisher)
    sources = source_blocks(fact_check, frame)
    url = frame.page(fact_check) or next((block.url for block in sources if block.url), "")
    return Block(BlockRole.CHOICE, frame.say("list.item", fact=lead.text, publisher=publisher), lead.label, url)


def stated_fact(fact_check: FactCheck, frame: Frame) -> str:
    """Return the headline in the reader's language where it states the fact, else "".

    Imported titles often ask ("Did X do Y?") or repeat the rumor; neither may stand where the fact belongs.
    """
    _, text = text_of(fact_check, frame)
    return fact_of(text, fact_check)


def claim_of(fact_check: FactCheck, frame: Frame) -> str:
    """Return the claim in the reader's language, on one line."""
    return cut(one_line(text_of(fact_check, frame)[1].claim), MAX_CLAIM_CHARS)


def more_button(fact_check: FactCheck, frame: Frame) -> Button:
    """Return "Read more": the whole explanation, in the chat."""
    return Button(frame.say("button.read_more"), Action(ActionName.WHY, fact_check.id))


def share_button(fact_check: FactCheck, frame: Frame) -> Button:
    """Return "Share": hands the text to the platform where it can share, else answers with it."""
    text = share_text(fact_check, frame) if frame.limits.can_share else ""
    return Button(frame.say("button.share"), Action(ActionName.SHARE, fact_check.id), share_text=text)


def _not_meant_button(fact_check: FactCheck, frame: Frame) -> Button:
    return Button(frame.say("button.not_meant"), Action(ActionName.NOT_MEANT, fact_check.id))


def _notes(asked: Correction, key: str, frame: Frame) -> list[Block]:
    changed = Block(BlockRole.NOTE, frame.say("note.changed")) if asked.changed else None
    return [note for note in (changed, other_language_block(key, frame)) if note is not None]
