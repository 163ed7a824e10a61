"""What the server checks in texts, captions and keyboards before it accepts them."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.telegram.html import ParseError, is_valid_url, parse_html, utf16_length

Json = dict[str, Any]
MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100
_LEFTOVER = re.compile(r"&(?:lt|gt|amp|quot|#x?[0-9a-fA-F]+);|</?(?:b|i|a|u|s|code|pre|blockquote)\b")


class BadRequest(Exception):
    """A refusal: `code` is the HTTP status, `parameters` what a client may act on."""

    def __init__(self, description: str, code: int = 400, **parameters: int) -> None:
        super().__init__(description)
        self.description, self.code, self.parameters = description, code, parameters


def formatted(raw: str, parse_mode: str, entities: list[Json] | None, limit: int) -> tuple[str, list[Json]]:
    """Return text and entities as stored.

    The limit counts UTF-16 code units after parsing: at least as strict as the real server everywhere.

    Raises:
        BadRequest: unparsable, empty or too long.
    """
    if any(0xD800 <= ord(c) <= 0xDFFF for c in raw):
        raise BadRequest("Bad Request: strings must be encoded in UTF-8")
    what = "message is too long" if limit == MAX_TEXT else "message caption is too long"
    if not parse_mode:
        text, marked = raw, list(entities or [])
    elif parse_mode.lower() == "html":
        try:
            text, found = parse_html(raw)
        except ParseError as exc:
            raise BadRequest(f"Bad Request: can't parse entities: {exc}") from exc
        marked = list(found)
    else:
        raise BadRequest("Bad Request: unsupported parse_mode")
    text = "".join(c for c in text if c in "\n\t" or ord(c) >= 32)
    if utf16_length(text.strip()) > limit:
        raise BadRequest(f"Bad Request: {what}")
    lead = len(text) - len(text.lstrip())
    if lead:
        shift = utf16_length(text[:lead])
        marked = [e | {"offset": max(0, e["offset"] - shift)} for e in marked]
    return text.strip(), marked


def text_message(raw: str, parse_mode: str, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """Return a text message's text and entities.

    Raises:
        BadRequest: see `formatted`; also for a text with nothing to read.
    """
    text, marked = formatted(raw, parse_mode, entities, MAX_TEXT)
    if not text:
        raise BadRequest("Bad Request: message text is empty")
    return text, marked


def looks_unescaped(text: str) -> bool:
    """Say whether people would see markup or entities: accepted by Telegram, never meant by us."""
    return bool(_LEFTOVER.search(text))


def keyboard(markup: Json | None) -> Json | None:
    """Return the inline keyboard as stored, or None.

    Raises:
        BadRequest: what Telegram refuses in a button.
    """
    if not markup or not markup.get("inline_keyboard"):
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise BadRequest("Bad Request: reply markup is too long")
    for button in (b for row in rows for b in row):
        _check_button(button)
    return {"inline_keyboard": rows}


def _check_button(button: Json) -> None:
    text = button.get("text", "")
    if not isinstance(text, str) or not text.strip():
        raise BadRequest('Bad Request: can\'t parse inline keyboard button: Field "text" must be non-empty')
    kinds = [k for k in button if k not in {"text", "style", "icon_custom_emoji_id"}]
    if len(kinds) != 1:
        raise BadRequest(
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    kind = kinds[0]
    if kind == "callback_data" and not 1 <= len(button[kind].encode()) <= MAX_CALLBACK_BYTES:
        raise BadRequest("Bad Request: BUTTON_DATA_INVALID")
    if kind == "url" and not is_valid_url(button["url"]):
        raise BadRequest(f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if kind == "copy_text" and not 1 <= len(button["copy_text"].get("text", "")) <= 256:
        raise BadRequest("Bad Request: BUTTON_COPY_TEXT_INVALID")
