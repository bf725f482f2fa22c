"""Train recipient-unusual: `make train-unusual DATA=folder`. Writes rules/unusual_weights.json: trees that can be read, and limits.

Learnt from the first part of the time; the limits are set on the rest, so that of a thousand right recipients one (quiet), five
(normal) or fifty (strict) are asked about.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from unusual_traffic import Judged, Traffic, read

from rules.unusual_features import NAMES

FILE = Path(__file__).parents[1] / "rules" / "unusual_weights.json"
SHARES = {"quiet": 0.999, "normal": 0.995, "strict": 0.95}
HOW = {
    "objective": "binary", "learning_rate": 0.04, "num_leaves": 31, "min_data_in_leaf": 80, "feature_fraction": 0.3, "bagging_fraction": 0.8,
    "bagging_freq": 1, "lambda_l2": 5, "seed": 3, "deterministic": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip
ROUNDS = 300
KINDS = ("frequent", "anyone")
"""Beside any contact, of which kind a second wrong one of a message is, in turn."""


def main() -> None:
    """Train and write."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--until", type=float, default=0.6, help="the part of the time that is learnt from")
    given = arguments.parse_args()
    mails = read(given.data)
    judged = [*Traffic(1).judged(mails), *Traffic(2, 0.5).judged(mails)]
    until = given.until * len(mails)
    early, late = [one for one in judged if one.place < until], [one for one in judged if one.place >= until]
    booster = fitted(early)
    right = booster.predict(np.array([list(row.values()) for one in late for row in one.right.values()]))
    limits = {name: round(float(np.quantile(right, share)), 4) for name, share in SHARES.items()}
    write(booster, limits)


def fitted(judged: list[Judged]) -> lightgbm.Booster:
    """Trees from messages as they were and with a wrong one."""
    values, labels = [], []
    for one in judged:
        values += [list(row.values()) for row in one.right.values()]
        labels += [0] * len(one.right)
        for kind in ("contact", KINDS[one.place % len(KINDS)]):
            if kind in one.wrong:
                wrong, rows = one.wrong[kind]
                values += [list(row.values()) for row in rows.values()]
                labels += [int(person == wrong) for person in rows]
    return lightgbm.train(HOW, lightgbm.Dataset(np.array(values), labels, feature_name=list(NAMES)), ROUNDS)


def write(booster: lightgbm.Booster, limits: dict[str, float]) -> None:
    """One tree a line."""
    trees = [node(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees)
    FILE.write_text(f'{{"limits":{json.dumps(limits)},\n"trees":[\n{lines}\n]}}\n', "utf-8")


def node(of: dict[str, Any]) -> Any:
    """`[feature, limit, left, right]`, or what a leaf adds."""
    if "leaf_value" in of:
        return round(of["leaf_value"], 4)
    name, limit = NAMES[of["split_feature"]], float(f"{of['threshold']:.5g}")
    return [name, limit, node(of["left_child"]), node(of["right_child"])]


if __name__ == "__main__":
    main()
