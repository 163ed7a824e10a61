"""`factline serve` as a process, with Telegram's side played by the fake Bot API."""

from __future__ import annotations

import socket

import pytest

from bot.errors import EXIT_NOT_AVAILABLE
from knowledge_base.starter.loading import examples
from tests.fakes.processes import environment, eventually, run, serving
from tests.fakes.telegram_server import Person, Room, Talk, TelegramThread

pytestmark = pytest.mark.slow

RUMOR = examples()[0][0]
WORKERS = 4  # FACTLINE_WORKER_THREADS: messages worked on at once


@pytest.fixture
def telegram():
    with TelegramThread() as started:
        yield started


@pytest.fixture
def env(tmp_path, models_dir, telegram):
    return environment(
        tmp_path / "data",
        models_dir,
        FACTLINE_TELEGRAM_TOKEN=telegram.server.token,
        FACTLINE_TELEGRAM_API_URL=telegram.server.url,
        FACTLINE_LOG_LEVEL="debug",
    )


def ready(server, client):
    eventually(lambda: client.get("/readyz").status_code == 200, "ready")


def test_a_person_and_a_group_get_their_answers_and_the_log_keeps_the_token(telegram, env, tmp_path):
    fake = telegram.server
    with serving(env=env, cwd=tmp_path) as server, server.client() as client:
        ready(server, client)
        ann = telegram.do(lambda: Talk(fake))
        family = telegram.do(lambda: Talk(fake, Person(1002, "Bo"), Room(-100200, "supergroup", "Family")))
        telegram.do(lambda: ann.forward(RUMOR))
        first = telegram.wait(ann.answer(1, 60))
        assert first["text"].startswith("❌ False.")
        telegram.do(lambda: ann.press(first, "Read more"))
        telegram.wait(ann.answer(2, 60))
        telegram.do(lambda: ann.say("The mayor of Springfield eats nine raw turnips before each council vote"))
        asked = telegram.wait(ann.answer(3, 60))
        telegram.do(lambda: ann.press(asked, "Yes"))
        eventually(lambda: "edit_date" in asked, "consent")
        telegram.do(lambda: family.forward(RUMOR))
        telegram.do(lambda: family.become_admin("creator"))
        telegram.do(lambda: family.say("/settings watch"))
        telegram.wait(family.answer(1, 60))
        telegram.do(lambda: family.forward(RUMOR))
        assert telegram.wait(family.answer(2, 60))["text"].startswith("❌ False.")
        print(telegram.do(ann.read), telegram.do(family.read), sep="\n\n=== the group ===\n\n")
        assert fake.transcript.warnings == []
        assert {call.status for call in fake.transcript.calls} == {200}
        assert server.stop() == 0
    log = server.log_path.read_text()
    assert fake.token.split(":")[1] not in log
    assert "turnips" not in log


def test_kill_nine_in_the_middle_of_a_crowd_loses_nobody(telegram, env, tmp_path):
    fake, crowd = telegram.server, 40

    def ask_all():
        for number in range(crowd):
            Talk(fake, Person(5000 + number, f"P{number}")).forward(f"{RUMOR} {number}")

    def answers():
        return {chat: len(fake.transcript.sent(chat)) for chat in range(5000, 5000 + crowd)}

    with serving(env=env, cwd=tmp_path) as server, server.client() as client:
        ready(server, client)
        telegram.do(ask_all)
        eventually(lambda: sum(telegram.do(answers).values()) >= 8, "some answers")
        server.kill()
    with serving(env=env, cwd=tmp_path) as server, server.client():
        eventually(lambda: all(telegram.do(answers).values()), "everybody is answered")
        assert server.stop() == 0
    counted = telegram.do(answers)
    assert sum(counted.values()) - crowd <= WORKERS  # what was under way at the kill may be seen twice


def test_bad_token_is_one_clear_line_and_an_exit_code(telegram, env, tmp_path):
    ended = run("serve", env=env | {"FACTLINE_TELEGRAM_TOKEN": "123456:not-the-token"}, cwd=tmp_path)
    assert ended.returncode == EXIT_NOT_AVAILABLE
    assert "Telegram refuses the bot token" in ended.stderr
    assert "not-the-token" not in ended.stderr
    assert len(telegram.server.transcript.calls) <= 1


def test_webhook_is_served_by_the_same_web_server(telegram, env, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    hook = {"FACTLINE_HTTP_PORT": str(port), "FACTLINE_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram"}
    with serving(env=env | hook, cwd=tmp_path) as server, server.client() as client:
        ready(server, client)
        eventually(lambda: telegram.server.webhook, "a webhook")
        ann = telegram.do(lambda: Talk(telegram.server))
        telegram.do(lambda: ann.forward(RUMOR))
        assert telegram.wait(ann.answer(1, 60))["text"].startswith("❌ False.")
        assert client.post("/telegram", json={"update_id": 1}).status_code == 401
        assert server.stop() == 0


def test_webhook_without_a_web_server_is_refused_with_advice(env, tmp_path):
    hook = {"FACTLINE_TELEGRAM_WEBHOOK_URL": "https://tipline.example.org/telegram"}
    ended = run("serve", "--only", "telegram", env=env | hook, cwd=tmp_path)
    assert ended.returncode == EXIT_NOT_AVAILABLE
    assert "FACTLINE_TELEGRAM_WEBHOOK_URL" in ended.stderr
