from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from knowledge_base.errors import InvalidFactCheck, StorageUnavailable
from knowledge_base.exchange.errors import ImportStopped, UnreadableFile
from knowledge_base.exchange.importing import BATCH_RECORDS, import_file
from knowledge_base.models import FactCheckText, Source, Status, Verdict

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

WATER = {
    "id": "water",
    "claim": "Hot water cures everything.",
    "title": "Hot water is pleasant and cures nothing",
    "subtitle": "A kettle is not a clinic.",
    "explanation": "No study found an effect.",
    "wordings": ["drink it hot!!", "熱水治百病"],
    "verdict": "Pants on fire!",
    "url": "https://Checkers.example/water?utm_source=feed",
    "date": "26 May 2015",
    "publisher": "Checkers",
    "sources": [{"title": "Review", "url": "https://journal.example/1", "published": "2015-04-01", "lang": "en"}],
    "lang": "en",
}


def test_every_documented_field_arrives(store, take_over):
    report = take_over(store, [WATER])
    assert (report.added, report.rejected, report.ignored_fields, report.warnings) == (1, (), (), ())
    stored = store.only()
    assert dict(stored.texts) == {
        "en": FactCheckText(
            claim="Hot water cures everything.",
            headline="Hot water is pleasant and cures nothing",
            explanation="No study found an effect.",
            subtitle="A kettle is not a clinic.",
        )
    }
    assert (stored.verdict, stored.verdict_label) == (Verdict.FALSE, "Pants on fire!")
    assert (stored.external_id, stored.url) == ("water", "https://checkers.example/water")
    assert stored.published_on == date(2015, 5, 26)
    assert stored.wordings == ("drink it hot!!", "熱水治百病")
    assert stored.sources == (Source("Review", "https://journal.example/1", "", date(2015, 4, 1), "en"),)
    assert stored.status is Status.PUBLISHED


def test_several_languages_are_one_fact_check(store, take_over):
    take_over(store, [{"claim": {"en": "A.", "zh_tw": "甲。"}, "headline": {"zh-TW": "乙。"}, "publisher": "P"}])
    assert dict(store.only().texts) == {"en": FactCheckText("A."), "zh-TW": FactCheckText("甲。", "乙。")}


def test_unknown_fields_are_named_and_counted_never_dropped_silently(store, take_over):
    report = take_over(store, [{**WATER, "slug": "x"}, {**WATER, "id": "2", "url": "", "slug": "y", "views": 3}])
    assert dict(report.ignored_fields) == {"slug": 2, "views": 1}


def test_unreadable_date_and_verdict_stay_open_and_are_counted(store, take_over):
    report = take_over(store, [{**WATER, "date": "05/06/2015", "verdict": "Quatre étoiles"}])
    assert dict(report.warnings) == {"date_not_understood": 1, "verdict_not_mapped": 1}
    assert (store.only().published_on, store.only().verdict, store.only().verdict_label) == (
        None,
        None,
        "Quatre étoiles",
    )


def test_without_publish_nothing_becomes_visible_and_a_second_run_can_publish(store, take_over):
    take_over(store, [WATER], publish=False)
    assert store.only().status is Status.DRAFT
    assert take_over(store, [WATER], publish=True).updated == 1
    assert store.only().status is Status.PUBLISHED


@pytest.mark.parametrize("status", [Status.RETRACTED, Status.IN_REVIEW])
def test_an_update_never_changes_what_editors_decided_about_visibility(store, take_over, status):
    take_over(store, [{**WATER, "status": status}])
    take_over(store, [{**WATER, "date": "2016-01-01", "claim": "Hot water cures most things."}])
    assert store.only().status is status
    assert store.only().texts["en"].claim == "Hot water cures most things."


def test_importing_again_changes_nothing(store, take_over):
    take_over(store, [WATER])
    before = store.only()
    report = take_over(store, [WATER])
    assert (report.added, report.updated, report.unchanged) == (0, 0, 1)
    assert store.only() == before


