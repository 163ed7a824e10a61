"""Thanks and greetings: nothing to look up, so nobody is told that it has not been checked. Pure."""

from __future__ import annotations

import unicodedata

_THANKS = frozenset(
    (
        "thanks|thank you|thx|ty|thanks a lot|many thanks|thank you so much|thank you very much|cheers|"
        "great thanks|ok thanks|okay thank you|"
        "謝謝|谢谢|謝謝你|谢谢你|謝謝您|谢谢您|謝啦|謝了|感謝|感谢|感恩|多謝|多谢|"
        "太感謝了|非常感謝|好的謝謝|好謝謝|ok謝謝|3q|了解謝謝"
    ).split("|")
)
_HELLO = frozenset(
    (
        "hi|hello|hey|hi there|hello there|good morning|good evening|hallo|"
        "你好|您好|哈囉|嗨|早安|午安|晚安|早|安安|hi你好"
    ).split("|")
)
_LONGEST = 24


def small_talk(text: str) -> str:
    """Return the key of the answer to a greeting or to thanks, "" for anything else.

    Only a message that is nothing but that counts: a word more, and it may be a claim.
    """
    if len(text) > _LONGEST:
        return ""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = " ".join("".join(c if c.isalnum() else " " for c in folded).split())
    if words in _THANKS or words.replace(" ", "") in _THANKS:
        return "small_talk.thanks"
    return "small_talk.hello" if words in _HELLO or words.replace(" ", "") in _HELLO else ""
