"""What other commands on this machine ask the running server: `factline chat` and `factline doctor`.

Guarded by a key that only readers of the data folder's lock file know; not part of the public interface.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request, Response

from bot.asking import KEY_HEADER
from bot.terminal_adapter import TERMINAL_LIMITS
from bot.wire import message_from_json, plain, replies_to_json

if TYPE_CHECKING:
    from bot.bootstrap import Factline


def add_local_routes(app: FastAPI, factline: Factline, key: str) -> None:
    """Add `/-/answer` and `/-/state`; without the key they do not exist."""

    def guard(request: Request) -> None:
        if not secrets.compare_digest(request.headers.get(KEY_HEADER, "").encode(), key.encode()):
            raise HTTPException(404)

    @app.post("/-/answer", include_in_schema=False)
    async def answer(request: Request) -> Response:
        guard(request)
        try:
            message = message_from_json(await request.body())
        except ValueError as exc:
            raise HTTPException(422) from exc
        replies = await factline.dispatcher.answer(message, TERMINAL_LIMITS)
        return Response(replies_to_json(replies), media_type="application/json")

    @app.get("/-/state", include_in_schema=False)
    def state(request: Request) -> Response:
        guard(request)
        import json

        return Response(json.dumps(plain(factline.retrieval.indexer.state())), media_type="application/json")
