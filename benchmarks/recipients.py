"""How many mistyped recipients are found, by kind of mistake, and how many right ones are asked about; on labelled cases.

    python benchmarks/recipients.py [--data ../shared/data/recipients] [--contacts contacts_1k] [--misses]

The index below is the smallest that serves the rule: contacts by token, as `store/contacts.py` keeps them in a table.
"""

import argparse
import csv
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mail.address import key, split  # noqa: E402 - run as a program from anywhere
from rules.base import Contact, RecipientFacts  # noqa: E402
from rules.slips import asked_names, domain_tokens, local_tokens, name_parts  # noqa: E402
from rules.typo_evidence import THRESHOLD, likely  # noqa: E402

TODAY = date(2026, 1, 15)
CANDIDATES = 50


class Book:
    """Contacts with an index of tokens."""

    def __init__(self, contacts: list[Contact]) -> None:
        self.by_key = {key(c.address): c for c in contacts}
        self.by_domain: dict[str, set[str]] = defaultdict(set)
        self.domains: dict[str, set[str]] = defaultdict(set)
        self.locals: dict[str, set[str]] = defaultdict(set)
        self.names: Counter[str] = Counter()
        for address in self.by_key:
            local, domain = split(address)
            self.by_domain[domain].add(address)
            self.names.update(set(name_parts(local)))
            for token in local_tokens(local):
                self.locals[token].add(address)
        for domain in self.by_domain:
            for token in domain_tokens(domain):
                self.domains[token].add(domain)

    def facts(self, address: str) -> RecipientFacts:
        """What the store would say of an address."""
        local, domain = split(key(address))
        near_domains = {domain}.union(*(self.domains.get(t, ()) for t in domain_tokens(domain)))
        near_locals: set[str] = set().union(*(self.locals.get(t, ()) for t in local_tokens(local)))
        near = [self.by_key[a] for a in near_locals if split(a)[1] in near_domains]
        near.sort(key=lambda c: -c.count)
        tokens = {t: self.names[t] for t in asked_names(local) if self.names[t]}
        return RecipientFacts(
            self.by_key.get(f"{local}@{domain}"), tuple(near[:CANDIDATES]), domain in self.by_domain, tokens
        )


def contacts_of(folder: Path, name: str) -> list[Contact]:
    """The development data's `mails, last_days` as contacts; all vouched, for they were imported."""
    with gzip.open(folder / f"{name}.tsv.gz", "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [
        Contact(
            r["address"],
            r["name"],
            int(r["mails"]),
            int(r["mails"]),
            TODAY - timedelta(int(r["last_days"])),
            vouched=True,
        )
        for r in rows
    ]


def cases_of(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The labelled cases over one book."""
    with gzip.open(folder / "cases.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from (case for case in map(json.loads, lines) if case["contacts"] == name)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=ROOT / "../shared/data/recipients")
    options.add_argument("--contacts", default="contacts_1k")
    options.add_argument("--sensitivity", default="normal", choices=list(THRESHOLD))
    options.add_argument("--misses", action="store_true", help="print the cases that went wrong")
    given = options.parse_args()
    book = Book(contacts_of(given.data, given.contacts))
    seen: Counter[tuple[str, str]] = Counter()
    flagged: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    seconds = 0.0
    for case in cases_of(given.data, given.contacts):
        kind = (case["label"], case["error_class"])
        facts = book.facts(case["recipient"])
        start = time.perf_counter()
        vouched = facts.known is not None and facts.known.vouched
        found = None if vouched else likely(case["recipient"], facts, frozenset())
        seconds += time.perf_counter() - start
        asked = found is not None and found.score >= THRESHOLD[given.sensitivity]
        seen[kind] += 1
        flagged[kind] += asked
        right[kind] += asked and found is not None and key(found.meant) == key(case["intended"])
        if given.misses and asked != (case["label"] == "typo"):
            print(
                *kind,
                case["recipient"],
                case["intended"],
                found and (found.meant, found.score, [str(s.kind) for s in found.slips]),
            )
    for kind in sorted(seen):
        share = 100 * flagged[kind] / seen[kind]
        print(
            f"{kind[0]:5} {kind[1]:26} {flagged[kind]:4}/{seen[kind]:4} {share:6.1f} %   right suggestion {right[kind]}"
        )
    for label in ("typo", "ok"):
        shares = [flagged[k] / seen[k] for k in seen if k[0] == label]
        print(f"mean over {len(shares)} classes of {label}: {100 * sum(shares) / len(shares):.1f} %")
    print(f"{1e6 * seconds / sum(seen.values()):.0f} µs a recipient")


if __name__ == "__main__":
    main()
