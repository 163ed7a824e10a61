"""Errors of retrieval.

RetrievalError
├── ModelUnusable     the embedding model is missing, damaged or not the one that was pinned
├── ModelExportFailed the one-time ONNX export did not succeed
├── IndexInUse        another process owns the index directory; `holder` says which
└── LegUnavailable    one way of searching cannot answer right now; the others go on
"""

from __future__ import annotations


class RetrievalError(Exception):
    """Root of every error this package raises."""


class ModelUnusable(RetrievalError):
    """The embedding model cannot be used.

    Attributes:
        model: its id or folder.
        reason: in words fit for an operator.
    """

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"the embedding model {model!r} cannot be used: {reason}")
        self.model = model
        self.reason = reason


class ModelExportFailed(RetrievalError):
    """The one-time export of the bundled model to ONNX failed.

    Attributes:
        detail: the last lines the exporting process wrote.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(f"exporting the bundled embedding model to ONNX failed: {detail}")
        self.detail = detail


class IndexInUse(RetrievalError):
    """Another process owns the index directory: exactly one may.

    Attributes:
        index_dir: the directory.
        holder: who holds it, as that process described itself ("" where it could not be read).
    """

    def __init__(self, index_dir: str, holder: str) -> None:
        super().__init__(
            f"the search index in {index_dir} is in use by {holder or 'another process'}. "
            "Only one Factline process may own it: stop that one first, or give this one its own FACTLINE_DATA_DIR."
        )
        self.index_dir = index_dir
        self.holder = holder


class LegUnavailable(RetrievalError):
    """One way of searching cannot answer right now.

    Attributes:
        leg: its name.
    """

    def __init__(self, leg: str, reason: str) -> None:
        super().__init__(f"{leg}: {reason}")
        self.leg = leg
