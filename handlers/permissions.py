"""Who may do what in the newsroom, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from handlers.errors import UserMistake


class Role(StrEnum):
    """What an editor is trusted with; each role may do all that the one before it may."""

    READER = "reader"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMIN = "admin"


class Command(StrEnum):
    """Everything the newsroom can do, in chat and in the console."""

    SIGN_IN = "sign_in"
    VIEW_QUEUE = "view_queue"
    VIEW_DRAFTS = "view_drafts"
    TEST_WORDINGS = "test_wordings"
    CLAIM_RUMOR = "claim_rumor"
    LINK_RUMOR = "link_rumor"
    MERGE_RUMORS = "merge_rumors"
    SPLIT_RUMOR = "split_rumor"
    DISMISS_RUMOR = "dismiss_rumor"
    SAVE_DRAFT = "save_draft"
    SUBMIT = "submit"
    PROPOSE_CORRECTION = "propose_correction"
    ASSIGN_RUMOR = "assign_rumor"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    CORRECT = "correct"
    RETRACT = "retract"
    MANAGE_EDITORS = "manage_editors"
    VIEW_AUDIT = "view_audit"


LEAST_ROLE: Mapping[Command, Role] = {
    Command.SIGN_IN: Role.READER,
    Command.VIEW_QUEUE: Role.READER,
    Command.VIEW_DRAFTS: Role.READER,
    Command.TEST_WORDINGS: Role.READER,
    Command.CLAIM_RUMOR: Role.EDITOR,
    Command.LINK_RUMOR: Role.EDITOR,
    Command.MERGE_RUMORS: Role.EDITOR,
    Command.SPLIT_RUMOR: Role.EDITOR,
    Command.DISMISS_RUMOR: Role.EDITOR,
    Command.SAVE_DRAFT: Role.EDITOR,
    Command.SUBMIT: Role.EDITOR,
    Command.PROPOSE_CORRECTION: Role.EDITOR,
    Command.ASSIGN_RUMOR: Role.REVIEWER,
    Command.SEND_BACK: Role.REVIEWER,
    Command.PUBLISH: Role.REVIEWER,
    Command.CORRECT: Role.REVIEWER,
    Command.RETRACT: Role.REVIEWER,
    Command.MANAGE_EDITORS: Role.ADMIN,
    Command.VIEW_AUDIT: Role.ADMIN,
}
_ORDER = tuple(Role)


class Forbidden(UserMistake):
    """The editor's role does not reach that far; nothing was done.

    Attributes:
        command: what was wanted.
    """

    def __init__(self, command: Command, role: Role) -> None:
        super().__init__("editorial.forbidden")
        self.command = command
        self.role = role


def may(role: Role, command: Command) -> bool:
    """Whether an editor of `role` may do `command`."""
    return _ORDER.index(role) >= _ORDER.index(LEAST_ROLE[command])
