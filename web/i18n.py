"""The pages' own words, by key, and which language a visitor gets.

What a reply says comes from the handlers' catalogs; these are the words around it. A catalog is one flat JSON file
in `web/locales`, named by its BCP 47 tag.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import Request

LOCALE_COOKIE = "factline_locale"
SOURCE_LOCALE = "en"


@cache
def catalogs() -> Mapping[str, Mapping[str, str]]:
    """Return every catalog by tag, the source language first; read once."""
    found: dict[str, Mapping[str, str]] = {}
    for entry in sorted(files("web").joinpath("locales").iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".json"):
            found[entry.name.removesuffix(".json")] = json.loads(entry.read_text(encoding="utf-8"))
    return {SOURCE_LOCALE: found.pop(SOURCE_LOCALE), **found}


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; called from templates as `t("chat.title")`."""

    locale: str

    def __call__(self, key: str, **placeholders: str | int) -> str:
        """Return the words behind `key`, the source language's where this one lacks them.

        Raises:
            KeyError: no catalog has the key, or a placeholder was not given.
        """
        sentence = catalogs()[self.locale].get(key) or catalogs()[SOURCE_LOCALE][key]
        return sentence.format(**placeholders) if placeholders else sentence

    def has(self, key: str) -> bool:
        """Whether there are words behind `key`."""
        return key in catalogs()[SOURCE_LOCALE]


def catalog_for(locale: str) -> str:
    """Return the catalog for a reader of `locale`: the same tag, else the same language, else ""."""
    wanted = locale.strip().replace("_", "-").lower()
    for tag in catalogs():
        if tag.lower() == wanted:
            return tag
    language = wanted.split("-", maxsplit=1)[0]
    return next((tag for tag in catalogs() if tag.split("-")[0].lower() == language), "")


def accepted(header: str) -> list[str]:
    """Return the languages of an Accept-Language header, most wanted first; malformed parts are passed over."""
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate(header.split(",")[:20]):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if tag.strip() and quality > 0:
            wishes.append((-quality, position, tag.strip()))
    return [tag for _, _, tag in sorted(wishes)]


def pick_locale(request: Request, default: str) -> str:
    """Return the catalog for this visitor: `?lang=`, then the cookie, then the browser's wish, then `default`."""
    wishes = (
        request.query_params.get("lang", ""),
        request.cookies.get(LOCALE_COOKIE, ""),
        *accepted(request.headers.get("accept-language", "")),
        default,
    )
    return next((tag for wish in wishes if wish and (tag := catalog_for(wish))), SOURCE_LOCALE)
