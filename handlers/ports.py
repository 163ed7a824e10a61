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
