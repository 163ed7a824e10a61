"""The conversation as data: what comes in, what goes out. Knows no platform and no SDK."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MAX_ACTION_BYTES = 64  # Telegram's callback_data limit, the smallest of all platforms


class ChatKind(StrEnum):
    """Where a message was written."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


class ActionName(StrEnum):
    """What a button asks for. The values travel inside buttons that outlive releases: never reuse one."""

    SHOW = "s"  # argument: fact-check id; "did you mean" was answered with this one
    NONE_OF_THESE = "n"  # no argument
    NOT_MEANT = "w"  # argument: fact-check id; "not what I meant"
    ASK_EDITORS = "a"  # no argument; consent to send the quoted message to the editors
    NO_THANKS = "x"  # no argument
    NOTIFY = "t"  # argument: rumor id; "tell me when checked"
    SHARE = "h"  # argument: fact-check id
    WHY = "y"  # argument: fact-check id
    COMMAND = "c"  # argument: command words, e.g. "language zh-TW"
    CONFIRM = "k"  # argument: what is confirmed, e.g. "forget"
    POST_PUBLICLY = "p"  # argument: fact-check id


@dataclass(frozen=True, slots=True)
class Action:
    """A pressed button; encodes itself into at most 64 bytes and needs no memory of the message it was on."""

    name: ActionName
    argument: str = ""

    def encode(self) -> str:
        """Return the wire form, `name` or `name:argument`.

        Raises:
            ValueError: longer than `MAX_ACTION_BYTES` bytes.
        """
        wire = f"{self.name}:{self.argument}" if self.argument else str(self.name)
        if len(wire.encode()) > MAX_ACTION_BYTES:
            raise ValueError(f"action is longer than {MAX_ACTION_BYTES} bytes: {self.name}")
        return wire

    @classmethod
    def decode(cls, wire: str) -> Action | None:
        """Return the action, or None for a wire form nobody (any longer) knows."""
        name, _, argument = wire.partition(":")
        try:
            return cls(ActionName(name), argument)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One thing a person did: wrote or forwarded a message, called a command, pressed a button.

    `chat_id` and `user_id` are the platform's own ids as text; they identify a person and stay out of logs.
    `text` is the message, caption, poll or transcript; for a command, what follows it. `quoted_text` is the
    message this one replies to, or, for a button, the asker's message the pressed reply had answered: it is
    what makes buttons work after a restart. `unsupported` names a kind that carries no readable text
    ("sticker", "location", "voice", "video", "photo", "document"). `update_id` is unique per platform.
    """

    platform: str
    chat_id: str
    user_id: str
    update_id: str
    text: str = ""
    chat_kind: ChatKind = ChatKind.PRIVATE
    message_id: str = ""
    thread_id: str = ""
    command: str = ""
    action: Action | None = None
    quoted_text: str = ""
    urls: tuple[str, ...] = ()
    locale_hint: str = ""
    is_forward: bool = False
    is_mention: bool = False
    is_edit: bool = False
    is_admin: bool = False
    unsupported: str = ""
    received_at: datetime | None = None


class BlockRole(StrEnum):
    """What a piece of a reply is, so that each platform can dress it; the words are already final."""

    VERDICT = "verdict"  # sign, word and fact headline: always first
    CLAIM = "claim"  # "You may have seen: ..." - the rumor, flagged, once
    MATCHED = "matched"  # the sentence of a long forward this answers
    WHY = "why"
    FACT = "fact"
    SOURCE = "source"  # has a url where there is one
    CERTAINTY = "certainty"
    NARRATIVE = "narrative"
    NOTE = "note"  # small print
    CHOICE = "choice"  # one of "did you mean"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a reply: plain text, never markup; `label` is printed before it, `url` is its link."""

    role: BlockRole
    text: str
    label: str = ""
    url: str = ""

    @property
    def gap(self) -> str:
        """What stands between label and text: a space, or nothing after a full-width mark ("不實：")."""
        return " " if self.label and self.text and self.label[-1] not in "：。！？」）" else ""

    @property
    def line(self) -> str:
        """Label and text as one line of plain text, without the url."""
        return f"{self.label}{self.gap}{self.text}"


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a reply: carries an action, opens a url, or shares `share_text` into another chat."""

    label: str
    action: Action | None = None
    url: str = ""
    share_text: str = ""


class ReplyKind(StrEnum):
    """What a reply is, for metrics and for adapters that treat kinds differently (ephemeral, pinned...)."""

    CORRECTION = "correction"
    POSSIBLE = "possible"
    NONE = "none"
    UNAVAILABLE = "unavailable"
    COMMAND = "command"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact-check revision that a reply shows; the answer ledger records it."""

    fact_check_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to send back. `locale` is the language of the words in it.

    `alert` is a short line for platforms that can show one on a pressed button. `replaces` is true where the
    message whose button was pressed should be edited instead of a new one sent (where the platform can).
    `document` is an attachment: (file name, content), e.g. for /mydata.
    """

    kind: ReplyKind
    blocks: tuple[Block, ...]
    locale: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    shown: tuple[Shown, ...] = ()
    alert: str = ""
    replaces: bool = False
    document: tuple[str, str] | None = None

    def plain_text(self) -> str:
        """Return the whole reply as plain text: the fallback every platform can send."""
        lines = []
        for block in self.blocks:
            line = block.line
            lines.append(f"{line}\n{block.url}" if block.url and block.url not in line else line)
        return "\n\n".join(lines)


@dataclass(frozen=True, slots=True)
class PlatformLimits:
    """What a platform can do, as values; nobody asks which platform it is.

    `pushes_apart`: what is sent later arrives in another chat than this one, a private one.
    `watch_note` is the key of what a group's admins are told when they choose watching: what it takes there, "" for
    nothing.
    """

    max_text_chars: int
    max_buttons: int
    max_action_bytes: int = MAX_ACTION_BYTES
    can_edit: bool = False
    can_push: bool = False
    can_share: bool = False
    pushes_apart: bool = False
    watch_note: str = "settings.watch_note"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is being talked to: the address an answer, a digest or a correction goes to."""

    platform: str
    chat_id: str
    user_id: str
    chat_kind: ChatKind = ChatKind.PRIVATE
    thread_id: str = ""
    extra: tuple[tuple[str, str], ...] = field(default_factory=tuple)
