"""The key that signs cookies: the operator's, or one made up once and kept."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from bot.errors import DataDirUnusable

FILE_NAME = "secret-key"


def secret_key(data_dir: Path, given: str) -> str:
    """Return `given`, or the key kept in `data_dir`, making it on the first call.

    Raises:
        DataDirUnusable: it cannot be kept.
    """
    if given:
        return given
    path = data_dir / FILE_NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text(encoding="ascii", errors="replace").strip()
        if len(kept) >= 32:
            return kept
        path.unlink()  # cut short by a crash or a full disk
        return secret_key(data_dir, given)
    except OSError as exc:
        raise DataDirUnusable(str(data_dir), exc.strerror or str(exc)) from exc
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        key = secrets.token_urlsafe(32)
        stream.write(key + "\n")
    return key


def derived_key(key: str, purpose: str) -> str:
    """Return a key for one purpose, which says nothing about `key` or the keys for others; letters and digits."""
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()
