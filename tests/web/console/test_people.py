"""The admins' page: who works here, and what was done."""

from __future__ import annotations

import pytest

from handlers.permissions import Role


def named(world, name):
    return world.room.desk.record.editors.named(name)


def test_an_admin_takes_on_promotes_and_lets_go(world, signed_in):
    carla = signed_in(world.room.carla)
    carla.post("/console/people", act="add", name="Dora", role="reader")
    carla.post("/console/people", act="role", name="Dora", role="reviewer")
    assert named(world, "Dora").role is Role.REVIEWER
    page = carla.get("/console/people").text
    assert "Dora" in page
    assert "manage_editors" in page
    carla.post("/console/people", act="remove", name="Dora")
    assert named(world, "Dora") is None


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR, Role.REVIEWER])
@pytest.mark.parametrize("act", ["add", "role", "remove"])
def test_nobody_else_may_look_or_touch(world, signed_in, role, act):
    browser = signed_in(world.room.with_role(role))
    assert browser.get("/console/people").status_code == 403
    assert browser.post("/console/people", act=act, name="Carla", role="reader").status_code == 403
    assert named(world, "Carla").role is Role.ADMIN


@pytest.mark.parametrize(
    "fields",
    [{"act": "add", "name": "anna", "role": "reader"}, {"act": "add", "name": "D", "role": "king"}, {"act": "x"}],
)
def test_what_cannot_be_done_is_told(world, signed_in, fields):
    carla = signed_in(world.room.carla)
    assert carla.post("/console/people", **fields).status_code == 409
    assert len([each for each in world.room.desk.record.editors.all() if each.is_active]) == 4
