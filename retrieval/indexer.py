"""Keeps the index equal to the record: opens or rebuilds it, then follows the change log on a thread.

Order of writes, so that a process killed at any point leaves nothing inconsistent: lexical commit, then one catalogue
transaction with the documents, the dense leg's work list and the sequence number reached. What died in between is
simply applied again; everything applied is idempotent. Vectors follow later, from the work list.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.models import FactCheck
from knowledge_base.repository import FactCheckRepository
from retrieval.candidates import DocKey
from retrieval.catalogue import Entry, vector_id
from retrieval.dense import DenseIndex
from retrieval.documents import SCHEMA_VERSION, Document, document_number, documents_of
from retrieval.embedding import TextEncoder
from retrieval.errors import RetrievalError
from retrieval.interface import IndexState
from retrieval.locks import OwnerLock
from retrieval.normalize import NORMALISER_VERSION
from retrieval.parts import Parts, Semantics, open_parts
from retrieval.vectors import VectorCache, key_of

_LOG = logging.getLogger(__name__)

POLL_S = 0.5
"""How often the change log is read unasked: publish to effective stays well under 2 s."""

_CHANGES_AT_ONCE = 500
_REBUILD_AT_ONCE = 1000
_EMBED_AT_ONCE = 32
"""Documents embedded between two looks at the change log: about a second's work, so that what is published while a
model is being applied to a large store is found by its words within 2 s."""


class ChangeLogIndexer:
    """Implements `interface.Indexer`.

    Args:
        index_dir: owned by this process from `start` to `close`.
        open_model: loads the encoder; called on the thread, so that words answer while a model loads.
        vectors_dir: holds embedded texts of every model; survives the index.
        chroma_url: of a Chroma server, "" for the embedded store.
        on_progress: told the state after each step of a rebuild, on the indexer's thread.
    """

    def __init__(
        self,
        fact_checks: FactCheckRepository,
        *,
        index_dir: Path,
        vectors_dir: Path,
        open_model: Callable[[], TextEncoder],
        chroma_url: str = "",
        on_progress: Callable[[IndexState], None] | None = None,
        normaliser_version: int = NORMALISER_VERSION,
    ) -> None:
        self._fact_checks = fact_checks
        self._index_dir = index_dir
        self._vectors_dir = vectors_dir
        self._open_model = open_model
        self._chroma_url = chroma_url
        self._on_progress = on_progress
        self._version = normaliser_version
        self._lock: OwnerLock | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._changed = threading.Condition()
        self._asked = 0  # counts notifications, so that none given during a pass is lost
        self._parts: Parts | None = None
        self._applied = 0
        self._documents = 0
        self._waiting = 0
        self._rebuilding = False
        self._rebuilt = 0.0
        self._model_ready = False
        self._model_problem = ""
        self._problem = ""
        self._next_model_try = 0.0

    # --- Indexer ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Take ownership, open what is there, and go on from it on a thread.

        Raises:
            IndexInUse: another process owns the directory.
            OSError: the directory cannot be written.
        """
        if self._thread is not None:
            return
        self._lock = OwnerLock(self._index_dir)
        try:
            parts = open_parts(self._index_dir)
            parts.complete = self._is_current(parts)
            self._applied = int(parts.catalogue.read_meta("applied_seq", "0")) if parts.complete else 0
            self._rebuilding = not parts.complete
            self._documents = parts.catalogue.count()
            self._parts = parts
        except BaseException:
            self._lock.release()
            raise
        self._thread = threading.Thread(target=self._follow, name="factline-indexer", daemon=True)
        self._thread.start()

    def catch_up(self, timeout_s: float | None = None) -> bool:
        """Apply everything logged so far, vectors included; False on timeout or where it cannot be done."""
        target = self._fact_checks.last_seq()
        self.notify()

        def done() -> bool:
            return self._stopping or self._thread is None or self._is_done(target)

        with self._changed:
            self._changed.wait_for(done, timeout_s)
            return self._is_done(target)

    def notify(self) -> None:
        """Have the change log read now."""
        with self._changed:
            self._asked += 1
            self._changed.notify_all()

    def state(self) -> IndexState:
        """Return where it stands; asks the record for its newest sequence number."""
        problem = self._problem or self._model_problem
        try:
            record_seq = self._fact_checks.last_seq()
        except KnowledgeBaseError as exc:
            record_seq, problem = self._applied, str(exc)
        parts = self._parts
        semantics = parts.semantics if parts else None
        building = self._rebuilding or self._waiting > 0
        lexical_share = self._rebuilt if self._rebuilding else 1.0
        dense_share = 1.0 - self._waiting / max(self._documents, self._waiting, 1)
        return IndexState(
            applied_seq=self._applied,
            record_seq=max(record_seq, self._applied),
            documents=self._documents,
            building=building,
            progress=(0.1 * lexical_share + 0.9 * dense_share * lexical_share) if building else 1.0,
            model=semantics.encoder.model_id if semantics else "",
            normaliser_version=self._version,
            problem=problem,
        )

    def close(self) -> None:
        """Stop, release every file and the ownership; idempotent."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        if self._parts is not None:
            self._parts.close()
        if self._lock is not None:
            self._lock.release()

    @property
    def parts(self) -> Parts | None:
        """What there is to search in; None before `start` and after `close`."""
        return None if self._stopping else self._parts

    def _is_done(self, target: int) -> bool:
        dense_done = self._model_problem != "" or (self._model_ready and self._waiting == 0)
        return not self._rebuilding and self._applied >= target and dense_done

    # --- the thread -------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        parts = self._parts
        if parts is None:
            return
        while not self._stopping:
            seen = self._asked
            busy = False
            try:
                busy = self._one_pass(parts)
                self._problem = ""
            except (KnowledgeBaseError, RetrievalError) as exc:
                self._problem = str(exc)
                _LOG.warning("indexing waits: %s", exc)
            except Exception as exc:  # noqa: BLE001 - a thread that dies unseen would leave the index behind for ever
                self._problem = f"{type(exc).__name__}: {exc}"
                _LOG.exception("indexing failed and will be tried again")
            with self._changed:
                self._changed.notify_all()
                if not busy and seen == self._asked and not self._stopping:
                    self._changed.wait_for(lambda seen=seen: self._stopping or self._asked != seen, POLL_S)  # type: ignore[misc]

    def _one_pass(self, parts: Parts) -> bool:
        """Do a bounded piece of work; return whether there is more."""
        if self._rebuilding:
            self._rebuild(parts)
        changed = self._apply_changes(parts)
        if parts.semantics is None:
            self._load_model(parts)
        embedded = self._embed_some(parts, parts.semantics) if parts.semantics else False
        return changed or embedded

    # --- lexical ----------------------------------------------------------------------------------------------

    def _is_current(self, parts: Parts) -> bool:
        """Whether the open index may be continued: finished, of these versions, and of this very record."""
        catalogue = parts.catalogue
        if catalogue.read_meta("state") != "ready" or catalogue.read_meta("versions") != self._versions():
            return False
        applied = int(catalogue.read_meta("applied_seq", "0"))
        if applied == 0:
            return True
        try:
            # A restored or exchanged database has another line here, or none.
            line = self._fact_checks.changes_since(applied - 1, 1)
        except KnowledgeBaseError:
            return True
        found = f"{line[0].seq} {line[0].fact_check_id} {line[0].revision}" if line else ""
        return found == catalogue.read_meta("applied_line")

    def _versions(self) -> str:
        return f"schema {SCHEMA_VERSION}, normaliser {self._version}"

    def _rebuild(self, parts: Parts) -> None:
        _LOG.info("rebuilding the search index")
        parts.complete = False
        catalogue, lexical = parts.catalogue, parts.lexical
        with catalogue.transaction():
            catalogue.clear()
        lexical.clear()
        lexical.commit()
        self._documents = 0
        seq = self._fact_checks.last_seq()
        line = self._fact_checks.changes_since(seq - 1, 1) if seq else []
        total, done = max(1, self._fact_checks.count()), 0
        for batch in _batches(self._fact_checks.iterate(), _REBUILD_AT_ONCE):
            if self._stopping:
                return
            self._write(parts, {fact_check.id: documents_of(fact_check) for fact_check in batch})
            done += len(batch)
            self._rebuilt = min(1.0, done / total)
            self._report()
        with catalogue.transaction():
            catalogue.write_meta("versions", self._versions())
            catalogue.write_meta("applied_seq", str(seq))
            applied = line[0] if line else None
            catalogue.write_meta(
                "applied_line", f"{applied.seq} {applied.fact_check_id} {applied.revision}" if applied else ""
            )
            catalogue.write_meta("state", "ready")
        self._applied = seq
        self._rebuilding = False
        parts.complete = True
        self._report()

    def _apply_changes(self, parts: Parts) -> bool:
        changes = self._fact_checks.changes_since(self._applied, _CHANGES_AT_ONCE)
        if not changes:
            return False
        ids = list(dict.fromkeys(change.fact_check_id for change in changes))
        current = self._fact_checks.get_many(ids)
        last = changes[-1]
        meta = {
            "applied_seq": str(last.seq),
            "applied_line": f"{last.seq} {last.fact_check_id} {last.revision}",
        }
        self._write(parts, {i: documents_of(current[i]) if i in current else [] for i in ids}, meta)
        self._applied = last.seq
        return True

    def _write(self, parts: Parts, documents: dict[str, list[Document]], meta: dict[str, str] | None = None) -> None:
        for fact_check_id, texts in documents.items():
            parts.lexical.replace(fact_check_id, texts)
        parts.lexical.commit()
        with parts.catalogue.transaction():
            for fact_check_id, texts in documents.items():
                parts.catalogue.replace(fact_check_id, texts)
            for name, value in (meta or {}).items():
                parts.catalogue.write_meta(name, value)
        self._documents = parts.catalogue.count()
        self._waiting = parts.catalogue.waiting_count()

    # --- dense ------------------------------------------------------------------------------------------------

    def _load_model(self, parts: Parts) -> None:
        if time.monotonic() < self._next_model_try:
            return
        try:
            encoder = self._open_model()
            folder = encoder.model_id.replace("/", "_").replace("@", "-").strip("._") or "model"
            vectors = VectorCache(self._vectors_dir / folder[-80:], encoder.dimension)
            index = DenseIndex(encoder, folder=self._index_dir / "dense", url=self._chroma_url)
            self._reconcile(parts, encoder, index)
        except (RetrievalError, OSError) as exc:
            # Words go on without vectors; a model or a server that comes back is found again.
            self._model_problem = str(exc)
            self._next_model_try = time.monotonic() + 30
            _LOG.warning("the dense leg is down: %s", exc)
            return
        parts.semantics = Semantics(encoder, index, vectors)
        self._model_problem, self._model_ready = "", True

    def _reconcile(self, parts: Parts, encoder: TextEncoder, index: DenseIndex) -> None:
        """Make catalogue and vector store agree: start over where model, count or files do not."""
        catalogue = parts.catalogue
        same_model = catalogue.read_meta("model") == encoder.model_id
        sound = False
        if same_model:
            try:
                index.open()
                sound = index.count() >= catalogue.vector_count()
            except RetrievalError:
                if self._chroma_url:
                    raise  # a server that does not answer is not a damaged store
                _LOG.warning("the vector store is damaged and is built again")
        if not sound:
            index.destroy()
            with catalogue.transaction():
                catalogue.restart_embedding()
                catalogue.write_meta("model", encoder.model_id)
            index.open()
        self._waiting = catalogue.waiting_count()

    def _embed_some(self, parts: Parts, semantics: Semantics) -> bool:
        catalogue = parts.catalogue
        drops = catalogue.to_drop(1000)
        if drops:
            semantics.index.delete(drops)
            with catalogue.transaction():
                catalogue.mark_dropped(drops)
        entries = catalogue.entries(document_number(key) for key in catalogue.waiting(_EMBED_AT_ONCE))
        if entries:
            self._embed(parts, semantics, list(entries.values()))
        if drops or entries:
            self._waiting = catalogue.waiting_count()
            self._report()
        return bool(drops or entries)

    def _embed(self, parts: Parts, semantics: Semantics, entries: Sequence[Entry]) -> None:
        plan: list[tuple[DocKey, int, bytes | None, bytes | None]] = []
        texts: dict[str, str] = {}  # vector id -> text
        absent: list[str] = []
        for entry in entries:
            key = entry.indexed.key
            whole, claim = entry.indexed.whole, entry.indexed.claim
            keeps_whole = bool(whole) and semantics.encoder.knows(whole)
            keeps_claim = bool(claim) and (keeps_whole if claim == whole else semantics.encoder.knows(claim))
            plan.append(
                (key, entry.revision, key_of(whole) if keeps_whole else None, key_of(claim) if keeps_claim else None)
            )
            for kind, text, keeps in (
                ("claim", claim, keeps_claim),
                ("whole", whole, keeps_whole and not (keeps_claim and claim == whole)),
            ):
                if keeps:
                    texts[vector_id(key, kind)] = text
                else:
                    absent.append(vector_id(key, kind))
        if texts:
            vectors = semantics.vectors.get_or_embed(list(texts.values()), semantics.encoder.encode_passages)
            semantics.index.upsert(list(texts), vectors)
        if absent:
            semantics.index.delete(absent)
        with parts.catalogue.transaction():
            for key, revision, whole_key, claim_key in plan:
                parts.catalogue.mark_embedded(key, revision, whole_key, claim_key)

    def _report(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self.state())


def _batches(items: Iterator[FactCheck], size: int) -> Iterator[list[FactCheck]]:
    while batch := list(islice(items, size)):
        yield batch
