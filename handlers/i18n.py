"""Sentences by key, from the gettext catalogs in `handlers/locales`; parsed by Babel and kept in memory.

A key is the catalog's msgid ("none.title"), the sentence its msgstr with `{named}` placeholders. An entry with a
plural is chosen by the placeholder `n`. Adding a language is adding one .po file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import c2py
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from handlers.errors import CatalogError

SOURCE_LOCALE = "en"  # the catalog every other falls back to, sentence by sentence
_SUFFIX = ".po"  # factline.po for askers, editorial.po for the newsroom


@dataclass(frozen=True, slots=True)
class Catalog:
    """One language's sentences; a plural entry has as many forms as the language needs."""

    locale: str
    sentences: Mapping[str, tuple[str, ...]]
    plural_form: Callable[[int], int]


@cache
def catalogs() -> Mapping[str, Catalog]:
    """Return every catalog by BCP 47 tag, read once.

    Raises:
        CatalogError: a file is not a gettext catalog, or there is none for `SOURCE_LOCALE`.
    """
    found: dict[str, Catalog] = {}
    for folder in sorted(files("handlers.locales").iterdir(), key=lambda entry: entry.name):
        messages = folder / "LC_MESSAGES"
        if not folder.is_dir() or not messages.is_dir():
            continue
        tag = folder.name.replace("_", "-")
        sentences: dict[str, tuple[str, ...]] = {}
        plural_form = None
        for catalog_file in sorted(messages.iterdir(), key=lambda entry: entry.name):
            if not catalog_file.name.endswith(_SUFFIX):
                continue
            try:
                with catalog_file.open("rb") as stream:
                    parsed = read_po(stream, locale=folder.name, abort_invalid=True)
            except (PoFileError, UnknownLocaleError, ValueError) as exc:
                raise CatalogError(tag, "not a readable gettext catalog") from exc
            sentences |= {_key(entry): _forms(entry) for entry in parsed if entry.id}
            plural_form = c2py(parsed.plural_expr)
        if plural_form is not None:
            found[tag] = Catalog(locale=tag, sentences=sentences, plural_form=plural_form)
    if SOURCE_LOCALE not in found:
        raise CatalogError(SOURCE_LOCALE, "the catalog is missing")
    return found


def _key(entry: Message) -> str:
    return entry.id if isinstance(entry.id, str) else str(entry.id[0])


def _forms(entry: Message) -> tuple[str, ...]:
    strings = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    return tuple(str(string or "") for string in strings)


def available_locales() -> tuple[str, ...]:
    """Return the tags that have a catalog, the source language first."""
    return (SOURCE_LOCALE, *(tag for tag in catalogs() if tag != SOURCE_LOCALE))


def catalog_for(locale: str) -> str | None:
    """Return the tag of the catalog that serves a reader of `locale`, or None where no catalog does.

    The same tag first (any case, "_" as good as "-"), then any catalog of the same language: every kind of
    Chinese is served by the Traditional Chinese one.
    """
    wanted = locale.replace("_", "-").lower()
    if not wanted:
        return None
    for tag in available_locales():
        if tag.lower() == wanted:
            return tag
    language = wanted.split("-", maxsplit=1)[0]
    return next((tag for tag in available_locales() if tag.split("-")[0].lower() == language), None)


def pick_locale(*wishes: str) -> str:
    """Return the catalog for the first of `wishes` that has one, else the source language's."""
    for wish in wishes:
        tag = catalog_for(wish)
        if tag is not None:
            return tag
    return SOURCE_LOCALE


def translate(key: str, locale: str, **placeholders: str | int) -> str:
    """Return the sentence behind `key` in the language of `locale`, placeholders filled in.

    Falls back to the source language where the catalog lacks the sentence. Placeholders' values are put in as
    they are, never interpreted.

    Raises:
        CatalogError: no catalog has the key, or a placeholder it needs was not given.
    """
    for tag in (pick_locale(locale), SOURCE_LOCALE):
        catalog = catalogs()[tag]
        forms = catalog.sentences.get(key, ())
        if not any(forms):
            continue
        count = placeholders.get("n", 1)
        form = forms[catalog.plural_form(int(count))] if len(forms) > 1 else forms[0]
        try:
            return form.format_map(placeholders)
        except (KeyError, IndexError, ValueError) as exc:
            raise CatalogError(key, f"placeholders do not fit in the {tag} catalog") from exc
    raise CatalogError(key, "no catalog has it")


def display_date(day: date, locale: str) -> str:
    """Return `day` as people write it there: "May 3, 2021", "2021年5月3日"."""
    return format_date(day, format="long", locale=pick_locale(locale).replace("-", "_"))


def language_name(locale: str, *, in_locale: str) -> str:
    """Return what `locale`'s language is called in `in_locale`; the tag itself where nobody knows it."""
    try:
        named = Locale.parse(locale.replace("-", "_")).get_display_name(in_locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return locale
    return named or locale
