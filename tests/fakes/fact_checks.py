"""Fact-checks to store in tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from knowledge_base.models import FactCheck, FactCheckText, Source, Status, Verdict

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def a_fact_check(number: int = 1, **changes) -> FactCheck:
    """Return a published fact-check with every field filled in; the same number gives the same one."""
    fields = {
        "id": f"{number:026d}",
        "texts": {
            "zh-TW": FactCheckText("檸檬水可以治癌症", "檸檬水不能治癌症", "沒有證據。", "查核報告"),
            "en": FactCheckText("Lemon water cures cancer", "Lemon water does not cure cancer", "No evidence."),
        },
        "publisher": "Example Checkers",
        "verdict": Verdict.FALSE,
        "verdict_label": "錯誤",
        "status": Status.PUBLISHED,
        "sources": (Source("A study", "https://example.org/study", "Example Press", date(2025, 1, 2), "en"),),
        "url": f"https://example.org/checks/{number}",
        "external_id": f"ext-{number}",
        "author": "The desk",
        "claimant": "A chain letter",
        "published_on": date(2026, 2, 1),
        "checked_on": date(2026, 2, 2),
        "wordings": ("請轉發!檸檬水可以治癌症", "LEMON WATER!!!"),
        "claim_urls": ("https://example.org/rumor",),
        "topics": ("health", "food"),
        "narrative_id": "cures",
    }
    return FactCheck(**{**fields, **changes})
