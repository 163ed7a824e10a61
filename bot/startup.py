"""What every command does first: read the settings, set up logging."""

from __future__ import annotations

import sys

from config.logging import configure_logging
from config.settings import LogLevel, Settings, load_settings


def start(*, quiet: bool = True) -> Settings:
    """Return the settings, with logging set up.

    Args:
        quiet: for commands a person waits for: below WARNING only with FACTLINE_LOG_LEVEL=debug.

    Raises:
        SettingsError: settings that cannot be used.
    """
    settings = load_settings()
    level = settings.log_level
    if quiet and level is LogLevel.INFO:
        level = LogLevel.WARNING
    configure_logging(level, settings.log_format, settings.secrets)
    return settings


def say(line: str) -> None:
    """Tell the operator something beside the result: on stderr, so that pipes stay clean."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
