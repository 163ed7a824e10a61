"""Buttons work from their own words alone: after a restart, on old messages, pressed twice."""

from __future__ import annotations

import pytest

from handlers.messages import Action, ActionName, BlockRole, ReplyKind
from handlers.router import ACTIONS
from knowledge_base.models import Status
from tests.fakes.conversation import TERMINAL, World, actions_of, only
from tests.fakes.searcher import found, match_of

ASKED = "The moon is hollow, call me on 0912-345-678"


def said(replies) -> str:
    return only(replies).plain_text()


def test_every_action_has_a_handler():
    assert set(ACTIONS) == set(ActionName)


@pytest.mark.parametrize("name", [ActionName.SHOW, ActionName.WHY, ActionName.SHARE, ActionName.POST_PUBLICLY])
def test_a_withdrawn_fact_check_is_never_shown_again(world: World, name: ActionName):
    world.change("fc1", status=Status.RETRACTED)
    reply = only(world.press(name, "fc1", about="flu"))
    assert reply.kind is ReplyKind.NOTICE
    assert "withdrawn by Health Desk" in reply.plain_text()
    assert "antibiotics" not in reply.plain_text()


@pytest.mark.parametrize("name", [ActionName.SHOW, ActionName.WHY, ActionName.SHARE, ActionName.NOT_MEANT])
@pytest.mark.parametrize("argument", ["", "nobody-knows-this", "\x00", "fc1 "])
def test_a_fact_check_that_is_not_there_gets_a_kind_notice(world: World, name: ActionName, argument: str):
    reply = only(world.press(name, argument, about="flu"))
    assert reply.kind is ReplyKind.NOTICE
    assert "not here any more" in reply.plain_text()


def test_an_unpublished_draft_is_not_shown(world: World):
    world.change("fc1", status=Status.DRAFT)
    assert "not here any more" in said(world.press(ActionName.SHOW, "fc1"))


def test_choosing_shows_the_correction_and_says_it_was_chosen(world: World):
    reply = only(world.press(ActionName.SHOW, "fc1", about="some forward in English about the flu"))
    assert reply.kind is ReplyKind.CORRECTION
    assert "You picked this one" in reply.plain_text()
    assert [answer.revision for answer in world.answers.shown_to("fc1")] == [1]


def test_a_changed_fact_check_says_that_it_changed(world: World):
    world.press(ActionName.SHOW, "fc1")
    world.change("fc1", verdict_label="Mostly false")
    notes = [block.text for block in only(world.press(ActionName.SHOW, "fc1")).blocks if block.role is BlockRole.NOTE]
    assert notes == ["This fact-check has changed since you last saw it. This is how it stands now."]
    assert "has changed" not in said(world.press(ActionName.SHOW, "fc1"))


def test_read_more_gives_the_whole_explanation_and_every_source(world: World):
    text = said(world.press(ActionName.WHY, "fc1"))
    assert world.stored().texts["en"].explanation in text
    assert "https://health.example/antibiotics" in text


def test_read_more_links_the_public_page_where_there_is_one():
    from tests.fakes.conversation import ANTIBIOTICS

    world = World(ANTIBIOTICS, public_url="https://facts.example/")
    urls = [button.url for row in only(world.press(ActionName.WHY, "fc1")).buttons for button in row if button.url]
    assert urls == ["https://facts.example/fact-checks/fc1"]


def test_share_gives_the_text_to_forward(world: World):
    text = said(world.press(ActionName.SHARE, "fc1"))
    assert text.startswith("❌ False. Fact: Flu is viral")
    assert "https://desk.example/antibiotics" in text
    assert "How it fits" not in text


def test_the_language_of_the_message_behind_the_button_is_kept(world: World):
    about = "聽說吃剩下的抗生素可以治療流感，是真的嗎？"
    assert only(world.press(ActionName.SHOW, "fc1", about=about)).locale == "zh-TW"


def test_none_of_these_offers_the_editors(world: World):
    reply = only(world.press(ActionName.NONE_OF_THESE, about=ASKED))
    assert reply.replaces
    assert actions_of(reply) == ["a", "x"]
    assert world.is_empty_of_people()


def test_no_thanks_stores_nothing(world: World):
    assert said(world.press(ActionName.NO_THANKS, about=ASKED)) == "All right, nothing was sent."
    assert world.is_empty_of_people()


