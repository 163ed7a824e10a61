"""Puts the newsroom together: the desk the chat commands, the console and the command line share."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.record import Record, required
from config.settings import Settings
from handlers.editorial.desk import Desk, EditorialRules
from handlers.ports import Clock
from retrieval.interface import Outcome, SearchResult

if TYPE_CHECKING:
    from retrieval.interface import Searcher

_TOKEN_BYTES = 32


class NoSearch:
    """The searcher of commands that look nothing up, so that they need not own the index."""

    def search(self, text: str, *, urls: tuple[str, ...] = ()) -> SearchResult:
        """Say that search is down."""
        del text, urls
        return SearchResult(Outcome.UNAVAILABLE)


@dataclass(slots=True)
class ServedAddress:
    """Where browsers reach us: the public address, else the one the web server listens at once it does, else ""."""

    public_url: str
    local: str = ""

    def __call__(self) -> str:
        """Return it without a slash at its end."""
        return (self.public_url or self.local).rstrip("/")


def open_desk(
    settings: Settings,
    record: Record,
    *,
    clock: Clock,
    new_id: Callable[[], str],
    searcher: Searcher | None = None,
    changed: Callable[[], None] = lambda: None,
    address: Callable[[], str] = lambda: "",
) -> Desk:
    """Return the newsroom on `record`; without a searcher nothing can be looked up."""
    return Desk(
        fact_checks=record.fact_checks,
        record=required(record.editorial),
        transactions=record.transactions,
        searcher=searcher or NoSearch(),
        clock=clock,
        new_id=new_id,
        new_token=new_token,
        rules=EditorialRules(
            single_editor=settings.single_editor,
            publisher=settings.operator,
            answer_within=timedelta(minutes=settings.answer_within_minutes),
        ),
        changed=changed,
        address=address,
    )


def new_token() -> str:
    """Return a secret nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)
