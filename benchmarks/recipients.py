"""How many mistyped recipients are asked about, by class, how many right ones, and what a look-up costs; beside other tools in the same run.

    python benchmarks/recipients.py [--sizes 1000 100000] [--style other-ja] [--data ../shared/data/recipients --contacts contacts_1k]
                                    [--sensitivity normal] [--no-peers] [--misses]

Without --data over invented books of the styles that the weights were never trained on (`invented_people.py`); with it over labelled cases in
files. Prints tables in Markdown. "Held" is recipient-typo or recipient-lookalike; for a peer: it names another address.
"""

import argparse
import csv
import gzip
import json
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from contact_book import Book  # noqa: E402 - run as a program from anywhere
from invented_people import STYLES, invented  # noqa: E402
from invented_slips import Case, right_ones, slips  # noqa: E402
from recipient_peers import Peer, peers  # noqa: E402

from mail.address import key  # noqa: E402
from mail.envelope import Client, Envelope, ForwardPath  # noqa: E402
from mail.headers import Headers  # noqa: E402
from mail.shapes import Message  # noqa: E402
from rules import recipient_lookalike, recipient_typo  # noqa: E402
from rules.base import Contact, Facts, Finding, Mail  # noqa: E402
from rules.typo_evidence import THRESHOLD  # noqa: E402

TODAY = date(2026, 1, 15)
EACH = 100
FIRST_TIME = {
    "new colleague",
    "new company",
    "new desk",
    "new_person_known_domain",
    "new_unknown_domain",
    "role_new_known_domain",
}
UNKNOWABLE = {"wrong_company_same_local", "lands_on_contact"}
"""Another company's person of the same name, another contact: rightly spelt, so no slip; recipient-unusual speaks of them."""
_ONE_SLIP = {
    "insertion",
    "omission",
    "substitution",
    "transposition",
    "doubled",
    "replacement",
    "repetition",
    "kbd_neighbour",
    "swap",
}
_EMPTY = Message(Headers(b"\r\n"), (), (), ())


class Result(NamedTuple):
    """One case as one tool saw it."""

    case: Case
    held: bool
    right: bool


class Ours:
    """The two rules over a book, timed."""

    name = "Sekisho"

    def __init__(self, book: Book, sensitivity: str) -> None:
        self.book = book
        self.options = (recipient_typo.Options(sensitivity), recipient_lookalike.Options(sensitivity))  # type: ignore[arg-type]  # argparse gives a str
        self.look_up: list[float] = []
        self.cpu: list[float] = []

    def ask(self, address: str) -> str | None:
        """The suggestion; "" for a question without one; None when nothing is asked."""
        begun = time.process_time()
        facts = Facts(TODAY, frozenset(), {address: self.book.facts(address)})
        found_at = time.process_time()
        envelope = Envelope("bench", "a@own.example", (ForwardPath(address),), Client("192.0.2.1"), datetime.now(UTC))
        mail = Mail(envelope, _EMPTY)
        found: list[Finding] = [
            *recipient_typo.check(mail, facts, self.options[0]),
            *recipient_lookalike.check(mail, facts, self.options[1]),
        ]
        self.look_up.append(found_at - begun)
        self.cpu.append(time.process_time() - found_at)
        return found[0].suggestion if found else None


def contacts_of(folder: Path, name: str) -> list[Contact]:
    """The development data's `mails, last_days` as contacts; all vouched, for they were imported."""
    with gzip.open(folder / f"{name}.tsv.gz", "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [
        Contact(r["address"], r["name"], int(r["mails"]), 0, TODAY - timedelta(int(r["last_days"])), vouched=True)
        for r in rows
    ]


