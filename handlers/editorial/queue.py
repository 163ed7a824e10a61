"""The queue: what people ask and nobody has answered, and what the newsroom makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.editorial.desk import Desk, authorised, found, note, waiting
from handlers.editorial.errors import RumorGone
from handlers.editorial.events import RumorAnswered, RumorDismissed
from handlers.editorial.ports import EVERYTHING, Editor, QueuedRumor, QueueFilter, RumorStatus, Wording
from handlers.editorial.ranking import RankedRumor, ranked
from handlers.errors import UserMistake
from handlers.permissions import Command
from knowledge_base.models import FactCheck
from retrieval.interface import Outcome

MAX_NEAR = 5
_LEAST_NEAR = 0.1  # below it the fact-check shares little more than a common word
_MAX_WORDINGS = 200  # of one fact-check: more of them slow matching down and teach it nothing


@dataclass(frozen=True, slots=True)
class Near:
    """A published fact-check near a text; `answers` where it is a direct answer already."""

    fact_check: FactCheck
    probability: float
    answers: bool


@dataclass(frozen=True, slots=True)
class RumorFile:
    """Everything known about one rumor."""

    rumor: QueuedRumor
    wordings: tuple[Wording, ...]
    near: tuple[Near, ...]


def list_queue(desk: Desk, editor_id: str, wanted: QueueFilter = EVERYTHING) -> list[RankedRumor]:
    """Return the waiting rumors, the most urgent first; of thousands, those that can be urgent."""
    authorised(desk, editor_id, Command.VIEW_QUEUE)
    found = desk.record.rumors.waiting(wanted)
    return ranked(found, now=desk.clock.now(), answer_within=desk.rules.answer_within)


def count_queue(desk: Desk, editor_id: str, wanted: QueueFilter = EVERYTHING) -> int:
    """Return how many rumors wait."""
    authorised(desk, editor_id, Command.VIEW_QUEUE)
    return desk.record.rumors.count_waiting(wanted)


def open_file(desk: Desk, editor_id: str, rumor_id: str) -> RumorFile:
    """Return one rumor of any status with its wordings and the fact-checks that may answer it already.

    Raises:
        RumorGone: there never was one.
    """
    authorised(desk, editor_id, Command.VIEW_QUEUE)
    rumor = desk.record.rumors.get(rumor_id)
    if rumor is None:
        raise RumorGone
    near = near_fact_checks(desk, editor_id, rumor.text) if rumor.is_waiting else []
    return RumorFile(rumor, tuple(desk.record.rumors.wordings(rumor_id)), tuple(near))


def near_fact_checks(desk: Desk, editor_id: str, text: str, *, without: str = "") -> list[Near]:
    """Return up to five published fact-checks near a text, nearest first; `without` leaves one out by its id."""
    authorised(desk, editor_id, Command.VIEW_QUEUE)
    if not text.strip():
        return []
    result = desk.searcher.search(text)
    direct = {match.fact_check.id for match in result.matches if match.outcome is Outcome.MATCH}
    scores = {match.fact_check.id: match.probability for match in result.matches}
    for line in result.ranking:
        if line.probability >= _LEAST_NEAR:
            scores.setdefault(line.fact_check_id, line.probability)
    scores.pop(without, None)
    records = desk.fact_checks.get_many(scores)
    near = [Near(each, scores[each.id], each.id in direct) for each in records.values() if each.is_published]
    return sorted(near, key=lambda each: (not each.answers, -each.probability))[:MAX_NEAR]


def claim_rumor(desk: Desk, editor_id: str, rumor_id: str, *, take: bool = True) -> QueuedRumor:
    """Take a rumor on, or put it back."""
    editor = authorised(desk, editor_id, Command.CLAIM_RUMOR)
    return _assign(desk, editor, rumor_id, editor.id if take else "", Command.CLAIM_RUMOR)


def assign_rumor(desk: Desk, editor_id: str, rumor_id: str, to: str) -> QueuedRumor:
    """Give a rumor to somebody of the newsroom.

    Raises:
        UserMistake: the other is not of the newsroom.
    """
    editor = authorised(desk, editor_id, Command.ASSIGN_RUMOR)
    other = desk.record.editors.get(to)
    if other is None or not other.is_active:
        raise UserMistake("editorial.no_such_editor")
    return _assign(desk, editor, rumor_id, other.id, Command.ASSIGN_RUMOR)


def link_existing(desk: Desk, editor_id: str, rumor_id: str, fact_check_id: str) -> RumorAnswered:
    """Answer a rumor with a published fact-check; what askers wrote is matched from now on.

    Raises:
        RumorGone: it is not waiting.
        UserMistake: the fact-check is not published.
    """
    editor = authorised(desk, editor_id, Command.LINK_RUMOR)
    with desk.transactions.transaction():
        rumor, fact_check = waiting(desk, rumor_id), found(desk, fact_check_id)
        if not fact_check.is_published:
            raise UserMistake("editorial.not_published")
        received = [rumor.text, *(each.text for each in desk.record.rumors.wordings(rumor_id, limit=20))]
        wordings = tuple(dict.fromkeys([*fact_check.wordings, *received]))[:_MAX_WORDINGS]
        if wordings != fact_check.wordings:
            learnt = replace(fact_check, wordings=wordings)
            fact_check = desk.fact_checks.save(
                learnt, editor=editor.id, reason=f"answers rumor {rumor_id}", at=desk.clock.now()
            )
        desk.record.rumors.close(rumor_id, RumorStatus.ANSWERED, fact_check_id, at=desk.clock.now())
        _note(desk, editor, Command.LINK_RUMOR, rumor, after=RumorStatus.ANSWERED.value, why=fact_check_id)
        event = RumorAnswered(rumor_id, fact_check_id, fact_check.revision)
        desk.listen([event])
    desk.changed()
    return event


def dismiss(desk: Desk, editor_id: str, rumor_id: str, *, reason: str) -> RumorDismissed:
    """Close a rumor without checking it; those who asked can be told `reason`.

    Raises:
        UserMistake: there is no reason.
        RumorGone: it is not waiting.
    """
    editor = authorised(desk, editor_id, Command.DISMISS_RUMOR)
    if not reason.strip():
        raise UserMistake("editorial.refused.reason_missing")
    with desk.transactions.transaction():
        rumor = waiting(desk, rumor_id)
        desk.record.rumors.close(rumor_id, RumorStatus.DISMISSED, reason.strip(), at=desk.clock.now())
        _note(desk, editor, Command.DISMISS_RUMOR, rumor, after=RumorStatus.DISMISSED.value, why=reason.strip())
        event = RumorDismissed(rumor_id, reason.strip())
        desk.listen([event])
    return event


def merge(desk: Desk, editor_id: str, rumor_id: str, into: str) -> QueuedRumor:
    """Make two waiting rumors one, and return it."""
    editor = authorised(desk, editor_id, Command.MERGE_RUMORS)
    with desk.transactions.transaction():
        rumor = waiting(desk, rumor_id)
        if not desk.record.rumors.merge(rumor_id, into, at=desk.clock.now()):
            raise RumorGone
        if rumor.outcome and not waiting(desk, into).outcome:
            desk.record.rumors.note_draft(into, rumor.outcome)
        _note(desk, editor, Command.MERGE_RUMORS, rumor, after=RumorStatus.MERGED.value, why=into)
        return waiting(desk, into)


def split(desk: Desk, editor_id: str, rumor_id: str, tip_ids: Sequence[int]) -> QueuedRumor:
    """Move some tips of a rumor into a rumor of their own, and return it.

    Raises:
        UserMistake: that would leave one of the two empty.
    """
    editor = authorised(desk, editor_id, Command.SPLIT_RUMOR)
    with desk.transactions.transaction():
        rumor, new_id = waiting(desk, rumor_id), desk.new_id()
        if not desk.record.rumors.split(rumor_id, tip_ids, new_id=new_id):
            raise UserMistake("editorial.split_empty")
        _note(desk, editor, Command.SPLIT_RUMOR, rumor, after=rumor.status.value, why=new_id)
        return waiting(desk, new_id)


def _assign(desk: Desk, editor: Editor, rumor_id: str, to: str, command: Command) -> QueuedRumor:
    with desk.transactions.transaction():
        rumor = waiting(desk, rumor_id)
        if not desk.record.rumors.assign(rumor_id, to):
            raise RumorGone
        after = (RumorStatus.ASSIGNED if to else RumorStatus.OPEN).value
        _note(desk, editor, command, rumor, after=after, why=to)
        return waiting(desk, rumor_id)


def _note(desk: Desk, editor: Editor, command: Command, rumor: QueuedRumor, *, after: str, why: str) -> None:
    note(desk, editor, command, f"rumor:{rumor.id}", before=rumor.status.value, after=after, why=why)
