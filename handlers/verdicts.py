"""How a verdict is said: a sign, a word, and the line that flags the rumor before it is repeated."""

from __future__ import annotations

from handlers.i18n import available_locales, translate
from handlers.wording import one_line, same_words
from knowledge_base.models import FactCheck, Verdict

NO_SIGN = "ℹ️"

# Never alone: the word always stands beside the sign.
SIGNS = {
    Verdict.FALSE: "❌",
    Verdict.MISLEADING: "⚠️",
    Verdict.PARTLY_TRUE: "🔶",
    Verdict.TRUE: "✅",
    Verdict.UNPROVEN: "❔",
    Verdict.SATIRE: "🎭",
    Verdict.SCAM: "🚨",
    Verdict.OUTDATED: "⌛",
}

WORD_KEYS = {
    Verdict.FALSE: "verdict.false",
    Verdict.MISLEADING: "verdict.misleading",
    Verdict.PARTLY_TRUE: "verdict.partly_true",
    Verdict.TRUE: "verdict.true",
    Verdict.UNPROVEN: "verdict.unproven",
    Verdict.SATIRE: "verdict.satire",
    Verdict.SCAM: "verdict.scam",
    Verdict.OUTDATED: "verdict.outdated",
}

# Warn first, then name the rumor, once (Debunking Handbook 2020: fact, warning + myth once, fallacy, fact).
SEEN_KEYS = {
    Verdict.FALSE: "seen.false",
    Verdict.MISLEADING: "seen.misleading",
    Verdict.PARTLY_TRUE: "seen.partly_true",
    Verdict.TRUE: "seen.true",
    Verdict.UNPROVEN: "seen.unproven",
    Verdict.SATIRE: "seen.satire",
    Verdict.SCAM: "seen.scam",
    Verdict.OUTDATED: "seen.outdated",
}


def sign(fact_check: FactCheck) -> str:
    """Return the sign of the verdict; a neutral one where the publisher's label was never mapped."""
    return SIGNS[fact_check.verdict] if fact_check.verdict else NO_SIGN


def word(fact_check: FactCheck, locale: str) -> str:
    """Return the verdict in words.

    The shared word, with the publisher's own label beside it where that says something else; the label alone
    where nobody could map it; "Checked" where there is neither.
    """
    label = one_line(fact_check.verdict_label)
    if fact_check.verdict is None:
        return translate("verdict.label_only", locale, label=label) if label else translate("verdict.none", locale)
    shared = translate(WORD_KEYS[fact_check.verdict], locale)
    if not label or _says_the_same(fact_check.verdict, label):
        return shared
    return translate("verdict.with_label", locale, verdict=shared, label=label)


def seen_label(fact_check: FactCheck, locale: str) -> str:
    """Return the words that flag the rumor before it is quoted."""
    if fact_check.verdict is not None:
        return translate(SEEN_KEYS[fact_check.verdict], locale)
    label = one_line(fact_check.verdict_label)
    return translate("seen.label_only", locale, label=label) if label else translate("seen.none", locale)


def _says_the_same(verdict: Verdict, label: str) -> bool:
    """Whether a publisher's label is only the shared word again, in any language we speak."""
    known = {verdict.value, *(translate(WORD_KEYS[verdict], locale) for locale in available_locales())}
    return any(same_words(label, each) for each in known)
