"""The commands as Discord shows them: names and descriptions in every language, completion while typing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import discord
import structlog
from discord import app_commands

from handlers.browse import Finding
from handlers.i18n import available_locales, catalog_for, language_name, translate
from handlers.wording import cut

MAX_TEXT_OPTION = 6000  # Discord, string options
_MAX_CHOICES = 25
_MAX_CHOICE_CHARS = 100
_COMPLETE_WITHIN_S = 2.0  # Discord drops a completion after 3 s
_AT_ONCE = 4  # people type: every letter is a question
_CHANGES = (
    "watch",
    "mention",
    "off",
    "gap 30",
    "gap 60",
    "quiet 22-7",
    "quiet none",
    "zone Asia/Taipei",
    "language auto",
)
# Command to the keys of its name and its one line.
_KEYS = {
    "check": ("discord.command.check", "menu.check"),
    "latest": ("discord.command.latest", "menu.latest"),
    "subscribe": ("discord.command.subscribe", "menu.subscribe"),
    "unsubscribe": ("discord.command.unsubscribe", "menu.unsubscribe"),
    "language": ("discord.command.language", "menu.language"),
    "why": ("discord.command.why", "menu.why"),
    "privacy": ("discord.command.privacy", "menu.privacy"),
    "mydata": ("discord.command.mydata", "menu.mydata"),
    "forget": ("discord.command.forget", "menu.forget"),
    "help": ("discord.command.help", "menu.help"),
    "settings": ("discord.command.settings", "menu.settings"),
}
_EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_ANY_INSTALL = app_commands.AppInstallationType(guild=True, user=True)
WHOLE_SERVER = "server"

Looking = Callable[[str, str], list[Finding]]
"""Words and the person's language in, findings out, best first. Blocks, stores nothing, thread-safe."""

_Interaction = discord.Interaction[Any]

_log = structlog.get_logger(__name__)


class Door(Protocol):
    """Where commands go."""

    async def command(
        self, interaction: _Interaction, name: str, text: str = "", *, whole_server: bool = False
    ) -> None:
        """A slash command was called."""
        ...

    async def target(self, interaction: _Interaction, message: discord.Message) -> None:
        """The message command was called on a message."""
        ...


class CatalogTranslator(app_commands.Translator):
    """Names and descriptions from the catalogs; the key is in the string's extras."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, _context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return the words for a language Discord speaks, None where English has to do."""
        tag = catalog_for(locale.value)
        key = string.extras.get("key")
        if tag is None or tag == "en" or key is None:
            return None
        return translate(key, tag)


