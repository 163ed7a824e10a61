from __future__ import annotations

import pytest

from bot.errors import OperatorMistake
from bot.parts import Part, parse_parts


@pytest.mark.parametrize(
    ("only", "parts"),
    [
        ("", set(Part)),
        (" , ", set(Part)),
        ("web", {Part.WEB}),
        ("Telegram, web", {Part.TELEGRAM, Part.WEB}),
        ("web,web,scheduler,discord", {Part.WEB, Part.SCHEDULER, Part.DISCORD}),
    ],
)
def test_parts_are_named(only, parts):
    assert parse_parts(only) == parts


def test_an_unknown_part_is_named_with_the_choices():
    with pytest.raises(
        OperatorMistake, match=r"no part called 'irc'; choose from telegram, discord, web, scheduler\."
    ) as e:
        parse_parts("web,irc")
    assert e.value.exit_code == 2
