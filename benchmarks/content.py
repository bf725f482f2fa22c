"""How much of what should be held is held, and what else, over files with known content, each attached to a neutral mail; and how fast.

    python benchmarks/content.py [--peers] [--misses] [--wrong] [--seed N]
    python benchmarks/content.py --data DIR … [--misses] [--wrong] [--only TEXT]

Without --data everything: the development data, where it is there, the invented files (benchmarks/invented_files.py), written anew, ordinary mail,
office files without personal data, speed and memory; with --peers Presidio and markitdown beside. With --data the hold decisions and kinds alone.
"""

import argparse
from pathlib import Path

from content_cases import ROOT, Judged, count, judged, manifest
from content_compare import Tally, totals
from content_table import RECORD_KINDS, share

DEVELOPMENT = ROOT / "../shared/data/content"
NAMES = {True: "development data", False: "files by another hand"}


def measure(folder: Path, given: argparse.Namespace) -> Tally:
    """Judge a set, and print what came out."""
    print(f"\nFiles with known content: {folder if given.data else NAMES[folder == DEVELOPMENT]}")
    tally, cases = Tally(), [case for case in manifest(folder) if given.only in case["file"]]
    for one in judged(folder, cases):
        count(one, tally)
        if given.only or (given.misses and one.outcome in {"missed", "false"}):
            show(one)
    if given.wrong:
        print("\n".join(sorted(tally.wrong)))
    holds(tally)
    kinds(tally)
    there, found = (sum(n for (_, what), n in tally.in_text.items() if what == which) for which in ("there", "found"))
    print(f"  labelled values in the text that was read: {found} of {there} ({found / max(1, there):.2%})")
    less = {form for form, _ in tally.in_text if tally.in_text[form, "found"] < tally.in_text[form, "there"]}
    for form in sorted(less):
        print(f"    {form:8} {tally.in_text[form, 'found']} of {tally.in_text[form, 'there']}")
    octets, seconds = sum(tally.octets.values()), sum(tally.seconds.values())
    print(
        f"  {octets / 1e6:.1f} MB of files read in {seconds:.2f} s of one core: {octets / 1e6 / max(seconds, 1e-9):.1f} MB/s"
    )
    return tally


def show(one: Judged) -> None:
    """One file and the findings about it."""
    print(one.case["file"], one.outcome, one.case["reason"], one.case["counts"], dict(one.verdict.broken))
    for finding in one.verdict.findings:
        print("   ", finding.rule, finding.action, finding.reason, finding.words["en"])


def holds(tally: Tally) -> None:
    """Hold decisions, and the classes in which one was wrong."""
    total = totals(tally)
    there, harmless = total["right"] + total["missed"], total["false"] + total["passed"]
    print(f"  to be held: {there}, missed {total['missed']}; harmless: {harmless}, held falsely {total['false']}")
    for category in sorted({category for category, _ in tally.holds}):
        row = {outcome: tally.holds[category, outcome] for outcome in ("right", "missed", "passed", "false")}
        if row["missed"] or row["false"]:
            print(f"    {category:24} missed {row['missed']:3} of {row['right'] + row['missed']:3}   held falsely {row['false']:3} of {row['false'] + row['passed']:3}")  # fmt: skip


def kinds(tally: Tally) -> None:
    """Precision and recall, those of records first."""
    names = {kind for kind, _ in tally.values}
    ordered = [kind for kind in RECORD_KINDS if kind in names] + sorted(names - set(RECORD_KINDS))
    print(f"  {'kind':22} precision  recall   values")
    for kind in ordered:
        right, missed, false = (tally.values[kind, what] for what in ("right", "missed", "false"))
        if right + missed or false:
            print(f"  {kind:22} {share(right, right + false):>9}  {share(right, right + missed):>6}   {right + missed}")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, action="append", help="a folder with manifest.jsonl")
    options.add_argument("--peers", action="store_true", help="Presidio and markitdown beside")
    options.add_argument("--misses", action="store_true", help="print the files that went wrong")
    options.add_argument("--wrong", action="store_true", help="print the values that went wrong (they are invented)")
    options.add_argument("--only", default="", help="only files whose name has this text; prints their findings")
    options.add_argument("--seed", type=int, default=0, help="other invented files than the README's")
    given = options.parse_args()
    if given.data:
        for folder in given.data:
            measure(folder, given)
        return
    from content_everything import everything  # noqa: PLC0415 - needs what only `make bench-content` installs

    everything(given)


if __name__ == "__main__":
    main()
