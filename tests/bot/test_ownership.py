from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import DataDirInUse, DataDirUnusable
from bot.ownership import LOCK_NAME, current_owner, take

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

_HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bot.ownership import take
held = take(Path(sys.argv[1]), sys.argv[2], now=datetime(2026, 3, 4, tzinfo=UTC))
held.announce("http://127.0.0.1:1234", "key")
print("held", flush=True)
sys.stdin.read()
"""


def holder(folder: Path, command: str = "serve") -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder), command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str], *, hard: bool) -> None:
    if hard:
        process.kill()
    process.communicate()


def test_nobody_owns_a_new_folder(tmp_path):
    assert current_owner(tmp_path) is None
    assert current_owner(tmp_path / "missing") is None


def test_the_owner_says_who_it_is_and_where_it_answers(tmp_path):
    with take(tmp_path / "data", "serve", now=NOW) as held:
        owner = current_owner(tmp_path / "data")
        assert owner is not None
        assert (owner.pid, owner.command, owner.since) == (os.getpid(), "serve", "2026-03-04 05:06:07 UTC")
        assert (owner.address, owner.is_ready) == ("", False)
        held.announce("http://127.0.0.1:8080", "the-key")
        owner = current_owner(tmp_path / "data")
        assert owner is not None
        assert (owner.address, owner.key, owner.is_ready) == ("http://127.0.0.1:8080", "the-key", True)
        assert "the-key" not in f"{owner} {owner!r}"
    assert current_owner(tmp_path / "data") is None


def test_a_second_owner_is_refused_and_told_who_holds_it(tmp_path):
    process = holder(tmp_path)
    try:
        with pytest.raises(DataDirInUse) as caught:
            take(tmp_path, "serve", now=NOW)
    finally:
        end(process, hard=False)
    assert f"process {process.pid}, `factline serve`, since 2026-03-04" in str(caught.value)
    assert "http://127.0.0.1:1234" in str(caught.value)


def test_what_kill_9_leaves_behind_is_no_obstacle(tmp_path):
    end(holder(tmp_path), hard=True)
    assert json.loads((tmp_path / LOCK_NAME).read_text())["command"] == "serve"
    assert current_owner(tmp_path) is None
    with take(tmp_path, "serve", now=NOW) as held:
        assert held.owner.pid == os.getpid()


def test_a_command_is_waited_for(tmp_path):
    process = holder(tmp_path, "ask")
    assert process.stdin
    process.stdin.close()  # it ends now, and with it its ownership
    with take(tmp_path, "serve", now=NOW, wait_s=30):
        pass
    process.wait()
    process.stdout.close()


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(DataDirUnusable, match=r"data cannot be written \(it is a file\).*FACTLINE_DATA_DIR"):
        take(tmp_path / "data", "serve", now=NOW)


def test_the_folder_and_the_lock_are_private(tmp_path):
    with take(tmp_path / "data", "serve", now=NOW):
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0
        assert (tmp_path / "data" / LOCK_NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"pid": "x"}', b"[]"])
def test_a_lock_file_with_rubbish_in_it_is_taken_over(content, tmp_path):
    (tmp_path / LOCK_NAME).write_bytes(content)
    assert current_owner(tmp_path) is None
    take(tmp_path, "serve", now=NOW).release()
