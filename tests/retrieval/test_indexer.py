from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_base.models import FactCheckText, Status
from retrieval.errors import IndexInUse, ModelUnusable
from retrieval.indexer import ChangeLogIndexer
from retrieval.interface import IndexState, Outcome
from tests.fakes.record import Record, WordEncoder, published

LEMON = published("lemon", "Hot lemon water kills cancer cells")
BANANA = published("banana", "Bananas attract lightning during summer storms")


def ids(result) -> list[str]:
    return [match.fact_check.id for match in result.matches]


def test_what_is_published_is_found(open_index) -> None:
    retrieval = open_index(Record(LEMON, BANANA))
    assert ids(retrieval.searcher.search(BANANA.texts["en"].claim)) == ["banana"]
    state = retrieval.indexer.state()
    assert (state.documents, state.lag, state.building, state.progress) == (2, 0, False, 1.0)
    assert state.model == "words@1"


def test_a_draft_is_not_indexed(open_index) -> None:
    retrieval = open_index(Record(replace(LEMON, status=Status.IN_REVIEW)))
    assert retrieval.indexer.state().documents == 0
    assert retrieval.searcher.search(LEMON.texts["en"].claim).outcome is Outcome.NONE


def test_publish_edit_and_retract_take_effect_without_a_restart(open_index) -> None:
    record = Record(LEMON)
    retrieval = open_index(record)
    record.put(BANANA)
    retrieval.indexer.catch_up(60)
    assert ids(retrieval.searcher.search(BANANA.texts["en"].claim)) == ["banana"]

    record.put(replace(BANANA, texts={"en": FactCheckText("Wet telephones explode in the microwave oven")}))
    retrieval.indexer.catch_up(60)
    assert ids(retrieval.searcher.search("Wet telephones explode in the microwave oven")) == ["banana"]
    assert ids(retrieval.searcher.search(BANANA.texts["en"].claim)) == []

    record.retract("banana")
    retrieval.indexer.catch_up(60)
    assert retrieval.indexer.state().documents == 1
    assert ids(retrieval.searcher.search("Wet telephones explode in the microwave oven")) == []


def test_the_log_is_followed_unasked(open_index) -> None:
    record = Record(LEMON)
    seen: list[IndexState] = []
    retrieval = open_index(record, on_progress=seen.append)
    record.put(BANANA)
    with retrieval.indexer._changed:
        assert retrieval.indexer._changed.wait_for(lambda: retrieval.indexer._applied == 2, 60)


def test_a_language_that_leaves_a_fact_check_leaves_the_index(open_index) -> None:
    both = replace(LEMON, texts={**LEMON.texts, "es": FactCheckText("El agua caliente con limon mata celulas")})
    record = Record(both)
    retrieval = open_index(record)
    semantics = retrieval.indexer.parts.semantics
    assert retrieval.indexer.state().documents == 2
    assert semantics.index.count() == 2
    record.put(LEMON)
    retrieval.indexer.catch_up(60)
    assert retrieval.indexer.state().documents == 1
    assert semantics.index.count() == 1
    record.put(both)
    retrieval.indexer.catch_up(60)
    assert semantics.index.count() == 2


def test_claim_and_whole_get_a_vector_each_only_where_they_differ(open_index) -> None:
    titled = published("moon", "The moon is made of cheese", headline="Moon rock is basalt")
    retrieval = open_index(Record(LEMON, titled))
    assert retrieval.indexer.parts.semantics.index.count() == 3


def test_a_text_in_a_language_the_model_does_not_know_gets_no_vector(open_index) -> None:
    retrieval = open_index(Record(published("zh", "喝檸檬水可以治癌症", locale="zh-TW")))
    assert retrieval.indexer.parts.semantics.index.count() == 0
    assert ids(retrieval.searcher.search("喝檸檬水可以治癌症")) == ["zh"]


def test_a_restart_goes_on_where_it_was(open_index) -> None:
    record = Record(LEMON)
    open_index(record).close()
    record.put(BANANA)
    seen: list[IndexState] = []
    encoder = WordEncoder()
    retrieval = open_index(record, encoder=encoder, on_progress=seen.append)
    assert ids(retrieval.searcher.search(BANANA.texts["en"].claim)) == ["banana"]
    assert encoder.embedded == ["bananas attract lightning during summer storms"]


