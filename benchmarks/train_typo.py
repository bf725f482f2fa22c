"""Learns the weights of `rules/typo_weights.toml` from invented books, and writes them.

    python benchmarks/train_typo.py [--dry-run]

Logistic regression by Newton's method over the evidence that `rules/typo_signs.py` writes down: for every mistake the contact that was
meant is a yes, for every right recipient each near contact is a no. Styles that are held out are measured, never learnt from.
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from contact_book import Book  # noqa: E402 - run as a program from anywhere
from invented_people import STYLES, Style, invented, worlds  # noqa: E402
from invented_slips import Case, right_ones, slips  # noqa: E402

from mail.address import key  # noqa: E402
from rules import typo_evidence  # noqa: E402
from rules.base import Contact  # noqa: E402
from rules.typo_signs import about  # noqa: E402

WEIGHTS = ROOT / "rules/typo_weights.toml"
WORLDS = 32
SIZES = (1_000, 8_000, 40_000, 100_000)
EACH = 60
RIDGE = 1.0
THRESHOLDS = {"quiet": 0.9, "normal": 0.5, "strict": 0.2}
PRIOR = {"local year broken": 5.0, "local stray separator": 4.0, "both sides habit": -3.0}
"""Where weights begin that the books are too small to teach: nobody's address ends in a dot or in a year that is none."""
Pair = tuple[dict[str, float], bool, float]


def cases(styles: Sequence[Style], sizes: tuple[int, ...], each: int, seed: int) -> Iterator[tuple[Book, list[Case]]]:
    """A book of every style with its cases: `each` mistakes of a class, four times as many right ones of a kind."""
    for number, style in enumerate(styles):
        rng = random.Random(f"{seed} {style.name}")
        made = invented(style, sizes[(number + number // len(sizes)) % len(sizes)], rng)  # every size with every people
        book = Book([Contact(a, "", n, vouched=True) for a, n in made.contacts.items()])
        yield book, [*slips(made, each, rng), *right_ones(made, 4 * each, rng)]


def pairs(book: Book, found: list[Case]) -> Iterator[Pair]:
    """Evidence, whether it was meant, and how much it counts."""
    for case in found:
        facts = book.facts(case.recipient)
        if facts.known:
            continue
        near = [(c, e) for c, _, e in typo_evidence.near(about(case.recipient, facts))]
        for contact, evidence in near:
            meant = bool(case.intended) and key(contact.address) == key(case.intended)
            if meant or not case.intended:
                yield evidence, meant, weight(case)


WEIGHT = {
    "new colleague": 4.5,
    "stranger at a neighbour domain": 4.5,
    "new company": 3.0,
    "sister company": 0.75,
    "another of the family name": 0.45,
}
"""How much a right recipient counts beside a mistake: a needless question to somebody new is worse than a slip that is missed."""
USUAL = 1.5


def weight(case: Case) -> float:
    """How much a case counts."""
    return 1.0 if case.intended else WEIGHT.get(case.kind, USUAL)


def fit(given: list[Pair]) -> dict[str, float]:
    """The weights."""
    names = sorted({name for evidence, *_ in given for name in evidence})
    at = {name: i for i, name in enumerate(names)}
    x = np.zeros((len(given), len(names)))
    for row, (evidence, *_) in enumerate(given):
        for name, value in evidence.items():
            x[row, at[name]] = value
    y = np.array([meant for _, meant, _ in given], dtype=float)
    w = np.array([counts for _, _, counts in given])
    prior = np.array([PRIOR.get(name, 0.0) for name in names])
    beta = prior.copy()
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        step = np.linalg.solve(
            (x * (w * p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(names)),
            x.T @ (w * (y - p)) - RIDGE * (beta - prior),
        )
        beta += step
    return PRIOR | dict(zip(names, (round(float(b), 3) for b in beta), strict=True))


def scored(book: Book, found: list[Case]) -> Iterator[tuple[Case, float, str]]:
    """Every case with its score and the suggestion."""
    for case in found:
        facts = book.facts(case.recipient)
        best = None if facts.known else typo_evidence.likely(case.recipient, facts, frozenset())
        yield case, best.score if best else 0.0, best.meant if best else ""


def written(weights: dict[str, float], limits: dict[str, float]) -> str:
    """The file."""
    head = "# Learnt by benchmarks/train_typo.py from invented books; do not change by hand. A weight times its evidence adds to the logarithm of\n# the odds that the contact was meant (rules/typo_signs.py); a threshold is the probability above which a setting asks.\n"
    lines = [f'"{name}" = {value}' for name, value in weights.items()]
    limit = [f"{name} = {value}" for name, value in limits.items()]
    return "\n".join([head + "[threshold]", *limit, "", "[weights]", *lines, ""])


def report(title: str, scores: list[tuple[Case, float, str]], limit: float) -> None:
    """Shares by kind."""
    by: dict[tuple[bool, str], list[tuple[bool, bool]]] = defaultdict(list)
    for case, score, meant in scores:
        by[bool(case.intended), case.kind].append((score >= limit, key(meant) == key(case.intended)))
    print(f"== {title}")
    for (wrong, kind), all_ in sorted(by.items()):
        held = [right for asked, right in all_ if asked]
        print(
            f"{'slip ' if wrong else 'right'} {kind:34} {100 * len(held) / len(all_):6.1f} %  of {len(all_):5}  {f'right suggestion {100 * sum(held) / len(held):.1f} %' if wrong and held else ''}"
        )
    for wrong in (True, False):
        shares = [sum(a for a, _ in v) / len(v) for (w, _), v in by.items() if w == wrong]
        print(f"mean {'slips' if wrong else 'right'} {100 * sum(shares) / len(shares):.2f} %")


def main() -> None:
    """Learn, write, and show what is reached."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dry-run", action="store_true", help="learn nothing, measure the weights as they are")
    given = options.parse_args()
    train = list(cases(worlds(WORLDS, 5), SIZES, EACH, 1))
    if not given.dry_run:
        learnt = [pair for book, found in train for pair in pairs(book, found)]
        typo_evidence.WEIGHTS.clear()
        typo_evidence.WEIGHTS.update(fit(learnt))
        WEIGHTS.write_text(written(typo_evidence.WEIGHTS, THRESHOLDS), "utf-8")
    limit = typo_evidence.THRESHOLD["normal"]
    report("learnt from", [s for book, found in train for s in scored(book, found)], limit)
    others = [style for style in STYLES if style.held_out]
    for size in (1_000, 100_000):
        held_out = [s for book, found in cases(others, (size,), EACH, 2) for s in scored(book, found)]
        report(f"held out, {size} contacts", held_out, limit)


if __name__ == "__main__":
    main()
