"""What nobody has checked goes to the editors, if the person wants that; nothing is stored before they say so."""

from __future__ import annotations

from handlers.check_claim import remember, say
from handlers.errors import UserMistake
from handlers.frame import Frame
from handlers.masking import MAX_TIP_CHARS, mask
from handlers.messages import Block, BlockRole, Reply, ReplyKind
from handlers.privacy import FORGET
from handlers.turn import Services, Turn
from handlers.uncertain import nobody_checked
from handlers.wording import clean, has_words
from retrieval.interface import Outcome, SearchResult
from retrieval.language import detect
from retrieval.normalize import fingerprint


def ask_editors(services: Services, turn: Turn) -> list[Reply]:
    """Store the quoted message as a tip (masked), and say how many others asked.

    Where it has been answered meanwhile, the answer is given instead and nothing is stored.
    """
    text = clean(turn.message.quoted_text)[:MAX_TIP_CHARS]
    if not has_words(text):
        raise UserMistake("ask.lost")
    result = services.searcher.search(text)
    frame = turn.frame(result.locale)
    if result.outcome is Outcome.MATCH and not _was_rejected(services, turn, result, text):
        reply = say(services, frame, result, text=text)
        remember(services, turn, reply.shown)
        return [reply]
    now = services.clock.now()
    notify = turn.limits.can_push
    with services.transactions.transaction():
        contact = services.contacts.ensure(turn.asker, at=now)
        rumor = services.rumors.add_tip(
            contact_id=contact.id,
            text=mask(text),
            fingerprint=fingerprint(text),
            locale=result.locale or detect(text),
            at=now,
            notify=notify,
        )
    return [_sent(frame, others=rumor.askers - 1, notify=notify)]


def _was_rejected(services: Services, turn: Turn, result: SearchResult, text: str) -> bool:
    """Whether this person has just said that these very fact-checks do not answer this message."""
    if turn.contact is None:
        return False
    asked = mask(text)[:MAX_TIP_CHARS]
    rejected = {each.fact_check_id for each in services.feedback.of_contact(turn.contact.id) if each.text == asked}
    return {match.fact_check.id for match in result.matches} <= rejected


def no_thanks(_services: Services, turn: Turn) -> list[Reply]:
    """Say that nothing was done: nothing sent, or (after /forget) nothing erased."""
    frame = turn.frame()
    argument = turn.message.action.argument if turn.message.action else ""
    said = frame.say("forget.declined" if argument == FORGET else "ask.declined")
    return [frame.reply(ReplyKind.NOTICE, [Block(BlockRole.TEXT, said)], replaces=True, alert=said)]


def none_of_these(services: Services, turn: Turn) -> list[Reply]:
    """Answer "none of these": as if nothing had been found."""
    text = clean(turn.message.quoted_text)
    rumor = services.rumors.find(fingerprint(text)) if has_words(text) else None
    return [nobody_checked(turn.frame(), rumor=rumor, replaces=True)]


def notify_me(services: Services, turn: Turn) -> list[Reply]:
    """Promise an answer to a tip sent earlier; where there is no such tip, send it now."""
    frame = turn.frame()
    rumor_id = turn.message.action.argument if turn.message.action else ""
    if not turn.limits.can_push:
        return [frame.notice("ask.cannot_notify")]
    if turn.contact is not None and services.rumors.set_notify(rumor_id, turn.contact.id, True):
        return [frame.reply(ReplyKind.NOTICE, [Block(BlockRole.TEXT, frame.say("ask.will_notify"))])]
    return ask_editors(services, turn)


def _sent(frame: Frame, *, others: int, notify: bool) -> Reply:
    lines = [frame.say("ask.sent")]
    lines.append(frame.say("ask.others", n=others) if others > 0 else frame.say("ask.first"))
    will_notify = "ask.will_notify_apart" if frame.limits.pushes_apart else "ask.will_notify"
    lines.append(frame.say(will_notify if notify else "ask.come_back"))
    blocks = [Block(BlockRole.TEXT, line) for line in lines]
    return frame.reply(ReplyKind.NOTICE, blocks, replaces=True, alert=frame.say("ask.sent"))
