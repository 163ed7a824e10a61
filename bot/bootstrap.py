"""The composition root: the only place objects are wired. Tests hand over fakes by keyword."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog
from prometheus_client import CollectorRegistry

from bot.adapter import Adapter
from bot.chat_scope import InheritingChatSettings
from bot.clock import SystemClock, system_ids
from bot.dispatch import Dispatcher
from bot.errors import OperatorMistake
from bot.metrics import MeteredSearcher, Metrics
from bot.newsroom import ServedAddress, open_desk
from bot.notices import CatalogNotices
from bot.parts import Part
from bot.previews import previews
from bot.rates import TokenBuckets
from bot.record import Record, open_record, required
from bot.secret_key import derived_key, secret_key
from config.settings import Settings
from handlers.conversation import Conversation
from handlers.editorial.desk import Desk
from handlers.ports import Clock

if TYPE_CHECKING:
    from handlers.messages import IncomingMessage, Reply
    from retrieval.build import Retrieval
    from retrieval.interface import Searcher
    from web.services import WebServices

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Factline:
    """Everything a process needs, wired together. Close it when done."""

    settings: Settings
    record: Record
    retrieval: Retrieval
    searcher: Searcher
    conversation: Conversation
    dispatcher: Dispatcher
    metrics: Metrics
    clock: Clock
    desk: Desk | None
    _served: ServedAddress
    _executor: ThreadPoolExecutor
    _examples: Callable[[], list[tuple[str, str]]]

    def ready(self) -> str:
        """Return "" when questions are answered, else why not yet, in plain words."""
        state = self.retrieval.indexer.state()
        if state.record_seq > 0 and state.applied_seq == 0 and not state.documents:
            return f"The search index is being built ({state.progress:.0%})."
        return ""

    def web_services(self, address: str = "") -> WebServices:
        """Return what the web app needs; `address` stands in where no public address is set."""
        from web.services import WEB_LIMITS, Example, WebServices

        async def answer(message: IncomingMessage) -> list[Reply]:
            return await self.dispatcher.answer(message, WEB_LIMITS)

        settings = self.settings
        self._served.local = address
        return WebServices(
            answer=answer,
            check=self.dispatcher.check,
            searcher=self.searcher,
            fact_checks=self.record.fact_checks,
            narratives=self.record.narratives,
            index_state=self.retrieval.indexer.state,
            ready=self.ready,
            registry=self.metrics.registry,
            examples=tuple(Example(text, locale) for text, locale in self._examples()),
            public_url=settings.public_url or address,
            default_locale=settings.default_locale,
            secret_key=secret_key(settings.data_path, settings.secret_key.get_secret_value()),
            version=version("factline"),
            operator=settings.operator,
            desk=self.desk,
            previews=previews(),
        )

    def adapters(self, parts: frozenset[Part]) -> list[Adapter]:
        """Return the chat adapters whose token is set, of those asked for.

        Raises:
            OperatorMistake: a platform is to call us, and no web server was asked for.
        """
        found: list[Adapter] = []
        if Part.TELEGRAM in parts and self.settings.telegram_token.get_secret_value():
            found.append(self._telegram(parts))
        if Part.DISCORD in parts and self.settings.discord_token.get_secret_value():
            found.append(self._discord())
        return found

    def _telegram(self, parts: frozenset[Part]) -> Adapter:
        from bot.telegram_adapter.adapter import TELEGRAM_LIMITS, TelegramAdapter, TelegramOptions

        settings = self.settings
        if settings.telegram_webhook_url and Part.WEB not in parts:
            raise OperatorMistake(
                "FACTLINE_TELEGRAM_WEBHOOK_URL is set, so Telegram calls the web server: "
                "add web to --only, or unset it to poll instead."
            )
        key = secret_key(settings.data_path, settings.secret_key.get_secret_value())
        options = TelegramOptions(
            token=settings.telegram_token.get_secret_value(),
            api_url=settings.telegram_api_url,
            webhook_url=settings.telegram_webhook_url,
            webhook_secret=settings.telegram_webhook_secret.get_secret_value() or derived_key(key, "telegram webhook"),
        )
        return TelegramAdapter(
            options,
            inbox=required(self.record.inbox),
            chat_settings=required(self.record.chat_settings),
            contacts=self.record.contacts,
            looking=lambda words, locale: self.conversation.browse(words, locale, TELEGRAM_LIMITS),
            clock=self.clock,
            default_locale=settings.default_locale,
        )

    def _discord(self) -> Adapter:
        from bot.discord_adapter.adapter import DiscordAdapter, DiscordOptions
        from bot.discord_adapter.limits import limits_of

        settings = self.settings
        options = DiscordOptions(
            token=settings.discord_token.get_secret_value(),
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
            message_content=settings.discord_message_content,
            shards=settings.discord_shards,
        )
        limits = limits_of(message_content=options.message_content)
        return DiscordAdapter(
            options,
            inbox=required(self.record.inbox),
            chat_settings=required(self.record.chat_settings),
            looking=lambda words, locale: self.conversation.browse(words, locale, limits),
            clock=self.clock,
        )

    def close(self) -> None:
        """Finish what is under way, then release index and database."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        try:
            self.retrieval.close()
        finally:
            self.record.close()


