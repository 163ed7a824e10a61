"""What happened, readable by tests and printable for people."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request of the bot. `status` is the HTTP status; `error` the description where it failed."""

    method: str
    params: Json
    status: int
    error: str = ""
    result: Any = None
    at: float = 0.0

    @property
    def chat_id(self) -> int | None:
        chat = self.params.get("chat_id")
        return int(chat) if chat is not None and str(chat).lstrip("-").isdigit() else None


@dataclass
class Transcript:
    """Every request except the polling, and every message in every chat as people see it now (edits applied)."""

    calls: list[Call] = field(default_factory=list)
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    alerts: list[Json] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # accepted by Telegram, yet surely not meant

    def of(self, chat_id: int) -> list[Json]:
        """Return a chat's messages, oldest first."""
        return [m for (chat, _), m in sorted(self.messages.items()) if chat == chat_id]

    def sent(self, chat_id: int | None = None) -> list[Json]:
        """Return the messages the bot wrote (in one chat), oldest first."""
        return [
            m
            for (chat, _), m in sorted(self.messages.items())
            if m.get("from", {}).get("is_bot") and m.get("_by_bot") and chat_id in (None, chat)
        ]

    def method(self, name: str, chat_id: int | None = None) -> list[Call]:
        """Return the requests of one method, in the order they came."""
        return [c for c in self.calls if c.method == name and chat_id in (None, c.chat_id)]

    def printable(self, chat_id: int) -> str:
        """Return a chat as its reader sees it."""
        return "\n\n".join(_as_read(m) for m in self.of(chat_id))


def _as_read(message: Json) -> str:
    who = "BOT" if message.get("_by_bot") else message.get("from", {}).get("first_name", "channel")
    marks = [f"#{message['message_id']}"]
    if "reply_to_message" in message:
        marks.append(f"replying to #{message['reply_to_message']['message_id']}")
    if "message_thread_id" in message:
        marks.append(f"topic {message['message_thread_id']}")
    if "forward_origin" in message:
        marks.append("forwarded")
    if "edit_date" in message:
        marks.append("edited")
    if "media_group_id" in message:
        marks.append(f"album {message['media_group_id']}")
    kinds = [k for k in ("photo", "sticker", "voice", "video", "document", "location", "poll") if k in message]
    marks += [f"<{k}>" for k in kinds]
    lines = [f"{who} ({', '.join(marks)}):"]
    text = message.get("text", message.get("caption", ""))
    lines += [f"  | {line}" for line in text.split("\n")] if text else []
    links = [e["url"] for e in message.get("entities", []) if e.get("url")]
    lines += [f"  link: {url}" for url in links]
    preview = message.get("link_preview_options") or {}
    if preview.get("url"):
        lines.append(f"  preview: {preview['url']} ({'small' if preview.get('prefer_small_media') else 'large'})")
    if "poll" in message:
        lines.append("  poll: " + message["poll"]["question"])
        lines += [f"   o {o['text']}" for o in message["poll"]["options"]]
    for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
        lines.append("  " + " ".join(f"[{b['text']}]" for b in row))
    for reaction in message.get("_reactions", []):
        lines.append(f"  reaction: {reaction}")
    return "\n".join(lines)


def as_json_lines(transcript: Transcript) -> str:
    """Return every request as JSON lines, for checks from another process."""
    return "\n".join(
        json.dumps(
            {"method": c.method, "params": c.params, "status": c.status, "error": c.error, "at": c.at},
            ensure_ascii=False,
            default=str,
        )
        for c in transcript.calls
    )
