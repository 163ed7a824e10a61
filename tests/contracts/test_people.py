from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from handlers.messages import Asker, ChatKind, Shown
from handlers.ports import Answer, ContactForgotten, NotMeant, StoredTip, Subscription
from tests.fakes.fact_checks import NOON

ANNA = Asker("telegram", "chat-1", "anna", ChatKind.GROUP, "topic-9", (("guild", "7"), ("channel", "8")))
BEN = Asker("telegram", "chat-1", "ben")
ANNA_PRIVATE = Asker("telegram", "anna", "anna")
MINUTE = timedelta(minutes=1)


def tip(contact, text="Is this true?", fingerprint="f1", at=NOON, notify=False):
    return {
        "contact_id": contact.id,
        "text": text,
        "fingerprint": fingerprint,
        "locale": "en",
        "at": at,
        "notify": notify,
    }


@pytest.fixture
def anna(ports):
    return ports.contacts.ensure(ANNA, at=NOON)


@pytest.fixture
def ben(ports):
    return ports.contacts.ensure(BEN, at=NOON)


class TestContactBook:
    def test_looking_somebody_up_stores_nothing(self, ports):
        assert ports.contacts.find(ANNA) is None
        assert ports.contacts.find(ANNA) is None

    def test_a_contact_is_stored_once_and_comes_back_whole(self, ports, anna):
        assert anna.asker == ANNA
        assert (anna.locale, anna.zone) == ("", "")
        assert ports.contacts.ensure(ANNA, at=NOON + MINUTE) == anna == ports.contacts.find(ANNA)

    def test_each_address_is_its_own_contact(self, ports, anna, ben):
        others = [replace(ANNA, platform="discord"), replace(ANNA, chat_id="chat-2"), replace(ANNA, user_id="")]
        found = [ports.contacts.ensure(each, at=NOON) for each in others]
        assert len({each.id for each in (anna, ben, *found)}) == 5

    def test_the_thread_follows_the_newest_message_and_the_locale_stays(self, ports, anna):
        ports.contacts.set_locale(anna.id, "zh-TW")
        moved = ports.contacts.ensure(replace(ANNA, thread_id="topic-10"), at=NOON)
        assert (moved.id, moved.asker.thread_id, moved.locale) == (anna.id, "topic-10", "zh-TW")
        assert ports.contacts.find(ANNA) == moved

    def test_choosing_a_language_for_somebody_unknown_does_nothing(self, ports):
        ports.contacts.set_locale("nobody", "en")
        assert ports.contacts.find(ANNA) is None

    def test_a_chat_that_moves_takes_its_contacts_and_their_answers_along(self, ports, anna, ben):
        elsewhere = ports.contacts.ensure(ANNA_PRIVATE, at=NOON)
        ports.answers.record(anna.id, [Shown("f1", 1)], at=NOON)
        assert ports.contacts.move_chat("telegram", "chat-1", "chat-100") == 2
        assert ports.contacts.move_chat("telegram", "chat-1", "chat-100") == 0
        moved = ports.contacts.find(replace(ANNA, chat_id="chat-100"))
        assert (moved.id, moved.asker) == (anna.id, replace(ANNA, chat_id="chat-100"))
        assert ports.contacts.find(ANNA) is None
        assert [each.fact_check_id for each in ports.answers.of_contact(moved.id)] == ["f1"]
        assert ports.contacts.find(ANNA_PRIVATE) == elsewhere
        assert ports.contacts.move_chat("discord", "chat-100", "chat-1") == 0

    def test_a_move_never_merges_with_a_contact_that_is_there_already(self, ports, anna, ben):
        already = ports.contacts.ensure(replace(ANNA, chat_id="chat-100"), at=NOON)
        assert ports.contacts.move_chat("telegram", "chat-1", "chat-100") == 1
        assert ports.contacts.find(replace(ANNA, chat_id="chat-100")).id == already.id
        assert ports.contacts.find(replace(BEN, chat_id="chat-100")).id == ben.id
        assert ports.contacts.move_chat("telegram", "chat-1", "chat-1") == 0

    def test_two_threads_make_one_contact(self, ports):
        together, found = Barrier(2), []

        def ensure():
            together.wait()
            found.append(ports.contacts.ensure(ANNA, at=NOON).id)

        threads = [Thread(target=ensure) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 2
        assert len(set(found)) == 1

    def test_forgetting_takes_everything_that_refers_to_the_contact(self, ports, anna, ben):
        for each in (anna, ben):
            ports.answers.record(each.id, [Shown("fc", 1)], at=NOON)
            ports.feedback.not_meant(contact_id=each.id, fact_check_id="fc", text="x", at=NOON)
            ports.subscriptions.subscribe(each.id, at=NOON)
            rumor = ports.rumors.add_tip(**tip(each, notify=True))
        assert ports.contacts.forget(anna.id) is True
        assert ports.contacts.find(ANNA) is None
        assert ports.answers.of_contact(anna.id) == []
        assert ports.feedback.of_contact(anna.id) == []
        assert ports.subscriptions.of_contact(anna.id) == []
        assert ports.personal.tips_of(anna.id) == []
        assert [each.contact_id for each in ports.answers.shown_to("fc")] == [ben.id]
        assert len(ports.personal.tips_of(ben.id)) == 1
        # The tip stays in the queue as nobody's.
        assert ports.rumors.find("f1").askers == rumor.askers == 2
        assert ports.contacts.forget(anna.id) is False

    def test_somebody_forgotten_who_comes_back_is_somebody_new(self, ports, anna):
        ports.contacts.forget(anna.id)
        assert ports.contacts.ensure(ANNA, at=NOON).id != anna.id

    def test_what_no_engine_can_hold_is_replaced(self, ports):
        odd = Asker("web", "a\x00b", "\ud800")
        contact = ports.contacts.ensure(odd, at=NOON)
        assert (contact.asker.chat_id, contact.asker.user_id) == ("ab", "\ufffd")
        assert ports.contacts.find(odd) == contact
        assert ports.contacts.ensure(odd, at=NOON) == contact


class TestAnswerLedger:
    def test_it_tells_who_saw_what_oldest_first(self, ports, anna, ben):
        ports.answers.record(anna.id, [Shown("fc-2", 1)], at=NOON + MINUTE)
        ports.answers.record(anna.id, [Shown("fc-1", 3)], at=NOON)
        ports.answers.record(ben.id, [Shown("fc-1", 2)], at=NOON - MINUTE)
        assert ports.answers.of_contact(anna.id) == [
            Answer(anna.id, "fc-1", 3, NOON),
            Answer(anna.id, "fc-2", 1, NOON + MINUTE),
        ]
        assert ports.answers.shown_to("fc-1") == [
            Answer(ben.id, "fc-1", 2, NOON - MINUTE),
            Answer(anna.id, "fc-1", 3, NOON),
        ]
        assert ports.answers.shown_to("nothing") == []

    def test_showing_the_same_revision_again_only_moves_its_time(self, ports, anna):
        ports.answers.record(anna.id, [Shown("fc", 1), Shown("fc", 1)], at=NOON)
        ports.answers.record(anna.id, [Shown("fc", 1), Shown("fc", 2)], at=NOON + MINUTE)
        assert ports.answers.of_contact(anna.id) == [
            Answer(anna.id, "fc", 1, NOON + MINUTE),
            Answer(anna.id, "fc", 2, NOON + MINUTE),
        ]

    def test_nothing_is_recorded_about_somebody_gone(self, ports):
        ports.answers.record("nobody", [Shown("fc", 1)], at=NOON)
        assert ports.answers.shown_to("fc") == []


class TestRumorQueue:
    def test_the_first_tip_opens_a_rumor(self, ports, anna):
        rumor = ports.rumors.add_tip(**tip(anna))
        assert (rumor.text, rumor.locale, rumor.askers, rumor.chats) == ("Is this true?", "en", 1, 1)
        assert rumor.first_seen == rumor.last_seen == NOON
        assert ports.rumors.find("f1") == rumor

    def test_tips_with_one_fingerprint_merge_and_keep_the_first_text(self, ports, anna, ben):
        first = ports.rumors.add_tip(**tip(anna, at=NOON))
        second = ports.rumors.add_tip(**tip(ben, text="is this true??", at=NOON + MINUTE))
        assert second == replace(first, askers=2, last_seen=NOON + MINUTE)

    def test_an_earlier_tip_that_arrives_late_moves_the_beginning(self, ports, anna, ben):
        ports.rumors.add_tip(**tip(anna, at=NOON))
        late = ports.rumors.add_tip(**tip(ben, at=NOON - MINUTE))
        assert (late.first_seen, late.last_seen) == (NOON - MINUTE, NOON)

    def test_other_fingerprints_are_other_rumors(self, ports, anna):
        first = ports.rumors.add_tip(**tip(anna))
        assert ports.rumors.add_tip(**tip(anna, fingerprint="f2")).id != first.id

    def test_one_person_in_two_chats_is_one_asker(self, ports, anna, ben):
        private = ports.contacts.ensure(ANNA_PRIVATE, at=NOON)
        for each in (anna, ben, private):
            rumor = ports.rumors.add_tip(**tip(each))
        assert (rumor.askers, rumor.chats) == (2, 2)

    def test_asking_again_counts_once_and_a_promise_stays(self, ports, anna):
        ports.rumors.add_tip(**tip(anna, notify=True))
        rumor = ports.rumors.add_tip(**tip(anna, text="again", notify=False))
        assert rumor.askers == 1
        assert ports.personal.tips_of(anna.id) == [StoredTip(rumor.id, "Is this true?", NOON, True)]

    def test_a_promise_can_be_made_and_taken_back(self, ports, anna):
        rumor = ports.rumors.add_tip(**tip(anna))
        for notify in (True, False):
            assert ports.rumors.set_notify(rumor.id, anna.id, notify) is True
            assert [each.notify for each in ports.personal.tips_of(anna.id)] == [notify]

    def test_no_promise_without_a_tip(self, ports, anna, ben):
        rumor = ports.rumors.add_tip(**tip(anna))
        assert ports.rumors.set_notify(rumor.id, ben.id, True) is False
        assert ports.rumors.set_notify("nothing", anna.id, True) is False
        ports.contacts.forget(anna.id)
        assert ports.rumors.set_notify(rumor.id, anna.id, True) is False

    def test_looking_up_an_unknown_fingerprint_stores_nothing(self, ports):
        assert ports.rumors.find("f1") is None
        assert ports.rumors.find("f1") is None

    def test_a_tip_of_somebody_gone_is_refused_and_not_stored(self, ports, anna):
        ports.contacts.forget(anna.id)
        with pytest.raises(ContactForgotten):
            ports.rumors.add_tip(**tip(anna))
        assert ports.rumors.find("f1") is None


class TestFeedbackLog:
    def test_a_press_is_kept_with_the_pair_to_fix(self, ports, anna):
        ports.feedback.not_meant(contact_id=anna.id, fact_check_id="fc", text="what I asked", at=NOON)
        assert ports.feedback.of_contact(anna.id) == [NotMeant(anna.id, "fc", "what I asked", NOON)]

    def test_pressing_again_on_the_same_day_changes_nothing(self, ports, anna):
        for at, text in ((NOON, "first"), (NOON + MINUTE, "second"), (NOON + timedelta(days=1), "next day")):
            ports.feedback.not_meant(contact_id=anna.id, fact_check_id="fc", text=text, at=at)
        assert [each.text for each in ports.feedback.of_contact(anna.id)] == ["first", "next day"]

    def test_nothing_is_kept_about_somebody_gone(self, ports):
        ports.feedback.not_meant(contact_id="nobody", fact_check_id="fc", text="x", at=NOON)
        assert ports.feedback.of_contact("nobody") == []


class TestSubscriptionStore:
    def test_a_choice_is_new_once_then_replaces_its_topics(self, ports, anna):
        assert ports.subscriptions.subscribe(anna.id, at=NOON) is True
        assert ports.subscriptions.subscribe(anna.id, topics=("health", "食安"), at=NOON + MINUTE) is False
        assert ports.subscriptions.of_contact(anna.id) == [Subscription(anna.id, "digest", ("health", "食安"), NOON)]

    def test_kinds_are_apart_and_listed_by_name(self, ports, anna):
        for kind in ("digest", "alerts"):
            ports.subscriptions.subscribe(anna.id, kind=kind, at=NOON)
        assert [each.kind for each in ports.subscriptions.of_contact(anna.id)] == ["alerts", "digest"]

    def test_dropping_works_once(self, ports, anna):
        ports.subscriptions.subscribe(anna.id, at=NOON)
        assert ports.subscriptions.unsubscribe(anna.id) is True
        assert ports.subscriptions.unsubscribe(anna.id) is False
        assert ports.subscriptions.of_contact(anna.id) == []

    def test_somebody_gone_cannot_subscribe(self, ports):
        with pytest.raises(ContactForgotten):
            ports.subscriptions.subscribe("nobody", at=NOON)


class TestPersonalRecords:
    def test_tips_come_oldest_first(self, ports, anna):
        second = ports.rumors.add_tip(**tip(anna, fingerprint="f2", text="later", at=NOON + MINUTE))
        first = ports.rumors.add_tip(**tip(anna, at=NOON))
        assert ports.personal.tips_of(anna.id) == [
            StoredTip(first.id, "Is this true?", NOON, False),
            StoredTip(second.id, "later", NOON + MINUTE, False),
        ]
        assert ports.personal.tips_of("nobody") == []
