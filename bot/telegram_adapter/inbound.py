"""Hop 1: a Telegram update becomes an `IncomingMessage`. Pure; who a message was forwarded from is never read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import CallbackQuery, Chat, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from bot.pointing import is_pointing
from handlers.messages import Action, ActionName, ChatKind, IncomingMessage
from handlers.wording import has_words

PLATFORM = "telegram"
_KINDS = {
    ChatType.PRIVATE: ChatKind.PRIVATE,
    ChatType.GROUP: ChatKind.GROUP,
    ChatType.SUPERGROUP: ChatKind.GROUP,
    ChatType.CHANNEL: ChatKind.CHANNEL,
}
# Telegram's kinds of content without text, in the words of `IncomingMessage.unsupported`.
_UNREADABLE = (
    ("sticker", "sticker"),
    ("venue", "location"),
    ("location", "location"),
    ("voice", "voice"),
    ("audio", "voice"),
    ("video_note", "video"),
    ("animation", "video"),
    ("video", "video"),
    ("photo", "photo"),
    ("document", "document"),
    ("story", "video"),
    ("contact", "contact"),
    ("dice", "sticker"),
    ("game", "sticker"),
)
_CUT_CHARS = 4_000  # the app cuts what is pasted into messages of at most 4,096, at a space
_MAX_TEXT_CHARS = 20_000  # Telegram allows 4,096; a local Bot API server is not trusted to hold to it
_UNKNOWN_BUTTON = Action(ActionName.COMMAND, "unknown")  # answered as a button of an older version


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Received:
    """A message with what only Telegram needs to answer it; ids are Telegram's message ids, 0 for none.

    `reply_to` is the message the answer quotes, `pressed` the one whose button was pressed, `album` joins the
    parts of an album, `is_comment` marks a few words that most likely speak about another message of the burst,
    `is_cut` a text so long that the app must have cut it, so that the rest follows. The lane adds when it arrived
    (the event loop's clock), and whether it is an aside: a comment right behind a message it can speak about.
    """

    message: IncomingMessage
    reply_to: int = 0
    pressed: int = 0
    callback_id: str = ""
    album: str = ""
    is_comment: bool = False
    is_cut: bool = False
    is_aside: bool = False
    arrived_s: float = 0.0


def read(update: Update, me: Me, now: datetime) -> Received | None:
    """Return what somebody said or pressed; None for updates that are no part of the conversation."""
    if update.callback_query is not None:
        return _read_press(update, update.callback_query, now)
    edited = update.edited_message or update.edited_channel_post
    message = edited or update.message or update.channel_post
    if message is None or not _is_said(message, me):
        return None
    return _read_message(update.update_id, message, me, now, is_edit=edited is not None)


def _is_said(message: Message, me: Me) -> bool:
    """Whether a person said it: no service message, no other bot, nothing we wrote (inline results among it)."""
    if message.via_bot is not None and message.via_bot.id == me.id:
        return False
    author = message.from_user
    if author is not None and author.is_bot and message.sender_chat is None:  # anonymous admins write through a bot
        return False
    return bool(message.text or message.caption or message.poll or _unreadable(message))


def _read_message(update_id: int, message: Message, me: Me, now: datetime, *, is_edit: bool) -> Received | None:
    text, urls = _words_of(message), _urls_of(message)
    command, addressee, rest = _command_of(message)
    if command and addressee and addressee.lower() != me.username.lower():
        return None
    quoted_message = message.reply_to_message
    quotes_us = (
        quoted_message is not None and quoted_message.from_user is not None and quoted_message.from_user.id == me.id
    )
    quoted = _quoted_text(message)
    kind = _KINDS.get(ChatType(message.chat.type), ChatKind.GROUP)
    is_mention = False
    if command:
        text = rest
    elif kind is not ChatKind.PRIVATE:
        # A few words back to us ("thanks!") are no question; whoever means us by name is answered.
        is_mention = _mentions(message, me) or (quotes_us and not is_pointing(text))
        text = _without_mention(text, me) if is_mention else text
    points = not command and bool(quoted) and not quotes_us and message.forward_origin is None and is_pointing(text)
    if points and (is_mention or (kind is ChatKind.PRIVATE and message.quote is not None)):
        # "Is this true?" over somebody's words: the words are what is asked about.
        command, text = "check", ""
    elif is_mention and not has_words(text) and not urls:
        command, text = "check", ""
    if command in {"check", "why"} and not has_words(text):
        urls += _urls_of(quoted_message) if quoted_message is not None and not quotes_us else ()
    incoming = IncomingMessage(
        platform=PLATFORM,
        chat_id=str(message.chat.id),
        user_id=_author_id(message),
        update_id=_identity(update_id, message, message.edit_date),
        text=text[:_MAX_TEXT_CHARS],
        chat_kind=kind,
        message_id=str(message.message_id),
        thread_id=_thread_of(message),
        command=command,
        quoted_text="" if quotes_us and command == "check" else quoted[:_MAX_TEXT_CHARS],
        urls=tuple(dict.fromkeys(urls)),
        locale_hint=_language_of(message.from_user),
        is_forward=message.forward_origin is not None,
        is_mention=is_mention,
        is_edit=is_edit,
        unsupported="" if has_words(text) else _unreadable(message),
        received_at=now,
    )
    return Received(
        incoming,
        reply_to=message.message_id,
        album=message.media_group_id or "",
        is_cut=not command and not incoming.is_forward and not is_edit and len(message.text or "") >= _CUT_CHARS,
        is_comment=not command
        and not incoming.is_forward
        and not urls
        and is_pointing(text)
        and not incoming.unsupported,
    )


def _read_press(update: Update, query: CallbackQuery, now: datetime) -> Received | None:
    pressed = query.message
    if pressed is None:  # on a message posted through inline mode: it has links only
        return None
    asked = pressed.reply_to_message if isinstance(pressed, Message) else None
    action = Action.decode(query.data or "") or _UNKNOWN_BUTTON
    incoming = IncomingMessage(
        platform=PLATFORM,
        chat_id=str(pressed.chat.id),
        user_id=str(query.from_user.id),
        update_id=_identity(update.update_id, query.id),
        chat_kind=_KINDS.get(ChatType(pressed.chat.type), ChatKind.GROUP),
        message_id=str(pressed.message_id),
        thread_id=_thread_of(pressed) if isinstance(pressed, Message) else "",
        action=action,
        quoted_text=_asked_text(asked)[:_MAX_TEXT_CHARS] if asked is not None else "",
        urls=_urls_of(asked) if asked is not None else (),
        locale_hint=_language_of(query.from_user),
        received_at=now,
    )
    return Received(
        incoming,
        reply_to=asked.message_id if asked is not None else 0,
        pressed=pressed.message_id,
        callback_id=query.id,
    )


def merge_album(parts: list[Received]) -> Received:
    """Return an album as one message: its captions together, answered where its first part stands."""
    first = min(parts, key=lambda part: part.reply_to)
    captions = list(dict.fromkeys(part.message.text for part in parts if has_words(part.message.text)))
    text = "\n".join(captions)
    urls = tuple(dict.fromkeys(url for part in parts for url in part.message.urls))
    command = next((part.message.command for part in parts if part.message.command), "")
    captioned = next((part for part in parts if part.message.text), first)
    message = replace(
        first.message,
        text=text,
        urls=urls,
        command=command,
        is_mention=any(part.message.is_mention for part in parts),
        quoted_text=captioned.message.quoted_text,
        unsupported="" if text or urls else first.message.unsupported,
    )
    return replace(first, message=message, reply_to=captioned.reply_to if text else first.reply_to, is_comment=False)


def merge_cut(first: Received, rest: Received) -> Received:
    """Return a pasted text the app had cut in two as one message."""
    message = replace(
        first.message,
        text=f"{first.message.text}\n{rest.message.text}"[:_MAX_TEXT_CHARS],
        urls=tuple(dict.fromkeys((*first.message.urls, *rest.message.urls))),
    )
    return replace(first, message=message, is_cut=rest.is_cut)


def _identity(update_id: int, *parts: Message | datetime | str | None) -> str:
    """Return what two deliveries of one update share, and no two updates.

    The number alone is not enough: after a quiet week Telegram starts from a random one, and another bot's numbers
    (a new token on the same data folder) know nothing of ours.
    """
    words = "|".join(
        f"{part.chat.id}/{part.message_id}/{part.date}" if isinstance(part, Message) else str(part) for part in parts
    )
    return f"{update_id}.{hashlib.blake2b(words.encode(), digest_size=6).hexdigest()}"


def _words_of(message: Message) -> str:
    if message.poll is not None:
        return "\n".join([message.poll.question, *(option.text for option in message.poll.options)])
    return message.text or message.caption or ""


def _asked_text(asked: Message) -> str:
    """Return what the asker had sent: for "/check words" the words, for "/check" over a message nothing is known."""
    command, _, rest = _command_of(asked)
    return rest if command else _words_of(asked)


def _quoted_text(message: Message) -> str:
    if message.quote is not None:
        return message.quote.text
    return _asked_text(message.reply_to_message) if message.reply_to_message is not None else ""


def _urls_of(message: Message) -> tuple[str, ...]:
    found: list[str] = []
    for entities, whole in ((message.entities, message.text), (message.caption_entities, message.caption)):
        for entity in entities if whole else ():
            if entity.type == MessageEntity.TEXT_LINK and entity.url:
                found.append(entity.url)
            elif entity.type == MessageEntity.URL:
                found.append(_slice(whole or "", entity))
    return tuple(found)


def _slice(text: str, entity: MessageEntity) -> str:
    """Return what an entity covers; its numbers count UTF-16 code units."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace")