def cases_of(folder: Path, name: str) -> Iterator[Case]:
    """The labelled cases over one book."""
    with gzip.open(folder / "cases.jsonl.gz", "rt", encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            if case["contacts"] == name:
                yield Case(case["error_class"], case["recipient"], case["intended"] if case["label"] == "typo" else "")


def run(tool: Ours | Peer, cases: list[Case]) -> list[Result]:
    """What one tool says of all cases."""
    answers = [(case, tool.ask(case.recipient)) for case in cases]
    return [
        Result(case, said is not None, bool(said) and key(said or "") == key(case.intended)) for case, said in answers
    ]


def shares(results: list[Result], *, wrong: bool) -> dict[str, tuple[float, float, int]]:
    """By kind: held, right among held, and how many."""
    by: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if bool(result.case.intended) == wrong:
            by[result.case.kind].append(result)
    return {
        kind: (_share(r.held for r in all_), _share(r.right for r in all_ if r.held), len(all_))
        for kind, all_ in sorted(by.items())
    }


def _share(given: Iterator[bool]) -> float:
    found = Counter(given)
    return 100 * found[True] / max(1, found.total())


def table(results: dict[str, list[Result]]) -> None:
    """Held by kind, a column a tool; then the means."""
    print(f"| | {' | '.join(results)} |\n|---|{'---|' * len(results)}")
    for wrong in (True, False):
        columns = [shares(found, wrong=wrong) for found in results.values()]
        for kind, (_, _, count) in columns[0].items():
            print(f"| {kind} ({count}) | {' | '.join(f'{column[kind][0]:.1f} %' for column in columns)} |")
        if wrong:
            row(
                "**one slip, held**",
                [
                    _share(r.held for r in found if r.case.intended and _is_one(r.case.kind))
                    for found in results.values()
                ],
            )
            row(
                "**mean of the classes, held**",
                [statistics.mean(v[0] for k, v in c.items() if k not in UNKNOWABLE) for c in columns],
            )
            row(
                "**right suggestion among held**",
                [_share(r.right for r in found if r.held and r.case.intended) for found in results.values()],
            )
        else:
            row(
                "**first-time recipients, held**",
                [_share(r.held for r in found if r.case.kind in FIRST_TIME) for found in results.values()],
            )


def quantiles(seconds: list[float]) -> str:
    """The middle one and the hundredth slowest."""
    micro = sorted(1e6 * s for s in seconds)
    return f"p50 {micro[len(micro) // 2]:.0f} µs, p99 {micro[len(micro) * 99 // 100]:.0f} µs"


def row(title: str, values: list[float]) -> None:
    """One line of sums."""
    print(f"| {title} | {' | '.join(f'{value:.2f} %' for value in values)} |")


def _is_one(kind: str) -> bool:
    return kind.removeprefix("local ").removeprefix("domain ").removeprefix("loc_").removeprefix("dom_") in _ONE_SLIP


def measure(title: str, book: Book, cases: list[Case], given: argparse.Namespace) -> None:
    """One book: tables and the cost."""
    random.Random(1).shuffle(cases)
    ours = Ours(book, given.sensitivity)
    tools: list[Ours | Peer] = [ours, *([] if given.no_peers else peers(list(book.by_key.values())))]
    print(f"\n### {title}: {len(book.by_key):,} contacts, {len(cases):,} cases\n")
    results = {tool.name: run(tool, cases) for tool in tools}
    table(results)
    print(
        f"\nCPU: look-up in this index in memory {quantiles(ours.look_up)}; both rules with reason {quantiles(ours.cpu)}"
    )
    if given.misses:
        for case, held, _ in results[ours.name]:
            if held != bool(case.intended) and case.kind not in UNKNOWABLE:
                print("miss" if case.intended else "false", *case)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path)
    options.add_argument("--contacts", nargs="*", default=["contacts_1k"])
    options.add_argument("--sizes", nargs="*", type=int, default=[1_000, 100_000])
    options.add_argument("--style", nargs="*", default=[style.name for style in STYLES if style.held_out])
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--sensitivity", default="normal", choices=list(THRESHOLD))
    options.add_argument("--no-peers", action="store_true")
    options.add_argument("--misses", action="store_true", help="print the cases that went wrong")
    given = options.parse_args()
    if given.data:
        for name in given.contacts:
            measure(name, Book(contacts_of(given.data, name)), list(cases_of(given.data, name)), given)
        return
    for style in (style for style in STYLES if style.name in given.style):
        for size in given.sizes:
            rng = random.Random(f"{given.seed} {style.name} {size}")
            made = invented(style, size, rng)
            book = Book([Contact(a, "", n, vouched=True) for a, n in made.contacts.items()])
            measure(style.name, book, [*slips(made, EACH, rng), *right_ones(made, 2 * EACH, rng)], given)


if __name__ == "__main__":
    main()
