"""A newsroom on the ports in memory, with a clock that moves only when told to, and somebody in every role."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from handlers.editorial.desk import Desk, EditorialRules
from handlers.messages import Asker, ChatKind
from handlers.permissions import Role
from knowledge_base.models import FactCheck, FactCheckText, Source, Verdict
from tests.fakes.memory import MemoryContactBook, MemoryDatabase, MemoryFactCheckRepository, MemoryRumorQueue
from tests.fakes.memory_editorial import memory_editorial
from tests.fakes.searcher import FakeSearcher

DRAFT = FactCheck(
    id="fc1",
    texts={
        "en": FactCheckText(
            "Boiled garlic water cures the flu.",
            "No food ends an infection; it passes by itself in a week",
            "There is no trial that shows it.",
        )
    },
    publisher="Example Desk",
    verdict=Verdict.FALSE,
    sources=(Source("A review", "https://example.org/review", "CDC", date(2025, 2, 3)),),
    checked_on=date(2026, 1, 1),
)


class Newsroom:
    """`anna` is an editor, `ben` a reviewer, `carla` an admin, `rosa` a reader; each attribute is the editor's id."""

    def __init__(self, *, single_editor: bool = False, database: MemoryDatabase | None = None) -> None:
        self.database = database or MemoryDatabase()
        self.time = datetime(2026, 1, 1, 12, tzinfo=UTC)
        self.searcher = FakeSearcher()
        self.fact_checks = MemoryFactCheckRepository(self.database)
        self.contacts = MemoryContactBook(self.database)
        self.rumors = MemoryRumorQueue(self.database)
        self.heard: list[object] = []
        self.changed = 0
        numbers = count(1)
        self.desk = Desk(
            fact_checks=self.fact_checks,
            record=memory_editorial(self.database),
            transactions=self.database,
            searcher=self.searcher,
            clock=self,
            new_id=lambda: f"id{next(numbers)}",
            new_token=lambda: f"secret-{next(numbers)}",
            rules=EditorialRules(single_editor=single_editor, publisher="Example Desk"),
            listen=self.heard.extend,
            changed=self._note_change,
            address=lambda: "https://facts.example",
        )
        self.anna, self.ben, self.carla, self.rosa = (
            self.desk.record.editors.add(name.lower(), name, role, at=self.time).id
            for name, role in (
                ("Anna", Role.EDITOR),
                ("Ben", Role.REVIEWER),
                ("Carla", Role.ADMIN),
                ("Rosa", Role.READER),
            )
        )

    def now(self) -> datetime:
        return self.time

    def wait(self, **span: float) -> None:
        self.time += timedelta(**span)

    def _note_change(self) -> None:
        self.changed += 1

    def ask(self, user: str, text: str, *, chat: str = "", notify: bool = True) -> str:
        """Somebody asks; return the rumor's id."""
        kind = ChatKind.GROUP if chat else ChatKind.PRIVATE
        contact = self.contacts.ensure(Asker("telegram", chat or user, user, kind), at=self.time)
        rumor = self.rumors.add_tip(
            contact_id=contact.id, text=text, fingerprint=text.lower(), locale="en", at=self.time, notify=notify
        )
        return rumor.id

    def with_role(self, role: Role) -> str:
        return {Role.EDITOR: self.anna, Role.REVIEWER: self.ben, Role.ADMIN: self.carla, Role.READER: self.rosa}[role]


def draft(**changes: object) -> FactCheck:
    return replace(DRAFT, **changes)


def with_headline(fact_check: FactCheck, headline: str) -> FactCheck:
    return replace(fact_check, texts={"en": replace(fact_check.texts["en"], headline=headline)})
