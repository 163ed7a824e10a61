"""An index over a record in memory, with an encoder that needs no model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from retrieval.build import Retrieval, open_retrieval
from tests.fakes.memory import MemoryNarrativeRepository
from tests.fakes.record import Record, WordEncoder

PATIENCE_S = 60.0
"""Only how long a broken test hangs."""

Opener = Callable[..., Retrieval]


@pytest.fixture
def open_index(tmp_path: Path) -> Iterator[Opener]:
    """Open (again) the one index of this test, caught up; everything is closed at the end."""
    with ExitStack() as stack:

        def opener(record: Record, *, encoder: Any = None, start: bool = True, **options: Any) -> Retrieval:
            retrieval = open_retrieval(
                index_dir=options.pop("index_dir", tmp_path / "index"),
                models_dir=tmp_path / "models",
                fact_checks=record,
                narratives=MemoryNarrativeRepository(),
                open_model=options.pop("open_model", lambda: encoder or WordEncoder()),
                **options,
            )
            stack.callback(retrieval.close)
            if start:
                retrieval.indexer.start()
                assert retrieval.indexer.catch_up(PATIENCE_S)
            return retrieval

        yield opener
