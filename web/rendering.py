"""Replies and records as values the templates print; every string is text, escaped where it is printed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from handlers.messages import ActionName, Block, BlockRole, Button, Reply, ReplyKind
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
    """A button: `action`, `url` or `share_text`; one with both the first and the last acts where it cannot share."""

    label: str
    action: str = ""
    url: str = ""
    share_text: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One of "did you mean", which is pressed as a whole."""

    block: BlockView
    action: str


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply ready to print.

    `groups` are runs of blocks of one role, so that sources become one list; choices stand apart, each with the
    action of its button, where there are as many buttons for them.
    """

    kind: str
    locale: str
    groups: tuple[tuple[str, tuple[BlockView, ...]], ...]
    choices: tuple[ChoiceView, ...]
    buttons: tuple[ButtonView, ...]
    alert: str = ""
    replaces: bool = False
    document_name: str = ""
    document_url: str = ""
    quoted: str = ""


def view_reply(reply: Reply, *, quoted: str, verdicts: Mapping[str, Verdict | None], own_host: str = "") -> ReplyView:
    """Return what the template prints; the host is named beside each link but those to `own_host`.

    `quoted` is the asker's message, sent along with every button so that it works after a restart; `verdicts` maps
    the fact-checks shown to their verdicts: the n-th verdict of a correction is that of the n-th one shown.
    """
    tones = [tone_of(verdicts.get(shown.fact_check_id)) for shown in reply.shown]
    if reply.kind is not ReplyKind.CORRECTION:
        tones = []
    choices, buttons = _choices(reply, own_host)
    blocks = reply.blocks if not choices else [each for each in reply.blocks if each.role is not BlockRole.CHOICE]
    name, url = "", ""
    if reply.document is not None:
        name, content = reply.document
        url = "data:application/octet-stream;base64," + b64encode(content.encode("utf-8", "replace")).decode()
    return ReplyView(
        kind=str(reply.kind),
        locale=reply.locale,
        groups=_grouped(blocks, iter(tones), own_host),
        choices=choices,
        buttons=buttons,
        alert=reply.alert,
        replaces=reply.replaces,
        document_name=name,
        document_url=url,
        quoted=quoted,
    )


def _choices(reply: Reply, own_host: str) -> tuple[tuple[ChoiceView, ...], tuple[ButtonView, ...]]:
    """Join the n-th choice with the n-th button that shows a fact-check; return them and the other buttons."""
    buttons = [button for row in reply.buttons for button in row]
    offered = [block for block in reply.blocks if block.role is BlockRole.CHOICE]
    showing = [button for button in buttons if button.action and button.action.name is ActionName.SHOW]
    choices: tuple[ChoiceView, ...] = ()
    if offered and len(offered) == len(showing):
        buttons = [button for button in buttons if button not in showing]
        choices = tuple(
            ChoiceView(_block(block, "", own_host), button.action.encode())
            for block, button in zip(offered, showing, strict=True)
            if button.action
        )
    return choices, tuple(view for button in buttons if (view := _button(button)) is not None)


def _block(block: Block, tone: str, own_host: str) -> BlockView:
    host = host_of(block.url)
    return BlockView(
        role=str(block.role),
        label=block.label,
        paragraphs=tuple(line for line in block.text.split("\n") if line.strip()),
        url=safe_url(block.url),
        host="" if host == own_host else host,
        tone=tone,
    )


def _grouped(
    blocks: Iterable[Block], tones: Iterator[str], own_host: str
) -> tuple[tuple[str, tuple[BlockView, ...]], ...]:
    groups: list[tuple[str, list[BlockView]]] = []
    for block in blocks:
        tone = next(tones, "unknown") if block.role is BlockRole.VERDICT else ""
        view = _block(block, tone, own_host)
        if groups and groups[-1][0] == view.role and block.role in {BlockRole.SOURCE, BlockRole.CHOICE}:
            groups[-1][1].append(view)
        else:
            groups.append((view.role, [view]))
    return tuple((role, tuple(views)) for role, views in groups)


def _button(button: Button) -> ButtonView | None:
    if button.action is not None:
        return ButtonView(label=button.label, action=button.action.encode(), share_text=button.share_text)
    if url := safe_url(button.url):
        return ButtonView(label=button.label, url=url)
    if button.share_text:
        return ButtonView(label=button.label, share_text=button.share_text)
    return None
