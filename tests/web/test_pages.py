"""The public pages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from fastapi.testclient import TestClient

from knowledge_base.models import FactCheck, FactCheckText, Source, Status
from tests.fakes.web import RecordInMemory, WebWorld
from web.app import create_app

LEMON = "/fact-checks/health-lemon-kills-cancer"


def json_ld(page: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_fact_check_page_shows_verdict_fact_claim_sources_and_dates(client: TestClient) -> None:
    page = client.get(LEMON).text
    for words in (
        "False",
        "No study in people shows",
        "ten thousand times stronger",
        "台灣事實查核中心",
        "July 31, 2023",
        "Revision 1",
    ):
        assert words in page


def test_fact_check_page_carries_claimreview(client: TestClient) -> None:
    review = json_ld(client.get(LEMON).text)
    assert review["@type"] == "ClaimReview"
    assert review["claimReviewed"]
    assert review["url"] == "https://facts.example" + LEMON


def test_fact_check_page_names_its_canonical_address_and_languages(client: TestClient) -> None:
    page = client.get(LEMON).text
    assert f'<link rel="canonical" href="https://facts.example{LEMON}">' in page
    assert f'hreflang="zh-TW" href="https://facts.example{LEMON}?lang=zh-TW"' in page
    assert f'hreflang="x-default" href="https://facts.example{LEMON}"' in page
    assert '<meta property="og:title" content="No study in people' in page
    chinese = client.get(f"{LEMON}?lang=zh-TW").text
    assert f'<link rel="canonical" href="https://facts.example{LEMON}?lang=zh-TW">' in chinese
    assert "沒有人體研究顯示檸檬能治癌" in chinese


def test_retracted_fact_check_is_gone_and_its_verdict_is_not_repeated(client: TestClient, world: WebWorld) -> None:
    before = world.record.get("health-lemon-kills-cancer")
    world.record.put(replace(before, status=Status.RETRACTED))
    answer = client.get(LEMON)
    assert answer.status_code == 410
    assert "was retracted" in answer.text
    assert "False" not in answer.text
    assert "No study in people" not in answer.text
    assert "ld+json" not in answer.text
    assert "noindex" in answer.text


def test_drafts_and_unknown_ids_do_not_exist_for_the_public(client: TestClient, world: WebWorld) -> None:
    world.record.put(replace(world.record.get("health-lemon-kills-cancer"), status=Status.DRAFT))
    assert client.get(LEMON).status_code == 404
    assert client.get("/fact-checks/%00%ff..%2f").status_code == 404


def test_markup_in_every_field_of_a_record_is_shown_as_text() -> None:
    evil = "</script><script>alert(1)</script><!--"
    text = FactCheckText(claim=evil, headline=evil, explanation=evil, subtitle=evil)
    record = RecordInMemory(
        [
            FactCheck(
                id="evil",
                texts={"en": text, 'x"><script>': text},
                publisher=evil,
                verdict_label=evil,
                status=Status.PUBLISHED,
                sources=(Source(evil, "javascript:alert(1)", evil, locale=evil),),
                url="javascript:alert(1)",
                author=evil,
                claimant=evil,
                topics=(evil,),
            )
        ]
    )
    client = TestClient(create_app(WebWorld(record).services))
    for path in ("/fact-checks/evil", "/fact-checks", "/fact-checks/evil?lang=%3Cscript%3E"):
        page = client.get(path, headers={"accept-language": "en"}).text
        assert "<script>alert" not in page
        assert "<!--" not in page
        assert 'href="javascript:' not in page
    assert evil in json_ld(client.get("/fact-checks/evil").text)["claimReviewed"]


def test_list_shows_published_ones_finds_words_and_pages_on(client: TestClient) -> None:
    page = client.get("/fact-checks").text
    assert page.count('class="card ') == 20
    older = re.search(r'href="(/fact-checks\?[^"]+)" rel="next"', page)
    assert older
    following = client.get(older[1].replace("&amp;", "&")).text
    assert following.count('class="card ') == 20
    found = client.get("/fact-checks", params={"q": "chemotherapy"}).text
    assert found.count('class="card ') == 1
    assert "health-lemon-kills-cancer" in found
    assert client.get("/fact-checks", params={"verdict": "satire"}).text.count('class="card ') < 20


def test_list_without_a_hit_says_so_and_keeps_the_words(client: TestClient) -> None:
    page = client.get("/fact-checks", params={"q": '"><script>'}).text
    assert "No published fact-check has these words" in page
    assert 'value="&#34;&gt;&lt;script&gt;"' in page


def test_head_is_answered_like_get_without_a_body(client: TestClient) -> None:
    for path in ("/", "/fact-checks", LEMON, "/healthz", "/static/factline.css"):
        answer = client.head(path)
        assert answer.status_code == 200
        assert not answer.content
