"""Who answers what, in plain sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from handlers.ask_editors import ask_editors, no_thanks, none_of_these, notify_me
from handlers.chat_settings import chat_settings
from handlers.check_claim import check_claim, check_command
from handlers.editorial.commands import continued, editors_command
from handlers.errors import UserMistake
from handlers.group_policy import may_answer
from handlers.guide import help_, language, privacy, start, unknown_command, why
from handlers.latest import latest
from handlers.messages import ActionName, Reply
from handlers.privacy import confirm, forget, mydata
from handlers.show import explain, not_meant, post_publicly, share, show_chosen
from handlers.subscriptions import subscribe, unsubscribe
from handlers.turn import Handler, Services, Turn
from handlers.watching import settings_of, watch

COMMANDS: Mapping[str, Handler] = {
    "start": start,
    "help": help_,
    "check": check_command,
    "latest": latest,
    "language": language,
    "privacy": privacy,
    "mydata": mydata,
    "forget": forget,
    "why": why,
    "subscribe": subscribe,
    "unsubscribe": unsubscribe,
    "settings": chat_settings,
}


def route(services: Services, turn: Turn) -> list[Reply]:
    """Give the turn to its handler; an empty list is a deliberate silence.

    Raises:
        UserMistake: the message cannot be served as it is.
    """
    if turn.message.action is None and not turn.message.command and not turn.is_private:
        settings = settings_of(services, turn)
        if not may_answer(turn.message, settings.mode):
            return watch(services, turn, settings)
    if turn.message.action is not None:
        return ACTIONS[turn.message.action.name](services, turn)
    if turn.message.command:
        return _command(services, turn)
    replies = continued(services, turn)
    return check_claim(services, turn) if replies is None else replies


def _command(services: Services, turn: Turn) -> list[Reply]:
    handler = COMMANDS.get(turn.message.command.lower())
    if handler is not None:
        return handler(services, turn)
    replies = editors_command(services, turn)
    return unknown_command(services, turn) if replies is None else replies


def _command_button(services: Services, turn: Turn) -> list[Reply]:
    """A button that stands for a command with its words: "language zh-TW"."""
    words = turn.message.action.argument if turn.message.action else ""
    name, _, rest = words.strip().partition(" ")
    message = replace(turn.message, action=None, command=name, text=rest.strip())
    pressed = replace(turn, message=message, is_pressed=True)
    if name in COMMANDS:
        return COMMANDS[name](services, pressed)
    replies = editors_command(services, pressed)
    if replies is None:
        raise UserMistake("button.unknown")
    return replies


ACTIONS: Mapping[ActionName, Handler] = {
    ActionName.SHOW: show_chosen,
    ActionName.NONE_OF_THESE: none_of_these,
    ActionName.NOT_MEANT: not_meant,
    ActionName.ASK_EDITORS: ask_editors,
    ActionName.NO_THANKS: no_thanks,
    ActionName.NOTIFY: notify_me,
    ActionName.SHARE: share,
    ActionName.WHY: explain,
    ActionName.COMMAND: _command_button,
    ActionName.CONFIRM: confirm,
    ActionName.POST_PUBLICLY: post_publicly,
}
