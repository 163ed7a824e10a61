"""Logging set-up: structured lines on stderr, without secrets and without the words people wrote."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO

import structlog

from config.settings import LogFormat, LogLevel

REDACTED = "***"

# A Telegram token (in URLs and alone), a Discord token, a password inside an address.
_SECRET_SHAPES = re.compile(
    r"(?<!\d)\d{6,}:[A-Za-z0-9_-]{30,}"
    r"|[MNO][A-Za-z0-9_-]{22,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{27,}"
    r"|(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"
)
# They log addresses with tokens, or message bodies, below WARNING; also when FACTLINE_LOG_LEVEL=debug.
_TALKATIVE = (
    "httpx", "httpcore", "telegram", "discord", "aiohttp", "apscheduler", "chromadb", "urllib3", "filelock", "asyncio",
    "sentence_transformers", "transformers", "huggingface_hub", "langchain", "openai", "python_multipart", "onnxscript",
    "torch", "sqlalchemy", "alembic", "opentelemetry", "websockets", "uvicorn.access", "uvicorn.error",
)  # fmt: skip


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` with every known secret, and whatever looks like a token or a password, replaced."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    return _SECRET_SHAPES.sub(REDACTED, text)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line, so that arguments, addresses and tracebacks are covered alike."""

    def __init__(self, *, secrets: tuple[str, ...], json_lines: bool, colors: bool) -> None:
        renderer: structlog.typing.Processor = (
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if json_lines
            else structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
        )
        shaping: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
        if json_lines:
            shaping.append(structlog.processors.format_exc_info)
        super().__init__(processors=[*shaping, renderer], foreign_pre_chain=_SHARED)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), self._secrets)


_SHARED: list[structlog.typing.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_logging(
    level: LogLevel, log_format: LogFormat, secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Set up the standard library's root logger and structlog on top of it. Calling again replaces the set-up.

    Args:
        level: the lowest level shown; libraries that log addresses or bodies stay at WARNING.
        log_format: `AUTO` means readable on a terminal and JSON elsewhere.
        secrets: values replaced wherever they turn up in a line.
        stream: where lines go; stderr by default.
    """
    stream = stream or sys.stderr
    on_terminal = stream.isatty()
    json_lines = log_format is LogFormat.JSON or (log_format is LogFormat.AUTO and not on_terminal)
    handler = logging.StreamHandler(stream)
    known = tuple(sorted(filter(None, secrets), key=len, reverse=True))
    handler.setFormatter(_RedactingFormatter(secrets=known, json_lines=json_lines, colors=on_terminal))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
