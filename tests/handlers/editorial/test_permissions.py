"""The whole table: every role at every command, through the services themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.editorial import queue, sign_in, writing
from handlers.editorial.desk import authorised
from handlers.editorial.errors import NotAnEditor
from handlers.permissions import LEAST_ROLE, Command, Forbidden, Role, may
from knowledge_base.models import Status
from tests.fakes.newsroom import DRAFT, Newsroom

READER, EDITOR, REVIEWER, ADMIN = Role
ALLOWED = {
    READER: {Command.SIGN_IN, Command.VIEW_QUEUE, Command.VIEW_DRAFTS, Command.TEST_WORDINGS},
    EDITOR: {
        Command.CLAIM_RUMOR, Command.LINK_RUMOR, Command.MERGE_RUMORS, Command.SPLIT_RUMOR, Command.DISMISS_RUMOR,
        Command.SAVE_DRAFT, Command.SUBMIT, Command.PROPOSE_CORRECTION,
    },
    REVIEWER: {Command.ASSIGN_RUMOR, Command.SEND_BACK, Command.PUBLISH, Command.CORRECT, Command.RETRACT},
    ADMIN: {Command.MANAGE_EDITORS, Command.VIEW_AUDIT},
}  # fmt: skip


@pytest.mark.parametrize("command", Command)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_its_own_and_all_before_it(role, command):
    own = set().union(*(ALLOWED[each] for each in list(Role)[: list(Role).index(role) + 1]))
    assert may(role, command) == (command in own)


WITHOUT_SERVICE = {Command.SIGN_IN, Command.VIEW_DRAFTS, Command.TEST_WORDINGS, Command.VIEW_AUDIT}  # pages ask `may`


def test_every_command_is_in_the_table():
    assert set(LEAST_ROLE) == set(Command)


def _act(command, room, who, rumor, other):
    desk = room.desk
    acts = {
        Command.VIEW_QUEUE: lambda: queue.list_queue(desk, who),
        Command.CLAIM_RUMOR: lambda: queue.claim_rumor(desk, who, rumor),
        Command.ASSIGN_RUMOR: lambda: queue.assign_rumor(desk, who, rumor, room.anna),
        Command.LINK_RUMOR: lambda: queue.link_existing(desk, who, rumor, "public"),
        Command.MERGE_RUMORS: lambda: queue.merge(desk, who, rumor, other),
        Command.SPLIT_RUMOR: lambda: queue.split(desk, who, rumor, [0]),
        Command.DISMISS_RUMOR: lambda: queue.dismiss(desk, who, rumor, reason="x"),
        Command.SAVE_DRAFT: lambda: writing.save_draft(desk, who, DRAFT),
        Command.SUBMIT: lambda: writing.submit_for_review(desk, who, "draft", revision=1),
        Command.SEND_BACK: lambda: writing.send_back(desk, who, "review", revision=1, reason="x"),
        Command.PUBLISH: lambda: writing.approve_and_publish(desk, who, "review", revision=1),
        Command.PROPOSE_CORRECTION: lambda: writing.propose_correction(
            desk, who, room.fact_checks.get("public"), reason="x"
        ),
        Command.CORRECT: lambda: writing.correct(desk, who, "public"),
        Command.RETRACT: lambda: writing.retract(desk, who, "public", reason="x"),
        Command.MANAGE_EDITORS: lambda: sign_in.remove_editor(desk, desk.record.editors.get(who), "Rosa"),
    }
    return acts[command]


def prepared():
    room = Newsroom()
    for name, status in (("draft", Status.DRAFT), ("review", Status.IN_REVIEW), ("public", Status.PUBLISHED)):
        room.fact_checks.save(replace(DRAFT, id=name, status=status), editor="x", reason="", at=room.time)
    return room, room.ask("u1", "One rumor"), room.ask("u1", "Another rumor")


@pytest.mark.parametrize("command", [each for each in Command if each not in WITHOUT_SERVICE])
@pytest.mark.parametrize("role", Role)
def test_the_services_ask_the_table(role, command):
    room, rumor, other = prepared()
    act = _act(command, room, room.with_role(role), rumor, other)
    before = room.desk.record.audit.entries(), room.fact_checks.last_seq()
    refused = None
    try:
        act()
    except Exception as exc:  # noqa: BLE001 - what is allowed may be refused for another reason
        refused = exc
    assert not isinstance(refused, NotAnEditor)
    assert isinstance(refused, Forbidden) == (not may(role, command))
    if isinstance(refused, Forbidden):
        assert refused.command is command
        assert (room.desk.record.audit.entries(), room.fact_checks.last_seq()) == before


def test_a_demoted_editor_loses_the_power_at_once():
    room, rumor, _ = prepared()
    queue.claim_rumor(room.desk, room.anna, rumor)
    sign_in.change_role(room.desk, sign_in.BY_OPERATOR, "Anna", Role.READER)
    with pytest.raises(Forbidden):
        queue.claim_rumor(room.desk, room.anna, rumor)
    sign_in.remove_editor(room.desk, sign_in.BY_OPERATOR, "Anna")
    with pytest.raises(NotAnEditor):
        authorised(room.desk, room.anna, Command.VIEW_QUEUE)


@pytest.mark.parametrize("who", ["", "nobody", "operator"])
def test_a_stranger_may_do_nothing(who):
    room, _, _ = prepared()
    with pytest.raises(NotAnEditor):
        queue.list_queue(room.desk, who)