def test_a_tip_is_masked_stored_and_promised_an_answer(world: World):
    text = said(world.press(ActionName.ASK_EDITORS, about=ASKED))
    assert "You are the first" in text
    assert "I will tell you here" in text
    [tip] = world.tips_of(world.contact().id)
    assert tip.text == "The moon is hollow, call me on [phone]"
    assert tip.notify


def test_others_with_the_same_question_are_counted(world: World):
    world.press(ActionName.ASK_EDITORS, about=ASKED, user="ben")
    world.press(ActionName.ASK_EDITORS, about=ASKED, user="carla")
    assert "2 other people" in said(world.press(ActionName.ASK_EDITORS, about=ASKED))


def test_asking_twice_counts_once(world: World):
    world.press(ActionName.ASK_EDITORS, about=ASKED)
    assert "You are the first" in said(world.press(ActionName.ASK_EDITORS, about=ASKED))


def test_where_nobody_can_be_written_to_nothing_is_promised(world: World):
    text = said(world.press(ActionName.ASK_EDITORS, about=ASKED, limits=TERMINAL))
    assert "I can't write to you here later" in text
    assert not world.tips_of(world.contact().id)[0].notify


def test_a_question_answered_meanwhile_gets_its_answer_instead(world: World):
    world.searcher.answers("old flu rumor", found([match_of(world.stored(), "old flu rumor")]))
    reply = only(world.press(ActionName.ASK_EDITORS, about="old flu rumor"))
    assert reply.kind is ReplyKind.CORRECTION
    assert not world.database.tables["tips"]
    assert [answer.contact_id for answer in world.answers.shown_to("fc1")] == [world.contact().id]


@pytest.mark.parametrize("about", ["", "  ", "🙃"])
def test_a_button_whose_message_is_lost_asks_for_it_again(world: World, about: str):
    assert "send it to me again" in said(world.press(ActionName.ASK_EDITORS, about=about))
    assert world.is_empty_of_people()


def test_tell_me_when_checked_is_remembered(world: World):
    world.press(ActionName.ASK_EDITORS, about=ASKED, limits=TERMINAL)
    [tip] = world.tips_of(world.contact().id)
    assert "I will tell you here" in said(world.press(ActionName.NOTIFY, tip.rumor_id, about=ASKED))
    assert world.tips_of(world.contact().id)[0].notify


def test_tell_me_when_checked_without_a_tip_sends_it(world: World):
    world.press(ActionName.NOTIFY, "no-such-rumor", about=ASKED)
    assert world.tips_of(world.contact().id)[0].notify


def test_not_what_i_meant_is_noted_masked_and_answered(world: World):
    reply = only(world.press(ActionName.NOT_MEANT, "fc1", about=ASKED))
    [note] = world.feedback.of_contact(world.contact().id)
    assert (note.fact_check_id, note.text) == ("fc1", "The moon is hollow, call me on [phone]")
    assert actions_of(reply) == ["a", "x"]


def test_not_what_i_meant_without_the_message_stores_nothing(world: World):
    assert "send me the message again" in said(world.press(ActionName.NOT_MEANT, "fc1"))
    assert world.is_empty_of_people()


def test_pressing_not_what_i_meant_twice_is_noted_once(world: World):
    for _ in range(2):
        world.press(ActionName.NOT_MEANT, "fc1", about=ASKED)
    assert len(world.feedback.of_contact(world.contact().id)) == 1


@pytest.mark.parametrize(
    ("name", "argument"),
    [(ActionName.COMMAND, ""), (ActionName.COMMAND, "format disk"), (ActionName.CONFIRM, "world peace")],
)
def test_a_malformed_button_gets_a_kind_notice(world: World, name: ActionName, argument: str):
    assert "older version" in said(world.press(name, argument))


def test_a_button_nobody_knows_does_not_decode():
    assert Action.decode("zzz:1") is None


def test_a_message_whose_answer_was_refused_goes_to_the_fact_checkers_instead_of_getting_it_again(world: World):
    world.searcher.answers(ASKED, found([match_of(world.stored(), ASKED)]))
    assert only(world.press(ActionName.ASK_EDITORS, about=ASKED)).kind is ReplyKind.CORRECTION
    world.press(ActionName.NOT_MEANT, "fc1", about=ASKED)
    assert "Sent to the fact-checkers" in said(world.press(ActionName.ASK_EDITORS, about=ASKED))
    other = "Another message about the moon"
    world.searcher.answers(other, found([match_of(world.stored(), other)]))
    assert only(world.press(ActionName.ASK_EDITORS, about=other)).kind is ReplyKind.CORRECTION
