"""`factline doctor --audit`: proves that nobody rewrote what was published or who did it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.findings import Finding, Level
from bot.record import open_record, required
from config.settings import Settings
from handlers.editorial.auditing import verify_audit
from handlers.editorial.writing import subject_of
from knowledge_base.history import verify_chain

if TYPE_CHECKING:
    from bot.record import Record
    from handlers.editorial.ports import AuditEntry

_BATCH = 1000
_SHOWN = 10  # findings of one kind; a rewritten database would print thousands
_ADVICE = "Compare with a backup; somebody wrote past Factline."


def prove(settings: Settings) -> Iterator[Finding]:
    """Yield whether every seal holds: of each fact-check's revisions, of the audit log, and between the two."""
    record = open_record(settings)
    try:
        yield from _revisions(record)
        yield from _audit(record)
    finally:
        record.close()


def _revisions(record: Record) -> Iterator[Finding]:
    count, problems = 0, []
    for fact_check in record.fact_checks.iterate(None):
        history = record.fact_checks.revisions(fact_check.id)
        count += len(history)
        problems += verify_chain(history)
        if len(history) != fact_check.revision:
            problems.append(f"{fact_check.id}: {fact_check.revision} revisions were made, {len(history)} are there")
    yield from _told("history", problems, f"the seals of {count} revisions hold")


def _audit(record: Record) -> Iterator[Finding]:
    log = required(record.editorial).audit
    count, previous, problems = 0, "", []
    while entries := log.entries(after_seq=count, limit=_BATCH):
        problems += verify_audit(entries, previous=previous, first=count + 1)
        problems += [each for entry in entries for each in _tied(record, entry)]
        if entries[-1].seq != count + len(entries):
            break  # the numbers have a gap, which is told; what comes after cannot be joined
        count, previous = entries[-1].seq, entries[-1].digest
    yield from _told("audit log", problems, f"the seals of {count} entries hold, and the revisions they name are there")


def _tied(record: Record, entry: AuditEntry) -> Iterator[str]:
    """Yield where the revision an entry tells of is not the one in the history."""
    revision, at, seal = entry.after.partition("@")
    if not at or not entry.subject.startswith(subject_of("")) or not revision.isdecimal():
        return
    history = record.fact_checks.revisions(entry.subject.removeprefix(subject_of("")))
    named = next((each for each in history if each.revision == int(revision)), None)
    if named is None or not named.digest.startswith(seal):
        yield f"entry {entry.seq}: the revision it tells of is not in the history"


def _told(subject: str, problems: list[str], fine: str) -> Iterator[Finding]:
    for problem in problems[:_SHOWN]:
        yield Finding(Level.FAIL, subject, problem, _ADVICE)
    if len(problems) > _SHOWN:
        yield Finding(Level.FAIL, subject, f"and {len(problems) - _SHOWN} more", _ADVICE)
    if not problems:
        yield Finding(Level.OK, subject, fine)