class Commands(app_commands.CommandTree[discord.Client]):
    """Every command. Belongs to one client.

    Args:
        client: the connection they come through.
        door: where they go.
        looking: finds fact-checks while somebody types.
    """

    def __init__(self, client: discord.Client, door: Door, looking: Looking) -> None:
        super().__init__(client, allowed_contexts=_EVERYWHERE, allowed_installs=_ANY_INSTALL)
        self._door = door
        self._looking = looking
        self._busy = asyncio.Semaphore(_AT_ONCE)
        self.ids: dict[str, str] = {}
        self._add_message_command()
        self._add_check()
        self._add_language()
        self._add_why()
        self._add_settings()
        for name in ("latest", "subscribe", "unsubscribe", "privacy", "mydata", "forget", "help"):
            self._add_plain(name)

    async def publish(self) -> None:
        """Upload the commands; remembers their ids, which make them tappable in replies.

        Raises:
            discord.HTTPException: Discord takes them not, or not now.
        """
        await self.set_translator(CatalogTranslator())
        self.ids = {each.name: str(each.id) for each in await self.sync()}

    async def on_error(self, interaction: _Interaction, error: app_commands.AppCommandError, /) -> None:
        """Log a command that never reached the door: an old client's, mostly."""
        _log.warning("command_unreadable", error=type(error).__name__)
        if not interaction.response.is_done() and interaction.type is discord.InteractionType.application_command:
            locale = catalog_for(str(interaction.locale)) or "en"
            await interaction.response.send_message(
                translate("button.unknown", locale), ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
            )

    def _add_message_command(self) -> None:
        async def fact_check(interaction: _Interaction, message: discord.Message) -> None:
            await self._door.target(interaction, message)

        self.add_command(app_commands.ContextMenu(name=_localized("discord.menu"), callback=fact_check))

    def _add_check(self) -> None:
        async def check(interaction: _Interaction, text: app_commands.Range[str, 1, MAX_TEXT_OPTION]) -> None:
            await self._door.command(interaction, "check", text)

        command = self._added("check", check, text=("discord.option.text.name", "discord.option.text"))
        command.autocomplete("text")(self._complete_check)

    def _add_language(self) -> None:
        async def language(interaction: _Interaction, name: str = "") -> None:
            await self._door.command(interaction, "language", name)

        command = self._added("language", language, name=("discord.option.language.name", "discord.option.language"))
        command.autocomplete("name")(_complete_language)

    def _add_why(self) -> None:
        async def why(interaction: _Interaction, text: app_commands.Range[str, 1, MAX_TEXT_OPTION] = "") -> None:
            await self._door.command(interaction, "why", text)

        self._added("why", why, text=("discord.option.why.name", "discord.option.why"))

    def _add_settings(self) -> None:
        async def settings(interaction: _Interaction, change: str = "", where: str = "") -> None:
            await self._door.command(interaction, "settings", change, whole_server=where == WHOLE_SERVER)

        command = self._added(
            "settings",
            settings,
            change=("discord.option.change.name", "discord.option.change"),
            where=("discord.option.where.name", "discord.option.where"),
        )
        command.autocomplete("change")(_complete_change)
        command.autocomplete("where")(_complete_where)
        command.default_permissions = discord.Permissions(manage_guild=True)
        command.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
        command.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)

    def _add_plain(self, name: str) -> None:
        async def plain(interaction: _Interaction) -> None:
            await self._door.command(interaction, name)

        self._added(name, plain)

    def _added(
        self, name: str, callback: Callable[..., Coroutine[Any, Any, None]], /, **options: tuple[str, str]
    ) -> app_commands.Command[Any, ..., None]:
        """Add a command; `options` are the keys of each option's name and description."""
        name_key, line_key = _KEYS[name]
        names = {option: app_commands.locale_str(option, key=key) for option, (key, _) in options.items()}
        lines = {option: _localized(key) for option, (_, key) in options.items()}
        command: app_commands.Command[Any, ..., None] = app_commands.Command(
            name=app_commands.locale_str(name, key=name_key),
            description=_localized(line_key),
            callback=app_commands.rename(**names)(app_commands.describe(**lines)(callback)),
        )
        self.add_command(command)
        return command

    async def _complete_check(self, interaction: _Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer matching fact-checks by verdict and fact; whoever types on is looked up as usual."""
        if self._busy.locked():
            return []
        async with self._busy:
            try:
                looking = asyncio.to_thread(self._looking, typed[:500], str(interaction.locale))
                found = await asyncio.wait_for(looking, _COMPLETE_WITHIN_S)
            except Exception as exc:  # noqa: BLE001 - an empty list is an answer too
                _log.warning("completion_failed", error=type(exc).__qualname__)
                return []
        return [
            app_commands.Choice(name=cut(each.title, _MAX_CHOICE_CHARS), value=f"fc_{each.fact_check_id}")
            for each in found[:_MAX_CHOICES]
            if len(each.fact_check_id) < _MAX_CHOICE_CHARS - 3
        ]


def _localized(key: str) -> app_commands.locale_str:
    return app_commands.locale_str(translate(key, "en"), key=key)


async def _complete_language(_: _Interaction, typed: str) -> list[app_commands.Choice[str]]:
    wanted = typed.strip().casefold()
    names = {tag: translate("language.name", tag) for tag in available_locales()}
    known = {tag: [name, tag, *(language_name(tag, in_locale=each) for each in names)] for tag, name in names.items()}
    return [
        app_commands.Choice(name=names[tag], value=tag)
        for tag, words in known.items()
        if any(wanted in each.casefold() for each in words)
    ]


async def _complete_change(_: _Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=each, value=each) for each in _CHANGES if typed.strip().lower() in each.lower()]


async def _complete_where(interaction: _Interaction, _typed: str) -> list[app_commands.Choice[str]]:
    locale = catalog_for(str(interaction.locale)) or "en"
    return [
        app_commands.Choice(name=translate("discord.where.channel", locale), value="channel"),
        app_commands.Choice(name=translate("discord.where.server", locale), value=WHOLE_SERVER),
    ]
