"""Writes the table of docs/settings.md from the settings themselves: `python -m config.document`."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from config.settings import Settings, variable

PAGE = Path("docs/settings.md")
BEGIN = "<!-- made by `python -m config.document`; edit config/settings.py instead -->"
END = "<!-- end of what is made -->"


def table() -> str:
    """Return the settings as Markdown, one table a section, in the order of the class."""
    sections: dict[str, list[str]] = {}
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        row = f"| `{variable(name)}` | {field.description} | {_default(field)} | `{(field.examples or [''])[0]}` |"
        sections.setdefault(str(extra.get("section", "")), []).append(row)
    head = "| variable | what it does | default | example |\n|---|---|---|---|"
    return "\n\n".join(f"## {title}\n\n{head}\n" + "\n".join(rows) for title, rows in sections.items())


def updated(page: str) -> str:
    """Return `page` with the part between the two marks made anew.

    Raises:
        ValueError: a mark is missing.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"docs/settings.md lost its marks {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def _default(field: FieldInfo) -> str:
    value = field.default.value if isinstance(field.default, Enum) else field.default
    if isinstance(value, SecretStr) or value in ("", None):
        return "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE} is up to date\n")
