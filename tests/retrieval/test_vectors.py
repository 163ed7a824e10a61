from __future__ import annotations

from pathlib import Path

import numpy as np

from retrieval.vectors import VectorCache, key_of
from tests.fakes.record import WordEncoder

TEXTS = ["hot lemon water", "bananas and magnets", "the moon is cheese"]


def test_a_text_is_embedded_once_even_across_reopening(tmp_path: Path) -> None:
    encoder = WordEncoder()
    first = VectorCache(tmp_path, 64)
    vectors = first.get_or_embed([*TEXTS, TEXTS[0]], encoder.encode_passages)
    first.close()
    again = VectorCache(tmp_path, 64)
    assert encoder.embedded == TEXTS
    np.testing.assert_array_equal(again.get_or_embed(TEXTS, encoder.encode_passages), vectors[:3])
    assert encoder.embedded == TEXTS
    again.close()


def test_two_processes_sharing_it_see_what_the_other_embedded(tmp_path: Path) -> None:
    one, other, encoder = VectorCache(tmp_path, 64), VectorCache(tmp_path, 64), WordEncoder()
    one.get_or_embed(TEXTS[:1], encoder.encode_passages)
    other.get_or_embed(TEXTS[1:2], encoder.encode_passages)
    one.get_or_embed(TEXTS[2:], encoder.encode_passages)
    found, vectors = one.get([key_of(text) for text in TEXTS])
    assert found.all()
    np.testing.assert_array_equal(vectors, WordEncoder().encode_passages(TEXTS))
    one.close()
    other.close()


def test_a_torn_key_is_cut_off_and_its_text_embedded_again(tmp_path: Path) -> None:
    cache, encoder = VectorCache(tmp_path, 64), WordEncoder()
    cache.get_or_embed(TEXTS, encoder.encode_passages)
    cache.close()
    keys = tmp_path / "keys.bin"
    keys.write_bytes(keys.read_bytes()[:-5])
    cache = VectorCache(tmp_path, 64)
    assert len(cache) == 2
    cache.get_or_embed(TEXTS, encoder.encode_passages)
    assert encoder.embedded == [*TEXTS, TEXTS[2]]
    assert len(cache) == 3
    cache.close()


def test_a_row_damaged_on_disk_is_embedded_again(tmp_path: Path) -> None:
    cache, encoder = VectorCache(tmp_path, 64), WordEncoder()
    good = cache.get_or_embed(TEXTS, encoder.encode_passages)
    cache.close()
    rows = tmp_path / "vectors.f32"
    damaged = bytearray(rows.read_bytes())
    damaged[64 * 4 + 7] ^= 0xFF
    rows.write_bytes(damaged)
    cache = VectorCache(tmp_path, 64)
    assert cache.get([key_of(text) for text in TEXTS])[0].tolist() == [True, False, True]
    np.testing.assert_array_equal(cache.get_or_embed(TEXTS, encoder.encode_passages), good)
    cache.close()


def test_lost_rows_count_as_absent(tmp_path: Path) -> None:
    cache, encoder = VectorCache(tmp_path, 64), WordEncoder()
    cache.get_or_embed(TEXTS, encoder.encode_passages)
    cache.close()
    (tmp_path / "vectors.f32").write_bytes(b"")
    cache = VectorCache(tmp_path, 64)
    good = cache.get_or_embed(TEXTS, encoder.encode_passages)
    np.testing.assert_array_equal(cache.get([key_of(t) for t in TEXTS])[1], good)
    cache.close()


def test_any_text_has_a_key() -> None:
    assert key_of("\ud800") != key_of("\x00")
