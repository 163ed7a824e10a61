"""The settings: one frozen object, loaded once from `FACTLINE_*` variables and `.env`.

A value that cannot be used and a name nobody knows both stop the start with one plain line each: a misspelt
setting that is silently ignored costs an operator an evening.
"""

from __future__ import annotations

import difflib
import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FACTLINE_"
ENV_FILE = Path(".env")


class SettingsError(Exception):
    """Settings that cannot be used.

    Attributes:
        problems: one line each: the variable, what is wrong with it, an example. Never a secret's value.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a log line looks; `AUTO` is readable on a terminal and JSON elsewhere."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


def _setting(default: object, section: str, description: str, example: str) -> Any:
    return Field(
        default=default, validate_default=False, description=description, examples=[example],
        json_schema_extra={"section": section},
    )  # fmt: skip


class Settings(BaseSettings):
    """Everything an operator can set. Each field's description and example end up in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        str_strip_whitespace=True,
    )

    data_dir: Path = _setting(
        Path("factline-data"), "Where things are kept",
        "Folder of everything Factline keeps: the database, the search index, the exported embedding model. "
        "Made where it does not exist; one running Factline per folder.",
        "/var/lib/factline",
    )  # fmt: skip
    models_dir: Path | None = _setting(
        None, "Where things are kept",
        "Folder for the exported embedding model and cached embeddings; `models` in the data folder where empty. "
        "Holds nothing that cannot be made again.",
        "/var/cache/factline",
    )  # fmt: skip
    database_url: SecretStr = _setting(
        SecretStr(""), "Where things are kept",
        "The record. An SQLite file in the data folder where empty; `postgresql://` for PostgreSQL 13 or newer.",
        "postgresql://factline:secret@localhost/factline",
    )  # fmt: skip
    chroma_url: str = _setting(
        "", "Where things are kept",
        "A Chroma server for the vectors; embedded in the data folder where empty.",
        "http://localhost:8000",
    )  # fmt: skip
    starter: bool = _setting(
        True, "Where things are kept",
        "Load the starter fact-checks into an empty database on the first start.",
        "false",
    )  # fmt: skip

    embedding_model: str = _setting(
        "", "Matching",
        "Any sentence-transformers model id or local folder. Where empty, the bundled all-MiniLM-L6-v2 (English). "
        "A change rebuilds the index by itself.",
        "intfloat/multilingual-e5-small",
    )  # fmt: skip
    llm: str = _setting(
        "", "Matching",
        "Kept for a LangChain chat model that is asked whether two texts state the same claim, and has no say over a "
        "verdict. This version asks none: setting it changes nothing yet.",
        "openai:gpt-4.1-mini",
    )  # fmt: skip

    telegram_token: SecretStr = _setting(
        SecretStr(""), "Telegram",
        "The bot's token from @BotFather; with it, the Telegram bot starts.",
        "123456789:AAF0abcdefghijklmnopqrstuvwxyz12345",
    )  # fmt: skip
    telegram_api_url: str = _setting(
        "https://api.telegram.org", "Telegram",
        "Root of the Bot API server.",
        "http://localhost:8081",
    )  # fmt: skip
    telegram_webhook_url: str = _setting(
        "", "Telegram",
        "Public address Telegram delivers updates to; long polling where empty.",
        "https://tipline.example.org/telegram",
    )  # fmt: skip
    telegram_webhook_secret: SecretStr = _setting(
        SecretStr(""), "Telegram",
        "The secret Telegram repeats with every webhook delivery; made up and kept in the data folder where empty.",
        "a-long-random-word",
    )  # fmt: skip

    discord_token: SecretStr = _setting(
        SecretStr(""), "Discord",
        "The bot's token from Discord's developer portal; with it, the Discord bot starts.",
        "MTE0.Gxyz.abcdefghijklmnopqrstuvwxyz",
    )  # fmt: skip
    discord_api_url: str = _setting(
        "https://discord.com/api/v10", "Discord",
        "Root of Discord's REST interface, up to and with its version.",
        "http://localhost:8082/api/v10",
    )  # fmt: skip
    discord_gateway_url: str = _setting(
        "wss://gateway.discord.gg", "Discord",
        "Discord's gateway.",
        "ws://localhost:8083",
    )  # fmt: skip
    discord_message_content: bool = _setting(
        False, "Discord",
        "Ask Discord for what people write among themselves, which watching a server needs. Switch on Message Content "
        "Intent in the developer portal first; everything else works without it.",
        "true",
    )  # fmt: skip
    discord_shards: int = _setting(
        1, "Discord",
        "Connections to Discord's gateway; from 2,500 servers on Discord wants more than one. 0 asks Discord how many.",
        "0",
    )  # fmt: skip

    http_host: str = _setting(
        "127.0.0.1", "Web",
        "Address to listen on; `0.0.0.0` for every network interface.",
        "192.168.1.10",
    )  # fmt: skip
    http_port: int = _setting(
        8080, "Web",
        "Port to listen on; 0 takes any free one and prints it.",
        "8090",
    )  # fmt: skip
    public_url: str = _setting(
        "", "Web",
        "Where people reach the web pages. Where empty, replies link to the publishers only, and feeds name the "
        "address "
        "listened on.",
        "https://tipline.example.org",
    )  # fmt: skip
    secret_key: SecretStr = _setting(
        SecretStr(""), "Web",
        "Signs cookies; at least 16 characters. Made up once and kept in the data folder where empty.",
        "a-long-random-phrase-of-your-own",
    )  # fmt: skip

    default_locale: str = _setting(
        "en", "Conversation",
        "Language of a reply where neither the message nor the person says one: `en` or `zh-TW`.",
        "zh-TW",
    )  # fmt: skip
    operator: str = _setting(
        "",
        "Conversation",
        "Who runs this copy of Factline, as shown on its pages and in /privacy.",
        "Example Fact-Check Centre",
    )  # fmt: skip
    single_editor: bool = _setting(
        False, "Newsroom",
        "One person runs the newsroom: the rule that somebody else has to approve is off, and the console says so.",
        "true",
    )  # fmt: skip
    answer_within_minutes: int = _setting(
        120, "Newsroom",
        "The time from the first question to a published fact-check that the newsroom sets itself.",
        "60",
    )  # fmt: skip

    user_rate_per_minute: int = _setting(
        20, "Conversation",
        "Messages a person may send a minute, on average; told politely once, then silence until it is less.",
        "30",
    )  # fmt: skip
    chat_rate_per_minute: int = _setting(
        60, "Conversation",
        "The same for a whole chat or group.",
        "120",
    )  # fmt: skip
    worker_threads: int = _setting(
        4, "Conversation",
        "How many messages are worked on at once.",
        "8",
    )  # fmt: skip

    log_level: LogLevel = _setting(
        LogLevel.INFO, "Logs",
        "`debug`, `info`, `warning` or `error`; `debug` also shows tracebacks on the command line.",
        "debug",
    )  # fmt: skip
    log_format: LogFormat = _setting(
        LogFormat.AUTO, "Logs",
        "`console`, `json`, or `auto`: readable on a terminal, JSON elsewhere. No message text is ever logged.",
        "json",
    )  # fmt: skip

    @field_validator("http_port")
    @classmethod
    def _port(cls, value: int) -> int:
        return _within(value, 0, 65535)

    @field_validator("user_rate_per_minute", "chat_rate_per_minute")
    @classmethod
    def _rate(cls, value: int) -> int:
        return _within(value, 1, 100_000)

    @field_validator("discord_shards")
    @classmethod
    def _shards(cls, value: int) -> int:
        return _within(value, 0, 1000)

    @field_validator("answer_within_minutes")
    @classmethod
    def _minutes(cls, value: int) -> int:
        return _within(value, 1, 100_000)

    @field_validator("worker_threads")
    @classmethod
    def _threads(cls, value: int) -> int:
        return _within(value, 1, 64)

    @field_validator("chroma_url", "telegram_api_url", "telegram_webhook_url", "discord_api_url", "public_url")
    @classmethod
    def _http_url(cls, value: str) -> str:
        return _address(value, ("http", "https"))

    @field_validator("discord_gateway_url")
    @classmethod
    def _gateway_url(cls, value: str) -> str:
        return _address(value, ("ws", "wss"))

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        scheme = value.get_secret_value().split(":", maxsplit=1)[0].split("+")[0]
        if scheme not in {"", "sqlite", "postgresql", "postgres"}:
            raise ValueError("is not the address of an SQLite or PostgreSQL database")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _telegram(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"(\d+:[A-Za-z0-9_-]+)?", value.get_secret_value()):
            raise ValueError("is not a bot token (digits, a colon, letters)")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value.get_secret_value()):  # Bot API, setWebhook.secret_token
            raise ValueError("may hold only letters, digits, - and _, at most 256")
        return value

    @field_validator("discord_token")
    @classmethod
    def _discord(cls, value: SecretStr) -> SecretStr:
        if re.search(r"\s", value.get_secret_value()):
            raise ValueError("holds a blank, so it was not copied whole")
        return value

    @field_validator("secret_key")
    @classmethod
    def _key(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 16:
            raise ValueError("is shorter than 16 characters")
        return value

    @field_validator("default_locale")
    @classmethod
    def _locale(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
            raise ValueError("is not a language tag")
        return value

    @field_validator("data_dir", "models_dir")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        return value if value is None else value.expanduser().absolute()

    @property
    def models_path(self) -> Path:
        """Folder of the exported model and cached embeddings."""
        return self.models_dir or self.data_path / "models"

    @property
    def data_path(self) -> Path:
        """The data folder, absolute."""
        return self.data_dir.absolute()

    @property
    def index_path(self) -> Path:
        """Folder of the derived index."""
        return self.data_path / "index"

    @property
    def database_address(self) -> str:
        """The database's SQLAlchemy address; may hold a password, so it is never printed."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_path / 'factline.db'}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value that is set: what logs must never show."""
        values = [getattr(self, name) for name in type(self).model_fields]
        found = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        password = urlsplit(self.database_url.get_secret_value()).password if self.database_url else None
        return tuple(filter(None, [*found, password]))


def variable(field_name: str) -> str:
    """Return the environment variable of a field."""
    return PREFIX + field_name.upper()


def load_settings(env_file: Path = ENV_FILE) -> Settings:
    """Read the settings from the environment, then from `env_file` (which need not exist).

    Args:
        env_file: a file of `NAME=value` lines; a variable of the environment wins over it.

    Raises:
        SettingsError: unknown or unusable ones, all of them at once.
    """
    given = {name.upper() for name in (*_names_in(env_file), *os.environ)}
    known = {variable(field) for field in Settings.model_fields}
    problems = [_unknown(name) for name in sorted(given - known) if name.startswith(PREFIX)]
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as exc:
        problems += [_malformed(str(error["loc"][0]), error["msg"], error["input"]) for error in exc.errors()]
        raise SettingsError(*problems) from None
    if problems:
        raise SettingsError(*problems)
    return settings


def _names_in(env_file: Path) -> list[str]:
    try:
        return list(dotenv_values(env_file)) if env_file.is_file() else []
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file}: is not UTF-8 text; save it as UTF-8.") from None
    except OSError as exc:
        raise SettingsError(f"{env_file}: cannot be read ({exc.strerror}).") from None


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), Settings.model_fields, n=1, cutoff=0.7)
    hint = f"did you mean {variable(near[0])}?" if near else "docs/settings.md lists them all."
    return f"{name}: Factline has no such setting; {hint}"


def _malformed(field_name: str, message: str, given: object) -> str:
    field: FieldInfo = Settings.model_fields[field_name]
    problem = _PLAIN.get(message, message.removeprefix("Value error, "))
    problem = re.sub(r"^Input should be (.*)$", r"is not \1", problem)
    shown = "the value" if field.annotation is SecretStr else repr(given)
    example = (field.examples or [""])[0]
    return f"{variable(field_name)}: {shown} {problem}; for example {variable(field_name)}={example}"


_PLAIN = {
    "Input should be a valid integer, unable to parse string as an integer": "is not a whole number",
    "Input should be a valid boolean, unable to interpret input": "is neither true nor false",
}


def _within(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise ValueError(f"is not between {low} and {high}")
    return value


def _address(value: str, schemes: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(value)
        usable = not value or (parts.scheme in schemes and parts.hostname and (parts.port or 1))
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"is not an address that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    return value.rstrip("/")
