"""What a new desk gets: the starter pack, the shipped weights, the bundled model, messages of our own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.labelled_sets import conflict_set, opened, read_lines, starter_set
from retrieval.build import Retrieval
from retrieval.decision import LearnedRanker, default_ranker
from retrieval.interface import Outcome
from retrieval.labelled import Query

pytestmark = pytest.mark.slow

EVERYDAY = Path(__file__).parent.parent.parent / "benchmarks" / "everyday.jsonl"
STARTER = starter_set()
CONTRADICTIONS, PARAPHRASES = conflict_set()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retrieval]:
    with opened(PARAPHRASES.claims, tmp_path_factory.mktemp("store")) as retrieval:
        yield retrieval


def asked(store: Retrieval, queries: list[Query]) -> list[tuple[Query, Outcome, list[str]]]:
    found = [(query, store.searcher.search(query.text)) for query in queries]
    return [(query, result.outcome, [match.fact_check.id for match in result.matches]) for query, result in found]


def test_the_shipped_weights_are_usable():
    assert isinstance(default_ranker(), LearnedRanker)


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_forwards_of_starter_claims_are_found(store, lang):
    queries = [query for query in STARTER.of_split("forward") if query.lang == lang]
    answers = asked(store, queries)
    right = [query for query, _, ids in answers if STARTER.qrels[query.id] & set(ids)]
    direct = [query for query, outcome, _ in answers if outcome is Outcome.MATCH]
    wrong = [
        query for query, outcome, ids in answers if outcome is Outcome.MATCH and ids[0] not in STARTER.qrels[query.id]
    ]
    assert len(right) >= 0.9 * len(queries)
    assert len(direct) >= 0.6 * len(queries)
    assert wrong == []


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_unrelated_messages_are_not_answered(store, lang):
    queries = [Query(line["id"], line["text"], line["lang"]) for line in read_lines(EVERYDAY) if line["lang"] == lang]
    queries += [query for query in STARTER.of_split("near", "far") if query.lang == lang]
    answers = asked(store, queries)
    assert [query.text for query, outcome, _ in answers if outcome is Outcome.MATCH] == []
    possible = [query.text for query, outcome, _ in answers if outcome is Outcome.POSSIBLE]
    assert len(possible) <= 0.1 * len(queries), possible


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_contradictions_are_not_answered_directly_but_paraphrases_are(store, lang):
    contradictions = asked(store, [query for query in CONTRADICTIONS.queries if query.lang == lang])
    answered = [
        q.text
        for q, outcome, ids in contradictions
        if outcome is Outcome.MATCH and ids[0] in CONTRADICTIONS.qrels[q.id]
    ]
    assert len(answered) <= 0.05 * len(contradictions), answered
    paraphrases = asked(store, [query for query in PARAPHRASES.queries if query.lang == lang])
    direct = [q for q, outcome, ids in paraphrases if outcome is Outcome.MATCH and ids[0] in PARAPHRASES.qrels[q.id]]
    assert len(direct) >= 0.9 * len(paraphrases)
