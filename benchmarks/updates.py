"""Chats at speed: `python -m benchmarks.updates`.

`factline serve`, a fake Telegram and a fake Discord run as three processes on loopback with the store of
`benchmarks.serving`; an update counts as answered when the message for it arrives at the fake.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.serving import import_and_index
from benchmarks.serving_process import environment, serving
from benchmarks.serving_report import Figure, Report, machine, percentile, show, to_json, write_section
from benchmarks.store import FACT_CHECKS, open_store

MANY = 5_000
_WARM_UP = 60
_AT_ONCE = 40


class Fake:
    """A fake platform in its own process."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-m", "benchmarks.updates_fakes", name]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
        )
        self.settings: dict[str, str] = self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the fake platform ended")
        found: dict[str, Any] = json.loads(line)
        return found

    def play(self, texts: tuple[str, ...], count: int, **how: float) -> dict[str, Any]:
        """Play updates and return what came of them."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"texts": texts, "count": count, **how}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def measure(work: Path, *, size: int, many: int, say: Callable[[str], None]) -> list[Report]:
    """Play updates at a person's pace, at full speed, and on both platforms at once."""
    store = open_store(work, size)
    data, models = work / f"data-{store.name}-{store.size}", work / "models"
    if not (data / "index" / "catalogue.sqlite").is_file():
        import_and_index(environment(data, models), store, work / "serve.log", say)
    texts = store.messages
    telegram, discord = Fake("telegram"), Fake("discord")
    env = environment(data, models, **telegram.settings, **discord.settings)
    try:
        with serving(env, log=work / "serve.log") as server, ThreadPoolExecutor(1) as beside:
            for _ in server.follow_index():
                pass
            telegram.play(texts, _WARM_UP, rate_per_s=5)
            discord.play(texts, 5, rate_per_s=5)
            say("10 updates a second on Telegram ...")
            used_s = server.processor_s()
            calm = telegram.play(texts, 300, rate_per_s=10)
            used_s = server.processor_s() - used_s
            say("40 updates a second on Telegram ...")
            brisk = telegram.play(texts, 1200, rate_per_s=40)
            say(f"Telegram flooded ({_AT_ONCE} waiting at any time, {many:,} updates), Discord beside it ...")
            early = telegram.play(texts, max(1, many // 5), at_once=_AT_ONCE)
            before = server.memory()
            flood = beside.submit(telegram.play, texts, many - many // 5, at_once=_AT_ONCE)
            acknowledged = discord.play(texts, 100, rate_per_s=4)
            late = flood.result()
            after = server.memory()
    finally:
        telegram.close()
        discord.close()
    lost = sum(one["lost"] for one in (calm, brisk, early, late))
    grown = 1024 * (after.own_mb - before.own_mb) / max(1, late["count"])
    figures = (
        Figure("10 updates/s: received to send, p50", percentile(calm["ms"], 0.5), "ms", "<= 25"),
        Figure("10 updates/s: received to send, p95", percentile(calm["ms"], 0.95), "ms", "<= 60"),
        Figure("processor time of one update", 1000 * used_s / calm["count"], "ms"),
        Figure("40 updates/s: received to send, p95", percentile(brisk["ms"], 0.95), "ms"),
        Figure("40 updates/s: answered a second", brisk["per_s"], "updates/s", ">= 39"),
        Figure(f"flooded ({_AT_ONCE} waiting): answered a second", early["per_s"], "updates/s", ">= 40"),
        Figure("updates lost in all", lost, "", "<= 0"),
        Figure(
            "Discord acknowledges while Telegram is flooded, p99", percentile(acknowledged["ms"], 0.99), "ms", "<= 300"
        ),
        Figure("Discord interactions lost", acknowledged["lost"], "", "<= 0"),
        Figure(f"own memory after {_WARM_UP + 1500 + early['count']:,} updates", before.own_mb, "MB"),
        Figure(f"own memory after {late['count']:,} more", after.own_mb, "MB"),
        Figure("growth", grown, "KB/update"),
    )
    note = f"Store: {store.name}, {store.size:,} fact-checks; each update from another person. {machine()}."
    return [Report("Telegram and Discord", figures, (note,))]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks updates", description=__doc__)
    parser.add_argument("--size", type=int, default=FACT_CHECKS, help="fact-checks of the made store")
    parser.add_argument("--many", type=int, default=MANY, help="updates of the flood (50000 to see that memory stays)")
    parser.add_argument("--work", type=Path, help="folder to work in and keep; a temporary one by default")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--write", action="store_true", help="put the table into docs/evaluation.md")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="factline-bench-") as temporary:
        work = asked.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        reports = measure(work, size=asked.size, many=asked.many, say=lambda line: print(line, file=sys.stderr))
    show(reports)
    if asked.json:
        asked.json.write_text(to_json(reports), "utf-8")
    if asked.write:
        write_section(reports)


if __name__ == "__main__":
    main()
