"""One-time links, sessions, linked accounts."""

from __future__ import annotations

import pytest

from handlers.editorial.ports import Identity, TokenPurpose
from handlers.editorial.sign_in import (
    BY_OPERATOR,
    add_editor,
    change_role,
    issue,
    link_editor,
    link_identity,
    remove_editor,
    sign_in,
    sign_out,
    sign_out_everywhere,
    signed_in,
)
from handlers.errors import UserMistake
from handlers.permissions import Forbidden, Role

PHONE = Identity("telegram", "77")


def link_of(room, who, purpose=TokenPurpose.SIGN_IN):
    return issue(room.desk, room.desk.record.editors.get(who), purpose).secret


def test_a_link_signs_in_once(room):
    link = link_of(room, room.anna)
    session = sign_in(room.desk, link)
    assert signed_in(room.desk, session).name == "Anna"
    assert sign_in(room.desk, link) is None
    assert sign_in(room.desk, "made up") is None
    assert signed_in(room.desk, link) is None


def test_neither_link_nor_session_is_stored_as_it_is(room):
    link = link_of(room, room.anna)
    session = sign_in(room.desk, link_of(room, room.anna))
    assert not {link, session} & {*room.database.tables["tokens"], *room.database.tables["sessions"]}


@pytest.mark.parametrize(("minutes", "works"), [(14.9, True), (15, False)])
def test_a_link_works_for_fifteen_minutes(room, minutes, works):
    link = link_of(room, room.anna)
    room.wait(minutes=minutes)
    assert (sign_in(room.desk, link) is not None) == works


def test_a_session_ends_with_the_shift_with_signing_out_or_everywhere(room):
    one, two, three = (sign_in(room.desk, link_of(room, room.anna)) for _ in range(3))
    sign_out(room.desk, one)
    assert signed_in(room.desk, one) is None
    assert signed_in(room.desk, two)
    unused = link_of(room, room.anna)
    assert sign_out_everywhere(room.desk, room.anna) == 2
    assert signed_in(room.desk, three) is None
    assert sign_in(room.desk, unused) is None
    four = sign_in(room.desk, link_of(room, room.anna))
    room.wait(hours=12)
    assert signed_in(room.desk, four) is None


def test_whoever_is_removed_is_out_at_once(room):
    session, link = sign_in(room.desk, link_of(room, room.anna)), link_of(room, room.anna)
    remove_editor(room.desk, BY_OPERATOR, "anna")
    assert signed_in(room.desk, session) is None
    assert sign_in(room.desk, link) is None


def test_a_session_has_the_role_of_the_moment(room):
    session = sign_in(room.desk, link_of(room, room.carla))
    change_role(room.desk, BY_OPERATOR, "Carla", Role.READER)
    assert signed_in(room.desk, session).role is Role.READER


def test_a_code_links_an_account_and_signs_nobody_in(room):
    code = link_of(room, room.anna, TokenPurpose.LINK)
    assert sign_in(room.desk, code) is None
    assert link_identity(room.desk, f" {code} ", PHONE).identities == (PHONE,)
    assert link_identity(room.desk, code, PHONE) is None
    assert link_identity(room.desk, link_of(room, room.anna), PHONE) is None


def test_an_account_belongs_to_one_editor(room):
    link_editor(room.desk, BY_OPERATOR, "Anna", PHONE)
    with pytest.raises(UserMistake):
        link_identity(room.desk, link_of(room, room.ben, TokenPurpose.LINK), PHONE)
    assert room.desk.record.editors.of_identity(PHONE).id == room.anna


def test_only_admins_change_who_works_here(room):
    anna, carla = (room.desk.record.editors.get(each) for each in (room.anna, room.carla))
    with pytest.raises(Forbidden):
        add_editor(room.desk, anna, "Dora", Role.ADMIN)
    assert add_editor(room.desk, carla, "Dora", Role.EDITOR).name == "Dora"
    for name in ("dora", " "):
        with pytest.raises(UserMistake):
            add_editor(room.desk, carla, name, Role.EDITOR)
