"""Who works in the newsroom, and what was done: for admins."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from handlers.editorial.desk import authorised
from handlers.editorial.ports import audit_names
from handlers.editorial.sign_in import add_editor, change_role, remove_editor
from handlers.errors import UserMistake
from handlers.permissions import Command, Role
from web.console.entrance import Console, Form, back_to
from web.console.forms import Fields, first
from web.console.refusals import refused
from web.console.seats import Seat

_ENTRIES = 200


def add_people_page(app: FastAPI, console: Console) -> None:
    """Add `/console/people`."""
    desk = console.desk

    @app.get("/console/people", include_in_schema=False)
    def people(request: Request) -> Response:
        seat = console.seats.needed(request)
        try:
            for command in (Command.MANAGE_EDITORS, Command.VIEW_AUDIT):
                authorised(desk, seat.editor.id, command)
        except UserMistake as mistake:
            return refused(console, request, seat, mistake, back="/console")
        editors = desk.record.editors.all()
        names = audit_names(editors)
        entries = desk.record.audit.latest(limit=_ENTRIES)
        return console.page(
            request,
            "console_people.html",
            seat,
            editors=[each for each in editors if each.is_active],
            entries=[(each, names.get(each.editor_id, each.editor_id)) for each in entries],
        )

    @app.post("/console/people", include_in_schema=False)
    def change(request: Request, fields: Form) -> Response:
        seat = console.posted(request, fields)
        try:
            _change(console, seat, fields)
        except UserMistake as mistake:
            return refused(console, request, seat, mistake, back="/console/people")
        return back_to("/console/people", "saved")


def _change(console: Console, seat: Seat, fields: Fields) -> None:
    act, name = first(fields, "act"), first(fields, "name")[:200]
    role = next((each for each in Role if each.value == first(fields, "role")), None)
    if act == "remove":
        remove_editor(console.desk, seat.editor, name)
    elif act == "role" and role is not None:
        change_role(console.desk, seat.editor, name, role)
    elif act == "add" and role is not None:
        add_editor(console.desk, seat.editor, name, role)
    else:
        raise UserMistake("editorial.refused.wrong_state")
