"""What the web app needs, handed over by `bot.bootstrap`; the app wires nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry

from handlers.editorial.desk import Desk
from handlers.messages import IncomingMessage, PlatformLimits, Reply
from knowledge_base.repository import FactCheckRepository, NarrativeRepository
from retrieval.interface import IndexState, Searcher

if TYPE_CHECKING:
    from handlers.conversation import CheckResult


# A browser shows any length and any number of buttons, edits its own page, shares, but hears nothing once closed.
WEB_LIMITS = PlatformLimits(max_text_chars=100_000, max_buttons=24, can_edit=True, can_push=False, can_share=True)


@dataclass(frozen=True, slots=True)
class Example:
    """A forward to try in the web chat."""

    text: str
    locale: str


@dataclass(frozen=True, slots=True)
class PlatformPreview:
    """How a reply will look on a messenger: what it can do, and its own rendering as plain text."""

    name: str
    limits: PlatformLimits
    render: Callable[[Reply], str]


@dataclass(frozen=True, slots=True)
class WebServices:
    """Everything the routes reach.

    `answer` is `bot.dispatch` with `WEB_LIMITS`: one message in, its replies out; it limits rates, never raises,
    and runs the blocking work on threads. `check` answers the API: text and locale ("" where unknown) in, the
    result `handlers.payload.to_payload` turns into JSON out; it must not block the event loop and stores nothing.
    `ready` returns "" or the reason in plain words why the service is not ready yet. `operator` names who runs
    this copy, "" where nobody said. `desk` is the newsroom behind the console; without it there is no
    console. `previews` show its editors what a messenger will show.
    """

    answer: Callable[[IncomingMessage], Awaitable[list[Reply]]]
    check: Callable[[str, str], Awaitable[CheckResult]]
    searcher: Searcher
    fact_checks: FactCheckRepository
    narratives: NarrativeRepository
    index_state: Callable[[], IndexState]
    ready: Callable[[], str]
    registry: CollectorRegistry
    examples: tuple[Example, ...]
    public_url: str
    default_locale: str
    secret_key: str
    version: str
    operator: str = ""
    desk: Desk | None = None
    previews: tuple[PlatformPreview, ...] = ()
