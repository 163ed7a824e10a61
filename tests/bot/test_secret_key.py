from __future__ import annotations

import pytest

from bot.errors import DataDirUnusable
from bot.secret_key import FILE_NAME, secret_key


def test_a_key_is_made_once_kept_and_private(tmp_path):
    first = secret_key(tmp_path, "")
    assert len(first) >= 32
    assert secret_key(tmp_path, "") == first
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0


def test_two_installations_have_two_keys(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    assert secret_key(tmp_path / "a", "") != secret_key(tmp_path / "b", "")


def test_the_operators_key_wins_and_is_not_stored(tmp_path):
    assert secret_key(tmp_path, "my own key, long enough") == "my own key, long enough"
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize("left_over", ["", "short", "é" * 40])
def test_a_key_cut_short_by_a_full_disk_is_made_anew(tmp_path, left_over):
    (tmp_path / FILE_NAME).write_text(left_over[:20], encoding="utf-8")
    key = secret_key(tmp_path, "")
    assert len(key) >= 32
    assert secret_key(tmp_path, "") == key


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(DataDirUnusable, match="nowhere"):
        secret_key(tmp_path / "nowhere", "")
