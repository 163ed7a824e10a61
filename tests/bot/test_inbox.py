"""The reception: new once, kept until answered, never in the way of an answer."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.inbox import REMEMBERED, STALE, Reception, intended_replies
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind, Shown
from handlers.ports import InboxState
from knowledge_base.errors import StorageUnavailable
from tests.fakes.memory_inbox import MemoryInbox

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REPLY = Reply(
    ReplyKind.CORRECTION,
    (Block(BlockRole.VERDICT, "Fact", "❌ False.", "https://example.org/"),),
    "zh-TW",
    buttons=((Button("More", Action(ActionName.WHY, "fc1")),),),
    shown=(Shown("fc1", 3),),
    document=("a.json", "{}"),
)


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def inbox():
    return MemoryInbox()


@pytest.fixture
def reception(inbox, clock):
    return Reception(inbox, "toy", clock)


async def test_update_is_received_once(reception):
    assert await reception.receive({"1": "a", "2": "b"}) == ["1", "2"]
    assert await reception.receive({"2": "b", "3": "c"}) == ["3"]
    assert await reception.receive({}) == []


async def test_decided_replies_come_back_as_they_were(reception):
    await reception.receive({"1": "a"})
    await reception.intend("1", [REPLY])
    (item,) = await reception.left_over()
    assert (item.state, item.message) == (InboxState.REPLYING, "a")
    assert intended_replies(item) == [REPLY]


async def test_merged_updates_are_done_with_the_one_that_answers_them(reception):
    await reception.receive({"1": "a", "2": "b", "3": "c"})
    await reception.intend("1", [REPLY], merged=("2", "3"))
    assert [item.update_id for item in await reception.left_over()] == ["1"]


async def test_what_is_too_old_to_be_answered_is_dropped(reception, clock, inbox):
    await reception.receive({"old": "a"})
    clock.now = NOW + STALE + timedelta(seconds=1)
    await reception.receive({"new": "b"})
    assert [item.update_id for item in await reception.left_over()] == ["new"]
    assert inbox.items["toy", "old"].message == ""


async def test_answered_updates_are_remembered_long_enough(reception, clock):
    await reception.receive({"1": "a"})
    await reception.done("1")
    clock.now = NOW + REMEMBERED
    assert await reception.tidy() == 0
    clock.now = NOW + REMEMBERED + timedelta(seconds=1)
    assert await reception.tidy() == 1


async def test_database_that_is_down_lets_everything_pass(clock):
    class Down:
        def __getattr__(self, name):
            def fail(*_args, **_more):
                raise StorageUnavailable("gone")

            return fail

    reception = Reception(Down(), "toy", clock)
    assert await reception.receive({"1": "a"}) == ["1"]
    await reception.intend("1", [REPLY])
    await reception.done("1")
    assert await reception.left_over() == []
    assert await reception.tidy() == 0


def test_replies_of_another_version_are_refused():
    from handlers.ports import InboxItem

    with pytest.raises(ValueError, match="validation error"):
        intended_replies(InboxItem("toy", "1", InboxState.REPLYING, "a", '[{"kind": "new"}]', NOW))
