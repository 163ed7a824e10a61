"""Numbers, years, days and places in normalised text."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from retrieval.conflicts_lexicon import CJK_DIGITS, CJK_SCALES, MONTHS, NUMBER_WORDS, SCALES, WEEKDAYS, places

REMEMBERED = 512
"""Texts whose parts are remembered: a message is held against several claims, and claims come again."""

_CJK_NUMBER = "零〇一二两三四五六七八九十百千万亿"
_UNITS_ZH = (
    "欧元|美元|美金|日圆|英镑|人民币|台币|个人|小时|分钟|公里|公斤|公克|公分|公升|毫升|毫克|周岁|人|天|日|号|年|月|周|次|岁|元|块|倍|成|度|级|杯|颗|粒|片|瓶|枝|支|剂|针|吨|克|万|亿|"
    "架|艘|辆|起|例|所|间|栋|层|楼|届|期|名|位|种|个|件|条|只|头|场|票|席|秒|点|米|里|斤|届|国|州|县|家|户|台|部|张|步|代|胎|任|滴|匙|包|盒"
)
_NUMBER = re.compile(
    r"(?P<money>(?:nt|us|hk)?\$|€|£)?\s?(?<![a-z\d.])(?P<figure>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<ordinal>st|nd|rd|th)?\s?(?P<scale>hundred|thousand|million|billion|trillion|bn|k|m|百万|千万|[百千万亿])?(?![a-z\d])"
    rf"\s?(?P<unit>%|percent|per cent|dollars?|euros?|pounds?|usd|ntd|a\.?m\.?\b|p\.?m\.?\b|{_UNITS_ZH}|-?[a-z]+)?"
)
_ZH_NUMBER = re.compile(rf"(?P<figure>[{_CJK_NUMBER}]{{1,8}})(?P<unit>{_UNITS_ZH}|%)")
_ZH_FRACTION = re.compile(rf"(?P<below>[{_CJK_NUMBER}]+|百)分之(?P<above>[{_CJK_NUMBER}]+|\d+(?:\.\d+)?)")
_EN_NUMBER = re.compile(
    r"\b(?P<word>"
    + "|".join(word for word in NUMBER_WORDS if word not in ("one", "half", "twice", "double", "triple"))
    + r")"
    r"(?:[- ](?P<more>one|two|three|four|five|six|seven|eight|nine))?(?:[- ](?P<scale>hundred|thousand|million|billion))?\b\s?(?P<unit>percent|%|[a-z]+)?"  # noqa: E501
)
_ORDINALS = {
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_ORDINAL = re.compile(r"\b(?P<word>" + "|".join(_ORDINALS) + r")\b(?= [a-z]+)")
_MONTH_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_EN_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? )?(?P<month>{_MONTH_NAMES})\b\.?(?: (?P<later>\d{{1,2}})(?:st|nd|rd|th)?(?!\d))?(?P<year>,? \d{{4}})?"  # noqa: E501
)
_ZH_DATE = re.compile(
    rf"(?P<month>\d{{1,2}}|[{_CJK_NUMBER}]{{1,2}})月(?:(?P<day>\d{{1,2}}|[{_CJK_NUMBER}]{{1,3}})[日号])?"
)
_SLASH_DATE = re.compile(
    r"(?<![\d/.])(?:(?:19|20)\d\d[/\-.])?(?P<month>1[0-2]|0?[1-9])[/\-](?P<day>3[01]|[12]\d|0?[1-9])(?![\d/%])"
)
_ROC_YEAR = re.compile(r"民国(\d{2,3})年")
_YEAR = re.compile(
    r"(?<![\d.,$/\-])(?P<year>1[89]\d\d|20\d\d)(?=年|\b(?!\s?(?:%|people|dollars|km|miles|votes|times|人|元|票|名)))"
)
_AMBIGUOUS_MONTHS = frozenset({"may", "march", "mar", "sep", "dec", "jan", "oct"})
_WEEKDAY = re.compile("|".join(sorted(WEEKDAYS, key=len, reverse=True)))
_VAGUE_UNITS = frozenset(
    "and or of to in the a is are was were for on at by from with that has have had will can not more people".split()
)
_MONEY_UNITS = frozenset(
    "元 块 欧元 美元 美金 日圆 英镑 人民币 台币 dollar dollars euro euros pound pounds usd ntd".split()
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as the text means it: `value` in units of one, `unit` "" where none is named."""

    value: float
    unit: str
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place: `name` equals `country` for a whole country."""

    name: str
    country: str
    words: str

    def is_compatible(self, other: Place) -> bool:
        """Whether both can be meant by one claim: the same, or one inside the other."""
        if self.country != other.country:
            return False
        return self.name == other.name or self.country in (self.name, other.name)


@functools.lru_cache(maxsize=REMEMBERED)
def figures(text: str) -> list[Figure]:
    """Return the counted quantities of a normalised text; years, days of a month and clock times are not among them."""
    text = _ROC_YEAR.sub(" ", _YEAR.sub(" ", text))
    for pattern in (_ZH_DATE, _SLASH_DATE):
        text = pattern.sub(" ", text)
    text = _EN_DATE.sub(lambda match: " " if match["day"] or match["later"] else match.group(), text)
    text = re.sub(r"\b\d{1,2}:\d{2}(?::\d{2})?\b|\+?\d[\d\-]{7,}\d", " ", text)
    found: list[Figure] = []
    for match in _ZH_FRACTION.finditer(text):
        below, above = _cjk_value(match["below"]), _any_value(match["above"])
        if below:
            found.append(Figure(100 * above / below, "%", match.group()))
    text = _ZH_FRACTION.sub(" ", text)
    for match in _NUMBER.finditer(text):
        value = float(match["figure"].replace(",", "")) * _scale(match["scale"])
        unit = "money" if match["money"] else "ordinal" if match["ordinal"] else _unit(match["unit"])
        if len(match["figure"]) < 8:
            found.append(Figure(value, unit, match.group().strip()))
    for match in _ZH_NUMBER.finditer(text):
        value = _cjk_value(match["figure"])
        if value > 1 or (value == 1 and match["unit"] in "年天岁%成倍"):
            unit = _unit(match["unit"])
            found.append(
                Figure(
                    value * 10 if match["unit"] == "成" else value,
                    "%" if match["unit"] == "成" else unit,
                    match.group(),
                )
            )
    for match in _EN_NUMBER.finditer(text):
        value = (NUMBER_WORDS[match["word"]] + (NUMBER_WORDS[match["more"]] if match["more"] else 0)) * _scale(
            match["scale"]
        )
        found.append(Figure(value, _unit(match["unit"]), match.group().strip()))
    found.extend(Figure(_ORDINALS[match["word"]], "ordinal", match["word"]) for match in _ORDINAL.finditer(text))
    return found


@functools.lru_cache(maxsize=REMEMBERED)
def years(text: str) -> dict[int, str]:
    """Return year -> the words naming it; years of the Republic are counted in the common era."""
    found = {int(match["year"]): match["year"] for match in _YEAR.finditer(text)}
    found.update({int(match.group(1)) + 1911: match.group() for match in _ROC_YEAR.finditer(text)})
    return found


@functools.lru_cache(maxsize=REMEMBERED)
def days(text: str) -> tuple[dict[int, str], dict[tuple[int, int], str], dict[int, str]]:
    """Return months, days (month, day) and days of the week -> the words naming them."""
    months: dict[int, str] = {}
    dates: dict[tuple[int, int], str] = {}
    for match in _EN_DATE.finditer(text):
        month, day = MONTHS[match["month"]], match["day"] or match["later"]
        preceded = text[: match.start()].endswith(("in ", "of ", "since ", "until ", "last ", "this ", "next "))
        if match["month"] in _AMBIGUOUS_MONTHS and not (day or match["year"] or preceded):
            continue
        months[month] = match.group().strip()
        if day:
            dates[month, int(day)] = match.group().strip()
    for match in _ZH_DATE.finditer(text):
        month = int(_any_value(match["month"]))
        months[month] = match.group()
        if match["day"]:
            dates[month, int(_any_value(match["day"]))] = match.group()
    for match in _SLASH_DATE.finditer(text):
        months[int(match["month"])] = match.group()
        dates[int(match["month"]), int(match["day"])] = match.group()
    weekdays = {WEEKDAYS[match.group()]: match.group() for match in _WEEKDAY.finditer(text)}
    return months, dates, weekdays


@functools.lru_cache(maxsize=REMEMBERED)
def find_places(text: str) -> list[Place]:
    """Return the places a normalised text names."""
    return [Place(*places()[match.group()], match.group()) for match in _place_pattern().finditer(text)]


@functools.cache
def _place_pattern() -> re.Pattern[str]:
    return name_pattern(places())


def name_pattern(names: dict[str, object] | dict[str, tuple[str, str]] | dict[str, tuple[int, int]]) -> re.Pattern[str]:
    """Return a pattern for any of `names`, longest first; Latin ones as whole words."""
    latin = sorted((name for name in names if name.isascii()), key=len, reverse=True)
    other = sorted((name for name in names if not name.isascii()), key=len, reverse=True)
    return re.compile(
        r"(?<![a-z\d])(?:" + "|".join(map(re.escape, latin)) + r")(?=s?(?![a-z\d]))|" + "|".join(map(re.escape, other))
    )


def _unit(unit: str | None) -> str:
    unit = (unit or "").lstrip("-")
    if unit in ("percent", "per cent", "%"):
        return "%"
    if unit in _MONEY_UNITS:
        return "money"
    if unit in _VAGUE_UNITS:
        return ""
    return unit.removesuffix("s") if len(unit) > 3 else unit


def _scale(scale: str | None) -> float:
    if not scale:
        return 1
    return SCALES[scale] if scale in SCALES else _cjk_value(scale)


def _any_value(words: str) -> float:
    return float(words) if words[0].isdecimal() and words[0].isascii() else _cjk_value(words)


def _cjk_value(words: str) -> float:
    total = section = digit = 0
    for character in words:
        if character in CJK_DIGITS:
            digit = CJK_DIGITS[character] + (digit * 10 if digit else 0)
        elif (scale := CJK_SCALES.get(character, 1)) >= 10_000:
            total = (total + section + digit or 1) * scale
            section = digit = 0
        else:
            section += (digit or 1) * scale
            digit = 0
    return total + section + digit
