"""Addresses as the identity of a fact-check: the same page is recognised although links to it vary."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_TRACKING = re.compile(
    r"(utm_[a-z_]+|fbclid|gclid|dclid|msclkid|igshid|mc_cid|mc_eid|yclid|_ga|ref_src)", re.IGNORECASE
)
_DEFAULT_PORT = {"http": re.compile(r"(:80|:)+$"), "https": re.compile(r"(:443|:)+$")}
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f]")


def is_web_address(text: str) -> bool:
    """Whether it is an absolute http(s) address; `javascript:` and friends are not."""
    if _FORBIDDEN.search(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)


def canonical_address(address: str) -> str:
    """Return `address` without what does not change the page: case of scheme and host, default port, tracking.

    The #anchor stays: a page with several fact-checks tells them apart by it. Idempotent; whatever is not a
    web address comes back as it is.
    """
    if not is_web_address(address):
        return address
    parts = urlsplit(address)
    scheme = parts.scheme.lower()
    credentials, at, host = parts.netloc.rpartition("@")
    host = _DEFAULT_PORT[scheme].sub("", host.lower())
    query = "&".join(pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0]))
    return urlunsplit((scheme, credentials + at + host, parts.path or "/", query, parts.fragment))


def host_of(address: str) -> str:
    """Return the host name without "www.", or ""."""
    if not is_web_address(address):
        return ""
    return (urlsplit(address).hostname or "").removeprefix("www.")
