"""Writing: drafts, review, publishing, corrections, retractions. Each act is one transaction with its audit entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.editorial.desk import Desk, authorised, found, note, revision_mark, waiting
from handlers.editorial.differences import field_changes, merged
from handlers.editorial.errors import EditConflict, Refused
from handlers.editorial.events import Corrected, Event, Published, Retracted, RumorAnswered
from handlers.editorial.linting import problems_in
from handlers.editorial.ports import Editor, Proposal, RumorStatus
from handlers.permissions import Command
from knowledge_base.errors import RevisionConflict
from knowledge_base.models import FactCheck, Status
from knowledge_base.workflow import Act, Decision, as_published, author_of, decide, is_same_content


@dataclass(frozen=True, slots=True)
class Done:
    """What an act left behind: the record as it now stands, and what askers are to be told of."""

    fact_check: FactCheck
    events: tuple[Event, ...] = ()


def subject_of(fact_check_id: str) -> str:
    """Return how the audit log names a fact-check."""
    return f"fact_check:{fact_check_id}"


def save_draft(desk: Desk, editor_id: str, draft: FactCheck, *, rumor_id: str = "", reason: str = "") -> Done:
    """Store a draft: new where `draft.revision` is 0, else on that revision.

    Args:
        desk: the newsroom.
        editor_id: who writes.
        draft: everything the editor wrote; its status is the record's own, whatever it says.
        rumor_id: the waiting rumor it is written for; publishing the draft answers it.
        reason: what changed, for the history.

    Raises:
        EditConflict: somebody saved meanwhile.
        Refused: it is published or retracted (propose a correction instead).
        InvalidFactCheck: it has no claim or no publisher.
    """
    editor = authorised(desk, editor_id, Command.SAVE_DRAFT)
    with desk.transactions.transaction():
        status = found(desk, draft.id).status if draft.revision else Status.DRAFT
        decision = _decided(Act.SAVE, status, editor, desk)
        if rumor_id:
            received = waiting(desk, rumor_id).text
            draft = replace(draft, wordings=tuple(dict.fromkeys([*draft.wordings, received])))
        before = revision_mark(desk, draft.id) if draft.revision else ""
        saved = _save(desk, replace(draft, status=_next(decision)), editor, reason)
        if rumor_id:
            desk.record.rumors.note_draft(rumor_id, saved.id)
        _note(desk, editor, Command.SAVE_DRAFT, saved, before=before, why=reason)
    return _done(desk, saved)


def submit_for_review(desk: Desk, editor_id: str, fact_check_id: str, *, revision: int) -> Done:
    """Hand a draft to the reviewers."""
    return _move(desk, editor_id, fact_check_id, Command.SUBMIT, Act.SUBMIT, revision=revision)


def send_back(desk: Desk, editor_id: str, fact_check_id: str, *, revision: int, reason: str) -> Done:
    """Return a draft to its author, with what is missing."""
    return _move(desk, editor_id, fact_check_id, Command.SEND_BACK, Act.SEND_BACK, revision=revision, reason=reason)


def approve_and_publish(desk: Desk, editor_id: str, fact_check_id: str, *, revision: int) -> Done:
    """Make a reviewed fact-check public, and answer the rumors it was written for.

    `revision` is the one the reviewer read: what was changed since is not approved with it.
    """
    editor = authorised(desk, editor_id, Command.PUBLISH)
    with desk.transactions.transaction():
        current = _read_at(desk, fact_check_id, revision)
        public = as_published(current, desk.clock.now().date())
        _decided(
            Act.PUBLISH,
            current.status,
            editor,
            desk,
            author=author_of(desk.fact_checks.revisions(fact_check_id)),
            checked=public,
        )
        before = revision_mark(desk, fact_check_id)
        saved = _save(desk, public, editor, "")
        events: list[Event] = [Published(saved.id, saved.revision)]
        for rumor in desk.record.rumors.of_draft(saved.id):
            desk.record.rumors.close(rumor.id, RumorStatus.ANSWERED, saved.id, at=desk.clock.now())
            events.append(RumorAnswered(rumor.id, saved.id, saved.revision))
        _note(desk, editor, Command.PUBLISH, saved, before=before, why="")
        desk.listen(events)
    return _done(desk, saved, events)


def propose_correction(desk: Desk, editor_id: str, corrected: FactCheck, *, reason: str) -> Done:
    """Put a correction of a published fact-check before a second person; it becomes public when they approve.

    A one-person team's correction is public at once. A newer proposal replaces the one that waits.
    """
    editor = authorised(desk, editor_id, Command.PROPOSE_CORRECTION)
    with desk.transactions.transaction():
        current = _read_at(desk, corrected.id, corrected.revision, mine=corrected)
        corrected = replace(corrected, status=current.status)
        changes = not is_same_content(current, corrected)
        _decided(Act.PROPOSE, current.status, editor, desk, reason=reason, changes=changes)
        proposal = Proposal(current.id, corrected, editor.id, reason.strip(), desk.clock.now())
        desk.record.proposals.put(proposal)
        mark = revision_mark(desk, current.id)
        _note(desk, editor, Command.PROPOSE_CORRECTION, current, before=mark, why=reason)
    if desk.rules.single_editor:
        return correct(desk, editor_id, current.id)
    return Done(current)


def correct(desk: Desk, editor_id: str, fact_check_id: str) -> Done:
    """Approve the correction that waits; it is public at once, its reason stays visible.

    Raises:
        EditConflict: the record was changed since the proposal was made.
        Refused: nothing waits, it is the editor's own, or it breaks a hard rule.
    """
    editor = authorised(desk, editor_id, Command.CORRECT)
    with desk.transactions.transaction():
        current = found(desk, fact_check_id)
        proposal = desk.record.proposals.get(fact_check_id)
        corrected = proposal.corrected if proposal else current
        reason = proposal.reason if proposal else ""
        _decided(
            Act.CORRECT,
            current.status,
            editor,
            desk,
            author=proposal.editor_id if proposal else "",
            reason=reason or "-",
            checked=corrected,
            changes=proposal is not None,
        )
        before = revision_mark(desk, fact_check_id)
        today = desk.clock.now().date()
        saved = _save(desk, replace(corrected, status=Status.PUBLISHED, checked_on=today), editor, reason)
        desk.record.proposals.drop(fact_check_id)
        event = Corrected(
            fact_check_id=saved.id,
            revision=saved.revision,
            previous_revision=current.revision,
            reason=reason,
            has_new_verdict=(current.verdict, current.verdict_label) != (saved.verdict, saved.verdict_label),
        )
        _note(desk, editor, Command.CORRECT, saved, before=before, why=reason)
        desk.listen([event])
    return _done(desk, saved, [event])


def retract(desk: Desk, editor_id: str, fact_check_id: str, *, reason: str) -> Done:
    """Take a published fact-check back, at once and for good; `reason` is shown where it stood."""
    editor = authorised(desk, editor_id, Command.RETRACT)
    with desk.transactions.transaction():
        current = found(desk, fact_check_id)
        decision = _decided(Act.RETRACT, current.status, editor, desk, reason=reason)
        before = revision_mark(desk, fact_check_id)
        saved = _save(desk, replace(current, status=_next(decision)), editor, reason)
        desk.record.proposals.drop(fact_check_id)
        event = Retracted(saved.id, saved.revision, reason.strip())
        _note(desk, editor, Command.RETRACT, saved, before=before, why=reason)
        desk.listen([event])
    return _done(desk, saved, [event])


def _move(
    desk: Desk, editor_id: str, fact_check_id: str, command: Command, act: Act, *, revision: int, reason: str = ""
) -> Done:
    editor = authorised(desk, editor_id, command)
    with desk.transactions.transaction():
        current = _read_at(desk, fact_check_id, revision)
        decision = _decided(act, current.status, editor, desk, reason=reason)
        before = revision_mark(desk, fact_check_id)
        saved = _save(desk, replace(current, status=_next(decision)), editor, reason)
        _note(desk, editor, command, saved, before=before, why=reason)
    return _done(desk, saved)


def _decided(
    act: Act,
    status: Status,
    editor: Editor,
    desk: Desk,
    *,
    author: str = "",
    reason: str = "",
    checked: FactCheck | None = None,
    changes: bool = True,
) -> Decision:
    decision = decide(
        act,
        status,
        actor=editor.id,
        author=author,
        reason=reason,
        problems=problems_in(checked) if checked else (),
        changes_something=changes,
        single_editor=desk.rules.single_editor,
    )
    if not decision.is_allowed:
        raise Refused(decision)
    return decision


def _next(decision: Decision) -> Status:
    assert decision.status is not None  # noqa: S101 - refused ones were raised
    return decision.status


def _read_at(desk: Desk, fact_check_id: str, revision: int, *, mine: FactCheck | None = None) -> FactCheck:
    current = found(desk, fact_check_id)
    if current.revision != revision:
        raise _conflict(desk, mine or replace(current, revision=revision))
    return current


def _save(desk: Desk, fact_check: FactCheck, editor: Editor, reason: str) -> FactCheck:
    try:
        return desk.fact_checks.save(fact_check, editor=editor.id, reason=reason.strip(), at=desk.clock.now())
    except RevisionConflict as exc:
        raise _conflict(desk, fact_check) from exc


def _conflict(desk: Desk, mine: FactCheck) -> EditConflict:
    history = desk.fact_checks.revisions(mine.id)
    theirs = history[-1].snapshot
    base = next((each.snapshot for each in history if each.revision == mine.revision), theirs)
    return EditConflict(mine, theirs, merged(base, mine, theirs), field_changes(base, mine, theirs))


def _note(desk: Desk, editor: Editor, command: Command, saved: FactCheck, *, before: str, why: str) -> None:
    after = revision_mark(desk, saved.id)
    note(desk, editor, command, subject_of(saved.id), before=before, after=after, why=why.strip())


def _done(desk: Desk, saved: FactCheck, events: Sequence[Event] = ()) -> Done:
    desk.changed()
    return Done(saved, tuple(events))
