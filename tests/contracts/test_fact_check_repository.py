from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest

from knowledge_base.errors import FactCheckNotFound, InvalidFactCheck, RevisionConflict
from knowledge_base.history import verify_chain
from knowledge_base.models import Change, FactCheckText, Status, Verdict
from knowledge_base.repository import FactCheckFilter
from tests.fakes.fact_checks import NOON, a_fact_check

BY_EDITOR = {"editor": "ed", "reason": "first version", "at": NOON}
EVERY_STATUS = FactCheckFilter(status=None)


@pytest.fixture
def repository(ports):
    return ports.fact_checks


def ids_of(page):
    return [int(each.id) for each in page.items]


def all_pages(repository, wanted, limit):
    cursor, found = "", []
    while True:
        page = repository.page(wanted, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        found += ids_of(page)
        cursor = page.next_cursor
        if not cursor:
            return found


class TestFactCheckRepository:
    def test_a_record_comes_back_exactly_as_saved(self, repository):
        saved = repository.save(a_fact_check(), **BY_EDITOR)
        assert saved == a_fact_check(revision=1)
        assert repository.get(saved.id) == saved
        assert list(repository.get(saved.id).texts) == ["zh-TW", "en"]

    def test_a_record_with_nothing_but_the_required_fields_comes_back(self, repository):
        bare = replace(
            a_fact_check(), verdict=None, verdict_label="", sources=(), url="", external_id="", author="", claimant="",
            published_on=None, checked_on=None, wordings=(), claim_urls=(), topics=(), narrative_id="",
            texts={"und": FactCheckText("Claim")}, status=Status.DRAFT,
        )  # fmt: skip
        assert repository.save(bare, **BY_EDITOR) == replace(bare, revision=1) == repository.get(bare.id)

    def test_each_save_is_the_next_revision_and_the_old_ones_stay(self, repository):
        first = repository.save(a_fact_check(), **BY_EDITOR)
        second = repository.save(
            replace(first, status=Status.RETRACTED), editor="eve", reason="the source is gone", at=NOON
        )
        assert (first.revision, second.revision) == (1, 2)
        past = repository.revisions(first.id)
        assert [each.snapshot for each in past] == [first, second]
        assert [(each.editor, each.reason) for each in past] == [
            ("ed", "first version"),
            ("eve", "the source is gone"),
        ]
        assert past[0].previous_digest == ""
        assert past[1].previous_digest == past[0].digest
        assert verify_chain(past) == []

    def test_the_time_of_a_revision_is_kept_to_the_microsecond_in_utc(self, repository):
        taipei = NOON.replace(microsecond=123456).astimezone(timezone(timedelta(hours=8)))
        saved = repository.save(a_fact_check(), editor="ed", reason="", at=taipei)
        (only,) = repository.revisions(saved.id)
        assert only.saved_at == taipei
        assert only.saved_at.utcoffset() == timedelta(0)

    def test_a_stale_revision_is_refused_and_nothing_written(self, repository):
        first = repository.save(a_fact_check(), **BY_EDITOR)
        repository.save(first, **BY_EDITOR)
        with pytest.raises(RevisionConflict) as refused:
            repository.save(replace(first, verdict=Verdict.TRUE), **BY_EDITOR)
        assert (refused.value.expected, refused.value.found) == (1, 2)
        assert repository.get(first.id).revision == 2
        assert repository.last_seq() == 2

    def test_a_new_record_must_start_at_revision_zero(self, repository):
        with pytest.raises(RevisionConflict):
            repository.save(a_fact_check(revision=3), **BY_EDITOR)
        assert repository.count(None) == 0

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"texts": {}}, "it has no text"),
            ({"texts": {"en": FactCheckText(" ")}}, "its text in 'en' has no claim"),
            ({"publisher": " "}, "it has no publisher"),
            ({"id": ""}, "it has no id"),
            ({"id": "x" * 201}, "its id is longer than 200 characters"),
            ({"id": "a\x00b"}, "its id holds a NUL or half a character"),
            ({"id": "a\ud800"}, "its id holds a NUL or half a character"),
        ],
    )
    def test_an_invalid_record_is_refused_with_the_reason(self, repository, changes, problem):
        with pytest.raises(InvalidFactCheck) as refused:
            repository.save(a_fact_check(**changes), **BY_EDITOR)
        assert refused.value.problems == (problem,)
        assert repository.last_seq() == 0

    def test_saving_many_keeps_the_order_and_gives_revisions(self, repository):
        saved = repository.save_many([a_fact_check(3), a_fact_check(1), a_fact_check(2)], **BY_EDITOR)
        assert [int(each.id) for each in saved] == [3, 1, 2]
        assert [int(each.fact_check_id) for each in repository.changes_since(0)] == [3, 1, 2]

    def test_saving_many_is_all_or_none(self, repository):
        with pytest.raises(RevisionConflict):
            repository.save_many([a_fact_check(1), a_fact_check(2, revision=1)], **BY_EDITOR)
        with pytest.raises(InvalidFactCheck):
            repository.save_many([a_fact_check(1), a_fact_check(2, publisher="")], **BY_EDITOR)
        assert repository.count(None) == 0
        assert repository.last_seq() == 0

    def test_saving_many_may_hold_one_record_twice(self, repository):
        repository.save_many([a_fact_check(1), a_fact_check(1, revision=1, author="another")], **BY_EDITOR)
        assert repository.get(a_fact_check(1).id).author == "another"
        assert verify_chain(repository.revisions(a_fact_check(1).id)) == []
        assert [each.revision for each in repository.changes_since(0)] == [1, 2]

    def test_saving_none_changes_nothing(self, repository):
        assert repository.save_many([], **BY_EDITOR) == []
        assert repository.last_seq() == 0

    def test_saving_more_than_one_query_can_name(self, repository):
        repository.save_many([a_fact_check(number) for number in range(1, 1203)], **BY_EDITOR)
        again = [a_fact_check(number, revision=1) for number in range(1, 1203)]
        assert {each.revision for each in repository.save_many(again, **BY_EDITOR)} == {2}
        assert len(repository.get_many([each.id for each in again])) == 1202
        assert [int(each.id) for each in repository.iterate()] == list(range(1, 1203))

    def test_an_unknown_id_is_not_found(self, repository):
        for unknown in ("nothing", "", "a\x00b", "a\ud800"):
            with pytest.raises(FactCheckNotFound):
                repository.get(unknown)
            assert repository.revisions(unknown) == []
        assert repository.get_many(["nothing", "a\x00b"]) == {}

    def test_several_come_by_id_in_the_order_asked(self, repository):
        repository.save_many([a_fact_check(number) for number in (1, 2, 3)], **BY_EDITOR)
        wanted = [a_fact_check(3).id, "nothing", a_fact_check(1).id, a_fact_check(3).id]
        assert list(repository.get_many(iter(wanted))) == [wanted[0], wanted[2]]

    def test_an_import_finds_by_publisher_and_url_else_by_external_id(self, repository):
        saved = repository.save(a_fact_check(1), **BY_EDITOR)
        by_id = repository.save(a_fact_check(2, url=""), **BY_EDITOR)
        publisher = saved.publisher
        assert repository.find(publisher=publisher, url=saved.url) == saved
        assert repository.find(publisher=publisher, external_id=by_id.external_id) == by_id
        assert repository.find(publisher="Somebody else", url=saved.url) is None
        assert repository.find(publisher=publisher, url="https://example.org/other", external_id="ext-1") is None
        assert repository.find(publisher=publisher) is None

    def test_the_first_of_two_with_one_url_is_found(self, repository):
        repository.save_many(
            [a_fact_check(2, url="https://e.org/"), a_fact_check(1, url="https://e.org/")], **BY_EDITOR
        )
        found = repository.find(publisher="Example Checkers", url="https://e.org/")
        assert int(found.id) == 1

    def test_a_changed_url_is_found_by_the_new_one_only(self, repository):
        saved = repository.save(a_fact_check(1), **BY_EDITOR)
        moved = repository.save(replace(saved, url="https://example.org/moved"), **BY_EDITOR)
        assert repository.find(publisher=saved.publisher, url=moved.url) == moved
        assert repository.find(publisher=saved.publisher, url=saved.url) is None

    def test_very_long_values_are_stored_and_found(self, repository):
        # Random enough not to be compressed below PostgreSQL's limit for index entries.
        long = "".join(chr(0x4E00 + (index * 7919) % 20000) for index in range(5000))
        url = f"https://example.org/{long}"
        saved = repository.save(
            a_fact_check(1, url=url, publisher=long, topics=(long,), narrative_id=long), **BY_EDITOR
        )
        assert repository.find(publisher=long, url=url) == saved
        for wanted in (
            FactCheckFilter(topic=long),
            FactCheckFilter(publisher=long),
            FactCheckFilter(narrative_id=long),
        ):
            assert repository.page(wanted).items == (saved,)

    def test_pages_are_newest_first_undated_last_and_complete(self, repository):
        days = {1: date(2026, 1, 1), 2: None, 3: date(2026, 5, 1), 4: date(2026, 1, 1), 5: None, 6: date(1999, 1, 1)}
        repository.save_many([a_fact_check(number, published_on=day) for number, day in days.items()], **BY_EDITOR)
        expected = [3, 4, 1, 6, 5, 2]
        for limit in (1, 2, 3, 6, 50):
            assert all_pages(repository, FactCheckFilter(), limit) == expected

    def test_a_record_added_meanwhile_disturbs_no_later_page(self, repository):
        repository.save_many([a_fact_check(number) for number in (2, 3, 4, 5)], **BY_EDITOR)
        first = repository.page(FactCheckFilter(), limit=2)
        repository.save_many([a_fact_check(1), a_fact_check(6)], **BY_EDITOR)
        second = repository.page(FactCheckFilter(), limit=2, cursor=first.next_cursor)
        assert (ids_of(first), ids_of(second)) == ([5, 4], [3, 2])

    @pytest.mark.parametrize("cursor", ["nonsense", "\x00", "\ud800", "' OR 1=1 --"])
    def test_a_cursor_nobody_made_begins_at_the_start(self, repository, cursor):
        repository.save(a_fact_check(1), **BY_EDITOR)
        assert ids_of(repository.page(FactCheckFilter(), cursor=cursor)) == [1]

    def test_an_empty_store_has_one_empty_page(self, repository):
        page = repository.page(EVERY_STATUS)
        assert (page.items, page.next_cursor) == ((), "")
        assert list(repository.iterate(None)) == []
        assert repository.changes_since(0) == []
        assert (repository.count(None), repository.last_seq()) == (0, 0)

    @pytest.mark.parametrize(
        ("wanted", "expected"),
        [
            (FactCheckFilter(), [4, 2, 1]),
            (EVERY_STATUS, [4, 3, 2, 1]),
            (FactCheckFilter(status=Status.DRAFT), [3]),
            (FactCheckFilter(verdict=Verdict.SCAM), [2]),
            (FactCheckFilter(locale="zh-TW"), [4, 1]),
            (FactCheckFilter(publisher="Other"), [2]),
            (FactCheckFilter(topic="money"), [4, 2]),
            (FactCheckFilter(topic="mon"), []),
            (FactCheckFilter(narrative_id="cures"), [4, 1]),
            (FactCheckFilter(text="檸檬"), [4, 1]),
            (FactCheckFilter(text="LOTTERY"), [2]),
            (FactCheckFilter(text="100%"), [2]),
            (FactCheckFilter(text="%"), [2]),
            (FactCheckFilter(text="100_"), []),
            (FactCheckFilter(text="lottery\\"), []),
            (FactCheckFilter(text="ÜBER"), [2]),
            (FactCheckFilter(text="x" * 100_000), []),
            (FactCheckFilter(topic="money", text="檸檬"), [4]),
            (FactCheckFilter(status=None, topic="money", locale="en", verdict=Verdict.SCAM), [3, 2]),
        ],
    )
    def test_filters_narrow_a_listing(self, repository, wanted, expected):
        scam = {
            "verdict": Verdict.SCAM, "publisher": "Other", "topics": ("money",), "narrative_id": "",
            "texts": {"en": FactCheckText("You won 100% of the lottery", "über fake")},
        }  # fmt: skip
        repository.save_many(
            [
                a_fact_check(1, topics=("health",)),
                a_fact_check(2, **scam),
                a_fact_check(3, **{**scam, "publisher": "Third"}, status=Status.DRAFT),
                a_fact_check(4, topics=("health", "money", "money")),
            ],
            **BY_EDITOR,
        )
        assert ids_of(repository.page(wanted)) == expected

    def test_filters_follow_an_edit(self, repository):
        saved = repository.save(a_fact_check(1), **BY_EDITOR)
        repository.save(replace(saved, topics=("politics",), texts={"fr": FactCheckText("Citron")}), **BY_EDITOR)
        for old in (FactCheckFilter(topic="health"), FactCheckFilter(locale="en"), FactCheckFilter(text="lemon")):
            assert repository.page(old).items == ()
        for new in (FactCheckFilter(topic="politics"), FactCheckFilter(locale="fr"), FactCheckFilter(text="citron")):
            assert ids_of(repository.page(new)) == [1]

    def test_only_the_wanted_status_is_iterated_and_counted(self, repository):
        repository.save_many(
            [a_fact_check(3), a_fact_check(1, status=Status.DRAFT), a_fact_check(2, status=Status.RETRACTED)],
            **BY_EDITOR,
        )
        assert [int(each.id) for each in repository.iterate()] == [3]
        assert [int(each.id) for each in repository.iterate(None)] == [1, 2, 3]
        assert (repository.count(), repository.count(None), repository.count(Status.DRAFT)) == (1, 3, 1)

    def test_a_writer_may_save_while_somebody_iterates(self, repository):
        repository.save_many([a_fact_check(number) for number in range(1, 4)], **BY_EDITOR)
        going = repository.iterate()
        next(going)
        repository.save(a_fact_check(9), **BY_EDITOR)
        assert [int(each.id) for each in going][:2] == [2, 3]

    def test_the_change_log_lists_every_save_once_in_order(self, repository):
        first = repository.save(a_fact_check(1), **BY_EDITOR)
        repository.save(a_fact_check(2, status=Status.DRAFT), **BY_EDITOR)
        repository.save(replace(first, status=Status.RETRACTED), **BY_EDITOR)
        log = repository.changes_since(0)
        assert log == [
            Change(log[0].seq, a_fact_check(1).id, 1, Status.PUBLISHED),
            Change(log[1].seq, a_fact_check(2).id, 1, Status.DRAFT),
            Change(log[2].seq, a_fact_check(1).id, 2, Status.RETRACTED),
        ]
        assert log[0].seq < log[1].seq < log[2].seq == repository.last_seq()
        assert repository.changes_since(log[0].seq, limit=1) == [log[1]]
        assert repository.changes_since(log[2].seq) == []

    def test_what_no_engine_can_hold_is_replaced_the_same_way_everywhere(self, repository):
        dirty = a_fact_check(
            1,
            texts={"e\x00n": FactCheckText("a\x00b\ud800c", "\ud83d\ude00 joined", "\u202eright to left\u200b")},
            publisher="P\x00",
            wordings=("half \udfff",),
            topics=("t\x00",),
        )
        saved = repository.save(dirty, editor="e\x00d", reason="\ud800", at=NOON)
        assert saved.texts == {"en": FactCheckText("ab\ufffdc", "\U0001f600 joined", "\u202eright to left\u200b")}
        assert (saved.publisher, saved.wordings, saved.topics) == ("P", ("half \ufffd",), ("t",))
        assert repository.get(saved.id) == saved
        (only,) = repository.revisions(saved.id)
        assert (only.editor, only.reason) == ("ed", "\ufffd")
        assert verify_chain([only]) == []
        assert repository.find(publisher="P\x00", url=saved.url) == saved
        assert repository.page(FactCheckFilter(text="a\x00b\ud800C")).items == (saved,)
