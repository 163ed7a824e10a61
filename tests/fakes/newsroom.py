"""A newsroom on the ports in memory, with a clock that moves only when told to, and somebody in every role."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from handlers.conversation import Conversation
from handlers.editorial.desk import Desk, EditorialRules
from handlers.editorial.ports import Identity
from handlers.messages import Action, ActionName, Asker, ChatKind, IncomingMessage, PlatformLimits, Reply
from handlers.permissions import Role
from knowledge_base.models import FactCheck, FactCheckText, Source, Verdict
from tests.fakes.memory import (
    MemoryAnswerLedger,
    MemoryContactBook,
    MemoryDatabase,
    MemoryFactCheckRepository,
    MemoryFeedbackLog,
    MemoryNarrativeRepository,
    MemoryRumorQueue,
)
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

    def chat(self) -> NewsroomChat:
        """Link everybody to a chat account of their own name, and return the chat."""
        for each in self.desk.record.editors.all():
            self.desk.record.editors.link(each.id, Identity("toy", each.id), at=self.time)
        return NewsroomChat(self)

    def with_role(self, role: Role) -> str:
        return {Role.EDITOR: self.anna, Role.REVIEWER: self.ben, Role.ADMIN: self.carla, Role.READER: self.rosa}[role]


class NewsroomChat:
    """The conversation, with the newsroom behind it."""

    LIMITS = PlatformLimits(4096, 12, can_edit=True, can_push=True)

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self._numbers = count(1)
        self.conversation = self.restarted()

    def restarted(self) -> Conversation:
        """Return a conversation that knows only what is stored."""
        room = self.room
        self.conversation = Conversation(
            searcher=room.searcher,
            fact_checks=room.fact_checks,
            narratives=MemoryNarrativeRepository(room.database),
            contacts=room.contacts,
            answers=MemoryAnswerLedger(room.database),
            rumors=room.rumors,
            feedback=MemoryFeedbackLog(room.database),
            transactions=room.database,
            clock=room,
            new_id=room.desk.new_id,
            default_locale="en",
            desk=room.desk,
        )
        return self.conversation

    def say(self, who: str, text: str = "", **fields) -> list[Reply]:
        in_group = fields.get("chat_kind", ChatKind.PRIVATE) is not ChatKind.PRIVATE
        message = IncomingMessage(
            platform="toy",
            chat_id="group" if in_group else who,
            user_id=who,
            update_id=str(next(self._numbers)),
            text=text,
            locale_hint="en",
            **fields,
        )
        return self.conversation.handle(message, self.LIMITS)

    def command(self, who: str, command: str, text: str = "", **fields) -> Reply:
        (reply,) = self.say(who, text, command=command, **fields)
        return reply

    def press(self, who: str, reply: Reply, label: str) -> Reply:
        (button,) = [each for row in reply.buttons for each in row if label in each.label and each.action]
        action = Action.decode(button.action.encode())
        assert action.name is ActionName.COMMAND
        (answer,) = self.say(who, action=action)
        return answer


def draft(**changes: object) -> FactCheck:
    return replace(DRAFT, **changes)


def with_headline(fact_check: FactCheck, headline: str) -> FactCheck:
    return replace(fact_check, texts={"en": replace(fact_check.texts["en"], headline=headline)})
