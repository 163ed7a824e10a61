"""Errors of exchange.

KnowledgeBaseError
└── ExchangeError
    ├── RecordRejected    one record cannot be taken over; the rest of the file can
    ├── UnreadableFile    nothing in the file can be read; says why
    └── ImportStopped     stopped on the way; carries the report of what is already safely stored
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge_base.errors import KnowledgeBaseError

if TYPE_CHECKING:
    from knowledge_base.exchange.report import ImportReport


class ExchangeError(KnowledgeBaseError):
    """Root of what import and export raise."""


class RecordRejected(ExchangeError):
    """One record cannot be taken over.

    Attributes:
        reason: what is wrong and, where there is something to do, what to do.
        record_id: the record's own id, "" where it has none.
    """

    def __init__(self, reason: str, record_id: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.record_id = record_id


class UnreadableFile(ExchangeError):
    """The file as a whole cannot be read; nothing was stored.

    Attributes:
        reason: in plain words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ImportStopped(ExchangeError):
    """The import stopped before the end of the file.

    Everything in `report` is stored; running the same import again continues, since what is already there
    counts as unchanged.

    Attributes:
        report: what was done before the stop.
        reason: in plain words.
        interrupted: whether a person stopped it (Ctrl-C), as opposed to a fault such as a full disk.
    """

    def __init__(self, report: ImportReport, reason: str, *, interrupted: bool = False) -> None:
        super().__init__(reason)
        self.report = report
        self.reason = reason
        self.interrupted = interrupted
