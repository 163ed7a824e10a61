"""Watch mode: an unasked correction in a group, where its admins wanted that and it will not be one too many.

Nothing is stored about a message that matched nothing; why we last stayed silent is held in memory, without words.
"""

from __future__ import annotations

from datetime import timedelta

from handlers.check_claim import remember, say
from handlers.group_policy import SAME_RUMOR_PAUSE, Silence, in_quiet_hours, is_too_soon, may_look
from handlers.messages import Reply
from handlers.ports import ChatSettings, ChatSettingsStore
from handlers.turn import Services, Turn, group_asker
from handlers.wording import has_words
from retrieval.interface import Outcome, SearchResult

_SILENCE_OF = {
    Outcome.NONE: Silence.NO_MATCH,
    Outcome.POSSIBLE: Silence.POSSIBLE,
    Outcome.UNAVAILABLE: Silence.UNAVAILABLE,
}


def settings_of(services: Services, turn: Turn) -> ChatSettings:
    """Return what the chat's admins chose; the defaults in private chats and where nothing keeps choices."""
    message = turn.message
    if services.chat_settings is None or turn.is_private:
        return ChatSettings(message.platform, message.chat_id)
    return services.chat_settings.get(message.platform, message.chat_id)


def watch(services: Services, turn: Turn, settings: ChatSettings) -> list[Reply]:
    """Return the correction for a forward nobody asked about, or silence."""
    store, message = services.chat_settings, turn.message
    if store is None or not may_look(message, settings.mode) or not (has_words(message.text) or message.urls):
        return []
    found = _look(services, turn, settings, store)
    if isinstance(found, Silence):
        services.group_log.note(message.platform, message.chat_id, found)
        return []
    with services.group_log.speaking:
        reply = _speak(services, turn, settings, store, found)
    services.group_log.note(message.platform, message.chat_id, None if isinstance(reply, Reply) else reply)
    return [reply] if isinstance(reply, Reply) else []


def _look(services: Services, turn: Turn, settings: ChatSettings, store: ChatSettingsStore) -> SearchResult | Silence:
    now = services.clock.now()
    if in_quiet_hours(now, settings.zone, settings.quiet_from_min, settings.quiet_until_min):
        return Silence.QUIET_HOURS
    recent = store.unasked(settings.platform, settings.chat_id, since=now - timedelta(minutes=settings.min_gap_min))
    if is_too_soon(now, (each.said_at for each in recent), settings.min_gap_min):
        return Silence.TOO_SOON
    result = services.searcher.search(turn.message.text, urls=turn.message.urls)
    return _SILENCE_OF.get(result.outcome, Silence.NO_MATCH) if result.outcome is not Outcome.MATCH else result


def _speak(
    services: Services, turn: Turn, settings: ChatSettings, store: ChatSettingsStore, result: SearchResult
) -> Reply | Silence:
    """Decide once more with nobody else deciding at the same time, and note what is about to be said."""
    now = services.clock.now()
    unasked = store.unasked(settings.platform, settings.chat_id, since=now - SAME_RUMOR_PAUSE)
    if is_too_soon(now, (each.said_at for each in unasked), settings.min_gap_min):
        return Silence.TOO_SOON
    reply = say(services, turn.frame(result.locale), result, text=turn.message.text)
    shown = {each.fact_check_id for each in reply.shown}
    group = services.contacts.find(group_asker(turn.message))
    answers = services.answers.of_contact(group.id) if group is not None else []
    said = {each.fact_check_id for each in unasked}
    said |= {each.fact_check_id for each in answers if each.shown_at >= now - SAME_RUMOR_PAUSE}
    if not shown or shown <= said:
        return Silence.SAID_TODAY
    with services.transactions.transaction():
        store.note_unasked(settings.platform, settings.chat_id, shown, at=now)
        remember(services, turn, reply.shown)
    return reply
