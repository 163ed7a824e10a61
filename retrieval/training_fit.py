"""Fitting: candidate order, probability of an answer, thresholds. Needs scikit-learn and LightGBM (extra "bench")."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.decision import language_group
from retrieval.features import FEATURE_NAMES, FEATURE_VERSION
from retrieval.scoring import ANSWER_NAMES, MODES, context_features, mode_of
from retrieval.scoring_model import Blend, read_blend, sigmoid
from retrieval.training_examples import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Vector = NDArray[np.float64]

_LOG = logging.getLogger("retrieval.training")

FUSION_TREE_SHARE = 0.5
ANSWER_TREE_SHARE = 0.6
"""Mean of both, in log-odds: trees alone overfit a thousand messages, the line alone misses interactions."""

_RISING = frozenset(
    "ratio z rank margin cosine_whole cosine_claim zsum_margin zsum_rank top_legs exact same_link "
    "contained claim_contained "
    "wording_contained message_covered claim_covered text_covered text_dice message_covered_here "
    "claim_covered_here rare_covered "
    "rarest_shared plain_covered claim_plain_covered plain_rarest shared_weight plain_weight "
    "shared_pairs cosine_gap longest_run names_covered figures_covered fusion fusion_margin "
    "fusion_share covered_margin dice_margin".split()
)
_FALLING = frozenset({"figures_missing"})
_LEAST_MATCH = 0.85
"""No direct answer below, whatever the sets say: labels of what is unanswerable are cleaner there than in the world."""
_FOLDS = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """The best candidate of one example, ready for the second model."""

    row: Vector
    right: bool
    example: Example


def fit(examples: Sequence[Example], out: Path, *, false_answers: float) -> dict[str, Any]:
    """Fit on the examples of the train splits, set thresholds on those of the dev splits, write the weights.

    Returns the figures it logs.
    """
    fusion: dict[str, Any] = {}
    answer: dict[str, Any] = {}
    read: dict[str, Blend] = {}
    held: list[Judged] = []
    trained: list[Judged] = []
    report: dict[str, Any] = {}
    for mode in MODES:
        own = [one for one in examples if mode_of(one.matrix) == mode]
        train, dev = [one for one in own if one.split != "dev"], [one for one in own if one.split == "dev"]
        _LOG.info("%s: %d examples to train on, %d to choose thresholds on", mode, len(train), len(dev))
        fusion[mode] = fit_fusion(train)
        order = read_blend(fusion[mode], feature_version=FEATURE_VERSION, features=FEATURE_NAMES)
        # The second model must not see the first one's training luck: it learns from out-of-fold scores.
        out_of_fold = _out_of_fold(train)
        answer[mode] = fit_answer(out_of_fold)
        read[mode] = read_blend(answer[mode], feature_version=FEATURE_VERSION, features=ANSWER_NAMES)
        judged = [judge(order, one) for one in dev if len(one.labels)]
        report[mode] = {"fusion": ranking_report(order, dev), "answer": answer_report(read[mode], judged)}
        held += judged
        trained += out_of_fold
    table = thresholds(read, held, trained, false_answers)
    _write(out / "fusion.json", {"modes": fusion})
    _write(out / "answer.json", {"thresholds": table, "modes": answer})
    _LOG.info("%s", json.dumps({**report, "thresholds": table}, indent=1))
    return {**report, "thresholds": table}


def fit_fusion(examples: Sequence[Example]) -> dict[str, Any]:
    """Fit the order of candidates: logistic regression within a message, and LambdaMART."""
    import lightgbm
    from sklearn.linear_model import LogisticRegression

    usable = [one for one in examples if one.labels.any() and not one.labels.all()]
    matrix = np.vstack([one.matrix for one in usable])
    labels = np.concatenate([one.labels for one in usable]).astype(int)
    sizes = [len(one.labels) for one in usable]
    weight = np.concatenate([np.full(len(one.labels), _weight(one)) for one in usable])
    mean, scale = _standard(matrix)
    logistic = LogisticRegression(C=0.1, max_iter=2000)
    logistic.fit((matrix - mean) / scale, labels, sample_weight=weight)
    ranker = lightgbm.LGBMRanker(
        n_estimators=100, num_leaves=8, max_depth=4, learning_rate=0.06, min_child_samples=60, subsample=0.8, subsample_freq=1,  # noqa: E501
        colsample_bytree=0.5, reg_lambda=10.0, monotone_constraints=_monotone(FEATURE_NAMES), random_state=7, n_jobs=1,
        deterministic=True, force_row_wise=True, verbose=-1, label_gain=[0, 1], lambdarank_truncation_level=5,
    )  # fmt: skip
    ranker.fit(matrix, labels, group=sizes, sample_weight=weight)
    trees = _trees(ranker.booster_)
    raw = np.asarray(ranker.predict(matrix))
    line = ((matrix - mean) / scale) @ logistic.coef_[0] + logistic.intercept_[0]
    # Bring the trees' arbitrary unit to the line's spread, then to log-odds.
    factor = float(np.std(line) / max(np.std(raw), 1e-9))
    trees = [[[node[0] * factor] if len(node) == 1 else node for node in tree] for tree in trees]
    return _values(
        FEATURE_NAMES, mean, scale, logistic.coef_[0], float(logistic.intercept_[0]), trees, FUSION_TREE_SHARE
    )


def fit_answer(judged: Sequence[Judged]) -> dict[str, Any]:
    """Fit the probability that a message's best candidate answers it: logistic regression and boosted trees,
    calibrated."""
    import lightgbm
    from sklearn.linear_model import LogisticRegression

    matrix = np.vstack([one.row for one in judged])
    labels = np.array([one.right for one in judged], dtype=int)
    weight = np.array([_weight(one.example) for one in judged])
    mean, scale = _standard(matrix)
    logistic = LogisticRegression(C=0.1, max_iter=3000)
    logistic.fit((matrix - mean) / scale, labels, sample_weight=weight)
    booster = lightgbm.LGBMClassifier(
        n_estimators=250, num_leaves=7, max_depth=3, learning_rate=0.05, min_child_samples=60, subsample=0.8, subsample_freq=1,  # noqa: E501
        colsample_bytree=0.4, reg_lambda=20.0, monotone_constraints=_monotone(ANSWER_NAMES), random_state=7, n_jobs=1,
        deterministic=True, force_row_wise=True, verbose=-1, boost_from_average=False,
    )  # fmt: skip
    booster.fit(matrix, labels, sample_weight=weight)
    return _values(
        ANSWER_NAMES,
        mean,
        scale,
        logistic.coef_[0],
        float(logistic.intercept_[0]),
        _trees(booster.booster_),
        ANSWER_TREE_SHARE,
    )


def judge(fusion: Blend, one: Example) -> Judged:
    """Return the best candidate of an example as the second model sees it; an empty example gives a row of zeros."""
    if not len(one.labels):
        return Judged(np.zeros(len(ANSWER_NAMES)), False, one)
    order = fusion.log_odds(one.matrix) + 40 * one.matrix[:, FEATURE_NAMES.index("exact")]
    best = int(np.argmax(order))
    context = context_features(one.matrix, one.ids, order)
    return Judged(np.concatenate([one.matrix[best], context[best]]), bool(one.labels[best]), one)


def thresholds(
    answer: Mapping[str, Blend], held: Sequence[Judged], trained: Sequence[Judged], false_answers: float
) -> dict[str, dict[str, float]]:
    """Return, for each language group and size of store, where direct answers to unanswerable messages fall to
    `false_answers`.

    Counted on the held-back examples together with the (out-of-fold) training ones, since a hundred messages do not
    place a quantile of one percent; over the family of messages that needs the most. A large store holds near
    duplicates of what was taken out, which answer as well but count as false, so a small one needs less. `possible` is
    where one unanswerable message in eight is asked about, and one everyday message in a hundred. The mode each
    language runs in with the bundled model counts.
    """
    table: dict[str, dict[str, float]] = {}
    for group, mode in (("en", "dense"), ("zh", "words"), ("other", "words")):
        wrong = [
            one
            for one in (*held, *trained)
            if not one.right
            and (group == "other" or language_group(one.example.language) == group)
            and mode_of(one.row[None, :]) == mode
            and not one.row[FEATURE_NAMES.index("exact")]
        ]
        probability = sigmoid(answer[mode].log_odds(np.vstack([one.row for one in wrong])))
        weight = np.array([_weight(one.example) for one in wrong])
        family = np.array([_family(one.example.kind) for one in wrong])
        everyday = _quantile(probability[family == "everyday"], weight[family == "everyday"], 0.99)
        for suffix, counted in (("", "full"), ("-small", "store")):
            own = family == counted
            match = max(_LEAST_MATCH, _quantile(probability[own], weight[own], 1 - false_answers))
            possible = min(max(_quantile(probability[own], weight[own], 0.875), everyday), 0.5)
            table[group + suffix] = {"match": round(match, 4), "possible": round(possible, 4)}
    return table


def ranking_report(fusion: Blend, examples: Sequence[Example]) -> dict[str, float]:
    """Return Hits@1 and mean reciprocal rank within the candidates, by kind."""
    found: dict[str, list[tuple[bool, float]]] = {}
    for one in examples:
        if not one.answerable:
            continue
        order = np.argsort(-fusion.log_odds(one.matrix)) if len(one.labels) else np.array([], dtype=int)
        hits = np.flatnonzero(one.labels[order]) if len(order) else order
        rank = int(hits[0]) + 1 if len(hits) else 0
        found.setdefault(f"{language_group(one.language)} {one.kind}", []).append(
            (rank == 1, 1 / rank if rank else 0.0)
        )
    return {
        f"{kind} {what}": round(float(np.mean([pair[at] for pair in pairs])), 4)
        for kind, pairs in sorted(found.items())
        for at, what in enumerate(("hits@1", "mrr"))
    }


def answer_report(answer: Blend, judged: Sequence[Judged]) -> dict[str, float]:
    """Return AUROC, Brier score, and right answers at 5 % and 1 % false ones, by language, of the full store."""
    report: dict[str, float] = {}
    for group in ("en", "zh"):
        rows = [
            one
            for one in judged
            if language_group(one.example.language) == group and one.example.kind in ("full", "full-removed")
        ]
        if not rows:
            continue
        probability = sigmoid(answer.log_odds(np.vstack([one.row for one in rows])))
        right = np.array([one.right for one in rows])
        answerable = np.array([one.example.answerable for one in rows])
        report[f"{group} brier"] = round(float(np.mean((probability - right) ** 2)), 4)
        report[f"{group} auroc"] = round(auroc(probability[right], probability[~right]), 4)
        for share in (0.05, 0.01):
            limit = np.quantile(probability[~answerable], 1 - share, method="higher")
            report[f"{group} right@{share}"] = round(
                float(np.mean(right[answerable] & (probability[answerable] > limit))), 4
            )
            report[f"{group} wrong@{share}"] = round(
                float(np.mean(~right[answerable] & (probability[answerable] > limit))), 4
            )
    return report


def auroc(positive: Vector, negative: Vector) -> float:
    """Return the chance that a positive scores above a negative; 0.5 where there is none of either."""
    if not len(positive) or not len(negative):
        return 0.5
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left") + np.searchsorted(ordered, positive, "right")
    return float(below.mean() / (2 * len(negative)))


def _out_of_fold(train: Sequence[Example]) -> list[Judged]:
    groups = sorted({one.group for one in train})
    fold = {group: at % _FOLDS for at, group in enumerate(groups)}
    judged: list[Judged] = []
    for held in range(_FOLDS):
        values = fit_fusion([one for one in train if fold[one.group] != held])
        fusion = read_blend(values, feature_version=FEATURE_VERSION, features=FEATURE_NAMES)
        judged.extend(judge(fusion, one) for one in train if fold[one.group] == held and len(one.labels))
    return judged


_KIND_WEIGHT: dict[str, float] = {"full": 1.0, "full-removed": 1.0, "augmented": 0.6, "augmented-removed": 0.6, "joined": 0.5,  # noqa: E501
                                  "claim": 0.5, "claim-removed": 0.5}  # fmt: skip


def _weight(one: Example) -> float:
    if one.kind.startswith("everyday"):
        return 0.5
    return _KIND_WEIGHT.get(one.kind, 0.5)


def _family(kind: str) -> str:
    return kind.split("-", maxsplit=1)[0] if kind.startswith(("store", "everyday")) else "full"


def _standard(matrix: Matrix) -> tuple[Vector, Vector]:
    scale = matrix.std(axis=0)
    scale[scale < 1e-6] = 1.0
    return matrix.mean(axis=0), scale


def _monotone(names: Sequence[str]) -> list[int]:
    def direction(name: str) -> int:
        if name in _RISING or name.rsplit("_", 1)[-1] in ("ratio", "z", "rank", "margin"):
            return 0 if name == "length_ratio" else 1
        return -1 if name in _FALLING else 0

    return [direction(name) for name in names]


def _trees(booster: Any) -> list[list[list[float]]]:
    """Return LightGBM's trees as lists of nodes [feature, threshold, left, right] or [value], parents first."""
    trees = []
    for described in booster.dump_model()["tree_info"]:
        nodes: list[list[float]] = []

        def add(node: dict[str, Any], nodes: list[list[float]] = nodes) -> int:
            at = len(nodes)
            if "leaf_value" in node and "split_feature" not in node:
                nodes.append([float(node["leaf_value"])])
                return at
            nodes.append([])
            left, right = add(node["left_child"]), add(node["right_child"])
            nodes[at] = [node["split_feature"], float(node["threshold"]), left, right]
            return at

        add(described["tree_structure"])
        trees.append(nodes)
    return trees


