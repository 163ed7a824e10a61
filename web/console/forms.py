"""The editor's form: from what a browser sends to a fact-check, and what it is shown from. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from starlette.datastructures import FormData

from handlers.wording import one_line
from knowledge_base.models import FactCheck, FactCheckText, Source, Verdict
from web.text import whole_unicode

LANGUAGES = ("en", "zh-TW")  # always offered side by side; others a record has are kept and shown too
MAX_ITEMS = 100
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")

Fields = Mapping[str, Sequence[str]]


def fields_of(form: FormData) -> dict[str, list[str]]:
    """Return what a form holds by name, as whole text; files are left out."""
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            # Forms send every line break as CR LF; what was pasted had one character.
            found.setdefault(name, []).append(str(whole_unicode(value)).replace("\r\n", "\n"))
    return found


def first(fields: Fields, name: str) -> str:
    """Return a field's first value, "" where there is none."""
    values = fields.get(name, ())
    return values[0] if values else ""


def number(fields: Fields, name: str) -> int:
    """Return a field as a whole number, 0 where it is none."""
    text = first(fields, name).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


@dataclass(frozen=True, slots=True)
class LanguagePart:
    """One language's column of the form."""

    locale: str
    text: FactCheckText


def columns(fact_check: FactCheck) -> list[LanguagePart]:
    """Return the columns of the form: the languages there are, then those that are always offered."""
    locales = dict.fromkeys([*fact_check.texts, *LANGUAGES])
    return [LanguagePart(locale, fact_check.texts.get(locale, FactCheckText(""))) for locale in locales]


def written(fields: Fields, base: FactCheck) -> FactCheck:
    """Return `base` with everything the form says; what the form has no field for stays.

    A language whose every field is empty is left out; a line of sources without address and title too.
    """
    texts = {}
    for locale in dict.fromkeys([*fields.get("locale", ()), *base.texts]):
        if not _LOCALE.fullmatch(locale) and locale not in base.texts:
            continue
        before = base.texts.get(locale, FactCheckText(""))
        text = replace(
            before,
            claim=one_line(_given(fields, f"claim.{locale}", before.claim)),
            headline=one_line(_given(fields, f"headline.{locale}", before.headline)),
            explanation=_given(fields, f"explanation.{locale}", before.explanation).strip(),
        )
        if any((text.claim, text.headline, text.explanation, text.subtitle)):
            texts[locale] = text
    return replace(
        base,
        texts=texts or {LANGUAGES[0]: FactCheckText("")},
        publisher=one_line(_given(fields, "publisher", base.publisher)),
        verdict=next((each for each in Verdict if each.value == first(fields, "verdict")), None),
        verdict_label=one_line(_given(fields, "verdict_label", base.verdict_label)),
        author=one_line(_given(fields, "author", base.author)),
        claimant=one_line(_given(fields, "claimant", base.claimant)),
        url=_given(fields, "url", base.url).strip(),
        narrative_id=_given(fields, "narrative", base.narrative_id).strip(),
        checked_on=day(first(fields, "checked_on")),
        topics=tuple(dict.fromkeys(filter(None, map(one_line, re.split("[,，、\n]", first(fields, "topics"))))))[
            :MAX_ITEMS
        ],
        wordings=tuple(dict.fromkeys(filter(None, map(str.strip, fields.get("wording", ())))))[:MAX_ITEMS],
        sources=_sources(fields, base),
    )


def day(text: str) -> date | None:
    """Return an ISO date, None for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _given(fields: Fields, name: str, otherwise: str) -> str:
    return first(fields, name) if name in fields else otherwise


def _sources(fields: Fields, base: FactCheck) -> tuple[Source, ...]:
    known = {source.url: source for source in base.sources}
    rows = zip(
        fields.get("source_url", ()),
        fields.get("source_title", ()),
        fields.get("source_publisher", ()),
        fields.get("source_date", ()),
        strict=False,
    )
    found = []
    for url, title, publisher, published_on in list(rows)[:MAX_ITEMS]:
        address, name = url.strip(), one_line(title)
        if not address and not name:
            continue
        before = known.get(address, Source(name, address))
        found.append(
            replace(
                before,
                title=name or address,
                url=address,
                publisher=one_line(publisher),
                published_on=day(published_on),
            )
        )
    return tuple(found)
