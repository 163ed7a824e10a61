"""A whole conversation on fakes: say something, read what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from handlers.conversation import Conversation
from handlers.messages import Action, ActionName, ChatKind, IncomingMessage, PlatformLimits, Reply
from handlers.ports import StoredTip
from knowledge_base.models import FactCheck, FactCheckText, Narrative, Source, Status, Verdict
from tests.fakes.memory import (
    MemoryAnswerLedger,
    MemoryContactBook,
    MemoryDatabase,
    MemoryFactCheckRepository,
    MemoryFeedbackLog,
    MemoryNarrativeRepository,
    MemoryPersonalRecords,
    MemoryRumorQueue,
    MemorySubscriptionStore,
)
from tests.fakes.searcher import FakeSearcher

MESSENGER = PlatformLimits(4096, 8, can_edit=True, can_push=True, can_share=True)
TERMINAL = PlatformLimits(100_000, 24)

ANTIBIOTICS = FactCheck(
    id="fc1",
    texts={
        "en": FactCheckText(
            claim="Leftover antibiotics cure the flu.",
            headline="Flu is viral; antibiotics act only on bacteria",
            explanation=(
                "Most colds fade by themselves. Antibiotics do nothing to viruses, says the U.S. CDC. "
                "Taking them anyway helps resistant bacteria survive. Rest and fluids are the usual plan."
            ),
        ),
        "zh-TW": FactCheckText(
            claim="吃剩下的抗生素可以治流感。",
            headline="流感是病毒引起，抗生素只對細菌有效",
            explanation="感冒多半會自己好。抗生素對病毒沒有作用。亂吃會養出抗藥性細菌。休息、補充水分就好。",
        ),
    },
    publisher="Health Desk",
    verdict=Verdict.FALSE,
    status=Status.PUBLISHED,
    sources=(Source("Antibiotics", "https://health.example/antibiotics", "CDC", date(2024, 5, 3), "en"),),
    url="https://desk.example/antibiotics",
    published_on=date(2025, 1, 2),
    checked_on=date(2025, 6, 7),
    narrative_id="cures",
)
CURES = Narrative("cures", {"en": "Miracle cures", "zh-TW": "神奇療法"})


class World:
    """The conversation, its ports (all in memory), and a clock that moves only when told to."""

    def __init__(self, *fact_checks: FactCheck, default_locale: str = "en", public_url: str = "") -> None:
        self.database = MemoryDatabase()
        self.searcher = FakeSearcher()
        self.fact_checks = MemoryFactCheckRepository(self.database)
        self.narratives = MemoryNarrativeRepository(self.database)
        self.contacts = MemoryContactBook(self.database)
        self.answers = MemoryAnswerLedger(self.database)
        self.rumors = MemoryRumorQueue(self.database)
        self.feedback = MemoryFeedbackLog(self.database)
        self.subscriptions = MemorySubscriptionStore(self.database)
        self.records = MemoryPersonalRecords(self.database)
        self.time = datetime(2026, 1, 1, tzinfo=UTC)
        self._numbers = count(1)
        self.narratives.put(CURES)
        for each in fact_checks:
            self.publish(each)
        self.conversation = Conversation(
            searcher=self.searcher,
            fact_checks=self.fact_checks,
            narratives=self.narratives,
            contacts=self.contacts,
            answers=self.answers,
            rumors=self.rumors,
            feedback=self.feedback,
            transactions=self.database,
            clock=self,
            new_id=lambda: f"id{next(self._numbers)}",
            default_locale=default_locale,
            public_url=public_url,
            subscriptions=self.subscriptions,
            records=self.records,
        )

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def tips_of(self, contact_id: str) -> list[StoredTip]:
        return self.records.tips_of(contact_id)

    def publish(self, fact_check: FactCheck) -> FactCheck:
        return self.fact_checks.save(fact_check, editor="editor", reason="new", at=self.now())

    def change(self, fact_check_id: str, **fields) -> FactCheck:
        changed = replace(self.fact_checks.get(fact_check_id), **fields)
        return self.fact_checks.save(changed, editor="editor", reason="changed", at=self.now())

    def stored(self, fact_check_id: str = "fc1") -> FactCheck:
        return self.fact_checks.get(fact_check_id)

    def is_empty_of_people(self) -> bool:
        tables = ("contacts", "answers", "tips", "feedback", "rumors")
        return not any(self.database.tables[name] for name in tables)

    def contact(self, user: str = "anna"):
        return next((each for each in self.database.tables["contacts"].values() if each.asker.user_id == user), None)

    def say(self, text: str = "", *, limits: PlatformLimits = MESSENGER, user: str = "anna", **fields) -> list[Reply]:
        group = fields.get("chat_kind", ChatKind.PRIVATE) is not ChatKind.PRIVATE
        message = IncomingMessage(
            platform="toy",
            chat_id="group" if group else user,
            user_id=user,
            update_id=str(next(self._numbers)),
            text=text,
            **fields,
        )
        return self.conversation.handle(message, limits)

    def press(self, name: ActionName, argument: str = "", *, about: str = "", **fields) -> list[Reply]:
        return self.say(action=Action(name, argument), quoted_text=about, **fields)

    def command(self, command: str, text: str = "", **fields) -> list[Reply]:
        return self.say(text, command=command, **fields)


def only(replies: list[Reply]) -> Reply:
    """Return the one reply there is."""
    assert len(replies) == 1, replies
    return replies[0]


def actions_of(reply: Reply) -> list[str]:
    """Return the wire forms of a reply's buttons, in order."""
    return [button.action.encode() for row in reply.buttons for button in row if button.action]
