"""A person on Discord, for scripts: says, presses, calls, and waits for what came back."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord import payloads
from tests.fakes.discord.payloads import Guild, Person
from tests.fakes.discord.server import DiscordServer, Sent, readable

_SPEECH = {"message", "answer", "followup", "edit", "update"}


class Talk:
    """`person` in a direct conversation, or in `guild`."""

    def __init__(self, server: DiscordServer, person: Person | None = None, guild: Guild | None = None) -> None:
        self.server = server
        self.person = person or Person()
        self.guild = guild
        self._heard = 0

    def _command(self, name: str) -> dict[str, Any]:
        found = [c for c in self.server.commands if c["name"] == name]
        assert found, f"no command {name!r} among {[c['name'] for c in self.server.commands]}"
        return found[0]

    async def _interact(self, kind: int, data: dict[str, Any], **more: Any) -> str:
        dm = "" if self.guild else await self.server.dm(self.person)
        made = payloads.interaction(kind, data, self.person, guild=self.guild, dm_channel_id=dm, **more)
        return await self.server.interact(made)

    async def say(self, text: str, **more: Any) -> dict[str, Any]:
        """Write a message (`forwarded=`, `mentions_bot=`, `reply_to=` as in payloads.message)."""
        self._heard = len(self.server.sent)
        return await self.server.say(self.person, text, guild=self.guild, **more)

    async def slash(self, name: str, /, permissions: int = payloads.EVERYDAY, **options: str) -> str:
        """Call a slash command with text options."""
        self._heard = len(self.server.sent)
        command = self._command(name)
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        data = {"id": command["id"], "name": name, "type": 1, "options": given}
        return await self._interact(2, data, permissions=permissions)

    async def autocomplete(self, name: str, option: str, typed: str) -> list[dict[str, Any]]:
        """Type into an option and return the choices offered."""
        command = self._command(name)
        data = {
            "id": command["id"],
            "name": name,
            "type": 1,
            "options": [{"name": option, "type": 3, "value": typed, "focused": True}],
        }
        interaction_id = await self._interact(4, data)
        sent = await self.server.until(
            lambda: [s for s in self.server.sent if s.kind == "autocomplete" and s.interaction_id == interaction_id]
        )
        return list(sent[0].body["choices"])

    async def context_menu(self, target: dict[str, Any]) -> str:
        """Apps > the message command, on somebody's message."""
        self._heard = len(self.server.sent)
        command = next(c for c in self.server.commands if c["type"] == 3)
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": 3,
            "target_id": target["id"],
            "resolved": {"messages": {target["id"]: target}},
        }
        return await self._interact(2, data)

    async def press(self, message: dict[str, Any], label: str, permissions: int = payloads.EVERYDAY) -> str:
        """Press the button with this label under a message of the bot."""
        self._heard = len(self.server.sent)
        buttons = [c for c in _flat(message["components"]) if c.get("type") == 2]
        found = [b for b in buttons if label.lower() in (b.get("label") or "").lower()]
        assert found, f"no button {label!r} among {[b.get('label') for b in buttons]}"
        data = {"custom_id": found[0]["custom_id"], "component_type": 2}
        return await self._interact(3, data, message=message, permissions=permissions)

    async def answer(self, number: int = 1, timeout_s: float = 30.0) -> Sent:
        """Return the `number`th thing the bot said since this person last did something."""
        said = await self.server.until(lambda: self._said(number), timeout_s)
        return said[number - 1]

    def _said(self, number: int) -> list[Sent]:
        said = [s for s in self.server.sent[self._heard :] if s.kind in _SPEECH]
        return said if len(said) >= number else []

    def transcript(self) -> str:
        """Everything the bot said in this conversation, as read."""
        channel = self.guild.channel_id if self.guild else self.server._dms.get(self.person.id, "")
        said = [s for s in self.server.sent if s.channel_id == channel and s.kind in _SPEECH]
        return "\n---\n".join(readable(s.message or s.body) for s in said)


def _flat(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [c for top in components for c in [top, *_flat(top.get("components") or [])]]