def bootstrap(
    settings: Settings,
    *,
    record: Record | None = None,
    retrieval: Retrieval | None = None,
    clock: Clock | None = None,
    new_id: Callable[[], str] | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    registry: CollectorRegistry | None = None,
) -> Factline:
    """Wire the services and start following the change log.

    The caller owns the data folder (`bot.ownership.take`): the index must have one owner. Loads the starter
    fact-checks into an empty record.

    Raises:
        BotError: the data folder cannot be used.
        KnowledgeBaseError: the database cannot be used.
        RetrievalError: the index cannot be opened.
    """
    clock = clock or SystemClock()
    new_id = new_id or system_ids()
    record = record or open_record(settings)
    try:
        load_starter_once(settings, record, clock, new_id)
        if retrieval is None:
            retrieval = open_index(settings, record)
        retrieval.indexer.start()
    except BaseException:
        if retrieval is not None:
            retrieval.close()
        record.close()
        raise
    metrics = Metrics(registry or CollectorRegistry())
    metrics.watch_index(retrieval.indexer.state)
    searcher = MeteredSearcher(retrieval.searcher, metrics)
    served = ServedAddress(settings.public_url)
    desk = None
    if record.editorial is not None:
        desk = open_desk(
            settings,
            record,
            clock=clock,
            new_id=new_id,
            searcher=retrieval.searcher,
            changed=retrieval.indexer.notify,
            address=served,
        )
    conversation = Conversation(
        searcher=searcher,
        fact_checks=record.fact_checks,
        narratives=record.narratives,
        contacts=record.contacts,
        answers=record.answers,
        rumors=record.rumors,
        feedback=record.feedback,
        transactions=record.transactions,
        clock=clock,
        new_id=new_id,
        default_locale=settings.default_locale,
        public_url=settings.public_url,
        subscriptions=record.subscriptions,
        records=record.personal,
        chat_settings=InheritingChatSettings(record.chat_settings) if record.chat_settings is not None else None,
        desk=desk,
    )
    executor = ThreadPoolExecutor(settings.worker_threads, thread_name_prefix="answer")
    dispatcher = Dispatcher(
        conversation=conversation,
        executor=executor,
        notices=CatalogNotices(settings.default_locale),
        metrics=metrics,
        user_rate=TokenBuckets(settings.user_rate_per_minute, monotonic),
        chat_rate=TokenBuckets(settings.chat_rate_per_minute, monotonic),
        clock=monotonic,
        new_error_id=partial(secrets.token_hex, 4),
    )
    return Factline(
        settings=settings,
        record=record,
        retrieval=retrieval,
        searcher=searcher,
        conversation=conversation,
        dispatcher=dispatcher,
        metrics=metrics,
        clock=clock,
        desk=desk,
        _served=served,
        _executor=executor,
        _examples=_starter_examples(settings),
    )


def load_starter_once(settings: Settings, record: Record, clock: Clock, new_id: Callable[[], str]) -> int:
    """Load the starter fact-checks where the record never held anything; return how many."""
    if not settings.starter or record.fact_checks.last_seq() > 0:
        return 0
    from knowledge_base.starter.loading import load_starter

    loaded = load_starter(record.fact_checks, record.narratives, now=clock.now(), new_id=new_id)
    _log.info("starter_loaded", fact_checks=loaded)
    return loaded


def open_index(settings: Settings, record: Record) -> Retrieval:
    """Open index and searcher of the data folder the caller owns."""
    from retrieval.build import open_retrieval

    return open_retrieval(
        index_dir=settings.index_path,
        models_dir=settings.models_path,
        fact_checks=record.fact_checks,
        narratives=record.narratives,
        embedding_model=settings.embedding_model,
        chroma_url=settings.chroma_url,
    )


def _starter_examples(settings: Settings) -> Callable[[], list[tuple[str, str]]]:
    def examples() -> list[tuple[str, str]]:
        if not settings.starter:
            return []
        from knowledge_base.starter.loading import examples as starter_examples

        return list(starter_examples())

    return examples
