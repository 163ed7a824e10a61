"""Every storage port, held in memory: real implementations, small enough to read, run through the same contracts."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from itertools import count

from handlers.ports import (
    Answer,
    Contact,
    ContactForgotten,
    NotMeant,
    Rumor,
    StoredTip,
    Subscription,
)
from knowledge_base.errors import FactCheckNotFound, InvalidFactCheck, RevisionConflict
from knowledge_base.history import seal
from knowledge_base.models import Change, Status
from knowledge_base.repository import FactCheckFilter, FactCheckPage
from knowledge_base.rules import folded, problems_of, searchable, storable, storable_text


class MemoryDatabase:
    """Shared tables (dicts of immutable values) and transactions that roll back; give it to the repositories."""

    def __init__(self):
        self.tables = defaultdict(dict)
        self.lock = threading.RLock()
        self.next_id = count(1)

    @contextmanager
    def transaction(self):
        with self.lock:
            before = {name: dict(table) for name, table in self.tables.items()}
            try:
                yield
            except BaseException:
                for name, table in self.tables.items():
                    table.clear()
                    table.update(before.get(name, {}))
                raise


class MemoryFactCheckRepository:
    def __init__(self, database=None):
        self.database = database or MemoryDatabase()
        self._history = self.database.tables["revisions"]  # id -> tuple[Revision, ...]
        self._changes = self.database.tables["changes"]  # seq -> Change

    def save(self, fact_check, *, editor, reason, at):
        return self.save_many([fact_check], editor=editor, reason=reason, at=at)[0]

    def save_many(self, fact_checks, *, editor, reason, at):
        saved = []
        for each in fact_checks:
            if problems := problems_of(each):
                raise InvalidFactCheck(*problems)
        with self.database.transaction():
            for each in fact_checks:
                past = self._history.get(each.id, ())
                if each.revision != len(past):
                    raise RevisionConflict(each.id, each.revision, len(past))
                record = replace(storable(each), revision=len(past) + 1)
                sealed = seal(
                    record,
                    editor=storable_text(editor),
                    reason=storable_text(reason),
                    saved_at=at.astimezone(UTC),
                    previous_digest=past[-1].digest if past else "",
                )
                self._history[each.id] = (*past, sealed)
                seq = self.last_seq() + 1
                self._changes[seq] = Change(seq, record.id, record.revision, record.status)
                saved.append(record)
        return saved

    def get(self, fact_check_id):
        if fact_check_id not in self._history:
            raise FactCheckNotFound(fact_check_id)
        return self._history[fact_check_id][-1].snapshot

    def get_many(self, fact_check_ids):
        return {each: self.get(each) for each in fact_check_ids if each in self._history}

    def find(self, *, publisher, url="", external_id=""):
        name, value = ("url", url) if url else ("external_id", external_id)
        publisher, value = storable_text(publisher), storable_text(value)
        for each in self.iterate(None):
            if value and each.publisher == publisher and getattr(each, name) == value:
                return each
        return None

    def page(self, wanted: FactCheckFilter, *, limit=50, cursor=""):
        limit = max(1, min(limit, 500))
        found = [each for each in self.iterate(wanted.status) if _is_wanted(each, wanted)]
        found.sort(key=_listing_key, reverse=True)
        published_on, underscore, last_id = cursor.partition("_")
        if underscore:
            found = [each for each in found if _listing_key(each) < (published_on, last_id)]
        items = found[:limit]
        last = _listing_key(items[-1]) if len(found) > limit else ("", "")
        return FactCheckPage(tuple(items), "_".join(last) if len(found) > limit else "")

    def iterate(self, status=Status.PUBLISHED):
        with self.database.lock:
            newest = [self._history[each][-1].snapshot for each in sorted(self._history)]
        yield from (each for each in newest if status in (None, each.status))

    def count(self, status=Status.PUBLISHED):
        return sum(1 for _ in self.iterate(status))

    def revisions(self, fact_check_id):
        return list(self._history.get(fact_check_id, ()))

    def changes_since(self, seq, limit=500):
        with self.database.lock:
            return [self._changes[each] for each in sorted(self._changes) if each > seq][: max(1, limit)]

    def last_seq(self):
        return max(self._changes, default=0)


def _listing_key(fact_check):
    return str(fact_check.published_on or ""), fact_check.id


def _is_wanted(each, wanted):
    return (
        wanted.verdict in (None, each.verdict)
        and (not wanted.locale or wanted.locale in each.texts)
        and (not wanted.publisher or wanted.publisher == each.publisher)
        and (not wanted.topic or wanted.topic in each.topics)
        and (not wanted.narrative_id or wanted.narrative_id == each.narrative_id)
        and folded(storable_text(wanted.text)) in searchable(each)
    )


class MemoryNarrativeRepository:
    def __init__(self, database=None):
        self.database = database or MemoryDatabase()
        self._narratives = self.database.tables["narratives"]
        self._version = self.database.tables["narrative_version"]

    def put(self, narrative):
        with self.database.transaction():
            self._narratives[narrative.id] = storable(narrative)
            self._version[0] = self.version() + 1

    def get(self, narrative_id):
        return self._narratives.get(narrative_id)

    def all(self):
        return [self._narratives[each] for each in sorted(self._narratives)]

    def version(self):
        return self._version.get(0, 0)


class MemoryContactBook:
    def __init__(self, database=None):
        self.database = database or MemoryDatabase()
        self._contacts = self.database.tables["contacts"]

    def find(self, asker):
        asker = storable(asker)
        for each in list(self._contacts.values()):
            if _address(each.asker) == _address(asker):
                return each
        return None

    def ensure(self, asker, *, at):
        with self.database.transaction():
            found = self.find(asker)
            contact_id = found.id if found else f"contact-{next(self.database.next_id)}"
            contact = replace(found, asker=storable(asker)) if found else Contact(contact_id, storable(asker))
            self._contacts[contact_id] = contact
            return contact

    def set_locale(self, contact_id, locale):
        with self.database.transaction():
            if contact_id in self._contacts:
                self._contacts[contact_id] = replace(self._contacts[contact_id], locale=storable_text(locale))

    def forget(self, contact_id):
        with self.database.transaction():
            self.database.tables["dialogues"].pop(contact_id, None)
            for name in ("answers", "subscriptions", "tips", "feedback"):
                table = self.database.tables[name]
                for key in [key for key in table if key[0] == contact_id]:
                    record = table.pop(key)
                    if name == "tips":  # stays, as nobody's
                        nobody = (next(self.database.next_id), key[1])
                        table[nobody] = replace(record, notify=False)
                        wordings = self.database.tables["tip_wordings"]
                        wordings[nobody] = wordings.pop(key)
            return self._contacts.pop(contact_id, None) is not None

    def move_chat(self, platform, old_chat_id, new_chat_id):
        moved = 0
        with self.database.transaction():
            for each in list(self._contacts.values()):
                if (each.asker.platform, each.asker.chat_id) == (platform, old_chat_id) != (platform, new_chat_id):
                    asker = replace(each.asker, chat_id=new_chat_id)
                    if self.find(asker) is None:
                        self._contacts[each.id] = replace(each, asker=asker)
                        moved += 1
        return moved


def _address(asker):
    return asker.platform, asker.chat_id, asker.user_id


class MemoryAnswerLedger:
    def __init__(self, database=None):
        self.database = database or MemoryDatabase()
        self._answers = self.database.tables["answers"]

    def record(self, contact_id, shown, *, at):
        with self.database.transaction():
            if contact_id in self.database.tables["contacts"]:
                for each in shown:
                    key = (contact_id, each.fact_check_id, each.revision)
                    self._answers[key] = Answer(*key, at.astimezone(UTC))

    def of_contact(self, contact_id):
        return [each for each in self._sorted() if each.contact_id == contact_id]

    def shown_to(self, fact_check_id):
        return [each for each in self._sorted() if each.fact_check_id == fact_check_id]

    def _sorted(self):
        with self.database.lock:
            return sorted(self._answers.values(), key=lambda a: (a.shown_at, a.contact_id, a.fact_check_id, a.revision))


class MemoryRumorQueue:
    def __init__(self, database=None):
        self.database = database or MemoryDatabase()
        self._rumors = self.database.tables["rumors"]  # fingerprint -> Rumor without its counts
        self._tips = self.database.tables["tips"]  # (contact id or a number once erased, rumor id) -> StoredTip

    def add_tip(self, *, contact_id, text, fingerprint, locale, at, notify):
        at = at.astimezone(UTC)
        text, locale = storable_text(text), storable_text(locale)
        with self.database.transaction():
            if contact_id not in self.database.tables["contacts"]:
                raise ContactForgotten(contact_id)
            asked, fingerprint = fingerprint, self._moved(fingerprint)
            rumor = self._rumors.get(fingerprint)
            if rumor is None:
                rumor = Rumor(f"rumor-{next(self.database.next_id)}", text, locale, 0, 0, at, at)
            self._rumors[fingerprint] = replace(
                rumor, first_seen=min(rumor.first_seen, at), last_seen=max(rumor.last_seen, at)
            )
            tip = self._tips.get((contact_id, rumor.id), StoredTip(rumor.id, text, at, notify))
            self._tips[contact_id, rumor.id] = replace(tip, notify=tip.notify or notify)
            self.database.tables["tip_wordings"].setdefault(
                (contact_id, rumor.id), (next(self.database.next_id), asked)
            )
            return self.find(asked)

    def _moved(self, fingerprint):
        """Return the fingerprint of the rumor these wordings belong to since the newsroom merged or split it."""
        rumor_id = self.database.tables["rumor_wordings"].get(fingerprint)
        return next((key for key, each in self._rumors.items() if each.id == rumor_id), fingerprint)

    def set_notify(self, rumor_id, contact_id, notify):
        with self.database.transaction():
            tip = self._tips.get((contact_id, rumor_id))
            if tip is None:
                return False
            self._tips[contact_id, rumor_id] = replace(tip, notify=notify)
            return True

    def find(self, fingerprint):
        rumor = self._rumors.get(self._moved(fingerprint))
        return self.counted(rumor) if rumor else None

    def counted(self, rumor):
        contacts = self.database.tables["contacts"]
        askers, chats = set(), set()
        for contact_id, rumor_id in list(self._tips):
            if rumor_id == rumor.id:
                asker = contacts[contact_id].asker if contact_id in contacts else None
                askers.add((asker.platform, asker.user_id) if asker else contact_id)
                chats.add((asker.platform, asker.chat_id) if asker else contact_id)
        return replace(rumor, askers=len(askers), chats=len(chats))


class MemoryFeedbackLog:
    def __init__(self, database=None):
        self.database = database or MemoryDatabase()
        self._presses = self.database.tables["feedback"]

    def not_meant(self, *, contact_id, fact_check_id, text, at):
        at = at.astimezone(UTC)
        with self.database.transaction():
            if contact_id in self.database.tables["contacts"]:
                press = NotMeant(contact_id, fact_check_id, storable_text(text), at)
                self._presses.setdefault((contact_id, fact_check_id, at.date()), press)

    def of_contact(self, contact_id):
        return sorted(
            (each for key, each in self._presses.items() if key[0] == contact_id),
            key=lambda press: (press.pressed_at, press.fact_check_id),
        )


class MemorySubscriptionStore:
    def __init__(self, database=None):
        self.database = database or MemoryDatabase()
        self._subscriptions = self.database.tables["subscriptions"]  # (contact id, kind) -> Subscription

    def subscribe(self, contact_id, *, kind="digest", topics=(), at):
        with self.database.transaction():
            if contact_id not in self.database.tables["contacts"]:
                raise ContactForgotten(contact_id)
            before = self._subscriptions.get((contact_id, kind))
            since = before.subscribed_at if before else at.astimezone(UTC)
            self._subscriptions[contact_id, kind] = Subscription(
                contact_id, kind, tuple(map(storable_text, topics)), since
            )
            return before is None

    def unsubscribe(self, contact_id, *, kind="digest"):
        with self.database.transaction():
            return self._subscriptions.pop((contact_id, kind), None) is not None

    def of_contact(self, contact_id):
        return [self._subscriptions[key] for key in sorted(self._subscriptions) if key[0] == contact_id]


class MemoryPersonalRecords:
    def __init__(self, database=None):
        self.database = database or MemoryDatabase()

    def tips_of(self, contact_id):
        tips = [tip for key, tip in self.database.tables["tips"].items() if key[0] == contact_id]
        return sorted(tips, key=lambda tip: (tip.sent_at, tip.rumor_id))
