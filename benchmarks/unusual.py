"""Wrong recipients, rightly spelt: how often recipient-unusual ranks one first, and finds it at a given share of false flags.

`python benchmarks/unusual.py --data FOLDER` (see unusual_traffic.py). The mail is judged in its order and learnt as it goes; figures are of
the last part of the time. False flags are of the messages as they were, per recipient.
"""

import argparse
import time
from collections import defaultdict
from pathlib import Path

from unusual_traffic import KINDS, Traffic, chosen, read

from rules.unusual_model import model

SHARES = (0.005, 0.05)
MESSAGES = 13_000
"""At most so many are measured."""


def main() -> None:
    """Measure and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument(
        "--from", dest="start", type=float, default=0.6, help="the part of the time before it is not measured"
    )
    given = arguments.parse_args()
    mails = read(given.data)
    print(
        "| people whose own mail passes us | wrong one | messages | first | chance | found at 0.5 % | at 5 % | at our limits |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for unseen in (0.0, 0.5):
        measure(Traffic(7, unseen), mails, given.start, "all" if not unseen else "half")


def measure(traffic: Traffic, mails: list, start: float, seen: str) -> None:  # type: ignore[type-arg]
    """One run through the mail."""
    score, limits = model().score, model().limits
    right: list[float] = []
    wrong: dict[str, list[float]] = defaultdict(list)
    first: dict[str, list[bool]] = defaultdict(list)
    chance: dict[str, list[float]] = defaultdict(list)
    spent = 0.0
    for one in traffic.judged(mails, chosen(int(start * len(mails)), len(mails), MESSAGES, 7)):
        began = time.process_time()
        right += map(score, one.right.values())
        spent += time.process_time() - began
        for kind, (person, rows) in one.wrong.items():
            scores = {each: score(row) for each, row in rows.items()}
            wrong[kind].append(scores[person])
            first[kind].append(all(scores[person] > s for each, s in scores.items() if each != person))
            chance[kind].append(1 / len(rows))
    right.sort()
    at = [right[int(len(right) * (1 - share))] for share in SHARES]
    for kind in KINDS:
        found = [sum(s > limit for s in wrong[kind]) / len(wrong[kind]) for limit in at]
        ours = ", ".join(
            f"{name} {sum(s >= limit for s in wrong[kind]) / len(wrong[kind]):.0%}" for name, limit in limits.items()
        )
        ranked, random = (sum(of[kind]) / len(of[kind]) for of in (first, chance))
        print(
            f"| {seen} | {kind} | {len(wrong[kind])} | {ranked:.1%} | {random:.0%} | {found[0]:.1%} | {found[1]:.1%} | {ours} |"
        )
    false = ", ".join(f"{name} {sum(s >= limit for s in right) / len(right):.2%}" for name, limit in limits.items())
    print(
        f"\nRight recipients above our limits: {false} of {len(right):,}; {spent / len(right) * 1e6:.0f} µs CPU a score.\n",
        flush=True,
    )


if __name__ == "__main__":
    main()
