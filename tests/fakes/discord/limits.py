"""What Discord refuses, in its words and numbers, and what a person reads of a message."""

from __future__ import annotations

import re
from typing import Any

COMPONENTS_V2 = 1 << 15
PING = re.compile(r"@everyone|@here|<@!?(\d+)>|<@&(\d+)>")


def readable(message: dict[str, Any]) -> str:
    """Flatten a message into the lines a person reads."""
    lines = [message.get("content") or ""]
    for embed in message.get("embeds") or []:
        lines += [
            (embed.get("author") or {}).get("name") or "",
            embed.get("title") or "",
            embed.get("description") or "",
            embed.get("url") or "",
        ]
        for one in embed.get("fields") or []:
            lines += [one["name"], one["value"]]
        lines.append((embed.get("footer") or {}).get("text") or "")
    for component in walk(message.get("components") or []):
        if component.get("type") == 10:
            lines.append(component["content"])
        elif component.get("type") == 2:
            target = f" -> {component['url']}" if component.get("url") else ""
            lines.append(f"[{component.get('label', '')}]{target}")
        elif component.get("type") == 3:
            lines += [f"({option['label']})" for option in component["options"]]
    return "\n".join(line for line in lines if line)


def walk(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for component in components:
        found.append(component)
        found += walk(component.get("components") or [])
        if component.get("accessory"):
            found.append(component["accessory"])
    return found


class Refused(Exception):
    """An error as Discord words it."""

    def __init__(self, message: str, code: int, status: int) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def check(body: dict[str, Any]) -> None:
    """Refuse what Discord refuses; limits as documented for messages, embeds and components."""
    components = body.get("components") or []
    is_v2 = bool((body.get("flags") or 0) & COMPONENTS_V2)
    everything = walk(components)
    problems = []
    if len(body.get("content") or "") > 2000:
        problems.append("content must be 2000 or fewer in length")
    embeds = body.get("embeds") or []
    total = 0
    for embed in embeds:
        sizes = {"title": 256, "description": 4096}
        problems += [f"embed {key} too long" for key, limit in sizes.items() if len(embed.get(key) or "") > limit]
        for one in embed.get("fields") or []:
            if not one["name"] or not one["value"] or len(one["name"]) > 256 or len(one["value"]) > 1024:
                problems.append("embed field is empty or too long")
        footer = (embed.get("footer") or {}).get("text") or ""
        total += sum(len(embed.get(key) or "") for key in sizes) + len(footer)
        total += sum(len(one["name"]) + len(one["value"]) for one in embed.get("fields") or [])
        if embed.get("url") and not embed["url"].startswith(("http://", "https://")):
            problems.append("embed url must be http or https")
    if total > 6000 or len(embeds) > 10:
        problems.append("embeds exceed 6000 characters or 10 embeds")
    ids = [c["custom_id"] for c in everything if c.get("custom_id")]
    if len(ids) != len(set(ids)) or any(len(one) > 100 for one in ids):
        problems.append("custom ids must be unique and at most 100 characters")
    for row in [c for c in everything if c.get("type") == 1]:
        if not 1 <= len(row["components"]) <= 5:
            problems.append("an action row holds one to five components")
    for button in [c for c in everything if c.get("type") == 2]:
        if len(button.get("label") or "") > 80 or not (button.get("label") or button.get("emoji")):
            problems.append("button labels have 1 to 80 characters")
        if button.get("style") == 5 and not str(button.get("url") or "").startswith(("http://", "https://")):
            problems.append("link buttons need an http or https url")
    if not is_v2 and len(components) > 5:
        problems.append("at most five action rows")
    if is_v2:
        words = sum(len(c["content"]) for c in everything if c.get("type") == 10)
        if len(everything) > 40 or words > 4000 or body.get("content") or embeds:
            problems.append("Components v2: 40 components, 4000 characters, no content, no embeds")
    if problems:
        raise Refused("Invalid Form Body: " + "; ".join(problems), 50035, 400)
    if not (body.get("content") or embeds or components or body.get("attachments") or body.get("files")):
        raise Refused("Cannot send an empty message", 50006, 400)
