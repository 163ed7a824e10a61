"""What operators need, headers, and errors."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from string import Formatter

import pytest
from fastapi.testclient import TestClient

from knowledge_base.errors import StorageUnavailable
from knowledge_base.models import FactCheck
from tests.fakes.web import RecordInMemory, WebWorld
from web.app import create_app
from web.i18n import catalogs

SECRET = "0912-345-678 at /srv/private"


class BrokenRecord(RecordInMemory):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def get(self, fact_check_id: str) -> FactCheck:
        raise self._error


def client_of(world: WebWorld) -> TestClient:
    return TestClient(create_app(world.services), headers={"accept-language": "en"})


def test_health_says_alive_whatever_else(client: TestClient, world: WebWorld) -> None:
    world.reason = "The search index is being built (3%)."
    assert client.get("/healthz").json() == {"status": "ok", "version": "0.1.0"}


def test_ready_says_why_not(client: TestClient, world: WebWorld) -> None:
    assert client.get("/readyz").json()["status"] == "ready"
    assert client.get("/readyz").json()["index"]["lag"] == 2
    world.reason = "The search index is being built (3%)."
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reason"] == world.reason


def test_metrics_are_the_registrys(client: TestClient) -> None:
    answer = client.get("/metrics")
    assert 'factline_outcomes_total{outcome="match"} 1.0' in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "path", ["/", "/fact-checks", "/nowhere", "/api/v1/fact-checks", "/static/chat.js", "/metrics"]
)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]


@pytest.mark.parametrize("path", ["/", "/fact-checks", "/fact-checks/health-lemon-kills-cancer", "/nowhere"])
def test_no_page_needs_what_the_policy_forbids(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"\son\w+=|\sstyle=|<style", page)
    for script in re.findall(r"<script[^>]*>", page):
        assert "ld+json" in script or 'src="/static/' in script
    assert not re.findall(r'(?:src|href)="https?://(?!facts\.example)[^"]+\.(?:js|css|woff2?)"', page)


def test_static_files_are_kept_for_a_year_only_under_their_own_digest(client: TestClient) -> None:
    link = re.search(r'href="(/static/factline\.css\?v=\w+)"', client.get("/").text)
    assert link
    kept = client.get(link[1])
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/factline.css?v=old").headers["cache-control"] == "public, max-age=300"
    again = client.get(link[1], headers={"if-none-match": kept.headers["etag"]})
    assert again.status_code == 304
    for path in ("/static/../app.py", "/static/%2e%2e%2fapp.py", "/static/none.css"):
        assert client.get(path).status_code == 404


def test_unknown_page_is_kind_and_has_an_id(client: TestClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert re.search(r"<code>\S{8,}</code>", answer.text)
    assert client.get("/nowhere", headers={"accept": "application/json"}).json()["error"]["status"] == 404
    assert client.put("/chat").status_code == 405


def test_fault_of_ours_is_an_apology_with_an_id_and_leaks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    client = client_of(WebWorld(BrokenRecord(ValueError(SECRET))))
    page = client.get("/fact-checks/x")
    api = client.get("/api/v1/fact-checks/x")
    assert page.status_code == api.status_code == 500
    assert "Something broke on our side" in page.text
    assert page.headers["content-security-policy"]
    said = capsys.readouterr()
    for text in (page.text, api.text, said.out, said.err):
        assert "0912" not in text
        assert "ValueError" not in page.text
    assert api.json()["error"]["id"] in said.out + said.err


def test_record_that_cannot_be_reached_is_not_nothing_found() -> None:
    client = client_of(WebWorld(BrokenRecord(StorageUnavailable(SECRET))))
    answer = client.get("/fact-checks/x")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "cannot be reached right now" in answer.text
    assert "0912" not in answer.text


def test_catalogs_have_the_same_keys_and_placeholders() -> None:
    def placeholders(sentence: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name}

    english = catalogs()["en"]
    for locale, words in catalogs().items():
        assert set(words) == set(english), locale
        for key, sentence in words.items():
            assert sentence.strip(), (locale, key)
            assert placeholders(sentence) == placeholders(english[key]), (locale, key)


def test_catalogs_hold_what_templates_ask_for_and_nothing_else() -> None:
    english = json.loads(files("web").joinpath("locales/en.json").read_text(encoding="utf-8"))
    sources = [
        entry.read_text(encoding="utf-8")
        for folder in ("templates", "", "console")
        for entry in files("web").joinpath(folder).iterdir()
        if entry.name.endswith((".html", ".py"))
    ]
    text = "\n".join(sources)
    asked = set(re.findall(r"""\bt\(["']([a-z_0-9.]+)["']""", text)) | set(
        re.findall(r'"(error\.unknown_[a-z]+)"', text)
    )
    computed = {key for key in english if re.match(r"error\.\d|verdict\.|language\.", key)}
    assert asked - {"verdict."} - set(english) == set()
    assert set(english) - asked - computed == set()
