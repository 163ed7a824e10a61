"""One turn of the conversation: the message, who wrote it, in which language to answer; and what a turn may reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.editorial.desk import Desk
from handlers.frame import Frame
from handlers.group_log import GroupLog
from handlers.i18n import catalog_for, pick_locale
from handlers.messages import Asker, ChatKind, IncomingMessage, PlatformLimits, Reply
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
from knowledge_base.models import UNKNOWN_LOCALE, FactCheck, Narrative
from knowledge_base.repository import FactCheckRepository, NarrativeRepository, Transactions
from retrieval.interface import Searcher
from retrieval.language import detect


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of every handler. The optional ones are None where nothing implements them."""

    searcher: Searcher
    fact_checks: FactCheckRepository
    narratives: NarrativeRepository
    contacts: ContactBook
    answers: AnswerLedger
    rumors: RumorQueue
    feedback: FeedbackLog
    transactions: Transactions
    clock: Clock
    new_id: Callable[[], str]
    default_locale: str
    public_url: str = ""
    subscriptions: SubscriptionStore | None = None
    records: PersonalRecords | None = None
    chat_settings: ChatSettingsStore | None = None
    desk: Desk | None = None
    group_log: GroupLog = field(default_factory=GroupLog)

    def narrative_of(self, fact_check: FactCheck) -> Narrative | None:
        """Return the storyline a fact-check belongs to, if any."""
        return self.narratives.get(fact_check.narrative_id) if fact_check.narrative_id else None


@dataclass(frozen=True, slots=True)
class Turn:
    """A message on its way through the handlers. `contact` is who wrote it, where they are known already.

    `chosen_locale` is a language asked for explicitly (a person's choice, an API's argument) or "". `is_pressed`: a
    button stood for the command.
    """

    message: IncomingMessage
    limits: PlatformLimits
    contact: Contact | None
    chosen_locale: str
    default_locale: str
    public_url: str
    is_pressed: bool = False

    @property
    def asker(self) -> Asker:
        """The address of the person in this chat."""
        return asker_of(self.message)

    @property
    def is_private(self) -> bool:
        """Whether nobody else reads along."""
        return self.message.chat_kind is ChatKind.PRIVATE

    def frame(self, text_locale: str = "") -> Frame:
        """Return the frame of the reply: chosen language > the text's > the platform's hint > the default.

        Args:
            text_locale: language of the message where it is known; "" has it looked up in the message, or in the
                message whose reply's button was pressed.
        """
        read = text_locale or self._read_locale()
        written_in = read if read != UNKNOWN_LOCALE else ""
        locale = pick_locale(
            *(
                wish
                for wish in (self.chosen_locale, written_in, self.message.locale_hint, self.default_locale)
                if catalog_for(wish)
            )
        )
        wishes = tuple(wish for wish in (self.chosen_locale, written_in) if wish)
        return Frame(locale, self.limits, text_locales=wishes, public_url=self.public_url)

    def _read_locale(self) -> str:
        text = self.message.quoted_text if self.message.action else self.message.text
        return detect(text) if text and not self.message.command else ""


Handler = Callable[[Services, Turn], list[Reply]]


def asker_of(message: IncomingMessage) -> Asker:
    """Return the address of whoever wrote `message`."""
    return Asker(
        platform=message.platform,
        chat_id=message.chat_id,
        user_id=message.user_id,
        chat_kind=message.chat_kind,
        thread_id=message.thread_id,
    )


def group_asker(message: IncomingMessage) -> Asker:
    """Return the address of the chat itself: what a group was shown is remembered for the group, not a person."""
    return Asker(
        platform=message.platform,
        chat_id=message.chat_id,
        user_id="",
        chat_kind=message.chat_kind,
        thread_id=message.thread_id,
    )
