"""Who gets into the console, and how everybody else is kept out."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from handlers.editorial.ports import Identity
from handlers.editorial.sign_in import BY_OPERATOR, change_role, link_identity, remove_editor
from handlers.permissions import Role
from tests.fakes.console import ConsoleWorld
from web.app import create_app
from web.console.entrance import KNOCKS, KNOCKS_WINDOW_S
from web.console.routes import add_console
from web.console.seats import COOKIE, Knocks

PAGES = [
    "/console",
    "/console/rumors/r",
    "/console/fact-checks",
    "/console/fact-checks/new",
    "/console/fact-checks/x",
    "/console/people",
]
FORMS = [
    "/console/rumors/r",
    "/console/fact-checks/x",
    "/console/look",
    "/console/link",
    "/console/people",
    "/console/sign-out",
]


def test_a_link_signs_in_only_when_the_button_is_pressed(world, stranger):
    secret = world.link(world.room.anna)
    for _ in range(3):  # a chat app looks at the link to show a preview
        page = stranger.get(f"/console/sign-in?token={secret}")
        assert page.status_code == 200
        assert page.headers["referrer-policy"] == "same-origin"
        assert page.headers["cache-control"] == "no-store"
        assert COOKIE not in stranger.client.cookies
    assert "What people ask" in stranger.enter(secret).text
    assert stranger.get("/console").status_code == 200


def test_the_cookie_is_for_this_server_and_no_script(world, stranger):
    secret = world.link(world.room.anna)
    answer = stranger.client.post("/console/sign-in", data={"token": secret}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303
    for part in ("HttpOnly", "SameSite=lax", "Path=/console"):
        assert part in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_is_secure():
    world = ConsoleWorld(public_url="https://facts.example")
    client = TestClient(create_app(world.services))
    answer = client.post("/console/sign-in", data={"token": world.link(world.room.anna)}, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("token", ["", "x", "secret-1'; --", "x" * 5000])
def test_a_made_up_link_is_refused(stranger, token):
    answer = stranger.client.post("/console/sign-in", data={"token": token})
    assert answer.status_code == 401
    assert COOKIE not in stranger.client.cookies


def test_a_used_or_old_link_is_refused(world, stranger):
    used, old = world.link(world.room.anna), world.link(world.room.anna)
    stranger.enter(used)
    stranger.client.cookies.clear()
    assert stranger.enter(used).status_code == 401
    world.room.wait(minutes=15)
    assert stranger.enter(old).status_code == 401


def test_attempts_are_limited_and_work_again_later(world):
    services, now = world.services, [0.0]
    from fastapi import FastAPI

    from web.errors import add_error_handlers

    app = FastAPI()
    add_console(app, services, world.room.desk, clock=lambda: now[0])
    add_error_handlers(app, services, new_id=lambda: "error")
    client = TestClient(app)
    answers = [client.post("/console/sign-in", data={"token": "x"}).status_code for _ in range(KNOCKS + 1)]
    assert answers == [401] * KNOCKS + [429]
    good = world.link(world.room.anna)
    assert client.post("/console/sign-in", data={"token": good}).status_code == 429
    now[0] = KNOCKS_WINDOW_S
    assert client.post("/console/sign-in", data={"token": good}).status_code == 200


def test_knocks_forget_whoever_came_longest_ago():
    knocks = Knocks(1, 60, lambda: 0.0, remembered=2)
    assert knocks.allowed("a")
    assert not knocks.allowed("a")
    assert knocks.allowed("b")
    assert knocks.allowed("c")
    assert knocks.allowed("a")


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_there_is_nothing_to_see(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert "There are no passwords" in answer.text


@pytest.mark.parametrize("path", FORMS)
def test_without_a_session_nothing_can_be_sent(stranger, path):
    assert stranger.post(path, act="publish").status_code == 401


@pytest.mark.parametrize("forge", ["", "x", "{session}", "{session}.", "{session}." + "0" * 64, "." + "0" * 64, "ü.ü"])
def test_a_forged_cookie_is_nobody(world, signed_in, stranger, forge):
    session = signed_in(world.room.anna).client.cookies[COOKIE].split(".")[0]
    header = f"{COOKIE}={forge.format(session=session)}".encode()
    assert stranger.client.get("/console", headers={"cookie": header}).status_code == 401


def test_a_cookie_signed_with_another_key_is_nobody(world, signed_in):
    from dataclasses import replace

    cookie = signed_in(world.room.anna).client.cookies[COOKIE]
    other = TestClient(create_app(replace(world.services, secret_key="another key" * 3)))
    assert other.get("/console", headers={"cookie": f"{COOKIE}={cookie}"}).status_code == 401


class TestForgery:
    @pytest.mark.parametrize("path", FORMS)
    @pytest.mark.parametrize("mark", ["", "0" * 64, "ü"])
    def test_a_form_without_our_mark_does_nothing(self, world, signed_in, path, mark):
        browser = signed_in(world.room.carla)
        answer = browser.client.post(path, data={"mark": mark, "act": "take"})
        assert answer.status_code == 403
        assert browser.get("/console").status_code == 200

    def test_the_mark_of_another_session_does_not_do(self, world, signed_in):
        mine, theirs = signed_in(world.room.anna), signed_in(world.room.ben)
        assert mine.mark != theirs.mark
        assert mine.client.post("/console/sign-out", data={"mark": theirs.mark}).status_code == 403

    @pytest.mark.parametrize(
        "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
    )
    def test_a_form_from_elsewhere_does_nothing_even_with_the_mark(self, world, signed_in, headers):
        browser = signed_in(world.room.anna)
        answer = browser.client.post("/console/sign-out", data={"mark": browser.mark}, headers=headers)
        assert answer.status_code == 403
        assert browser.client.post("/console/sign-in", data={"token": "x"}, headers=headers).status_code == 403


class TestLeaving:
    def test_signing_out_ends_this_session_only(self, world, signed_in):
        one, two = signed_in(world.room.anna), signed_in(world.room.anna)
        cookie = one.client.cookies[COOKIE]
        one.post("/console/sign-out")
        assert one.get("/console", headers={"cookie": f"{COOKIE}={cookie}"}).status_code == 401
        assert two.get("/console").status_code == 200

    def test_signing_out_everywhere_ends_them_all(self, world, signed_in):
        one, two = signed_in(world.room.anna), signed_in(world.room.anna)
        one.post("/console/sign-out", everywhere="1")
        assert two.get("/console").status_code == 401

    def test_whoever_is_removed_or_late_is_out(self, world, signed_in):
        anna, ben = signed_in(world.room.anna), signed_in(world.room.ben)
        remove_editor(world.room.desk, BY_OPERATOR, "Anna")
        assert anna.get("/console").status_code == 401
        world.room.wait(hours=12)
        assert ben.get("/console").status_code == 401

    def test_a_demoted_editor_loses_the_power_at_once(self, world, signed_in):
        anna = signed_in(world.room.anna)
        rumor = world.room.ask("u1", "The moon is hollow")
        change_role(world.room.desk, BY_OPERATOR, "Anna", Role.READER)
        assert anna.post(f"/console/rumors/{rumor}", act="take").status_code == 403
        assert "Take it" not in anna.get("/console").text


def test_a_code_from_the_console_links_a_chat_account(world, signed_in):
    page = signed_in(world.room.anna).post("/console/link").text
    code = re.search(r"/link (\S+)</pre>", page)[1]
    phone = Identity("telegram", "77")
    assert link_identity(world.room.desk, code, phone).id == world.room.anna
    assert world.room.desk.record.editors.of_identity(phone).id == world.room.anna


def test_without_a_newsroom_there_is_no_console(world):
    from dataclasses import replace

    client = TestClient(create_app(replace(world.services, desk=None)))
    assert client.get("/console").status_code == 404
