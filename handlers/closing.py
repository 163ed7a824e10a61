"""The fact again, in other words: the sentence an explanation ends on, where it can stand alone.

Ending on the fact helps it stay (Debunking Handbook 2020); repeating the headline would only read like a machine.
Editors tend to close with what counts or what to do, so their last sentence serves, verbatim, and only where it
makes sense without the sentences before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.wording import is_question, size

_MOST = 36  # words or characters; a longer sentence is no closing line
_WHOLE = 260  # an explanation longer than this is an article: its last sentence is seldom its point
# Beginnings that lean on what stood before.
_LEANS_EN = re.compile(
    r"(?:this|that|these|those|it|its|he|she|they|their|his|her|but|however|and|or|so|also|then|there|such|both|"
    r"neither|either|instead|meanwhile|still|yet|for example|the same|the other|another|others?|one|some|many|"
    r"most|nor|only|even|because|thus|therefore|similarly|likewise|later|since|we|our|here|more|read|see also|"
    r"claims?)\b",
    re.IGNORECASE,
)
_LEANS_ZH = tuple(
    "這 那 此 該 其 他 她 它 牠 但 而 所以 因此 因為 不過 然而 另 同時 之後 接著 也 且 並 還 至於 例如 像是 後來 相關 "
    "更多 本 我們 以上 又 就".split()
)


def closing_sentence(rest: Sequence[str], room: int, locale: str) -> str:
    """Return the last of `rest` where it can close a reply, else "".

    Args:
        rest: the explanation's sentences not shown yet, in order.
        room: words or characters left.
        locale: language of the sentences; only English and Chinese ones are judged, others never close.
    """
    if not rest:
        return ""
    last = rest[-1]
    language = locale.split("-", maxsplit=1)[0].lower()
    if is_question(last) or size(last) > min(room - 4, _MOST) or sum(size(part) for part in rest) > _WHOLE:
        return ""
    if last[-1] not in ".!。！」”":
        return ""
    if language == "en" and not _LEANS_EN.match(last):
        return last
    if language == "zh" and not last.startswith(_LEANS_ZH):
        return last
    return ""
