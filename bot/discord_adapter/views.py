"""Buttons. A button carries its action in its id and needs no memory: it works after any restart. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from handlers.messages import Action, ActionName, Button, Reply
from handlers.wording import clean, cut, safe_url

MAX_BUTTONS = 20
MAX_ROWS = 5  # Discord: five rows of five
ROW_LENGTH = 5
_MAX_LABEL = 80
_MAX_URL = 512
_MAX_CUSTOM_ID = 100
WHOLE_SERVER = "G"  # the mark of buttons that speak about a server and not about one channel of it
_MARK = re.compile(r"^([A-Z0-9]{1,3})\|")

_PRIMARY, _SECONDARY, _DANGER, _LINK = 1, 2, 4, 5
_STYLES = {ActionName.ASK_EDITORS: _PRIMARY, ActionName.SHOW: _PRIMARY, ActionName.CONFIRM: _DANGER}


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button's id says: the action (None for one nobody knows any more) and whether it means the server."""

    action: Action | None
    whole_server: bool = False


def custom_id(action: Action, number: int = 0, *, whole_server: bool = False) -> str:
    """Return the id of a button: the action's wire form, marked where that alone would not do.

    Args:
        action: what it does.
        number: tells several buttons of one message with the same action apart; 0 for the first.
        whole_server: it speaks about the server.
    """
    mark = (WHOLE_SERVER if whole_server else "") + (str(number) if number else "")
    return f"{mark}|{action.encode()}" if mark else action.encode()


def read_custom_id(wire: str) -> Pressed:
    """Return what `custom_id` made an id of."""
    found = _MARK.match(wire)
    mark = found.group(1) if found else ""
    return Pressed(Action.decode(wire[len(mark) + 1 :] if mark else wire), mark.startswith(WHOLE_SERVER))


def components_of(
    reply: Reply, *, more: Iterable[Button] = (), links: bool = True, whole_server: bool = False
) -> list[dict[str, Any]]:
    """Return the buttons of a reply as Discord's action rows.

    Args:
        reply: whose buttons.
        more: buttons the platform adds; they fill the last row.
        links: also those that open a page.
        whole_server: see `custom_id`.
    """
    rows = [list(row) for row in reply.buttons] + [list(more)]
    used: dict[str, int] = {}
    made: list[list[dict[str, Any]]] = []
    for row in rows:
        buttons = [_button(button, used, whole_server=whole_server) for button in row]
        kept = [each for each in buttons if each is not None and (links or "url" not in each)]
        if made and row is rows[-1] and len(made[-1]) + len(kept) <= ROW_LENGTH:
            made[-1] += kept
            continue
        made += [kept[start : start + ROW_LENGTH] for start in range(0, len(kept), ROW_LENGTH)]
    if len(made) > MAX_ROWS:
        flat = [button for row in made for button in row][: MAX_ROWS * ROW_LENGTH]
        made = [flat[start : start + ROW_LENGTH] for start in range(0, len(flat), ROW_LENGTH)]
    return [{"type": 1, "components": row} for row in made if row]


def _button(button: Button, used: dict[str, int], *, whole_server: bool) -> dict[str, Any] | None:
    label = cut(clean(button.label).replace("\n", " "), _MAX_LABEL) or "·"
    if button.action is not None:
        wire = button.action.encode()
        number = used.get(wire, 0)
        used[wire] = number + 1
        made = custom_id(button.action, number, whole_server=whole_server)
        if len(made) > _MAX_CUSTOM_ID or number > 99:
            return None
        return {"type": 2, "style": _STYLES.get(button.action.name, _SECONDARY), "label": label, "custom_id": made}
    url = safe_url(button.url)
    return {"type": 2, "style": _LINK, "label": label, "url": url} if url and len(url) <= _MAX_URL else None
