"""What the web app is tested with: the real conversation over a record in memory and a searcher that knows wordings."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter

from handlers.conversation import CheckResult, Conversation
from handlers.messages import IncomingMessage, Reply
from knowledge_base.errors import FactCheckNotFound
from knowledge_base.models import Change, FactCheck, Narrative, Revision, Status
from knowledge_base.repository import FactCheckFilter, FactCheckPage
from knowledge_base.starter.loading import examples, starter_fact_checks, starter_narratives
from retrieval.interface import IndexState, Match, MatchKind, Outcome, SearchResult
from web.services import WEB_LIMITS, Example, WebServices

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class RecordInMemory:
    """As much of `FactCheckRepository` as pages, API and chat use."""

    def __init__(self, fact_checks: Iterable[FactCheck] = ()) -> None:
        self.stored: dict[str, FactCheck] = {}
        self.history: dict[str, list[Revision]] = {}
        for fact_check in fact_checks:
            self.put(fact_check)

    def put(self, fact_check: FactCheck) -> FactCheck:
        before = self.history.setdefault(fact_check.id, [])
        fact_check = replace(fact_check, revision=len(before) + 1)
        self.stored[fact_check.id] = fact_check
        before.append(Revision(fact_check.id, fact_check.revision, fact_check, "anna", "test", NOW, "", "d"))
        return fact_check

    def get(self, fact_check_id: str) -> FactCheck:
        if fact_check_id not in self.stored:
            raise FactCheckNotFound(fact_check_id)
        return self.stored[fact_check_id]

    def get_many(self, fact_check_ids: Iterable[str]) -> dict[str, FactCheck]:
        return {each: self.stored[each] for each in fact_check_ids if each in self.stored}

    def revisions(self, fact_check_id: str) -> list[Revision]:
        return self.history.get(fact_check_id, [])

    def iterate(self, status: Status | None = Status.PUBLISHED) -> Iterator[FactCheck]:
        return (each for _, each in sorted(self.stored.items()) if status is None or each.status is status)

    def count(self, status: Status | None = Status.PUBLISHED) -> int:
        return sum(1 for _ in self.iterate(status))

    def page(self, wanted: FactCheckFilter, *, limit: int = 50, cursor: str = "") -> FactCheckPage:
        found = [
            each
            for each in self.iterate(wanted.status)
            if (not wanted.verdict or each.verdict is wanted.verdict)
            and (not wanted.text or any(wanted.text.lower() in text.claim.lower() for text in each.texts.values()))
            and (not wanted.locale or wanted.locale in each.texts)
            and (not wanted.topic or wanted.topic in each.topics)
            and (not wanted.publisher or wanted.publisher == each.publisher)
            and (not wanted.narrative_id or wanted.narrative_id == each.narrative_id)
        ]
        found.sort(key=lambda each: (str(each.published_on or ""), each.id), reverse=True)
        start = int(cursor) if cursor.isdigit() else 0
        rest = start + limit < len(found)
        return FactCheckPage(tuple(found[start : start + limit]), str(start + limit) if rest else "")

    def save(self, fact_check: FactCheck, **_: Any) -> FactCheck:
        return self.put(fact_check)

    def save_many(self, fact_checks: Sequence[FactCheck], **_: Any) -> list[FactCheck]:
        return [self.put(each) for each in fact_checks]

    def find(self, **_: Any) -> FactCheck | None:
        return None

    def changes_since(self, seq: int, limit: int = 500) -> list[Change]:
        return []

    def last_seq(self) -> int:
        return len(self.stored)


class NarrativesInMemory:
    """`NarrativeRepository`."""

    def __init__(self, narratives: Iterable[Narrative] = ()) -> None:
        self._stored = {each.id: each for each in narratives}

    def put(self, narrative: Narrative) -> None:
        self._stored[narrative.id] = narrative

    def get(self, narrative_id: str) -> Narrative | None:
        return self._stored.get(narrative_id)

    def all(self) -> list[Narrative]:
        return [self._stored[each] for each in sorted(self._stored)]

    def version(self) -> int:
        return len(self._stored)


class WordingSearcher:
    """Answers known wordings and claims directly; a text with a word in `asks` gets "did you mean"."""

    def __init__(self, record: RecordInMemory, asks: str = "perhaps") -> None:
        self._record = record
        self._asks = asks

    def search(self, text: str, *, urls: tuple[str, ...] = ()) -> SearchResult:
        published = list(self._record.iterate())
        if self._asks in text:
            matches = tuple(
                Match(each, 0.5, MatchKind.POSSIBLE, Outcome.POSSIBLE, text, next(iter(each.texts)))
                for each in published[:3]
            )
            return SearchResult(Outcome.POSSIBLE, matches, locale="en", timings_ms={"total": 1.5})
        for each in published:
            for known in (*each.wordings, *(wording.claim for wording in each.texts.values())):
                if known.strip() and known.strip() in text:
                    locale = "zh-TW" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"
                    match = Match(each, 0.97, MatchKind.EXACT, Outcome.MATCH, text, each.best_locale(locale))
                    return SearchResult(Outcome.MATCH, (match,), locale=locale, timings_ms={"total": 1.5})
        return SearchResult(Outcome.NONE, locale="und", timings_ms={"total": 1.5})


class Forgetful:
    """Every port that remembers something: remembers nothing, and notes what it was asked to store."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def transaction(self) -> nullcontext[None]:
        return nullcontext()

    def now(self) -> datetime:
        return NOW

    def find(self, *_: Any, **__: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def note(*_: Any, **__: Any) -> None:
            self.asked.append(name)

        return note


def starter_record() -> RecordInMemory:
    """Return the starter set with speaking ids."""
    return RecordInMemory(replace(each, id=each.external_id) for each in starter_fact_checks())


class WebWorld:
    """The services of one app, and what happened to them. `replies`, when set, is what every message gets."""

    def __init__(self, record: RecordInMemory | None = None, **changed: Any) -> None:
        self.record = record or starter_record()
        self.messages: list[IncomingMessage] = []
        self.replies: list[Reply] | None = None
        self.reason = ""
        self.stored = Forgetful()
        narratives = NarrativesInMemory(starter_narratives())
        searcher = WordingSearcher(self.record)
        registry = CollectorRegistry()
        Counter("factline_outcomes", "Answers by outcome.", ["outcome"], registry=registry).labels("match").inc()
        public_url = changed.get("public_url", "https://facts.example")
        numbers = itertools.count()
        conversation = Conversation(
            searcher=searcher,
            fact_checks=self.record,
            narratives=narratives,
            contacts=self.stored,
            answers=self.stored,
            rumors=self.stored,
            feedback=self.stored,
            transactions=self.stored,
            clock=self.stored,
            new_id=lambda: f"id{next(numbers)}",
            default_locale="en",
            public_url=public_url,
        )

        async def answer(message: IncomingMessage) -> list[Reply]:
            self.messages.append(message)
            if self.replies is not None:
                return self.replies
            return await asyncio.to_thread(conversation.handle, message, WEB_LIMITS)

        async def check(text: str, locale: str) -> CheckResult:
            return await asyncio.to_thread(conversation.check, text, locale)

        values: dict[str, Any] = {
            "answer": answer,
            "check": check,
            "searcher": searcher,
            "fact_checks": self.record,
            "narratives": narratives,
            "index_state": lambda: IndexState(applied_seq=58, record_seq=60, documents=58),
            "ready": lambda: self.reason,
            "registry": registry,
            "examples": tuple(Example(text, locale) for text, locale in examples()),
            "public_url": public_url,
            "default_locale": "en",
            "secret_key": "k" * 32,
            "version": "0.1.0",
        }
        self.services = WebServices(**{**values, **changed})
