"""How a command gets at the services: through the server that owns the data folder, or by owning it for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.clock import SystemClock
from bot.errors import DataDirInUse, OperatorMistake, ServerUnreachable
from bot.ownership import Owner, current_owner, take
from config.settings import Settings

if TYPE_CHECKING:
    import httpx

    from bot.bootstrap import Factline
    from handlers.messages import IncomingMessage, PlatformLimits, Reply

KEY_HEADER = "x-factline-key"
_STARTING_S = 120.0  # the first start exports the model and loads the starter pack
_ANSWER_S = 60.0
_OTHER_COMMAND_S = 120.0


def running_server(data_dir: Path, say: Callable[[str], None]) -> Owner | None:
    """Return the server that owns `data_dir`, waiting for one that is just starting; None where there is none.

    Raises:
        ServerUnreachable: it runs without a web server, or does not get ready.
    """
    started = time.monotonic()
    told = False
    while (owner := current_owner(data_dir)) is not None and owner.is_server:
        if owner.address:
            return owner
        if owner.is_ready:
            raise ServerUnreachable(
                f"Factline runs ({owner}) without its web server, so it cannot be asked from here. "
                "Start it with --only ...,web, or stop it first."
            )
        if time.monotonic() - started > _STARTING_S:
            raise ServerUnreachable(f"Factline is starting ({owner}) and does not get ready; its log says why.")
        if not told:
            say("Factline is starting; waiting for it ...")
            told = True
        time.sleep(0.1)
    return None


@contextmanager
def connected(owner: Owner) -> Iterator[httpx.Client]:
    """Open a client of the running server.

    Raises:
        ServerUnreachable: from inside the block too: it cannot be reached, or answers with an error.
    """
    import httpx

    try:
        with httpx.Client(
            base_url=owner.address, timeout=_ANSWER_S, headers={KEY_HEADER: owner.key}, trust_env=False
        ) as client:
            yield client
    except httpx.HTTPStatusError as exc:
        raise ServerUnreachable(f"Factline ({owner}) answered with an error ({exc.response.status_code}).") from exc
    except httpx.HTTPError as exc:
        raise ServerUnreachable(f"Factline ({owner}) does not answer: {exc}.") from exc


@contextmanager
def owning(settings: Settings, command: str, say: Callable[[str], None]) -> Iterator[Factline]:
    """Own the data folder for one command, with the index up to date.

    Raises:
        DataDirInUse: somebody else owns it.
    """
    with take(settings.data_path, command, now=SystemClock().now(), wait_s=_OTHER_COMMAND_S):
        if not settings.models_path.exists():
            say("First use here: preparing the embedding model and the search index takes a few seconds ...")
        from bot.bootstrap import bootstrap
        from bot.index_progress import wait_for_index

        factline = bootstrap(settings)
        try:
            try:
                wait_for_index(factline.retrieval.indexer)
            except OperatorMistake as exc:  # words still answer where the model or the vector server is down
                say(str(exc))
            yield factline
        finally:
            factline.close()


def check(settings: Settings, text: str, locale: str, say: Callable[[str], None]) -> dict[str, Any]:
    """Match one text as `POST /api/v1/check` does and return the same JSON.

    Raises:
        BotError: neither way is open.
    """
    for _ in range(3):  # a server may start or stop between the look and the act
        owner = running_server(settings.data_path, say)
        if owner is not None:
            with connected(owner) as client:
                response = client.post("/api/v1/check", json={"text": text, **({"locale": locale} if locale else {})})
                response.raise_for_status()
                found: dict[str, Any] = response.json()
                return found
        try:
            with owning(settings, "ask", say) as factline:
                from handlers.payload import to_payload

                return to_payload(factline.conversation.check(text, locale))
        except DataDirInUse:
            continue
    raise OperatorMistake("Another Factline keeps coming and going on this data folder; try again.")


class RemoteAnswering:
    """The dispatcher of the running server, from another process."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    async def answer(self, message: IncomingMessage, limits: PlatformLimits) -> list[Reply]:
        """Ask the server; `limits` are the terminal's on both sides."""
        import asyncio

        del limits
        return await asyncio.to_thread(self._post, message)

    def _post(self, message: IncomingMessage) -> list[Reply]:
        from bot.wire import message_to_json, replies_from_json

        with connected(self._owner) as client:
            response = client.post("/-/answer", content=message_to_json(message))
            response.raise_for_status()
            return replies_from_json(response.content)
