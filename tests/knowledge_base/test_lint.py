from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge_base.lint import HARD_RULES, LintProblem, Rule, has_hard_problem, is_web_address, lint, myth_share
from knowledge_base.models import FactCheck, FactCheckText, Source, Verdict

TEXT = FactCheckText(
    claim="Lemon water cures cancer",
    headline="No food cures tumours; surgery and medicine treat them",
    explanation="There is no trial that shows it.",
)
GOOD = FactCheck(
    id="1",
    texts={"en": TEXT},
    publisher="Desk",
    verdict=Verdict.FALSE,
    sources=(Source("A study", "https://example.org/study", published_on=date(2025, 1, 2)),),
    checked_on=date(2026, 1, 2),
)


def words(text):
    return [word.strip(".,;").lower() for word in text.split()]


def rules_of(fact_check):
    return [problem.rule for problem in lint(fact_check, words)]


def with_text(**changes):
    return replace(GOOD, texts={"en": replace(TEXT, **changes)})


@pytest.mark.parametrize(
    ("fact_check", "rule"),
    [
        (with_text(headline="  "), Rule.HEADLINE_MISSING),
        (with_text(headline="Does lemon water cure cancer?"), Rule.HEADLINE_ASKS),
        (with_text(headline="檸檬水能治癌症嗎？"), Rule.HEADLINE_ASKS),
        (with_text(explanation="\n"), Rule.EXPLANATION_MISSING),
        (replace(GOOD, sources=()), Rule.SOURCE_MISSING),
        (replace(GOOD, sources=(Source("A book", ""),)), Rule.SOURCE_MISSING),
        (replace(GOOD, sources=(Source("A page", "javascript:alert(1)"),)), Rule.SOURCE_MISSING),
        (replace(GOOD, verdict=None, verdict_label=" "), Rule.VERDICT_MISSING),
        (replace(GOOD, checked_on=None), Rule.DATE_MISSING),
        (with_text(headline="No " + "x" * 88), Rule.HEADLINE_LONG),
        (with_text(headline="Lemon water cures cancer, experts say"), Rule.HEADLINE_REPEATS_MYTH),
        (with_text(explanation="x" * 1201), Rule.EXPLANATION_LONG),
        (with_text(claim="x" * 301), Rule.CLAIM_LONG),
        (replace(GOOD, sources=(Source("A study", "https://example.org"),)), Rule.SOURCE_UNDATED),
    ],
)
def test_each_broken_rule_is_named(fact_check, rule):
    assert rule in rules_of(fact_check)
    assert has_hard_problem(lint(fact_check, words)) == (rule in HARD_RULES)


def test_a_good_fact_check_has_no_problem():
    assert lint(GOOD, words) == []


@pytest.mark.parametrize(
    "changed",
    [
        replace(GOOD, verdict=None, verdict_label="Baseless"),
        replace(GOOD, checked_on=None, published_on=date(2026, 1, 1)),
        with_text(headline="Lemon water does not cure cancer"),
        with_text(headline="Lemon water doesn’t cure cancer"),
        replace(with_text(headline="Lemon water cures cancer"), verdict=Verdict.TRUE),
        with_text(claim="檸檬水可以治癌症", headline="檸檬水不能治癌症"),
    ],
)
def test_what_the_rules_leave_alone(changed):
    assert lint(changed, words) == []


def test_exactly_the_allowed_length_is_allowed():
    assert rules_of(with_text(headline="No" + " x" * 44)) == []
    assert rules_of(with_text(headline="No " + " x" * 44)) == [Rule.HEADLINE_LONG]


def test_a_problem_names_its_text_and_its_measure_hard_ones_first():
    two = replace(GOOD, texts={"en": replace(TEXT, claim="x" * 301), "zh-TW": FactCheckText("檸檬水治癌")}, sources=())
    assert lint(two, words) == [
        LintProblem(Rule.SOURCE_MISSING),
        LintProblem(Rule.HEADLINE_MISSING, "zh-TW"),
        LintProblem(Rule.EXPLANATION_MISSING, "zh-TW"),
        LintProblem(Rule.CLAIM_LONG, "en", 301, 300),
    ]


@pytest.mark.parametrize(("headline", "share"), [("", 0.0), ("a b c d", 0.5), ("a a b", 1.0), ("x y", 0.0)])
def test_the_share_counts_distinct_words(headline, share):
    assert myth_share(headline, "a b z", words) == share


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a", True),
        ("HTTP://example.org", True),
        ("ftp://example.org", False),
        ("https://", False),
        ("example.org", False),
        ("https://exa mple.org", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_web_addresses_count_as_sources(url, expected):
    assert is_web_address(url) is expected
