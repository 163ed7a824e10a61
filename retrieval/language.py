"""Which language a message is in: by its script first, by a small identifier where scripts do not tell."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from retrieval.normalize_characters import compatible, is_han, latin_lookalikes, simplified_table, visible
from retrieval.urls import strip_urls

_SAMPLE_CHARS = 600
_LETTER = re.compile(r"[^\W\d_]")
_SCRIPTS = (
    ("kana", re.compile(r"[\u3040-\u30ff]"), "ja"),
    ("hangul", re.compile(r"[\u1100-\u11ff\uac00-\ud7af]"), "ko"),
    ("thai", re.compile(r"[\u0e00-\u0e7f]"), "th"),
    ("devanagari", re.compile(r"[\u0900-\u097f]"), ""),
    ("bengali", re.compile(r"[\u0980-\u09ff]"), "bn"),
    ("tamil", re.compile(r"[\u0b80-\u0bff]"), "ta"),
    ("telugu", re.compile(r"[\u0c00-\u0c7f]"), "te"),
    ("arabic", re.compile(r"[\u0600-\u06ff]"), ""),
    ("hebrew", re.compile(r"[\u0590-\u05ff]"), "he"),
    ("greek", re.compile(r"[\u0370-\u03ff]"), "el"),
    ("cyrillic", re.compile(r"[\u0400-\u04ff]"), ""),
    ("burmese", re.compile(r"[\u1000-\u109f]"), "my"),
    ("khmer", re.compile(r"[\u1780-\u17ff]"), "km"),
)
_FALLBACK = {"devanagari": "hi", "arabic": "ar", "cyrillic": "ru"}
_PLAUSIBLE = {
    "devanagari": frozenset({"hi", "mr", "ne"}),
    "arabic": frozenset({"ar", "fa", "ur", "ps"}),
    "cyrillic": frozenset({"ru", "uk", "bg", "sr", "kk", "be", "mk"}),
}
_ENGLISH = frozenset(
    "the of and to in is that for it on are was with as this be by at from not have has they you "
    "will your if can all or an "
    "we he she his her who what there been more than its were their about would do does did no "
    "people i my me how why when "
    "see at so just but".split()
)
_LATIN_LANGUAGES = frozenset(
    "en es pt fr de it nl sv no da fi pl cs sk hu ro hr sl tr vi id ms tl sw et lv lt ca sq bs".split()
)
"""Languages a Latin-script message is plausibly in; the identifier's rarer guesses on short English are noise."""
_WORD = re.compile(r"[a-zA-Z']+")
_MIN_IDENTIFIABLE_CHARS = 24
"""Below this many letters the identifier is a coin toss; plain ASCII is then taken for English."""
_ENGLISH_SHARE = 0.2
"""Share of English function words that settles it without the identifier (running English has 0.35-0.5)."""


def detect(text: str) -> str:
    """Return the language of `text` as a BCP 47 tag: "en", "zh-TW", "zh-CN", "ja" ...; "und" without letters.

    Chinese is told apart by characters that only one of the two scripts has; with none it is "zh-TW".
    """
    sample = strip_urls(latin_lookalikes(visible(compatible(text[: 2 * _SAMPLE_CHARS]))))[:_SAMPLE_CHARS]
    letters = len(_LETTER.findall(sample))
    if not letters:
        return "und"
    han = sum(map(is_han, sample))
    for script, pattern, locale in _SCRIPTS:
        count = len(pattern.findall(sample))
        if script == "kana":
            if count and count >= 0.1 * (han + count) and han + count >= 0.3 * letters:
                return locale
        elif count >= 0.4 * letters:
            return locale or _identified(sample, _PLAUSIBLE[script], _FALLBACK[script])
    if han >= 0.15 * letters:
        # One Chinese character says what four or five Latin letters say.
        return _chinese(sample)
    return _latin(sample, letters)


def _chinese(sample: str) -> str:
    table = simplified_table()
    to_traditional = _traditional_converter()
    traditional = simplified = 0
    for character in sample:
        if not is_han(character):
            continue
        if table[ord(character)] != character:
            traditional += 1
        elif to_traditional(character) != character:
            simplified += 1
    return "zh-CN" if simplified > traditional else "zh-TW"


def _latin(sample: str, letters: int) -> str:
    words = [word.lower() for word in _WORD.findall(sample)]
    if words and sum(word in _ENGLISH for word in words) >= _ENGLISH_SHARE * len(words):
        return "en"
    if letters < _MIN_IDENTIFIABLE_CHARS and sample.isascii():
        return "en"
    return _identified(sample, _LATIN_LANGUAGES, "en" if sample.isascii() else "und")


def _identified(sample: str, plausible: frozenset[str], fallback: str) -> str:
    language = _identifier()(sample)
    return language if language in plausible else fallback


@functools.lru_cache(maxsize=20_000)
def _to_traditional(character: str) -> str:
    return _opencc_s2t()(character)


def _traditional_converter() -> Callable[[str], str]:
    return _to_traditional


@functools.cache
def _opencc_s2t() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("s2t").convert
    return convert


@functools.cache
def _identifier() -> Callable[[str], str]:
    import py3langid

    def classify(text: str) -> str:
        language: str = py3langid.classify(text)[0]
        return language

    return classify
