"""Folding of single characters: what a reader does not see, or sees as another letter.

Tables are filled character by character as text comes by and kept; nothing is built at import.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Protocol

_LATIN_LOOKALIKES = {
    # Cyrillic
    "а": "a", "в": "b", "е": "e", "к": "k", "м": "m", "н": "h", "о": "o", "р": "p", "с": "c", "т": "t", "у": "y",
    "х": "x", "ѕ": "s", "і": "i", "ї": "i", "ј": "j", "һ": "h", "ԁ": "d", "ԛ": "q", "ԝ": "w", "ӏ": "l", "ь": "b",
    "г": "r", "п": "n", "ц": "u", "ѵ": "v", "ӓ": "a", "ё": "e", "ү": "y", "ґ": "r", "є": "e", "з": "3", "ѐ": "e",
    "А": "A", "В": "B", "Е": "E", "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P", "С": "C", "Т": "T", "У": "Y",
    "Х": "X", "Ѕ": "S", "І": "I", "Ї": "I", "Ј": "J", "Ԁ": "D", "Ԛ": "Q", "Ԝ": "W", "Ӏ": "I", "Ь": "b", "Ѵ": "V",
    "Ё": "E", "Ү": "Y", "Ғ": "F", "Є": "E", "Һ": "H",
    # Greek
    "α": "a", "β": "b", "γ": "y", "ε": "e", "η": "n", "ι": "i", "κ": "k", "μ": "u", "ν": "v", "ο": "o", "ρ": "p",
    "τ": "t", "υ": "u", "χ": "x", "ω": "w", "ϲ": "c", "ϳ": "j", "σ": "o", "ς": "c", "δ": "d",
    "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z", "Η": "H", "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P",
    "Τ": "T", "Υ": "Y", "Χ": "X",
    # Armenian, Cherokee, Lisu: the few in circulation
    "օ": "o", "ո": "n", "ս": "u", "հ": "h", "ց": "g", "ք": "p", "զ": "q", "ա": "w", "ℓ": "l",
    "Ꭺ": "A", "Ᏼ": "B", "Ꮯ": "C", "Ꭰ": "D", "Ꭼ": "E", "Ꮐ": "G", "Ꮋ": "H", "Ꭻ": "J", "Ꮶ": "K", "Ꮮ": "L", "Ꮇ": "M",
    "Ꮲ": "P", "Ꭱ": "R", "Ꮪ": "S", "Ꭲ": "T", "Ꮩ": "V", "Ꮃ": "W", "Ꮓ": "Z", "ꓮ": "A", "ꓐ": "B", "ꓚ": "C", "ꓓ": "D",
    "ꓰ": "E", "ꓝ": "F", "ꓖ": "G", "ꓧ": "H", "ꓲ": "I", "ꓙ": "J", "ꓗ": "K", "ꓡ": "L", "ꓟ": "M", "ꓠ": "N", "ꓳ": "O",
    "ꓑ": "P", "ꓣ": "R", "ꓢ": "S", "ꓔ": "T", "ꓴ": "U", "ꓦ": "V", "ꓪ": "W", "ꓫ": "X", "ꓬ": "Y", "ꓜ": "Z",
}  # fmt: skip
"""Letters of other scripts that print like a Latin one; an excerpt of Unicode's confusables (UTS 39) kept to
letters."""

_ALWAYS_LATIN = {
    "ɑ": "a", "ɡ": "g", "ı": "i", "ɩ": "i", "ȷ": "j", "ɪ": "i", "ʏ": "y", "ʀ": "r", "ɴ": "n", "ʟ": "l", "ʜ": "h",
    "ɢ": "g", "ʙ": "b", "ᴀ": "a", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ᴊ": "j", "ᴋ": "k", "ᴍ": "m", "ᴏ": "o", "ᴘ": "p",
    "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ᴢ": "z", "ꜱ": "s", "ꜰ": "f", "ǫ": "q", "ɛ": "e", "ʋ": "v", "ø": "o",
    "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ƅ": "b", "ɾ": "r", "ɯ": "w", "ſ": "s", "Ø": "O", "Đ": "D", "Ł": "L",
    "Ħ": "H", "Ŧ": "T", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ʌ": "a", "ƒ": "f", "ɦ": "h", "ʂ": "s", "ɖ": "d",
}  # fmt: skip
"""Small capitals, IPA and crossed letters: Latin wherever they stand."""

_PUNCTUATION = {
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "「": '"', "」": '"', "『": '"', "』": '"', "〝": '"',
    "〞": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "´": "'", "′": "'", "‐": "-", "‑": "-", "‒": "-",
    "–": "-", "—": "-", "―": "-", "−": "-", "⁓": "~", "〜": "~", "⁄": "/", "∕": "/", "、": ",", "，": ",", "。": ".",
    "・": "·", "•": "·", "‧": "·", "∙": "·", "⋅": "·", "…": "...", "【": "[", "】": "]", "〔": "[", "〕": "]",
    "〈": "<", "〉": ">", "《": "<", "》": ">",
}  # fmt: skip

_LOOKALIKE_LETTER = re.compile("[" + "".join(_LATIN_LOOKALIKES) + "]")
_WORD_WITH_LOOKALIKE = re.compile(r"[^\W\d_]*[" + "".join(_LATIN_LOOKALIKES) + r"][^\W_]*")
_LATIN = re.compile(r"[a-zA-Z]")
_OTHER_LETTER = re.compile(r"[^\W\d_a-zA-Z]")
_LOOKALIKE_TABLE = str.maketrans(_LATIN_LOOKALIKES)

_MARKS_OF_LATIN_SCRIPTS = ((0x0300, 0x036F), (0x0483, 0x0489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF),
                           (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF))  # fmt: skip
"""Combining marks that decorate (and evade): not the vowel signs of Thai, Hindi, Arabic or Hebrew."""
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
"""Letters that print as nothing (Hangul fillers, Braille blank ...): category says letter, the eye says gap."""
_ENCLOSED = ((0x1F150, 0x1F169), (0x1F170, 0x1F189))
"""Negative circled and negative squared A-Z, which NFKC leaves alone."""


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


class _VisibleTable(dict[int, str | None]):
    """Code point -> what is left of it; filled on demand."""

    def __missing__(self, code: int) -> str | None:
        folded = _visible(chr(code))
        self[code] = folded
        return folded


class _SimplifiedTable(dict[int, str | None]):
    """Code point -> its simplified form, character by character, so that both scripts end up the same."""

    def __init__(self, converter: _Converter) -> None:
        self._converter = converter

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        folded = self._converter.convert(character) if is_han(character) else character
        self[code] = folded
        return folded


def is_han(character: str) -> bool:
    """Return whether it is a Chinese character."""
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3400" <= character <= "\u4dbf"
        or "\U00020000" <= character <= "\U0003ffff"
    )


def compatible(text: str) -> str:
    """Fold full-width, mathematical, ligature and other compatibility forms (NFKC); lone surrogates go."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode("utf-8"))


