from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import Settings, SettingsError, load_settings, variable

SECRETS = {
    "FACTLINE_TELEGRAM_TOKEN": "123456789:AAF0sekritsekritsekritsekritsekrit",
    "FACTLINE_DISCORD_TOKEN": "sekrit.discord.token",
    "FACTLINE_SECRET_KEY": "sekrit-sekrit-sekrit",
    "FACTLINE_TELEGRAM_WEBHOOK_SECRET": "sekrit_webhook",
    "FACTLINE_DATABASE_URL": "postgresql://factline:sekrit@localhost/factline",
}


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def problems(env_file: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(env_file)
    return caught.value.problems


def test_nothing_has_to_be_set(env_file):
    settings = load_settings(env_file)
    assert settings.http_port == 8080
    assert settings.data_path == Path.cwd() / "factline-data"
    assert settings.database_address == f"sqlite:///{Path.cwd()}/factline-data/factline.db"
    assert settings.models_path == settings.data_path / "models"
    assert settings.starter is True
    assert settings.secrets == ()


def test_the_environment_wins_over_the_file(env_file, monkeypatch):
    env_file.write_text("FACTLINE_HTTP_PORT=8001\nFACTLINE_DEFAULT_LOCALE=zh-TW\n# a comment\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("FACTLINE_HTTP_PORT", "8002")
    settings = load_settings(env_file)
    assert (settings.http_port, settings.default_locale) == (8002, "zh-TW")


def test_empty_means_not_set(env_file, monkeypatch):
    monkeypatch.setenv("FACTLINE_HTTP_PORT", "")
    env_file.write_text("FACTLINE_TELEGRAM_TOKEN=\nFACTLINE_CHROMA_URL=\n")
    settings = load_settings(env_file)
    assert settings.http_port == 8080
    assert settings.telegram_token.get_secret_value() == ""


def test_names_are_taken_in_any_case(env_file, monkeypatch):
    monkeypatch.setenv("factline_http_port", "8005")
    assert load_settings(env_file).http_port == 8005


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        (
            "FACTLINE_HTTP_PORT",
            "eighty",
            "FACTLINE_HTTP_PORT: 'eighty' is not a whole number; for example FACTLINE_HTTP_PORT=8090",
        ),
        (
            "FACTLINE_HTTP_PORT",
            "70000",
            "FACTLINE_HTTP_PORT: '70000' is not between 0 and 65535; for example FACTLINE_HTTP_PORT=8090",
        ),
        (
            "FACTLINE_STARTER",
            "perhaps",
            "FACTLINE_STARTER: 'perhaps' is neither true nor false; for example FACTLINE_STARTER=false",
        ),
        (
            "FACTLINE_LOG_LEVEL",
            "loud",
            "FACTLINE_LOG_LEVEL: 'loud' is not 'debug', 'info', 'warning' or 'error'; "
            "for example FACTLINE_LOG_LEVEL=debug",
        ),
        (
            "FACTLINE_CHROMA_URL",
            "localhost:8000",
            "FACTLINE_CHROMA_URL: 'localhost:8000' is not an address that starts with http:// or https://; "
            "for example FACTLINE_CHROMA_URL=http://localhost:8000",
        ),
        (
            "FACTLINE_DISCORD_GATEWAY_URL",
            "https://x.example",
            "FACTLINE_DISCORD_GATEWAY_URL: 'https://x.example' is not an address that starts with ws:// or wss://; "
            "for example FACTLINE_DISCORD_GATEWAY_URL=ws://localhost:8083",
        ),
        (
            "FACTLINE_DEFAULT_LOCALE",
            "Mandarin, please",
            "FACTLINE_DEFAULT_LOCALE: 'Mandarin, please' is not a language tag; "
            "for example FACTLINE_DEFAULT_LOCALE=zh-TW",
        ),
        (
            "FACTLINE_USER_RATE_PER_MINUTE",
            "0",
            "FACTLINE_USER_RATE_PER_MINUTE: '0' is not between 1 and 100000; "
            "for example FACTLINE_USER_RATE_PER_MINUTE=30",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_one_line(name, value, line, env_file, monkeypatch):
    monkeypatch.setenv(name, value)
    assert problems(env_file) == (line,)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "FACTLINE_TELEGRAM_TOKNE",
            "FACTLINE_TELEGRAM_TOKNE: Factline has no such setting; did you mean FACTLINE_TELEGRAM_TOKEN?",
        ),
        ("FACTLINE_COLOUR", "FACTLINE_COLOUR: Factline has no such setting; docs/settings.md lists them all."),
    ],
)
@pytest.mark.parametrize("place", ["environment", "file"])
def test_an_unknown_name_is_one_line(name, line, place, env_file, monkeypatch):
    if place == "file":
        env_file.write_text(f"{name}=1\n")
    else:
        monkeypatch.setenv(name, "1")
    assert problems(env_file) == (line,)


