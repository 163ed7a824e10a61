"""Whether somebody's words point at another message instead of saying something themselves."""

from __future__ import annotations

from handlers.wording import size

MAX_POINTING_SIZE = 4  # words or Chinese characters: "Is this true?", "真的嗎"
_MAX_QUESTION_SIZE = 12


def is_pointing(text: str) -> bool:
    """Whether a text hardly says anything by itself: a few words, or a short question."""
    length = size(text)
    asks = text.rstrip().endswith(("?", "？", "嗎", "吗"))
    return length <= MAX_POINTING_SIZE or (asks and length <= _MAX_QUESTION_SIZE)
