"""For whoever runs it: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from web.services import WebServices
from web.text import SafeJSONResponse


def add_ops_routes(app: FastAPI, services: WebServices) -> None:
    """Add `/healthz`, `/readyz` and `/metrics`."""

    @app.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
    async def healthz() -> Response:
        return SafeJSONResponse({"status": "ok", "version": services.version}, headers=_UNCACHED)

    @app.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
    def readyz() -> Response:
        reason = services.ready()
        index = services.index_state()
        body = {
            "status": "not ready" if reason else "ready",
            "reason": reason,
            "index": {
                "documents": index.documents,
                "lag": index.lag,
                "building": index.building,
                "progress": index.progress,
                "problem": index.problem,
            },
        }
        return SafeJSONResponse(body, status_code=503 if reason else 200, headers=_UNCACHED)

    @app.api_route("/metrics", methods=["GET", "HEAD"], include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(services.registry), media_type=CONTENT_TYPE_LATEST, headers=_UNCACHED)


_UNCACHED = {"cache-control": "no-store"}