def test_all_problems_are_told_at_once(env_file, monkeypatch):
    monkeypatch.setenv("FACTLINE_HTTP_PORT", "x")
    monkeypatch.setenv("FACTLINE_STARTER", "x")
    monkeypatch.setenv("FACTLINE_NOPE", "x")
    assert [line.split(":")[0] for line in problems(env_file)] == [
        "FACTLINE_NOPE",
        "FACTLINE_STARTER",
        "FACTLINE_HTTP_PORT",
    ]


def test_a_file_that_is_no_text_is_one_line(env_file):
    env_file.write_bytes(b"FACTLINE_HTTP_PORT=\xff\xfe80\n")
    assert problems(env_file) == (f"{env_file}: is not UTF-8 text; save it as UTF-8.",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FACTLINE_TELEGRAM_TOKEN", "sekrit token"),
        ("FACTLINE_DISCORD_TOKEN", "sekrit token"),
        ("FACTLINE_SECRET_KEY", "sekrit"),
        ("FACTLINE_TELEGRAM_WEBHOOK_SECRET", "sekrit!"),
        ("FACTLINE_DATABASE_URL", "mysql://me:sekrit@host/db"),
    ],
)
def test_a_secret_is_never_part_of_the_complaint(name, value, env_file, monkeypatch):
    monkeypatch.setenv(name, value)
    (line,) = problems(env_file)
    assert line.startswith(f"{name}: the value ")
    assert "sekrit" not in line.replace(value[: value.index("sekrit")], "")


def test_secrets_are_not_printed(env_file, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(env_file)
    assert "sekrit" not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    assert settings.telegram_token.get_secret_value() == SECRETS["FACTLINE_TELEGRAM_TOKEN"]
    assert set(settings.secrets) == {*SECRETS.values(), "sekrit"}


def test_settings_are_frozen(env_file):
    settings = load_settings(env_file)
    with pytest.raises(ValidationError):
        settings.http_port = 1
    assert pickle.loads(pickle.dumps(settings.http_port)) == 8080


def test_every_example_is_a_value_that_works(env_file, monkeypatch):
    for name, field in Settings.model_fields.items():
        monkeypatch.setenv(variable(name), field.examples[0])
    settings = load_settings(env_file)
    assert settings.http_port == 8090


def test_every_setting_of_the_design_is_there():
    wanted = """DATA_DIR DATABASE_URL CHROMA_URL EMBEDDING_MODEL LLM TELEGRAM_TOKEN TELEGRAM_API_URL
        TELEGRAM_WEBHOOK_URL
    TELEGRAM_WEBHOOK_SECRET DISCORD_TOKEN DISCORD_API_URL DISCORD_GATEWAY_URL HTTP_HOST HTTP_PORT PUBLIC_URL SECRET_KEY
    DEFAULT_LOCALE STARTER LOG_LEVEL LOG_FORMAT""".split()
    assert {name.lower() for name in wanted} <= set(Settings.model_fields)
