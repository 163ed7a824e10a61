"""A check as JSON: what `factline ask --json` prints and `POST /api/v1/check` returns. Fields are only ever added."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from handlers.check_claim import CheckResult
from handlers.messages import Button, Reply
from handlers.verdicts import word
from handlers.wording import clean, safe_url
from knowledge_base.models import FactCheck, Source
from retrieval.interface import Match, Resemblance


def to_payload(check: CheckResult) -> dict[str, Any]:
    """Return the check as plain JSON values; texts and addresses cleaned for display, none of them markup."""
    result = check.result
    locale = check.replies[0].locale if check.replies else "en"
    return {
        "outcome": result.outcome.value,
        "matches": [_match(match, locale, check.public_url) for match in result.matches],
        "reply": _reply(check.replies[0]) if check.replies else None,
        "timings_ms": {step: round(spent, 3) for step, spent in result.timings_ms.items()},
        "locale": result.locale,
        "resemblance": _resemblance(result.resemblance, locale, check.public_url) if result.resemblance else None,
        "legs_down": list(result.legs_down),
    }


def _match(match: Match, reply_locale: str, public_url: str) -> dict[str, Any]:
    fact_check = match.fact_check
    text_locale = fact_check.best_locale(reply_locale)
    text = fact_check.texts[text_locale]
    return {
        "fact_check_id": fact_check.id,
        "revision": fact_check.revision,
        "probability": round(match.probability, 6),
        "match_kind": match.kind.value,
        "verdict": fact_check.verdict.value if fact_check.verdict else None,
        "claim": clean(text.claim),
        "headline": clean(text.headline),
        "explanation": clean(text.explanation or text.subtitle),
        "url": _link(fact_check, public_url),
        "publisher": clean(fact_check.publisher),
        "published_on": fact_check.published_on.isoformat() if fact_check.published_on else None,
        "sources": [_source(source) for source in fact_check.sources],
        "matched_text": clean(match.matched_text),
        "verdict_label": clean(fact_check.verdict_label),
        "verdict_words": word(fact_check, reply_locale),
        "checked_on": fact_check.checked_on.isoformat() if fact_check.checked_on else None,
        "locale": text_locale,
        "page": _page(fact_check, public_url),
        "narrative_id": fact_check.narrative_id or None,
        "evidence": {
            "legs": dict(match.evidence.legs),
            "features": dict(match.evidence.features),
            "shared_words": [clean(each) for each in match.evidence.shared_words],
            "conflicts": [asdict(conflict) for conflict in match.evidence.conflicts],
        },
    }


def _link(fact_check: FactCheck, public_url: str) -> str:
    """Return where to read on: the publisher's page, else ours, else the first source that has an address."""
    sources = (safe_url(source.url) for source in fact_check.sources)
    return safe_url(fact_check.url) or _page(fact_check, public_url) or next(filter(None, sources), "")


def _page(fact_check: FactCheck, public_url: str) -> str:
    return f"{public_url.rstrip('/')}/fact-checks/{fact_check.id}" if public_url else ""


def _source(source: Source) -> dict[str, Any]:
    return {
        "title": clean(source.title),
        "publisher": clean(source.publisher),
        "url": safe_url(source.url),
        "published_on": source.published_on.isoformat() if source.published_on else None,
        "locale": source.locale,
    }


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        "kind": reply.kind.value,
        "locale": reply.locale,
        "text": reply.plain_text(),
        "blocks": [
            {"role": block.role.value, "label": block.label, "text": block.text, "url": block.url}
            for block in reply.blocks
        ],
        "buttons": [[_button(button) for button in row] for row in reply.buttons],
        "shown": [{"fact_check_id": shown.fact_check_id, "revision": shown.revision} for shown in reply.shown],
    }


def _button(button: Button) -> dict[str, str]:
    return {
        "label": button.label,
        "action": button.action.encode() if button.action else "",
        "url": button.url,
        "share_text": button.share_text,
    }


def _resemblance(resemblance: Resemblance, locale: str, public_url: str) -> dict[str, Any]:
    titles = resemblance.narrative.titles
    return {
        "narrative_id": resemblance.narrative.id,
        "title": clean(titles.get(locale) or next(iter(titles.values()), "")),
        "score": round(resemblance.score, 6),
        "examples": [
            {
                "fact_check_id": example.id,
                "revision": example.revision,
                "verdict": example.verdict.value if example.verdict else None,
                "verdict_words": word(example, locale),
                "headline": clean(example.texts[example.best_locale(locale)].headline),
                "claim": clean(example.texts[example.best_locale(locale)].claim),
                "url": _link(example, public_url),
                "publisher": clean(example.publisher),
            }
            for example in resemblance.examples
        ],
    }
