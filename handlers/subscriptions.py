"""/subscribe and /unsubscribe: the choice is stored here; sending is somebody else's work."""

from __future__ import annotations

from handlers.errors import UserMistake
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind
from handlers.turn import Services, Turn


def subscribe(services: Services, turn: Turn) -> list[Reply]:
    """Remember that this person wants the digest."""
    if services.subscriptions is None or not turn.limits.can_push:
        raise UserMistake("subscribe.cannot")
    now = services.clock.now()
    with services.transactions.transaction():
        contact = services.contacts.ensure(turn.asker, at=now)
        is_new = services.subscriptions.subscribe(contact.id, at=now)
    frame = turn.frame()
    block = Block(BlockRole.TEXT, frame.say("subscribe.done" if is_new else "subscribe.already"))
    stop = Button(frame.say("button.unsubscribe"), Action(ActionName.COMMAND, "unsubscribe"))
    return [frame.reply(ReplyKind.COMMAND, [block], [stop])]


def unsubscribe(services: Services, turn: Turn) -> list[Reply]:
    """Forget that choice."""
    dropped = False
    if services.subscriptions is not None and turn.contact is not None:
        with services.transactions.transaction():
            dropped = services.subscriptions.unsubscribe(turn.contact.id)
    frame = turn.frame()
    block = Block(BlockRole.TEXT, frame.say("unsubscribe.done" if dropped else "unsubscribe.nothing"))
    return [frame.reply(ReplyKind.COMMAND, [block])]