@pytest.mark.parametrize(
    ("later", "outcome"),
    [
        ({"date": "2016-01-01", "explanation": "New."}, "updated"),
        ({"explanation": "Same day, corrected."}, "updated"),
        ({"date": "2014-01-01", "explanation": "Old."}, "unchanged"),
        ({"id": "other-id", "explanation": "Same address."}, "updated"),
        ({"url": "https://checkers.example/moved", "explanation": "Same id."}, "updated"),
        ({"url": "https://checkers.example/moved", "id": "other"}, "added"),
        ({"publisher": "Others"}, "added"),
    ],
)
def test_what_counts_as_the_same_fact_check_and_as_newer(store, take_over, later, outcome):
    take_over(store, [WATER])
    assert getattr(take_over(store, [{**WATER, **later}]), outcome) == 1


def test_a_record_without_id_and_address_is_recognised_by_its_claim(store, take_over):
    take_over(store, [{"claim": "Salt heals.", "publisher": "P"}])
    report = take_over(store, [{"claim": "  salt  HEALS.", "publisher": "P", "explanation": "It does not."}])
    assert (report.added, report.updated) == (0, 1)


def test_the_same_file_again_does_not_undo_what_editors_changed(store, take_over):
    take_over(store, [WATER])
    stored = store.only()
    corrected = FactCheckText("Hot water cures everything.", "Corrected by an editor")
    store.save(replace(stored, texts={"en": corrected}), editor="ana", reason="correction", at=NOW)
    assert take_over(store, [WATER]).unchanged == 1
    assert store.only().texts["en"].headline == "Corrected by an editor"
    assert take_over(store, [{**WATER, "explanation": "The publisher says more."}]).updated == 1


def test_an_update_keeps_what_the_file_is_silent_about(store, take_over):
    take_over(store, [{**WATER, "topics": ["health"], "narrative": "cures"}])
    update = {
        "claim": "Hot water heals.",
        "url": WATER["url"],
        "publisher": "Checkers",
        "wordings": ["new"],
        "lang": "en",
    }
    take_over(store, [update])
    stored = store.only()
    assert stored.topics == ("health",)
    assert stored.narrative_id == "cures"
    assert stored.verdict is Verdict.FALSE
    assert stored.wordings == ("drink it hot!!", "熱水治百病", "new")
    assert stored.texts["en"].explanation == "No study found an effect."


def test_a_verdict_label_nobody_can_map_does_not_leave_the_old_verdict_standing(store, take_over):
    take_over(store, [WATER])
    take_over(store, [{**WATER, "verdict": "Sixes and sevens"}])
    assert (store.only().verdict, store.only().verdict_label) == (None, "Sixes and sevens")


def test_a_repeated_id_is_rejected_with_the_line_of_the_first(store, take_over):
    report = take_over(store, [WATER, {**WATER, "url": "https://checkers.example/else", "claim": "Other."}])
    (rejection,) = report.rejected
    assert (rejection.line, rejection.id) == (2, "water")
    assert "line 1" in rejection.reason
    assert store.only().texts["en"].claim == "Hot water cures everything."


def test_without_publisher_the_host_stands_in_then_the_default_and_else_the_reason_says_what_to_do(store, take_over):
    without = {"claim": "C.", "lang": "en"}
    take_over(store, [{**without, "url": "https://www.facts.example/1"}])
    assert store.only().publisher == "facts.example"
    report = take_over(store, [without])
    assert "--publisher" in report.rejected[0].reason
    assert take_over(store, [without], publisher="Named").added == 1


def test_hostile_addresses_do_not_become_links(store, take_over):
    source = {"title": "S", "url": "JavaScript:alert(1)"}
    report = take_over(store, [{**WATER, "url": "javascript:alert(1)", "sources": [source]}])
    assert dict(report.warnings) == {"address_not_http": 1}
    assert store.only().url == store.only().sources[0].url == ""


