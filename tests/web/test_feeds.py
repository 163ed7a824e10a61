"""The feeds."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import fromstring

from fastapi.testclient import TestClient

from knowledge_base.models import FactCheckText, Status
from tests.fakes.web import WebWorld

ATOM = "{http://www.w3.org/2005/Atom}"


def test_atom_names_the_newest_with_their_pages(client: TestClient, world: WebWorld) -> None:
    answer = client.get("/feed.atom")
    feed = fromstring(answer.content)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert len(feed.findall(f"{ATOM}entry")) == min(50, world.record.count())
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}id", "").startswith("https://facts.example/fact-checks/")
    assert feed.findtext(f"{ATOM}title") == "Factline: newest fact-checks"


def test_atom_survives_what_xml_cannot_hold(client: TestClient, world: WebWorld) -> None:
    lemon = world.record.get("health-lemon-kills-cancer")
    text = FactCheckText(claim="<b>a\x00\x0b\ud800", headline="<b>&\x01]]>", explanation="\ufffe\x1f\u202e<")
    world.record.put(replace(lemon, id="zz", publisher="\x02<p>", texts={"en": text}))
    feed = fromstring(client.get("/feed.atom").content)
    assert any("<b>&]]>" in entry.findtext(f"{ATOM}title", "") for entry in feed.iter(f"{ATOM}entry"))


def test_json_feed_speaks_the_language_asked_for(client: TestClient) -> None:
    feed = client.get("/feed.json?lang=zh-TW").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["language"] == "zh-TW"
    assert any("檸檬" in item["title"] for item in feed["items"])


def test_data_feed_holds_every_published_fact_check_and_no_other(client: TestClient, world: WebWorld) -> None:
    lemon = world.record.get("health-lemon-kills-cancer")
    world.record.put(replace(lemon, status=Status.RETRACTED))
    feed = client.get("/claimreview.json").json()
    assert feed["@type"] == "DataFeed"
    assert len(feed["dataFeedElement"]) == world.record.count()
    assert "lemon" not in str(feed)
