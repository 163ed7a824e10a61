"""What the newsroom's ports promise, in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from handlers.editorial.auditing import verify_audit
from handlers.editorial.ports import (
    Dialogue,
    Editor,
    Identity,
    IdentityTaken,
    NameTaken,
    Proposal,
    QueueFilter,
    RumorStatus,
    TokenPurpose,
)
from handlers.messages import Asker, ChatKind
from handlers.permissions import Role
from tests.fakes.fact_checks import NOON, a_fact_check

MINUTE = timedelta(minutes=1)
ON_TELEGRAM = Identity("telegram", "77")


@pytest.fixture
def anna(ports):
    return ports.editorial.editors.add("e1", "Anna", Role.EDITOR, at=NOON)


@pytest.fixture
def ben(ports):
    return ports.editorial.editors.add("e2", "Ben", Role.ADMIN, at=NOON)


class TestEditorBook:
    def test_an_editor_is_found_by_id_name_and_identity(self, ports, anna):
        book = ports.editorial.editors
        book.link(anna.id, ON_TELEGRAM, at=NOON)
        linked = Editor("e1", "Anna", Role.EDITOR, identities=(ON_TELEGRAM,))
        assert book.get("e1") == book.named(" ANNA ") == book.of_identity(ON_TELEGRAM) == linked
        assert book.get("e9") is book.named("Ben") is book.of_identity(Identity("discord", "77")) is None

    def test_a_name_is_taken_once_whatever_its_case(self, ports, anna):
        with pytest.raises(NameTaken):
            ports.editorial.editors.add("e3", "anna", Role.READER, at=NOON)
        assert ports.editorial.editors.get("e3") is None

    def test_everybody_is_listed_by_name(self, ports, ben, anna):
        assert [each.name for each in ports.editorial.editors.all()] == ["Anna", "Ben"]

    def test_a_new_role_holds_at_once(self, ports, anna):
        ports.editorial.editors.set_role(anna.id, Role.READER)
        assert ports.editorial.editors.get(anna.id).role is Role.READER
        ports.editorial.editors.set_role("nobody", Role.ADMIN)

    def test_an_identity_belongs_to_one_editor(self, ports, anna, ben):
        for _ in range(2):
            ports.editorial.editors.link(anna.id, ON_TELEGRAM, at=NOON)
        with pytest.raises(IdentityTaken):
            ports.editorial.editors.link(ben.id, ON_TELEGRAM, at=NOON)
        assert ports.editorial.editors.of_identity(ON_TELEGRAM).id == anna.id

    def test_an_identity_can_be_taken_away_once(self, ports, anna):
        ports.editorial.editors.link(anna.id, ON_TELEGRAM, at=NOON)
        assert ports.editorial.editors.unlink(ON_TELEGRAM) is True
        assert ports.editorial.editors.unlink(ON_TELEGRAM) is False
        assert ports.editorial.editors.of_identity(ON_TELEGRAM) is None

    def test_somebody_removed_loses_everything_but_the_name_in_the_history(self, ports, anna, ben):
        book, sign_ins = ports.editorial.editors, ports.editorial.sign_ins
        book.link(anna.id, ON_TELEGRAM, at=NOON)
        sign_ins.issue("t", anna.id, TokenPurpose.SIGN_IN, at=NOON, expires_at=NOON + MINUTE)
        for each in (anna, ben):
            sign_ins.open_session(f"s-{each.id}", each.id, at=NOON, expires_at=NOON + MINUTE)
        for _ in range(2):
            book.remove(anna.id)
        assert book.get(anna.id) == Editor("e1", "Anna", Role.EDITOR, is_active=False)
        assert book.named("Anna") is book.of_identity(ON_TELEGRAM) is None
        assert sign_ins.redeem("t", TokenPurpose.SIGN_IN, at=NOON) is None
        assert sign_ins.session("s-e1", at=NOON) is None
        assert sign_ins.session("s-e2", at=NOON) == ben.id
        assert book.add("e3", "Anna", Role.READER, at=NOON).is_active


class TestAuditLog:
    def test_entries_are_numbered_and_chained(self, ports):
        log = ports.editorial.audit
        first = log.append(at=NOON, editor_id="e1", act="save", subject="fact_check:1", after="1")
        second = log.append(
            at=NOON + MINUTE, editor_id="e2", act="publish", subject="fact_check:1", before="1", after="2", note="ok"
        )
        log.append(at=NOON, editor_id="e1", act="dismiss", subject="rumor:1")
        assert (first.seq, second.seq, second.previous_digest) == (1, 2, first.digest)
        assert log.entries() == [first, second, *log.of_subject("rumor:1")]
        assert log.of_subject("fact_check:1") == [first, second]
        assert log.entries(after_seq=1, limit=1) == [second]
        assert log.latest(limit=2) == [*log.of_subject("rumor:1"), second]
        assert verify_audit(log.entries()) == []

    def test_an_entry_is_undone_with_what_it_tells_of(self, ports):
        log = ports.editorial.audit
        with pytest.raises(ZeroDivisionError), ports.transactions.transaction():  # noqa: PT012
            log.append(at=NOON, editor_id="e1", act="save", subject="fact_check:1")
            raise ZeroDivisionError
        assert log.entries() == []
        assert log.append(at=NOON, editor_id="e1", act="save", subject="fact_check:2").seq == 1

    def test_many_writers_make_one_chain(self, ports):
        log, together = ports.editorial.audit, Barrier(4)

        def write(number):
            together.wait()
            for _ in range(5):
                log.append(at=NOON, editor_id=f"e{number}", act="save", subject="fact_check:1")

        threads = [Thread(target=write, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(log.entries()) == 20
        assert verify_audit(log.entries()) == []


class TestSignIns:
    def test_a_token_works_once(self, ports, anna):
        sign_ins = ports.editorial.sign_ins
        sign_ins.issue("t", anna.id, TokenPurpose.SIGN_IN, at=NOON, expires_at=NOON + MINUTE)
        assert sign_ins.redeem("other", TokenPurpose.SIGN_IN, at=NOON) is None
        assert sign_ins.redeem("t", TokenPurpose.LINK, at=NOON) is None
        assert sign_ins.redeem("t", TokenPurpose.SIGN_IN, at=NOON) == anna.id
        assert sign_ins.redeem("t", TokenPurpose.SIGN_IN, at=NOON) is None

    def test_a_token_ends_with_its_time(self, ports, anna):
        sign_ins = ports.editorial.sign_ins
        sign_ins.issue("t", anna.id, TokenPurpose.SIGN_IN, at=NOON, expires_at=NOON + MINUTE)
        assert sign_ins.redeem("t", TokenPurpose.SIGN_IN, at=NOON + MINUTE) is None

    def test_of_two_at_the_same_time_one_gets_in(self, ports, anna):
        sign_ins, together, found = ports.editorial.sign_ins, Barrier(2), []
        sign_ins.issue("t", anna.id, TokenPurpose.SIGN_IN, at=NOON, expires_at=NOON + MINUTE)

        def redeem():
            together.wait()
            found.append(sign_ins.redeem("t", TokenPurpose.SIGN_IN, at=NOON))

        threads = [Thread(target=redeem) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found, key=str) == [None, anna.id]

    def test_a_session_lasts_until_it_is_closed_or_over(self, ports, anna):
        sign_ins = ports.editorial.sign_ins
        for name in ("a", "b", "c"):
            sign_ins.open_session(name, anna.id, at=NOON, expires_at=NOON + MINUTE)
        assert sign_ins.session("a", at=NOON) == anna.id
        assert sign_ins.session("a", at=NOON + MINUTE) is sign_ins.session("x", at=NOON) is None
        sign_ins.close_session("a")
        sign_ins.close_session("a")
        assert sign_ins.session("a", at=NOON) is None
        assert sign_ins.close_all(anna.id) == 2
        assert sign_ins.session("b", at=NOON) is None


def ask(ports, user, fingerprint="f1", *, chat="", at=NOON, notify=False, kind=ChatKind.PRIVATE):
    contact = ports.contacts.ensure(Asker("telegram", chat or user, user, kind), at=NOON)
    return ports.rumors.add_tip(
        contact_id=contact.id,
        text=f"{fingerprint} by {user}",
        fingerprint=fingerprint,
        locale="en",
        at=at,
        notify=notify,
    )


class TestRumorDesk:
    def test_the_newsroom_sees_what_askers_asked(self, ports):
        ask(ports, "u1", chat="g", kind=ChatKind.GROUP)
        ask(ports, "u2", chat="g", at=NOON + MINUTE)
        other = ask(ports, "u1", "f2")
        desk = ports.editorial.rumors
        assert {each.id for each in desk.waiting()} == {other.id, ports.rumors.find("f1").id}
        seen = desk.get(ports.rumors.find("f1").id)
        assert (seen.askers, seen.chats, seen.status, seen.text) == (2, 1, RumorStatus.OPEN, "f1 by u1")
        assert (seen.first_seen, seen.last_seen, seen.is_waiting) == (NOON, NOON + MINUTE, True)
        assert [(each.text, each.platform, each.chat_kind) for each in desk.wordings(seen.id)] == [
            ("f1 by u2", "telegram", "private"),
            ("f1 by u1", "telegram", "group"),
        ]
        assert desk.get("nothing") is None
        assert desk.wordings("nothing") == []

    def test_the_queue_is_narrowed_and_counted(self, ports):
        one, two = ask(ports, "u1", "Moon"), ask(ports, "u1", "Garlic")
        desk = ports.editorial.rumors
        desk.assign(two.id, "e1")

        def ids(**wanted):
            chosen = QueueFilter(**wanted)
            assert desk.count_waiting(chosen) == len(desk.waiting(chosen))
            return {each.id for each in desk.waiting(chosen)}

        assert ids() == {one.id, two.id}
        assert ids(assignee="e1") == {two.id}
        assert ids(only_unassigned=True) == {one.id}
        assert ids(text=" MOON ") == {one.id}
        assert ids(text="100%_") == set()

    def test_of_many_those_that_can_be_urgent_are_listed(self, ports):
        oldest = ask(ports, "u1", "oldest", at=NOON - timedelta(days=1))
        latest = ask(ports, "u1", "latest", at=NOON + timedelta(days=1))
        plain = ask(ports, "u1", "plain")
        for user in ("u1", "u2", "u3"):
            asked = ask(ports, user, "asked")
        desk = ports.editorial.rumors
        assert {each.id for each in desk.waiting(most=1)} == {oldest.id, latest.id, asked.id}
        assert {each.id for each in desk.waiting(most=4)} == {oldest.id, latest.id, asked.id, plain.id}
        assert desk.count_waiting() == 4

    def test_a_tip_of_somebody_forgotten_is_shown_as_nobodys(self, ports):
        rumor = ask(ports, "u1")
        ports.contacts.forget(ports.contacts.find(Asker("telegram", "u1", "u1")).id)
        (wording,) = ports.editorial.rumors.wordings(rumor.id)
        assert (wording.text, wording.platform, wording.chat_kind) == ("f1 by u1", "", "")

    def test_a_rumor_is_given_and_taken_back(self, ports):
        rumor, desk = ask(ports, "u1"), ports.editorial.rumors
        assert desk.assign(rumor.id, "e1")
        assert (desk.get(rumor.id).status, desk.get(rumor.id).assignee) == (RumorStatus.ASSIGNED, "e1")
        assert ports.rumors.find("f1").id == rumor.id
        assert desk.assign(rumor.id, "")
        assert desk.get(rumor.id).status is RumorStatus.OPEN
        assert not desk.assign("nothing", "e1")

    def test_a_draft_is_remembered_with_the_rumors_it_is_written_for(self, ports):
        one, two = ask(ports, "u1"), ask(ports, "u1", "f2", at=NOON + MINUTE)
        desk = ports.editorial.rumors
        assert desk.note_draft(two.id, "fc-1")
        assert desk.note_draft(one.id, "fc-1")
        assert [each.id for each in desk.of_draft("fc-1")] == [one.id, two.id]
        desk.close(one.id, RumorStatus.ANSWERED, "fc-1", at=NOON)
        assert [each.id for each in desk.of_draft("fc-1")] == [two.id]
        assert not desk.note_draft(one.id, "fc-2")

    @pytest.mark.parametrize("status", [RumorStatus.ANSWERED, RumorStatus.DISMISSED])
    def test_a_rumor_is_closed_once(self, ports, status):
        rumor, desk = ask(ports, "u1"), ports.editorial.rumors
        desk.assign(rumor.id, "e1")
        assert desk.close(rumor.id, status, "fc-1", at=NOON + MINUTE)
        assert not desk.close(rumor.id, status, "fc-2", at=NOON)
        assert not desk.assign(rumor.id, "e2")
        assert desk.waiting() == []
        (closed,) = desk.closed()
        assert (closed.status, closed.outcome, closed.closed_at, closed.is_waiting) == (
            status,
            "fc-1",
            NOON + MINUTE,
            False,
        )
        assert ports.rumors.find("f1") is None
        assert ask(ports, "u2").id != rumor.id

    def test_merged_rumors_ask_as_one_and_stay_so(self, ports):
        ask(ports, "u1", notify=True)
        gone = ask(ports, "u2", at=NOON - MINUTE)
        kept = ask(ports, "u1", "f2", at=NOON + MINUTE)
        desk = ports.editorial.rumors
        assert desk.merge(gone.id, kept.id, at=NOON)
        merged = desk.get(kept.id)
        assert (merged.askers, merged.chats, merged.text) == (2, 2, "f2 by u1")
        assert (merged.first_seen, merged.last_seen) == (NOON - MINUTE, NOON + MINUTE)
        anna = ports.contacts.find(Asker("telegram", "u1", "u1"))
        assert [(tip.rumor_id, tip.notify) for tip in ports.personal.tips_of(anna.id)] == [(kept.id, True)]
        assert (desk.get(gone.id).status, desk.get(gone.id).outcome) == (RumorStatus.MERGED, kept.id)
        assert [each.id for each in desk.waiting()] == [kept.id]
        assert desk.closed() == []
        assert ask(ports, "u3").id == ports.rumors.find("f1").id == kept.id
        assert desk.get(kept.id).askers == 3

    def test_what_was_merged_follows_a_second_merge(self, ports):
        first, second, third = (ask(ports, "u1", fingerprint) for fingerprint in ("f1", "f2", "f3"))
        desk = ports.editorial.rumors
        assert desk.merge(first.id, second.id, at=NOON)
        assert desk.merge(second.id, third.id, at=NOON)
        assert {ports.rumors.find(each).id for each in ("f1", "f2", "f3")} == {third.id}

    def test_only_two_waiting_rumors_merge(self, ports):
        one, two = ask(ports, "u1"), ask(ports, "u1", "f2")
        desk = ports.editorial.rumors
        assert not desk.merge(one.id, one.id, at=NOON)
        assert not desk.merge(one.id, "nothing", at=NOON)
        desk.close(two.id, RumorStatus.DISMISSED, "x", at=NOON)
        assert not desk.merge(one.id, two.id, at=NOON)

    def test_a_split_takes_its_wordings_along(self, ports):
        one, two = ask(ports, "u1"), ask(ports, "u2", "f2", at=NOON + MINUTE)
        desk = ports.editorial.rumors
        desk.merge(two.id, one.id, at=NOON)
        moved = [each.id for each in desk.wordings(one.id) if each.text == "f2 by u2"]
        assert desk.split(one.id, moved, new_id="r9")
        assert (desk.get("r9").text, desk.get("r9").askers, desk.get(one.id).askers) == ("f2 by u2", 1, 1)
        assert desk.get("r9").first_seen == NOON + MINUTE
        assert ask(ports, "u3", "f2").id == "r9"
        assert ask(ports, "u3", "f1").id == one.id

    def test_a_split_leaves_both_sides_something(self, ports):
        rumor, desk = ask(ports, "u1"), ports.editorial.rumors
        every = [each.id for each in desk.wordings(rumor.id)]
        assert not desk.split(rumor.id, every, new_id="r9")
        assert not desk.split(rumor.id, [], new_id="r9")
        assert not desk.split("nothing", every, new_id="r9")
        assert desk.get("r9") is None


class TestProposals:
    def test_one_proposal_waits_a_fact_check(self, ports):
        first = Proposal(a_fact_check().id, ports_saved(ports), "e1", "A typo", NOON)
        second = replace(first, reason="Two typos", proposed_at=NOON + MINUTE)
        proposals = ports.editorial.proposals
        for each in (first, second):
            proposals.put(each)
        assert proposals.get(first.fact_check_id) == second
        assert proposals.all() == [second]
        assert proposals.drop(first.fact_check_id) is True
        assert proposals.drop(first.fact_check_id) is False
        assert proposals.get(first.fact_check_id) is None


def ports_saved(ports):
    return ports.fact_checks.save(a_fact_check(), editor="e1", reason="", at=NOON)


class TestDialogues:
    def test_a_dialogue_is_kept_replaced_and_dropped(self, ports):
        contact = ports.contacts.ensure(Asker("telegram", "u1", "u1"), at=NOON)
        dialogues = ports.editorial.dialogues
        dialogues.put(contact.id, Dialogue("add", "claim", {}), at=NOON)
        dialogues.put(contact.id, Dialogue("add", "headline", {"claim": "檸檬\x00水"}), at=NOON)
        assert dialogues.get(contact.id) == Dialogue("add", "headline", {"claim": "檸檬水"})
        assert dialogues.drop(contact.id) is True
        assert dialogues.drop(contact.id) is False
        assert dialogues.get(contact.id) is None

    def test_it_dies_with_its_contact(self, ports):
        contact = ports.contacts.ensure(Asker("telegram", "u1", "u1"), at=NOON)
        ports.editorial.dialogues.put(contact.id, Dialogue("add", "claim", {}), at=NOON)
        ports.contacts.forget(contact.id)
        assert ports.editorial.dialogues.get(contact.id) is None
        ports.editorial.dialogues.put(contact.id, Dialogue("add", "claim", {}), at=NOON)
        assert ports.editorial.dialogues.get(contact.id) is None
