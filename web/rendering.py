"""Replies and records as values the templates print; every string is text, escaped where it is printed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from handlers.messages import Block, BlockRole, Button, Reply, ReplyKind
from handlers.wording import safe_url
from knowledge_base.models import Verdict

# Colour groups; the words and the sign carry the verdict, colour only repeats it.
_TONES = {
    Verdict.FALSE: "false",
    Verdict.SCAM: "false",
    Verdict.MISLEADING: "mixed",
    Verdict.PARTLY_TRUE: "mixed",
    Verdict.OUTDATED: "mixed",
    Verdict.UNPROVEN: "unknown",
    Verdict.SATIRE: "unknown",
    Verdict.TRUE: "true",
}


def tone_of(verdict: Verdict | None) -> str:
    """Return the colour group of a verdict; "unknown" for a publisher's label nobody could map."""
    return _TONES.get(verdict, "unknown") if verdict is not None else "unknown"


def host_of(url: str) -> str:
    """Return the host a link leads to, without "www.", or "" for what is no web address."""
    return (urlsplit(safe_url(url)).hostname or "").removeprefix("www.")


@dataclass(frozen=True, slots=True)
class BlockView:
    """A paragraph; `paragraphs` are its lines, `url` is "" where it is not a safe web address."""

    role: str
    label: str
    paragraphs: tuple[str, ...]
    url: str
    host: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ButtonView:
    """A button: exactly one of `action`, `url` and `share_text` is not empty."""

    label: str
    action: str = ""
    url: str = ""
    share_text: str = ""


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply ready to print: `groups` are runs of blocks of one role, so that sources become one list."""

    kind: str
    locale: str
    groups: tuple[tuple[str, tuple[BlockView, ...]], ...]
    buttons: tuple[ButtonView, ...]
    alert: str = ""
    replaces: bool = False
    document_name: str = ""
    document_url: str = ""
    quoted: str = ""


def view_reply(reply: Reply, *, quoted: str, verdicts: Mapping[str, Verdict | None]) -> ReplyView:
    """Return what the template prints.

    `quoted` is the asker's message, sent along with every button so that it works after a restart; `verdicts` maps
    the fact-checks shown to their verdicts: the n-th verdict of a correction is that of the n-th one shown.
    """
    tones = [tone_of(verdicts.get(shown.fact_check_id)) for shown in reply.shown]
    if reply.kind is not ReplyKind.CORRECTION:
        tones = []
    name, url = "", ""
    if reply.document is not None:
        name, content = reply.document
        url = "data:application/octet-stream;base64," + b64encode(content.encode("utf-8", "replace")).decode()
    return ReplyView(
        kind=str(reply.kind),
        locale=reply.locale,
        groups=_grouped(reply.blocks, iter(tones)),
        buttons=tuple(view for row in reply.buttons for button in row if (view := _button(button)) is not None),
        alert=reply.alert,
        replaces=reply.replaces,
        document_name=name,
        document_url=url,
        quoted=quoted,
    )


def _grouped(blocks: Iterable[Block], tones: Iterator[str]) -> tuple[tuple[str, tuple[BlockView, ...]], ...]:
    groups: list[tuple[str, list[BlockView]]] = []
    for block in blocks:
        view = BlockView(
            role=str(block.role),
            label=block.label,
            paragraphs=tuple(line for line in block.text.split("\n") if line.strip()),
            url=safe_url(block.url),
            host=host_of(block.url),
            tone=next(tones, "unknown") if block.role is BlockRole.VERDICT else "",
        )
        if groups and groups[-1][0] == view.role and block.role in (BlockRole.SOURCE, BlockRole.CHOICE):
            groups[-1][1].append(view)
        else:
            groups.append((view.role, [view]))
    return tuple((role, tuple(views)) for role, views in groups)


def _button(button: Button) -> ButtonView | None:
    if button.action is not None:
        return ButtonView(label=button.label, action=button.action.encode())
    if url := safe_url(button.url):
        return ButtonView(label=button.label, url=url)
    if button.share_text:
        return ButtonView(label=button.label, share_text=button.share_text)
    return None
