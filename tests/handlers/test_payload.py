"""The JSON others build on: its fields are a promise."""

from __future__ import annotations

import json
from dataclasses import replace

from handlers.payload import to_payload
from retrieval.interface import Conflict, Evidence, Outcome, Resemblance, SearchResult
from tests.fakes.conversation import ANTIBIOTICS, CURES, World
from tests.fakes.searcher import found, match_of, nothing

AGREED = {
    "fact_check_id",
    "revision",
    "probability",
    "match_kind",
    "verdict",
    "claim",
    "headline",
    "explanation",
    "url",
    "publisher",
    "published_on",
    "sources",
    "matched_text",
}


def checked(world: World, text: str, locale: str = ""):
    return json.loads(json.dumps(to_payload(world.conversation.check(text, locale))))


def test_a_match_has_every_agreed_field(world: World):
    evidence = Evidence({"words": 1.5}, {"margin": 0.2}, ("flu",), (Conflict("number", "1", "2"),))
    world.searcher.answers("flu rumor", found([match_of(world.stored(), "flu rumor", evidence=evidence)]))
    payload = checked(world, "flu rumor")
    assert set(payload) >= {"outcome", "matches", "reply", "timings_ms"}
    assert payload["outcome"] == "match"
    [match] = payload["matches"]
    assert set(match) >= AGREED
    assert {name: match[name] for name in AGREED - {"explanation"}} == {
        "fact_check_id": "fc1",
        "revision": 1,
        "probability": 0.97,
        "match_kind": "same_claim",
        "verdict": "false",
        "claim": "Leftover antibiotics cure the flu.",
        "headline": "Flu is viral; antibiotics act only on bacteria",
        "url": "https://desk.example/antibiotics",
        "publisher": "Health Desk",
        "published_on": "2025-01-02",
        "sources": [
            {
                "title": "Antibiotics",
                "publisher": "CDC",
                "url": "https://health.example/antibiotics",
                "published_on": "2024-05-03",
                "locale": "en",
            }
        ],
        "matched_text": "flu rumor",
    }
    assert match["explanation"] == ANTIBIOTICS.texts["en"].explanation
    assert match["evidence"]["conflicts"] == [{"kind": "number", "in_message": "1", "in_claim": "2"}]
    assert payload["timings_ms"] == {"total": 2.5}
    assert payload["reply"]["blocks"][0]["role"] == "verdict"
    assert payload["reply"]["text"].startswith("❌ False. Fact: Flu is viral")


def test_an_asked_for_language_is_given(world: World):
    world.searcher.answers("flu rumor", found([match_of(world.stored(), "flu rumor")]))
    payload = checked(world, "flu rumor", "zh-TW")
    assert payload["reply"]["locale"] == "zh-TW"
    assert payload["matches"][0]["claim"] == "吃剩下的抗生素可以治流感。"


def test_an_unmapped_verdict_is_null_not_guessed():
    world = World(replace(ANTIBIOTICS, verdict=None, verdict_label="Half Flip"))
    world.searcher.answers("flu rumor", found([match_of(world.stored(), "flu rumor")]))
    [match] = checked(world, "flu rumor")["matches"]
    assert match["verdict"] is None
    assert match["verdict_label"] == "Half Flip"


def test_a_fact_check_without_an_address_of_its_own_leads_to_its_first_source():
    world = World(replace(ANTIBIOTICS, url=""))
    world.searcher.answers("flu rumor", found([match_of(world.stored(), "flu rumor")]))
    [match] = checked(world, "flu rumor")["matches"]
    assert match["url"] == "https://health.example/antibiotics"


def test_no_match_has_no_matches_and_a_reply(world: World):
    payload = checked(world, "the moon is hollow")
    assert (payload["outcome"], payload["matches"]) == ("none", [])
    assert payload["reply"]["kind"] == "none"


def test_a_resemblance_carries_its_examples_with_verdicts_and_links(world: World):
    world.searcher.otherwise = nothing(resemblance=Resemblance(CURES, 0.75, (world.stored(),)))
    resemblance = checked(world, "crystals heal cancer")["resemblance"]
    assert resemblance["title"] == "Miracle cures"
    assert resemblance["examples"][0]["verdict"] == "false"
    assert resemblance["examples"][0]["url"] == "https://desk.example/antibiotics"


def test_empty_text_and_a_search_that_is_down_are_valid_payloads_too(world: World):
    assert checked(world, "")["outcome"] == "none"
    world.searcher.otherwise = SearchResult(Outcome.UNAVAILABLE)
    assert checked(world, "anything at all")["outcome"] == "unavailable"


def test_a_check_stores_nothing(world: World):
    world.searcher.answers("flu rumor", found([match_of(world.stored(), "flu rumor")]))
    checked(world, "flu rumor")
    assert world.is_empty_of_people()


def test_hostile_characters_do_not_break_the_json(world: World):
    world.searcher.answers("\ud800 x", found([match_of(world.stored(), "\ud800\x00 x\u202e")]))
    payload = to_payload(world.conversation.check("\ud800 x"))
    assert json.dumps(payload, ensure_ascii=False).encode("utf-8")
    assert payload["matches"][0]["matched_text"] == "x"
