"""What every act of the newsroom reaches, and what it does before and after: permission, one transaction, telling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.editorial.errors import NoSuchFactCheck, NotAnEditor, RumorGone
from handlers.editorial.events import Event
from handlers.editorial.ports import Editor, EditorialRecord, QueuedRumor
from handlers.permissions import Command, Forbidden, may
from handlers.ports import Clock
from knowledge_base.models import FactCheck
from knowledge_base.repository import FactCheckRepository, Transactions
from retrieval.interface import Searcher

ANSWER_WITHIN = timedelta(hours=2)  # "restoring the truth quickly": the two hours Taiwan's ministries set themselves


@dataclass(frozen=True, slots=True)
class EditorialRules:
    """How this newsroom works.

    `single_editor`: one person runs it, so that the two-person rule is off. `publisher` is the name new fact-checks
    are published under. `answer_within` is the time in which a rumor should have its answer.
    """

    single_editor: bool = False
    publisher: str = ""
    answer_within: timedelta = ANSWER_WITHIN


def _nobody_listens(_events: Sequence[Event]) -> None: ...


def _nothing_follows() -> None: ...


def _not_served() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The collaborators of every editorial act. Thread-safe as they are.

    `listen` hears what happened inside the transaction it happened in: what it stores is stored with it, or not at
    all. `changed` is called after the transaction, so that the index reads the change log now.
    `address` returns where browsers reach the console, "" where there is none.
    """

    fact_checks: FactCheckRepository
    record: EditorialRecord
    transactions: Transactions
    searcher: Searcher
    clock: Clock
    new_id: Callable[[], str]
    new_token: Callable[[], str]
    rules: EditorialRules = EditorialRules()
    listen: Callable[[Sequence[Event]], None] = _nobody_listens
    changed: Callable[[], None] = _nothing_follows
    address: Callable[[], str] = _not_served


def authorised(desk: Desk, editor_id: str, command: Command) -> Editor:
    """Return the editor, read fresh: whoever was demoted or removed has lost the power already.

    Raises:
        NotAnEditor: nobody of the newsroom.
        Forbidden: the role does not reach that far.
    """
    editor = desk.record.editors.get(editor_id)
    if editor is None or not editor.is_active:
        raise NotAnEditor
    if not may(editor.role, command):
        raise Forbidden(command, editor.role)
    return editor


def note(
    desk: Desk, editor: Editor, command: Command, subject: str, *, before: str = "", after: str = "", why: str = ""
) -> None:
    """Write an act into the audit log; call it inside the act's transaction."""
    desk.record.audit.append(
        at=desk.clock.now(),
        editor_id=editor.id,
        act=command.value,
        subject=subject,
        before=before,
        after=after,
        note=why,
    )


def found(desk: Desk, fact_check_id: str) -> FactCheck:
    """Return a fact-check of any status.

    Raises:
        NoSuchFactCheck: there is none.
    """
    fact_check = desk.fact_checks.get_many([fact_check_id]).get(fact_check_id)
    if fact_check is None:
        raise NoSuchFactCheck
    return fact_check


def waiting(desk: Desk, rumor_id: str) -> QueuedRumor:
    """Return a rumor that waits for its answer.

    Raises:
        RumorGone: it does not (any longer).
    """
    rumor = desk.record.rumors.get(rumor_id)
    if rumor is None or not rumor.is_waiting:
        raise RumorGone
    return rumor


def revision_mark(desk: Desk, fact_check_id: str) -> str:
    """Return "<revision>@<start of its seal>": ties the audit log to the history of the record."""
    history = desk.fact_checks.revisions(fact_check_id)
    return f"{history[-1].revision}@{history[-1].digest[:16]}" if history else ""
