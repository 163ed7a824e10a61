"""Speed and memory of the serving process: `python -m benchmarks.serving`.

Everything is measured in one run and shown as ratios where machines differ. The server is a real process; the bare
embedding, plain LangChain + Chroma and the LangChain ensemble run here, on the same texts, taking turns with it, so
that whatever else the machine does slows all of them alike.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.serving_peers import Answer, HeldEmbeddings, indexed_texts, langchain_chroma, langchain_ensemble
from benchmarks.serving_process import Server, environment, memory_of, run, serving
from benchmarks.serving_report import Figure, Report, machine, percentile, show, to_json, write_section
from benchmarks.store import FACT_CHECKS, Store, open_store

_ENSEMBLE_ONE_IN = 8  # it scans every text: a few answers are enough to know
_HELP_RUNS = 7


def measure(work: Path, *, size: int, messages: int, asks: int, say: Callable[[str], None]) -> list[Report]:
    """Import, index, ask: return what it took.

    Args:
        work: a folder; a store that is there already is used again, and import and index are then not measured.
        size: fact-checks of the store.
        messages: asked for latency.
        asks: asked in all before memory is read the last time.
    """
    from retrieval.embedding import OnnxEmbeddings

    store = open_store(work, size, messages)
    data, models = work / f"data-{store.name}-{store.size}", work / "models"
    env = environment(data, models)
    encoder = OnnxEmbeddings(models)  # exports the graph, once for this machine
    figures: list[Report] = [_command_line(env)]
    if not (data / "index" / "catalogue.sqlite").is_file():
        figures.append(import_and_index(env, store, work / "serve.log", say))
    say("Starting again, warm, until the first answer ...")
    with serving(env, "--only", "web", log=work / "serve.log") as server:
        started = _first_answer(server, store.messages[0])
        for _ in server.follow_index():
            pass
        at_start = server.memory()
        figures += _latency(server, store, encoder, models, data / "index", say)
        say(f"Asking until {asks} messages were answered ...")
        for at in range(max(0, asks - len(store.messages))):
            server.check(f"{store.messages[at % len(store.messages)]} {at}")
        at_end = server.memory()
    figures.append(
        Report(
            "Start and memory",
            (
                Figure("warm `factline serve` until the first answer by meaning too", started, "s", "<= 10"),
                Figure(f"memory at {store.size:,} fact-checks, at start", at_start.total_mb, "MB", "<= 700"),
                Figure(f"the same after {asks:,} messages", at_end.total_mb, "MB", "<= 700"),
                Figure("of that, without pages of files", at_end.own_mb, "MB"),
            ),
            (f"Store: {store.name}, {store.size:,} fact-checks. {machine()}.",),
        )
    )
    return figures


def _command_line(env: dict[str, str]) -> Report:
    taken = [_timed(lambda: run(env, "--help")) for _ in range(_HELP_RUNS)]
    script = "import sys; sys.argv = ['factline', '--help']\nimport bot.cli\ntry:\n bot.cli.main()\n"
    script += (
        "except SystemExit: pass\nprint(*sorted({'torch', 'chromadb', 'onnxruntime', 'numpy'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env, check=True)
    heavy = loaded.stdout.splitlines()[-1].split()
    return Report(
        "Command line",
        (
            Figure(f"`factline --help`, median of {_HELP_RUNS}", statistics.median(taken), "s", "<= 0.5"),
            Figure("heavy libraries it loads (torch, chromadb, onnxruntime, numpy)", len(heavy), "", "<= 0"),
        ),
    )


def import_and_index(env: dict[str, str], store: Store, log: Path, say: Callable[[str], None]) -> Report:
    say(f"Importing {store.size:,} fact-checks ({store.name}) ...")
    began = time.perf_counter()
    ended = run(env, "import", str(store.claims), "--format", "jsonl", "--publish", "--json")
    imported_s = time.perf_counter() - began
    if ended.returncode:
        raise RuntimeError(f"factline import ended with {ended.returncode}: {ended.stderr}")
    added = int(json.loads(ended.stdout)["added"])
    words_s = 0.0
    with serving(env, "--only", "web", log=log) as server:
        shown = 0.0
        for state in server.follow_index():
            spent = time.perf_counter() - server.started
            if not words_s and state["documents"] and not state["lag"]:
                words_s = spent
            if state["progress"] >= shown:
                say(f"Indexing: {state['progress']:.0%} after {spent:.0f} s ...")
                shown = state["progress"] + 0.1
        indexed_s = time.perf_counter() - server.started
        used_s = server.processor_s()
        peak = memory_of(server.process.pid)
    return Report(
        "Import and index",
        (
            Figure("import alone", added / imported_s, "fact-checks/s"),
            Figure("from an imported store to answers by words, start included", words_s, "s"),
            Figure(
                "import, then index with vectors, start included",
                added / (imported_s + indexed_s),
                "fact-checks/s",
                ">= 100",
            ),
            Figure("processor time of indexing", 1000 * used_s / added, "ms/fact-check"),
            Figure("memory of the server right after indexing", peak.total_mb, "MB", "<= 700"),
        ),
        (f"Store: {store.name}, {added:,} fact-checks. {machine()}.",),
    )


def _first_answer(server: Server, message: str) -> float:
    while True:
        found = server.check(message)
        if found["outcome"] != "unavailable" and not found.get("legs_down"):
            return time.perf_counter() - server.started
        time.sleep(0.05)


def _latency(
    server: Server, store: Store, encoder: Any, models: Path, index: Path, say: Callable[[str], None]
) -> list[Report]:
    from retrieval.embedding import MIN_COVERAGE

    known = [text for text in store.messages if encoder.coverage(text) >= MIN_COVERAGE]
    others = [text for text in store.messages if encoder.coverage(text) < MIN_COVERAGE]
    say("Building plain LangChain + Chroma, and the ensemble, over the same texts ...")
    texts = indexed_texts(index)
    plain_store, plain = langchain_chroma(HeldEmbeddings(encoder, models), texts)
    ensemble = langchain_ensemble(plain_store, texts)
    steps: dict[str, list[float]] = {}

    def ask(text: str) -> object:
        found = server.check(text)
        for name, spent in found["timings_ms"].items():
            steps.setdefault(name, []).append(spent)
        return found

    def embed(text: str) -> object:
        return encoder.encode_queries([text])

    say(f"Asking {len(known)} messages, taking turns ...")
    taken = take_turns({"embed": embed, "ask": ask, "plain": plain}, known, warm_up=20)
    spent = _processor_ms(server, known, embed)
    taken |= take_turns({"ensemble": ensemble}, known[::_ENSEMBLE_ONE_IN], warm_up=1)
    inside = Report(
        "Inside one answer",
        tuple(Figure(f"{name}, p50", percentile(spent, 0.5), "ms") for name, spent in steps.items()),
        ("Steps of the search itself, in order; words are searched while the model works.",),
    )
    unknown = take_turns({"ask": ask}, others, warm_up=2)["ask"] if others else []
    bare = percentile(taken["embed"], 0.5)
    rows = [Figure("bare ONNX embedding, p50", bare, "ms"), *_percentiles("`ask` through the server", taken["ask"])]
    rows.append(Figure("its p50 to the bare embedding's", percentile(taken["ask"], 0.5) / bare, "times", "<= 1.5"))
    rows.append(Figure("processor time of `ask`, mean, to the embedding's", spent, "times"))
    for name, label in (("plain", "plain LangChain + Chroma"), ("ensemble", "LangChain ensemble")):
        rows += _percentiles(label, taken[name])
        rows.append(Figure("its p50 to the bare embedding's", percentile(taken[name], 0.5) / bare, "times"))
    if unknown:
        rows += _percentiles("`ask`, messages the model does not know the language of", unknown)
    note = f"Store: {store.name}, {store.size:,} fact-checks, {len(known)} messages, one at a time. {machine()}."
    return [Report("One answer", tuple(rows), (note,)), inside]


def _processor_ms(server: Server, texts: Sequence[str], embed: Answer) -> float:
    """Return how many times the processor time of embedding the texts the server needs to answer them."""
    began, server_began = time.process_time(), server.processor_s()
    for text in texts:
        embed(text)
    embedding_s = time.process_time() - began
    for text in texts:
        server.check(text)
    return (server.processor_s() - server_began) / embedding_s


def take_turns(answers: dict[str, Answer], texts: Sequence[str], *, warm_up: int) -> dict[str, list[float]]:
    """Return milliseconds by answerer: each text goes to all of them in turn, another one first each time."""
    taken: dict[str, list[float]] = {name: [] for name in answers}
    names = list(answers)
    for text in texts[:warm_up]:
        for answer in answers.values():
            answer(text)
    for at, text in enumerate(texts):
        for name in names[at % len(names) :] + names[: at % len(names)]:
            taken[name].append(1000 * _timed(lambda name=name, text=text: answers[name](text)))  # type: ignore[misc]
    return taken


def _percentiles(what: str, taken: Sequence[float]) -> list[Figure]:
    return [Figure(f"{what}, p{share:.0f}", percentile(taken, share / 100), "ms") for share in (50, 95)]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks serving", description=__doc__)
    parser.add_argument("--size", type=int, default=FACT_CHECKS, help="fact-checks of the made store")
    parser.add_argument("--messages", type=int, default=300, help="messages asked for latency")
    parser.add_argument("--asks", type=int, default=2000, help="messages asked before memory is read again")
    parser.add_argument("--work", type=Path, help="folder to work in and keep; a temporary one by default")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/evaluation.md")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="factline-bench-") as temporary:
        work = asked.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        reports = measure(work, size=asked.size, messages=asked.messages, asks=asked.asks, say=_say)
    show(reports)
    if asked.json:
        asked.json.write_text(to_json(reports), "utf-8")
    if asked.write:
        write_section(reports)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