def test_batches_are_stored_together_and_only_the_culprit_of_a_failed_batch_stays_out(store, take_over, monkeypatch):
    save_many = store.save_many

    def refuse_seven(fact_checks, **options):
        if any(fact_check.external_id == "7" for fact_check in fact_checks):
            raise InvalidFactCheck("seven is not allowed")
        return save_many(fact_checks, **options)

    monkeypatch.setattr(store, "save_many", refuse_seven)
    records = [{"id": str(n), "claim": f"C {n}.", "publisher": "P"} for n in range(10)]
    report = take_over(store, records)
    assert report.added == 9
    assert [(one.line, one.id, one.reason) for one in report.rejected] == [(8, "7", "seven is not allowed")]


@pytest.mark.parametrize(
    ("fault", "interrupted"), [(StorageUnavailable("the disk is full"), False), (KeyboardInterrupt(), True)]
)
def test_a_stop_half_way_reports_what_is_stored_and_running_again_continues(
    store, take_over, monkeypatch, fault, interrupted
):
    records = [{"id": str(n), "claim": f"C {n}.", "publisher": "P"} for n in range(BATCH_RECORDS * 2 + 1)]
    save_many = store.save_many

    def fail_second_time(fact_checks, **options):
        if store.saves == 1:
            raise fault
        return save_many(fact_checks, **options)

    monkeypatch.setattr(store, "save_many", fail_second_time)
    with pytest.raises(ImportStopped) as stopped:
        take_over(store, records)
    monkeypatch.undo()
    assert stopped.value.interrupted is interrupted
    assert stopped.value.report.added == store.count() == BATCH_RECORDS
    again = take_over(store, records)
    assert (again.unchanged, again.added) == (BATCH_RECORDS, BATCH_RECORDS + 1)


def test_progress_tells_bytes_rate_and_time_left(store, take_over, tmp_path, new_id):
    path = tmp_path / "many.jsonl"
    line = '{"id": "%06d", "claim": "' + "x" * 800 + '", "publisher": "P"}\n'
    path.write_text("".join(line % n for n in range(BATCH_RECORDS * 2)))
    told = []
    ticks = iter(range(100))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    import_file(
        path, repository=store, publish=False, editor="e", now=now, new_id=new_id, on_progress=told.append,
        clock=lambda: float(next(ticks)),
    )  # fmt: skip
    assert [progress.records for progress in told] == [200, 400, 400]
    assert told[0].records_per_s == 200.0
    assert told[0].bytes_total == path.stat().st_size
    assert told[0].seconds_left == pytest.approx((told[0].bytes_total - told[0].bytes_done) / told[0].bytes_done)
    assert (told[-1].bytes_done, told[-1].seconds_left) == (told[-1].bytes_total, 0.0)


def test_a_missing_file_a_folder_and_an_unknown_format_are_plain_errors(store, take_over, tmp_path, new_id):
    options = {"repository": store, "publish": True, "editor": "e", "now": None, "new_id": new_id}
    with pytest.raises(UnreadableFile, match=r"absent\.jsonl cannot be read"):
        import_file(tmp_path / "absent.jsonl", **options)
    with pytest.raises(UnreadableFile, match="cannot be read"):
        import_file(tmp_path, **options)
    with pytest.raises(UnreadableFile, match="no format 'xls'"):
        take_over(store, [WATER], file_format="xls")


def test_references_in_a_text_become_sources_line_by_line(store, take_over):
    reference = "A study of kettles\nhttps://journal.example/2\n\nhttps://clinic.example/3\nBook of tea"
    take_over(store, [{"id": "water", "claim": "Hot water cures.", "publisher": "Checkers", "reference": reference}])
    assert store.only().sources == (
        Source("A study of kettles", "https://journal.example/2"),
        Source("", "https://clinic.example/3"),
        Source("Book of tea", ""),
    )
