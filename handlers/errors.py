"""Errors of the conversation.

HandlerError
├── UserMistake        the person asked for something we cannot do; told kindly, never logged as a fault
└── CatalogError       a catalog is missing, damaged, or lacks a sentence the code asks for
"""

from __future__ import annotations


class HandlerError(Exception):
    """Root of every error this package raises."""


class UserMistake(HandlerError):
    """Something the person can put right. `Conversation.handle` answers it with the sentence behind `key`.

    Attributes:
        key: key of the sentence in the catalogs.
        placeholders: what the sentence's placeholders stand for.
    """

    def __init__(self, key: str, **placeholders: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.placeholders = placeholders


class CatalogError(HandlerError):
    """A catalog cannot be read, or a key is in none of them.

    Attributes:
        key: the sentence or the catalog's locale that is missing.
    """

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
