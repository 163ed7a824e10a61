"""Every starter fact-check, said in both languages: within the limits, in the order that was agreed, verbatim."""

from __future__ import annotations

import re

import pytest

from handlers.compose import Correction, correction, share_text
from handlers.frame import Frame
from handlers.messages import BlockRole, PlatformLimits
from handlers.wording import ELLIPSIS
from knowledge_base.models import FactCheck, Narrative, Verdict
from knowledge_base.starter.loading import starter_fact_checks, starter_narratives
from retrieval.interface import MatchKind

LIMITS = PlatformLimits(4096, 8, can_edit=True, can_push=True, can_share=True)
NARRATIVES: dict[str, Narrative] = {each.id: each for each in starter_narratives()}
CASES = [
    pytest.param(each, locale, id=f"{each.external_id}-{locale}")
    for each in starter_fact_checks()
    for locale in ("en", "zh-TW")
]
FACT = {"en": "Fact: ", "zh-TW": "事實："}
HAN = re.compile(r"[\u3400-\u9fff]")


def blocks_of(fact_check: FactCheck, locale: str, kind: MatchKind = MatchKind.POSSIBLE):
    asked = Correction(fact_check, kind, narrative=NARRATIVES.get(fact_check.narrative_id))
    return correction(asked, Frame(locale, LIMITS, text_locales=(locale,))).blocks


def counted(text: str) -> tuple[int, int]:
    """Han characters, and words of everything else; counted here afresh, not with the code's own measure."""
    return len(HAN.findall(text)), len([word for word in HAN.sub(" ", text).split() if re.search(r"\w", word)])


@pytest.mark.parametrize(("fact_check", "locale"), CASES)
def test_a_correction_is_at_most_200_words_or_characters_without_its_sources(fact_check: FactCheck, locale: str):
    said = " ".join(block.line for block in blocks_of(fact_check, locale) if block.role is not BlockRole.SOURCE)
    assert sum(counted(said)) <= 200


@pytest.mark.parametrize(("fact_check", "locale"), CASES)
def test_a_correction_begins_with_the_verdict_and_the_fact(fact_check: FactCheck, locale: str):
    first = blocks_of(fact_check, locale)[0]
    assert first.role is BlockRole.VERDICT
    headlines = {text.headline for text in fact_check.texts.values()}
    leads = headlines if fact_check.verdict is Verdict.TRUE else {f"{FACT[locale]}{each}" for each in headlines}
    assert first.text in leads


@pytest.mark.parametrize(("fact_check", "locale"), CASES)
def test_the_rumor_is_named_once_and_flagged(fact_check: FactCheck, locale: str):
    blocks = blocks_of(fact_check, locale)
    claims = [text.claim for text in fact_check.texts.values()]
    naming = [block for block in blocks if any(claim in block.text for claim in claims)]
    assert [block.role for block in naming] == [BlockRole.CLAIM]
    assert naming[0].label


@pytest.mark.parametrize(("fact_check", "locale"), CASES)
def test_why_is_at_most_two_of_the_editors_own_sentences(fact_check: FactCheck, locale: str):
    why = [block for block in blocks_of(fact_check, locale) if block.role is BlockRole.WHY]
    assert len(why) == 1
    explanations = [text.explanation for text in fact_check.texts.values()]
    assert any(each.startswith(why[0].text.removesuffix(ELLIPSIS)) for each in explanations)
    assert len(re.findall(r"[.!?。！？](?:[\s’”\"')」』]|$)", re.sub(r"(?:[A-Z]\.){2,}|No\.", "X", why[0].text))) <= 2


@pytest.mark.parametrize(("fact_check", "locale"), CASES)
def test_the_closing_line_is_verbatim_too(fact_check: FactCheck, locale: str):
    closing = [block.text for block in blocks_of(fact_check, locale) if block.role is BlockRole.FACT]
    explanations = [text.explanation for text in fact_check.texts.values()]
    assert all(any(each.endswith(line) for each in explanations) for line in closing)


@pytest.mark.parametrize(("fact_check", "locale"), CASES)
def test_who_checked_it_when_and_on_what_evidence_is_said(fact_check: FactCheck, locale: str):
    sources = [block for block in blocks_of(fact_check, locale) if block.role is BlockRole.SOURCE]
    assert fact_check.publisher in sources[0].text
    assert "2026" in sources[0].text
    evidence = fact_check.sources[:3]
    assert [block.url for block in sources[1:]] == [source.url for source in evidence]
    assert all(source.publisher in block.text for source, block in zip(evidence, sources[1:], strict=True))


@pytest.mark.parametrize(("fact_check", "locale"), CASES)
def test_the_storyline_is_named_where_there_is_one(fact_check: FactCheck, locale: str):
    lines = [block.text for block in blocks_of(fact_check, locale) if block.role is BlockRole.NARRATIVE]
    expected = [NARRATIVES[fact_check.narrative_id].titles[locale]] if fact_check.narrative_id else []
    assert len(lines) == len(expected)
    assert all(title in line for title, line in zip(expected, lines, strict=True))


@pytest.mark.parametrize(("fact_check", "locale"), CASES)
def test_a_record_in_the_other_language_says_so(fact_check: FactCheck, locale: str):
    notes = [block for block in blocks_of(fact_check, locale) if block.role is BlockRole.NOTE]
    assert len(notes) == (0 if locale in fact_check.texts else 1)


@pytest.mark.parametrize(("fact_check", "locale"), CASES)
def test_no_percentage_and_no_known_wording_is_shown(fact_check: FactCheck, locale: str):
    said = "\n".join(block.line for block in blocks_of(fact_check, locale, MatchKind.SAME_CLAIM))
    own = " ".join(f"{text.claim} {text.headline} {text.explanation}" for text in fact_check.texts.values())
    assert not [share for share in re.findall(r"\d+ ?%", said) if share not in own]
    assert not [wording for wording in fact_check.wordings if wording in said]


@pytest.mark.parametrize(("fact_check", "locale"), CASES)
def test_the_text_to_share_stands_alone(fact_check: FactCheck, locale: str):
    text = share_text(fact_check, Frame(locale, LIMITS, text_locales=(locale,)))
    assert text.splitlines()[0].endswith(tuple(each.headline for each in fact_check.texts.values()))
    assert fact_check.sources[0].url in text
    assert sum(counted(text)) <= 300
