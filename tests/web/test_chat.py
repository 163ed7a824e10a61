"""The chat endpoint and page, without a browser."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind
from tests.fakes.web import WebWorld

LEMON = "Frozen lemon peel is ten thousand times stronger than chemotherapy."
JSON = {"accept": "application/json"}


def reply_with(text: str, *, role: BlockRole = BlockRole.TEXT, url: str = "", label: str = "") -> Reply:
    return Reply(ReplyKind.NOTICE, (Block(role, text, label, url),), "en")


def test_form_post_renders_the_correction_without_any_script(client: TestClient) -> None:
    page = client.post("/chat", data={"text": LEMON}).text
    assert LEMON in page
    assert "No study in people shows that lemon treats cancer" in page
    assert 'class="verdict tone-false"' in page
    assert "tfc-taiwan.org.tw" in page


def test_script_gets_the_same_reply_as_fragments(client: TestClient) -> None:
    answer = client.post("/chat", data={"text": LEMON}, headers=JSON).json()
    (reply,) = answer["replies"]
    assert reply["kind"] == "correction"
    assert reply["locale"] == "en"
    assert reply["html"].startswith("<article")
    assert "No study in people" in reply["text"]


def test_json_body_is_as_good_as_a_form(client: TestClient, world: WebWorld) -> None:
    client.post("/chat", json={"text": LEMON}, headers=JSON)
    assert world.messages[0].text == LEMON


def test_verdict_is_said_in_words_beside_colour_and_sign(client: TestClient) -> None:
    html = client.post("/chat", data={"text": LEMON}, headers=JSON).json()["replies"][0]["html"]
    assert re.search(r'class="badge">\S+ False<', html)


def test_buttons_carry_the_message_so_that_they_work_after_a_restart(client: TestClient, world: WebWorld) -> None:
    page = client.post("/chat", data={"text": "perhaps <b>vaccines</b>"}).text
    assert 'name="quoted" value="perhaps &lt;b&gt;vaccines&lt;/b&gt;"' in page
    pressed = re.search(r'name="action" value="(s:[^"]+)"', page)
    assert pressed
    later = WebWorld(world.record)
    from web.app import create_app

    other = TestClient(create_app(later.services))
    page = other.post("/chat", data={"action": pressed[1], "quoted": "perhaps <b>vaccines</b>"}).text
    assert later.messages[0].action == Action(ActionName.SHOW, pressed[1][2:])
    assert later.messages[0].quoted_text == "perhaps <b>vaccines</b>"
    assert 'class="verdict' in page


def test_did_you_mean_choices_are_buttons_themselves(client: TestClient) -> None:
    html = client.post("/chat", data={"text": "perhaps"}, headers=JSON).json()["replies"][0]["html"]
    assert html.count('class="choice"') == 3
    assert 'value="n"' in html


def test_unknown_button_is_refused_kindly(client: TestClient) -> None:
    answer = client.post("/chat", data={"action": "zz:1"})
    assert answer.status_code == 422
    assert "older version" in answer.text


def test_slash_words_are_commands_and_paths_are_not(client: TestClient, world: WebWorld) -> None:
    for text in ("/help", "/latest health", "/tmp/x is a path", "/HELP"):
        client.post("/chat", data={"text": text}, headers=JSON)
    assert [(each.command, each.text) for each in world.messages] == [
        ("help", ""),
        ("latest", "health"),
        ("", "/tmp/x is a path"),
        ("", "/HELP"),
    ]


def test_share_sheet_of_a_phone_posts_title_text_and_link_as_one_message(client: TestClient, world: WebWorld) -> None:
    fields = {"title": (None, "A"), "text": (None, "B"), "url": (None, "https://x.example")}
    client.post("/chat", files=fields)
    assert world.messages[0].text == "A\nB\nhttps://x.example"
    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["share_target"]["method"] == "POST"


def test_a_visitor_keeps_one_anonymous_session_and_updates_have_their_own_ids(
    client: TestClient, world: WebWorld
) -> None:
    for _ in range(2):
        client.post("/chat", data={"text": "hello"}, headers=JSON)
    first, second = world.messages
    assert first.user_id == second.user_id != ""
    assert first.update_id != second.update_id
    client.cookies.clear()
    client.post("/chat", data={"text": "hello"}, headers=JSON | {"cookie": "factline_session=../../etc"})
    assert re.fullmatch(r"[A-Za-z0-9_-]{20,}", world.messages[2].user_id)


def test_looking_at_the_page_sets_no_cookie(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/").headers


def test_silence_of_the_dispatcher_is_said(client: TestClient, world: WebWorld) -> None:
    world.replies = []
    assert "Please wait a moment" in client.post("/chat", data={"text": "x"}).text
    assert client.post("/chat", data={"text": "x"}, headers=JSON).json() == {"replies": []}


@pytest.mark.parametrize("role", list(BlockRole))
def test_markup_in_every_block_is_shown_as_text(client: TestClient, world: WebWorld, role: BlockRole) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    world.replies = [
        Reply(
            ReplyKind.CORRECTION,
            (Block(role, evil, label=evil, url="https://x.example/?<script>"),),
            'en"><script>',
            buttons=((Button(evil, Action(ActionName.WHY, "<x>")), Button(evil, share_text=evil)),),
        )
    ]
    page = client.post("/chat", data={"text": evil}).text
    fragment = client.post("/chat", data={"text": evil}, headers=JSON).json()["replies"][0]["html"]
    for html in (page, fragment):
        assert "<script>" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a@b.example/", "ftp://x.example"]
)
def test_only_web_addresses_become_links(client: TestClient, world: WebWorld, url: str) -> None:
    world.replies = [reply_with("a source", role=BlockRole.SOURCE, url=url)]
    html = client.post("/chat", data={"text": "x"}, headers=JSON).json()["replies"][0]["html"]
    assert "<a " not in html
    assert "a source" in html


def test_links_leave_without_passing_on_trust(client: TestClient, world: WebWorld) -> None:
    world.replies = [reply_with("a source", role=BlockRole.SOURCE, url="https://who.int/x")]
    html = client.post("/chat", data={"text": "x"}, headers=JSON).json()["replies"][0]["html"]
    assert 'href="https://who.int/x" target="_blank" rel="noopener nofollow"' in html


@pytest.mark.parametrize(
    "text",
    ["", "  \n\t ", "😀🔥", "a\x00b", "\u202egpj.exe", "﷽" * 500, "z" * 100_000, "謠" * 100_000],
    ids=["empty", "blank", "emoji", "NUL", "override", "ligatures", "long", "long Chinese"],
)
def test_any_text_is_answered(client: TestClient, text: str) -> None:
    assert client.post("/chat", data={"text": text}).status_code == 200
    assert client.post("/chat", files={"text": (None, text)}, headers=JSON).json()["replies"]


def test_lone_surrogates_are_replaced_and_pairs_joined(client: TestClient, world: WebWorld) -> None:
    client.post(
        "/chat",
        content=rb'{"text": "a\ud800b \ud83d\ude00 \u0000"}',
        headers=JSON | {"content-type": "application/json"},
    )
    assert world.messages[0].text == "a\ufffdb 😀 \ufffd"


def test_a_reply_with_a_lone_surrogate_is_still_sent(client: TestClient, world: WebWorld) -> None:
    world.replies = [reply_with("a\ud800b")]
    assert client.post("/chat", data={"text": "x"}).status_code == 200
    assert client.post("/chat", data={"text": "x"}, headers=JSON).status_code == 200


def test_replacing_replies_alerts_and_documents_reach_the_script(client: TestClient, world: WebWorld) -> None:
    world.replies = [
        Reply(
            ReplyKind.COMMAND,
            (Block(BlockRole.TEXT, "yours"),),
            "en",
            alert="done",
            replaces=True,
            document=("my.json", "{}"),
        )
    ]
    (reply,) = client.post("/chat", data={"text": "/mydata"}, headers=JSON).json()["replies"]
    assert (reply["alert"], reply["replaces"]) == ("done", True)
    assert 'href="data:application/octet-stream;base64,e30=" download="my.json"' in reply["html"]


@pytest.mark.parametrize(
    ("request_headers", "query", "language"),
    [
        ({"accept-language": "zh-TW,zh;q=0.9,en;q=0.8"}, "", "zh-TW"),
        ({"accept-language": "zh-CN"}, "", "zh-TW"),
        ({"accept-language": "fr;q=0.9, en;q=0.5, zh;q=0.7"}, "", "zh-TW"),
        ({"accept-language": "fr"}, "", "en"),
        ({"accept-language": ";;q=,*;q=x"}, "", "en"),
        ({"accept-language": "en"}, "?lang=zh-TW", "zh-TW"),
        ({"accept-language": "en", "cookie": "factline_locale=zh-TW"}, "", "zh-TW"),
        ({"accept-language": "en"}, "?lang=<script>", "en"),
    ],
)
def test_page_is_in_the_visitors_language(
    client: TestClient, request_headers: dict[str, str], query: str, language: str
) -> None:
    page = client.get(f"/{query}", headers=request_headers)
    assert f'<html lang="{language}">' in page.text


def test_chosen_language_is_remembered_and_sent_along(client: TestClient, world: WebWorld) -> None:
    client.get("/?lang=zh-TW")
    client.post("/chat", data={"text": "哈囉"}, headers=JSON)
    assert world.messages[0].locale_hint == "zh-TW"


def test_examples_of_both_languages_are_offered_own_language_first(client: TestClient) -> None:
    english = re.findall(r'class="example".*?lang="([^"]+)"', client.get("/").text)
    chinese = re.findall(r'class="example".*?lang="([^"]+)"', client.get("/?lang=zh-TW").text)
    assert english == ["en"] * 3 + ["zh-TW"] * 3
    assert chinese == ["zh-TW"] * 3 + ["en"] * 3


def test_reloading_after_a_form_post_leads_back(client: TestClient) -> None:
    answer = client.get("/chat", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
