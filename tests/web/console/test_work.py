"""The newsroom's day in the console, without a browser: queue, writing, review, two editors at once, hostile text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from handlers.editorial.ports import RumorStatus
from handlers.editorial.writing import approve_and_publish, save_draft, submit_for_review
from handlers.permissions import Command, Role, may
from knowledge_base.models import Status, Verdict
from retrieval.interface import MatchKind
from tests.fakes.console import Browser, ConsoleWorld
from tests.fakes.newsroom import DRAFT, with_headline
from tests.fakes.searcher import found, match_of
from web.app import create_app

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
FORWARD = "BREAKING garlic water cures the flu, share before it is deleted"
FIELDS = {
    "locale": ["en", "zh-TW"],
    "claim.en": "Garlic water cures the flu",
    "headline.en": "No food ends an infection; it passes by itself",
    "explanation.en": "There is no trial that shows it.",
    "verdict": "false",
    "checked_on": "2026-01-01",
    "source_url": ["https://example.org/a", ""],
    "source_title": ["A review", ""],
    "source_publisher": ["CDC", ""],
    "source_date": ["2025-02-03", ""],
    "wording": [FORWARD, ""],
}


@pytest.fixture
def room(world):
    return world.room


def only(room):
    (fact_check,) = room.fact_checks.iterate(None)
    return fact_check


def test_from_a_rumor_to_a_published_answer(world, room, signed_in):
    rumor = room.ask("u1", FORWARD)
    anna, ben = signed_in(room.anna), signed_in(room.ben)
    queue = anna.get("/console").text
    assert FORWARD in queue
    assert "2 h 0 min left" in queue
    assert "Anna" in anna.post(f"/console/rumors/{rumor}", act="take").text
    form = anna.get(f"/console/fact-checks/new?rumor={rumor}").text
    assert FORWARD in form
    saved = anna.post("/console/fact-checks/new", act="submit", revision="0", rumor=rumor, **FIELDS)
    assert saved.status_code == 200
    assert "Sent to the reviewers." in saved.text
    fact_check = only(room)
    assert (fact_check.status, fact_check.verdict) == (Status.IN_REVIEW, Verdict.FALSE)
    assert list(fact_check.texts) == ["en"]
    assert fact_check.sources[0].publisher == "CDC"
    page = f"/console/fact-checks/{fact_check.id}"
    own = anna.post(page, act="publish", revision=str(fact_check.revision))
    assert own.status_code == 403
    shown = ben.get(page).text
    assert "by Anna" in shown
    published = ben.post(page, act="publish", revision=str(fact_check.revision))
    assert "Published. Every bot answers with it now." in published.text
    assert only(room).is_published
    assert room.desk.record.rumors.get(rumor).status is RumorStatus.ANSWERED
    assert "Nothing is waiting." in anna.get("/console").text


def test_saving_twice_what_did_not_change_makes_no_revision(room, signed_in):
    anna = signed_in(room.anna)
    anna.post("/console/fact-checks/new", act="save", revision="0", **FIELDS)
    stored = only(room)
    anna.post(f"/console/fact-checks/{stored.id}", act="save", revision="1", publisher=stored.publisher, **FIELDS)
    assert only(room).revision == 1


def test_the_second_saver_gets_both_versions_in_the_form(room, signed_in):
    anna, ben = signed_in(room.anna), signed_in(room.ben)
    anna.post("/console/fact-checks/new", act="save", revision="0", **FIELDS)
    stored = only(room)
    page = f"/console/fact-checks/{stored.id}"
    ben.post(page, act="save", revision="1", **{**FIELDS, "headline.en": "Ben's headline", "claimant": "A letter"})
    answer = anna.post(page, act="save", revision="1", **{**FIELDS, "headline.en": "Anna's headline"})
    assert answer.status_code == 409
    for said in (
        "Somebody saved a newer version",
        "The fact, in one line (en)",
        "Said by",
        "Ben&#39;s headline",
        "Anna&#39;s headline",
        "A letter",
        'value="2"',
    ):
        assert said in answer.text
    assert only(room).texts["en"].headline == "Ben's headline"


def test_a_refused_act_keeps_what_was_typed(room, signed_in):
    anna = signed_in(room.anna)
    answer = anna.post("/console/fact-checks/new", act="save", revision="0", **{**FIELDS, "claim.en": " "})
    assert answer.status_code == 422
    assert "There is no trial that shows it." in answer.text
    assert room.fact_checks.count(None) == 0


def test_a_correction_is_proposed_approved_and_shown_in_public(room, signed_in):
    room.fact_checks.save(replace(DRAFT, status=Status.PUBLISHED), editor="x", reason="", at=room.time)
    anna, ben = signed_in(room.anna), signed_in(room.ben)
    page = "/console/fact-checks/fc1"
    fields = {**FIELDS, "publisher": DRAFT.publisher, "headline.en": "It passes by itself"}
    without = anna.post(page, act="propose", revision="1", reason="", **fields)
    assert "give a reason" in without.text
    assert "waits for a second person" in anna.post(page, act="propose", revision="1", reason="Clearer", **fields).text
    assert only(room).revision == 1
    assert "Clearer" in ben.get(page).text
    ben.post(page, act="correct", revision="1")
    assert only(room).texts["en"].headline == "It passes by itself"
    public = anna.client.get("/fact-checks/fc1").text
    assert "Corrections" in public
    assert "Clearer" in public


def test_a_retraction_says_why_in_public(room, signed_in):
    room.fact_checks.save(replace(DRAFT, status=Status.PUBLISHED), editor="x", reason="", at=room.time)
    ben = signed_in(room.ben)
    assert ben.post("/console/fact-checks/fc1", act="retract", revision="1", reason="").status_code == 409
    ben.post("/console/fact-checks/fc1", act="retract", revision="1", reason="The source was forged")
    public = ben.client.get("/fact-checks/fc1")
    assert public.status_code == 410
    assert "The source was forged" in public.text


def test_a_reviewer_sends_back_with_a_reason(room, signed_in):
    save_draft(room.desk, room.anna, DRAFT)
    submit_for_review(room.desk, room.anna, "fc1", revision=1)
    signed_in(room.ben).post("/console/fact-checks/fc1", act="send_back", revision="2", reason="Who says so?")
    assert only(room).status is Status.DRAFT
    assert "Who says so?" in signed_in(room.anna).get("/console/fact-checks/fc1").text


class TestRumors:
    def test_linked_dismissed_merged_split_and_given(self, room, signed_in):
        answer = room.fact_checks.save(replace(DRAFT, status=Status.PUBLISHED), editor="x", reason="", at=room.time)
        rumors = [room.ask("u1", text) for text in (FORWARD, "A horoscope", "The moon is hollow", "The moon's a shell")]
        room.searcher.answers(FORWARD, found([match_of(answer, FORWARD, kind=MatchKind.SAME_CLAIM)]))
        ben = signed_in(room.ben)
        assert "Answers it already" in ben.get(f"/console/rumors/{rumors[0]}").text
        ben.post(f"/console/rumors/{rumors[0]}", act="link", fact_check="fc1")
        ben.post(f"/console/rumors/{rumors[1]}", act="dismiss", reason="An opinion")
        ben.post(f"/console/rumors/{rumors[3]}", act="merge", into=rumors[2])
        ben.post(f"/console/rumors/{rumors[2]}", act="assign", editor=room.anna)
        desk = room.desk.record.rumors
        assert [desk.get(each).status.value for each in rumors] == ["answered", "dismissed", "assigned", "merged"]
        assert desk.get(rumors[2]).askers == 1
        room.ask("u2", "The moon's a shell")
        tip = next(each.id for each in desk.wordings(rumors[2]) if "shell" in each.text)
        split = ben.post(f"/console/rumors/{rumors[2]}", act="split", tip=str(tip))
        assert split.status_code == 200
        assert len(desk.waiting()) == 2

    def test_what_is_gone_is_told_kindly(self, room, signed_in):
        anna = signed_in(room.anna)
        assert anna.get("/console/rumors/nothing").status_code == 409
        assert "no longer waiting" in anna.post("/console/rumors/nothing", act="take").text
        assert anna.get("/console/fact-checks/nothing").status_code == 404
        assert anna.post("/console/fact-checks/nothing", act="save", revision="7").status_code == 404
        assert anna.post("/console/rumors/nothing", act="nonsense").status_code == 409


class TestPanel:
    def test_it_says_what_is_missing_what_is_near_and_how_it_looks(self, world, room, signed_in):
        answer = room.fact_checks.save(replace(DRAFT, status=Status.PUBLISHED), editor="x", reason="", at=room.time)
        claim = FIELDS["claim.en"]
        room.searcher.answers(claim, found([match_of(answer, claim, kind=MatchKind.SAME_CLAIM)]))
        anna = signed_in(room.anna)
        fields = {**FIELDS, "source_url": "", "source_title": "", "tests": f"{FORWARD}\n\nSomething else entirely"}
        panel = anna.post("/console/look", id="new", revision="0", **fields).text
        assert "<html" not in panel
        assert "A source with a link is missing." in panel
        assert DRAFT.texts["en"].headline in panel
        assert "Answers it already" in panel
        assert "False" in panel
        assert "Yes:" in panel
        assert "Not by its words alone:" in panel
        assert room.fact_checks.count(None) == 1
        assert room.desk.record.audit.entries()[-1].act == "sign_in"

    def test_each_language_is_previewed(self, room, signed_in):
        chinese = {
            "claim.zh-TW": "大蒜水治流感",
            "headline.zh-TW": "流感會自己好",
            "explanation.zh-TW": "沒有研究支持。",
        }
        panel = signed_in(room.anna).post("/console/look", id="new", revision="0", **FIELDS, **chinese).text
        for said in ("Web (English)", "Web (Chinese", "❌ False", "❌ 不實"):
            assert said in panel, said

    def test_without_script_the_same_is_shown_on_the_page(self, room, signed_in):
        page = signed_in(room.anna).post("/console/fact-checks/new", act="look", revision="0", **FIELDS)
        assert "Nothing is missing." in page.text
        assert room.fact_checks.count(None) == 0


@pytest.mark.parametrize(
    "field", ["claim.en", "headline.en", "explanation.en", "publisher", "author", "claimant", "topics", "wording",
              "tests", "source_title", "source_url", "source_publisher", "verdict_label", "url", "narrative", "reason"],
)  # fmt: skip
def test_a_script_in_any_field_stays_text(room, signed_in, field):
    anna = signed_in(room.anna)
    fields = {**FIELDS, field: SCRIPT}
    anna.post("/console/fact-checks/new", act="save", revision="0", **fields)
    stored = next(room.fact_checks.iterate(None), None)
    pages = [anna.post("/console/look", id="new", revision="0", **fields), anna.get("/console/fact-checks")]
    if stored:
        pages.append(anna.get(f"/console/fact-checks/{stored.id}"))
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_a_script_in_a_rumor_or_a_name_stays_text(room, signed_in):
    rumor = room.ask("u1", SCRIPT)
    room.desk.record.editors.add("x", SCRIPT, Role.EDITOR, at=room.time)
    room.desk.record.rumors.assign(rumor, "x")
    ben = signed_in(room.ben)
    for path in ("/console", f"/console/rumors/{rumor}", f"/console/fact-checks/new?rumor={rumor}"):
        text = ben.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_a_megabyte_is_refused_and_a_long_text_is_not(room, signed_in):
    anna = signed_in(room.anna)
    assert anna.post("/console/fact-checks/new", act="save", **{"claim.en": "x" * 1_100_000}).status_code == 413
    long = anna.post(
        "/console/fact-checks/new", act="save", revision="0", **{**FIELDS, "explanation.en": "查" * 60_000}
    )
    assert long.status_code == 200
    assert len(only(room).texts["en"].explanation) == 60_000


ACTS = {
    "take": Command.CLAIM_RUMOR, "back": Command.CLAIM_RUMOR, "assign": Command.ASSIGN_RUMOR,
    "link": Command.LINK_RUMOR, "dismiss": Command.DISMISS_RUMOR, "merge": Command.MERGE_RUMORS,
    "split": Command.SPLIT_RUMOR,
}  # fmt: skip
WRITING = {
    "save": Command.SAVE_DRAFT, "submit": Command.SUBMIT, "publish": Command.PUBLISH, "send_back": Command.SEND_BACK,
    "propose": Command.PROPOSE_CORRECTION, "correct": Command.CORRECT, "retract": Command.RETRACT,
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("act", "command"), [*ACTS.items(), *WRITING.items()])
def test_every_act_asks_the_table(room, signed_in, role, act, command):
    rumor, other = room.ask("u1", "One"), room.ask("u2", "Two")
    for name, status in (("draft", Status.DRAFT), ("review", Status.IN_REVIEW), ("public", Status.PUBLISHED)):
        room.fact_checks.save(replace(DRAFT, id=name, status=status), editor="x", reason="", at=room.time)
    browser, before = signed_in(room.with_role(role)), room.fact_checks.last_seq()
    if act in ACTS:
        answer = browser.post(
            f"/console/rumors/{rumor}", act=act, editor=room.anna, fact_check="public", into=other, reason="x", tip="1"
        )
    else:
        fields = {**FIELDS} if act in ("save", "submit", "propose") else {}
        name = {"save": "draft", "submit": "draft", "publish": "review", "send_back": "review"}.get(act, "public")
        answer = browser.post(f"/console/fact-checks/{name}", act=act, revision="1", reason="x", **fields)
    assert ("Your role does not allow that" in answer.text) == (not may(role, command))
    if not may(role, command):
        assert answer.status_code == 403
        assert room.fact_checks.last_seq() == before


def test_a_one_person_newsroom_says_so_and_publishes_alone():
    world = ConsoleWorld(single_editor=True)
    browser = Browser(TestClient(create_app(world.services), headers={"accept-language": "en"}))
    assert "One person runs this newsroom" in browser.enter(world.link(world.room.carla)).text
    browser.post("/console/fact-checks/new", act="save", revision="0", **FIELDS)
    stored = only(world.room)
    browser.post(f"/console/fact-checks/{stored.id}", act="publish", revision="1")
    assert only(world.room).is_published


def test_chinese_pages_speak_chinese(room, signed_in):
    room.ask("u1", FORWARD)
    page = signed_in(room.anna).get("/console?lang=zh-TW").text
    for said in ("大家在問什麼", "剩 2 小時 0 分", "由我處理"):
        assert said in page


def test_what_changed_since_it_was_read_is_not_approved(room, signed_in):
    save_draft(room.desk, room.anna, DRAFT)
    submit_for_review(room.desk, room.anna, "fc1", revision=1)
    save_draft(room.desk, room.anna, with_headline(room.fact_checks.get("fc1"), "Something else"))
    answer = signed_in(room.ben).post("/console/fact-checks/fc1", act="publish", revision="2")
    assert answer.status_code == 409
    assert only(room).status is Status.IN_REVIEW
    approve_and_publish(room.desk, room.ben, "fc1", revision=3)
