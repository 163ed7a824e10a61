from __future__ import annotations

import os
from pathlib import Path

import pytest

from retrieval.errors import IndexInUse
from retrieval.locks import OwnerLock


def test_a_second_owner_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    held = OwnerLock(tmp_path)
    with pytest.raises(IndexInUse, match=f"process {os.getpid()}"):
        OwnerLock(tmp_path)
    held.release()


def test_a_released_directory_can_be_owned_again(tmp_path: Path) -> None:
    first = OwnerLock(tmp_path)
    first.release()
    first.release()
    OwnerLock(tmp_path).release()
