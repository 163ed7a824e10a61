"""Messages as they really arrive: halved, joined, disguised, mistyped, wrapped in chat. Deterministic by the given
generator."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from retrieval.tokens import sentences

_CJK = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[A-Za-z]")
_LOOKALIKE = dict(zip("aeopcxyiAEOPCTXBHKM", "аеорсхуіАЕОРСТХВНКМ", strict=True))
_LEET = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"}
_KEYS = "abcdefghijklmnopqrstuvwxyz"
_BEFORE_EN = ("Is it true that ", "Forwarded many times\n", "FWD: ", "Can you check this? ", "Breaking: ", "My aunt sent me this: ",  # noqa: E501
              "Hi, ", "Did you know? ", "I heard that ", "BEWARE!!! ", "OMG ", "Please read: ")  # fmt: skip
_AFTER_EN = (" is this true?", " Please share!", " 😱😱", " #fakenews", " - forwarded as received", " what do you think?", "\n\nSent from my iPhone",  # noqa: E501
             " Share this with everyone you know!", " Real or fake?", " smh")  # fmt: skip
_BEFORE_ZH = (
    "請問這是真的嗎？",
    "[轉]",
    "【轉傳】",
    "網傳",
    "聽說",
    "群組在傳 ",
    "緊急通知！",
    "朋友傳來的：",
    "早安，",
    "長輩群又在傳：",
    "求證 ",
    "⚠️",
)
_AFTER_ZH = (
    "是真的嗎？",
    "請轉發！",
    "🙏🙏",
    "，請分享給親朋好友",
    "（轉）",
    "真的假的",
    "\n\n看完請傳給家人",
    "……好可怕",
    "\n來源：line群組",
)
_LINKS = (
    "https://example.com/news/{}?utm_source=line&fbclid=x{}",
    "https://bit.ly/{}{}",
    "http://m.example.net/a/{}/{}",
    "youtu.be/{}{}",
)


def is_chinese(text: str) -> bool:
    """Whether a text is mainly Chinese."""
    return 3 * len(_CJK.findall(text)) > len(text)


def full_width(text: str, generator: random.Random) -> str:
    """Write half the ASCII letters full-width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and generator.random() < 0.5 else c for c in text)


def zero_width(text: str, generator: random.Random) -> str:
    """Put invisible characters behind three in ten characters."""
    return "".join(c + generator.choice("\u200b\u200c\u200d\u2060") if generator.random() < 0.3 else c for c in text)


def homoglyph(text: str, generator: random.Random) -> str:
    """Replace three in ten letters by look-alikes."""
    return "".join(_LOOKALIKE.get(c, c) if generator.random() < 0.3 else c for c in text)


def leet(text: str, generator: random.Random) -> str:
    """Write three in ten letters as figures."""
    return "".join(_LEET.get(c.lower(), c) if generator.random() < 0.3 else c for c in text)


def spaced(text: str, generator: random.Random, separator: str = " ", share: float = 0.3) -> str:
    """Spread the letters of three in ten longer words; Chinese throughout."""
    if is_chinese(text):
        return separator.join(text) if share >= 0.3 else text
    words = re.split(r"(\s+)", text)
    return "".join(
        separator.join(w) if len(w) >= 4 and w.isalpha() and generator.random() < share else w for w in words
    )


def dotted(text: str, generator: random.Random) -> str:
    """Put dots between the letters of three in ten longer words."""
    return spaced(text, generator, separator=".")


def half(text: str, generator: random.Random) -> str:
    """Keep the first, the last or the middle half."""
    words: Sequence[str] = text if is_chinese(text) else text.split()
    keep = max(1, (len(words) + 1) // 2)
    start = generator.choice((0, len(words) - keep, (len(words) - keep) // 2))
    piece = words[start : start + keep]
    return piece if isinstance(piece, str) else " ".join(piece)


def link_added(text: str, generator: random.Random) -> str:
    """Append an address nobody has seen."""
    name = "".join(generator.choice(_KEYS) for _ in range(7))
    return f"{text} {generator.choice(_LINKS).format(name, generator.randrange(99))}"


def sentence_dropped(text: str, generator: random.Random) -> str:
    """Leave one sentence out, where there are several."""
    parts = sentences(text)
    if len(parts) < 2:
        return text
    parts.pop(generator.randrange(len(parts)))
    return " ".join(parts)


def typos(text: str, generator: random.Random) -> str:
    """Mistype one longer word in four, or one Chinese character in twenty."""
    if is_chinese(text):
        return "".join(c for c in text if generator.random() > 0.05)
    words = text.split(" ")
    for at, word in enumerate(words):
        if len(word) > 4 and word.isalpha() and generator.random() < 0.25:
            spot = generator.randrange(1, len(word) - 2)
            words[at] = generator.choice(
                (word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :], word[:spot] + word[spot + 1 :],
                 word[:spot] + generator.choice(_KEYS) + word[spot + 1 :])
            )  # fmt: skip
    return " ".join(words)


def wrapped(text: str, generator: random.Random) -> str:
    """Put chat around it: a lead-in, a plea, a question, emoji."""
    chinese = is_chinese(text)
    before = generator.choice(_BEFORE_ZH if chinese else _BEFORE_EN) if generator.random() < 0.8 else ""
    after = generator.choice(_AFTER_ZH if chinese else _AFTER_EN) if generator.random() < 0.6 else ""
    return before + text + after


def words_dropped(text: str, generator: random.Random) -> str:
    """Leave out a quarter of the words, or pieces of a Chinese text."""
    if is_chinese(text):
        pieces = [p for p in re.split(r"(?<=[，。！？、\s])", text) if p]
        if len(pieces) < 3:
            return text
        return "".join(p for p in pieces if generator.random() > 0.25) or text
    return " ".join(w for w in text.split() if generator.random() > 0.25) or text


EVASIONS: dict[str, Callable[[str, random.Random], str]] = {
    "full-width": full_width,
    "zero-width": zero_width,
    "homoglyph": homoglyph,
    "leet": leet,
    "spaced": spaced,
    "dotted": dotted,
    "half forwarded": half,
    "link added": link_added,
}
"""What the robustness figures are measured on, beside "two joined" (see `joined`)."""

AUGMENTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    half, half, half, link_added, sentence_dropped, typos, wrapped, wrapped, words_dropped, homoglyph, leet, spaced,
)  # fmt: skip
"""What training messages go through, one of them each, with these odds."""


def joined(text: str, other: str, generator: random.Random) -> str:
    """Put two messages into one, in either order."""
    parts = [text, other] if generator.random() < 0.5 else [other, text]
    return "\n\n".join(parts)