def visible(text: str) -> str:
    """Drop what is not seen (Cf, decorating marks), turn emoji into gaps, fold accents, quotes and dashes."""
    return text.translate(_visible_table())


def latin_lookalikes(text: str) -> str:
    """Turn Cyrillic, Greek ... letters that look Latin into Latin ones, where the word is meant to be Latin.

    Meant to be Latin: the word has a Latin letter and no letter without a Latin look, or has only look-alikes
    while the whole text is mostly Latin. Honest Russian or Greek stays as it is.
    """
    if text.isascii() or not _LOOKALIKE_LETTER.search(text):
        return text
    mostly_latin = len(_LATIN.findall(text)) > len(_OTHER_LETTER.findall(text))

    def fold(match: re.Match[str]) -> str:
        word = match.group()
        folded = word.translate(_LOOKALIKE_TABLE)
        if _OTHER_LETTER.search(folded):
            return word
        return folded if mostly_latin or _LATIN.search(word) else word

    return _WORD_WITH_LOOKALIKE.sub(fold, text)


def simplified(text: str) -> str:
    """Fold traditional Chinese characters to simplified ones (OpenCC t2s, per character)."""
    if text.isascii():
        return text
    return text.translate(simplified_table())


@functools.cache
def simplified_table() -> dict[int, str | None]:
    """Return the traditional -> simplified table; missing characters are looked up when first asked for."""
    import opencc

    return _SimplifiedTable(opencc.OpenCC("t2s"))


@functools.cache
def _visible_table() -> _VisibleTable:
    return _VisibleTable()


def _visible(character: str) -> str | None:  # noqa: PLR0911 - a table of cases
    code = ord(character)
    if code < 128:
        return character if character >= " " or character in "\n\t" else " "
    for table in (_PUNCTUATION, _ALWAYS_LATIN):
        if character in table:
            return table[character]
    category = unicodedata.category(character)
    if category in ("Cf", "Co", "Cn", "Cs") or character in _INVISIBLE_LETTERS:
        return None
    if category in ("Mn", "Me") and any(low <= code <= high for low, high in _MARKS_OF_LATIN_SCRIPTS):
        return None
    for low, high in _ENCLOSED:
        if low <= code <= high:
            return chr(ord("A") + code - low)
    if category in ("So", "Sk", "Cc") or category.startswith("Z"):
        return "\n" if character in "\x85\u2028\u2029" else " "
    if category.startswith("L") and (code < 0x0400 or 0x1E00 <= code <= 0x1FFF):
        # Precomposed Latin and Greek: the base letter alone.
        base = unicodedata.normalize("NFD", character)[0]
        return _ALWAYS_LATIN.get(base, base)
    return character
