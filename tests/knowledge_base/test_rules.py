from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.models import Attribution, Narrative, Technique
from knowledge_base.rules import storable, storable_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\x00b", "ab"),
        ("檸檬\x00", "檸檬"),
        ("\ud800", "\ufffd"),
        ("a\udfffb", "a\ufffdb"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\u202e\u200b\x1b[31m\U0001f600", "\u202e\u200b\x1b[31m\U0001f600"),
    ],
)
def test_only_what_no_engine_can_hold_is_replaced(text, expected):
    assert storable_text(text) == expected


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_text_becomes_storable_and_stays_as_it_is(text):
    stored = storable_text(text)
    stored.encode()
    assert "\x00" not in stored
    assert storable_text(stored) == stored


def test_every_text_of_a_record_is_reached():
    dirty = Narrative(
        "n",
        {"en\x00": "\x00a"},
        attributions=(Attribution("\x00b", "", "", "", techniques=(Technique("T\x00", "n"),)),),
    )
    assert storable(dirty) == Narrative(
        "n", {"en": "a"}, attributions=(Attribution("b", "", "", "", techniques=(Technique("T", "n"),)),)
    )
