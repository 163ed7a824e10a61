"""Pictures of an evaluation; needs matplotlib (extra "bench")."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.evaluation import Evaluation


def draw(evaluation: Evaluation, qrels: Mapping[str, frozenset[str]], folder: Path) -> list[Path]:
    """Draw `reliability.png` and `coverage.png` and return them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    figure = Figure(figsize=(5, 5))
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey")
    axes.plot([each.announced for each in evaluation.curve], [each.right for each in evaluation.curve], marker="o")
    axes.set_xlabel("announced probability")
    axes.set_ylabel("share that was right")
    axes.set_title(f"Reliability (Brier {evaluation.brier:.3f})")
    written.append(_save(FigureCanvasAgg(figure), folder / "reliability.png"))

    figure = Figure(figsize=(6, 5))
    axes = figure.add_subplot()
    false, right = coverage_curve(evaluation, qrels)
    axes.plot(false, right)
    axes.set_xlim(0, 0.2)
    axes.set_xlabel("unanswerable messages answered")
    axes.set_ylabel("answerable messages answered rightly")
    axes.set_title("Coverage against false answers")
    axes.grid(visible=True, alpha=0.3)
    written.append(_save(FigureCanvasAgg(figure), folder / "coverage.png"))
    return written


def coverage_curve(evaluation: Evaluation, qrels: Mapping[str, frozenset[str]]) -> tuple[list[float], list[float]]:
    """Return (share of unanswerable answered, share of answerable answered rightly) as the cut falls from 1 to 0."""
    silent, right = [], []
    answerable = 0
    for one in evaluation.runs:
        gold = qrels.get(one.query_id, frozenset())
        top = one.ranking[0].probability if one.ranking else 0.0
        if not gold:
            silent.append(top)
            continue
        answerable += 1
        if one.ranking and one.ranking[0].fact_check_id in gold:
            right.append(top)
        if one.without_answer is not None:
            silent.append(one.without_answer.ranking[0].probability if one.without_answer.ranking else 0.0)
    cuts = sorted({*silent, *right}, reverse=True)
    return (
        [sum(each >= cut for each in silent) / max(1, len(silent)) for cut in cuts],
        [sum(each >= cut for each in right) / max(1, answerable) for cut in cuts],
    )


def _save(canvas: object, path: Path) -> Path:
    canvas.print_png(str(path))  # type: ignore[attr-defined]
    return path
