from __future__ import annotations

import json
from dataclasses import replace

import pytest

from handlers.guide import MENU, menu
from handlers.messages import ActionName, ChatKind, ReplyKind
from handlers.router import COMMANDS
from retrieval.interface import Evidence, MatchKind, Outcome, SearchResult
from retrieval.normalize import fingerprint
from tests.fakes.conversation import ANTIBIOTICS, TERMINAL, World, actions_of, only
from tests.fakes.searcher import found, match_of

RUMOR = "take your old antibiotics against the flu"


def said(replies) -> str:
    return only(replies).plain_text()


def test_every_command_of_the_menu_is_answered():
    assert {name for name, _ in MENU} <= set(COMMANDS)
    assert [name for name, _ in menu("zh-TW")] == [name for name, _ in MENU]


@pytest.mark.parametrize("command", sorted(COMMANDS))
@pytest.mark.parametrize("locale", ["en", "zh-TW"])
def test_every_command_answers_in_the_persons_language(world: World, command: str, locale: str):
    reply = only(world.command(command, locale_hint=locale))
    assert reply.locale == locale
    assert reply.plain_text()


def test_start_stores_nothing_and_fits_one_screen(world: World):
    assert len(said(world.command("start"))) <= 500
    assert world.is_empty_of_people()


def test_a_deep_link_shows_the_fact_check(world: World):
    assert only(world.command("start", "fc_fc1")).blocks[0].line.startswith("❌ False. Fact: Flu is viral")


def test_a_stale_deep_link_is_told(world: World):
    assert "not here any more" in said(world.command("start", "fc_gone"))


def test_help_lists_every_command(world: World):
    text = said(world.command("help"))
    assert all(f"/{name} - " in text for name, _ in MENU)


def test_an_unknown_command_points_to_help(world: World):
    assert "/help" in said(world.command("dance\u202e"))


def test_check_looks_up_what_follows_it(world: World):
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR)]))
    assert only(world.command("check", RUMOR)).kind is ReplyKind.CORRECTION


def test_check_as_a_reply_looks_up_the_message_replied_to(world: World):
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR)]))
    reply = only(world.command("check", "", quoted_text=RUMOR, chat_kind=ChatKind.GROUP))
    assert reply.kind is ReplyKind.CORRECTION


def test_check_alone_explains_itself(world: World):
    assert "after /check" in said(world.command("check"))


def test_latest_lists_facts_with_links_and_buttons(world: World):
    reply = only(world.command("latest"))
    assert reply.blocks[1].line == "1. ❌ False. Fact: Flu is viral; antibiotics act only on bacteria (Health Desk)"
    assert reply.blocks[1].url == "https://desk.example/antibiotics"
    assert actions_of(reply) == ["s:fc1"]


def test_latest_of_an_empty_store_says_so():
    assert said(World().command("latest")) == "There are no fact-checks here yet."


def test_latest_in_a_language_without_any_shows_what_there_is():
    world = World(replace(ANTIBIOTICS, texts={"zh-TW": ANTIBIOTICS.texts["zh-TW"]}))
    assert "流感是病毒引起" in said(world.command("latest"))


@pytest.mark.parametrize("words", ["zh-TW", "zh", "zh_CN", "中文", "繁體中文", "Chinese"])
def test_a_language_is_chosen_by_tag_or_name(world: World, words: str):
    reply = only(world.command("language", words))
    assert reply.locale == "zh-TW"
    assert world.contact().locale == "zh-TW"


def test_language_offers_what_there_is_and_its_buttons_work(world: World):
    reply = only(world.command("language"))
    assert actions_of(reply) == ["c:language en", "c:language zh-TW"]
    assert only(world.press(ActionName.COMMAND, "language zh-TW")).locale == "zh-TW"


def test_an_unknown_language_is_told_and_not_stored(world: World):
    assert "Klingon" in said(world.command("language", "Klingon"))
    assert world.is_empty_of_people()


def test_subscribe_and_unsubscribe_keep_the_choice(world: World):
    assert "Done" in said(world.command("subscribe"))
    assert "already" in said(world.command("subscribe"))
    assert len(world.subscriptions.of_contact(world.contact().id)) == 1
    assert "no more digests" in said(world.command("unsubscribe"))
    assert "nothing to stop" in said(world.command("unsubscribe"))


def test_a_platform_that_cannot_be_written_to_gets_no_digest(world: World):
    assert "can't send a digest" in said(world.command("subscribe", limits=TERMINAL))
    assert world.is_empty_of_people()


def test_mydata_sends_everything_as_json(world: World):
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR)]))
    world.say(RUMOR)
    world.press(ActionName.ASK_EDITORS, about="the moon is hollow")
    world.press(ActionName.NOT_MEANT, "fc1", about="something else")
    world.command("subscribe")
    name, content = only(world.command("mydata")).document
    kept = json.loads(content)
    assert name.endswith(".json")
    assert kept["contact"]["user_id"] == "anna"
    assert kept["answers_shown"][0]["fact_check_id"] == "fc1"
    assert kept["tips"][0]["text"] == "the moon is hollow"
    assert kept["not_meant"][0]["text"] == "something else"
    assert kept["subscriptions"] == [{"kind": "digest", "topics": []}]


def test_mydata_is_not_sent_into_a_group(world: World):
    world.command("language", "en", chat_kind=ChatKind.GROUP)
    assert "private chat" in said(world.command("mydata", chat_kind=ChatKind.GROUP))


@pytest.mark.parametrize("command", ["mydata", "forget"])
def test_nothing_kept_is_said_as_that(world: World, command: str):
    assert said(world.command(command)) == "Nothing is kept about you here."


def test_forget_asks_first_and_then_erases_everything(world: World):
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR)]))
    world.say(RUMOR)
    world.press(ActionName.ASK_EDITORS, about="the moon is hollow")
    asked = only(world.command("forget"))
    assert actions_of(asked) == ["k:forget", "x:forget"]
    assert world.contact() is not None
    assert "you were shown (1)" in said(world.press(ActionName.CONFIRM, "forget"))
    assert world.contact() is None
    assert world.answers.shown_to("fc1") == []
    assert "anna" not in repr(world.database.tables)
    assert world.rumors.find(fingerprint("the moon is hollow")).askers == 1
    assert said(world.press(ActionName.CONFIRM, "forget")) == "Nothing is kept about you here."


def test_keeping_after_forget_says_that_nothing_was_erased(world: World):
    world.command("language", "en")
    assert said(world.press(ActionName.NO_THANKS, "forget")) == "All right, nothing was erased."
    assert world.contact() is not None


def test_why_explains_what_the_search_saw_without_recording_an_answer(world: World):
    evidence = Evidence(shared_words=("antibiotics", "flu"))
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR, evidence=evidence)]))
    text = said(world.command("why", "", quoted_text=RUMOR))
    assert "makes a claim that has been checked" in text
    assert "Words they share: antibiotics, flu" in text
    assert world.is_empty_of_people()


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (SearchResult(Outcome.NONE), "No fact-check comes close enough"),
        (SearchResult(Outcome.UNAVAILABLE), "Search is down"),
    ],
)
def test_why_explains_a_silence(world: World, result: SearchResult, words: str):
    world.searcher.answers(RUMOR, result)
    assert words in said(world.command("why", RUMOR))


def test_why_explains_a_choice(world: World):
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR, kind=MatchKind.POSSIBLE)]))
    assert "not close enough" in said(world.command("why", RUMOR))


def test_why_alone_names_the_last_answer(world: World):
    world.press(ActionName.SHOW, "fc1")
    assert "Flu is viral" in said(world.command("why"))
