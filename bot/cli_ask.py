"""`factline ask` and `factline chat`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import typer

from bot.errors import EXIT_WRONG_USE, OperatorMistake

if TYPE_CHECKING:
    from handlers.messages import Reply

_MAX_STDIN_BYTES = 10 * 1024 * 1024


def ask(
    text: str = typer.Argument(..., help="The message to check; - reads it from standard input."),
    locale: str = typer.Option("", help="Language of the reply, e.g. en or zh-TW; the message's own by default."),
    as_json: bool = typer.Option(False, "--json", help="Print what POST /api/v1/check returns."),
    explain: bool = typer.Option(False, "--explain", help="Also say why it matched."),
) -> None:
    """Check one message and print the answer."""
    from bot.startup import say, start

    message = _read_stdin() if text == "-" else text
    settings = start()
    from bot.asking import check

    payload = check(settings, message.encode("utf-8", "replace").decode(), locale, say)
    if as_json:
        typer.echo(json.dumps(payload, ensure_ascii=False))
        return
    from rich.console import Console

    from bot.terminal_adapter import print_replies

    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    print_replies(console, [_reply_of(payload)] if payload["reply"] else [])
    if explain:
        _explain(payload)


def chat(
    locale: str = typer.Option("", help="Your language, e.g. en or zh-TW; each message's own by default."),
) -> None:
    """Talk to Factline in the terminal: paste messages, press buttons by their number, /quit to end."""
    import asyncio

    from bot.startup import say, start

    settings = start()
    from functools import partial

    from rich.console import Console

    from bot.asking import RemoteAnswering, owning, running_server
    from bot.clock import system_ids
    from bot.terminal_adapter import TerminalAdapter, read_typed

    console = Console(highlight=False)
    prompt = partial(console.print, "[bold]> [/bold]", end="") if sys.stdin.isatty() else lambda: None
    adapter = TerminalAdapter(console, partial(read_typed, sys.stdin, prompt), system_ids(), locale)
    if sys.stdin.isatty():
        say("Paste a message to check it. A number presses a button, /quit ends.")
    owner = running_server(settings.data_path, say)
    if owner is not None:
        asyncio.run(adapter.run(RemoteAnswering(owner), asyncio.Event()))
        return
    with owning(settings, "chat", say) as factline:
        asyncio.run(adapter.run(factline.dispatcher, asyncio.Event()))


def _read_stdin() -> str:
    content = sys.stdin.buffer.read(_MAX_STDIN_BYTES + 1)
    if len(content) > _MAX_STDIN_BYTES:
        raise OperatorMistake("Standard input holds more than 10 MB; that is no message.", EXIT_WRONG_USE)
    return content.decode("utf-8", "replace")


def _reply_of(payload: dict[str, Any]) -> Reply:
    from handlers.messages import Block, BlockRole, Button, Reply, ReplyKind

    found = payload["reply"]
    return Reply(
        kind=ReplyKind(found["kind"]),
        blocks=tuple(
            Block(BlockRole(block["role"]), block["text"], block["label"], block["url"]) for block in found["blocks"]
        ),
        locale=found["locale"],
        # Nothing can be pressed after a one-off question; addresses still help.
        buttons=tuple((Button(button["label"], url=button["url"]),) for row in found["buttons"] for button in row
                      if button["url"]),
    )  # fmt: skip


def _explain(payload: dict[str, Any]) -> None:
    typer.echo(f"outcome: {payload['outcome']}")
    for match in payload["matches"]:
        evidence = match["evidence"]
        typer.echo(f"{match['fact_check_id']} revision {match['revision']}: "
                   f"{match['match_kind']}, probability {match['probability']:.3f}")  # fmt: skip
        typer.echo(f"  claim: {match['claim']}")
        typer.echo(f"  matched on: {match['matched_text']}")
        if evidence["shared_words"]:
            typer.echo(f"  shared words: {', '.join(evidence['shared_words'])}")
        for conflict in evidence["conflicts"]:
            typer.echo(f"  conflict ({conflict['kind']}): {conflict['in_message']!r} against {conflict['in_claim']!r}")
        for title in ("legs", "features"):
            values = ", ".join(f"{name} {value:.3g}" for name, value in sorted(evidence[title].items()))
            if values:
                typer.echo(f"  {title}: {values}")
    if payload.get("legs_down"):
        typer.echo(f"could not take part: {', '.join(payload['legs_down'])}")
    typer.echo("timings: " + ", ".join(f"{step} {spent:.1f} ms" for step, spent in payload["timings_ms"].items()))
