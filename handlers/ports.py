"""What the conversation needs remembered. Implemented by `storage` and by the fakes in tests/fakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from handlers.group_policy import GroupMode
from handlers.messages import Asker, Shown


class Clock(Protocol):
    """The time, passed in."""

    def now(self) -> datetime:
        """Return the present, aware, UTC."""
        ...


class ContactForgotten(LookupError):
    """The contact does not exist (any longer): somebody asked to be forgotten meanwhile. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class Contact:
    """The only record with an address. `locale` is "" until the person chose one; `zone` is an IANA name."""

    id: str
    asker: Asker
    locale: str = ""
    zone: str = ""


class ContactBook(Protocol):
    """People and chats Factline may write to. `forget` deletes one, with all that refers to it."""

    def find(self, asker: Asker) -> Contact | None:
        """Return the contact of this address (platform, chat, user), or None: reading stores nothing."""
        ...

    def ensure(self, asker: Asker, *, at: datetime) -> Contact:
        """Return the contact, storing it first where it is new.

        Thread, kind of chat and extras follow the newest message; language and zone stay.
        """
        ...

    def set_locale(self, contact_id: str, locale: str) -> None:
        """Remember the language somebody chose; nothing happens where the contact is gone."""
        ...

    def forget(self, contact_id: str) -> bool:
        """Delete the contact and, with it, its answers, subscriptions and feedback; False where it was not there.

        Its tips stay in the queue without their link to the person, and promise nothing any longer.
        """
        ...

    def move_chat(self, platform: str, old_chat_id: str, new_chat_id: str) -> int:
        """Give the contacts of a chat its new id; return how many moved. Idempotent.

        One whose new address is taken already (it wrote before the move was noticed) stays where it was.
        """
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """Who was shown which revision, when."""

    contact_id: str
    fact_check_id: str
    revision: int
    shown_at: datetime


class AnswerLedger(Protocol):
    """Remembers who saw what, so that a correction reaches them (promise 4)."""

    def record(self, contact_id: str, shown: Iterable[Shown], *, at: datetime) -> None:
        """Record; showing the same revision again to the same contact only moves its time.

        Nothing is recorded about a contact that is gone.
        """
        ...

    def of_contact(self, contact_id: str) -> list[Answer]:
        """Return what a contact was shown, oldest first."""
        ...

    def shown_to(self, fact_check_id: str) -> list[Answer]:
        """Return everyone who was shown any revision of a fact-check, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Rumor:
    """What askers asked that has no answer yet. `askers` and `chats` count distinct ones."""

    id: str
    text: str
    locale: str
    askers: int
    chats: int
    first_seen: datetime
    last_seen: datetime


class RumorQueue(Protocol):
    """The queue of unchecked claims; tips whose normalised text is the same merge."""

    def add_tip(
        self, *, contact_id: str, text: str, fingerprint: str, locale: str, at: datetime, notify: bool
    ) -> Rumor:
        """Store a consented tip and return its rumor as it now stands. Idempotent per contact and fingerprint.

        The rumor keeps the text of its first tip. A promise once made stays; `set_notify` takes it back. A tip
        whose contact was forgotten counts as one asker in one chat.

        Raises:
            ContactForgotten: there is no such contact.
        """
        ...

    def set_notify(self, rumor_id: str, contact_id: str, notify: bool) -> bool:
        """Promise (or no longer promise) an answer; False where the rumor or the tip is gone."""
        ...

    def find(self, fingerprint: str) -> Rumor | None:
        """Return the open rumor with this fingerprint; reading stores nothing."""
        ...


@dataclass(frozen=True, slots=True)
class NotMeant:
    """Somebody said that a fact-check does not answer their message."""

    contact_id: str
    fact_check_id: str
    text: str
    pressed_at: datetime


class FeedbackLog(Protocol):
    """Keeps every press of "not what I meant", with the pair to fix."""

    def not_meant(self, *, contact_id: str, fact_check_id: str, text: str, at: datetime) -> None:
        """Record one; idempotent per contact, fact-check and day (UTC), the first stays.

        Nothing is recorded about a contact that is gone.
        """
        ...

    def of_contact(self, contact_id: str) -> list[NotMeant]:
        """Return what a contact pressed, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Subscription:
    """What somebody asked to be sent. `topics` empty: everything. Times are the contact's local ones."""

    contact_id: str
    kind: str = "digest"
    topics: tuple[str, ...] = ()
    subscribed_at: datetime | None = None


