"""Storylines: messages near each starter narrative resemble it, everyday messages resemble nothing."""

import json
from pathlib import Path

import pytest

from benchmarks.labelled_sets import opened, read_lines, starter_claims
from knowledge_base.errors import StorageUnavailable
from knowledge_base.models import FactCheck, FactCheckText, Narrative, Status
from retrieval.candidates import CONTAINED, WORD, Candidate, CandidateSet, IndexedText, Segment
from retrieval.interface import Outcome
from retrieval.labelled import FixedRecord, NoNarratives
from retrieval.lexical import FixedStatistics
from retrieval.narrative_match import NarrativeMatcher
from retrieval.normalize import normalise

DATA = Path(__file__).parent.parent / "data"
EVERYDAY = Path(__file__).parent.parent.parent / "benchmarks" / "everyday.jsonl"

CURES = Narrative(
    "cures", {"en": "Miracle cures"}, {"en": "Kitchen plants that are said to replace treatment of cancer"}
)


def fact_check(each: str, claim: str, *, narrative: str = "cures", status: Status = Status.PUBLISHED) -> FactCheck:
    return FactCheck(each, {"en": FactCheckText(claim=claim)}, "P", status=status, revision=1, narrative_id=narrative)


def candidates(message: str, records: list[FactCheck]) -> CandidateSet:
    found = tuple(
        Candidate(
            r.id,
            "en",
            IndexedText(r.id, "en", normalise(r.texts["en"].claim), normalise(r.texts["en"].claim)),
            {WORD: 3.0, CONTAINED: 0.2},
        )
        for r in records
    )
    return CandidateSet((Segment(message, normalise(message), "whole"),), found, {}, FixedStatistics(len(found)), "en")


RECORDS = [
    fact_check("1", "garlic juice cures cancer better than chemotherapy"),
    fact_check("2", "lemon peel cures cancer better than chemotherapy"),
    fact_check("3", "ginger tea cures cancer better than chemotherapy"),
    fact_check("4", "the bridge was closed", narrative=""),
]
MESSAGE = "Papaya leaves cures cancer better than chemotherapy"


def test_a_new_claim_of_a_storyline_resembles_it_with_its_nearest_fact_checks():
    found = NarrativeMatcher(NoNarratives([CURES]), FixedRecord(RECORDS))(candidates(MESSAGE, RECORDS))
    assert found is not None
    assert found.narrative.id == "cures"
    assert 0 < found.score <= 1
    assert {each.id for each in found.examples} <= {"1", "2", "3"}


@pytest.mark.parametrize("message", ["See you at seven at the station", "cancer", ""])
def test_unrelated_and_short_messages_resemble_nothing(message):
    assert NarrativeMatcher(NoNarratives([CURES]), FixedRecord(RECORDS))(candidates(message, RECORDS)) is None


def test_retracted_fact_checks_and_unknown_storylines_count_for_nothing():
    retracted = [fact_check("1", RECORDS[0].texts["en"].claim, status=Status.RETRACTED)]
    assert NarrativeMatcher(NoNarratives([CURES]), FixedRecord(retracted))(candidates(MESSAGE, retracted)) is None
    assert NarrativeMatcher(NoNarratives(), FixedRecord(RECORDS))(candidates(MESSAGE, RECORDS)) is None


def test_a_record_that_is_down_gives_no_storyline():
    class Down(FixedRecord):
        def get_many(self, fact_check_ids):
            raise StorageUnavailable("down")

    assert NarrativeMatcher(NoNarratives([CURES]), Down(RECORDS))(candidates(MESSAGE, RECORDS)) is None


@pytest.mark.slow
def test_starter_storylines_near_and_far(tmp_path):
    near = read_lines(DATA / "narrative_messages.jsonl")
    far = list(read_lines(EVERYDAY)) + [q for q in read_lines(DATA / "starter_queries.jsonl") if q["kind"] == "far"]
    with opened(starter_claims(), tmp_path) as retrieval:

        def storyline(line):
            result = retrieval.searcher.search(line["text"])
            said = result.resemblance.narrative.id if result.resemblance else ""
            # A direct answer or a choice about the very storyline is better still.
            shown = {match.fact_check.narrative_id for match in result.matches}
            return said, shown, result.outcome

        for lang in ("en", "zh-TW"):
            answers = [(storyline(line), line["narrative"]) for line in near if line["lang"] == lang]
            right = sum(said == wanted or wanted in shown for (said, shown, _), wanted in answers)
            wrong = sum(said not in ("", wanted) for (said, _, _), wanted in answers)
            assert right >= 0.5 * len(answers), json.dumps([a for a in answers if a[0][0] != a[1]], default=str)
            assert wrong <= 0.1 * len(answers)
            unrelated = [storyline(line) for line in far if line["lang"] == lang]
            assert sum(bool(said) for said, _, _ in unrelated) <= 0.02 * len(unrelated)
            assert not any(outcome is Outcome.MATCH for _, _, outcome in unrelated)
