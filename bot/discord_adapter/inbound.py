"""The first hop: what a Discord message or interaction says, as an `IncomingMessage`. Pure; asks Discord nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import discord

from bot.discord_adapter.render import quote_in
from bot.discord_adapter.views import read_custom_id
from bot.pointing import is_pointing
from handlers.messages import Action, ActionName, ChatKind, IncomingMessage
from handlers.router import COMMANDS
from handlers.wording import has_words, size, without_links

PLATFORM = "discord"
_MAX_TEXT_CHARS = 20_000  # Discord allows 4,000 in a message, 6,000 in an option; a fake or a proxy may not
_FEW_WORDS = 3  # a message this short beside its link is told by the link's own preview
_UNKNOWN_BUTTON = Action(ActionName.COMMAND)  # the conversation says that it is from an older version
_MENTIONS = re.compile(r"<(?:@[!&]?|#)\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|</[^:>]{1,100}:\d+>")
_TYPED_COMMAND = re.compile(r"/([a-z]{2,20})(?:\s+|$)")
_READ_TYPES = {discord.MessageType.default, discord.MessageType.reply}


@dataclass(frozen=True, slots=True)
class Received:
    """A message with what only Discord needs to answer it; ids are Discord's, "" for none.

    Attributes:
        message: what was said.
        channel_id: where it is answered.
        reply_to: the message the answer refers to; for a press, the asker's message.
        asked_id: for a press, the asker's message, whose words are still to be fetched.
        application_id: with `token`, the address of an interaction's answers.
        token: good for 15 minutes.
        is_press: a button was pressed.
        is_private: the answer is for the person alone.
        can_edit: the pressed message may be changed for good: nobody else reads it.
        is_posting: the answer is for everybody, as a message of its own.
        may_embed: embeds are shown there.
        can_post: a private answer may be posted for everybody.
        can_push: the chat can be written to later.
        is_apart: what is sent later arrives elsewhere, in a direct message.
        whole_server: a server's settings are meant, not a channel's.
        quote: the asker's words, to be shown again where nothing else leads back to them.
    """

    message: IncomingMessage
    channel_id: str
    reply_to: str = ""
    asked_id: str = ""
    application_id: str = ""
    token: str = ""
    is_press: bool = False
    is_private: bool = False
    can_edit: bool = False
    is_posting: bool = False
    may_embed: bool = True
    can_post: bool = False
    can_push: bool = True
    is_apart: bool = False
    whole_server: bool = False
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says: its text, links that are not in it, and what it is where it says nothing."""

    text: str
    urls: tuple[str, ...] = ()
    unsupported: str = ""
    is_forward: bool = False


def read_message(message: discord.Message, me: discord.ClientUser, now: datetime) -> Received | None:
    """Return what somebody wrote; None for what is no part of the conversation (other bots, system messages)."""
    author = message.author
    if author.bot or message.webhook_id is not None or message.type not in _READ_TYPES:
        return None
    words = words_of(message)
    guild = message.guild
    quoted_message = _quoted(message)
    quotes_us = quoted_message is not None and quoted_message.author.id == me.id
    is_mention = guild is not None and _mentions(message, me)
    if is_mention and quotes_us and is_pointing(words.text) and f"{me.id}>" not in message.content:
        is_mention = False  # "Thanks!" in reply to us: the mention is Discord's, not theirs
    quoted = words_of(quoted_message) if quoted_message is not None and not quotes_us else Words("")
    command, text, urls, unsupported = "", words.text, words.urls, words.unsupported
    is_reply = message.reference is not None and not words.is_forward and not quotes_us
    typed = _TYPED_COMMAND.match(text) if guild is None else None
    if typed and typed.group(1) in COMMANDS:
        command, text = typed.group(1), text[typed.end() :].strip()
    elif is_reply and (is_mention or guild is None) and is_pointing(text) and not urls:
        # "Is this true?" over somebody's words: the words are what is asked about.
        if has_words(quoted.text) or quoted.urls:
            command, text, urls = "check", "", quoted.urls
        elif guild is not None:
            text, unsupported = "", quoted.unsupported or "hidden"
    elif is_mention and not has_words(text) and not urls and not unsupported:
        command = "start"
    channel_id, thread_id = str(message.channel.id), ""
    chat_kind, chat_id = ChatKind.PRIVATE, str(author.id)
    if guild is not None:
        parent = getattr(message.channel, "parent_id", None) if isinstance(message.channel, discord.Thread) else None
        chat_kind, chat_id = ChatKind.GROUP, chat_of(str(guild.id), str(parent or channel_id))
        thread_id = channel_id if parent else ""
    incoming = IncomingMessage(
        platform=PLATFORM,
        chat_id=chat_id,
        user_id=str(author.id),
        update_id=f"m{message.id}",
        text=text,
        chat_kind=chat_kind,
        message_id=str(message.id),
        thread_id=thread_id,
        command=command,
        quoted_text=quoted.text,
        urls=urls,
        locale_hint=str(guild.preferred_locale) if guild is not None else "",
        is_forward=words.is_forward,
        is_mention=is_mention,
        unsupported="" if has_words(text) else unsupported,
        received_at=now,
    )
    return Received(
        incoming, channel_id, reply_to=str(message.id), may_embed=_may_embed_in(message), is_apart=guild is not None
    )


