"""`factline serve` as a process, with the real model and the starter pack."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.clock import system_ids
from knowledge_base.models import FactCheck, FactCheckText, Status, Verdict
from knowledge_base.starter.loading import examples
from storage.database import Database
from storage.fact_checks import SqlFactCheckRepository
from tests.fakes.processes import environment, eventually, run, serving

pytestmark = pytest.mark.slow

CLAIM = "The Lindenberg water tower was painted bright orange by its janitor"
HEADLINE = "The water tower of Lindenberg is grey and nobody painted it"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve")


@pytest.fixture(scope="module")
def env(folder: Path, models_dir: Path) -> dict[str, str]:
    return environment(folder / "data", models_dir)


@pytest.fixture(scope="module")
def client(folder: Path, env: dict[str, str]) -> Iterator[httpx.Client]:
    with serving(env=env, cwd=folder) as server, server.client() as client:
        yield client
        assert server.stop() == 0


@pytest.fixture
def record(folder: Path, client: httpx.Client) -> Iterator[SqlFactCheckRepository]:
    """The record, written from another process than the server, as imports and editors' tools do."""
    database = Database.open(f"sqlite:///{folder}/data/factline.db")
    yield SqlFactCheckRepository(database)
    database.close()


def check(client: httpx.Client, text: str, **more: str) -> dict:
    response = client.post("/api/v1/check", json={"text": text, **more})
    response.raise_for_status()
    return response.json()


def save(record: SqlFactCheckRepository, fact_check: FactCheck) -> FactCheck:
    return record.save(fact_check, editor="test", reason="test", at=datetime.now(UTC))


@pytest.fixture
def published(record: SqlFactCheckRepository) -> FactCheck:
    texts = {"en": FactCheckText(CLAIM, HEADLINE, "The photo was edited.")}
    return save(
        record,
        FactCheck(system_ids()(), texts, "Lindenberg Gazette", Verdict.FALSE, status=Status.PUBLISHED,
                  url="https://example.org/tower"),
    )  # fmt: skip


@pytest.mark.parametrize(("text", "locale"), examples(), ids=lambda value: value if len(value) < 6 else "")
def test_a_fresh_install_answers_the_starter_rumors_in_their_language(client, text, locale):
    found = check(client, text)
    assert found["outcome"] == "match"
    assert found["reply"]["locale"] == locale
    match = found["matches"][0]
    assert match["verdict"]
    assert match["sources"]
    assert all(source["url"].startswith(("https://", "http://")) for source in match["sources"])
    assert match["headline"] in found["reply"]["text"]
    assert found["timings_ms"]["total"] > 0


def test_what_nobody_checked_is_said_so(client):
    found = check(client, "My neighbour's cat learned to open the third drawer of the kitchen cupboard yesterday")
    assert found["outcome"] == "none"
    assert found["matches"] == []
    assert found["reply"]["text"]


def test_the_chat_page_and_the_operators_pages_are_there(client):
    assert "text/html" in client.get("/").headers["content-type"]
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json()["index"]["lag"] == 0
    assert "factline_index_documents" in client.get("/metrics").text


def test_publishing_editing_and_retracting_take_effect_without_a_restart(client, record, published):
    found = eventually(lambda: check(client, CLAIM)["matches"], "the published fact-check answers")
    assert found[0]["fact_check_id"] == published.id

    edited = save(record, replace(published, texts={"en": replace(published.texts["en"], headline="Still grey")}))
    shown = eventually(
        lambda: [match for match in check(client, CLAIM)["matches"] if match["revision"] == edited.revision],
        "the edit is shown",
    )
    assert shown[0]["headline"] == "Still grey"

    save(record, replace(edited, status=Status.RETRACTED))
    # The record is read for every reply, so this holds from the very next question on.
    assert all(match["fact_check_id"] != published.id for match in check(client, CLAIM)["matches"])


def test_asking_through_the_server_and_alone_gives_the_same(client, folder, models_dir, tmp_path):
    text, _ = examples()[0]
    eventually(lambda: not check(client, text)["legs_down"], "the model is loaded (words answer before it is)")
    through = run("ask", text, "--json", env=environment(folder / "data", models_dir), cwd=tmp_path)
    alone = run("ask", "-", "--json", env=environment(tmp_path / "own", models_dir), cwd=tmp_path, typed=text)
    assert (through.returncode, alone.returncode) == (0, 0), through.stderr + alone.stderr
    assert through.stderr == ""

    def comparable(printed: str) -> dict:
        for match in json.loads(printed)["matches"]:
            printed = printed.replace(match["fact_check_id"], "ID")  # each store made its own ids
        found = json.loads(printed)
        del found["timings_ms"]
        for match in found["matches"]:
            del match["evidence"]
        return found

    assert comparable(through.stdout) == comparable(alone.stdout)


def test_chatting_through_the_server_presses_buttons(client, folder, env, tmp_path):
    talked = run("chat", env=env, cwd=tmp_path, typed="The moon over Lindenberg is made of painted plywood\n2\n/help\n")
    assert talked.returncode == 0, talked.stderr
    assert "[1] " in talked.stdout
    assert "/language" in talked.stdout


def test_a_second_server_is_refused_and_says_who_holds_the_folder(client, folder, env, tmp_path):
    refused = run("serve", env=env, cwd=tmp_path)
    assert refused.returncode == 3
    assert refused.stdout == ""
    (line,) = refused.stderr.strip().splitlines()
    assert f"{folder}/data is in use by another Factline (process " in line
    assert str(client.base_url).rstrip("/") in line
    assert "since " in line
    assert check(client, examples()[0][0])["outcome"] == "match"


