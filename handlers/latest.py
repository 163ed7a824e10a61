"""/latest: what was checked last."""

from __future__ import annotations

from handlers.check_claim import remember
from handlers.compose import summary
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind, Shown
from handlers.turn import Services, Turn
from knowledge_base.repository import FactCheckFilter

HOW_MANY = 5


def latest(services: Services, turn: Turn) -> list[Reply]:
    """List the newest fact-checks, in the reader's language where there are any."""
    frame = turn.frame()
    wanted = FactCheckFilter(locale=frame.locale)
    found = services.fact_checks.page(wanted, limit=HOW_MANY).items
    found = found or services.fact_checks.page(FactCheckFilter(), limit=HOW_MANY).items
    if not found:
        return [frame.notice("latest.empty")]
    blocks = [Block(BlockRole.TEXT, frame.say("latest.title"))]
    blocks += [summary(each, frame, number=number) for number, each in enumerate(found, start=1)]
    buttons = [
        Button(frame.say("button.choice", number=number), Action(ActionName.SHOW, each.id))
        for number, each in enumerate(found, start=1)
    ]
    shown = tuple(Shown(each.id, each.revision) for each in found)
    if turn.contact is not None:  # a list is no reason to begin keeping one
        remember(services, turn, shown)
    return [frame.reply(ReplyKind.COMMAND, blocks, buttons, shown=shown)]
