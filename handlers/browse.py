"""Looking something up by words, for those who want to quote a fact-check: lists, never a verdict on a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.compose import Correction, claim_of, correction, summary
from handlers.frame import Frame
from handlers.guide import DEEP_LINK
from handlers.i18n import pick_locale
from handlers.messages import PlatformLimits, Reply
from handlers.turn import Services
from handlers.wording import clean, cut, has_words
from knowledge_base.models import FactCheck
from knowledge_base.repository import FactCheckFilter
from retrieval.language import detect
from retrieval.normalize import normalise
from retrieval.tokens import word_terms

MAX_FINDINGS = 10
_MAX_TITLE_CHARS = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact-check in a list: two lines to choose it by, and the correction that is posted when chosen."""

    fact_check_id: str
    title: str
    description: str
    reply: Reply
    more_label: str


def browse(services: Services, words: str, locale: str, limits: PlatformLimits) -> list[Finding]:
    """Return published fact-checks for `words`, best first; the newest ones where there are no words.

    Args:
        services: the collaborators; nothing is stored.
        words: what somebody typed: words of a claim, or `fc_<id>` for one fact-check.
        locale: the person's language, "" where unknown.
        limits: what the platform can show.
    """
    wanted = clean(words)
    written_in = detect(wanted) if len(wanted) > 12 else ""
    frame = Frame(
        pick_locale(locale, services.default_locale),
        limits,
        text_locales=tuple(each for each in (written_in, locale) if each),
        public_url=services.public_url,
    )
    found = [each for each in _found(services, wanted, frame) if each.is_published]
    return [_finding(services, each, frame) for each in found[:MAX_FINDINGS]]


def _found(services: Services, wanted: str, frame: Frame) -> Iterable[FactCheck]:
    if wanted.startswith(DEEP_LINK):
        return services.fact_checks.get_many([wanted.removeprefix(DEEP_LINK).strip()]).values()
    if not has_words(wanted):
        newest = services.fact_checks.page(FactCheckFilter(locale=frame.locale), limit=MAX_FINDINGS).items
        return newest or services.fact_checks.page(FactCheckFilter(), limit=MAX_FINDINGS).items
    result = services.searcher.search(wanted)
    terms = set(word_terms(normalise(wanted)))
    ranked = services.fact_checks.get_many([each.fact_check_id for each in result.ranking])
    near = [ranked[each.fact_check_id] for each in result.ranking if each.fact_check_id in ranked]
    listed = [
        *(match.fact_check for match in result.matches),
        *services.fact_checks.page(FactCheckFilter(text=wanted), limit=MAX_FINDINGS).items,
        # Of what is merely near, only what shares a word: a list of guesses would look like an answer.
        *(each for each in near if terms & _terms_of(each)),
    ]
    return {each.id: each for each in listed}.values()


def _terms_of(fact_check: FactCheck) -> set[str]:
    words = " ".join(f"{text.claim} {text.headline}" for text in fact_check.texts.values())
    return set(word_terms(normalise(words)))


def _finding(services: Services, fact_check: FactCheck, frame: Frame) -> Finding:
    line = summary(fact_check, frame)
    asked = Correction(fact_check, narrative=services.narrative_of(fact_check))
    return Finding(
        fact_check_id=fact_check.id,
        title=cut(line.line, _MAX_TITLE_CHARS),
        description=frame.quoted(claim_of(fact_check, frame)),
        reply=correction(asked, frame),
        more_label=frame.say("button.read_more"),
    )
