"""The page a fact-check is written on, and the list of those under way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response

from handlers.editorial.desk import found
from handlers.editorial.errors import EditConflict, Refused
from handlers.editorial.ports import audit_names
from handlers.editorial.writing import (
    Done,
    approve_and_publish,
    correct,
    propose_correction,
    retract,
    save_draft,
    send_back,
    submit_for_review,
)
from handlers.errors import UserMistake
from handlers.i18n import language_name, translate
from handlers.permissions import Command, Forbidden, may
from handlers.wording import one_line
from knowledge_base.errors import InvalidFactCheck
from knowledge_base.models import UNKNOWN_LOCALE, FactCheck, FactCheckText, Status, Verdict
from knowledge_base.repository import FactCheckFilter
from knowledge_base.workflow import author_of, is_same_content
from web.console.entrance import Console, Form, back_to
from web.console.forms import Fields, columns, first, number, written
from web.console.look import look
from web.console.queue_pages import title_of
from web.console.refusals import refused, sentence, status_of
from web.console.seats import Seat
from web.i18n import pick_locale

_LISTED = 30


def add_editor_pages(app: FastAPI, console: Console) -> None:
    """Add `/console/fact-checks`, its pages, and the live panel beside the form."""
    desk = console.desk

    @app.get("/console/fact-checks", include_in_schema=False)
    def under_way(request: Request, q: str = "") -> Response:
        seat = _reading(console, request)
        locale = pick_locale(request, console.services.default_locale)

        def listed(status: Status) -> list[tuple[FactCheck, str]]:
            wanted = FactCheckFilter(status=status, text=q[:500])
            items = console.services.fact_checks.page(wanted, limit=_LISTED).items
            return [(each, title_of(each, locale)) for each in items]

        proposals = desk.record.proposals.all()
        corrected = console.services.fact_checks.get_many([each.fact_check_id for each in proposals])
        return console.page(
            request,
            "console_fact_checks.html",
            seat,
            q=q,
            review=listed(Status.IN_REVIEW),
            drafts=listed(Status.DRAFT),
            published=listed(Status.PUBLISHED),
            proposals=[(each, title_of(each, locale)) for each in corrected.values()],
        )

    @app.get("/console/fact-checks/new", include_in_schema=False)
    def new(request: Request, rumor: str = "") -> Response:
        seat = _reading(console, request)
        if not may(seat.editor.role, Command.SAVE_DRAFT):
            return refused(console, request, seat, Forbidden(Command.SAVE_DRAFT, seat.editor.role), back="/console")
        return _page(console, request, seat, _blank(console, seat, rumor), rumor=rumor)

    @app.get("/console/fact-checks/{fact_check_id}", include_in_schema=False)
    def edit(request: Request, fact_check_id: str) -> Response:
        seat = _reading(console, request)
        try:
            current = found(desk, fact_check_id)
        except UserMistake:
            raise HTTPException(404) from None
        proposal = desk.record.proposals.get(fact_check_id)
        return _page(console, request, seat, proposal.corrected if proposal else current)

    @app.post("/console/fact-checks/{fact_check_id}", include_in_schema=False)
    def act(request: Request, fact_check_id: str, fields: Form) -> Response:
        seat = console.posted(request, fields)
        rumor, name = first(fields, "rumor"), first(fields, "act")
        base = _base(console, seat, fact_check_id, number(fields, "revision"), rumor)
        draft = written(fields, base) if "locale" in fields else base
        if name == "look":
            return _page(console, request, seat, draft, rumor=rumor, tests=first(fields, "tests"))
        try:
            done = _done(console, seat, draft, fields)
        except EditConflict as conflict:
            said = sentence(console, request, conflict)
            merged, changes = conflict.merged, conflict.changes
            return _page(console, request, seat, merged, rumor=rumor, said=said, changes=changes, status_code=409)
        except InvalidFactCheck:
            said = translate("editorial.incomplete", pick_locale(request, console.services.default_locale))
            return _page(console, request, seat, draft, rumor=rumor, said=said, status_code=422)
        except UserMistake as mistake:
            said, status_code = sentence(console, request, mistake), status_of(mistake)
            if isinstance(mistake, Refused | Forbidden) and draft.texts:
                return _page(console, request, seat, draft, rumor=rumor, said=said, status_code=status_code)
            return refused(console, request, seat, mistake, back="/console/fact-checks")
        return back_to(f"/console/fact-checks/{done.fact_check.id}", name)

    @app.post("/console/look", include_in_schema=False)
    def live(request: Request, fields: Form) -> Response:
        seat = console.posted(request, fields)
        base = _base(console, seat, first(fields, "id"), number(fields, "revision"), first(fields, "rumor"))
        panel = look(console, request, seat, written(fields, base), first(fields, "tests"))
        return console.page(request, "console_look.html", seat, panel=panel)


def _reading(console: Console, request: Request) -> Seat:
    return console.seats.needed(request)  # every role may read drafts; see handlers/permissions.py


def _base(console: Console, seat: Seat, fact_check_id: str, revision: int, rumor: str) -> FactCheck:
    """Return what the form was made from: the revision it names, or a new one."""
    if revision:
        for each in console.services.fact_checks.revisions(fact_check_id):
            if each.revision == revision:
                return each.snapshot
        raise HTTPException(404)
    return replace(_blank(console, seat, rumor), id=fact_check_id)


def _blank(console: Console, seat: Seat, rumor_id: str) -> FactCheck:
    desk = console.desk
    rumor = desk.record.rumors.get(rumor_id) if rumor_id else None
    locale = rumor.locale if rumor and rumor.locale != UNKNOWN_LOCALE else "en"
    claim = one_line(rumor.text)[:300] if rumor else ""
    return FactCheck(
        id="new",
        texts={locale: FactCheckText(claim)},
        publisher=desk.rules.publisher or seat.editor.name,
        author=seat.editor.name,
        checked_on=desk.clock.now().date(),
        wordings=(rumor.text,) if rumor else (),
    )


def _done(console: Console, seat: Seat, draft: FactCheck, fields: Fields) -> Done:
    desk, who, act = console.desk, seat.editor.id, first(fields, "act")
    reason, revision = first(fields, "reason"), number(fields, "revision")
    if act in ("save", "submit"):
        return _saved(console, seat, draft, fields, and_submit=act == "submit")
    if act == "publish":
        return approve_and_publish(desk, who, draft.id, revision=revision)
    if act == "send_back":
        return send_back(desk, who, draft.id, revision=revision, reason=reason)
    if act == "propose":
        return propose_correction(desk, who, draft, reason=reason)
    if act == "correct":
        return correct(desk, who, draft.id)
    if act == "retract":
        return retract(desk, who, draft.id, reason=reason)
    raise UserMistake("editorial.refused.wrong_state")


def _saved(console: Console, seat: Seat, draft: FactCheck, fields: Fields, *, and_submit: bool) -> Done:
    desk, who = console.desk, seat.editor.id
    with desk.transactions.transaction():
        if not draft.revision:
            draft = replace(draft, id=desk.new_id())
            done = save_draft(desk, who, draft, rumor_id=first(fields, "rumor"))
        elif is_same_content(draft, stored := found(desk, draft.id)) and draft.checked_on == stored.checked_on:
            done = Done(stored)
        else:
            done = save_draft(desk, who, draft, reason=first(fields, "reason"))
        if and_submit:
            done = submit_for_review(desk, who, done.fact_check.id, revision=done.fact_check.revision)
    desk.changed()
    return done


def _page(
    console: Console,
    request: Request,
    seat: Seat,
    draft: FactCheck,
    *,
    rumor: str = "",
    said: str = "",
    status_code: int = 200,
    tests: str = "",
    **values: Any,
) -> Response:
    desk = console.desk
    locale = pick_locale(request, console.services.default_locale)
    history = console.services.fact_checks.revisions(draft.id) if draft.revision else []
    names = audit_names(desk.record.editors.all())
    proposal = desk.record.proposals.get(draft.id) if draft.revision else None
    author = proposal.editor_id if proposal else author_of(history)
    shown = {
        "draft": draft,
        "status": history[-1].snapshot.status if history else Status.DRAFT,
        "columns": [(each, language_name(each.locale, in_locale=locale)) for each in columns(draft)],
        "verdicts": list(Verdict),
        "narratives": console.services.narratives.all(),
        "rumor": rumor,
        "said": said,
        "changes": (),
        "proposal": proposal,
        "author": names.get(author, author),
        "is_own": author == seat.editor.id and not desk.rules.single_editor,
        "history": [(each, names.get(each.editor, each.editor)) for each in reversed(history)],
        "tests": tests,
        "panel": look(console, request, seat, draft, tests),
    }
    return console.page(request, "console_editor.html", seat, status_code=status_code, **{**shown, **values})
