"""The newsroom's ports, held in memory on the tables of `tests.fakes.memory`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from handlers.editorial.auditing import new_entry
from handlers.editorial.ports import (
    EVERYTHING,
    Dialogue,
    Editor,
    EditorialRecord,
    IdentityTaken,
    NameTaken,
    QueuedRumor,
    RumorStatus,
    Wording,
)
from handlers.ports import Rumor
from knowledge_base.rules import storable, storable_text
from tests.fakes.memory import MemoryRumorQueue


class MemoryEditorBook:
    def __init__(self, database):
        self.database = database
        self._editors = database.tables["editors"]
        self._identities = database.tables["editor_identities"]  # Identity -> editor id

    def add(self, editor_id, name, role, *, at):
        name = storable_text(name).strip()
        with self.database.transaction():
            if self.named(name):
                raise NameTaken(name)
            self._editors[editor_id] = Editor(editor_id, name, role)
            return self._editors[editor_id]

    def get(self, editor_id):
        found = self._editors.get(editor_id)
        mine = [each for each, owner in self._identities.items() if owner == editor_id]
        return found and replace(found, identities=tuple(sorted(mine, key=lambda i: (i.platform, i.user_id))))

    def named(self, name):
        return self._first(lambda each: each.name.casefold() == name.strip().casefold())

    def of_identity(self, identity):
        owner = self._identities.get(storable(identity))
        return self._first(lambda each: each.id == owner)

    def all(self):
        return [self.get(each.id) for each in sorted(self._editors.values(), key=lambda e: (e.name, e.id))]

    def set_role(self, editor_id, role):
        with self.database.transaction():
            if editor_id in self._editors:
                self._editors[editor_id] = replace(self._editors[editor_id], role=role)

    def link(self, editor_id, identity, *, at):
        with self.database.transaction():
            if self._identities.setdefault(storable(identity), editor_id) != editor_id:
                raise IdentityTaken(identity.platform)

    def unlink(self, identity):
        with self.database.transaction():
            return self._identities.pop(storable(identity), None) is not None

    def remove(self, editor_id):
        with self.database.transaction():
            for table in (self._identities, self.database.tables["tokens"], self.database.tables["sessions"]):
                for key in [key for key, value in table.items() if editor_id in (value, value[0])]:
                    del table[key]
            if editor_id in self._editors:
                self._editors[editor_id] = replace(self._editors[editor_id], is_active=False)

    def _first(self, wanted):
        return next((self.get(each.id) for each in self._editors.values() if each.is_active and wanted(each)), None)


class MemoryAuditLog:
    def __init__(self, database):
        self.database = database
        self._entries = database.tables["audit_log"]

    def append(self, *, at, editor_id, act, subject, before="", after="", note=""):
        with self.database.transaction():
            said = {"before": storable_text(before), "after": storable_text(after), "note": storable_text(note)}
            entry = new_entry(
                self._entries.get(len(self._entries)),
                at=at.astimezone(UTC),
                editor_id=storable_text(editor_id),
                act=act,
                subject=storable_text(subject),
                **said,
            )
            self._entries[entry.seq] = entry
            return entry

    def entries(self, *, after_seq=0, limit=500):
        return [self._entries[seq] for seq in sorted(self._entries) if seq > after_seq][: max(1, limit)]

    def latest(self, *, limit=100):
        return self.entries(limit=10**9)[::-1][:limit]

    def of_subject(self, subject):
        return [each for each in self.entries(limit=10**9) if each.subject == subject]


class MemorySignIns:
    def __init__(self, database):
        self.database = database
        self._tokens = database.tables["tokens"]  # digest -> (editor id, purpose, expires_at)
        self._sessions = database.tables["sessions"]  # digest -> (editor id, expires_at)

    def issue(self, digest, editor_id, purpose, *, at, expires_at):
        with self.database.transaction():
            self._tokens[digest] = (editor_id, purpose, expires_at)

    def redeem(self, digest, purpose, *, at):
        with self.database.transaction():
            editor_id, wanted, expires_at = self._tokens.get(digest, (None, None, at))
            if wanted is not purpose or expires_at <= at:
                return None
            del self._tokens[digest]
            return editor_id

    def open_session(self, digest, editor_id, *, at, expires_at):
        with self.database.transaction():
            self._sessions[digest] = (editor_id, expires_at)

    def session(self, digest, *, at):
        editor_id, expires_at = self._sessions.get(digest, (None, at))
        return editor_id if expires_at > at else None

    def close_session(self, digest):
        with self.database.transaction():
            self._sessions.pop(digest, None)

    def close_all(self, editor_id):
        with self.database.transaction():
            ended = [key for key, value in self._sessions.items() if value[0] == editor_id]
            for table in (self._tokens, self._sessions):
                for key in [key for key, value in table.items() if value[0] == editor_id]:
                    del table[key]
            return len(ended)


class MemoryRumorDesk:
    def __init__(self, database):
        self.database = database
        self._queue = MemoryRumorQueue(database)
        self._open = database.tables["rumors"]  # fingerprint -> Rumor without its counts
        self._closed = database.tables["closed_rumors"]  # id -> QueuedRumor
        self._assignees = database.tables["assignees"]
        self._drafts = database.tables["drafts"]  # rumor id -> fact-check id
        self._tips = database.tables["tips"]
        self._tip_wordings = database.tables["tip_wordings"]  # the same keys -> (tip id, fingerprint)
        self._moved = database.tables["rumor_wordings"]  # fingerprint -> rumor id

    def waiting(self, wanted=EVERYTHING, *, most=500):
        sought = wanted.text.strip().lower()
        every = [
            each
            for each in map(self._queued, self._open.values())
            if wanted.assignee in ("", each.assignee)
            and not (wanted.only_unassigned and each.assignee)
            and sought in each.text.lower()
        ]
        kept = {}
        for key in (
            lambda r: (-r.askers, r.id),
            lambda r: (r.first_seen, r.id),
            lambda r: (-r.last_seen.timestamp(), r.id),
        ):
            kept |= {each.id: each for each in sorted(every, key=key)[:most]}
        return list(kept.values())

    def count_waiting(self, wanted=EVERYTHING):
        return len(self.waiting(wanted, most=10**9))

    def closed(self, *, limit=50):
        ended = [each for each in self._closed.values() if each.status is not RumorStatus.MERGED]
        return sorted(ended, key=lambda each: (each.closed_at, each.id), reverse=True)[:limit]

    def get(self, rumor_id):
        return next((each for each in self.waiting() if each.id == rumor_id), None) or self._closed.get(rumor_id)

    def wordings(self, rumor_id, *, limit=50):
        contacts = self.database.tables["contacts"]
        found = []
        for key, tip in self._tips.items():
            if key[1] == rumor_id:
                asker = contacts[key[0]].asker if key[0] in contacts else None
                place = (asker.platform, asker.chat_kind.value) if asker else ("", "")
                found.append(Wording(self._tip_wordings[key][0], tip.text, tip.sent_at, *place))
        return sorted(found, key=lambda each: (each.sent_at, each.id), reverse=True)[:limit]

    def assign(self, rumor_id, editor_id):
        with self.database.transaction():
            if self._key(rumor_id) is None:
                return False
            self._assignees[rumor_id] = editor_id
            return True

    def note_draft(self, rumor_id, fact_check_id):
        with self.database.transaction():
            self._drafts[rumor_id] = fact_check_id
            return self._key(rumor_id) is not None

    def of_draft(self, fact_check_id):
        mine = [each for each in self.waiting() if each.outcome == fact_check_id]
        return sorted(mine, key=lambda each: (each.first_seen, each.id))

    def close(self, rumor_id, status, outcome, *, at):
        with self.database.transaction():
            key = self._key(rumor_id)
            if key is None:
                return False
            queued = self._queued(self._open.pop(key))
            closed_at = at.astimezone(UTC)
            self._closed[rumor_id] = replace(queued, status=status, outcome=storable_text(outcome), closed_at=closed_at)
            return True

    def merge(self, rumor_id, into, *, at):
        with self.database.transaction():
            source, target = self._key(rumor_id), self._key(into)
            if None in (source, target) or source == target:
                return False
            for contact, _ in [key for key in self._tips if key[1] == rumor_id]:
                tip, wording = self._tips.pop((contact, rumor_id)), self._tip_wordings.pop((contact, rumor_id))
                kept = self._tips.get((contact, into))
                self._tips[contact, into] = replace(
                    kept or tip, rumor_id=into, notify=tip.notify or bool(kept and kept.notify)
                )
                self._tip_wordings.setdefault((contact, into), wording)
            for fingerprint in [key for key, rumor in self._moved.items() if rumor == rumor_id]:
                self._moved[fingerprint] = into
            self._moved.setdefault(source, into)
            gone, kept = self._open[source], self._open[target]
            self.close(rumor_id, RumorStatus.MERGED, into, at=at)
            first, last = min(gone.first_seen, kept.first_seen), max(gone.last_seen, kept.last_seen)
            self._open[target] = replace(kept, first_seen=first, last_seen=last)
            return True

    def split(self, rumor_id, tip_ids, *, new_id):
        with self.database.transaction():
            own = [key for key in self._tips if key[1] == rumor_id]
            own.sort(key=lambda key: (self._tips[key].sent_at, self._tip_wordings[key][0]))
            going = [key for key in own if self._tip_wordings[key][0] in tip_ids]
            if self._key(rumor_id) is None or not going or len(going) == len(own):
                return False
            first, last = self._tips[going[0]], self._tips[going[-1]]
            locale = self._open[self._key(rumor_id)].locale
            self._open[f"split:{new_id}"] = Rumor(new_id, first.text, locale, 0, 0, first.sent_at, last.sent_at)
            staying = {self._tip_wordings[key][1] for key in own if key not in going}
            for key in going:
                self._tips[key[0], new_id] = replace(self._tips.pop(key), rumor_id=new_id)
                wording = self._tip_wordings[key[0], new_id] = self._tip_wordings.pop(key)
                if wording[1] not in staying:
                    self._moved[wording[1]] = new_id
            return True

    def _key(self, rumor_id):
        return next((key for key, each in self._open.items() if each.id == rumor_id), None)

    def _queued(self, rumor):
        counted, assignee = self._queue.counted(rumor), self._assignees.get(rumor.id, "")
        return QueuedRumor(
            id=rumor.id,
            text=rumor.text,
            locale=rumor.locale,
            status=RumorStatus.ASSIGNED if assignee else RumorStatus.OPEN,
            askers=counted.askers,
            chats=counted.chats,
            first_seen=rumor.first_seen,
            last_seen=rumor.last_seen,
            assignee=assignee,
            outcome=self._drafts.get(rumor.id, ""),
        )


class MemoryProposals:
    def __init__(self, database):
        self.database = database
        self._proposals = database.tables["proposals"]

    def put(self, proposal):
        with self.database.transaction():
            self._proposals[proposal.fact_check_id] = replace(
                proposal, corrected=storable(proposal.corrected), reason=storable_text(proposal.reason)
            )

    def get(self, fact_check_id):
        return self._proposals.get(fact_check_id)

    def all(self):
        return sorted(self._proposals.values(), key=lambda each: (each.proposed_at, each.fact_check_id))

    def drop(self, fact_check_id):
        with self.database.transaction():
            return self._proposals.pop(fact_check_id, None) is not None


class MemoryDialogues:
    def __init__(self, database):
        self.database = database
        self._dialogues = database.tables["dialogues"]

    def get(self, contact_id):
        return self._dialogues.get(contact_id)

    def put(self, contact_id, dialogue, *, at):
        with self.database.transaction():
            if contact_id in self.database.tables["contacts"]:
                said = {storable_text(name): storable_text(text) for name, text in dialogue.said.items()}
                self._dialogues[contact_id] = Dialogue(dialogue.kind, dialogue.step, said)

    def drop(self, contact_id):
        with self.database.transaction():
            return self._dialogues.pop(contact_id, None) is not None


def memory_editorial(database):
    """Return every port of the newsroom on `database`."""
    return EditorialRecord(
        editors=MemoryEditorBook(database),
        audit=MemoryAuditLog(database),
        sign_ins=MemorySignIns(database),
        rumors=MemoryRumorDesk(database),
        proposals=MemoryProposals(database),
        dialogues=MemoryDialogues(database),
    )
