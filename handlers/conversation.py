"""The conversation: one message in, its replies out. The only door adapters, the CLI and the API go through."""

from __future__ import annotations

from collections.abc import Callable

from handlers.browse import Finding, browse
from handlers.check_claim import CheckResult, say
from handlers.editorial.desk import Desk
from handlers.errors import UserMistake
from handlers.messages import ChatKind, IncomingMessage, PlatformLimits, Reply
from handlers.ports import (
    AnswerLedger,
    ChatSettingsStore,
    Clock,
    Contact,
    ContactBook,
    FeedbackLog,
    PersonalRecords,
    RumorQueue,
    SubscriptionStore,
)
from handlers.router import route
from handlers.turn import Services, Turn, asker_of
from handlers.wording import has_words
from knowledge_base.repository import FactCheckRepository, NarrativeRepository, Transactions
from retrieval.interface import Outcome, Searcher, SearchResult

__all__ = ["CheckResult", "Conversation"]

# A programme reads any length, and gets the buttons as actions it may send back.
_API_LIMITS = PlatformLimits(max_text_chars=100_000, max_buttons=24)


class Conversation:
    """Answers messages. Thread-safe, blocking, keeps nothing between calls beside what its ports store.

    Args:
        searcher: finds the fact-check that answers a message.
        fact_checks: the record, read fresh for every button.
        narratives: the storylines.
        contacts: who may be written to.
        answers: who was shown what.
        rumors: what nobody has checked yet.
        feedback: presses of "not what I meant".
        transactions: joins writes of several of the above.
        clock: the time.
        new_id: makes ids of new records.
        default_locale: language of replies where nothing else says.
        public_url: address of the public pages, "" where there are none.
        subscriptions: who wants the digest; without it /subscribe says that it cannot.
        records: lists what a person sent to the editors; without it /mydata says that this is missing.
        chat_settings: what groups chose; without it every group is answered when it turns to the bot.
        desk: the newsroom; without it there are no editors' commands.
    """

    def __init__(
        self,
        *,
        searcher: Searcher,
        fact_checks: FactCheckRepository,
        narratives: NarrativeRepository,
        contacts: ContactBook,
        answers: AnswerLedger,
        rumors: RumorQueue,
        feedback: FeedbackLog,
        transactions: Transactions,
        clock: Clock,
        new_id: Callable[[], str],
        default_locale: str,
        public_url: str = "",
        subscriptions: SubscriptionStore | None = None,
        records: PersonalRecords | None = None,
        chat_settings: ChatSettingsStore | None = None,
        desk: Desk | None = None,
    ) -> None:
        self._services = Services(
            searcher=searcher,
            fact_checks=fact_checks,
            narratives=narratives,
            contacts=contacts,
            answers=answers,
            rumors=rumors,
            feedback=feedback,
            transactions=transactions,
            clock=clock,
            new_id=new_id,
            default_locale=default_locale,
            public_url=public_url,
            subscriptions=subscriptions,
            records=records,
            chat_settings=chat_settings,
            desk=desk,
        )

    def handle(self, message: IncomingMessage, limits: PlatformLimits) -> list[Reply]:
        """Return the replies to one message, in order; empty where silence is right (a group not addressed).

        Raises:
            KnowledgeBaseError: storage failed; the caller apologises and logs.
        """
        contact = self._services.contacts.find(asker_of(message))
        locale = contact.locale if contact else ""
        turn = self._turn(message, limits, contact=contact, locale=locale or self._locale_of_chat(message))
        try:
            return route(self._services, turn)
        except UserMistake as mistake:
            return [turn.frame().notice(mistake.key, **mistake.placeholders)]

    def browse(self, words: str, locale: str, limits: PlatformLimits) -> list[Finding]:
        """Return published fact-checks to quote, for words somebody typed; stores nothing. See `handlers.browse`."""
        return browse(self._services, words, locale, limits)

    def check(self, text: str, locale: str = "", urls: tuple[str, ...] = ()) -> CheckResult:
        """Look `text` up and say what is known, for programmes and the terminal; stores nothing.

        Args:
            text: any text of any length; without a letter or digit it is told so.
            locale: language of the reply, "" for that of the text.
            urls: addresses that belong to the text beside those visible in it.
        """
        message = IncomingMessage(platform="api", chat_id="", user_id="", update_id="", text=text, urls=urls)
        turn = self._turn(message, _API_LIMITS, locale=locale)
        if not has_words(text) and not urls:
            nothing = SearchResult(Outcome.NONE, timings_ms={"total": 0.0})
            return CheckResult(nothing, [turn.frame().notice("unsupported.empty")], self._services.public_url)
        result = self._services.searcher.search(text, urls=urls)
        reply = say(self._services, turn.frame(result.locale), result, text=text)
        return CheckResult(result, [reply], self._services.public_url)

    def _locale_of_chat(self, message: IncomingMessage) -> str:
        if message.chat_kind is ChatKind.PRIVATE or self._services.chat_settings is None:
            return ""
        return self._services.chat_settings.get(message.platform, message.chat_id).locale

    def _turn(
        self, message: IncomingMessage, limits: PlatformLimits, *, locale: str, contact: Contact | None = None
    ) -> Turn:
        return Turn(
            message=message,
            limits=limits,
            contact=contact,
            chosen_locale=locale,
            default_locale=self._services.default_locale,
            public_url=self._services.public_url,
        )
