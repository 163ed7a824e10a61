"""Fact-checks as the API shows them, and as values the public pages print."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from knowledge_base.models import FactCheck, Source, Status, Verdict


class SourceModel(BaseModel):
    """Evidence a fact-check rests on."""

    title: str
    url: str
    publisher: str = ""
    published_on: date | None = None
    locale: str = "und"


class FactCheckTextModel(BaseModel):
    """One language's wording."""

    claim: str = Field(description="What was checked, as it is told.")
    headline: str = Field("", description="The fact.")
    explanation: str = Field("", description="Why the claim misleads.")


class FactCheckModel(BaseModel):
    """A published fact-check at its current revision."""

    id: str
    revision: int
    status: Status
    verdict: Verdict | None = Field(None, description="null where the publisher's label could not be mapped")
    verdict_label: str = Field("", description="The publisher's own words for the verdict.")
    texts: dict[str, FactCheckTextModel] = Field(description="By BCP 47 language tag.")
    publisher: str
    author: str = ""
    url: str = Field("", description="Where the publisher published it.")
    page_url: str = Field(description="Its page here.")
    claimant: str = ""
    published_on: date | None = None
    checked_on: date | None = None
    sources: list[SourceModel] = Field(default_factory=list)
    topics: list[str] = Field(default_factory=list)
    narrative_id: str = ""


class FactCheckList(BaseModel):
    """One page of a listing, newest first."""

    items: list[FactCheckModel]
    next_cursor: str = Field("", description='Pass it as `cursor` for the next page; "" on the last one.')


class CheckRequest(BaseModel):
    """A text to check."""

    text: str = Field(description="The message as it was received: any length up to 1 MiB of body, any language.")
    locale: str = Field("", max_length=35, description="Language wanted for the reply; that of the text where empty.")


class MatchModel(BaseModel):
    """A fact-check that answers, or may answer, the text."""

    model_config = ConfigDict(extra="allow")

    fact_check_id: str
    revision: int
    probability: float = Field(ge=0, le=1)
    match_kind: str = Field(description="exact, same_link, same_claim or possible")
    verdict: Verdict | None
    claim: str
    headline: str
    explanation: str
    url: str
    publisher: str
    published_on: date | None
    sources: list[dict[str, Any]]
    matched_text: str = Field(description="The part of the text it was matched on.")


class CheckResponse(BaseModel):
    """The answer to one text."""

    model_config = ConfigDict(extra="allow")

    outcome: str = Field(description="match, possible, none, or unavailable (search is down: ask again later)")
    matches: list[MatchModel]
    reply: dict[str, Any] | None = Field(description="What a chat would have said.")
    timings_ms: dict[str, float]


class ErrorBody(BaseModel):
    """What went wrong."""

    status: int
    id: str = Field(description="Quote it when you ask for help: the log has it.")
    title: str
    advice: str
    problems: list[dict[str, str]] = Field(default_factory=list)


class ErrorResponse(BaseModel):
    """An error."""

    error: ErrorBody


def page_path(fact_check_id: str) -> str:
    """Return the path of a fact-check's page."""
    return f"/fact-checks/{fact_check_id}"


def fact_check_model(fact_check: FactCheck, base_url: str) -> FactCheckModel:
    """Return a fact-check as the API shows it; known wordings stay inside: they only repeat the rumor."""
    return FactCheckModel(
        id=fact_check.id,
        revision=fact_check.revision,
        status=fact_check.status,
        verdict=fact_check.verdict,
        verdict_label=fact_check.verdict_label,
        texts={
            locale: FactCheckTextModel(claim=text.claim, headline=text.headline, explanation=text.explanation)
            for locale, text in fact_check.texts.items()
        },
        publisher=fact_check.publisher,
        author=fact_check.author,
        url=fact_check.url,
        page_url=base_url + page_path(fact_check.id),
        claimant=fact_check.claimant,
        published_on=fact_check.published_on,
        checked_on=fact_check.checked_on,
        sources=[_source_model(source) for source in fact_check.sources],
        topics=list(fact_check.topics),
        narrative_id=fact_check.narrative_id,
    )


def _source_model(source: Source) -> SourceModel:
    return SourceModel(
        title=source.title,
        url=source.url,
        publisher=source.publisher,
        published_on=source.published_on,
        locale=source.locale,
    )