def test_another_model_builds_the_vectors_again_and_only_them(open_index) -> None:
    record = Record(LEMON, BANANA)
    open_index(record).close()
    other = WordEncoder("words@2", dimension=32)
    retrieval = open_index(record, encoder=other)
    assert len(other.embedded) == 2
    assert retrieval.indexer.state().model == "words@2"
    assert retrieval.indexer.parts.semantics.index.count() == 2


def test_another_normaliser_version_rebuilds_and_embeds_nothing_twice(tmp_path: Path) -> None:
    record, encoder = Record(LEMON, BANANA), WordEncoder()
    for version in (1, 2):
        seen: list[IndexState] = []
        indexer = ChangeLogIndexer(
            record,
            index_dir=tmp_path / "index",
            vectors_dir=tmp_path / "vectors",
            open_model=lambda: encoder,
            on_progress=seen.append,
            normaliser_version=version,
        )
        indexer.start()
        assert indexer.catch_up(60)
        assert indexer.state().normaliser_version == version
        assert seen[0].building
        assert seen[-1].progress == 1.0
        indexer.close()
    assert len(encoder.embedded) == 2


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(shutil.rmtree, id="directory deleted"),
        pytest.param(lambda index: shutil.rmtree(index / "lexical"), id="lexical deleted"),
        pytest.param(lambda index: shutil.rmtree(index / "dense"), id="dense deleted"),
        pytest.param(lambda index: (index / "catalogue.sqlite").unlink(), id="catalogue deleted"),
        pytest.param(lambda index: (index / "catalogue.sqlite").write_bytes(b"garbage" * 999), id="catalogue garbage"),
        pytest.param(lambda index: (index / "lexical" / "meta.json").write_text("{"), id="lexical garbage"),
        pytest.param(lambda index: (index / "dense" / "chroma.sqlite3").write_bytes(b"x" * 9999), id="dense garbage"),
        pytest.param(
            lambda index: [file.write_bytes(b"") for file in (index / "lexical").glob("*.store")], id="lexical emptied"
        ),
    ],
)
def test_a_missing_or_damaged_part_rebuilds_itself(open_index, tmp_path: Path, damage) -> None:
    record = Record(LEMON, BANANA)
    open_index(record).close()
    damage(tmp_path / "index")
    retrieval = open_index(record)
    assert ids(retrieval.searcher.search(BANANA.texts["en"].claim)) == ["banana"]
    assert retrieval.searcher.search(LEMON.texts["en"].claim).legs_down == ()
    assert retrieval.indexer.parts.semantics.index.count() == 2


def test_a_database_that_was_exchanged_is_indexed_anew(open_index) -> None:
    open_index(Record(LEMON)).close()
    retrieval = open_index(Record(BANANA))
    assert retrieval.indexer.state().documents == 1
    assert ids(retrieval.searcher.search(BANANA.texts["en"].claim)) == ["banana"]


def test_a_second_owner_is_refused(open_index) -> None:
    record = Record(LEMON)
    open_index(record)
    with pytest.raises(IndexInUse):
        open_index(record)


def test_words_answer_while_the_model_cannot_be_loaded(open_index) -> None:
    def unusable() -> WordEncoder:
        raise ModelUnusable("words", "wrong checksum")

    retrieval = open_index(Record(LEMON, BANANA), open_model=unusable)
    assert "wrong checksum" in retrieval.indexer.state().problem
    result = retrieval.searcher.search(f"Please note: {LEMON.texts['en'].claim} at night")
    assert ids(result) == ["lemon"]
    assert result.legs_down == ("dense_whole", "dense_claim")


def test_a_record_that_is_down_is_waited_for(open_index) -> None:
    record = Record(LEMON)
    retrieval = open_index(record)
    record.down = True
    retrieval.indexer.notify()
    assert "took it down" in retrieval.indexer.state().problem
    record.down = False
    record.put(BANANA)
    assert retrieval.indexer.catch_up(60)
    assert retrieval.indexer.state().documents == 2


def test_closing_twice_and_before_starting_is_harmless(open_index) -> None:
    retrieval = open_index(Record(LEMON), start=False)
    retrieval.close()
    retrieval.close()
