"""A newsroom's day against `factline serve`: somebody asks, an editor writes, a reviewer publishes, the bot answers."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.processes import environment, eventually, run, serving

playwright = pytest.importorskip("playwright.sync_api", reason="LOUD SKIP: playwright is not installed")
Page = playwright.Page
expect = playwright.expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="LOUD SKIP: no chromium here, so nobody looked at the console"),
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FORWARD = "URGENT! The Lindenberg water tower was poisoned by the orange paint of its janitor, forward to everyone!"
CLAIM = "Orange paint poisoned the Lindenberg water tower"
HEADLINE = "Laboratory tests found Lindenberg's drinking supply clean"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newsroom")


@pytest.fixture(scope="module")
def env(folder: Path, models_dir: Path) -> dict[str, str]:
    return environment(folder / "data", models_dir)


@pytest.fixture(scope="module")
def client(folder: Path, env: dict[str, str]) -> Iterator[httpx.Client]:
    for name, role in (("Anna", "editor"), ("Ben", "reviewer"), ("Rosa", "reader")):
        assert run("editors", "add", name, "--role", role, env=env, cwd=folder).returncode == 0
    with serving(env=env, cwd=folder) as server, server.client() as client:
        yield client
        assert server.stop() == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with playwright.sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield chromium
            chromium.close()


@pytest.fixture
def enter(browser: object, client: httpx.Client, env: dict[str, str], folder: Path) -> Iterator[Callable[..., Page]]:
    contexts, complaints = [], []

    def sign_in(name: str, **options: object) -> Page:
        printed = run("editors", "sign-in", name, env=env, cwd=folder)
        context = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1200, "height": 900}, **options})
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(printed.stdout.strip().splitlines()[-1])
        page.locator("main form .primary").click()
        page.wait_for_url(re.compile(r"/console$"))
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []


def home(client: httpx.Client) -> str:
    return str(client.base_url).rstrip("/")


def ask(client: httpx.Client, text: str) -> dict:
    answer = client.post("/api/v1/check", json={"text": text})
    answer.raise_for_status()
    return answer.json()


def chat(client: httpx.Client, **sent: str) -> list[dict]:
    answer = client.post("/chat", data=sent, headers={"accept": "application/json"})
    answer.raise_for_status()
    return answer.json()["replies"]


def test_a_newsrooms_day(client: httpx.Client, enter: Callable[..., Page]) -> None:
    # somebody asks, nobody knows, and it goes to the editors
    assert ask(client, FORWARD)["outcome"] == "none"
    (asked,) = chat(client, text=FORWARD)
    assert 'value="a"' in asked["html"]
    chat(client, action="a", quoted=FORWARD)

    anna = enter("Anna")
    rumor = anna.locator(".rumor", has_text="water tower")
    expect(rumor.locator(".clock")).to_contain_text("left")
    anna.keyboard.press("j")
    expect(rumor).to_have_class(re.compile("current"))
    anna.keyboard.press("t")
    expect(anna.locator(".chip.owner")).to_have_text("Anna")
    anna.get_by_role("link", name="Write the fact-check").click()

    # the panel follows what is typed
    anna.locator('[id="claim.en"]').fill(CLAIM)
    anna.locator('[id="headline.en"]').fill("Was the water poisoned?")
    expect(anna.locator("#panel .lint.hard")).to_contain_text("The headline asks")
    anna.locator('[id="headline.en"]').fill(HEADLINE)
    anna.locator('[id="explanation.en"]').fill("The city tested it twice. The photo shows another town.")
    anna.locator("#verdict").select_option("false")
    source = anna.locator(".source-row").first
    source.locator("[name=source_url]").fill("https://example.org/tests")
    source.locator("[name=source_title]").fill("Test results")
    expect(anna.locator(".source-row")).to_have_count(2)
    anna.locator("#tests").fill(FORWARD)
    expect(anna.locator(".tests")).to_contain_text("Yes:")
    expect(anna.locator(".preview-reply .headline").first).to_contain_text(HEADLINE)
    anna.get_by_text("Telegram", exact=True).click()
    expect(anna.locator(".preview-text").first).to_contain_text(HEADLINE)
    anna.get_by_role("button", name="Save and send to review").click()
    expect(anna.locator(".flash")).to_have_text("Sent to the reviewers.")
    expect(anna.locator("#decide")).to_have_count(0)
    assert ask(client, FORWARD)["outcome"] == "none"

    # a second person approves, and every bot answers
    ben = enter("Ben")
    ben.get_by_role("link", name="Fact-checks at work").click()
    ben.get_by_role("link", name=HEADLINE).click()
    expect(ben.locator(".editor-head")).to_contain_text("by Anna")
    ben.get_by_role("button", name="Approve and publish").click()
    expect(ben.locator(".flash")).to_contain_text("Published.")
    found = eventually(lambda: ask(client, FORWARD)["matches"], "the bots answer")
    assert found[0]["headline"] == HEADLINE
    (answered,) = chat(client, text=FORWARD)
    assert HEADLINE.replace("'", "&#39;") in answered["html"]
    anna.goto(f"{home(client)}/console")
    expect(anna.locator(".rumor", has_text="water tower")).to_have_count(0)

    # it is taken back, and no bot quotes it any longer
    ben.locator("#why").fill("The test results were forged")
    ben.get_by_role("button", name="Retract", exact=True).click()
    expect(ben.locator(".flash")).to_contain_text("Retracted.")
    eventually(lambda: ask(client, FORWARD)["outcome"] == "none", "the bots stop")


def test_a_reviewer_cannot_approve_what_stands_unsaved_in_the_form(
    client: httpx.Client, enter: Callable[..., Page]
) -> None:
    anna = enter("Anna")
    anna.goto(f"{home(client)}/console/fact-checks/new")
    anna.locator('[id="claim.en"]').fill("The moon is hollow")
    anna.locator('[id="headline.en"]').fill("Seismometers on its surface measured solid rock")
    anna.locator('[id="explanation.en"]').fill("Four stations listened for eight years.")
    anna.locator("#verdict").select_option("false")
    anna.locator("[name=source_url]").first.fill("https://example.org/moon")
    anna.get_by_role("button", name="Save and send to review").click()
    ben = enter("Ben")
    ben.goto(anna.url.partition("?")[0])
    approve = ben.get_by_role("button", name="Approve and publish")
    expect(approve).to_be_enabled()
    ben.locator('[id="headline.en"]').fill("Seismometers measured solid rock")
    expect(approve).to_be_disabled()
    expect(ben.locator("#saved-state")).to_have_text("Not saved yet")
    ben.get_by_role("button", name="Save", exact=True).click()
    expect(ben.locator("#decide")).to_contain_text("You wrote this")
    expect(ben.get_by_role("button", name="Approve and publish")).to_be_disabled()


@pytest.mark.parametrize(
    "options",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark", "locale": "zh-TW"},
        {"viewport": {"width": 375, "height": 800}},
    ],
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    client: httpx.Client, enter: Callable[..., Page], options: dict
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    chat(client, action="a", quoted=f"{FORWARD} Poison again, on {options}!")
    page = enter("Ben", bypass_csp=True, **options)
    rumor = page.locator(".rumor h2 a").first.get_attribute("href")
    for path in ("/console", rumor, "/console/fact-checks", f"/console/fact-checks/new?rumor={rumor.split('/')[-1]}"):
        page.goto(f"{home(client)}{path}")
        found = axe.Axe().run(page).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_reader_sees_and_cannot_touch(client: httpx.Client, enter: Callable[..., Page]) -> None:
    chat(client, action="a", quoted=f"{FORWARD} For readers.")
    rosa = enter("Rosa")
    expect(rosa.locator(".rumor").first).to_be_visible()
    expect(rosa.get_by_role("button", name="Take it")).to_have_count(0)
    expect(rosa.get_by_role("link", name="New fact-check")).to_have_count(0)
