"""Who checked it, and on what evidence: organisation, date, link."""

from __future__ import annotations

from datetime import date

from handlers.frame import Frame
from handlers.i18n import display_date
from handlers.messages import Block, BlockRole
from handlers.wording import cut, one_line, safe_url
from knowledge_base.models import FactCheck, Source

MAX_SOURCES = 3
_MAX_TITLE_CHARS = 120


def source_blocks(fact_check: FactCheck, frame: Frame, *, most: int = MAX_SOURCES) -> list[Block]:
    """Return who checked it (always first, never left out), then at most `most` pieces of evidence."""
    checked_url = safe_url(fact_check.url) or safe_url(frame.page(fact_check))
    blocks = [Block(BlockRole.SOURCE, _checked_by(fact_check, frame), frame.say("correction.checked_by"), checked_url)]
    seen = {checked_url}
    for source in fact_check.sources:
        url = safe_url(source.url)
        if url in seen or not (url or source.title or source.publisher):
            continue
        seen.add(url)
        blocks.append(Block(BlockRole.SOURCE, _evidence(source, frame), frame.say("correction.source"), url))
        if len(blocks) > most:
            break
    return blocks


def _checked_by(fact_check: FactCheck, frame: Frame) -> str:
    who = _dated(one_line(fact_check.publisher), fact_check.published_on, frame)
    if fact_check.checked_on and fact_check.checked_on != fact_check.published_on:
        return frame.say("source.last_checked", source=who, date=display_date(fact_check.checked_on, frame.locale))
    return who


def _evidence(source: Source, frame: Frame) -> str:
    title = cut(one_line(source.title), _MAX_TITLE_CHARS)
    publisher = _dated(one_line(source.publisher), source.published_on, frame)
    if title and publisher:
        return frame.say("source.titled", publisher=publisher, title=title)
    return publisher or title or source.url


def _dated(publisher: str, day: date | None, frame: Frame) -> str:
    if day is None:
        return publisher
    shown = display_date(day, frame.locale)
    return frame.say("source.published", publisher=publisher, date=shown) if publisher else shown
