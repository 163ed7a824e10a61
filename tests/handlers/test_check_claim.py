"""What a message gets back: a correction, a choice, an honest "nobody has checked this", or "search is down"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.messages import BlockRole, ChatKind, ReplyKind, Shown
from knowledge_base.models import FactCheckText, Narrative, Verdict
from retrieval.interface import Conflict, Evidence, MatchKind, Outcome, Resemblance, SearchResult
from tests.fakes.conversation import ANTIBIOTICS, CURES, TERMINAL, World, actions_of, only
from tests.fakes.searcher import found, match_of, nothing

RUMOR = "take your old antibiotics against the flu"


def texts(reply, role: BlockRole) -> list[str]:
    return [block.line for block in reply.blocks if block.role is role]


def answering(world: World, text: str = RUMOR, *, locale: str = "en", kind: MatchKind = MatchKind.SAME_CLAIM) -> None:
    world.searcher.answers(text, found([match_of(world.stored(), text, kind=kind)], locale=locale))


def test_a_match_is_answered_in_the_agreed_order(world: World):
    answering(world)
    reply = only(world.say(RUMOR))
    assert reply.kind is ReplyKind.CORRECTION
    assert reply.plain_text() == (
        "❌ False. Fact: Flu is viral; antibiotics act only on bacteria\n\n"
        "You may have seen this, which is not true: “Leftover antibiotics cure the flu.”\n\n"
        "Why: Most colds fade by themselves. Antibiotics do nothing to viruses, says the U.S. CDC.\n\n"
        "Remember: Rest and fluids are the usual plan.\n\n"
        "Checked by Health Desk, January 2, 2025 (last checked June 7, 2025)\nhttps://desk.example/antibiotics\n\n"
        "Source: CDC, May 3, 2024, “Antibiotics”\nhttps://health.example/antibiotics\n\n"
        "How it fits: Your message makes the same claim in other words.\n\n"
        "Claims like this come up under one theme, “Miracle cures”. Each is checked on its own."
    )
    assert actions_of(reply) == ["y:fc1", "h:fc1", "w:fc1"]


def test_the_reply_follows_the_language_of_the_message(world: World):
    answering(world, "抗生素可以治流感嗎", locale="zh-TW")
    reply = only(world.say("抗生素可以治流感嗎"))
    assert reply.locale == "zh-TW"
    assert reply.blocks[0].line == "❌ 不實。事實：流感是病毒引起，抗生素只對細菌有效"


def test_simplified_chinese_is_answered_in_chinese(world: World):
    answering(world, "抗生素可以治流感吗", locale="zh-CN")
    assert only(world.say("抗生素可以治流感吗")).blocks[0].text == "事實：流感是病毒引起，抗生素只對細菌有效"


def test_a_chosen_language_wins_over_that_of_the_message(world: World):
    world.command("language", "zh-TW")
    answering(world)
    assert only(world.say(RUMOR)).locale == "zh-TW"


def test_the_platforms_hint_decides_where_the_message_does_not(world: World):
    answering(world, "12345", locale="und")
    assert only(world.say("12345", locale_hint="zh-Hant")).locale == "zh-TW"
    assert only(world.say("12345")).locale == "en"


def test_a_language_without_catalog_falls_back_to_the_default():
    world = World(ANTIBIOTICS, default_locale="zh-TW")
    answering(world, "les antibiotiques", locale="fr")
    assert only(world.say("les antibiotiques")).locale == "zh-TW"


def test_a_record_in_another_language_says_so():
    world = World(replace(ANTIBIOTICS, texts={"zh-TW": ANTIBIOTICS.texts["zh-TW"]}))
    answering(world)
    reply = only(world.say(RUMOR))
    assert reply.blocks[0].line == "❌ False. Fact: 流感是病毒引起，抗生素只對細菌有效"
    assert texts(reply, BlockRole.NOTE) == [
        "This fact-check is not in English yet; here it is in Chinese (Traditional, Taiwan)."
    ]


def test_the_askers_own_language_is_shown_even_without_a_catalog():
    french = FactCheckText("Les antibiotiques soignent la grippe.", "La grippe est virale", "Explication.")
    world = World(replace(ANTIBIOTICS, texts={**ANTIBIOTICS.texts, "fr": french}))
    answering(world, "grippe", locale="fr")
    reply = only(world.say("grippe"))
    assert reply.blocks[0].line == "❌ False. Fact: La grippe est virale"
    assert texts(reply, BlockRole.NOTE) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MatchKind.EXACT, "a text we know"),
        (MatchKind.SAME_LINK, "links to a page"),
        (MatchKind.SAME_CLAIM, "in other words"),
    ],
)
def test_certainty_is_said_in_words(world: World, kind: MatchKind, words: str):
    answering(world, kind=kind)
    said = only(world.say(RUMOR)).plain_text()
    assert words in said
    assert "%" not in said


@pytest.mark.parametrize(
    ("verdict", "label", "lead"),
    [
        (Verdict.FALSE, "Pants on Fire", "❌ False (“Pants on Fire”)."),
        (Verdict.FALSE, "FALSE!", "❌ False."),
        (Verdict.FALSE, "不實", "❌ False."),
        (Verdict.PARTLY_TRUE, "", "🔶 Partly true."),
        (None, "Half Flip", "ℹ️ Rated “Half Flip”:"),
        (None, "", "ℹ️ Checked:"),
    ],
)
def test_the_publishers_own_label_is_kept(verdict: Verdict | None, label: str, lead: str):
    world = World(replace(ANTIBIOTICS, verdict=verdict, verdict_label=label))
    answering(world)
    assert only(world.say(RUMOR)).blocks[0].label == lead


@pytest.mark.parametrize(
    "headline",
    [
        "",
        "Do leftover antibiotics cure the flu?",
        "Leftover antibiotics cure the flu",
        "FACT CHECK: Leftover antibiotics cure the flu",
    ],
)
def test_a_rumor_is_never_put_where_the_fact_belongs(headline: str):
    text = replace(ANTIBIOTICS.texts["en"], headline=headline)
    world = World(replace(ANTIBIOTICS, texts={"en": text}))
    answering(world)
    reply = only(world.say(RUMOR))
    assert reply.blocks[0].line == "❌ False: the claim “Leftover antibiotics cure the flu.”"
    assert texts(reply, BlockRole.CLAIM) == []


def test_a_true_claim_is_not_said_twice():
    text = FactCheckText("Wash your hands.", "Wash your hands", "Soap removes germs.")
    world = World(replace(ANTIBIOTICS, verdict=Verdict.TRUE, texts={"en": text}))
    answering(world)
    reply = only(world.say(RUMOR))
    assert reply.blocks[0].line == "✅ True: Wash your hands"
    assert texts(reply, BlockRole.CLAIM) == []


def test_a_bare_import_still_makes_a_whole_reply():
    bare = replace(
        ANTIBIOTICS, texts={"en": FactCheckText("Leftover antibiotics cure the flu.")}, sources=(), url="",
        published_on=None, checked_on=None, narrative_id="",
    )  # fmt: skip
    world = World(bare)
    answering(world)
    assert [block.line for block in only(world.say(RUMOR)).blocks] == [
        "❌ False: the claim “Leftover antibiotics cure the flu.”",
        "Checked by Health Desk",
        "How it fits: Your message makes the same claim in other words.",
    ]


def test_a_long_explanation_is_cut_at_a_sentence_and_the_whole_is_behind_read_more():
    long = " ".join(f"Sentence number {number} has exactly eight words here." for number in range(40))
    world = World(replace(ANTIBIOTICS, texts={"en": replace(ANTIBIOTICS.texts["en"], explanation=long)}))
    answering(world)
    why = texts(only(world.say(RUMOR)), BlockRole.WHY)
    assert why == [
        "Why: Sentence number 0 has exactly eight words here. Sentence number 1 has exactly eight words here."
    ]


def test_one_endless_sentence_is_cut_inside_the_limit():
    endless = "word " * 900
    world = World(replace(ANTIBIOTICS, texts={"en": replace(ANTIBIOTICS.texts["en"], explanation=endless)}))
    answering(world)
    reply = only(world.say(RUMOR))
    assert len(reply.plain_text().split()) <= 240
    assert texts(reply, BlockRole.WHY)[0].endswith("…")


def test_a_long_forward_names_the_sentence_it_answers(world: World):
    forward = f"{RUMOR}. " + "My cousin told me so yesterday at dinner and she knows. " * 6
    world.searcher.answers(forward, found([match_of(world.stored(), RUMOR)]))
    assert texts(only(world.say(forward)), BlockRole.MATCHED) == [f"In your message: “{RUMOR}”"]


def test_several_claims_are_answered_each_with_its_sentence():
    salt = replace(
        ANTIBIOTICS, id="fc2", narrative_id="", url="https://desk.example/salt",
        texts={"en": FactCheckText("Salt water prevents flu.", "Gargling does not prevent flu", "No trial shows it.")},
    )  # fmt: skip
    world = World(ANTIBIOTICS, salt)
    forward = f"{RUMOR}. And gargle salt water, see https://evil.example/x"
    matches = [
        match_of(world.stored(), RUMOR),
        match_of(world.stored("fc2"), "And gargle salt water, see https://evil.example/x"),
    ]
    world.searcher.answers(forward, found(matches))
    reply = only(world.say(forward))
    assert [block.line for block in reply.blocks] == [
        "1. ❌ False. Fact: Flu is viral; antibiotics act only on bacteria",
        f"In your message: “{RUMOR}”",
        "Why: Most colds fade by themselves.",
        "Checked by Health Desk, January 2, 2025 (last checked June 7, 2025)",
        "2. ❌ False. Fact: Gargling does not prevent flu",
        "In your message: “And gargle salt water, see [link]”",
        "Why: No trial shows it.",
        "Checked by Health Desk, January 2, 2025 (last checked June 7, 2025)",
        "Only these parts of your message have been checked; I can't vouch for the rest.",
    ]
    assert actions_of(reply) == ["y:fc1", "y:fc2"]
    assert reply.shown == (Shown("fc1", 1), Shown("fc2", 1))


def test_the_same_fact_check_twice_is_one_answer(world: World):
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR), match_of(world.stored(), "flu")]))
    assert only(world.say(RUMOR)).shown == (Shown("fc1", 1),)


def test_did_you_mean_shows_facts_not_rumors():
    other = replace(
        ANTIBIOTICS, id="fc2", url="https://desk.example/2", verdict_label="Bogus",
        texts={"en": FactCheckText("Garlic cures the flu.")},
    )  # fmt: skip
    world = World(ANTIBIOTICS, other)
    conflict = Evidence(conflicts=(Conflict("number", "2019", "2024"),))
    world.searcher.answers(
        RUMOR,
        found(
            [
                match_of(world.stored(), RUMOR, kind=MatchKind.POSSIBLE, evidence=conflict),
                match_of(world.stored("fc2"), RUMOR, kind=MatchKind.POSSIBLE),
            ]
        ),
    )
    reply = only(world.say(RUMOR))
    assert reply.kind is ReplyKind.POSSIBLE
    assert [block.line for block in reply.blocks] == [
        "Did you mean one of these? I'm not sure, so please choose.",
        "1. Flu is viral; antibiotics act only on bacteria (checked by Health Desk)\n"
        "Note: yours says “2019”, this one “2024”.",
        "2. “Garlic cures the flu.”, rated False (“Bogus”) by Health Desk",
    ]
    assert actions_of(reply) == ["s:fc1", "s:fc2", "n"]
    assert reply.shown == ()


def test_one_possible_answer_is_a_yes_or_no_question(world: World):
    answering(world, kind=MatchKind.POSSIBLE)
    reply = only(world.say(RUMOR))
    assert [button.label for row in reply.buttons for button in row] == ["Yes, show me", "No, something else"]


def test_nobody_has_checked_it_is_said_and_consent_asked_for(world: World):
    reply = only(world.say("the moon is hollow"))
    assert reply.kind is ReplyKind.NONE
    assert reply.blocks[0].text.startswith("Nobody we know of has checked this yet.")
    assert actions_of(reply) == ["a", "x"]
    assert world.is_empty_of_people()


def test_others_who_asked_are_counted(world: World):
    for user in ("ben", "carla"):
        world.press("a", about="The moon is hollow", user=user)
    assert "2 people have already asked" in only(world.say("the moon is  hollow")).plain_text()


def test_a_known_storyline_is_named_without_a_verdict_on_the_message(world: World):
    world.searcher.otherwise = nothing(resemblance=Resemblance(CURES, 0.8, (world.stored(),)))
    reply = only(world.say("crystals heal cancer"))
    assert reply.kind is ReplyKind.NONE
    assert [block.line for block in reply.blocks][:4] == [
        "Nobody we know of has checked this exact claim yet. That does not make it true, or false.",
        "It resembles a theme fact-checkers know: “Miracle cures”. "
        "That says nothing about whether your message is true.",
        "Other claims on that theme that were checked:",
        "❌ False. Fact: Flu is viral; antibiotics act only on bacteria (Health Desk)",
    ]
    assert reply.blocks[3].url == "https://desk.example/antibiotics"


def test_a_storyline_without_a_title_is_not_mentioned(world: World):
    world.searcher.otherwise = nothing(resemblance=Resemblance(Narrative("x", {}), 0.8, ()))
    assert texts(only(world.say("crystals heal cancer")), BlockRole.NARRATIVE) == []


def test_search_being_down_is_not_called_nothing_found(world: World):
    world.searcher.otherwise = SearchResult(Outcome.UNAVAILABLE)
    reply = only(world.say("the moon is hollow"))
    assert reply.kind is ReplyKind.UNAVAILABLE
    assert "Search is down" in reply.plain_text()
    assert reply.buttons == ()


def test_what_was_shown_is_remembered_in_a_private_chat(world: World):
    answering(world)
    world.say(RUMOR)
    [answer] = world.answers.shown_to("fc1")
    assert (answer.contact_id, answer.revision) == (world.contact().id, 1)


def test_where_nobody_can_be_written_to_nobody_is_remembered(world: World):
    answering(world)
    world.say(RUMOR, limits=TERMINAL)
    assert world.is_empty_of_people()


def test_a_group_is_remembered_instead_of_the_person(world: World):
    answering(world)
    world.say(RUMOR, chat_kind=ChatKind.GROUP, is_mention=True)
    [contact] = world.database.tables["contacts"].values()
    assert (contact.asker.chat_id, contact.asker.user_id) == ("group", "")


def test_a_group_message_nobody_addressed_to_the_bot_is_not_even_searched(world: World):
    assert world.say(RUMOR, chat_kind=ChatKind.GROUP) == []
    assert world.searcher.asked == []


def test_a_group_message_without_a_match_stores_nothing(world: World):
    world.say("the moon is hollow", chat_kind=ChatKind.GROUP, is_mention=True)
    assert world.is_empty_of_people()


def test_addresses_the_platform_knows_are_searched_too(world: World):
    world.say("look", urls=("https://evil.example/x",))
    assert world.searcher.asked == [("look", ("https://evil.example/x",))]


def test_buttons_that_do_not_fit_are_left_out(world: World):
    answering(world)
    few = replace(TERMINAL, max_buttons=1)
    assert actions_of(only(world.say(RUMOR, limits=few))) == ["y:fc1"]
    assert only(world.say(RUMOR, limits=replace(TERMINAL, max_buttons=0))).buttons == ()


def test_an_id_too_long_for_a_button_costs_the_button_not_the_reply():
    world = World(replace(ANTIBIOTICS, id="x" * 70))
    world.searcher.answers(RUMOR, found([match_of(world.stored("x" * 70), RUMOR)]))
    reply = only(world.say(RUMOR))
    assert reply.buttons == ()
    assert reply.blocks[0].line.startswith("❌ False. Fact:")


def test_sharing_goes_through_the_platform_where_it_can(world: World):
    answering(world)
    [shared] = [button for row in only(world.say(RUMOR)).buttons for button in row if button.share_text]
    assert shared.share_text.startswith("❌ False. Fact: Flu is viral")
    plain = only(world.say(RUMOR, limits=TERMINAL))
    assert not [button for row in plain.buttons for button in row if button.share_text]
