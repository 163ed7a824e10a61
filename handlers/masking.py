"""Personal details out of a tip before an editor sees it. Pure.

Errs on the side of hiding: a claim rarely hangs on a long number. Years, prices and short codes stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MAX_TIP_CHARS = 4000  # more than any rumor needs; the rest is cut before anything is stored
EMAIL = "[e-mail]"
PHONE = "[phone]"
ID_NUMBER = "[ID number]"
NUMBER = "[number]"

_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}\s?[@＠]\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII)
# Taiwan's national id (a letter, 1 or 2, eight digits) and resident numbers (the old ones with two letters).
_TAIWAN_ID = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Da-d1289]\d{8}(?!\d)")
# US social security number; UK national insurance number.
_OTHER_ID = re.compile(r"(?<![\w-])(?:\d{3}-\d{2}-\d{4}|[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])(?![\w-])")
# Thirteen to nineteen digits, in groups or not: payment cards and bank accounts.
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
# A phone number: + or 00 and a country, or a leading 0, or a bracketed area code; at least eight digits in all.
_PHONE = re.compile(
    r"(?<![\d.])(?:(?:\+|00)\d{1,3}[ .-]?)?(?:\(0?\d{1,4}\)|\d{2,4})(?:[ .#-]?\d{2,4}){2,4}(?!\d)(?!\.\d)"
)
_LONG_DIGITS = re.compile(r"(?<!\d)\d{7,}(?!\d)")
_WIDE_DIGIT = re.compile("[０-９]")
_WIDE = str.maketrans("０１２３４５６７８９＋－（）", "0123456789+-()")


def mask(text: str) -> str:
    """Return `text` with e-mail addresses, phone, card, id and other long numbers replaced by what they were."""
    narrow = text.translate(_WIDE) if _WIDE_DIGIT.search(text) else text
    masked = _EMAIL.sub(EMAIL, narrow)
    masked = _TAIWAN_ID.sub(ID_NUMBER, masked)
    masked = _OTHER_ID.sub(ID_NUMBER, masked)
    masked = _CARD.sub(NUMBER, masked)
    masked = _PHONE.sub(_if_long(PHONE), masked)
    return _LONG_DIGITS.sub(NUMBER, masked)


def _if_long(replacement: str) -> Callable[[re.Match[str]], str]:
    """Replace only what has the digits of a phone number and is no date ("2024-01-05"), range of years or decimal."""

    def replaced(match: re.Match[str]) -> str:
        found = match.group()
        digits = sum(character.isdigit() for character in found)
        if digits < 8 or digits > 15 or _NO_PHONE.fullmatch(found):
            return found
        return replacement

    return replaced


_NO_PHONE = re.compile(
    r"(?:19|20)\d\d[ .-]\d{1,2}[ .-]\d{1,2}(?:[ .-]\d{1,2}){0,2}|\d{1,2}[.-]\d{1,2}[.-](?:19|20)\d\d"
    r"|(?:19|20)\d\d[ -](?:19|20)\d\d|\d+\.\d+"
)
