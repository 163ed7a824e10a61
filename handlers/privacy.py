"""/mydata and /forget: everything kept about a person, shown or erased."""

from __future__ import annotations

import json

from handlers.errors import UserMistake
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind
from handlers.ports import PersonalRecords
from handlers.turn import Services, Turn

_FORGET = "forget"


def mydata(services: Services, turn: Turn) -> list[Reply]:
    """Send everything kept about this person in this chat, as a JSON file."""
    frame = turn.frame()
    if turn.contact is None:
        return [frame.notice("mydata.nothing")]
    if not turn.is_private:
        raise UserMistake("privacy.in_private")
    records = _records(services)
    contact = turn.contact
    kept = {
        "contact": {
            "platform": contact.asker.platform,
            "chat_id": contact.asker.chat_id,
            "user_id": contact.asker.user_id,
            "locale": contact.locale,
            "zone": contact.zone,
        },
        "answers": [
            {"fact_check_id": each.fact_check_id, "revision": each.revision, "shown_at": each.shown_at.isoformat()}
            for each in services.answers.of_contact(contact.id)
        ],
        "tips": [
            {"rumor_id": tip.rumor_id, "text": tip.text, "sent_at": tip.sent_at.isoformat(), "notify": tip.notify}
            for tip in records.tips_of(contact.id)
        ],
        "subscriptions": [
            {"kind": each.kind, "topics": list(each.topics)}
            for each in (services.subscriptions.of_contact(contact.id) if services.subscriptions else [])
        ],
    }
    blocks = (Block(BlockRole.TEXT, frame.say("mydata.here")),)
    document = ("factline-mydata.json", json.dumps(kept, ensure_ascii=False, indent=2))
    return [Reply(ReplyKind.COMMAND, blocks, frame.locale, document=document)]


def forget(services: Services, turn: Turn) -> list[Reply]:
    """Ask before erasing."""
    frame = turn.frame()
    if turn.contact is None:
        return [frame.notice("mydata.nothing")]
    _records(services)
    block = Block(BlockRole.TEXT, frame.say("forget.confirm"))
    yes = Button(frame.say("button.forget"), Action(ActionName.CONFIRM, _FORGET))
    no = Button(frame.say("button.keep"), Action(ActionName.NO_THANKS, _FORGET))
    return [frame.reply(ReplyKind.COMMAND, [block], [yes, no])]


def confirm(services: Services, turn: Turn) -> list[Reply]:
    """Do what was confirmed: erase the person."""
    frame = turn.frame()
    if turn.message.action is None or turn.message.action.argument != _FORGET:
        raise UserMistake("button.unknown")
    if turn.contact is None:
        return [frame.notice("mydata.nothing")]
    with services.transactions.transaction():
        erased = _records(services).erase(turn.contact.id)
    done = Block(
        BlockRole.TEXT,
        frame.say(
            "forget.done",
            answers=erased.answers,
            subscriptions=erased.subscriptions,
            feedback=erased.feedback,
            tips=erased.tips,
        ),
    )
    return [frame.reply(ReplyKind.COMMAND, [done], replaces=True)]


def _records(services: Services) -> PersonalRecords:
    if services.records is None:
        raise UserMistake("privacy.unavailable")
    return services.records