def read_command(
    interaction: discord.Interaction[Any], command: str, text: str, now: datetime, *, whole_server: bool = False
) -> Received:
    """Return a slash command, or (as "check") the message command with the target's words in `text`."""
    if command == "check" and text.strip().startswith("fc_"):
        command = "start"  # a headline chosen from the list
    place = _place(interaction, about_channel=command == "settings" or (command == "why" and not text))
    words = Words(_spoken(text))
    incoming = IncomingMessage(
        platform=PLATFORM,
        chat_id=_chat_id(interaction, place, whole_server=whole_server),
        user_id=str(interaction.user.id),
        update_id=f"i{interaction.id}",
        text=words.text,
        chat_kind=place.kind,
        thread_id=place.thread_id,
        command=command,
        locale_hint=str(interaction.locale),
        is_admin=_is_admin(interaction),
        received_at=now,
    )
    return Received(
        incoming,
        str(interaction.channel_id or ""),
        application_id=str(interaction.application_id),
        token=interaction.token,
        is_private=place.is_private,
        is_apart=place.is_private,
        may_embed=_may_embed(interaction),
        can_post=place.is_private,
        whole_server=whole_server,
        quote=words.text if command == "check" else "",
    )


def read_target(interaction: discord.Interaction[Any], target: discord.Message, now: datetime) -> Received:
    """Return "Apps > Fact-check" on a message: the message's words, asked about in private."""
    received = read_command(interaction, "check", "", now)
    words = words_of(target)
    message = replace(
        received.message,
        text=words.text,
        command="check" if has_words(words.text) or words.urls else "",
        urls=words.urls,
        is_forward=True,
        unsupported="" if has_words(words.text) else words.unsupported,
    )
    return replace(received, message=message, quote=words.text)


def read_press(interaction: discord.Interaction[Any], now: datetime) -> Received | None:
    """Return a pressed button; the words of the asker's message it refers to are still to be fetched.

    Without such a message they are read from the pressed one, where it shows them.
    """
    pressed = interaction.message
    told: Any = interaction.data or {}
    wire = str(told.get("custom_id") or "")
    if pressed is None or not wire:
        return None
    read = read_custom_id(wire)
    action = read.action or _UNKNOWN_BUTTON
    is_posting = action.name is ActionName.POST_PUBLICLY
    about_channel = is_posting or (action.name is ActionName.COMMAND and action.argument.startswith("settings"))
    place = _place(interaction, about_channel=about_channel)
    was_private = pressed.flags.ephemeral
    quote = quote_in(pressed.embeds)
    reference = pressed.reference
    asked_id = ""
    if not was_private and not quote and not is_posting:
        # Where the event does not say what the pressed message answered, the message itself does.
        asked_id = str((reference.message_id if reference is not None else None) or pressed.id)
    asked = reference.resolved if reference is not None and asked_id else None
    words = (asked_in(asked) if isinstance(asked, discord.Message) else None) or Words(quote)
    incoming = IncomingMessage(
        platform=PLATFORM,
        chat_id=_chat_id(interaction, place, whole_server=read.whole_server),
        user_id=str(interaction.user.id),
        update_id=f"i{interaction.id}",
        chat_kind=place.kind,
        message_id=str(pressed.id),
        thread_id=place.thread_id,
        action=action,
        quoted_text=words.text,
        urls=words.urls,
        locale_hint=str(interaction.locale),
        is_admin=_is_admin(interaction),
        received_at=now,
    )
    is_direct = interaction.guild_id is None and not place.is_private
    return Received(
        incoming,
        str(interaction.channel_id or ""),
        reply_to=asked_id if is_direct and asked_id != str(pressed.id) else "",
        asked_id=asked_id,
        application_id=str(interaction.application_id),
        token=interaction.token,
        is_press=True,
        is_private=place.is_private and not is_posting,
        is_apart=place.is_private,
        can_edit=was_private or is_direct,
        is_posting=is_posting,
        may_embed=_may_embed(interaction),
        can_post=place.is_private and not is_posting,
        can_push=not is_posting or _is_installed_here(interaction),
        whole_server=read.whole_server,
        quote=words.text,
    )


