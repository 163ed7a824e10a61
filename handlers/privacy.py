"""/mydata and /forget: everything kept about a person, shown or erased."""

from __future__ import annotations

import json

from handlers.errors import UserMistake
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind
from handlers.ports import Contact
from handlers.turn import Services, Turn

FORGET = "forget"  # the argument of the buttons under "shall I erase everything?"
_FILE_NAME = "factline-mydata.json"


def mydata(services: Services, turn: Turn) -> list[Reply]:
    """Send everything kept about this person in this chat, as a JSON file."""
    frame = turn.frame()
    if turn.contact is None:
        return [frame.notice("mydata.nothing")]
    if not turn.is_private:
        raise UserMistake("privacy.in_private")
    said = [Block(BlockRole.TEXT, frame.say("mydata.here"))]
    if services.records is None:
        said.append(Block(BlockRole.NOTE, frame.say("mydata.without_tips")))
    document = (_FILE_NAME, json.dumps(_kept(services, turn.contact), ensure_ascii=False, indent=2))
    return [Reply(ReplyKind.COMMAND, tuple(said), frame.locale, document=document)]


def forget(_services: Services, turn: Turn) -> list[Reply]:
    """Ask before erasing."""
    frame = turn.frame()
    if turn.contact is None:
        return [frame.notice("mydata.nothing")]
    block = Block(BlockRole.TEXT, frame.say("forget.confirm"))
    yes = Button(frame.say("button.forget"), Action(ActionName.CONFIRM, FORGET))
    no = Button(frame.say("button.keep"), Action(ActionName.NO_THANKS, FORGET))
    return [frame.reply(ReplyKind.COMMAND, [block], [yes, no])]


def confirm(services: Services, turn: Turn) -> list[Reply]:
    """Do what was confirmed: erase the person."""
    frame = turn.frame()
    if turn.message.action is None or turn.message.action.argument != FORGET:
        raise UserMistake("button.unknown")
    if turn.contact is None:
        return [frame.notice("mydata.nothing")]
    contact_id = turn.contact.id
    with services.transactions.transaction():
        answers = len(services.answers.of_contact(contact_id))
        notes = len(services.feedback.of_contact(contact_id))
        services.contacts.forget(contact_id)
    done = Block(BlockRole.TEXT, frame.say("forget.done", answers=answers, notes=notes))
    return [frame.reply(ReplyKind.COMMAND, [done], replaces=True)]


def _kept(services: Services, contact: Contact) -> dict[str, object]:
    """Return every record about a contact as plain JSON values."""
    kept: dict[str, object] = {
        "contact": {
            "platform": contact.asker.platform,
            "chat_id": contact.asker.chat_id,
            "user_id": contact.asker.user_id,
            "thread_id": contact.asker.thread_id,
            "locale": contact.locale,
            "zone": contact.zone,
        },
        "answers_shown": [
            {"fact_check_id": each.fact_check_id, "revision": each.revision, "shown_at": each.shown_at.isoformat()}
            for each in services.answers.of_contact(contact.id)
        ],
        "not_meant": [
            {"fact_check_id": each.fact_check_id, "text": each.text, "pressed_at": each.pressed_at.isoformat()}
            for each in services.feedback.of_contact(contact.id)
        ],
    }
    if services.subscriptions is not None:
        kept["subscriptions"] = [
            {"kind": each.kind, "topics": list(each.topics)} for each in services.subscriptions.of_contact(contact.id)
        ]
    if services.records is not None:
        kept["tips"] = [
            {"rumor_id": tip.rumor_id, "text": tip.text, "sent_at": tip.sent_at.isoformat(), "notify": tip.notify}
            for tip in services.records.tips_of(contact.id)
        ]
    return kept