def _values(  # noqa: PLR0917
    names: Sequence[str],
    mean: Vector,
    scale: Vector,
    coefficients: Vector,
    intercept: float,
    trees: list[list[list[float]]],
    share: float,
) -> dict[str, Any]:
    return {
        "feature_version": FEATURE_VERSION,
        "features": list(names),
        "linear": {
            "mean": _rounded(mean),
            "scale": _rounded(scale),
            "coefficients": _rounded(coefficients),
            "intercept": round(intercept, 6),
        },
        "tree_share": share,
        "trees": [[[float(f"{value:.6g}") for value in node] for node in tree] for tree in trees],
    }


def _rounded(vector: Vector) -> list[float]:
    return [float(f"{value:.6g}") for value in vector]


def _quantile(values: Vector, weight: Vector, share: float) -> float:
    order = np.argsort(values)
    cumulated = np.cumsum(weight[order]) / weight.sum()
    return float(values[order][min(int(np.searchsorted(cumulated, share)), len(values) - 1)])


def _write(path: Path, values: dict[str, Any]) -> None:
    """Write JSON with a line a field and a line a tree: readable, and comparable from one training to the next."""
    modes = []
    for mode, model in values["modes"].items():
        lines = [f'"{key}": {json.dumps(value)}' for key, value in model.items() if key != "trees"]
        trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in model["trees"])
        modes.append(f'"{mode}": {{\n' + ",\n".join(lines) + ',\n"trees": [\n' + trees + "\n]}")
    rest = "".join(f'"{key}": {json.dumps(value)},\n' for key, value in values.items() if key != "modes")
    path.write_text("{\n" + rest + '"modes": {\n' + ",\n".join(modes) + "\n}}\n", "utf-8")
