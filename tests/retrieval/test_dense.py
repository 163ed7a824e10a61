from __future__ import annotations

import gc
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.catalogue import vector_id
from retrieval.dense import DenseIndex, collection_name
from retrieval.errors import LegUnavailable
from retrieval.interface import Outcome
from tests.fakes.record import Record, WordEncoder, published

TEXTS = {
    ("lemon", "en"): "hot lemon water kills cancer",
    ("banana", "en"): "bananas attract lightning",
    ("we|ird", "zh-TW"): "the moon is made of cheese",
}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[DenseIndex]:
    encoder = WordEncoder()
    index = DenseIndex(encoder, folder=tmp_path / "dense")
    index.upsert([vector_id(key, "claim") for key in TEXTS], encoder.encode_passages(list(TEXTS.values())))
    yield index
    index.close()


def test_the_nearest_comes_first_with_its_cosine(index) -> None:
    (hits,) = index.search(WordEncoder().encode_queries(["the moon is made of cheese"]), 3)
    assert hits[0].key == ("we|ird", "zh-TW")
    assert hits[0].kind == "claim"
    assert hits[0].cosine == pytest.approx(1.0, abs=1e-5)
    assert [hit.cosine for hit in hits] == sorted((hit.cosine for hit in hits), reverse=True)


def test_storing_an_id_again_replaces_it(index) -> None:
    encoder = WordEncoder()
    index.upsert([vector_id(("lemon", "en"), "claim")], encoder.encode_passages(["entirely different words"]))
    assert index.count() == 3
    (hits,) = index.search(encoder.encode_queries(["entirely different words"]), 1)
    assert hits[0].key == ("lemon", "en")


def test_deleting_is_idempotent(index) -> None:
    for _ in range(2):
        index.delete([vector_id(("lemon", "en"), "claim"), "never|there|claim"])
    assert index.count() == 2


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    index = DenseIndex(WordEncoder(), folder=tmp_path)
    assert index.search(WordEncoder().encode_queries(["x", "y"]), 5) == [[], []]
    index.close()


def test_it_serves_as_a_langchain_vector_store(index) -> None:
    store = index.vector_store()
    assert store.embeddings.embed_query("lemon water")
    assert len(store.get()["ids"]) == 3


def test_models_never_share_a_collection() -> None:
    names = {collection_name(model) for model in ("a/b@1", "a/b@2", "a-b@1", "檸檬@1", "x" * 300 + "@1")}
    assert len(names) == 5
    assert all(3 <= len(name) <= 63 for name in names)


def test_a_server_that_is_not_there_is_a_leg_that_is_down(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    index = DenseIndex(WordEncoder(), folder=tmp_path, url=f"http://127.0.0.1:{port}")
    with pytest.raises(LegUnavailable):
        index.open()


# Chroma's client leaves a socket of its own to the garbage collector when its server dies.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.slow
def test_several_processes_may_share_a_chroma_server(open_index, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chroma = Path(sys.executable).with_name("chroma")
    server = subprocess.Popen(
        [chroma, "run", "--path", tmp_path / "server", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        record = Record(published("lemon", "Hot lemon water kills cancer cells"))
        retrieval = open_index(record, chroma_url=f"http://127.0.0.1:{port}")
        # Not word for word: that would be answered without the model.
        message = "Please note: hot lemon water kills cancer cells at night"
        result = retrieval.searcher.search(message)
        assert result.outcome is Outcome.MATCH
        assert result.legs_down == ()
        # Six words of nine: 6 / (sqrt(6) * sqrt(10)), with the stand-in's bag of words.
        assert result.matches[0].evidence.legs["dense_claim"] > 0.7
        assert not (tmp_path / "index" / "dense").exists()
        server.kill()
        server.wait()
        after = retrieval.searcher.search(message)
        assert after.outcome is Outcome.MATCH
        assert after.legs_down == ("dense_whole", "dense_claim")
        retrieval.close()
        del retrieval
    finally:
        server.kill()
        server.wait()
        gc.collect()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
            probe.settimeout(0.1)
    raise TimeoutError("chroma run did not come up")
