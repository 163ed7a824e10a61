"""A person with a Telegram app: says, forwards and presses things, and reads what the bot answered."""

from __future__ import annotations

import itertools
from typing import Any

from tests.fakes.telegram import updates
from tests.fakes.telegram.server import TelegramServer
from tests.fakes.telegram.updates import Json, Person, Room

_queries = itertools.count(1)


class Talk:
    """One person in one chat of one server. The ways to speak return the message as the server keeps it."""

    def __init__(self, server: TelegramServer, person: Person | None = None, room: Room | None = None) -> None:
        self.server = server
        self.person = person or Person(1001, "Ann", "ann")
        self.room = room or updates.private(self.person)
        self.server.know(self.room.as_chat(), self.person.as_user())

    # Speaking ----------------------------------------------

    def say(self, text: str | None = None, *, push: bool = True, **more: Any) -> Json:
        """Write a message; `more` as in `updates.message` (caption, photo, thread_id, reply_to, quote...)."""
        if self.room.type == "channel":
            sent = updates.message(None, self.room, self.server.next_id(), text=text, sender_chat=self.room, **more)
            update = {"channel_post": sent}
        else:
            sent = updates.message(self.person, self.room, self.server.next_id(), text=text, **more)
            update = {"message": sent}
        if push:
            self.server.push(update)
        return sent

    def forward(self, text: str | None = None, origin: Json | None = None, **more: Any) -> Json:
        """Forward something, from a hidden user unless told."""
        return self.say(text, forward_origin=origin or updates.from_hidden_user("Somebody Nobody Knows"), **more)

    def album(self, captions: list[str | None], group: str = "g1", **more: Any) -> list[Json]:
        """Send several photos as one album."""
        return [
            self.say(None, caption=caption, photo=updates.photo(f"{group}{n}"), media_group_id=group, **more)
            for n, caption in enumerate(captions)
        ]

    def edit(self, sent: Json, text: str) -> Json:
        """Edit an own message."""
        edited = {k: v for k, v in sent.items() if k not in {"text", "entities"}} | {"text": text}
        found = updates.detect_entities(text)
        edited |= {"edit_date": updates.DATE + 9} | ({"entities": found} if found else {})
        self.server.push({"edited_message": edited})
        return edited

    def press(self, on: Json, label: str, *, forgotten: bool = False) -> str:
        """Press the button whose label contains `label`; return the query's id.

        `forgotten`: the message is so old that Telegram sends only a stand-in for it.
        """
        rows = (on.get("reply_markup") or {}).get("inline_keyboard", [])
        button = next((b for row in rows for b in row if label in b["text"]), None)
        assert button is not None, f"no button {label!r} in {[b['text'] for row in rows for b in row]}"
        return self.press_data(on, button["callback_data"], forgotten=forgotten)

    def press_data(self, on: Json, data: str, *, forgotten: bool = False) -> str:
        query_id = f"q{next(_queries)}"
        seen = {k: v for k, v in on.items() if not k.startswith("_")}
        pressed = updates.inaccessible(self.room, on["message_id"]) if forgotten else seen
        self.server.push(updates.callback_query(self.person, pressed, data, query_id))
        return query_id

    def inline(self, words: str, offset: str = "") -> str:
        """Type `@bot words` anywhere; return the query's id."""
        query_id = f"i{next(_queries)}"
        self.server.push(updates.inline_query(self.person, words, query_id, offset))
        return query_id

    def block(self) -> None:
        """Block the bot."""
        self._membership("member", "kicked")

    def unblock(self) -> None:
        self._membership("kicked", "member")

    def add_bot(self, status: str = "member") -> None:
        self._membership("left", status)

    def kick_bot(self) -> None:
        self._membership("member", "kicked")

    def _membership(self, old: str, new: str) -> None:
        self.server.push(updates.my_chat_member(self.person, self.room, self.server.bot, old, new))

    def become_admin(self, status: str = "administrator") -> None:
        """Become (or, with status "member", no longer be) an admin of the room."""
        self.server.know(self.room.as_chat(), self.person.as_user()).members[self.person.id] = status

    def upgrade(self, new_id: int) -> Talk:
        """Turn the group into a supergroup: both service messages, as Telegram sends them."""
        new_room = Room(new_id, "supergroup", self.room.title)
        old = updates.message(self.person, self.room, self.server.next_id(), migrate_to_chat_id=new_id)
        new = updates.message(self.person, new_room, self.server.next_id(), migrate_from_chat_id=self.room.id)
        self.server.push({"message": old})
        self.server.push({"message": new})
        return Talk(self.server, self.person, new_room)

    # Reading ----------------------------------------------

    def received(self) -> list[Json]:
        """Return what the bot wrote here so far, oldest first."""
        return self.server.transcript.sent(self.room.id)

    async def answers(self, count: int = 1, timeout_s: float = 10.0) -> list[Json]:
        """Wait until the bot has written `count` messages here in all; return them."""
        await self.server.until(lambda: len(self.received()) >= count, timeout_s)
        return self.received()

    async def answer(self, count: int = 1, timeout_s: float = 10.0) -> Json:
        """Wait for the `count`-th message of the bot here and return it."""
        return (await self.answers(count, timeout_s))[count - 1]

    def read(self) -> str:
        """Return the chat as a person sees it."""
        return self.server.transcript.printable(self.room.id)