class SubscriptionStore(Protocol):
    """Who wants the digest. Dies with the contact."""

    def subscribe(self, contact_id: str, *, kind: str = "digest", topics: tuple[str, ...] = (), at: datetime) -> bool:
        """Store the choice; True where it is new, False where it only replaced the topics. Idempotent.

        Raises:
            ContactForgotten: there is no such contact.
        """
        ...

    def unsubscribe(self, contact_id: str, *, kind: str = "digest") -> bool:
        """Drop it; False where there was none."""
        ...

    def of_contact(self, contact_id: str) -> list[Subscription]:
        """Return a contact's subscriptions, by kind."""
        ...


@dataclass(frozen=True, slots=True)
class StoredTip:
    """A tip somebody sent to the editors, as stored (masked)."""

    rumor_id: str
    text: str
    sent_at: datetime
    notify: bool


class PersonalRecords(Protocol):
    """What is kept about one contact and no other port can show; `ContactBook.forget` erases it with the rest."""

    def tips_of(self, contact_id: str) -> list[StoredTip]:
        """Return the contact's tips, oldest first."""
        ...


class InboxState(StrEnum):
    """How far an update has come."""

    RECEIVED = "received"  # stored, not answered: `message` is kept
    REPLYING = "replying"  # the replies are decided: `message` and `replies` are kept until they are sent
    ANSWERED = "answered"  # done: only platform and update id are left, so that a repetition is recognised


@dataclass(frozen=True, slots=True)
class InboxItem:
    """An update on its way. `message` and `replies` are text only its platform's adapter reads ("" once answered)."""

    platform: str
    update_id: str
    state: InboxState
    message: str
    replies: str
    received_at: datetime


class Inbox(Protocol):
    """Every update is handled once, also when the process ends between receiving and answering it."""

    def receive(self, platform: str, messages: Mapping[str, str], *, at: datetime) -> list[str]:
        """Store updates (update id to message) and return the ids that are new, in order. One transaction."""
        ...

    def intend(self, platform: str, update_id: str, replies: str) -> bool:
        """Move an update from received to replying; False where it is not in that state (any longer)."""
        ...

    def done(self, platform: str, update_ids: Iterable[str]) -> None:
        """Mark updates answered and drop what they carried; unknown ids are ignored."""
        ...

    def pending(self, platform: str) -> list[InboxItem]:
        """Return what is not answered, oldest first."""
        ...

    def prune(self, *, before: datetime) -> int:
        """Forget answered updates received before a moment; return how many."""
        ...


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What a group's admins chose. Times are minutes after midnight in `zone` (IANA, "" for UTC).

    Quiet hours run from `quiet_from_min` to `quiet_until_min`, over midnight where the second is the smaller; equal
    means none. `min_gap_min` is the least time between two unasked replies.
    """

    platform: str
    chat_id: str
    mode: GroupMode = GroupMode.ON_MENTION
    locale: str = ""
    zone: str = ""
    quiet_from_min: int = 0
    quiet_until_min: int = 0
    min_gap_min: int = 10


@dataclass(frozen=True, slots=True)
class UnaskedReply:
    """An unasked reply in a group: which fact-check was shown, when."""

    fact_check_id: str
    said_at: datetime


class ChatSettingsStore(Protocol):
    """What groups chose, and the unasked replies that keep to it. Holds no message and no person."""

    def get(self, platform: str, chat_id: str) -> ChatSettings:
        """Return a chat's settings; the defaults where nobody chose any. Reading stores nothing."""
        ...

    def put(self, settings: ChatSettings) -> None:
        """Store or replace a chat's settings."""
        ...

    def note_unasked(self, platform: str, chat_id: str, fact_check_ids: Iterable[str], *, at: datetime) -> None:
        """Remember an unasked reply; forgets those of this chat older than a day, which nobody asks for."""
        ...

    def unasked(self, platform: str, chat_id: str, *, since: datetime) -> list[UnaskedReply]:
        """Return the unasked replies since a moment, oldest first."""
        ...

    def move(self, platform: str, old_chat_id: str, new_chat_id: str) -> None:
        """Give what is stored to a chat's new id, where it has nothing yet; idempotent."""
        ...

    def forget(self, platform: str, chat_id: str) -> None:
        """Drop everything stored for a chat; idempotent."""
        ...
