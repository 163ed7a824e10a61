"""A message somebody doubts: look it up, say what is known, remember who was shown it."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.compose import Correction, asked_from, correction, corrections
from handlers.errors import UserMistake
from handlers.frame import Frame
from handlers.messages import Reply, Shown
from handlers.small_talk import small_talk
from handlers.turn import Services, Turn, group_asker
from handlers.uncertain import nobody_checked, possible, unavailable
from handlers.wording import clean, has_words
from retrieval.interface import Outcome, SearchResult
from retrieval.normalize import fingerprint

_UNSUPPORTED_KEYS = {
    "sticker": "unsupported.sticker",
    "location": "unsupported.location",
    "voice": "unsupported.voice",
    "video": "unsupported.video",
    "photo": "unsupported.photo",
    "document": "unsupported.document",
    "hidden": "unsupported.hidden",
}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the search found and how it is said. `public_url` is the address of the public pages, "" for none."""

    result: SearchResult
    replies: list[Reply]
    public_url: str = ""


def check_claim(services: Services, turn: Turn) -> list[Reply]:
    """Answer a plain message."""
    pleasantry = "" if turn.message.is_forward or turn.message.urls else small_talk(turn.message.text)
    if pleasantry:
        return [turn.frame().notice(pleasantry)]
    return look_up(services, turn, text=turn.message.text).replies


def check_command(services: Services, turn: Turn) -> list[Reply]:
    """Answer /check: what follows it, else the message it replies to."""
    text = turn.message.text if has_words(turn.message.text) else turn.message.quoted_text
    if not has_words(text) and not turn.message.urls:
        raise UserMistake("check.how")
    return look_up(services, turn, text=text).replies


def look_up(services: Services, turn: Turn, *, text: str) -> CheckResult:
    """Search for `text` and return what to say; records what was shown.

    Raises:
        UserMistake: there is nothing in the message that could be looked up.
    """
    message = turn.message
    if not has_words(text) and not message.urls:
        raise UserMistake(_UNSUPPORTED_KEYS.get(message.unsupported, "unsupported.empty"))
    result = services.searcher.search(text, urls=message.urls)
    reply = say(services, turn.frame(result.locale), result, text=text)
    remember(services, turn, reply.shown)
    return CheckResult(result, [reply], services.public_url)


def say(services: Services, frame: Frame, result: SearchResult, *, text: str) -> Reply:
    """Return the reply to a search result; stores nothing."""
    if result.outcome is Outcome.UNAVAILABLE:
        return unavailable(frame)
    if result.outcome is Outcome.MATCH and result.matches:
        asked = corrections_for(services, result, text)
        return correction(asked[0], frame) if len(asked) == 1 else corrections(asked, frame)
    if result.outcome is Outcome.POSSIBLE and result.matches:
        return possible(result.matches, frame)
    return nobody_checked(frame, rumor=services.rumors.find(fingerprint(clean(text))), resemblance=result.resemblance)


def corrections_for(services: Services, result: SearchResult, text: str) -> list[Correction]:
    """Return what to correct, best first, each fact-check once."""
    unique = list({match.fact_check.id: match for match in result.matches}.values())[:3]
    return [
        asked_from(match, clean(text), several=len(unique) > 1, narrative=services.narrative_of(match.fact_check))
        for match in unique
    ]


def remember(services: Services, turn: Turn, shown: tuple[Shown, ...]) -> None:
    """Record who was shown what, so that a later correction can reach them.

    Only where one can: a platform that cannot be written to keeps no contact, unless the person already is one.
    In a group the group is remembered, never the person.
    """
    if not shown:
        return
    now = services.clock.now()
    with services.transactions.transaction():
        if turn.is_private and turn.contact is not None:
            contact_id = turn.contact.id
        elif turn.limits.can_push:
            audience = turn.asker if turn.is_private else group_asker(turn.message)
            contact_id = services.contacts.ensure(audience, at=now).id
        else:
            return
        services.answers.record(contact_id, shown, at=now)
