"""Pictures of real conversations for the README: the adapters talk to the fakes, and what came back is drawn.

    python -m tests.fakes.pictures docs/images

The drawing is ours (plain CSS in the manner of a messenger, no logos); the words, formats and buttons are what the
fake platforms received.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from handlers.messages import ActionName
from knowledge_base.starter.loading import starter_fact_checks, starter_narratives
from retrieval.interface import MatchKind
from tests.fakes.conversation import World
from tests.fakes.discord import factline as on_discord
from tests.fakes.discord import markdown
from tests.fakes.discord_server import DiscordServer, Guild, Sent, payloads
from tests.fakes.discord_server import Person as DiscordPerson
from tests.fakes.discord_server import Talk as DiscordTalk
from tests.fakes.searcher import found, match_of
from tests.fakes.telegram import factline as on_telegram
from tests.fakes.telegram_server import Talk as TelegramTalk
from tests.fakes.telegram_server import TelegramServer, updates

WIDTH, SCALE = 560, 1.25
CLOUDS = "⚠️ Look at these rows of clouds over the bay!! Earthquake clouds, a big one is days away, tell your family"
ROAD = "They will close the mountain road for the whole of spring, tell everyone"
COUGH = "Alone with a heart attack? Cough hard every two seconds until help comes. Doctors don't tell you this"
ONION = "is it ok to eat onion from yesterday, my aunt says it's poison"

Json = dict[str, Any]


def world() -> World:
    """Return the starter set, and what the pictures' messages are about."""
    made = World(*(replace(each, id=each.external_id) for each in starter_fact_checks()))
    for narrative in starter_narratives():
        made.narratives.put(narrative)
    clouds, cough, onion = (
        made.stored(each)
        for each in ("disaster-earthquake-cloud-omen", "health-cough-cpr-alone", "food-cut-onion-poison")
    )
    made.searcher.answers(CLOUDS, found([replace(match_of(clouds, CLOUDS), locale="en")]))
    made.searcher.answers(COUGH, found([replace(match_of(cough, COUGH), locale="en")]))
    made.searcher.answers(ONION, found([replace(match_of(onion, ONION, kind=MatchKind.POSSIBLE), locale="en")]))
    for user in ("bo", "cai", "dee"):
        made.press(ActionName.ASK_EDITORS, about=ROAD, user=user)
    return made


# Telegram ------------------------------------------------------------------------------------------------------------


async def telegram_page() -> str:
    """Hold a conversation on the fake Telegram and return it as a page."""
    made = world()
    async with TelegramServer() as server, on_telegram.running(server, made):
        ann = TelegramTalk(server)
        ann.forward(CLOUDS, updates.from_hidden_user("Family news"))
        await ann.answer(1)
        ann.say(ROAD)
        await ann.answer(2)
        messages = server.transcript.of(ann.room.id)
    return _page("telegram", "".join(_telegram_message(each) for each in messages))


def _telegram_message(message: Json) -> str:
    ours = message.get("_by_bot")
    head = ""
    if "forward_origin" in message:
        head = f'<p class="forwarded">Forwarded from {html.escape(message["forward_origin"]["sender_user_name"])}</p>'
    quoted = message.get("reply_to_message")
    if quoted:
        head = f'<p class="quoted">{html.escape(quoted["text"])}</p>'
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    buttons = "".join(
        '<div class="row">' + "".join(f"<span>{html.escape(each['text'])}</span>" for each in row) + "</div>"
        for row in rows
    )
    body = _entities(message["text"], message.get("entities", []))
    return f'<article class="{"bot" if ours else "me"}"><div class="bubble">{head}{body}</div>{buttons}</article>'


