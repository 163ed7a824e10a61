"""An exchange record (a mapping, whatever file it came from) as a fact-check."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from knowledge_base.exchange.addresses import canonical_address, host_of, is_web_address
from knowledge_base.exchange.dates import parse_date
from knowledge_base.exchange.errors import RecordRejected
from knowledge_base.exchange.fields import TEXT_FIELDS, arrange, language_tag, text_of, texts_of, unfit_character
from knowledge_base.exchange.verdicts import read_verdict
from knowledge_base.ids import is_ulid
from knowledge_base.models import UNKNOWN_LOCALE, FactCheck, FactCheckText, Source, Status, Verdict

NO_PUBLISHER = (
    'no publisher and no url to take one from: add "publisher" to the record, or import with --publisher NAME'
)
NO_CLAIM = 'no "claim": a fact-check must say what was checked'

_SOURCE_KEYS = ("title", "url", "publisher", "published", "date", "lang")


@dataclass(frozen=True, slots=True)
class ParsedRecord:
    """A record as a fact-check not stored yet.

    `fact_check.id` is "" unless the file is an export of ours (`is_own`). `status_given` is None where the file
    says nothing about it. `ignored` names keys without a place, `warnings` what stayed open (see `ImportReport`).
    """

    fact_check: FactCheck
    is_own: bool = False
    status_given: Status | None = None
    ignored: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def parse_record(
    record: Mapping[str, object], *, default_publisher: str = "", default_locale: str = UNKNOWN_LOCALE
) -> ParsedRecord:
    """Read one record.

    Raises:
        RecordRejected: it has no claim, no publisher, or a value of the wrong kind; says which.
    """
    values, ignored = arrange(record)
    record_id = _id_of(values)
    try:
        return _Reader(values, default_publisher, default_locale).read(record_id, tuple(ignored))
    except RecordRejected as rejected:
        raise RecordRejected(rejected.reason, rejected.record_id or record_id) from None


def fingerprint(claim: str) -> str:
    """Return a name for a claim that has no id and no address: the same for the same words."""
    words = " ".join(unicodedata.normalize("NFKC", claim).casefold().split())
    return "claim:" + hashlib.sha256(words.encode("utf-8")).hexdigest()[:32]


class _Reader:
    """Reads one record's values, collecting warnings on the way."""

    def __init__(self, values: Mapping[str, object], default_publisher: str, default_locale: str) -> None:
        self._values = values
        self._default_publisher = default_publisher
        self._default_locale = default_locale
        self._warnings: list[str] = []

    def read(self, record_id: str, ignored: tuple[str, ...]) -> ParsedRecord:
        unfit = unfit_character(dict(self._values))
        if unfit:
            raise RecordRejected(f"contains {unfit}")
        own_id = self._short("factline_id")
        is_own = is_ulid(own_id)
        locale = self._locale()
        texts = self._texts(locale)
        url = self._address(is_own)
        fact_check = FactCheck(
            id=own_id if is_own else "",
            texts=texts,
            publisher=self._publisher(url),
            url=url,
            external_id="" if record_id == own_id else record_id,
            author=self._text("author"),
            claimant=self._text("claimant"),
            published_on=self._date("date"),
            checked_on=self._date("checked_on"),
            wordings=self._list("wordings"),
            claim_urls=self._list("claim_urls"),
            topics=self._list("topics"),
            narrative_id=self._short("narrative"),
            sources=self._sources(),
        )
        fact_check = self._with_verdict(fact_check, locale, is_own=is_own)
        if not (fact_check.url or fact_check.external_id or is_own):
            fact_check = replace(fact_check, external_id=fingerprint(next(iter(texts.values())).claim))
        return ParsedRecord(fact_check, is_own, self._status(), ignored, tuple(dict.fromkeys(self._warnings)))

    def _text(self, field: str) -> str:
        return text_of(self._values[field], field) if field in self._values else ""

    def _short(self, field: str) -> str:
        return self._text(field).strip()

    def _list(self, field: str) -> tuple[str, ...]:
        return texts_of(self._values[field], field) if field in self._values else ()

    def _date(self, field: str) -> date | None:
        text = self._short(field)
        found = parse_date(text)
        if text and found is None:
            self._warnings.append("date_not_understood")
        return found

    def _locale(self) -> str:
        given = self._short("lang")
        tag = language_tag(given)
        if given and not tag:
            self._warnings.append("language_not_understood")
        return tag or self._default_locale

    def _texts(self, locale: str) -> dict[str, FactCheckText]:
        by_locale: dict[str, dict[str, str]] = {}
        for field in TEXT_FIELDS:
            value = self._values.get(field)
            if value is None:
                continue
            for key, text in self._by_locale(value, field, locale):
                if text.strip():
                    by_locale.setdefault(key, {})[field] = text
        complete = {key: FactCheckText(**texts) for key, texts in by_locale.items() if "claim" in texts}
        if not complete:
            raise RecordRejected(NO_CLAIM)
        if len(complete) < len(by_locale):
            missing = ", ".join(key for key in by_locale if key not in complete)
            raise RecordRejected(f"texts in {missing} without a claim in the same language")
        return complete

    @staticmethod
    def _by_locale(value: object, field: str, locale: str) -> list[tuple[str, str]]:
        if not isinstance(value, Mapping):
            return [(locale, text_of(value, field))]
        pairs = []
        for key, text in value.items():
            tag = language_tag(str(key))
            if not tag:
                raise RecordRejected(f'"{field}": {str(key)[:40]!r} is not a language tag such as "en" or "zh-TW"')
            if text is not None:
                pairs.append((tag, text_of(text, field)))
        return pairs

    def _address(self, is_own: bool) -> str:
        url = self._short("url")
        if not url:
            return ""
        if not is_web_address(url):
            self._warnings.append("address_not_http")
            return ""
        return url if is_own else canonical_address(url)

    def _publisher(self, url: str) -> str:
        publisher = self._short("publisher") or self._default_publisher or host_of(url)
        if not publisher:
            raise RecordRejected(NO_PUBLISHER)
        return publisher

    def _status(self) -> Status | None:
        given = self._short("status").lower()
        try:
            return Status(given) if given else None
        except ValueError:
            raise RecordRejected(f'"status" is {given[:40]!r}; it can be {", ".join(Status)}') from None

    def _with_verdict(self, fact_check: FactCheck, locale: str, *, is_own: bool) -> FactCheck:
        stated = self._text("verdict")
        label = self._text("verdict_label")
        if is_own:  # somebody decided that this label maps to nothing, or to something else
            return replace(
                fact_check, verdict=Verdict(stated) if stated in list(Verdict) else None, verdict_label=label
            )
        verdict = read_verdict(stated, locale) or read_verdict(label, locale)
        if not label and stated not in list(Verdict):
            label = stated
        if verdict is None and label:
            self._warnings.append("verdict_not_mapped")
        return replace(fact_check, verdict=verdict, verdict_label=label)

    def _sources(self) -> tuple[Source, ...]:
        value = self._values.get("sources")
        if value is None:
            return ()
        if isinstance(value, str):
            return written_sources(value)
        items = value if isinstance(value, list) else [value]
        return tuple(self._source(item) for item in items if item)

    def _source(self, item: object) -> Source:
        if isinstance(item, str):
            return Source(title="", url=item.strip()) if is_web_address(item.strip()) else Source(title=item, url="")
        if not isinstance(item, Mapping):
            raise RecordRejected('"sources" must be a list of texts or of objects with "title" and "url"')
        parts = {key: text_of(item[key], f"sources.{key}") for key in _SOURCE_KEYS if item.get(key) is not None}
        url = parts.get("url", "").strip()
        if url and not is_web_address(url):
            self._warnings.append("address_not_http")
            url = ""
        published = parts.get("published") or parts.get("date") or ""
        published_on = parse_date(published)
        if published and published_on is None:
            self._warnings.append("date_not_understood")
        title, publisher = parts.get("title", ""), parts.get("publisher", "")
        if not (title or url or publisher):
            raise RecordRejected('an entry of "sources" has neither title nor url')
        return Source(title, url, publisher, published_on, language_tag(parts.get("lang", "")) or UNKNOWN_LOCALE)


def written_sources(text: str) -> tuple[Source, ...]:
    """Return the sources of a text that lists them a line each: an address belongs to the title line before it."""
    found: list[Source] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if not is_web_address(line):
            found.append(Source(title=line, url=""))
        elif found and not found[-1].url:
            found[-1] = replace(found[-1], url=line)
        else:
            found.append(Source(title="", url=line))
    return tuple(found)


def _id_of(values: Mapping[str, object]) -> str:
    value = values.get("id")
    return str(value).strip() if isinstance(value, str | int) else ""
