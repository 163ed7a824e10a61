"""Text at the border: what browsers and scripts send, made fit for the rest of Factline, and back."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BeforeValidator

_COMMAND = re.compile(r"/([a-z_]{1,32})(?:@\S+)?(?:\s+(.*))?", re.DOTALL)


def whole_unicode(text: Any) -> Any:
    """Return `text` without NUL and without lone surrogates, which no database, page or UTF-8 answer can hold.

    JSON may carry both ("\\ud800"). Each becomes U+FFFD, so that nothing vanishes silently; anything but a
    string is returned as it is, for the validator to refuse.
    """
    if not isinstance(text, str):
        return text
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return paired.replace("\x00", "\ufffd")


PlainText = Annotated[str, BeforeValidator(whole_unicode)]


def split_command(text: str) -> tuple[str, str]:
    """Return (command, what follows it) for "/latest health", ("", text) for anything else."""
    found = _COMMAND.fullmatch(text.strip())
    return (found[1], (found[2] or "").strip()) if found else ("", text)


class SafeJSONResponse(JSONResponse):
    """JSON in UTF-8 whatever the strings hold."""

    def render(self, content: Any) -> bytes:
        """Return the body; a lone surrogate becomes "?"."""
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(
            "utf-8", "replace"
        )


class SafeHTMLResponse(HTMLResponse):
    """HTML in UTF-8 whatever the strings hold."""

    def render(self, content: Any) -> bytes:
        """Return the body; a lone surrogate becomes "?"."""
        return str(content).encode("utf-8", "replace")
