"""The panel beside the form: what lint says, what is near, how it will look, which wordings it would answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fastapi import Request

from handlers.compose import Correction, correction
from handlers.editorial.linting import problems_in, said
from handlers.editorial.queue import near_fact_checks
from handlers.editorial.wording_trial import Tested, tested
from handlers.frame import Frame
from handlers.i18n import language_name
from handlers.i18n import pick_locale as pick_catalog
from handlers.messages import PlatformLimits, Reply
from knowledge_base.models import FactCheck
from retrieval.interface import MatchKind
from web.console.entrance import Console
from web.console.queue_pages import title_of
from web.console.seats import Seat
from web.i18n import pick_locale
from web.page import base_url
from web.rendering import ReplyView, host_of, view_reply
from web.services import WEB_LIMITS

_PREVIEW_KIND = MatchKind.SAME_CLAIM
_MAX_TESTS = 20


@dataclass(frozen=True, slots=True)
class NearLine:
    """A published fact-check near the draft."""

    id: str
    title: str
    percent: int
    answers: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """How the draft will look somewhere: a rendered reply in the web chat, plain text in a messenger."""

    name: str
    text: str = ""
    reply: ReplyView | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the panel shows. `blocking` and `advice` are sentences."""

    blocking: tuple[str, ...]
    advice: tuple[str, ...]
    near: tuple[NearLine, ...]
    previews: tuple[Preview, ...]
    tests: tuple[Tested, ...]


def look(console: Console, request: Request, seat: Seat, draft: FactCheck, tests: str) -> Panel:
    """Return the panel for a draft as it stands in the form; stores nothing.

    Args:
        console: the console.
        request: whose language the sentences are in.
        seat: who looks.
        draft: the form's content; may lack anything.
        tests: forwards to try, parted by empty lines.
    """
    locale = pick_locale(request, console.services.default_locale)
    problems = problems_in(draft)
    claim = next((text.claim for text in draft.texts.values() if text.claim), "")
    near = near_fact_checks(console.desk, seat.editor.id, claim, without=draft.id) if claim else []
    wanted = [part.strip() for part in tests.split("\n\n") if part.strip()][:_MAX_TESTS]
    return Panel(
        blocking=tuple(said(each, locale) for each in problems if each.is_hard),
        advice=tuple(said(each, locale) for each in problems if not each.is_hard),
        near=tuple(
            NearLine(each.fact_check.id, title_of(each.fact_check, locale), round(each.probability * 100), each.answers)
            for each in near
        ),
        previews=_previews(console, request, draft) if claim else (),
        tests=tuple(tested(console.desk, draft, text) for text in wanted),
    )


def _previews(console: Console, request: Request, draft: FactCheck) -> tuple[Preview, ...]:
    """Return how the draft will look everywhere, in each of its languages."""
    texts = {locale: text for locale, text in draft.texts.items() if text.claim}
    draft = replace(draft, texts=texts)
    own = base_url(console.services, request)
    asked = Correction(draft, _PREVIEW_KIND)
    read_in = pick_locale(request, console.services.default_locale)
    found = []
    for locale in texts:
        suffix = f" ({language_name(locale, in_locale=read_in)})" if len(texts) > 1 else ""

        def dressed(limits: PlatformLimits, locale: str = locale) -> Reply:
            return correction(asked, Frame(pick_catalog(locale), limits, text_locales=(locale,), public_url=own))

        reply = dressed(WEB_LIMITS)
        view = view_reply(reply, quoted="", verdicts={draft.id: draft.verdict}, own_host=host_of(own))
        found.append(Preview(f"Web{suffix}", reply=view))
        messengers = console.services.previews
        found += [Preview(f"{each.name}{suffix}", text=each.render(dressed(each.limits))) for each in messengers]
    return tuple(found)
