"""Templates and static files, read from the package once when the app is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from jinja2 import Environment, FunctionLoader, StrictUndefined

_MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
_ONE_YEAR_S = 31_536_000


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file served under /static; `digest` names its content in the address, so that it may be kept for ever."""

    content: bytes
    media_type: str
    digest: str

    @property
    def etag(self) -> str:
        """The ETag header."""
        return f'"{self.digest}"'


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Return the files of web/static by name."""
    found = {}
    for entry in files("web").joinpath("static").iterdir():
        media_type = _MEDIA_TYPES.get(entry.name.rpartition(".")[2])
        if media_type is not None:
            content = entry.read_bytes()
            found[entry.name] = StaticFile(content, media_type, sha256(content).hexdigest()[:16])
    return found


def static_url(name: str) -> str:
    """Return the address of a static file, with its digest."""
    return f"/static/{name}?v={static_files()[name].digest}"


def _template_source(name: str) -> str | None:
    source = files("web").joinpath("templates").joinpath(name)
    return source.read_text(encoding="utf-8") if source.is_file() else None


@cache
def templates() -> Environment:
    """Return the template environment: everything printed is escaped, an unknown name is an error."""
    environment = Environment(
        loader=FunctionLoader(_template_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static_url"] = static_url
    return environment


def render(template: str, **values: Any) -> str:
    """Return a template filled in."""
    return templates().get_template(template).render(**values)


def add_static_routes(app: FastAPI) -> None:
    """Serve /static: for a year where the address carries the content's digest, for five minutes otherwise."""

    @app.api_route("/static/{name}", methods=["GET", "HEAD"], include_in_schema=False)
    def static(name: str, request: Request, v: str = "") -> Response:
        file = static_files().get(name)
        if file is None:
            raise HTTPException(404)
        lifetime = f"public, max-age={_ONE_YEAR_S}, immutable" if v == file.digest else "public, max-age=300"
        headers = {"cache-control": lifetime, "etag": file.etag}
        if file.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(file.content, media_type=file.media_type, headers=headers)
