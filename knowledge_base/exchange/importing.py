"""Taking over fact-checks from a file: JSON Lines, CSV or ClaimReview."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from knowledge_base.errors import InvalidFactCheck, RevisionConflict, StorageUnavailable
from knowledge_base.exchange.errors import ImportStopped, RecordRejected
from knowledge_base.exchange.first_seen import FirstSeen
from knowledge_base.exchange.merging import Outcome, decide, status_of_new
from knowledge_base.exchange.opening import OpenedFile, open_for_import
from knowledge_base.exchange.reading import FORMATS, ReadFactCheck, read_opened, resolve_format
from knowledge_base.exchange.records import ParsedRecord
from knowledge_base.exchange.report import ImportReport, Progress, Rejection, Skipped, Tally
from knowledge_base.models import UNKNOWN_LOCALE, FactCheck
from knowledge_base.repository import FactCheckRepository

__all__ = ["FORMATS", "IMPORT_REASON", "import_file", "read_fact_checks"]

IMPORT_REASON = "import"
"""The reason written into the history of every record an import stores."""

BATCH_RECORDS = 200
"""Records a transaction: large enough that commits do not dominate, small enough to lose nothing worth noting."""

INTERRUPTED = "interrupted"


def import_file(
    path_or_stream: Path | str | BinaryIO,
    *,
    repository: FactCheckRepository,
    publish: bool,
    editor: str,
    now: datetime,
    new_id: Callable[[], str],
    file_format: str = "auto",
    on_progress: Callable[[Progress], None] | None = None,
    publisher: str = "",
    default_locale: str = UNKNOWN_LOCALE,
    clock: Callable[[], float] = time.monotonic,
) -> ImportReport:
    """Take over the fact-checks of a file, in memory that does not grow with it.

    A record is stored whole or not at all. The same fact-check is recognised by publisher and address, else by
    publisher and id, else by publisher and the words of the claim; see `merging.decide` for what an update is.
    Running an import twice changes nothing the second time.

    Args:
        path_or_stream: a path, or an open binary stream (left open).
        repository: where to.
        publish: whether new records become visible to askers at once; otherwise they start as drafts.
        editor: who imports, for the history.
        now: the time to write into the history; aware.
        new_id: makes a ULID.
        file_format: "auto" or one of `FORMATS`.
        on_progress: called after each batch.
        publisher: for records that name none; without it the host of their address is taken.
        default_locale: language of records that name none.
        clock: seconds from any start, for the rate.

    Raises:
        UnreadableFile: nothing in it can be read, or the format is unknown.
        ImportStopped: the store failed, the disk is full, or Ctrl-C; carries the report so far.
    """
    with open_for_import(path_or_stream) as opened, FirstSeen() as first_seen:
        chosen = resolve_format(file_format, opened)
        run = _Import(
            repository=repository,
            publish=publish,
            editor=editor,
            now=now,
            new_id=new_id,
            first_seen=first_seen,
            tally=Tally(chosen),
        )
        progress = _ProgressTeller(opened, run.tally, on_progress, clock)
        try:
            for item in read_opened(opened, chosen, publisher, default_locale):
                if run.take(item):
                    progress.tell()
            run.flush()
            progress.tell()
        except KeyboardInterrupt:
            raise ImportStopped(run.tally.report(), INTERRUPTED, interrupted=True) from None
        except StorageUnavailable as error:
            raise ImportStopped(run.tally.report(), error.reason) from error
        except (OSError, sqlite3.Error) as error:
            raise ImportStopped(run.tally.report(), str(error)) from error
        return run.tally.report()


def read_fact_checks(
    path_or_stream: Path | str | BinaryIO,
    *,
    file_format: str = "auto",
    default_publisher: str = "",
    default_locale: str = UNKNOWN_LOCALE,
) -> Iterator[FactCheck | Rejection]:
    """Yield the fact-checks of a file without storing them, for `factline evaluate`; `id` is the file's own id.

    Raises:
        UnreadableFile: as `import_file`.
    """
    with open_for_import(path_or_stream) as opened:
        chosen = resolve_format(file_format, opened)
        for item in read_opened(opened, chosen, default_publisher, default_locale):
            if isinstance(item, Rejection):
                yield item
            elif isinstance(item, ReadFactCheck):
                fact_check = item.parsed.fact_check
                yield replace(fact_check, id=fact_check.external_id or fact_check.id or fact_check.url)


@dataclass(frozen=True, slots=True)
class _Decided:
    read: ReadFactCheck
    outcome: Outcome
    fact_check: FactCheck


class _Import:
    """One import on its way: collects a batch, decides, stores, counts."""

    def __init__(
        self,
        *,
        repository: FactCheckRepository,
        publish: bool,
        editor: str,
        now: datetime,
        new_id: Callable[[], str],
        first_seen: FirstSeen,
        tally: Tally,
    ) -> None:
        self._repository = repository
        self._publish = publish
        self._editor = editor
        self._now = now
        self._new_id = new_id
        self._first_seen = first_seen
        self._batch: list[ReadFactCheck] = []
        self.tally = tally

    def take(self, item: ReadFactCheck | Rejection | Skipped) -> bool:
        """Take one record of the file; return whether a batch was finished."""
        if isinstance(item, Skipped):
            self.tally.note((), (item.name,))
            return False
        if isinstance(item, Rejection):
            self.tally.reject(item)
            return self.tally.records % BATCH_RECORDS == 0
        rejected = self._repeats(item)
        if rejected:
            self.tally.reject(Rejection(item.line, rejected, item.parsed.fact_check.external_id, item.unit))
            return False
        self._batch.append(item)
        if len(self._batch) < BATCH_RECORDS:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        """Store what was collected, in one transaction."""
        batch, self._batch = self._batch, []
        decided = self._decide(batch)
        changed = [one for one in decided if one.outcome is not Outcome.UNCHANGED]
        try:
            if changed:
                self._save([one.fact_check for one in changed])
        except (InvalidFactCheck, RevisionConflict):
            self._flush_one_by_one(batch)
            return
        for one in decided:
            self._count(one)

    def _flush_one_by_one(self, batch: list[ReadFactCheck]) -> None:
        """Store a batch that failed as a whole, so that only the culprits stay out."""
        for read in batch:
            try:
                (one,) = self._decide([read])
                if one.outcome is not Outcome.UNCHANGED:
                    self._save([one.fact_check])
            except InvalidFactCheck as error:
                self._reject(read, str(error))
            except RevisionConflict:
                self._reject(read, "somebody else changed this fact-check at the same moment: import again")
            else:
                self._count(one)

    def _save(self, fact_checks: list[FactCheck]) -> None:
        self._repository.save_many(fact_checks, editor=self._editor, reason=IMPORT_REASON, at=self._now)

    def _decide(self, batch: list[ReadFactCheck]) -> list[_Decided]:
        own_ids = [read.parsed.fact_check.id for read in batch if read.parsed.is_own]
        by_own_id = self._repository.get_many(own_ids) if own_ids else {}
        return [self._decide_one(read, by_own_id) for read in batch]

    def _decide_one(self, read: ReadFactCheck, by_own_id: dict[str, FactCheck]) -> _Decided:
        parsed = read.parsed
        incoming = parsed.fact_check
        stored = by_own_id.get(incoming.id)
        id_is_taken = stored is not None and stored.publisher != incoming.publisher
        if stored is None or id_is_taken:
            stored = self._find(incoming)
        if stored is None:
            fact_check = replace(
                incoming,
                id=incoming.id if parsed.is_own and not id_is_taken else self._new_id(),
                status=status_of_new(parsed.status_given, publish=self._publish),
            )
            return _Decided(read, Outcome.ADDED, fact_check)
        outcome, fact_check = self._decide_update(stored, parsed)
        return _Decided(read, outcome, fact_check)

    def _decide_update(self, stored: FactCheck, parsed: ParsedRecord) -> tuple[Outcome, FactCheck]:
        outcome, fact_check = decide(stored, parsed, publish=self._publish, last_imported=None)
        if outcome is Outcome.UNCHANGED:
            return outcome, fact_check
        # Only a record that would change costs a look at its history.
        history = reversed(self._repository.revisions(stored.id))
        last_imported = next((entry.snapshot for entry in history if entry.reason == IMPORT_REASON), None)
        return decide(stored, parsed, publish=self._publish, last_imported=last_imported)

    def _find(self, incoming: FactCheck) -> FactCheck | None:
        found = None
        if incoming.url:
            found = self._repository.find(publisher=incoming.publisher, url=incoming.url)
        if found is None and incoming.external_id:
            found = self._repository.find(publisher=incoming.publisher, external_id=incoming.external_id)
        return found

    def _repeats(self, read: ReadFactCheck) -> str:
        """Say which earlier record of the file this one repeats; "" if none."""
        fact_check = read.parsed.fact_check
        keys: list[tuple[str, ...]] = []
        if fact_check.external_id:
            keys.append(("id", fact_check.publisher, fact_check.external_id))
        if fact_check.url:
            keys.append(("address", fact_check.publisher, fact_check.url))
        if read.parsed.is_own:
            keys.append(("factline_id", fact_check.id))
        for key in keys:
            place = self._first_seen.place_before(key, read.line)
            if place:
                return f"the same {key[0]} as {read.unit} {place} of this file"
        return ""

    def _count(self, one: _Decided) -> None:
        match one.outcome:
            case Outcome.ADDED:
                self.tally.added += 1
            case Outcome.UPDATED:
                self.tally.updated += 1
            case Outcome.UNCHANGED:
                self.tally.unchanged += 1
        self.tally.note(one.read.parsed.ignored, one.read.parsed.warnings)

    def _reject(self, read: ReadFactCheck, reason: str) -> None:
        error = RecordRejected(reason, read.parsed.fact_check.external_id)
        self.tally.reject_error(read.line, read.unit, error)


class _ProgressTeller:
    def __init__(
        self,
        opened: OpenedFile,
        tally: Tally,
        on_progress: Callable[[Progress], None] | None,
        clock: Callable[[], float],
    ) -> None:
        self._opened = opened
        self._tally = tally
        self._on_progress = on_progress
        self._clock = clock
        self._started = clock()

    def tell(self) -> None:
        if self._on_progress is None:
            return
        elapsed_s = self._clock() - self._started
        done, total = self._opened.bytes_done, self._opened.bytes_total
        left = None
        if total is not None and done and elapsed_s > 0:
            left = max(0.0, (total - done) * elapsed_s / done)
        rate = self._tally.records / elapsed_s if elapsed_s > 0 else 0.0
        self._on_progress(Progress(done, total, self._tally.records, rate, left))
