"""Inline mode: `@bot words` in any chat lists matching fact-checks; choosing one posts its sourced correction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog
from telegram import InlineQuery, InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.telegram_adapter.inbound import Me
from bot.telegram_adapter.render import keyboard_of, parts_of
from handlers.browse import Finding
from handlers.guide import DEEP_LINK
from handlers.messages import Button, Reply

MAX_RESULTS = 20  # Telegram allows 50; nobody scrolls further
CACHE_S = 20  # a retracted fact-check must not live on in Telegram's cache; Telegram's own default is 300
_AT_ONCE = 8  # people type: every letter is a query

Looking = Callable[[str, str], list[Finding]]
"""Words and the person's language in, findings out, best first. Blocks, stores nothing, thread-safe."""

_log = structlog.get_logger(__name__)


class InlineAnswerer:
    """Answers inline queries. Belongs to one event loop.

    Args:
        bot: the Bot API client.
        looking: finds fact-checks.
        me: the bot's account.
    """

    def __init__(self, bot: ExtBot[Any], looking: Looking, me: Me) -> None:
        self._bot = bot
        self._looking = looking
        self._me = me
        self._busy = asyncio.Semaphore(_AT_ONCE)

    async def answer(self, query: InlineQuery) -> None:
        """Answer one query; one that went stale while it waited is nobody's loss."""
        language = query.from_user.language_code or ""
        async with self._busy:
            try:
                found = await asyncio.to_thread(self._looking, query.query[:256], language)
            except Exception as exc:  # noqa: BLE001 - an empty list is an answer too
                _log.error("inline_failed", error=type(exc).__qualname__)
                found = []
        results = [self._result(each) for each in found[:MAX_RESULTS]]
        try:
            await self._bot.answer_inline_query(query.id, results, cache_time=CACHE_S, is_personal=True)
        except BadRequest as exc:
            if "too old" not in exc.message.lower():
                _log.warning("inline_refused", reason=exc.message.split('"')[0][:120])
        except TelegramError as exc:
            _log.warning("inline_unsent", error=type(exc).__name__)

    def _result(self, finding: Finding) -> InlineQueryResultArticle:
        part = parts_of(finding.reply)[0]
        preview = LinkPreviewOptions(url=part.preview, prefer_small_media=True) if part.preview else None
        return InlineQueryResultArticle(
            id=finding.fact_check_id[:64],
            title=finding.title,
            description=finding.description,
            input_message_content=InputTextMessageContent(
                part.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=preview or LinkPreviewOptions(is_disabled=True),
            ),
            # Only links: a pressed button of an inline message comes without the message it stands on.
            reply_markup=keyboard_of(_links_only(finding, self._me), can_inline=False),
        )


def _links_only(finding: Finding, me: Me) -> Reply:
    link = f"https://t.me/{me.username}?start={DEEP_LINK}{finding.fact_check_id}"
    rows = tuple(tuple(button for button in row if button.url) for row in finding.reply.buttons)
    return replace(finding.reply, buttons=((Button(finding.more_label, url=link),), *(row for row in rows if row)))