def _entities(text: str, entities: Iterable[Json]) -> str:
    """Return a message's text with its entities as HTML; offsets count UTF-16 code units."""
    tags = {"bold": "b", "italic": "i", "text_link": "a", "url": "a", "blockquote": "blockquote"}
    units = text.encode("utf-16-le")
    edges: list[tuple[int, int, str]] = []
    for entity in entities:
        tag = tags.get(entity["type"])
        if tag:
            edges.append((entity["offset"], 1, f"<{tag}>"))
            edges.append((entity["offset"] + entity["length"], 0, f"</{tag}>"))
    made, position = "", 0
    for offset, _, tag in sorted(edges):
        made += html.escape(units[2 * position : 2 * offset].decode("utf-16-le")) + tag
        position = offset
    return made + html.escape(units[2 * position :].decode("utf-16-le"))


# Discord -------------------------------------------------------------------------------------------------------------


async def discord_page() -> str:
    """Hold a conversation in a fake Discord server and return it as a page."""
    made = world()
    async with DiscordServer() as server, on_discord.running(server, made, resend_every_s=0.05):
        guild = await server.add_guild(Guild())
        bob, ann = DiscordTalk(server, DiscordPerson(name="bob"), guild), DiscordTalk(server, guild=guild)
        rumor = await bob.say(COUGH)
        await ann.context_menu(rumor)
        private = await ann.answer()
        mention = f"<@{payloads.BOT_ID}> {ONION}"
        await bob.say(mention, mentions_bot=True)
        public = await bob.answer()
    chat = (
        _discord_post("bob", html.escape(COUGH))
        + _discord_answer(private, "ann used <b>Apps &gt; Fact-check</b>")
        + _discord_post("bob", f'<span class="mention">@Factline</span> {html.escape(ONION)}')
        + _discord_answer(public, f'<b>bob</b> <span class="mention">@Factline</span> {html.escape(ONION)}')
    )
    return _page("discord", chat)


def _discord_post(name: str, body: str, extra: str = "", above: str = "", badge: str = "") -> str:
    before = f'<p class="above">{above}</p>' if above else ""
    return (
        f'<article class="post">{before}<div class="face face-{name.lower()}">{name[0].upper()}</div>'
        f"<div><p><b>{name}</b>{badge}</p><p>{body}</p>{extra}</div></article>"
    )


def _discord_answer(said: Sent, above: str) -> str:
    body = said.message
    embeds = "".join(
        f'<div class="embed" style="border-color: #{each.get("color", 0):06x}">'
        + (f'<p class="author">{html.escape(each["author"]["name"])}</p>' if each.get("author") else "")
        + f"{_markdown(each['description'])}</div>"
        for each in body["embeds"]
    )
    buttons = "".join(
        '<div class="row">' + "".join(f"<span>{html.escape(each['label'])}</span>" for each in row["components"])
        + "</div>"
        for row in body["components"]
    )  # fmt: skip
    note = '<p class="small">Only you can see this</p>' if said.ephemeral else ""
    badge = '<span class="app">APP</span>'
    return _discord_post("Factline", _markdown(body["content"]), embeds + buttons + note, above, badge)


def _markdown(text: str) -> str:
    """Return Discord's markdown as HTML, by the rules the fake's reader has."""
    made = ""
    for line in text.split("\n"):
        small = line.startswith("-# ")
        inside = _inline(line.removeprefix("-# "))
        made += f'<span class="small">{inside}</span>\n' if small else f"{inside}\n"
    return made.rstrip("\n")


def _inline(text: str) -> str:
    tags = {"bold": "b", "italic": "i", "underline": "u"}
    made, position = "", 0
    while position < len(text):
        for kind, rule in markdown._RULES:
            match = rule.match(text, position)
            if not match:
                continue
            inner = match.groups()[0] if match.groups() else match.group()
            if kind in tags:
                made += f"<{tags[kind]}>{_inline(match[1])}</{tags[kind]}>"
            elif kind in {"masked link", "quiet link", "link"}:
                made += f"<a>{_inline(inner) if kind == 'masked link' else html.escape(inner)}</a>"
            else:
                made += html.escape(inner)
            position = match.end()
            break
        else:
            made += html.escape(text[position])
            position += 1
    return made