def words_of(message: discord.Message) -> Words:
    """Return what a message says, forwarded ones and polls among it, without names, ids and emoji of its server."""
    texts = [message.content]
    embeds = list(message.embeds)
    attachments = [*message.attachments]
    for snapshot in message.message_snapshots:
        texts.append(snapshot.content)
        embeds += snapshot.embeds
        attachments += snapshot.attachments
    if message.poll is not None:
        texts += [message.poll.question, *(answer.text for answer in message.poll.answers)]
    text = _spoken("\n".join(each for each in texts if each))
    if size(without_links(text, "")) < _FEW_WORDS:  # a bare link, or another bot's card: its preview is the post
        text = "\n".join(filter(None, [text, *(_spoken(each) for each in _preview_texts(embeds))]))[:_MAX_TEXT_CHARS]
    return Words(text, _links(embeds, text), _kind_of(message, attachments), bool(message.message_snapshots))


def asked_in(message: discord.Message) -> Words | None:
    """Return what a message asked us about; None where that stands in the message it refers to."""
    quote = quote_in(message.embeds) if message.author.bot else ""
    if quote:
        return Words(quote)
    if message.author.bot:
        return None
    words = words_of(message)
    typed = _TYPED_COMMAND.match(words.text)
    if typed and message.guild is None:
        return replace(words, text=words.text[typed.end() :].strip())
    if message.reference is None or words.is_forward or words.urls or not is_pointing(words.text):
        return words
    quoted = _quoted(message)
    return words_of(quoted) if quoted is not None and not quoted.author.bot else None


def chat_of(guild_id: str, channel_id: str) -> str:
    """Return the chat id of a server's channel: the server's, a slash, the channel's."""
    return f"{guild_id}/{channel_id}"


def _spoken(text: str) -> str:
    return _MENTIONS.sub("", text).strip()[:_MAX_TEXT_CHARS]


def _preview_texts(embeds: Iterable[discord.Embed]) -> Iterable[str]:
    for embed in embeds:
        yield from filter(None, (embed.title, embed.description))


def _links(embeds: Iterable[discord.Embed], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(embed.url for embed in embeds if embed.url and embed.url not in text))


def _kind_of(message: discord.Message, attachments: Iterable[discord.Attachment]) -> str:
    for attachment in attachments:
        kind = (attachment.content_type or "").split("/", maxsplit=1)[0]
        return {"image": "photo", "video": "video", "audio": "voice"}.get(kind, "document")
    return "sticker" if message.stickers else ""


def _quoted(message: discord.Message) -> discord.Message | None:
    reference = message.reference
    if reference is None or message.message_snapshots:
        return None
    return reference.resolved if isinstance(reference.resolved, discord.Message) else None


def _mentions(message: discord.Message, me: discord.ClientUser) -> bool:
    if any(user.id == me.id for user in message.mentions):
        return True
    # People often pick the role Discord made for the bot instead of the bot: the two look alike.
    return any(role.tags is not None and role.tags.bot_id == me.id for role in message.role_mentions)


@dataclass(frozen=True, slots=True)
class _Place:
    """Kind and ids of the chat, and whether the answer is for the person alone."""

    kind: ChatKind
    chat_id: str
    thread_id: str
    is_private: bool


def _place(interaction: discord.Interaction[Any], *, about_channel: bool) -> _Place:
    """Return where an interaction belongs.

    Somebody's commands are a conversation with them, wherever they are called: one contact for each person.
    """
    is_direct = interaction.guild_id is None and not interaction.context.private_channel
    if not about_channel or is_direct:
        return _Place(ChatKind.PRIVATE, str(interaction.user.id), "", not is_direct)
    channel_id = str(interaction.channel_id or "")
    channel = interaction.channel
    parent = str(channel.parent_id) if isinstance(channel, discord.Thread) else ""
    chat_id = chat_of(str(interaction.guild_id), parent or channel_id) if interaction.guild_id else channel_id
    return _Place(ChatKind.GROUP, chat_id, channel_id if parent else "", is_private=True)


def _chat_id(interaction: discord.Interaction[Any], place: _Place, *, whole_server: bool) -> str:
    return str(interaction.guild_id) if whole_server and interaction.guild_id else place.chat_id


def _is_admin(interaction: discord.Interaction[Any]) -> bool:
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def _is_installed_here(interaction: discord.Interaction[Any]) -> bool:
    return interaction.guild_id is not None and interaction.is_guild_integration()


def _may_embed(interaction: discord.Interaction[Any]) -> bool:
    return interaction.guild_id is None or interaction.app_permissions.embed_links


def _may_embed_in(message: discord.Message) -> bool:
    guild = message.guild
    if guild is None or guild.me is None:
        return True
    try:
        return message.channel.permissions_for(guild.me).embed_links
    except (AttributeError, discord.ClientException):
        return True
