"""The chat in a real browser: Debian's chromium driven by Playwright."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
import uvicorn

from handlers.messages import Block, BlockRole, Reply, ReplyKind
from tests.fakes.web import WebWorld
from web.app import create_app

playwright = pytest.importorskip("playwright.sync_api", reason="LOUD SKIP: playwright is not installed")
Page = playwright.Page
expect = playwright.expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="LOUD SKIP: no chromium here, so nobody looked at the web chat"),
]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LEMON = "Frozen lemon peel is ten thousand times stronger than chemotherapy."


class _Quiet(uvicorn.Server):
    def install_signal_handlers(self) -> None: ...

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture
def site() -> Iterator[tuple[str, WebWorld]]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    world = WebWorld(public_url=address)
    started = threading.Event()

    class Server(_Quiet):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started.set()

    server = Server(uvicorn.Config(create_app(world.services), log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert started.wait(30)
    yield address, world
    server.should_exit = True
    thread.join(30)
    listener.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with playwright.sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield chromium
            chromium.close()


@pytest.fixture
def open_page(browser: object, site: tuple[str, WebWorld]) -> Iterator[Callable[..., Page]]:
    contexts = []
    complaints: list[str] = []

    def open_it(path: str = "/", **options: object) -> Page:
        context = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1000, "height": 800}, **options})
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site[0] + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


def test_an_example_is_answered_with_the_correction(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.locator(".example").nth(2).click()
    reply = page.locator(".reply")
    expect(reply.locator(".badge")).to_have_text("🎭 Satire")
    expect(reply.locator(".headline")).to_contain_text("NASA made no such announcement")
    expect(reply.get_by_role("link", name=re.compile("USA TODAY"))).to_have_attribute("rel", "noopener nofollow")
    expect(page.locator(".typing")).to_have_count(0)
    expect(reply.locator(".headline")).to_be_in_viewport()


def test_a_did_you_mean_choice_is_answered(open_page: Callable[..., Page], site: tuple[str, WebWorld]) -> None:
    page = open_page()
    page.get_by_label("Message to check").fill("perhaps vaccines")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".choice").first.click()
    expect(page.locator(".reply")).to_have_count(2)
    expect(page.locator(".reply").nth(1).locator(".badge")).to_be_visible()
    expect(page.locator(".reply").nth(1)).to_be_focused()
    assert site[1].messages[-1].quoted_text == "perhaps vaccines"


def test_everything_works_from_the_keyboard(open_page: Callable[..., Page], site: tuple[str, WebWorld]) -> None:
    page = open_page()
    page.get_by_label("Message to check").focus()
    page.keyboard.type("perhaps")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two lines")
    page.keyboard.press("Enter")
    expect(page.locator(".choice")).to_have_count(3)
    assert site[1].messages[-1].text == "perhaps\ntwo lines"
    expect(page.get_by_label("Message to check")).to_be_focused()
    for _ in range(4):  # back over "none of these" and the choices
        page.keyboard.press("Shift+Tab")
    expect(page.locator(".choice").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".reply").nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href")


def test_enter_while_composing_chinese_does_not_send(
    open_page: Callable[..., Page], site: tuple[str, WebWorld]
) -> None:
    page = open_page()
    box = page.get_by_label("Message to check")
    box.fill("ㄓ")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(box).to_have_value("ㄓ")
    assert site[1].messages == []


def test_without_javascript_forms_do_the_same(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_label("Message to check").fill("perhaps vaccines")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".choice").first.click()
    page.locator(".badge").wait_for()
    assert page.locator(".asked-text").inner_text() == "perhaps vaccines"
    page.locator("[data-share]").click()  # without a script it acts like any button: the text to pass on, to copy
    page.wait_for_load_state()
    assert page.locator(".reply").count() == 1
    assert page.locator(".asked-text").inner_text() == "perhaps vaccines"


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "no script"])
def test_injected_markup_is_shown_as_text(
    open_page: Callable[..., Page], site: tuple[str, WebWorld], scripted: bool
) -> None:
    evil = '<script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">'
    site[1].replies = [Reply(ReplyKind.NOTICE, (Block(BlockRole.TEXT, evil, label=evil),), "en")]
    page = open_page(java_script_enabled=scripted)
    page.get_by_label("Message to check").fill(evil)
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".reply").wait_for()
    assert evil in page.locator(".reply").inner_text()
    assert page.locator(".asked-text").inner_text() == evil
    assert "owned" not in page.title()


@pytest.mark.parametrize("path", ["/", "/fact-checks", "/fact-checks/health-lemon-kills-cancer"])
def test_nothing_is_wider_than_a_phone(open_page: Callable[..., Page], path: str) -> None:
    page = open_page(path, viewport={"width": 375, "height": 740}, locale="zh-TW")
    if path == "/":
        box = page.locator("#text")
        box.fill("a" * 400 + " perhaps https://example.org/" + "b" * 400)
        box.press("Enter")
        page.locator(".choice").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/fact-checks", "/fact-checks/health-lemon-kills-cancer"])
def test_axe_finds_nothing(open_page: Callable[..., Page], path: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_page(path, color_scheme=scheme, bypass_csp=True)
    if path == "/":
        for text in (LEMON, "perhaps vaccines", "never heard of"):
            page.locator("#text").fill(text)
            page.locator("#text").press("Enter")
        expect(page.locator(".reply")).to_have_count(3)
    found = axe.Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_dark_is_dark_and_light_is_light(open_page: Callable[..., Page]) -> None:
    def background(scheme: str) -> list[int]:
        page = open_page(color_scheme=scheme)
        return [
            int(part) for part in re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))
        ]

    assert max(background("dark")[:3]) < 40
    assert min(background("light")[:3]) > 220


DROP = """([content, name, type]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([content], name, { type }));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""


def test_a_dropped_text_file_lands_in_the_box_and_a_picture_is_declined(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.evaluate(DROP, ["來自檔案的傳言", "forward.txt", "text/plain"])
    expect(page.locator("#text")).to_have_value("來自檔案的傳言")
    page.evaluate(DROP, ["x", "photo.png", "image/png"])
    expect(page.get_by_role("status")).to_contain_text("not text")
    expect(page.locator("#text")).to_have_value("來自檔案的傳言")


def test_text_pasted_anywhere_lands_in_the_box(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.evaluate(
        """() => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", "pasted words");
          document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("#text")).to_have_value("pasted words")
    expect(page.locator("#text")).to_be_focused()


def test_sharing_copies_where_there_is_no_share_sheet(open_page: Callable[..., Page]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("Object.defineProperty(navigator, 'share', { value: undefined })")
    page.locator("#text").fill(LEMON)
    page.locator("#text").press("Enter")
    page.locator("[data-share]").click()
    expect(page.locator(".reply")).to_have_count(1)
    expect(page.get_by_role("status")).to_contain_text("Copied")
    assert "No study in people" in page.evaluate("navigator.clipboard.readText()")


def test_an_answer_that_does_not_arrive_gives_the_message_back(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.route("**/chat", lambda route: route.fulfill(status=200, body="not json"))
    page.locator("#text").fill("precious words")
    page.locator("#text").press("Enter")
    expect(page.locator(".notice")).to_contain_text("try again")
    expect(page.locator("#text")).to_have_value("precious words")


def test_language_switch_changes_the_page_and_stays(open_page: Callable[..., Page], site: tuple[str, WebWorld]) -> None:
    page = open_page()
    page.get_by_role("link", name="繁體中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("這是真的嗎？")
    page.goto(site[0] + "/fact-checks")
    expect(page.get_by_role("heading", level=1)).to_have_text("查核報告")
