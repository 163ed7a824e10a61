from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bot.wire import message_from_json, message_to_json, plain, replies_from_json, replies_to_json
from handlers.messages import (
    Action,
    ActionName,
    Block,
    BlockRole,
    Button,
    ChatKind,
    IncomingMessage,
    Reply,
    ReplyKind,
    Shown,
)
from retrieval.interface import IndexState

MESSAGE = IncomingMessage(
    platform="terminal",
    chat_id="c",
    user_id="u",
    update_id="1",
    text="喝水\n🙂",
    chat_kind=ChatKind.GROUP,
    action=Action(ActionName.SHOW, "01ABC"),
    urls=("https://example.org/",),
    received_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
)
REPLY = Reply(
    ReplyKind.CORRECTION,
    (Block(BlockRole.VERDICT, "False: 水", label="!", url="https://example.org"),),
    "zh-TW",
    buttons=((Button("x", Action(ActionName.NO_THANKS)), Button("y", share_text="z")), ()),
    shown=(Shown("01ABC", 3),),
    alert="a",
    replaces=True,
    document=("mydata.json", "{}"),
)


def test_messages_and_replies_survive_the_way():
    assert message_from_json(message_to_json(MESSAGE)) == MESSAGE
    assert replies_from_json(replies_to_json([REPLY, REPLY])) == [REPLY, REPLY]
    assert replies_from_json(replies_to_json([])) == []


@pytest.mark.parametrize("wire", [b"", b"{}", b"[1]", b'[{"kind": "unheard of"}]', b"\xff"])
def test_something_else_is_refused(wire):
    with pytest.raises(ValidationError):
        replies_from_json(wire)
    with pytest.raises(ValidationError):
        message_from_json(wire)


def test_plain_values_are_json():
    state = json.loads(json.dumps(plain(IndexState(1, 2, 3, problem="none"))))
    assert (state["applied_seq"], state["record_seq"], state["documents"], state["problem"]) == (1, 2, 3, "none")
