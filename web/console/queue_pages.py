"""The queue in the console: the list, one rumor, and everything that can be done to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI, Request, Response

from handlers.editorial.ports import QueuedRumor, QueueFilter, audit_names
from handlers.editorial.queue import (
    assign_rumor,
    claim_rumor,
    count_queue,
    dismiss,
    link_existing,
    list_queue,
    merge,
    open_file,
    split,
)
from handlers.editorial.ranking import RankedRumor, ranked
from handlers.errors import UserMistake
from handlers.i18n import translate
from handlers.wording import cut, one_line
from knowledge_base.models import FactCheck
from web.console.entrance import Console, Form, back_to
from web.console.forms import Fields, first
from web.console.refusals import refused
from web.console.seats import Seat
from web.i18n import pick_locale

MAX_SHOWN = 100
_TITLE_CHARS = 280


@dataclass(frozen=True, slots=True)
class Line:
    """A rumor in the list."""

    rumor: QueuedRumor
    text: str
    hurry: str
    time: str
    owner: str
    is_harmful: bool
    is_mine: bool


def add_queue_pages(app: FastAPI, console: Console) -> None:
    """Add `/console` and `/console/rumors/{id}`."""
    desk = console.desk

    @app.get("/console", include_in_schema=False)
    def queue(request: Request, show: str = "", q: str = "", part: str = "") -> Response:
        seat = console.seats.needed(request)
        wanted = QueueFilter(
            assignee=seat.editor.id if show == "mine" else "", only_unassigned=show == "free", text=q[:500]
        )
        listed = list_queue(desk, seat.editor.id, wanted)
        template = "console_queue_list.html" if part == "list" else "console_queue.html"
        lines = [line_of(console, request, seat, each) for each in listed[:MAX_SHOWN]]
        return console.page(
            request, template, seat, lines=lines, total=count_queue(desk, seat.editor.id, wanted), shown=show, q=q
        )

    @app.get("/console/rumors/{rumor_id}", include_in_schema=False)
    def rumor(request: Request, rumor_id: str) -> Response:
        seat = console.seats.needed(request)
        try:
            file = open_file(desk, seat.editor.id, rumor_id)
        except UserMistake as mistake:
            return refused(console, request, seat, mistake, back="/console")
        (ranking,) = ranked([file.rumor], now=desk.clock.now(), answer_within=desk.rules.answer_within)
        others = [each for each in list_queue(desk, seat.editor.id)[:50] if each.rumor.id != rumor_id]
        locale = pick_locale(request, console.services.default_locale)
        return console.page(
            request,
            "console_rumor.html",
            seat,
            file=file,
            line=line_of(console, request, seat, ranking),
            near=[(each, title_of(each.fact_check, locale)) for each in file.near],
            others=[(each.rumor.id, cut(one_line(each.rumor.text), 90)) for each in others],
            editors=[each for each in desk.record.editors.all() if each.is_active],
        )

    @app.post("/console/rumors/{rumor_id}", include_in_schema=False)
    def act(request: Request, rumor_id: str, fields: Form) -> Response:
        seat = console.posted(request, fields)
        try:
            return _done(console, seat, rumor_id, fields)
        except UserMistake as mistake:
            return refused(console, request, seat, mistake, back=f"/console/rumors/{rumor_id}")


def _done(console: Console, seat: Seat, rumor_id: str, fields: Fields) -> Response:
    desk, who, here = console.desk, seat.editor.id, f"/console/rumors/{rumor_id}"
    act = first(fields, "act")
    if act in ("take", "back"):
        claim_rumor(desk, who, rumor_id, take=act == "take")
        return back_to(here, "saved")
    if act == "assign":
        assign_rumor(desk, who, rumor_id, first(fields, "editor"))
        return back_to(here, "saved")
    if act == "link":
        link_existing(desk, who, rumor_id, first(fields, "fact_check").strip())
        return back_to("/console", "answered")
    if act == "dismiss":
        dismiss(desk, who, rumor_id, reason=first(fields, "reason"))
        return back_to("/console", "dismissed")
    if act == "merge":
        return back_to(f"/console/rumors/{merge(desk, who, rumor_id, first(fields, 'into')).id}", "saved")
    if act == "split":
        tips = [int(each) for each in fields.get("tip", ()) if each.isascii() and each.isdecimal() and len(each) < 19]
        return back_to(f"/console/rumors/{split(desk, who, rumor_id, tips).id}", "saved")
    raise UserMistake("editorial.refused.wrong_state")


def line_of(console: Console, request: Request, seat: Seat, each: RankedRumor) -> Line:
    """Return what the list prints of a rumor."""
    locale = pick_locale(request, console.services.default_locale)
    names = audit_names(console.desk.record.editors.all()) if each.rumor.assignee else {}
    left = each.clock.left
    key = "queue.left" if left > timedelta() else "queue.over"
    return Line(
        rumor=each.rumor,
        text=cut(one_line(each.rumor.text), _TITLE_CHARS),
        hurry=each.clock.hurry.value,
        time=translate(key, locale, time=span(abs(left), locale)),
        owner=names.get(each.rumor.assignee, ""),
        is_harmful=each.is_harmful,
        is_mine=each.rumor.assignee == seat.editor.id,
    )


def span(length: timedelta, locale: str) -> str:
    """Return a length of time as people say it."""
    hours, minutes = divmod(int(length.total_seconds() // 60), 60)
    if not hours:
        return translate("queue.minutes", locale, minutes=minutes)
    return translate("queue.hours", locale, hours=hours, minutes=minutes)


def title_of(fact_check: FactCheck, locale: str) -> str:
    """Return what a fact-check is called in lists."""
    text = fact_check.texts[fact_check.best_locale(locale)]
    return cut(one_line(text.headline) or one_line(text.claim), _TITLE_CHARS)
