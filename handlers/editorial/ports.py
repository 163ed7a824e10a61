"""What the newsroom needs remembered. Implemented by `storage` and by tests/fakes/memory_editorial.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from handlers.permissions import Role
from knowledge_base.models import FactCheck


class NameTaken(ValueError):
    """There is an editor of this name already."""


class IdentityTaken(ValueError):
    """This chat identity belongs to another editor."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an editor is on a platform."""

    platform: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody of the newsroom. One who was removed stays known by name, for the history, and may do nothing."""

    id: str
    name: str
    role: Role
    is_active: bool = True
    identities: tuple[Identity, ...] = ()


class EditorBook(Protocol):
    """Who works in the newsroom. Thread-safe; what it returns is the committed state, so a demotion holds at once."""

    def add(self, editor_id: str, name: str, role: Role, *, at: datetime) -> Editor:
        """Store a new editor.

        Raises:
            NameTaken: an active editor has this name (case aside).
        """
        ...

    def get(self, editor_id: str) -> Editor | None:
        """Return one, active or not."""
        ...

    def named(self, name: str) -> Editor | None:
        """Return the active editor of this name, case aside."""
        ...

    def of_identity(self, identity: Identity) -> Editor | None:
        """Return the active editor who writes from this identity."""
        ...

    def all(self) -> list[Editor]:
        """Return everybody, removed ones too, by name."""
        ...

    def set_role(self, editor_id: str, role: Role) -> None:
        """Change a role; nothing happens for an unknown id."""
        ...

    def link(self, editor_id: str, identity: Identity, *, at: datetime) -> None:
        """Let an editor write from an identity; idempotent.

        Raises:
            IdentityTaken: another active editor does.
        """
        ...

    def unlink(self, identity: Identity) -> bool:
        """Take an identity away; False where nobody had it."""
        ...

    def remove(self, editor_id: str) -> None:
        """Take somebody off the newsroom: identities, sign-in tokens and sessions end with it. Idempotent."""
        ...


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act of somebody in the newsroom, sealed onto the one before.

    `seq` counts 1, 2, 3 without gaps. `subject` is "fact_check:<id>", "rumor:<id>" or "editor:<id>"; `before` and
    `after` are the subject's state in short ("3@<digest>" for a revision). `digest` is the SHA-256 hex over everything
    else here and the digest before.
    """

    seq: int
    at: datetime
    editor_id: str
    act: str
    subject: str
    before: str
    after: str
    note: str
    previous_digest: str
    digest: str


class AuditLog(Protocol):
    """Everything the newsroom did. Append-only; an entry is stored with the act it tells of, or neither is."""

    def append(
        self, *, at: datetime, editor_id: str, act: str, subject: str, before: str = "", after: str = "", note: str = ""
    ) -> AuditEntry:
        """Add an entry. Writers of several processes queue here, so that the chain never forks."""
        ...

    def entries(self, *, after_seq: int = 0, limit: int = 500) -> list[AuditEntry]:
        """Return entries after a number, oldest first."""
        ...

    def latest(self, *, limit: int = 100) -> list[AuditEntry]:
        """Return the newest entries, newest first."""
        ...

    def of_subject(self, subject: str) -> list[AuditEntry]:
        """Return what was done to something, oldest first."""
        ...


class TokenPurpose(StrEnum):
    """What a one-time token is good for."""

    SIGN_IN = "sign_in"
    LINK = "link"


class SignIns(Protocol):
    """One-time tokens and sessions. Holds digests only: nobody who reads the database can sign in with it."""

    def issue(self, digest: str, editor_id: str, purpose: TokenPurpose, *, at: datetime, expires_at: datetime) -> None:
        """Store a token; forgets expired ones of anybody."""
        ...

    def redeem(self, digest: str, purpose: TokenPurpose, *, at: datetime) -> str | None:
        """Use a token up and return its editor's id; None where it is unknown, used, expired or for something else.

        Of two who try at the same time, one gets it.
        """
        ...

    def open_session(self, digest: str, editor_id: str, *, at: datetime, expires_at: datetime) -> None:
        """Store a session; forgets expired ones of anybody."""
        ...

    def session(self, digest: str, *, at: datetime) -> str | None:
        """Return whose session this is, None where it is unknown, closed or expired."""
        ...

    def close_session(self, digest: str) -> None:
        """End one; idempotent."""
        ...

    def close_all(self, editor_id: str) -> int:
        """End every session and token of an editor; return how many sessions."""
        ...


class RumorStatus(StrEnum):
    """Where a rumor stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    MERGED = "merged"  # its tips went to another one; kept for the history


@dataclass(frozen=True, slots=True)
class QueuedRumor:
    """A rumor as the newsroom sees it.

    `assignee` is an editor's id, "" for nobody. `outcome` is, by status: the draft being written for it, the fact-check
    that answers it, the reason it was dismissed for, or the rumor it was merged into. `closed_at`: None while it waits.
    """

    id: str
    text: str
    locale: str
    status: RumorStatus
    askers: int
    chats: int
    first_seen: datetime
    last_seen: datetime
    assignee: str = ""
    outcome: str = ""
    closed_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether askers still wait."""
        return self.status in (RumorStatus.OPEN, RumorStatus.ASSIGNED)


