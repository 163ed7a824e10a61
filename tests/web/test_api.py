"""The API."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from knowledge_base.models import Status
from tests.fakes.web import WebWorld
from web.records import CheckResponse, FactCheckList, FactCheckModel

LEMON = "Frozen lemon peel is ten thousand times stronger than chemotherapy."


def test_check_answers_with_the_agreed_fields(client: TestClient) -> None:
    answer = client.post("/api/v1/check", json={"text": LEMON})
    body = answer.json()
    assert answer.status_code == 200
    assert body["outcome"] == "match"
    (match,) = body["matches"]
    assert match["fact_check_id"] == "health-lemon-kills-cancer"
    assert match["verdict"] == "false"
    assert match["sources"][0]["publisher"] == "台灣事實查核中心"
    assert body["reply"]["locale"] == "en"
    assert body["timings_ms"]["total"] == 1.5
    CheckResponse.model_validate(body)


def test_check_replies_in_the_language_asked_for(client: TestClient) -> None:
    body = client.post("/api/v1/check", json={"text": LEMON, "locale": "zh-TW"}).json()
    assert body["reply"]["locale"] == "zh-TW"


def test_check_stores_nothing(client: TestClient, world: WebWorld) -> None:
    client.post("/api/v1/check", json={"text": LEMON})
    client.post("/api/v1/check", json={"text": "never heard of"})
    assert world.stored.asked == []


@pytest.mark.parametrize(
    "text",
    ["", "   ", "😀", "\x00", "\u202e", "<script>alert(1)</script>", "z" * 100_000],
    ids=["empty", "blank", "emoji", "NUL", "override", "script", "long"],
)
def test_check_answers_any_text(client: TestClient, text: str) -> None:
    answer = client.post("/api/v1/check", json={"text": text})
    assert answer.status_code == 200
    assert answer.json()["outcome"] == "none"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_check_answers_a_lone_surrogate(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/check", content=rb'{"text": "a\udfffb"}', headers={"content-type": "application/json"}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"text": 5}', b'{"locale": "en"}', b"\xff\xfe", b'{"text": "x", "locale": ["en"]}'],
)
def test_malformed_requests_are_told_what_is_wrong_without_repeating_it(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/v1/check", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    error = answer.json()["error"]
    assert error["id"]
    assert error["title"]
    assert "Traceback" not in answer.text


def test_refusal_never_repeats_the_message(client: TestClient) -> None:
    answer = client.post("/api/v1/check", json={"text": {"secret": "my phone is 0912"}})
    assert answer.status_code == 422
    assert "0912" not in answer.text


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "streamed"])
def test_body_over_a_mebibyte_is_refused(client: TestClient, declared: bool) -> None:
    body = b'{"text": "' + b"z" * (1024 * 1024) + b'"}'
    content = body if declared else iter([body[:700_000], body[700_000:]])
    answer = client.post("/api/v1/check", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["error"]["status"] == 413
    page = client.post("/chat", data={"text": "z" * (1024 * 1024 + 1)})
    assert page.status_code == 413
    assert "too long" in page.text


def test_listing_pages_through_everything_once(client: TestClient, world: WebWorld) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        body = client.get("/api/v1/fact-checks", params={"limit": 25, "cursor": cursor}).json()
        page = FactCheckList.model_validate(body)
        seen += [item.id for item in page.items]
        cursor = page.next_cursor
        if not cursor:
            break
    assert sorted(seen) == sorted(each.id for each in world.record.iterate())


def test_listing_filters(client: TestClient, world: WebWorld) -> None:
    body = client.get("/api/v1/fact-checks", params={"verdict": "satire", "limit": 100}).json()
    expected = {each.id for each in world.record.iterate() if each.verdict == "satire"}
    assert {item["id"] for item in body["items"]} == expected != set()
    body = client.get("/api/v1/fact-checks", params={"topic": "health", "locale": "zh-TW", "limit": 100}).json()
    assert body["items"]
    assert all("health" in item["topics"] and "zh-TW" in item["texts"] for item in body["items"])


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "verdict=maybe"])
def test_listing_refuses_filters_that_mean_nothing(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/v1/fact-checks?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]["problems"][0]["field"] == query.partition("=")[0]


def test_one_fact_check_has_its_page_and_keeps_known_wordings_inside(client: TestClient, world: WebWorld) -> None:
    answer = client.get("/api/v1/fact-checks/health-lemon-kills-cancer")
    item = FactCheckModel.model_validate(answer.json())
    assert item.page_url == "https://facts.example/fact-checks/health-lemon-kills-cancer"
    assert item.texts["zh-TW"].headline
    assert world.record.get(item.id).wordings[0] not in answer.text


def test_unpublished_and_retracted_fact_checks_are_not_served(client: TestClient, world: WebWorld) -> None:
    lemon = world.record.get("health-lemon-kills-cancer")
    path = "/api/v1/fact-checks/health-lemon-kills-cancer"
    world.record.put(replace(lemon, status=Status.IN_REVIEW))
    assert client.get(path).status_code == 404
    world.record.put(replace(lemon, status=Status.RETRACTED))
    answer = client.get(path)
    assert answer.status_code == 410
    assert "retracted" in answer.json()["error"]["title"]
    assert "false" not in answer.text


def test_openapi_describes_requests_and_answers(client: TestClient) -> None:
    api = client.get("/openapi.json").json()
    assert set(api["paths"]) == {"/api/v1/check", "/api/v1/fact-checks", "/api/v1/fact-checks/{fact_check_id}"}
    answers = api["paths"]["/api/v1/check"]["post"]["responses"]
    assert answers["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/CheckResponse")
    assert answers["422"]["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorResponse")
    assert "matched_text" in api["components"]["schemas"]["MatchModel"]["properties"]
