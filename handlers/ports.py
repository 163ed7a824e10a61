"""What the conversation needs remembered. Implemented by `storage` and by the fakes in tests/fakes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.messages import Asker, Shown


class Clock(Protocol):
    """The time, passed in."""

    def now(self) -> datetime:
        """Return the present, aware, UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Contact:
    """The only record with an address. `locale` is "" until the person chose one; `zone` is an IANA name."""

    id: str
    asker: Asker
    locale: str = ""
    zone: str = ""


class ContactBook(Protocol):
    """People and chats Factline may write to. Deleting a contact deletes everything that refers to it."""

    def find(self, asker: Asker) -> Contact | None:
        """Return the contact of this address (platform, chat, user), or None: reading stores nothing."""
        ...

    def ensure(self, asker: Asker, *, at: datetime) -> Contact:
        """Return the contact, storing it first where it is new."""
        ...

    def set_locale(self, contact_id: str, locale: str) -> None:
        """Remember the language somebody chose."""
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
        """Record; showing the same revision again to the same contact only moves its time."""
        ...

    def of_contact(self, contact_id: str) -> list[Answer]:
        """Return what a contact was shown, oldest first."""
        ...

    def shown_to(self, fact_check_id: str) -> list[Answer]:
        """Return everyone who was shown any revision of a fact-check."""
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
        """Store a consented tip and return its rumor as it now stands. Idempotent per contact and fingerprint."""
        ...

    def set_notify(self, rumor_id: str, contact_id: str, notify: bool) -> bool:
        """Promise (or no longer promise) an answer; False where the rumor or the tip is gone."""
        ...

    def find(self, fingerprint: str) -> Rumor | None:
        """Return the open rumor with this fingerprint; reading stores nothing."""
        ...


class FeedbackLog(Protocol):
    """Keeps every press of "not what I meant", with the pair to fix."""

    def not_meant(self, *, contact_id: str, fact_check_id: str, text: str, at: datetime) -> None:
        """Record one; idempotent per contact, fact-check and day."""
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
        """Store the choice; True where it is new, False where it only replaced the topics. Idempotent."""
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


@dataclass(frozen=True, slots=True)
class Erased:
    """How many records of each kind an erasure removed or, for tips, cut from the person."""

    contacts: int = 0
    answers: int = 0
    subscriptions: int = 0
    tips: int = 0
    feedback: int = 0


class PersonalRecords(Protocol):
    """Everything kept about one contact: to show it, and to erase it."""

    def tips_of(self, contact_id: str) -> list[StoredTip]:
        """Return the contact's tips, oldest first."""
        ...

    def erase(self, contact_id: str) -> Erased:
        """Delete the contact and all that refers to it; tips stay in the queue without their link to the person.

        An unknown id erases nothing.
        """
        ...