def _command_of(message: Message) -> tuple[str, str, str]:
    """Return command, the bot it is addressed to ("" for whoever hears it), and what follows it."""
    text, entities = message.text or message.caption or "", message.entities or message.caption_entities
    for entity in entities:
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            called = _slice(text, entity)
            name, _, addressee = called.removeprefix("/").partition("@")
            return name.lower(), addressee, text[len(called) :].strip()
    return "", "", ""


def _mentions(message: Message, me: Me) -> bool:
    text, entities = message.text or message.caption or "", message.entities or message.caption_entities
    for entity in entities:
        if entity.type == MessageEntity.MENTION and _slice(text, entity).lower() == f"@{me.username.lower()}":
            return True
        if entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id:
            return True
    return False


def _without_mention(text: str, me: Me) -> str:
    mention = f"@{me.username}"
    at = text.lower().find(mention.lower())
    return " ".join(filter(None, (text[:at].strip(), text[at + len(mention) :].strip()))) if at >= 0 else text


def _unreadable(message: Message) -> str:
    return next((ours for theirs, ours in _UNREADABLE if getattr(message, theirs)), "")


def _author_id(message: Message) -> str:
    author: User | Chat | None = message.sender_chat or message.from_user
    return str(author.id) if author is not None else str(message.chat.id)


def _thread_of(message: Message) -> str:
    return str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else ""


def _language_of(user: User | None) -> str:
    """Return the language of somebody's app; Telegram's names for Chinese become BCP 47 tags with a region."""
    code = (user.language_code or "") if user is not None else ""
    return {"zh-hant": "zh-TW", "zh-hans": "zh-CN"}.get(code.lower(), code)
