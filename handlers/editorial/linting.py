"""Lint with the words matching works on, and its findings as sentences."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.i18n import language_name, translate
from knowledge_base.lint import LintProblem, Rule, lint
from knowledge_base.models import FactCheck
from retrieval.normalize import normalise
from retrieval.tokens import word_terms

RULE_KEYS: Mapping[Rule, str] = {
    Rule.HEADLINE_MISSING: "lint.headline_missing",
    Rule.HEADLINE_ASKS: "lint.headline_asks",
    Rule.EXPLANATION_MISSING: "lint.explanation_missing",
    Rule.SOURCE_MISSING: "lint.source_missing",
    Rule.VERDICT_MISSING: "lint.verdict_missing",
    Rule.DATE_MISSING: "lint.date_missing",
    Rule.HEADLINE_LONG: "lint.headline_long",
    Rule.HEADLINE_REPEATS_MYTH: "lint.headline_repeats_myth",
    Rule.EXPLANATION_LONG: "lint.explanation_long",
    Rule.CLAIM_LONG: "lint.claim_long",
    Rule.SOURCE_UNDATED: "lint.source_undated",
}


def problems_in(fact_check: FactCheck) -> list[LintProblem]:
    """Return what lint finds, hard rules first."""
    return lint(fact_check, lambda text: word_terms(normalise(text)))


def said(problem: LintProblem, locale: str) -> str:
    """Return a finding as a sentence, with the language it is about where there are several."""
    sentence = translate(RULE_KEYS[problem.rule], locale, found=problem.found, most=problem.most)
    if not problem.locale:
        return sentence
    language = language_name(problem.locale, in_locale=locale)
    return translate("lint.in_language", locale, language=language, problem=sentence)
