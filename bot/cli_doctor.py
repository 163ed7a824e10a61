"""`factline doctor`."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer

from bot.errors import EXIT_FOUND_PROBLEMS


def doctor(
    as_json: bool = typer.Option(False, "--json", help="Print the findings as JSON."),
    audit: bool = typer.Option(False, "--audit", help="Prove the histories and the audit log, and check nothing else."),
) -> None:
    """Check settings, database, index, model, port and disk, and say what to do. Exit code 1 where something fails."""
    from bot.startup import start
    from config.settings import SettingsError

    findings: list[dict[str, str]] = []

    def tell(level: str, subject: str, says: str, advice: str = "") -> None:
        findings.append({"level": level, "subject": subject, "says": says, "advice": advice})
        if not as_json:
            style = {"OK": typer.colors.GREEN, "WARN": typer.colors.YELLOW}.get(level, typer.colors.RED)
            typer.echo(f"{typer.style(f'{level:4}', fg=style)}  {subject}: {says}")
            if advice:
                typer.echo(f"      what to do: {advice}")

    try:
        settings = start()
    except SettingsError as exc:
        for problem in exc.problems:
            tell("FAIL", "settings", problem)
    else:
        from bot.doctor import examine
        from bot.doctor_audit import prove

        for finding in prove(settings) if audit else examine(settings):
            tell(**{name: str(value) for name, value in asdict(finding).items()})
    if as_json:
        typer.echo(json.dumps(findings, ensure_ascii=False))
    if any(finding["level"] == "FAIL" for finding in findings):
        raise typer.Exit(EXIT_FOUND_PROBLEMS)
