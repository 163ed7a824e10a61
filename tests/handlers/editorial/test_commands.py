"""Editors on the move: the commands in a chat, by role, for strangers, over restarts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.editorial.commands import COMMANDS
from handlers.editorial.ports import Identity, RumorStatus, TokenPurpose
from handlers.editorial.sign_in import BY_OPERATOR, change_role, issue, sign_in, signed_in
from handlers.editorial.writing import approve_and_publish, propose_correction, save_draft, submit_for_review
from handlers.messages import ActionName, ChatKind
from handlers.permissions import Role
from knowledge_base.models import Status, Verdict
from retrieval.interface import MatchKind
from tests.fakes.newsroom import DRAFT, Newsroom, with_headline
from tests.fakes.searcher import found, match_of

FORWARD = "BREAKING!!! Doctors hide that garlic water heals the flu. Share before it is deleted!"


@pytest.fixture
def chat(room):
    return room.chat()


def words(reply):
    return reply.plain_text()


def labels(reply):
    return [button.label for row in reply.buttons for button in row]


def wrote(chat, who, *texts):
    for text in texts:
        (reply,) = chat.say(who, text)
    return reply


class TestStrangers:
    @pytest.mark.parametrize("command", [*COMMANDS, "link"])
    def test_for_a_stranger_the_commands_do_not_exist(self, room, chat, command):
        known = words(chat.command("stranger", command, "x"))
        unknown = words(chat.command("stranger", "nosuchcommand", "x"))
        assert known == unknown.replace("nosuchcommand", command)
        assert room.desk.record.audit.entries() == []

    def test_a_button_of_the_newsroom_does_nothing_for_a_stranger(self, room, chat):
        rumor = room.ask("u1", FORWARD)
        opened = chat.press(room.anna, chat.command(room.anna, "queue"), "Open 1")
        with pytest.raises(ValueError, match="unpack"):
            chat.press("stranger", opened, "no such button")
        said = words(chat.press("stranger", opened, "Take it"))
        assert "garlic" not in said
        assert room.desk.record.rumors.get(rumor).assignee == ""

    def test_whoever_was_removed_is_a_stranger(self, room, chat):
        room.desk.record.editors.remove(room.anna)
        assert "/help" in words(chat.command(room.anna, "queue"))

    def test_the_newsrooms_work_is_not_shown_in_a_group(self, room, chat):
        room.ask("u1", FORWARD)
        said = words(chat.command(room.anna, "queue", chat_kind=ChatKind.GROUP))
        assert "garlic" not in said
        assert "private" in said


def test_help_names_the_newsrooms_commands_to_editors_only(room, chat):
    assert "/queue mine" in words(chat.command(room.anna, "help"))
    assert "/queue" not in words(chat.command("stranger", "help"))


class TestLinking:
    def test_a_code_links_the_account_it_is_sent_from(self, room):
        chat = room.chat()
        code = issue(room.desk, room.desk.record.editors.get(room.anna), TokenPurpose.LINK).secret
        assert "Anna" in words(chat.command("second-phone", "link", code))
        assert room.desk.record.editors.of_identity(Identity("toy", "second-phone")).id == room.anna
        assert "Nothing is waiting" in words(chat.command("second-phone", "queue"))


class TestQueue:
    def test_it_lists_what_people_ask_with_the_clock(self, room, chat):
        room.ask("u1", FORWARD, chat="g1")
        room.wait(minutes=35)
        room.ask("u2", FORWARD)
        said = words(chat.command(room.rosa, "queue"))
        assert "1. 1 h 25 min left · 2 asked, in 2 chats · may do harm" in said
        assert "Doctors hide" in said
        room.wait(hours=2)
        assert "1. 35 min over time" in words(chat.command(room.rosa, "queue"))

    def test_a_rumor_is_taken_put_back_and_listed_as_mine(self, room, chat):
        rumor = room.ask("u1", FORWARD)
        opened = chat.press(room.anna, chat.command(room.anna, "queue"), "Open 1")
        chat.press(room.anna, opened, "Take it")
        assert "taken by Anna" in words(chat.command(room.ben, "queue"))
        assert "garlic" in words(chat.command(room.anna, "queue", "mine"))
        assert "Nothing is waiting" in words(chat.command(room.ben, "queue", "mine"))
        opened = chat.press(room.anna, chat.command(room.anna, "queue"), "Open 1")
        chat.press(room.anna, opened, "Put it back")
        assert room.desk.record.rumors.get(rumor).status is RumorStatus.OPEN

    def test_a_reader_sees_and_cannot_touch(self, room, chat):
        room.ask("u1", FORWARD)
        assert labels(chat.press(room.rosa, chat.command(room.rosa, "queue"), "Open 1")) == []

    def test_one_press_answers_with_what_exists(self, room, chat):
        rumor = room.ask("u1", FORWARD)
        answer = replace(DRAFT, id="01J0000000000000000000ABCD", status=Status.PUBLISHED)
        room.fact_checks.save(answer, editor="e", reason="", at=room.time)
        room.searcher.answers(FORWARD, found([match_of(answer, FORWARD, kind=MatchKind.SAME_CLAIM)]))
        opened = chat.press(room.anna, chat.command(room.anna, "queue"), "Open 1")
        assert "This answers it already: No food ends an infection" in words(opened)
        chat.press(room.anna, opened, "Answer with 1")
        assert room.desk.record.rumors.get(rumor).outcome == answer.id

    def test_a_rumor_is_dismissed_with_the_reason_that_follows(self, room, chat):
        rumor = room.ask("u1", FORWARD)
        opened = chat.press(room.anna, chat.command(room.anna, "queue"), "Open 1")
        chat.press(room.anna, opened, "Dismiss")
        chat.restarted()
        wrote(chat, room.anna, "It is an advertisement")
        closed = room.desk.record.rumors.get(rumor)
        assert (closed.status, closed.outcome) == (RumorStatus.DISMISSED, "It is an advertisement")
        chat.say(room.anna, "It is an advertisement")  # the dialogue is over: this is a message to check
        assert room.searcher.asked[-1][0] == "It is an advertisement"

    def test_a_reason_for_what_is_gone_ends_the_conversation(self, room, chat):
        rumor = room.ask("u1", FORWARD)
        chat.press(room.anna, chat.press(room.anna, chat.command(room.anna, "queue"), "Open 1"), "Dismiss")
        room.desk.record.rumors.close(rumor, RumorStatus.ANSWERED, "fc", at=room.time)
        assert "no longer waiting" in words(wrote(chat, room.anna, "reason"))
        assert "nothing to cancel" in words(chat.command(room.anna, "cancel"))

    @pytest.mark.parametrize("length", [26, 32])
    def test_every_button_fits_where_ids_are_as_long_as_they_get(self, length):
        for command in (f"queue link {'r' * 32} {'f' * 12}", f"publish {'f' * 26} 999999", f"queue dismiss {'r' * 32}"):
            assert len(f"{ActionName.COMMAND}:{command}".encode()) <= 64


class TestAdd:
    def finished(self, room, chat):
        chat.command(room.anna, "add")
        reply = wrote(
            chat,
            room.anna,
            "Garlic water heals the flu",
            "No food ends an infection; it passes by itself",
            "There is no trial that shows it.",
        )
        assert any("False" in label for label in labels(reply))
        chat.press(room.anna, reply, "False")
        reply = wrote(chat, room.anna, "https://example.org/review A review of 2024")
        return chat.press(room.anna, reply, "Go on")

    def test_a_fact_check_is_written_step_by_step_and_submitted(self, room, chat):
        ready = self.finished(room, chat)
        assert "❌ False" in words(ready)
        assert "No food ends an infection" in words(ready)
        chat.press(room.anna, ready, "Send to review")
        (stored,) = room.fact_checks.iterate(None)
        assert (stored.status, stored.verdict, stored.author) == (Status.IN_REVIEW, Verdict.FALSE, "Anna")
        assert stored.texts["en"].claim == "Garlic water heals the flu"
        assert [(each.url, each.title) for each in stored.sources] == [
            ("https://example.org/review", "A review of 2024")
        ]
        assert room.changed >= 1

    def test_a_restart_in_the_middle_loses_nothing(self, room, chat):
        chat.command(room.anna, "add")
        wrote(chat, room.anna, "Garlic water heals the flu")
        chat.restarted()
        reply = wrote(chat, room.anna, "No food ends an infection")
        assert "mislead" in words(reply)

    def test_a_reply_to_a_forward_begins_with_its_words(self, room, chat):
        chat.command(room.anna, "add", quoted_text=f"{FORWARD} Call 0912-345-678")
        wrote(chat, room.anna, "No food ends an infection", "-")
        chat.press(room.anna, chat.say(room.anna, "?")[0], "False")
        wrote(chat, room.anna, "-")
        chat.press(room.anna, chat.say(room.anna, "")[0], "Save as a draft")
        (stored,) = room.fact_checks.iterate(None)
        assert "0912" not in "".join(stored.wordings)

    def test_written_for_a_rumor_it_answers_it_when_published(self, room, chat):
        rumor = room.ask("u1", FORWARD)
        opened = chat.press(room.anna, chat.command(room.anna, "queue"), "Open 1")
        reply = chat.press(room.anna, opened, "Write the check")
        assert FORWARD in words(reply)
        reply = wrote(chat, room.anna, "No food ends an infection", "There is no trial.")
        chat.press(room.anna, reply, "False")
        reply = chat.press(room.anna, wrote(chat, room.anna, "https://example.org/a"), "Go on")
        chat.press(room.anna, reply, "Send to review")
        shown = chat.press(room.ben, chat.command(room.ben, "review"), "Open 1")
        assert "by Anna" in words(shown)
        assert "Published" in words(chat.press(room.ben, shown, "Approve and publish"))
        assert room.desk.record.rumors.get(rumor).status is RumorStatus.ANSWERED

    def test_what_is_missing_is_told_before_and_blocks_publishing(self, room):
        room = Newsroom(single_editor=True)
        chat = room.chat()
        chat.command(room.carla, "add", "Garlic water heals the flu")
        ready = wrote(chat, room.carla, "-", "-", "-", "-")
        assert "The headline that states the fact is missing." in words(ready)
        assert "Something it needs" in words(chat.press(room.carla, ready, "Publish"))
        assert room.fact_checks.count(None) == 0
        assert labels(chat.say(room.carla, "x")[0])[0] == "Publish"

    def test_a_source_needs_an_address_and_a_verdict_its_word(self, room, chat):
        chat.command(room.anna, "add", "Garlic water heals the flu")
        wrote(chat, room.anna, "a", "b")
        assert "choose one" in words(wrote(chat, room.anna, "nonsense"))
        wrote(chat, room.anna, "misleading")
        assert "no web address" in words(wrote(chat, room.anna, "javascript:alert(1)"))

    def test_it_is_cancelled_and_an_old_button_says_so(self, room, chat):
        ready = self.finished(room, chat)
        assert "nothing was stored" in words(chat.press(room.anna, ready, "Cancel"))
        assert "over" in words(chat.press(room.anna, ready, "Send to review"))
        assert room.fact_checks.count(None) == 0

    def test_a_reader_cannot_add(self, room, chat):
        assert "role" in words(chat.command(room.rosa, "add"))

    def test_a_forward_in_between_is_checked_not_taken_for_an_answer(self, room, chat):
        chat.command(room.anna, "add")
        chat.say(room.anna, FORWARD, is_forward=True)
        assert room.searcher.asked[-1][0] == FORWARD


class TestReview:
    @pytest.fixture
    def submitted(self, room):
        save_draft(room.desk, room.anna, DRAFT)
        submit_for_review(room.desk, room.anna, "fc1", revision=1)

    def test_the_author_is_told_that_a_second_person_has_to(self, room, chat):
        save_draft(room.desk, room.ben, DRAFT)
        submit_for_review(room.desk, room.ben, "fc1", revision=1)
        shown = chat.press(room.ben, chat.command(room.ben, "publish"), "Open 1")
        assert "second person" in words(chat.press(room.ben, shown, "Approve"))
        assert room.fact_checks.get("fc1").status is Status.IN_REVIEW

    def test_it_is_sent_back_with_what_is_missing(self, room, chat, submitted):
        shown = chat.command(room.ben, "review", "fc1")
        chat.press(room.ben, shown, "Send back")
        wrote(chat, room.ben, "Who says so?")
        assert room.fact_checks.get("fc1").status is Status.DRAFT
        assert room.fact_checks.revisions("fc1")[-1].reason == "Who says so?"

    def test_typing_publish_shows_before_anything_is_approved(self, room, chat, submitted):
        chat.command(room.ben, "publish", "fc1")
        assert room.fact_checks.get("fc1").status is Status.IN_REVIEW

    def test_what_changed_since_it_was_shown_is_not_approved(self, room, chat, submitted):
        shown = chat.command(room.ben, "review", "fc1")
        save_draft(room.desk, room.anna, with_headline(room.fact_checks.get("fc1"), "Something else"))
        assert "newer version" in words(chat.press(room.ben, shown, "Approve"))

    def test_an_editor_sees_it_without_the_buttons(self, room, chat, submitted):
        assert labels(chat.command(room.anna, "review", "fc1")) == []

    def test_a_correction_is_approved(self, room, chat, submitted):
        before = approve_and_publish(room.desk, room.ben, "fc1", revision=2).fact_check
        propose_correction(room.desk, room.anna, with_headline(before, "It passes by itself"), reason="Clearer")
        shown = chat.press(room.carla, chat.command(room.carla, "review"), "Open 1")
        assert "Correction: Clearer" in words(shown)
        assert "Corrected" in words(chat.press(room.carla, shown, "Approve the correction"))
        assert room.fact_checks.get("fc1").texts["en"].headline == "It passes by itself"


class TestRetract:
    @pytest.fixture(autouse=True)
    def _published(self, room):
        room.fact_checks.save(replace(DRAFT, status=Status.PUBLISHED), editor="e", reason="", at=room.time)

    def test_found_by_its_words_and_retracted_for_a_reason(self, room, chat):
        found_it = chat.command(room.ben, "retract", "garlic")
        chat.press(room.ben, found_it, "Retract 1")
        assert "Retracted" in words(wrote(chat, room.ben, "The source was forged"))
        assert room.fact_checks.get("fc1").status is Status.RETRACTED

    def test_with_id_and_reason_at_once(self, room, chat):
        chat.command(room.ben, "retract", "fc1 The source was forged")
        assert room.fact_checks.revisions("fc1")[-1].reason == "The source was forged"

    def test_nothing_found_and_no_right(self, room, chat):
        assert "No published" in words(chat.command(room.ben, "retract", "nothing like it"))
        assert "role" in words(chat.command(room.anna, "retract", "fc1 x"))
        change_role(room.desk, BY_OPERATOR, "Ben", Role.EDITOR)
        assert "role" in words(chat.command(room.ben, "retract", "fc1 x"))
        assert room.fact_checks.get("fc1").is_published


def test_the_console_link_signs_its_editor_in_once(room, chat):
    reply = chat.command(room.anna, "console")
    (button,) = reply.buttons[0]
    address, _, secret = button.url.partition("?token=")
    assert address == "https://facts.example/console/sign-in"
    assert signed_in(room.desk, sign_in(room.desk, secret)).id == room.anna
    assert sign_in(room.desk, secret) is None