# Drawing -------------------------------------------------------------------------------------------------------------

_STYLE = """
* { box-sizing: border-box; margin: 0 }
body { font: 15px/1.42 "Liberation Sans", "DejaVu Sans", sans-serif, "Noto Color Emoji" }
a { text-decoration: none }
.bubble, .embed, .post p { white-space: pre-line; overflow-wrap: anywhere }
.telegram { background: #d5e0d0; padding: 14px; display: flex; flex-direction: column; gap: 10px; color: #111 }
.telegram article { max-width: 470px; display: flex; flex-direction: column; gap: 4px }
.telegram .me { align-self: flex-end; max-width: 410px }
.telegram .bubble { background: #fff; border-radius: 14px 14px 14px 4px; padding: 8px 12px;
  box-shadow: 0 1px 1px #0002 }
.telegram .me .bubble { background: #e6fbd0; border-radius: 14px 14px 4px }
.telegram a { color: #1f6fb2 }
.telegram .forwarded { color: #3f8a2e; font-size: 13.5px }
.telegram .quoted { border-left: 3px solid #2f7fc0; background: #eaf3fa; border-radius: 4px; padding: 3px 8px;
  margin: 2px 0 6px; font-size: 13.5px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; color: #345 }
.telegram .row { display: flex; gap: 4px }
.telegram .row span { flex: 1; text-align: center; background: #7d9580; color: #fff; border-radius: 8px;
  padding: 6px 8px; font-size: 14px; font-weight: 600 }
.discord { background: #313338; color: #dbdee1; padding: 16px 14px; display: flex; flex-direction: column; gap: 14px }
.discord .post { display: grid; grid-template-columns: 40px 1fr; column-gap: 12px }
.discord .above { grid-column: 2; font-size: 13px; color: #a8adb5; margin-bottom: 3px; overflow: hidden;
  white-space: nowrap; text-overflow: ellipsis }
.discord .face { grid-column: 1; width: 38px; height: 38px; border-radius: 50%; display: grid; place-items: center;
  font-weight: 700; color: #fff; background: #7a6aa8 }
.discord .face-factline { background: #0f6b72 }
.discord .app { background: #4f5bd5; color: #fff; font-size: 10.5px; font-weight: 700; border-radius: 3px;
  padding: 1px 4px; margin-left: 6px; vertical-align: 1px }
.discord .embed { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 10px 14px;
  margin-top: 6px; font-size: 14.5px }
.discord .author { font-weight: 700; font-size: 13.5px; margin-bottom: 3px }
.discord .small { font-size: 12.5px; color: #a8adb5 }
.discord p.small { margin-top: 6px }
.discord a { color: #4fb0f5 }
.discord .mention { background: #3d4370; color: #ccd2ff; border-radius: 3px; padding: 0 2px }
.discord .row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px }
.discord .row span { background: #4a4d55; color: #fff; border-radius: 6px; padding: 5px 14px; font-size: 14px;
  font-weight: 500 }
"""


def _page(platform: str, chat: str) -> str:
    return f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style><body class="{platform}">{chat}</body>'


def draw(pages: dict[str, str], folder: Path) -> None:
    """Write each page as `<name>.png` into `folder`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        sheet = browser.new_page(viewport={"width": WIDTH, "height": 300}, device_scale_factor=SCALE)
        for name, page in pages.items():
            sheet.set_content(page)
            sheet.locator("body").screenshot(path=folder / f"{name}.png")
        browser.close()


def main() -> None:
    """Draw both pictures."""
    parser = argparse.ArgumentParser(description="Draw the README's pictures of conversations")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    draw({"telegram": asyncio.run(telegram_page()), "discord": asyncio.run(discord_page())}, folder)
    for each in ("telegram.png", "discord.png"):
        print(folder / each, re.sub(r"\B(?=(\d{3})+$)", ",", str((folder / each).stat().st_size)), "bytes")


if __name__ == "__main__":
    main()
