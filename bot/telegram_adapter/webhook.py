"""Webhook: Telegram delivers updates to a route of our own web server. Guarded by the secret, bounded in size."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response

MAX_BODY_BYTES = 1 << 20  # an update is a few kilobytes
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

_log = structlog.get_logger(__name__)


def add_webhook_route(
    app: FastAPI, path: str, secret: str, accept: Callable[[list[dict[str, Any]]], Awaitable[bool]]
) -> None:
    """Mount the route Telegram posts to.

    Answers 401 without the right secret, 413 over 1 MiB, 400 for what is no update, 503 while updates cannot be taken
    (Telegram then delivers again), 200 once the update is stored.

    Args:
        app: the web app.
        path: where, beginning with "/".
        secret: what Telegram repeats with each delivery; not empty.
        accept: stores and queues updates; False where it cannot take any now.
    """

    async def deliver(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, secret.encode()):
            return Response(status_code=401)
        body = await _bounded_body(request)
        if body is None:
            return Response(status_code=413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            update = None
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            _log.warning("webhook_not_an_update")
            return Response(status_code=400)
        return Response(status_code=200 if await accept([update]) else 503, headers={"Retry-After": "1"})

    app.add_api_route(path, deliver, methods=["POST"], include_in_schema=False)


async def _bounded_body(request: Request) -> bytes | None:
    """Return the body, or None where it is larger than allowed; never holds more than that."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > MAX_BODY_BYTES:
        return None
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > MAX_BODY_BYTES:
            return None
    return bytes(received)
