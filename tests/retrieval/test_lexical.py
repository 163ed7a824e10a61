from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_base.models import Source
from retrieval.documents import document_number, documents_of
from retrieval.lexical import MAX_QUERY_TERMS, FixedStatistics, LexicalIndex, pair_weight
from retrieval.tokens import char_terms, word_terms
from tests.fakes.record import published

LEMON = published("lemon", "Hot lemon water kills cancer cells")
BANANA = published("banana", "Bananas attract lightning")
CHINESE = published("zh", "喝熱檸檬水可以殺死癌細胞", locale="zh-TW")


def number(fact_check) -> int:
    return document_number((fact_check.id, next(iter(fact_check.texts))))


@pytest.fixture
def index(tmp_path: Path):
    index = LexicalIndex(tmp_path)
    for fact_check in (LEMON, BANANA, CHINESE):
        index.replace(fact_check.id, documents_of(fact_check))
    index.commit()
    yield index
    index.close()


def found(index: LexicalIndex, text: str) -> list[int]:
    return [hit.number for hit in index.search("word", word_terms(text), 10)]


def test_words_are_found_by_their_stem(index) -> None:
    assert found(index, "killing a lemon") == [number(LEMON)]
    assert found(index, "lightnings attracted") == [number(BANANA)]


def test_chinese_is_found_by_pairs_of_characters_in_either_script(index) -> None:
    assert found(index, "柠檬") == [number(CHINESE)]


def test_typing_errors_are_found_by_character_grams(index) -> None:
    hits = index.search("char", char_terms("bannanas atract lightening"), 10)
    assert hits[0].number == number(BANANA)


def test_nothing_known_finds_nothing(index) -> None:
    assert found(index, "zebra") == []
    assert index.search("word", [], 10) == []


def test_replacing_is_idempotent_and_removing_removes(index) -> None:
    index.replace("lemon", documents_of(LEMON))
    index.replace("banana", [])
    index.commit()
    assert index.count() == 2
    assert found(index, "bananas") == []


def test_what_is_not_committed_is_not_seen(index) -> None:
    index.replace("moon", documents_of(published("moon", "The moon is cheese")))
    assert found(index, "moon cheese") == []


def test_it_is_there_after_reopening(index, tmp_path: Path) -> None:
    index.close()
    again = LexicalIndex(tmp_path)
    assert found(again, "lemon") == [number(LEMON)]


def test_a_long_message_is_searched_by_its_rarest_terms(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    common = " ".join(f"common{n}x" for n in range(2 * MAX_QUERY_TERMS))
    for n in range(5):
        index.replace(f"c{n}", documents_of(published(f"c{n}", common)))
    rare = published("rare", "volcano")
    index.replace("rare", documents_of(rare))
    index.commit()
    assert number(rare) in found(index, common + " volcano")
    index.close()


def test_rarer_terms_weigh_more(index) -> None:
    statistics = index.statistics()
    assert statistics.document_count == 3
    assert statistics.document_frequency("lemon") == 1
    # ln(1 + (3 - 1 + 0.5) / (1 + 0.5)) and ln(1 + 3.5 / 0.5), by hand
    assert statistics.idf("lemon") == pytest.approx(0.9808, abs=1e-4)
    assert statistics.idf("zebra") == pytest.approx(2.0794, abs=1e-4)
    assert FixedStatistics(3, {"lemon": 1}).idf("lemon") == pytest.approx(0.9808, abs=1e-4)


@pytest.mark.parametrize(
    ("frequency", "count", "documents", "weight"),
    [
        (1, 1, 1000, 2.55),  # sqrt(ln(1 + 999.5 / 1.5))
        (1, 3, 1000, 5.35),  # the same, said three times: x (1 + ln 3)
        (500, 1, 1000, 0.83),  # in half of all: sqrt(ln 2)
        (1000, 1, 1000, 0.05),  # in all: never nothing
    ],
)
def test_pairs_weigh_by_rarity_and_repetition(frequency: int, count: int, documents: int, weight: float) -> None:
    assert pair_weight(frequency, count, documents) == pytest.approx(weight, abs=0.005)


def test_the_titles_of_the_evidence_are_searched_and_not_embedded(tmp_path: Path) -> None:
    checked = replace(
        published("tea", "Tea cures colds."), sources=(Source("Kettle descaling trial", "https://j.example"),)
    )
    [document] = documents_of(checked)
    assert "kettl" in document.indexed.whole_terms
    assert "kettle" not in document.indexed.whole
