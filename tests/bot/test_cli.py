"""The command line from outside: exit codes, one plain sentence, nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.processes import environment, run

pytestmark = pytest.mark.slow

RECORD = {
    "id": "t1",
    "claim": "The Lindenberg water tower was painted bright orange by its janitor",
    "title": "The water tower of Lindenberg is grey",
    "explanation": "The photo was edited.",
    "verdict": "false",
    "publisher": "Lindenberg Gazette",
    "url": "https://example.org/tower",
    "date": "2024-05-06",
}


@pytest.fixture
def env(tmp_path: Path, models_dir: Path) -> dict[str, str]:
    return environment(tmp_path / "data", models_dir, FACTLINE_STARTER="false")


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "claims.jsonl"
    path.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    return path


def test_help_names_every_command(env, tmp_path):
    printed = run("--help", env=env, cwd=tmp_path)
    assert printed.returncode == 0
    for command in "serve ask chat import export evaluate reindex doctor migrate backup restore".split():
        assert f"│ {command} " in printed.stdout
    assert "Exit codes" in printed.stdout


def test_the_version_is_the_installed_one(env, tmp_path):
    assert run("--version", env=env, cwd=tmp_path).stdout.startswith("factline 0.")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "says"),
    [
        (["unheard-of"], 2, "No such command"),
        (["ask"], 2, "Missing argument"),
        (["serve", "--only", "irc"], 2, "--only: there is no part called 'irc'"),
        (["import", "nowhere.jsonl"], 3, "There is no file nowhere.jsonl."),
        (["import", "."], 3, ". is a folder; name a file in it."),
        (["import", "https://example.org/feed"], 2, "comes with the safe fetcher"),
        (["import", "x", "--format", "xml"], 2, "--format: 'xml' is none of auto, claimreview, jsonl, csv, rss."),
        (["export", "--format", "rss"], 2, "--format: 'rss' is none of claimreview, jsonl, csv."),
        (["export", "--format", "csv", "-o", "no/such/folder/out.csv"], 3, "No such file or directory"),
        (["restore", "nowhere.db"], 3, "There is no file nowhere.db."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_one_sentence_and_an_exit_code(arguments, exit_code, says, env, tmp_path):
    ended = run(*arguments, env=env, cwd=tmp_path)
    assert ended.returncode == exit_code, ended.stderr
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_debug_shows_where_it_happened(env, tmp_path):
    ended = run("import", "nowhere.jsonl", env=env | {"FACTLINE_LOG_LEVEL": "debug"}, cwd=tmp_path)
    assert "Traceback" in ended.stderr
    assert ended.stderr.rstrip().endswith("There is no file nowhere.jsonl.")


def test_import_ask_export_and_import_again(env, claims, tmp_path):
    imported = run("import", str(claims), "--publish", "--json", env=env, cwd=tmp_path)
    assert imported.returncode == 0, imported.stderr
    assert json.loads(imported.stdout)["added"] == 1

    answered = run("ask", RECORD["claim"], env=env, cwd=tmp_path)
    assert answered.returncode == 0, answered.stderr
    assert "The water tower of Lindenberg is grey" in answered.stdout
    assert "https://example.org/tower" in answered.stdout
    explained = run("ask", "-", "--explain", env=env, cwd=tmp_path, typed=RECORD["claim"])
    assert "outcome: match" in explained.stdout
    assert "matched on: " in explained.stdout

    to_file = run("export", "--format", "jsonl", "-o", "out.jsonl", env=env, cwd=tmp_path)
    assert (to_file.returncode, to_file.stdout) == (0, "")
    assert "Exported 1 fact-checks." in to_file.stderr
    printed = run("export", "--format", "jsonl", env=env, cwd=tmp_path)
    assert printed.stdout == (tmp_path / "out.jsonl").read_text(encoding="utf-8")
    assert json.loads(printed.stdout)["claim"] == RECORD["claim"]

    again = run("import", "out.jsonl", "--publish", env=env, cwd=tmp_path)
    assert again.stdout.startswith("0 added, 0 updated, 1 unchanged, 0 rejected.")


def test_rejected_records_are_named_and_the_exit_code_says_so(env, claims, tmp_path):
    with claims.open("a", encoding="utf-8") as stream:
        stream.write('{"id": "t2"}\n{not json\n')
    imported = run("import", str(claims), env=env, cwd=tmp_path)
    assert imported.returncode == 1
    assert imported.stdout.startswith("1 added, 0 updated, 0 unchanged, 2 rejected.")
    assert "line 2: " in imported.stdout
    assert "line 3: " in imported.stdout
    assert imported.stderr == ""


def test_drafts_are_not_answered_with(env, claims, tmp_path):
    run("import", str(claims), env=env, cwd=tmp_path)
    answered = run("ask", RECORD["claim"], "--json", env=env, cwd=tmp_path)
    assert json.loads(answered.stdout)["outcome"] == "none"


def test_backup_and_restore_bring_everything_back(env, claims, tmp_path):
    run("import", str(claims), "--publish", env=env, cwd=tmp_path)
    assert run("backup", "copy.db", env=env, cwd=tmp_path).returncode == 0
    twice = run("backup", "copy.db", env=env, cwd=tmp_path)
    assert twice.returncode == 2
    assert "never overwritten" in twice.stderr

    more = tmp_path / "more.jsonl"
    more.write_text(
        json.dumps(RECORD | {"id": "t9", "url": "https://example.org/9", "claim": "Nine towers fell"}) + "\n"
    )
    run("import", str(more), "--publish", env=env, cwd=tmp_path)
    refused = run("restore", "copy.db", env=env, cwd=tmp_path)
    assert refused.returncode == 3
    restored = run("restore", "copy.db", "--force", env=env, cwd=tmp_path)
    assert restored.returncode == 0, restored.stderr
    assert "before-restore" in restored.stdout
    exported = run("export", "--format", "jsonl", env=env, cwd=tmp_path)
    assert [json.loads(line)["claim"] for line in exported.stdout.splitlines()] == [RECORD["claim"]]
    assert "orange" in run("ask", RECORD["claim"], env=env, cwd=tmp_path).stdout
    assert json.loads(run("ask", "Nine towers fell", "--json", env=env, cwd=tmp_path).stdout)["outcome"] != "match"


def test_restore_refuses_what_is_no_backup(env, tmp_path):
    (tmp_path / "rubbish.db").write_bytes(b"SQLite format 3\x00" + b"rubbish" * 1000)
    ended = run("restore", "rubbish.db", env=env, cwd=tmp_path)
    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data" / "factline.db").exists()


def test_reindex_builds_everything_anew(env, claims, tmp_path):
    run("import", str(claims), "--publish", env=env, cwd=tmp_path)
    built = run("reindex", env=env, cwd=tmp_path)
    assert (built.returncode, built.stdout) == (0, "Indexed 1 texts.\n"), built.stderr


def test_doctor_knows_a_folder_before_and_after_the_first_use(env, claims, tmp_path):
    before = run("doctor", env=env, cwd=tmp_path)
    assert before.returncode == 0, before.stdout
    assert "not there yet" in before.stdout
    assert not (tmp_path / "data").exists()
    run("import", str(claims), "--publish", env=env, cwd=tmp_path)
    run("ask", "x y z", env=env, cwd=tmp_path)
    after = run("doctor", "--json", env=env, cwd=tmp_path)
    assert after.returncode == 0, after.stdout
    said = " ".join(finding["says"] for finding in json.loads(after.stdout))
    assert "1 published of 1" in said
    assert "0 changes behind the record" in said


def test_doctor_finds_a_damaged_database_and_says_what_to_do(env, claims, tmp_path):
    run("import", str(claims), "--publish", env=env, cwd=tmp_path)
    path = tmp_path / "data" / "factline.db"
    content = bytearray(path.read_bytes())
    content[4096 * 2 : 4096 * 6] = b"\xa5" * (4096 * 4)
    path.write_bytes(content)
    examined = run("doctor", env=env, cwd=tmp_path)
    assert examined.returncode == 1
    assert "FAIL  database" in examined.stdout


def test_doctor_finds_a_port_in_use_and_a_server_that_does_not_answer(env, tmp_path):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        examined = run("doctor", env=env | {"FACTLINE_HTTP_PORT": str(port)}, cwd=tmp_path)
    assert examined.returncode == 1
    assert f"127.0.0.1:{port} is used by another program" in examined.stdout
    chroma = run("doctor", env=env | {"FACTLINE_CHROMA_URL": f"http://127.0.0.1:{port}"}, cwd=tmp_path)
    assert chroma.returncode == 1
    assert "FAIL  chroma" in chroma.stdout
    gone = {"FACTLINE_DATABASE_URL": f"postgresql://me:sekrit@127.0.0.1:{port}/x"}
    postgres = run("doctor", env=env | gone, cwd=tmp_path)
    assert postgres.returncode == 1
    assert "FAIL  database" in postgres.stdout
    assert "sekrit" not in postgres.stdout + postgres.stderr


def test_a_reader_that_stops_reading_is_no_fault(env, claims, tmp_path):
    import os
    import subprocess
    import sys

    run("import", str(claims), "--publish", env=env, cwd=tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "export", "--format", "jsonl"], env=env, cwd=tmp_path, stdout=writing,
        stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(writing)
    assert ended.stderr == ""
