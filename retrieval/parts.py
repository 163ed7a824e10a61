"""The open parts of an index, shared by the indexer (which replaces them) and the searcher (which reads them)."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from retrieval.catalogue import Catalogue
from retrieval.dense import DenseIndex
from retrieval.embedding import TextEncoder
from retrieval.lexical import LexicalIndex
from retrieval.vectors import VectorCache


@dataclass(frozen=True, slots=True)
class Semantics:
    """What the dense leg needs, once its model is loaded."""

    encoder: TextEncoder
    index: DenseIndex
    vectors: VectorCache


class Parts:
    """The parts as they stand now. Attributes are replaced whole, so a reader takes each once and uses that.

    `semantics` is None while the model loads or where it cannot be used. `complete` is False while the lexical part
    is being rebuilt: what is not found then may still be there.
    """

    def __init__(self, catalogue: Catalogue, lexical: LexicalIndex) -> None:
        self.catalogue = catalogue
        self.lexical = lexical
        self.semantics: Semantics | None = None
        self.complete = False

    def close(self) -> None:
        """Release every file; idempotent."""
        if self.semantics is not None:
            self.semantics.index.close()
            self.semantics.vectors.close()
        self.lexical.close()
        self.catalogue.close()


def open_parts(index_dir: Path) -> Parts:
    """Open catalogue and lexical index; what is damaged is emptied, and says so by having no sequence number.

    Raises:
        OSError: the directory cannot be written.
    """
    catalogue = _open_catalogue(index_dir)
    folder = index_dir / "lexical"
    try:
        lexical = LexicalIndex(folder)
        sound = lexical.count() == catalogue.count()
    except (ValueError, OSError):
        shutil.rmtree(folder, ignore_errors=True)
        lexical, sound = LexicalIndex(folder), False
    if not sound:
        catalogue.write_meta("state", "")
    return Parts(catalogue, lexical)


def _open_catalogue(index_dir: Path) -> Catalogue:
    path = index_dir / "catalogue.sqlite"
    try:
        catalogue = Catalogue(path)
        if catalogue.is_sound():
            return catalogue
        catalogue.close()
    except sqlite3.DatabaseError:
        pass
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return Catalogue(path)
