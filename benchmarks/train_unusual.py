"""Train recipient-unusual: `make train-unusual DATA="folder …"`. Writes rules/unusual_weights.json: trees that can be read, and limits.

Learnt from the first part of the time of each folder; the limits are set on the rest, so that of a thousand right recipients at most one
(quiet), five (normal) or fifty (strict) are asked about in any of them.
"""

import argparse
import json
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from unusual_traffic import Judged, Mail, Traffic, chosen, read

from rules.unusual_features import NAMES

FILE = Path(__file__).parents[1] / "rules" / "unusual_weights.json"
SHARES = {"quiet": 0.999, "normal": 0.995, "strict": 0.95}
HOW = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": 30, "min_data_in_leaf": 80, "feature_fraction": 0.3, "bagging_fraction": 0.8,
    "bagging_freq": 1, "lambda_l2": 5, "seed": 3, "deterministic": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip
ROUNDS = 200
RUNS = ((1, 0.0), (2, 0.5), (3, 0.0), (4, 0.25))
"""Seed, and share of people outside, of each time that the mail is gone through: every time with others put in."""
MESSAGES = 13_000
"""So many messages of a folder are learnt from at most, in each run."""
RIGHT = 0.3
"""What a right recipient beside a wrong one counts; of a message as it was it counts 1, for there nobody is to be asked about."""
WRONG = {"contact": 1.0, "frequent": 0.3, "anyone": 0.1}
"""What a wrong one counts. Who was never written to is wrong far more seldom than new: with more weight here newcomers are asked about."""


class Lines:
    """Rows, whether they are of a wrong one, and what they count."""

    def __init__(self) -> None:
        """Empty."""
        self._values, self._labels, self._weights = array("f"), array("b"), array("f")

    def add(self, one: Judged) -> None:
        """A message as it was, and with each wrong one."""
        for row in one.right.values():
            self._add(row.values(), 0, 1.0)
        for kind, (wrong, rows) in one.wrong.items():
            for person, row in rows.items():
                self._add(row.values(), person == wrong, WRONG[kind] * (1.0 if person == wrong else RIGHT))

    def _add(self, values: Any, label: int, weight: float) -> None:
        self._values.extend(values)
        self._labels.append(label)
        self._weights.append(weight)

    def fitted(self) -> lightgbm.Booster:
        """Trees."""
        values = np.frombuffer(self._values, np.float32).reshape(-1, len(NAMES))
        labels, weights = np.frombuffer(self._labels, np.int8), np.frombuffer(self._weights, np.float32)
        given = lightgbm.Dataset(values, labels, weight=weights, feature_name=list(NAMES))
        return lightgbm.train(HOW, given, ROUNDS)


def main() -> None:
    """Train and write."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, nargs="+")
    arguments.add_argument("--until", type=float, default=0.6, help="the part of the time that is learnt from")
    given = arguments.parse_args()
    lines, late = Lines(), []
    for folder in given.data:
        mails = read(folder)
        until = int(given.until * len(mails))
        for seed, unseen in RUNS:
            for one in Traffic(seed, unseen).judged(mails[:until], chosen(500, until, MESSAGES, seed)):
                lines.add(one)
        late.append(right_ones(mails, until))
    booster = lines.fitted()
    scores = [np.asarray(booster.predict(rows)) for rows in late]
    write(
        booster, {name: round(max(float(np.quantile(of, share)) for of in scores), 4) for name, share in SHARES.items()}
    )


def right_ones(mails: Sequence[Mail], start: int) -> NDArray[np.float32]:
    """The rows of right recipients from a place on."""
    found = array("f")
    for one in Traffic(1).judged(mails, chosen(start, len(mails), MESSAGES, 1), kinds=()):
        for row in one.right.values():
            found.extend(row.values())
    return np.frombuffer(found, np.float32).reshape(-1, len(NAMES))


def write(booster: lightgbm.Booster, limits: dict[str, float]) -> None:
    """The features by number, then one tree a line."""
    used = sorted({number for number, gain in enumerate(booster.feature_importance("gain")) if gain})
    numbers = {number: place for place, number in enumerate(used)}
    trees = [node(tree["tree_structure"], numbers) for tree in booster.dump_model()["tree_info"]]
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees)
    features = json.dumps([NAMES[number] for number in used])
    FILE.write_text(f'{{"limits":{json.dumps(limits)},\n"features":{features},\n"trees":[\n{lines}\n]}}\n', "utf-8")


def node(of: dict[str, Any], numbers: dict[int, int]) -> Any:
    """`[feature, limit, left, right]`, or what a leaf adds, in thousandths."""
    if "leaf_value" in of:
        return round(of["leaf_value"] * 1000)
    limit = float(f"{of['threshold']:.4g}")
    children = (node(of[side], numbers) for side in ("left_child", "right_child"))
    return [numbers[of["split_feature"]], int(limit) if limit.is_integer() else limit, *children]


if __name__ == "__main__":
    main()
