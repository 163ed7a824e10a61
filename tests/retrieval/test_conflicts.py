"""Same topic, other claim: contradictions are seen, paraphrases and questions are left alone."""

import json
from pathlib import Path

import pytest

from retrieval.conflicts import find_conflicts
from retrieval.conflicts_figures import days, figures, find_places, years
from retrieval.normalize import normalise

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "conflict_pairs.jsonl").read_text("utf-8").split("\n")
    if line
]


def kinds(message: str, claim: str) -> set[str]:
    return {conflict.kind for conflict in find_conflicts(message, normalise(claim))}


def test_the_set_is_300_contradictions_and_as_many_paraphrases_in_both_languages():
    counted = {}
    for pair in PAIRS:
        counted[pair["lang"], pair["same"]] = counted.get((pair["lang"], pair["same"]), 0) + 1
    assert counted == {("en", False): 150, ("en", True): 150, ("zh-TW", False): 150, ("zh-TW", True): 150}


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_contradictions_are_seen(lang):
    missed = [p for p in PAIRS if p["lang"] == lang and not p["same"] and not kinds(p["message"], p["claim"])]
    assert len(missed) <= 0.05 * 150, missed


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_paraphrases_are_left_alone(lang):
    wrong = [p for p in PAIRS if p["lang"] == lang and p["same"] and kinds(p["message"], p["claim"])]
    assert len(wrong) <= 0.03 * 150, wrong


@pytest.mark.parametrize(
    ("message", "claim", "expected"),
    [
        ("Vaccine A is not safe", "vaccine a is safe", "negation"),
        ("Vaccine A is dangerous", "vaccine a is safe", "negation"),
        ("It happened in 2024", "it happened in 2019", "date"),
        ("The bank closes on May 3", "the bank closes on may 4", "date"),
        ("200 people died in the fire", "20 people died in the fire", "number"),
        ("Flood in Kaohsiung", "flood in tainan", "place"),
        ("Pfizer shots cause fever", "moderna shots cause fever", "name"),
        ("H5N1 is in the milk", "h1n1 is in the milk", "name"),
        ("疫苗不會致死", "疫苗会致死", "negation"),
        ("民國113年開放", "民国112年开放", "date"),
        ("補助三千元", "补助五千元", "number"),
    ],
)
def test_each_kind_of_contradiction(message, claim, expected):
    assert expected in kinds(message, claim)


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("Is it true that vaccine A is safe?", "vaccine a is safe"),
        ("Vaccine A is not dangerous", "vaccine a is safe"),
        ("There is no evidence that vaccine A is safe", "vaccine a is safe"),
        ("Isn't it crazy that vaccine A is safe?", "vaccine a is safe"),
        ("Not only that, vaccine A is safe", "vaccine a is safe"),
        ("About 1,500 people died, 30 were hurt and 4 trains stopped", "1,523 people died"),
        ("In 2019 and again in 2024 it happened", "it happened in 2019"),
        ("It happened in Taipei", "it happened in taiwan"),
        ("American troops arrived", "us troops arrived in usa"),
        ("5,000,000 votes were switched", "5 million votes were switched"),
        ("百分之二十", "20%"),
        ("民國113年開放", "2024年开放"),
        ("疫苗是不是會致死？", "疫苗会致死"),
        ("", "vaccine a is safe"),
        ("vaccine", ""),
    ],
)
def test_the_same_claim_is_no_contradiction(message, claim):
    assert kinds(message, claim) == set()


def test_only_the_sentence_nearest_to_the_claim_is_compared():
    message = "The weather is not nice. 300 people live here. Drinking lemon water cures cancer in 7 days."
    assert kinds(message, "drinking lemon water cures cancer in 7 days") == set()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3 million people", [(3_000_000, "")]),
        ("nt$1,200", [(1200, "money")]),
        ("五万元", [(50_000, "money")]),
        ("两成", [(20, "%")]),
        ("三十五人", [(35, "人")]),
        ("twenty five percent", [(25, "%")]),
        ("second wife", [(2, "ordinal")]),
        ("in 2019 at 10:30", []),
    ],
)
def test_figures_are_read_in_words_and_digits(text, values):
    assert [(each.value, each.unit) for each in figures(text)] == values


def test_days_and_years_and_places_are_read():
    assert set(years("民国113年和2019年")) == {2024, 2019}
    assert set(days("on may 5 and 六月八日")[0]) == {5, 6}
    assert set(days("on may 5 and 六月八日")[1]) == {(5, 5), (6, 8)}
    assert [place.country for place in find_places("from taipei to 东京")] == ["tw", "jp"]


def test_a_hostile_text_is_bounded():
    assert find_conflicts("not 5 " * 20_000, "five") is not None
    assert find_conflicts("不" * 100_000, "不不不") is not None
