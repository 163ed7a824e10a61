"""Sealing a list of plain entries into a chain, so that a later change shows. Pure.

The same construction as the revisions' (`knowledge_base.history`): the digest of an entry covers everything in it and
the digest of the entry before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from knowledge_base.history import canonical_json

PREVIOUS, DIGEST = "previous_digest", "digest"


def digest_of(fields: Mapping[str, str | int]) -> str:
    """Return the SHA-256 hex over the canonical JSON of every field but `digest` itself."""
    sealed = {name: value for name, value in fields.items() if name != DIGEST}
    return sha256(canonical_json(sealed).encode("utf-8", "surrogatepass")).hexdigest()


def broken_links(entries: Iterable[Mapping[str, str | int]], *, previous: str = "", first: int = 1) -> list[str]:
    """Return what is wrong with entries numbered by `seq`, oldest first; empty where every seal holds.

    Args:
        entries: consecutive entries.
        previous: the digest before the first of them, "" at the very beginning.
        first: the number the first of them must have.
    """
    problems = []
    for number, entry in enumerate(entries, start=first):
        where = f"entry {entry['seq']}"
        if entry["seq"] != number:
            problems.append(f"{where}: entry {number} was expected here")
            break  # every number after it would be told as well
        if entry[PREVIOUS] != previous:
            problems.append(f"{where}: it does not follow the entry before it")
        if entry[DIGEST] != digest_of(entry):
            problems.append(f"{where}: its content is not what was sealed")
        previous = str(entry[DIGEST])
    return problems
