from __future__ import annotations

import pytest

from handlers.group_policy import GroupMode, may_answer
from handlers.messages import Action, ActionName, ChatKind, IncomingMessage

GROUPS = [ChatKind.GROUP, ChatKind.CHANNEL]


def written(chat_kind: ChatKind, **fields) -> IncomingMessage:
    return IncomingMessage("toy", "chat", "user", "1", text="a rumor", chat_kind=chat_kind, **fields)


@pytest.mark.parametrize("mode", list(GroupMode))
def test_private_messages_are_always_answered(mode: GroupMode):
    assert may_answer(written(ChatKind.PRIVATE), mode)


@pytest.mark.parametrize("chat_kind", GROUPS)
@pytest.mark.parametrize("mode", list(GroupMode))
def test_a_group_is_silent_until_it_is_asked(chat_kind: ChatKind, mode: GroupMode):
    assert not may_answer(written(chat_kind), mode)
    assert not may_answer(written(chat_kind, is_forward=True), mode)
    assert may_answer(written(chat_kind, command="check"), mode)
    assert may_answer(written(chat_kind, action=Action(ActionName.SHOW, "x")), mode)


@pytest.mark.parametrize("chat_kind", GROUPS)
def test_a_mention_is_answered_unless_the_admins_said_no(chat_kind: ChatKind):
    mention = written(chat_kind, is_mention=True)
    assert may_answer(mention)
    assert may_answer(mention, GroupMode.WATCH)
    assert not may_answer(mention, GroupMode.OFF)
