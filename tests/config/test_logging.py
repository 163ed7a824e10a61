from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logging import configure_logging, redact
from config.settings import LogFormat, LogLevel

TOKEN = "123456789:AAF0abcdefghijklmnopqrstuvwxyz12345"


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    names = ("httpx", "telegram", "discord", "uvicorn.access", "sqlalchemy")
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


def lines(level: LogLevel = LogLevel.DEBUG, log_format: LogFormat = LogFormat.JSON, secrets=()) -> io.StringIO:
    stream = io.StringIO()
    configure_logging(level, log_format, secrets, stream)
    return stream


def test_a_line_is_json_where_nobody_looks():
    stream = lines(log_format=LogFormat.AUTO)
    structlog.get_logger("bot").info("starter_loaded", fact_checks=60)
    found = json.loads(stream.getvalue())
    assert (found["event"], found["fact_checks"], found["level"], found["logger"]) == (
        "starter_loaded",
        60,
        "info",
        "bot",
    )
    assert found["timestamp"].endswith("Z")


@pytest.mark.parametrize("log_format", [LogFormat.JSON, LogFormat.CONSOLE])
def test_secrets_never_reach_a_line(log_format):
    stream = lines(log_format=log_format, secrets=("a-secret-phrase",))
    log = structlog.get_logger("bot")
    log.warning("calling", url=f"https://api.telegram.org/bot{TOKEN}/getMe", key="a-secret-phrase")
    logging.getLogger("anything").error("database postgresql://factline:pass@host/db and %s", "a-secret-phrase")
    try:
        raise RuntimeError(f"no answer from bot{TOKEN}")
    except RuntimeError:
        log.exception("failed")
    text = stream.getvalue()
    assert "RuntimeError" in text
    for secret in (TOKEN, "AAF0abc", "a-secret-phrase", "pass@"):
        assert secret not in text


@pytest.mark.parametrize("name", ["httpx", "telegram", "discord", "uvicorn.access", "sqlalchemy"])
def test_libraries_that_log_addresses_or_bodies_are_silent_even_in_debug(name):
    stream = lines(LogLevel.DEBUG)
    logging.getLogger(name).info("https://example.org/secret")
    logging.getLogger(f"{name}.inner").debug("body")
    assert stream.getvalue() == ""
    logging.getLogger(name).warning("this matters")
    assert "this matters" in stream.getvalue()


def test_setting_up_twice_does_not_log_twice():
    lines()
    stream = lines()
    structlog.get_logger("bot").info("once")
    assert stream.getvalue().count("once") == 1


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"/bot{TOKEN}/getMe", "/bot***/getMe"),
        ("postgresql://me:pw@host/db", "postgresql://***@host/db"),
        ("12:30 o'clock, 2024-01-02", "12:30 o'clock, 2024-01-02"),
        ("https://example.org/a:b@c", "https://example.org/a:b@c"),
    ],
)
def test_what_looks_like_a_secret_is_replaced(text, clean):
    assert redact(text) == clean
