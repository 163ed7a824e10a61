"""Buttons about one fact-check: show it, explain it, share it, "not what I meant"."""

from __future__ import annotations

from handlers.check_claim import remember
from handlers.compose import Correction, correction, full_explanation, share_text
from handlers.errors import UserMistake
from handlers.masking import MAX_TIP_CHARS, mask
from handlers.messages import Block, BlockRole, Reply, ReplyKind
from handlers.turn import Services, Turn
from handlers.uncertain import consent_block, consent_buttons
from handlers.wording import clean, has_words, one_line
from knowledge_base.models import FactCheck, Status
from knowledge_base.workflow import is_same_answer
from retrieval.interface import MatchKind


def show_chosen(services: Services, turn: Turn) -> list[Reply]:
    """Answer a choice of "did you mean" with the correction."""
    kind = MatchKind.POSSIBLE if has_words(turn.message.quoted_text) else None  # None: chosen from a list
    return _correction(services, turn, _wanted(services, turn), kind)


def post_publicly(services: Services, turn: Turn) -> list[Reply]:
    """Give the correction once more, for everybody in the chat."""
    return _correction(services, turn, _wanted(services, turn), None)


def show_linked(services: Services, turn: Turn, fact_check_id: str) -> list[Reply]:
    """Answer a link to one fact-check."""
    return _correction(services, turn, find_published(services, fact_check_id), None)


def explain(services: Services, turn: Turn) -> list[Reply]:
    """Answer "read more" with the whole explanation and every source."""
    fact_check = _wanted(services, turn)
    frame = turn.frame()
    reply = full_explanation(
        fact_check,
        frame,
        changed=_changed(services, turn, fact_check),
        answers_message=has_words(turn.message.quoted_text),
    )
    remember(services, turn, reply.shown)
    return [reply]


def share(services: Services, turn: Turn) -> list[Reply]:
    """Give the correction as text to forward."""
    fact_check = _wanted(services, turn)
    frame = turn.frame()
    blocks = [Block(BlockRole.TEXT, share_text(fact_check, frame))]
    if _changed(services, turn, fact_check):
        blocks.append(Block(BlockRole.NOTE, frame.say("note.changed")))
    return [frame.reply(ReplyKind.NOTICE, blocks)]


def not_meant(services: Services, turn: Turn) -> list[Reply]:
    """Note "not what I meant" with the pair to fix, take the answer back, offer the editors."""
    fact_check_id = turn.message.action.argument if turn.message.action else ""
    text = clean(turn.message.quoted_text)
    if not fact_check_id or fact_check_id not in services.fact_checks.get_many([fact_check_id]):
        raise UserMistake("show.gone")
    frame = turn.frame()
    now = services.clock.now()
    noted = has_words(text)
    if noted:
        with services.transactions.transaction():
            contact = services.contacts.ensure(turn.asker, at=now)
            services.feedback.not_meant(
                contact_id=contact.id, fact_check_id=fact_check_id, text=mask(text)[:MAX_TIP_CHARS], at=now
            )
    blocks = [Block(BlockRole.TEXT, frame.say("feedback.noted" if noted else "feedback.understood"))]
    if not noted:
        return [frame.reply(ReplyKind.NOTICE, blocks)]
    blocks.append(consent_block(frame))
    return [frame.reply(ReplyKind.NONE, blocks, consent_buttons(frame), alert=frame.say("feedback.alert"))]


def find_published(services: Services, fact_check_id: str) -> FactCheck:
    """Return a fact-check askers may see.

    Raises:
        UserMistake: it is not there, was withdrawn (says so), or is not published any more.
    """
    fact_check = services.fact_checks.get_many([fact_check_id]).get(fact_check_id) if fact_check_id else None
    if fact_check is None:
        raise UserMistake("show.gone")
    if fact_check.status is Status.RETRACTED:
        raise UserMistake("show.withdrawn", publisher=one_line(fact_check.publisher))
    if not fact_check.is_published:
        raise UserMistake("show.gone")
    return fact_check


def _wanted(services: Services, turn: Turn) -> FactCheck:
    return find_published(services, turn.message.action.argument if turn.message.action else "")


def _correction(services: Services, turn: Turn, fact_check: FactCheck, kind: MatchKind | None) -> list[Reply]:
    frame = turn.frame()
    asked = Correction(
        fact_check,
        kind,
        narrative=services.narrative_of(fact_check),
        changed=_changed(services, turn, fact_check),
    )
    reply = correction(asked, frame)
    remember(services, turn, reply.shown)
    return [reply]


def _changed(services: Services, turn: Turn, fact_check: FactCheck) -> bool:
    """Whether this person was last shown a revision that said something else."""
    if turn.contact is None:
        return False
    seen = [each for each in services.answers.of_contact(turn.contact.id) if each.fact_check_id == fact_check.id]
    last = max((each.revision for each in seen), default=fact_check.revision)
    if last >= fact_check.revision:
        return False
    shown = next((each for each in services.fact_checks.revisions(fact_check.id) if each.revision == last), None)
    return shown is None or not is_same_answer(shown.snapshot, fact_check)
