"""Inline mode: fact-checks to quote in any chat."""

from dataclasses import replace

import pytest

from knowledge_base.models import Status
from tests.fakes.conversation import ANTIBIOTICS
from tests.fakes.searcher import found, match_of
from tests.fakes.telegram_server import Fault, Person, Talk


async def results(server, talk, words):
    query = talk.inline(words)
    await server.until(lambda: query in server.answered_inline)
    return server.answered_inline[query]["results"]


async def test_words_list_matching_fact_checks_with_their_verdict(factline, world, ann, server):
    world.searcher.answers("antibiotics flu", found([match_of(world.stored(), "antibiotics flu")]))
    (result,) = await results(server, ann, "antibiotics flu")
    assert result["title"].startswith("❌ False. Fact: Flu is viral")
    assert result["_reads"].startswith("❌ False. Fact: Flu is viral")
    assert "https://desk.example/antibiotics" in result["input_message_content"]["message_text"]
    assert "Health Desk" in result["_reads"]


async def test_posted_correction_has_links_only(factline, world, ann, server):
    world.searcher.answers("antibiotics flu", found([match_of(world.stored(), "antibiotics flu")]))
    (result,) = await results(server, ann, "antibiotics flu")
    buttons = [b for row in result["reply_markup"]["inline_keyboard"] for b in row]
    assert buttons[0]["url"] == "https://t.me/factline_bot?start=fc_fc1"
    assert all("callback_data" not in b for b in buttons)


async def test_no_words_list_the_newest(factline, ann, server):
    (result,) = await results(server, ann, "")
    assert result["id"] == "fc1"


async def test_words_nothing_knows_list_nothing(factline, ann, server):
    assert await results(server, ann, "turnips of the mayor") == []


async def test_retracted_and_unpublished_ones_are_never_listed(factline, world, ann, server):
    world.searcher.answers("antibiotics flu", found([match_of(world.stored(), "antibiotics flu")]))
    world.publish(replace(ANTIBIOTICS, id="draft", status=Status.DRAFT, url=""))
    world.change("fc1", status=Status.RETRACTED)
    for words in ("antibiotics flu", "", "fc_fc1", "fc_draft", "fc_nowhere"):
        assert await results(server, ann, words) == []


async def test_person_s_language_is_answered(factline, server):
    mei = Talk(server, Person(1005, "Mei", "", "zh-hant"))
    (result,) = await results(server, mei, "fc_fc1")
    assert "流感是病毒引起" in result["_reads"]


@pytest.mark.parametrize("words", ["<b>&lt;", "x" * 256, "檸檬🍋\u202e", "fc_" + "9" * 200])
async def test_hostile_words_are_answered(factline, ann, server, words):
    await results(server, ann, words)


async def test_broken_search_answers_with_an_empty_list(factline, world, ann, server):
    world.searcher.search = None
    assert await results(server, ann, "antibiotics") == []


async def test_query_that_went_stale_is_nobody_s_loss(factline, ann, server):
    server.faults.append(Fault("answerInlineQuery", code=400, description="Bad Request: query is too old"))
    ann.inline("antibiotics")
    ann.say("/help")
    assert await ann.answer()


async def test_posted_inline_result_is_not_answered_again(factline, ann, server):
    ann.forward("❌ False. Fact: Flu is viral", via_bot=server.bot)
    ann.say("/help")
    await ann.answer()
    assert len(ann.received()) == 1
