"""Errors of the process.

BotError
├── OperatorMistake    the operator can mend it; its text is one plain sentence, shown as it is
├── DataDirUnusable    the data folder cannot be made or written
├── DataDirInUse       another Factline owns it
├── AddressInUse       the port cannot be listened on
└── ServerUnreachable  a running Factline owns the data folder but does not answer

`EXIT_*` are the command line's exit codes; docs/settings.md and `factline --help` name them.
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_FOUND_PROBLEMS = 1  # the command ran to its end; what it found needs a look (rejected records, a failed check)
EXIT_WRONG_USE = 2  # arguments or settings
EXIT_NOT_AVAILABLE = 3  # data folder, database, port, file or running server cannot be used
EXIT_BUG = 70  # sysexits.h EX_SOFTWARE
EXIT_INTERRUPTED = 130  # 128 + SIGINT


class BotError(Exception):
    """Root; the text is fit for an operator, `exit_code` is what the command ends with."""

    exit_code = EXIT_NOT_AVAILABLE


class OperatorMistake(BotError):
    """Something the operator can mend.

    Attributes:
        exit_code: what the command ends with.
    """

    def __init__(self, message: str, exit_code: int = EXIT_NOT_AVAILABLE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class DataDirUnusable(BotError):
    """The data folder cannot be made or written.

    Attributes:
        path: the folder.
        reason: what the system said.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"The data folder {path} cannot be written ({reason}). "
            "Give this user write permission, or set FACTLINE_DATA_DIR to a folder that can be written."
        )
        self.path = path
        self.reason = reason


class DataDirInUse(BotError):
    """Another Factline owns the data folder.

    Attributes:
        path: the folder.
        holder: who, since when, where, in words.
    """

    def __init__(self, path: str, holder: str) -> None:
        super().__init__(
            f"The data folder {path} is in use by another Factline ({holder}). "
            "Use that one, stop it first, or set FACTLINE_DATA_DIR to another folder."
        )
        self.path = path
        self.holder = holder


class AddressInUse(BotError):
    """The address cannot be listened on.

    Attributes:
        host: where.
        port: which.
    """

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Port {port} on {host} cannot be used ({reason}). "
            f"Stop what uses it, or choose another with FACTLINE_HTTP_PORT, for example FACTLINE_HTTP_PORT={port + 10}."
        )
        self.host = host
        self.port = port


class ServerUnreachable(BotError):
    """A running Factline owns the data folder and does not answer."""
