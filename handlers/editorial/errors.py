"""What the newsroom refuses, in words for the editor; the chat and the console show the same sentences.

UserMistake
├── Forbidden        the role does not reach that far (handlers/permissions.py)
├── NotAnEditor      nobody of the newsroom (any longer)
├── Refused          the workflow says no; `decision` says why
├── EditConflict     somebody saved meanwhile; nothing was stored and nothing is lost
├── NoSuchFactCheck  there is no such fact-check
└── RumorGone        the rumor is not waiting (any longer)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.errors import UserMistake
from knowledge_base.models import FactCheck
from knowledge_base.workflow import Decision, Refusal

REFUSAL_KEYS: Mapping[Refusal, str] = {
    Refusal.WRONG_STATE: "editorial.refused.wrong_state",
    Refusal.OWN_WORK: "editorial.refused.own_work",
    Refusal.REASON_MISSING: "editorial.refused.reason_missing",
    Refusal.LINT: "editorial.refused.lint",
    Refusal.NOTHING_CHANGED: "editorial.refused.nothing_changed",
}


class NotAnEditor(UserMistake):
    """Whoever wants this is not of the newsroom (any longer)."""

    def __init__(self) -> None:
        super().__init__("editorial.not_an_editor")


class Refused(UserMistake):
    """The workflow does not allow the act; nothing was stored.

    Attributes:
        decision: every reason, and what lint found.
    """

    def __init__(self, decision: Decision) -> None:
        super().__init__(REFUSAL_KEYS[decision.refusals[0]])
        self.decision = decision


class NoSuchFactCheck(UserMistake):
    """There is no fact-check with this id."""

    def __init__(self) -> None:
        super().__init__("editorial.no_such_fact_check")


class RumorGone(UserMistake):
    """The rumor is answered, dismissed, merged, or never was."""

    def __init__(self) -> None:
        super().__init__("editorial.rumor_gone")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field on three sides: where the editor began, what they made of it, what somebody else saved meanwhile."""

    name: str
    base: str
    mine: str
    theirs: str

    @property
    def is_clash(self) -> bool:
        """Whether both changed it, to different things."""
        return self.mine != self.theirs and self.base not in (self.mine, self.theirs)


class EditConflict(UserMistake):
    """Somebody saved a newer revision; nothing was stored.

    Attributes:
        mine: what the editor wanted to store.
        theirs: what is stored now.
        merged: both together, on `theirs`' revision; where both changed a field it has the editor's.
        changes: every field that somebody changed since the editor began.
    """

    def __init__(self, mine: FactCheck, theirs: FactCheck, merged: FactCheck, changes: tuple[FieldChange, ...]) -> None:
        super().__init__("editorial.conflict")
        self.mine = mine
        self.theirs = theirs
        self.merged = merged
        self.changes = changes
