"""What a chat platform looks like to the rest of the process. docs/adding-a-platform.md walks through one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from handlers.messages import IncomingMessage, PlatformLimits, Reply

if TYPE_CHECKING:
    from fastapi import FastAPI


class Answering(Protocol):
    """One message in, its replies out; `bot.dispatch.Dispatcher` is one. Never raises."""

    async def answer(self, message: IncomingMessage, limits: PlatformLimits) -> list[Reply]:
        """Return what to send back, in order; nothing for a message to be silent about."""
        ...


class Adapter(Protocol):
    """Carries messages between one platform and the dispatcher; the first and the last hop, nothing else."""

    @property
    def name(self) -> str:
        """The platform, as in `IncomingMessage.platform`."""
        ...

    @property
    def limits(self) -> PlatformLimits:
        """What the platform can do."""
        ...

    async def run(self, dispatcher: Answering, stop: asyncio.Event) -> None:
        """Receive and send until `stop` is set, then finish what is under way and return.

        Outages of the platform are its own business: it retries with growing pauses and jitter.

        Raises:
            OperatorMistake: the platform refuses the token; nothing will get better by itself.
        """
        ...


@runtime_checkable
class HasRoutes(Protocol):
    """An adapter whose platform calls us over HTTP."""

    def add_routes(self, app: FastAPI) -> None:
        """Mount what the platform calls on our web server, before it starts; nothing where it is not used."""
        ...
