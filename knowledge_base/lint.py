"""What a fact-check must have before it is published, and what it had better have. Pure.

The rules are those of the reply design: the first line states the fact, in few words and without the myth's wording
(Lewandowsky et al., "The Debunking Handbook 2020": lead with the fact, mention the myth once).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from knowledge_base.models import UNKNOWN_LOCALE, FactCheck, FactCheckText, Verdict

MAX_HEADLINE_CHARS = 90  # one line on a phone; the reply design's own limit
MAX_MYTH_SHARE = 0.30  # share of the headline's content words that may come from the claim
MAX_EXPLANATION_CHARS = 1200  # longer ones are cut in the chat, and few people tap "Read more"
MAX_CLAIM_CHARS = 300

ContentWords = Callable[[str], Sequence[str]]

_QUESTION = re.compile(r"[?？][\"'”’」』）)\s]*$")
_NEGATED = re.compile(
    r"\b(?:not?|never|none|nobody|nothing|neither|nor|cannot|without|false|fake|hoax|myth|untrue|unfounded|fabricated|"
    r"baseless|debunked|\w+n['’]t)\b|[不未非無没沒假]|謠言|谣言|查無|错误|錯誤",
    re.IGNORECASE,
)


class Rule(StrEnum):
    """The rules, by key; the words are in the catalogs."""

    HEADLINE_MISSING = "headline_missing"
    HEADLINE_ASKS = "headline_asks"
    EXPLANATION_MISSING = "explanation_missing"
    SOURCE_MISSING = "source_missing"
    VERDICT_MISSING = "verdict_missing"
    DATE_MISSING = "date_missing"
    HEADLINE_LONG = "headline_long"
    HEADLINE_REPEATS_MYTH = "headline_repeats_myth"
    EXPLANATION_LONG = "explanation_long"
    CLAIM_LONG = "claim_long"
    SOURCE_UNDATED = "source_undated"


HARD_RULES = frozenset(
    {
        Rule.HEADLINE_MISSING,
        Rule.HEADLINE_ASKS,
        Rule.EXPLANATION_MISSING,
        Rule.SOURCE_MISSING,
        Rule.VERDICT_MISSING,
        Rule.DATE_MISSING,
    }
)
"""Breaking one of these keeps a fact-check from being published; the others are advice."""


@dataclass(frozen=True, slots=True)
class LintProblem:
    """A broken rule. `locale` names the text it is about ("" for the whole record); `found` and `most` are the
    measured and the allowed number (characters, or percent for the myth's share), 0 where nothing is measured."""

    rule: Rule
    locale: str = ""
    found: int = 0
    most: int = 0

    @property
    def is_hard(self) -> bool:
        """Whether it blocks publishing."""
        return self.rule in HARD_RULES


def lint(fact_check: FactCheck, content_words: ContentWords) -> list[LintProblem]:
    """Return what is wrong with `fact_check`, hard rules first; empty where nothing is.

    Args:
        fact_check: a draft or anything else.
        content_words: a text's words that carry meaning (stems without stop words; character pairs for Chinese).
    """
    problems = list(_of_record(fact_check))
    for locale, text in fact_check.texts.items():
        shown = "" if locale == UNKNOWN_LOCALE and len(fact_check.texts) == 1 else locale
        problems += _of_text(text, shown, fact_check.verdict, content_words)
    return sorted(problems, key=lambda problem: not problem.is_hard)


def has_hard_problem(problems: Iterable[LintProblem]) -> bool:
    """Whether publishing is blocked."""
    return any(problem.is_hard for problem in problems)


def _of_record(fact_check: FactCheck) -> Iterable[LintProblem]:
    if fact_check.verdict is None and not fact_check.verdict_label.strip():
        yield LintProblem(Rule.VERDICT_MISSING)
    sources = [source for source in fact_check.sources if is_web_address(source.url)]
    if not sources:
        yield LintProblem(Rule.SOURCE_MISSING)
    elif any(source.published_on is None for source in sources):
        yield LintProblem(Rule.SOURCE_UNDATED)
    if fact_check.checked_on is None and fact_check.published_on is None:
        yield LintProblem(Rule.DATE_MISSING)


def _of_text(
    text: FactCheckText, locale: str, verdict: Verdict | None, content_words: ContentWords
) -> Iterable[LintProblem]:
    headline = text.headline.strip()
    if not headline:
        yield LintProblem(Rule.HEADLINE_MISSING, locale)
    elif _QUESTION.search(headline):
        yield LintProblem(Rule.HEADLINE_ASKS, locale)
    if not text.explanation.strip():
        yield LintProblem(Rule.EXPLANATION_MISSING, locale)
    for rule, part, most in (
        (Rule.HEADLINE_LONG, headline, MAX_HEADLINE_CHARS),
        (Rule.EXPLANATION_LONG, text.explanation, MAX_EXPLANATION_CHARS),
        (Rule.CLAIM_LONG, text.claim, MAX_CLAIM_CHARS),
    ):
        if len(part.strip()) > most:
            yield LintProblem(rule, locale, len(part.strip()), most)
    share = myth_share(headline, text.claim, content_words)
    if verdict is not Verdict.TRUE and share > MAX_MYTH_SHARE and not _NEGATED.search(headline):
        yield LintProblem(Rule.HEADLINE_REPEATS_MYTH, locale, round(share * 100), round(MAX_MYTH_SHARE * 100))


def myth_share(headline: str, claim: str, content_words: ContentWords) -> float:
    """Return which share, 0..1, of the headline's distinct content words the claim has too; 0 for an empty one."""
    words = set(content_words(headline))
    return len(words & set(content_words(claim))) / len(words) if words else 0.0


def is_web_address(url: str) -> bool:
    """Whether `url` is an http(s) address with a host."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", url.strip())
