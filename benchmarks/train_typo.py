"""Learns the weights of `rules/typo_weights.toml` from invented books, and writes them.

    python benchmarks/train_typo.py [--dry-run]

Logistic regression by Newton's method over the evidence that `rules/typo_signs.py` writes down: for every mistake the contact that was
meant is a yes, for every right recipient each near contact is a no. Styles that are held out are measured, never learnt from.
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from contact_book import Book  # noqa: E402 - run as a program from anywhere
from invented_people import STYLES, invented  # noqa: E402
from invented_slips import Case, right_ones, slips  # noqa: E402

from mail.address import key  # noqa: E402
from rules import typo_evidence  # noqa: E402
from rules.base import Contact  # noqa: E402
from rules.typo_signs import about  # noqa: E402

WEIGHTS = ROOT / "rules/typo_weights.toml"
SIZES = (1_000, 30_000)
EACH = 70
RIDGE = 1.0
ALLOWED = (
    ("local", "new colleague", 0.005),
    ("domain", "stranger at a neighbour domain", 0.014),
    ("domain suffix", "sister company", 0.008),
)
"""Which weight is moved so that, of which right ones in the largest books, no more than so many are asked about in normal mode."""
LIMITS = {"quiet": 0.9, "normal": 0.5, "strict": 0.2}
PRIOR = {"domain slip in use": -8.0, "local year broken": 5.0, "local stray separator": 4.0, "both sides habit": -3.0}
"""Where weights begin that the books are too small to teach: a domain that somebody writes to is no slip of a letter; nobody's address ends
in a dot or in a year that is none."""
Pair = tuple[dict[str, float], bool, float]


def cases(held_out: bool, sizes: tuple[int, ...], seed: int) -> Iterator[tuple[str, Book, list[Case]]]:
    """Books with their cases."""
    for style in STYLES:
        for size in sizes:
            if style.held_out == held_out:
                rng = random.Random(f"{seed} {style.name} {size}")
                made = invented(style, size, rng)
                book = Book([Contact(a, "", n, vouched=True) for a, n in made.contacts.items()])
                yield f"{style.name} {size}", book, [*slips(made, EACH, rng), *right_ones(made, 2 * EACH, rng)]


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


HEAVY = {
    "new colleague": 3.0,
    "new company": 2.0,
    "stranger at a neighbour domain": 1.0,
    "sister company": 0.5,
    "another of the family name": 0.3,
}


def weight(case: Case) -> float:
    """How much a case counts."""
    return 1.0 if case.intended else HEAVY.get(case.kind, 1.0)


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


def shifted(weights: dict[str, float], scores: list[tuple[Case, float, str]]) -> dict[str, float]:
    """The weights moved so that at one half no more than allowed are asked about: colleagues, strangers, sister companies."""
    moved = dict(weights)
    for name, kind, share in ALLOWED:
        odds = sorted((logit(s) for c, s, _ in scores if c.kind == kind), reverse=True)
        earlier = moved["domain"] - weights["domain"] if name == "domain suffix" else 0.0
        moved[name] = round(moved[name] - odds[int(len(odds) * share)] - earlier - 0.01, 3)
    return moved


def logit(p: float) -> float:
    """The logarithm of the odds."""
    return float(np.log(max(p, 1e-9) / max(1 - p, 1e-9)))


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
    train = list(cases(False, SIZES, 1))
    if not given.dry_run:
        learnt: list[Pair] = []
        for _, book, found in train:
            learnt.extend(pairs(book, found))
        typo_evidence.WEIGHTS.clear()
        typo_evidence.WEIGHTS.update(fit(learnt))
        largest = [(book, found) for title, book, found in train if title.endswith(f" {SIZES[-1]}")]
        scores = [s for book, found in largest for s in scored(book, found)]
        typo_evidence.WEIGHTS.update(shifted(typo_evidence.WEIGHTS, scores))
        WEIGHTS.write_text(written(typo_evidence.WEIGHTS, LIMITS), "utf-8")
    limit = typo_evidence.THRESHOLD["normal"]
    report("learnt from", [s for _, book, found in train for s in scored(book, found)], limit)
    report("held out", [s for _, book, found in cases(True, SIZES, 2) for s in scored(book, found)], limit)


if __name__ == "__main__":
    main()
