"""Updates as Telegram's servers write them, built from people and rooms. Pure: ids and dates are passed in."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.html import utf16_length

Json = dict[str, Any]
DATE = int(time.time())  # one second for all of a run; a later run is not taken for a repetition


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    id: int
    first_name: str = "Ann"
    username: str = ""
    language_code: str = "en"
    is_bot: bool = False

    def as_user(self) -> Json:
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user


@dataclass(frozen=True)
class Room:
    """A chat: private (same id as the person), group, supergroup or channel."""

    id: int
    type: str = "private"
    title: str = ""
    username: str = ""
    is_forum: bool = False

    def as_chat(self) -> Json:
        chat: Json = {"id": self.id, "type": self.type}
        if self.type == "private":
            chat["first_name"] = self.title or "Ann"
        else:
            chat["title"] = self.title or "Family"
        if self.username:
            chat["username"] = self.username
        if self.is_forum:
            chat["is_forum"] = True
        return chat


def private(person: Person) -> Room:
    """Return the private chat with somebody."""
    return Room(person.id, "private", person.first_name, person.username)


_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/\w{1,64}(?:@\w+)?)|(?P<url>https?://[^\s<>\"]+|(?<![\w@.])(?:[\w-]+\.)+(?:com|org|net|tw|example|test)(?:/\S*)?)"
    r"|(?P<mention>(?<!\w)@\w{4,32})|(?P<hashtag>#\w+)"
)


def detect_entities(text: str) -> list[Json]:
    """Return what the server marks by itself in a person's text: commands, links, mentions, hashtags."""
    return [
        {
            "type": found.lastgroup,
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found.group()),
        }
        for found in _FOUND.finditer(text)
    ]


def message(
    person: Person | None,
    room: Room,
    message_id: int,
    *,
    text: str | None = None,
    caption: str | None = None,
    date: int = DATE,
    entities: list[Json] | None = None,
    thread_id: int | None = None,
    reply_to: Json | None = None,
    quote: str = "",
    forward_origin: Json | None = None,
    media_group_id: str = "",
    sender_chat: Room | None = None,
    **content: Any,
) -> Json:
    """Return a Message; `content` holds the other fields (`photo=[...]`, `poll={...}`, `sticker={...}`)."""
    built: Json = {"message_id": message_id, "date": date, "chat": room.as_chat()}
    if person is not None:
        built["from"] = person.as_user()
    if sender_chat is not None:
        built["sender_chat"] = sender_chat.as_chat()
    for name, entity_name, words in (("text", "entities", text), ("caption", "caption_entities", caption)):
        if words is None:
            continue
        built[name] = words
        marked = detect_entities(words) if entities is None else entities
        if marked:
            built[entity_name] = marked
    if thread_id is not None:
        built |= {"message_thread_id": thread_id, "is_topic_message": True}
    if reply_to is not None:
        built["reply_to_message"] = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
    if quote:
        built["quote"] = {"text": quote, "position": 0, "is_manual": True}
    if forward_origin is not None:
        built["forward_origin"] = forward_origin
    if media_group_id:
        built["media_group_id"] = media_group_id
    return built | content


# Where a forward comes from -------------------------------------------------------------------------------------


def from_user(person: Person, date: int = DATE - 60) -> Json:
    return {"type": "user", "date": date, "sender_user": person.as_user()}


def from_hidden_user(name: str, date: int = DATE - 60) -> Json:
    return {"type": "hidden_user", "date": date, "sender_user_name": name}


def from_chat(room: Room, signature: str = "", date: int = DATE - 60) -> Json:
    origin: Json = {"type": "chat", "date": date, "sender_chat": room.as_chat()}
    return origin | ({"author_signature": signature} if signature else {})


def from_channel(room: Room, message_id: int = 7, signature: str = "", date: int = DATE - 60) -> Json:
    origin: Json = {"type": "channel", "date": date, "chat": room.as_chat(), "message_id": message_id}
    return origin | ({"author_signature": signature} if signature else {})


# What a message can carry ----------------------------------------------------------------------------------------


def file(name: str, **more: Any) -> Json:
    return {"file_id": f"id-{name}", "file_unique_id": f"u-{name}", "file_size": 100, **more}


def photo(name: str = "p1") -> list[Json]:
    return [file(f"{name}-s", width=90, height=90), file(f"{name}-m", width=800, height=800)]


def sticker() -> Json:
    return file("st", type="regular", width=512, height=512, is_animated=False, is_video=False, emoji="🍋")


def voice() -> Json:
    return file("vo", duration=4, mime_type="audio/ogg")


def video() -> Json:
    return file("vi", width=640, height=360, duration=9)


def document(file_name: str = "leaflet.pdf") -> Json:
    return file("do", file_name=file_name, mime_type="application/pdf")


def location() -> Json:
    return {"latitude": 25.03, "longitude": 121.56}


def poll(question: str, options: tuple[str, ...]) -> Json:
    return {
        "id": "9001",
        "question": question,
        "options": [{"text": o, "voter_count": 0, "persistent_id": str(n)} for n, o in enumerate(options)],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }


# Updates (without `update_id`: the server numbers them) --------------------------------------------------------------


def callback_query(person: Person, pressed: Json | None, data: str, query_id: str, inline_message_id: str = "") -> Json:
    query: Json = {"id": query_id, "from": person.as_user(), "chat_instance": "1", "data": data}
    if pressed is not None:
        query["message"] = pressed
    if inline_message_id:
        query["inline_message_id"] = inline_message_id
    return {"callback_query": query}


def inaccessible(room: Room, message_id: int) -> Json:
    """Return the stand-in Telegram sends for a pressed message older than it remembers."""
    return {"chat": room.as_chat(), "message_id": message_id, "date": 0}


def inline_query(person: Person, words: str, query_id: str, offset: str = "") -> Json:
    return {
        "inline_query": {
            "id": query_id,
            "from": person.as_user(),
            "query": words,
            "offset": offset,
            "chat_type": "supergroup",
        }
    }


def chosen_inline_result(person: Person, result_id: str, words: str) -> Json:
    return {"chosen_inline_result": {"result_id": result_id, "from": person.as_user(), "query": words}}


_RIGHTS = (
    "can_be_edited can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
    "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories "
    "is_anonymous"
).split()


def member(person: Json, status: str) -> Json:
    """Return a ChatMember in one of Telegram's statuses."""
    built: Json = {"user": person, "status": status}
    if status == "administrator":
        built |= dict.fromkeys(_RIGHTS, False)
    elif status == "creator":
        built["is_anonymous"] = False
    elif status == "kicked":
        built["until_date"] = 0
    return built


def my_chat_member(person: Person, room: Room, bot: Json, old: str, new: str, date: int = DATE) -> Json:
    """Return the bot being added ("left" to "member"), kicked ("member" to "kicked") or blocked (same, private)."""
    return {
        "my_chat_member": {
            "chat": room.as_chat(),
            "from": person.as_user(),
            "date": date,
            "old_chat_member": member(bot, old),
            "new_chat_member": member(bot, new),
        }
    }
