"""Figures against their targets: as tables on the terminal, as JSON, and as a section of docs/evaluation.md."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

EVALUATION = Path(__file__).parents[1] / "docs" / "evaluation.md"
HEADING = "## Speed and memory"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `target` reads "<= 1.5" or ">= 100"; "" where it is only shown."""

    what: str
    value: float
    unit: str
    target: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if not self.target:
            return None
        sign, bound = self.target.split()
        return self.value <= float(bound) if sign in {"<=", "<"} else self.value >= float(bound)

    @property
    def verdict(self) -> str:
        """The same in a word."""
        return {None: "", True: "reached", False: "missed"}[self.reached]

    @property
    def shown(self) -> str:
        """Value and unit, with as many digits as mean something."""
        digits = 0 if abs(self.value) >= 100 else 1 if abs(self.value) >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Report:
    """A table of figures, measured in one run."""

    title: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = field(default=())


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that at least `share` of them do not exceed.

    Raises:
        IndexError: there are none.
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def machine() -> str:
    """Say what this was measured on, and how busy it was: figures of a shared machine are upper bounds."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, load {load:.1f} at the end"
    )


def show(reports: Sequence[Report]) -> None:
    """Print the tables."""
    console = Console()
    for report in reports:
        table = Table(title=report.title, title_justify="left")
        for name, side in (("", "left"), ("measured", "right"), ("target", "right"), ("", "left")):
            table.add_column(name, justify=side)  # type: ignore[arg-type]
        for one in report.figures:
            style = {"reached": "green", "missed": "red"}.get(one.verdict, "")
            table.add_row(one.what, one.shown, one.target, one.verdict, style=style if one.target else "")
        console.print(table)
        for note in report.notes:
            console.print(f"  {note}", style="dim")


def to_json(reports: Sequence[Report]) -> str:
    """Return everything for scripts."""
    plain = [
        {"title": one.title, "notes": one.notes, "figures": [asdict(f) | {"reached": f.reached} for f in one.figures]}
        for one in reports
    ]
    return json.dumps({"machine": machine(), "reports": plain}, indent=1)


def write_section(reports: Sequence[Report], path: Path = EVALUATION) -> None:
    """Put the tables into the page: each replaces the one of its title, or joins the section's end."""
    text = path.read_text("utf-8") if path.is_file() else "# Evaluation\n"
    before, heading, rest = text.partition(HEADING + "\n")
    section, next_heading, after = rest.partition("\n## ")
    for report in reports:
        section = _replaced(section, report)
    if not heading:
        before = before.rstrip("\n") + "\n\n"
    path.write_text(before + HEADING + "\n" + section.rstrip("\n") + "\n" + next_heading + after, "utf-8")


def _replaced(section: str, report: Report) -> str:
    begin, end = f"<!-- {report.title} -->", f"<!-- end of {report.title} -->"
    lines = [begin, f"**{report.title}.**", "", "| | measured | target | |", "| --- | ---: | ---: | --- |"]
    lines += [f"| {one.what} | {one.shown} | {one.target} | {one.verdict} |" for one in report.figures]
    lines += ["", *report.notes, end]
    old_begin, old_end = section.find(begin), section.find(end)
    if old_begin >= 0 and old_end > old_begin:
        return section[:old_begin] + "\n".join(lines) + section[old_end + len(end) :]
    return section.rstrip("\n") + "\n\n" + "\n".join(lines) + "\n"
