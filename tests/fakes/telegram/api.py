"""The Bot API's methods and what they change, without HTTP."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.markup import (
    MAX_CAPTION,
    BadRequest,
    Json,
    formatted,
    keyboard,
    looks_unescaped,
    text_message,
)
from tests.fakes.telegram.transcript import Transcript
from tests.fakes.telegram.updates import DATE, Room, member

TOKEN = "123456:AAFakeTokenForTests_notARealOne00000"  # the shape of a real one; 35 characters after the colon
BOT: Json = {
    "id": 123456,
    "is_bot": True,
    "first_name": "Factline",
    "username": "factline_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}
_REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)


@dataclass
class Chat:
    """What the server knows of one chat."""

    room: Json
    members: dict[int, str] = field(default_factory=dict)  # user id -> status
    users: dict[int, Json] = field(default_factory=dict)
    forbidden: str = ""  # why the bot cannot write: the description after "Forbidden: "
    migrated_to: int = 0
    threads: set[int] = field(default_factory=set)
    closed_threads: set[int] = field(default_factory=set)


class BotApi:
    """One bot's account and everything it can reach."""

    def __init__(self, token: str = TOKEN, bot: Json | None = None) -> None:
        self.token = token
        self.bot = BOT | (bot or {})
        self.transcript = Transcript()
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, bytes] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}  # (scope type, language) -> commands
        self.descriptions: dict[tuple[str, str], str] = {}  # (kind, language) -> text
        self.open_queries: set[str] = set()
        self.answered_inline: dict[str, Json] = {}
        self._ids = itertools.count(1)
        self._methods: dict[str, Callable[[Json], Any]] = {name.lower(): getattr(self, "_" + name) for name in _METHODS}

    def next_id(self) -> int:
        """Return a message id nobody has."""
        return next(self._ids)

    def know(self, room: Json, user: Json | None = None, status: str = "member") -> Chat:
        """Make a chat reachable, as a first message from it does."""
        chat = self.chats.setdefault(room["id"], Chat(room))
        chat.room = room
        if user is not None:
            chat.users[user["id"]] = user
            chat.members.setdefault(user["id"], status)
        return chat

    def call(self, method: str, params: Json) -> Any:
        """Run a method and return its result.

        Raises:
            BadRequest: refused.
        """
        run = self._methods.get(method.lower())
        if run is None:
            raise BadRequest("Not Found", 404)
        return run(params)

    # Sending ----------------------------------------------

    def _chat(self, params: Json) -> Chat:
        raw = params.get("chat_id")
        if raw in (None, ""):
            raise BadRequest("Bad Request: chat_id is empty")
        chat = self.chats.get(int(raw)) if str(raw).lstrip("-").isdigit() else None
        if chat is None:
            raise BadRequest("Bad Request: chat not found")
        if chat.migrated_to:
            raise BadRequest(
                "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        if chat.forbidden:
            raise BadRequest(f"Forbidden: {chat.forbidden}", 403)
        return chat

    def _store(self, chat: Chat, params: Json, content: Json) -> Json:
        stored: Json = {
            "message_id": self.next_id(),
            "date": DATE,
            "from": {k: self.bot[k] for k in ("id", "is_bot", "first_name", "username")},
            "chat": chat.room,
            "_by_bot": True,
            **content,
        }
        thread = params.get("message_thread_id")
        if thread is not None:
            if int(thread) not in chat.threads:
                raise BadRequest("Bad Request: message thread not found")
            if int(thread) in chat.closed_threads:
                raise BadRequest("Bad Request: TOPIC_CLOSED")
            stored |= {"message_thread_id": int(thread), "is_topic_message": True}
        reply = params.get("reply_parameters") or {}
        if not reply and params.get("reply_to_message_id"):
            reply = {"message_id": params["reply_to_message_id"]}
        if reply:
            quoted = self.transcript.messages.get((chat.room["id"], int(reply["message_id"])))
            if quoted is None and not (
                reply.get("allow_sending_without_reply") or params.get("allow_sending_without_reply")
            ):
                raise BadRequest("Bad Request: message to be replied not found")
            if quoted is not None:
                stored["reply_to_message"] = {k: v for k, v in quoted.items() if k != "reply_to_message"}
        markup = keyboard(params.get("reply_markup"))
        if markup:
            stored["reply_markup"] = markup
        for name in ("text", "caption"):
            if looks_unescaped(stored.get(name, "")):
                self.transcript.warnings.append(f"markup visible to people: {stored[name][:200]!r}")
        self.transcript.messages[(chat.room["id"], stored["message_id"])] = stored
        return stored

    def _sendMessage(self, params: Json) -> Json:
        chat = self._chat(params)
        text, entities = text_message(params.get("text", ""), params.get("parse_mode", ""), params.get("entities"))
        content: Json = {"text": text}
        if entities:
            content["entities"] = entities
        if params.get("link_preview_options"):
            content["link_preview_options"] = params["link_preview_options"]
        return self._store(chat, params, content)

    def _captioned(self, params: Json, kind: str, content: Any) -> Json:
        chat = self._chat(params)
        caption, entities = formatted(
            params.get("caption", ""), params.get("parse_mode", ""), params.get("caption_entities"), MAX_CAPTION
        )
        more: Json = {kind: content}
        if caption:
            more["caption"] = caption
        if entities:
            more["caption_entities"] = entities
        return self._store(chat, params, more)

    def _sendPhoto(self, params: Json) -> Json:
        name = f"sent{self.next_id()}"
        sizes = [{"file_id": name, "file_unique_id": f"u{name}", "width": 800, "height": 800}]
        return self._captioned(params, "photo", sizes)

    def _sendDocument(self, params: Json) -> Json:
        uploaded = params.get("document")
        name, body = uploaded if isinstance(uploaded, tuple) else ("file", b"")
        file_id = f"sent{self.next_id()}"
        self.files[file_id] = body
        return self._captioned(
            params, "document", {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_name": name}
        )

    def _editMessageText(self, params: Json) -> Any:
        text, entities = text_message(params.get("text", ""), params.get("parse_mode", ""), params.get("entities"))
        markup = keyboard(params.get("reply_markup"))
        if params.get("inline_message_id"):
            return True
        stored = self._own_message(params)
        before = (stored.get("text"), stored.get("entities", []), stored.get("reply_markup"))
        if before == (text, entities, markup):
            raise BadRequest(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        stored |= {"text": text, "edit_date": DATE + 5}
        for name, value in (("entities", entities), ("reply_markup", markup)):
            if value:
                stored[name] = value
            else:
                stored.pop(name, None)
        if params.get("link_preview_options"):
            stored["link_preview_options"] = params["link_preview_options"]
        if looks_unescaped(text):
            self.transcript.warnings.append(f"markup visible to people: {text[:200]!r}")
        return stored

    def _editMessageReplyMarkup(self, params: Json) -> Any:
        if params.get("inline_message_id"):
            return True
        stored = self._own_message(params)
        markup = keyboard(params.get("reply_markup"))
        if stored.get("reply_markup") == markup:
            raise BadRequest("Bad Request: message is not modified")
        if markup:
            stored["reply_markup"] = markup
        else:
            stored.pop("reply_markup", None)
        stored["edit_date"] = DATE + 5
        return stored

    def _own_message(self, params: Json) -> Json:
        chat = self._chat(params)
        stored = self.transcript.messages.get((chat.room["id"], int(params.get("message_id", 0))))
        if stored is None:
            raise BadRequest("Bad Request: message to edit not found")
        if not stored.get("_by_bot"):
            raise BadRequest("Bad Request: message can't be edited")
        return stored

    def _deleteMessage(self, params: Json) -> bool:
        chat = self._chat(params)
        if self.transcript.messages.pop((chat.room["id"], int(params.get("message_id", 0))), None) is None:
            raise BadRequest("Bad Request: message to delete not found")
        return True

    def _sendChatAction(self, params: Json) -> bool:
        chat = self._chat(params)
        if params.get("action") not in {"typing", "upload_document", "upload_photo"}:
            raise BadRequest("Bad Request: wrong parameter action in request")
        thread = params.get("message_thread_id")
        if thread is not None and int(thread) not in chat.threads:
            raise BadRequest("Bad Request: message thread not found")
        return True

    def _setMessageReaction(self, params: Json) -> bool:
        stored = self.transcript.messages.get((self._chat(params).room["id"], int(params.get("message_id", 0))))
        if stored is None:
            raise BadRequest("Bad Request: message to react not found")
        wanted = [r.get("emoji", "") for r in params.get("reaction") or []]
        if any(emoji not in _REACTIONS for emoji in wanted):
            raise BadRequest("Bad Request: REACTION_INVALID")
        stored["_reactions"] = wanted
        return True

    # Answering ----------------------------------------------

    def _close(self, query_id: str) -> None:
        if query_id not in self.open_queries:
            raise BadRequest("Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.open_queries.discard(query_id)

    def _answerCallbackQuery(self, params: Json) -> bool:
        if len(params.get("text") or "") > 200:
            raise BadRequest("Bad Request: MESSAGE_TOO_LONG")
        self._close(str(params.get("callback_query_id")))
        self.transcript.alerts.append(params)
        return True

    def _answerInlineQuery(self, params: Json) -> bool:
        results = params.get("results") or []
        if len(results) > 50:
            raise BadRequest("Bad Request: RESULTS_TOO_MUCH")
        ids = [r.get("id", "") for r in results]
        if len(set(ids)) != len(ids):
            raise BadRequest("Bad Request: RESULT_ID_DUPLICATE")
        if any(not 1 <= len(i.encode()) <= 64 for i in ids):
            raise BadRequest("Bad Request: RESULT_ID_INVALID")
        if len((params.get("next_offset") or "").encode()) > 64:
            raise BadRequest("Bad Request: NEXT_OFFSET_INVALID")
        for result in results:
            if result.get("type") == "article" and not result.get("title"):
                raise BadRequest('Bad Request: can\'t parse inline query result: Field "title" must be non-empty')
            content = result.get("input_message_content") or {}
            text, _ = text_message(content.get("message_text", ""), content.get("parse_mode", ""), None)
            result["_reads"] = text
            keyboard(result.get("reply_markup"))
        self._close(str(params.get("inline_query_id")))
        self.answered_inline[str(params["inline_query_id"])] = params
        return True

    # The account ----------------------------------------------

    def _getMe(self, _params: Json) -> Json:
        return self.bot

    def _getFile(self, params: Json) -> Json:
        file_id = str(params.get("file_id", ""))
        body = self.files.get(file_id)
        if body is None:
            raise BadRequest("Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(body) > 20 << 20:
            raise BadRequest("Bad Request: file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "file_size": len(body),
            "file_path": f"files/{file_id}",
        }

    def _setMyCommands(self, params: Json) -> bool:
        wanted = params.get("commands") or []
        if len(wanted) > 100:
            raise BadRequest("Bad Request: BOT_COMMANDS_TOO_MUCH")
        for command in wanted:
            name, said = command.get("command", ""), command.get("description", "")
            if not (
                1 <= len(name) <= 32 and name.isascii() and name == name.lower() and name.replace("_", "a").isalnum()
            ):
                raise BadRequest("Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(said) <= 256:
                raise BadRequest("Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        language = self._language(params)
        self.commands[((params.get("scope") or {}).get("type", "default"), language)] = wanted
        return True

    def _getMyCommands(self, params: Json) -> list[Json]:
        scope = (params.get("scope") or {}).get("type", "default")
        return self.commands.get((scope, params.get("language_code", "")), [])

    def _language(self, params: Json) -> str:
        language = params.get("language_code") or ""
        if language and not (len(language) == 2 and language.isalpha() and language.islower()):
            raise BadRequest("Bad Request: LANG_CODE_INVALID")
        return str(language)

    def _setMyDescription(self, params: Json) -> bool:
        if len(params.get("description") or "") > 512:
            raise BadRequest("Bad Request: BOT_DESCRIPTION_TOO_LONG")
        self.descriptions[("long", self._language(params))] = params.get("description") or ""
        return True

    def _setMyShortDescription(self, params: Json) -> bool:
        if len(params.get("short_description") or "") > 120:
            raise BadRequest("Bad Request: BOT_SHORT_DESCRIPTION_TOO_LONG")
        self.descriptions[("short", self._language(params))] = params.get("short_description") or ""
        return True

    # Chats ----------------------------------------------

    def _getChatMember(self, params: Json) -> Json:
        chat, user_id = self._chat(params), int(params.get("user_id", 0))
        if user_id == self.bot["id"]:
            return member(self.bot, chat.members.get(user_id, "member"))
        if user_id not in chat.users:
            raise BadRequest("Bad Request: user not found")
        return member(chat.users[user_id], chat.members[user_id])

    def _getChatAdministrators(self, params: Json) -> list[Json]:
        chat = self._chat(params)
        if chat.room["type"] == "private":
            raise BadRequest("Bad Request: there are no administrators in the private chat")
        return [
            member(chat.users[user_id], status)
            for user_id, status in chat.members.items()
            if status in {"administrator", "creator"} and user_id in chat.users
        ]

    def _leaveChat(self, params: Json) -> bool:
        self._chat(params).forbidden = "bot is not a member of the group chat"
        return True

    def _logOut(self, _params: Json) -> bool:
        return True


_METHODS = (
    "sendMessage sendPhoto sendDocument editMessageText editMessageReplyMarkup deleteMessage sendChatAction "
    "setMessageReaction answerCallbackQuery answerInlineQuery getMe getFile setMyCommands getMyCommands "
    "setMyDescription setMyShortDescription getChatMember getChatAdministrators leaveChat logOut"
).split()


def now() -> float:
    """Return a monotonic reading for the transcript."""
    return time.monotonic()


__all__ = ["BOT", "TOKEN", "BotApi", "Chat", "Room", "now"]
