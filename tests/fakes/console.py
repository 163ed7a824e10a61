"""The web app with a newsroom behind it, and a client that fills in what its forms carry."""

from __future__ import annotations

import re
from dataclasses import replace

from fastapi.testclient import TestClient

from handlers.editorial.ports import TokenPurpose
from handlers.editorial.sign_in import issue
from tests.fakes.newsroom import Newsroom
from tests.fakes.web import WebWorld

MARK = re.compile(r'name="mark" value="([0-9a-f]{64})"')


class Browser:
    """A client that is signed in, and fills in the mark its forms carry."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.mark = ""

    def enter(self, secret: str):
        answer = self.client.post("/console/sign-in", data={"token": secret})
        found = MARK.search(answer.text)
        self.mark = found[1] if found else ""
        return answer

    def get(self, path: str, **options):
        return self.client.get(path, **options)

    def post(self, path: str, **fields):
        return self.client.post(path, data={"mark": self.mark, **fields})


class ConsoleWorld:
    """The web app with a newsroom behind it, on one record; `enter` signs a client in."""

    def __init__(self, *, single_editor: bool = False, public_url: str = "http://testserver") -> None:
        self.room = Newsroom(single_editor=single_editor)
        web = WebWorld(public_url=public_url)
        self.services = replace(
            web.services, desk=self.room.desk, fact_checks=self.room.fact_checks, searcher=self.room.searcher
        )

    def link(self, who: str) -> str:
        """Return a sign-in link's secret."""
        editor = self.room.desk.record.editors.get(who)
        assert editor is not None
        return issue(self.room.desk, editor, TokenPurpose.SIGN_IN).secret