@dataclass(frozen=True, slots=True)
class Wording:
    """A tip as it was received, personal details masked; says what kind of chat it came from, never which."""

    id: int
    text: str
    sent_at: datetime
    platform: str
    chat_kind: str


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which waiting rumors to list; an unset field does not restrict.

    `assignee` is an editor's id; `text` a plain substring, where the case of ASCII letters does not matter.
    """

    assignee: str = ""
    only_unassigned: bool = False
    text: str = ""


EVERYTHING = QueueFilter()


class RumorDesk(Protocol):
    """The queue as the newsroom works on it; askers fill it through `handlers.ports.RumorQueue`."""

    def waiting(self, wanted: QueueFilter = EVERYTHING, *, most: int = 500) -> list[QueuedRumor]:
        """Return the open or assigned rumors that can be urgent, in no order: ranking them is a decision, not storage.

        Those are the `most` that most people asked, the `most` that have waited longest and the `most` asked last;
        what is none of these cannot come near the top, and up to `most` rumors it is all of them.
        """
        ...

    def count_waiting(self, wanted: QueueFilter = EVERYTHING) -> int:
        """Return how many open or assigned rumors there are."""
        ...

    def closed(self, *, limit: int = 50) -> list[QueuedRumor]:
        """Return those answered or dismissed, newest first."""
        ...

    def get(self, rumor_id: str) -> QueuedRumor | None:
        """Return one, whatever its status."""
        ...

    def wordings(self, rumor_id: str, *, limit: int = 50) -> list[Wording]:
        """Return its tips, newest first."""
        ...

    def assign(self, rumor_id: str, editor_id: str) -> bool:
        """Give it to somebody ("": to nobody); False where it is not waiting (any longer)."""
        ...

    def note_draft(self, rumor_id: str, fact_check_id: str) -> bool:
        """Remember which draft is written for it; False where it is not waiting (any longer)."""
        ...

    def of_draft(self, fact_check_id: str) -> list[QueuedRumor]:
        """Return the waiting rumors a draft is written for."""
        ...

    def close(self, rumor_id: str, status: RumorStatus, outcome: str, *, at: datetime) -> bool:
        """Answer or dismiss it; False where it is not waiting (any longer)."""
        ...

    def merge(self, rumor_id: str, into: str, *, at: datetime) -> bool:
        """Move every tip of a waiting rumor into another waiting one; False where either is not waiting.

        Later tips of either go to the second. Somebody who sent both counts once, and a promise made stays.
        """
        ...

    def split(self, rumor_id: str, tip_ids: Sequence[int], *, new_id: str) -> bool:
        """Move some tips of a waiting rumor into a new one, and later tips of the same wordings with them.

        False where that would leave either without a tip, or the rumor is not waiting.
        """
        ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction of a published fact-check that waits for a second person.

    `corrected` is what the record would become; it was made on revision `corrected.revision`.
    """

    fact_check_id: str
    corrected: FactCheck
    editor_id: str
    reason: str
    proposed_at: datetime


class Proposals(Protocol):
    """Corrections that wait; at most one a fact-check."""

    def put(self, proposal: Proposal) -> None:
        """Store or replace the proposal of a fact-check."""
        ...

    def get(self, fact_check_id: str) -> Proposal | None:
        """Return it, if one waits."""
        ...

    def all(self) -> list[Proposal]:
        """Return those that wait, oldest first."""
        ...

    def drop(self, fact_check_id: str) -> bool:
        """Forget it; False where there was none."""
        ...


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A guided conversation under way: which one, the step it is at, and what was said so far."""

    kind: str
    step: str
    said: Mapping[str, str]


class Dialogues(Protocol):
    """Guided conversations, by contact; they die with the contact and survive a restart."""

    def get(self, contact_id: str) -> Dialogue | None:
        """Return the one under way."""
        ...

    def put(self, contact_id: str, dialogue: Dialogue, *, at: datetime) -> None:
        """Store or replace it; nothing happens where the contact is gone."""
        ...

    def drop(self, contact_id: str) -> bool:
        """End it; False where there was none."""
        ...


@dataclass(frozen=True, slots=True)
class EditorialRecord:
    """Every port of the newsroom, on one database."""

    editors: EditorBook
    audit: AuditLog
    sign_ins: SignIns
    rumors: RumorDesk
    proposals: Proposals
    dialogues: Dialogues


def audit_names(editors: Iterable[Editor]) -> dict[str, str]:
    """Return names by id, to show a history with."""
    return {editor.id: editor.name for editor in editors}