def test_doctor_asks_the_running_server(client, env, tmp_path):
    examined = run("doctor", "--json", env=env, cwd=tmp_path)
    findings = json.loads(examined.stdout)
    assert examined.returncode == 0, examined.stdout
    said = {finding["subject"]: finding for finding in findings}
    assert "is served by the running Factline" in said["port"]["says"]
    assert "0 changes behind" in said["index"]["says"]
    assert {finding["level"] for finding in findings} <= {"OK", "WARN"}


def test_hostile_texts_get_an_answer(client):
    for text in (
        "",
        "   ",
        "🙃🙃🙃",
        "a" * 100_000,
        "nul \x00 and \u202eturned",
        "<script>alert(1)</script>",
        "\\'\"; DROP",
    ):
        assert check(client, text)["outcome"] in {"none", "possible"}
    lone_surrogate = client.post("/api/v1/check", content=b'{"text": "lone \\ud800 half"}')
    assert lone_surrogate.status_code in {200, 422}


def test_a_port_in_use_is_named_at_once(models_dir, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = run("serve", env=environment(tmp_path / "data", models_dir, FACTLINE_HTTP_PORT=port), cwd=tmp_path)
    assert refused.returncode == 3
    (line,) = refused.stderr.strip().splitlines()
    assert f"Port {port} on 127.0.0.1 cannot be used" in line
    assert "FACTLINE_HTTP_PORT" in line


def test_killed_hard_it_comes_back_consistent(models_dir, tmp_path):
    env = environment(tmp_path / "data", models_dir)
    claims = tmp_path / "claims.jsonl"
    rows = [
        {"id": f"c{n}", "claim": f"Claim number {n} says that bridge {n} of Lindenberg fell into the river"}
        for n in range(400)
    ]
    claims.write_text("".join(json.dumps(row | {"publisher": "Gazette", "verdict": "false"}) + "\n" for row in rows))
    with serving(env=env, cwd=tmp_path) as first, first.client() as client:
        imported = run("import", str(claims), "--publish", env=env, cwd=tmp_path)
        assert imported.returncode == 0, imported.stdout + imported.stderr
        eventually(lambda: client.get("/readyz").json()["index"]["documents"] > 110, "indexing is under way")
        first.kill()
    with serving(env=env, cwd=tmp_path) as second, second.client() as client:
        state = eventually(lambda: _settled(client), "the index has caught up")
        assert state["documents"] == 400 + _starter_texts()
        found = check(client, "bridge 217 of Lindenberg fell into the river")
        assert "217" in found["matches"][0]["claim"]
        assert second.stop(signal.SIGINT) == 0
    examined = run("doctor", env=env, cwd=tmp_path)
    assert examined.returncode == 0, examined.stdout


def _settled(client: httpx.Client) -> dict | None:
    index = client.get("/readyz").json()["index"]
    return index if index["lag"] == 0 and not index["building"] else None


def _starter_texts() -> int:
    from knowledge_base.starter import loading
    from tests.fakes.memory import MemoryDatabase, MemoryFactCheckRepository, MemoryNarrativeRepository

    database = MemoryDatabase()
    record = MemoryFactCheckRepository(database)
    loading.load_starter(record, MemoryNarrativeRepository(database), now=datetime.now(UTC), new_id=system_ids())
    return sum(len(fact_check.texts) for fact_check in record.iterate())


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() == 0:  # nothing stops root but a file system that cannot be written
        yield Path("/sys/kernel")
        return
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o500)
    yield folder
    folder.chmod(0o700)


@pytest.mark.parametrize("command", [["serve"], ["ask", "hello"], ["import", "{claims}"], ["chat"]], ids=lambda c: c[0])
def test_a_data_folder_that_cannot_be_written_is_one_sentence(command, read_only, models_dir, tmp_path):
    claims = tmp_path / "claims.jsonl"
    claims.write_text('{"id": "1", "claim": "c", "publisher": "p"}\n')
    arguments = [part.format(claims=claims) for part in command]
    refused = run(*arguments, env=environment(read_only, models_dir), cwd=tmp_path)
    assert refused.returncode == 3
    line = refused.stderr.strip().splitlines()[-1]
    assert str(read_only) in line
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", ["serve", "ask hello", "chat", "doctor", "migrate", "reindex"])
def test_an_unknown_setting_stops_every_command(command, models_dir, tmp_path):
    env = environment(tmp_path / "data", models_dir, FACTLINE_HTTP_PROT="1")
    refused = run(*command.split(), env=env, cwd=tmp_path)
    assert refused.returncode == (1 if command == "doctor" else 2)
    said = refused.stdout + refused.stderr
    assert "FACTLINE_HTTP_PROT: Factline has no such setting; did you mean FACTLINE_HTTP_PORT?" in said
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_asked_to_stop_it_stops_cleanly(number, models_dir, tmp_path):
    with serving(env=environment(tmp_path / "data", models_dir, FACTLINE_STARTER="false"), cwd=tmp_path) as server:
        server.ready_line()
        assert server.stop(number) == 0
        assert "Traceback" not in server.log_path.read_text()


def test_the_starter_pack_can_be_left_out(models_dir, tmp_path):
    env = environment(tmp_path / "data", models_dir, FACTLINE_STARTER="false")
    with serving(env=env, cwd=tmp_path) as server, server.client() as client:
        assert client.get("/api/v1/fact-checks").json()["items"] == []
        assert check(client, examples()[0][0])["outcome"] == "none"
