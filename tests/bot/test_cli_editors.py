"""`factline editors` and `factline doctor --audit`, on a database of their own."""

from __future__ import annotations

import json
import sqlite3

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import OperatorMistake


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("FACTLINE_DATA_DIR", str(tmp_path))

    def run_it(*arguments: str, exit_code: int = 0) -> str:
        ended = CliRunner().invoke(app, arguments)
        if ended.exception and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        assert ended.exit_code == exit_code, ended.output
        return ended.output

    return run_it


def people(run):
    return {each["name"]: each for each in json.loads(run("editors", "list", "--json"))}


def test_editors_come_change_and_go(run):
    assert "Nobody yet" in run("editors", "list")
    assert "Anna is an admin now." in run("editors", "add", "Anna", "--role", "admin")
    run("editors", "add", "Ben")
    assert "Ben is a reviewer now." in run("editors", "role", "Ben", "reviewer")
    run("editors", "link", "Ben", "Telegram", "77")
    assert {name: each["role"] for name, each in people(run).items()} == {"Anna": "admin", "Ben": "reviewer"}
    assert people(run)["Ben"]["identities"] == [{"platform": "telegram", "user_id": "77"}]
    assert "reviewer  Ben  (telegram 77)" in run("editors", "list")
    run("editors", "remove", "ben")
    assert list(people(run)) == ["Anna"]


def test_mistakes_are_told(run):
    run("editors", "add", "Anna")
    for arguments, said in (
        (("add", "ANNA"), "There is an editor named ANNA already."),
        (("link", "Nobody", "telegram", "1"), "There is no editor of that name."),
        (("link", "Anna", "telegram"), "Give both the platform and the id, or neither."),
        (("sign-in", "Nobody"), "There is no editor of that name."),
    ):
        with pytest.raises(OperatorMistake) as mistake:
            run("editors", *arguments)
        assert str(mistake.value) == said
    run("editors", "add", "Ben", "--role", "king", exit_code=2)


def test_links_and_codes_are_printed_and_never_stored(run, tmp_path):
    run("editors", "add", "Anna")
    link = run("editors", "sign-in", "Anna").strip().splitlines()[-1]
    assert link.startswith("http://127.0.0.1:8080/console/sign-in?token=")
    code = run("editors", "link", "Anna").strip().splitlines()[-1]
    assert code.startswith("/link ")
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("factline.db*"))
    assert link.rpartition("=")[2].encode() not in stored
    assert code.removeprefix("/link ").encode() not in stored


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_log SET editor_id = 'somebody else' WHERE seq = 2",
        "DELETE FROM audit_log WHERE seq = 2",
        "DELETE FROM audit_log WHERE seq = 1",
        "UPDATE audit_log SET seq = 9 WHERE seq = 3",
        "UPDATE audit_log SET digest = 'f00d' WHERE seq = 1",
    ],
)
def test_the_audit_log_is_proven_and_tampering_shows(run, tmp_path, tampering):
    for name in ("Anna", "Ben", "Carla"):
        run("editors", "add", name)
    assert "the seals of 3 entries hold" in run("doctor", "--audit")
    with sqlite3.connect(tmp_path / "factline.db") as connection:
        connection.execute(tampering)
    connection.close()
    said = run("doctor", "--audit", exit_code=1)
    assert "FAIL  audit log" in said
