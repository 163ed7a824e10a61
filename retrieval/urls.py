"""Addresses in messages: found, made comparable, taken out of the text."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_URL_CHARACTERS = r"[^\s<>\"'\u3000-\u303f\u3400-\u9fff\uff00-\uffef，。、！？；：（）「」]"
_URL = re.compile(
    rf"(?:https?://|hxxps?://|www\.){_URL_CHARACTERS}+"
    rf"|(?<![\w@.])(?:[a-z0-9\-]+\.)+(?:com|net|org|tw|co|me|ly|be|gl|gov|info|io|to|us|uk|cn|hk|cc|page|link)/{_URL_CHARACTERS}+",
    re.IGNORECASE,
)
_PICTURE_LINK = re.compile(r"\bpic\.(?:twitter|x)\.com/\w+", re.IGNORECASE)
_TRACKING_REMAINDER = re.compile(
    r"(?<!\w)[?&]?(?:utm_\w+|fbclid|gclid|igshid|mibextid)=[\w%.\-]*(?:&[\w.\-]+=[\w%.\-]*)*"
)
_TRAILING = ".,;:!?)]}>'\"…"
_TRACKING = frozenset(
    "fbclid gclid dclid gbraid wbraid msclkid yclid igshid igsh mibextid mc_cid mc_eid _ga _gl ref "
    "ref_src ref_url source "
    "src spm from share si feature cmpid cmp ncid ocid sr_share smid smtyp s t app fb_action_ids fb_action_types "
    "openexternalbrowser sfnsn rdid share_url __tn__ __cft__ xtor at_medium at_campaign guccounter "
    "amp outputtype".split()
)
"""Parameters that say who shared, not what; "utm_*" beside them."""
_MOBILE = re.compile(r"^(?:www\d?|m|mobile|amp|touch|zh-tw|web)\.")
_SAME_HOST = {"twitter.com": "x.com", "youtube-nocookie.com": "youtube.com", "fb.com": "facebook.com"}
_KEEP_SHORT_PARAMETERS = frozenset({"youtube.com"})
_MAX_URLS = 20
"""Addresses looked at per message: more is a link list."""


def find_urls(text: str) -> tuple[str, ...]:
    """Return the canonical addresses visible in `text`, each once, in order; at most 20."""
    if "." not in text:
        return ()
    found: dict[str, None] = {}
    for match in _URL.finditer(text):
        canonical = canonical_url(match.group())
        if canonical:
            found[canonical] = None
        if len(found) == _MAX_URLS:
            break
    return tuple(found)


def canonical_url(url: str) -> str:
    """Return an address that is equal for links to the same page, without scheme; "" where it is none.

    Folds scheme, www/mobile/AMP hosts, tracking parameters, fragment, order of parameters and trailing slash.
    """
    url = url.strip().rstrip(_TRAILING)
    url = re.sub(r"^hxxp", "http", url, flags=re.IGNORECASE)
    if "://" not in url:
        url = "https://" + url
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return ""
    if "." not in host and host != "localhost":
        return ""
    host = _host(host)
    path, query = parts.path, parts.query
    if host == "youtu.be":
        host, query, path = "youtube.com", f"v={path.strip('/')}", "/watch"
    path = re.sub(r"/(?:amp/?|index\.(?:html?|php))?$", "", re.sub(r"/{2,}", "/", path))
    path = quote(unquote(path), safe="/:@!$&'()*+,;=-._~")
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    kept = sorted((key, value) for key, value in parse_qsl(query) if not _is_tracking(key, host))
    return host + path + ("?" + urlencode(kept) if kept else "")


def strip_urls(text: str) -> str:
    """Take addresses and what tracking parameters leave behind out of the text."""
    if "." in text and ("/" in text or "www." in text):
        text = _URL.sub(" ", _PICTURE_LINK.sub(" ", text))
    return _TRACKING_REMAINDER.sub(" ", text) if "=" in text else text


def _host(host: str) -> str:
    while (shorter := _MOBILE.sub("", host)) != host and "." in shorter:
        host = shorter
    return _SAME_HOST.get(host, host)


def _is_tracking(key: str, host: str) -> bool:
    lowered = key.lower()
    if lowered.startswith("utm_"):
        return True
    return lowered in _TRACKING or (host in _KEEP_SHORT_PARAMETERS and lowered not in ("v", "list"))
