"""The model behind recipient-unusual: many small trees that each add to a sum; all of them stand readable in `unusual_weights.json`.

`benchmarks/train_unusual.py` makes it (decision 0016). A node is `[feature, limit, left, right]`: left where the feature, of which the file has a
numbered list, is at most the limit; a leaf is what it adds, in thousandths.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any, NamedTuple

from rules.unusual_features import NAMES
from rules.unusual_situation import Row

FILE = files("rules") / "unusual_weights.json"


class Node(NamedTuple):
    """A question about one feature."""

    feature: int
    limit: float
    left: "Node | float"
    right: "Node | float"


class Model(NamedTuple):
    """Trees, and the limits above which a recipient is unusual."""

    trees: tuple[Node | float, ...]
    limits: Mapping[str, float]

    def score(self, row: Row) -> float:
        """How unusual a recipient is, 0 to 1."""
        values = tuple(row.values())  # in the order of NAMES: the same function made them
        total = 0.0
        for tree in self.trees:
            node = tree
            while node.__class__ is Node:
                feature, limit, left, right = node
                node = left if values[feature] <= limit else right
            total += node  # type: ignore[operator]
        return 1 / (1 + exp(-total))


@cache
def model() -> Model:
    """The model of the file."""
    said = json.loads(FILE.read_text("utf-8"))
    places = {name: place for place, name in enumerate(NAMES)}
    features = [places[name] for name in said["features"]]
    return Model(tuple(_node(tree, features) for tree in said["trees"]), said["limits"])


def _node(said: Any, features: Sequence[int]) -> Node | float:
    if not isinstance(said, list):
        return said / 1000  # type: ignore[no-any-return]  # a number of the file
    feature, limit, left, right = said
    return Node(features[feature], float(limit), _node(left, features), _node(right, features))
