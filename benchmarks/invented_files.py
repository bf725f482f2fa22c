"""A second set of files to judge content on, by another hand than the development data: nothing in it was looked up in `rules/`.

    python benchmarks/invented_files.py --write DIR [--seed N]

Writes the files and a `manifest.jsonl` with, for each: whether a mail with it must be held and why, how many persons it holds, the values that must be
found by type (`gold`) and those that may be (`also`). Lists of people, forms, numbers of the law of Japan and of twelve other countries, logs, letters;
and as many files that look like it and are harmless. Formats that need LibreOffice are left out by name where it is not installed.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from files_document import Case
from files_harmless import harmless_cases
from files_mails import body, chains
from files_odd import odd_files
from files_office import OFFICE, pdf
from files_personal_abroad import abroad_cases
from files_personal_ja import japanese_cases
from files_plain import TEXT
from files_wrapped import CONVERTED, WRAPPERS, converted, has_office, locked_office, locked_zip

WRITERS = {**TEXT, **OFFICE}
SEED = 20260405
CORRESPONDENTS = ("soumu@partner.example", "tanto@partner.example")
"""Who writes the mails in which some of the files lie."""
_WRAPPED = 0.12
_SUFFIXES = {"eml-body": "eml", "tnef": "dat"}


@dataclass
class Written:
    """One file, and what is known of it."""

    name: str
    data: bytes
    form: str
    container: str
    case: Case

    def line(self) -> dict[str, Any]:
        """Of the manifest."""
        case = self.case
        return {
            "file": self.name, "format": self.form, "container": self.container, "category": case.category, "should_hold": case.hold,
            "reason": case.reason, "persons": case.persons, "counts": {k: len(v) for k, v in case.gold.items()},
            "gold": case.gold, "also": case.also | {"EMAIL": [*case.also.get("EMAIL", ()), *CORRESPONDENTS]}, "compared": case.compared, "split": case.split,
        }  # fmt: skip


def chosen(case: Case, rng: random.Random, spread: dict[str, int]) -> list[str]:
    """Two or three formats for a case: those that were used least so far, so that each format gets its share."""
    possible = [f for f in case.formats if f not in CONVERTED or has_office()]
    rng.shuffle(possible)
    formats = sorted(possible, key=lambda f: spread[f])[: 3 if case.hold else 2]
    for form in formats:
        spread[form] += 1
    return formats


def plain_files(rng: random.Random) -> Iterator[Written]:
    """Each case in its formats, now and then inside something; those of LibreOffice last, all of a format in one run."""
    spread: dict[str, int] = defaultdict(int)
    later: dict[str, list[tuple[str, bytes, Case]]] = defaultdict(list)
    for number, case in enumerate((*japanese_cases(rng), *abroad_cases(rng), *harmless_cases(rng))):
        case.stem = f"{case.stem}_{number}"
        for form in chosen(case, rng, spread):
            if form == "eml-body":
                yield Written(f"{case.stem}.eml", body(case, rng), "eml", "body", case)
            elif form in CONVERTED:
                later[form].append((f"{case.stem}.{CONVERTED[form]}", WRITERS[CONVERTED[form]](case, rng), case))
            else:
                yield wrapped(case, form, WRITERS[form](case, rng), rng)
    for form, waiting in later.items():
        made = converted([(name, data) for name, data, _ in waiting], form)
        for name, _, case in waiting:
            if case.stem in made:
                yield Written(f"{case.stem}.{form}", made[case.stem], form.removeprefix("lo."), "LibreOffice", case)
            else:
                print(f"left out: {name} as {form}")


def wrapped(case: Case, form: str, data: bytes, rng: random.Random) -> Written:
    """As it is, or inside an archive or a mail."""
    name = f"{case.stem}.{form}"
    if rng.random() > _WRAPPED:
        return Written(name, data, form, "plain", case)
    way = rng.choice(list(WRAPPERS))
    outer = f"{name}.{_SUFFIXES.get(way, way)}"
    return Written(outer, WRAPPERS[way]([(name, data)], rng), form, way, case)


def locked(rng: random.Random) -> Iterator[Written]:
    """Behind a password: nobody can say what is inside."""
    for case in japanese_cases(rng)[:16:2]:
        shut = Case(case.stem, "locked", [], hold=True, reason="unscannable", compared=False)
        yield Written(
            f"locked_{case.stem}.zip", locked_zip([("名簿.csv", TEXT["csv"](case, rng))], rng), "zip", "password", shut
        )
        for form in ("xlsx", "docx"):
            yield Written(f"locked_{case.stem}.{form}", locked_office(OFFICE[form](case, rng)), form, "password", shut)
        yield Written(f"locked_{case.stem}.pdf", pdf(case, rng, "himitsu"), "pdf", "password", shut)


def files(seed: int = SEED) -> Iterator[Written]:
    """The whole set."""
    rng = random.Random(seed)
    if not has_office():
        print("left out, for LibreOffice is not installed:", ", ".join(CONVERTED))
    yield from plain_files(rng)
    for name, category, data in chains(rng):
        case = Case(name, category, [], hold=False, reason="hard_negative", compared=False)
        yield Written(f"{name}.eml", data, "eml", "chain", case)
    yield from locked(rng)
    for number, (form, data, case) in enumerate(odd_files(rng)):
        yield Written(f"{case.stem}_{number}.{form}", data, form, "odd", case)


def write(folder: Path, seed: int = SEED) -> int:
    """Into a folder, with the manifest; how many they are."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    lines = []
    for number, one in enumerate(files(seed)):
        one.name = f"files/{number:03}_{one.name}"
        (folder / one.name).write_bytes(one.data)
        lines.append(json.dumps(one.line(), ensure_ascii=False))
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return len(lines)


def main() -> None:
    """Write it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--write", type=Path, required=True)
    options.add_argument("--seed", type=int, default=SEED)
    given = options.parse_args()
    print(write(given.write, given.seed), "files in", given.write)


if __name__ == "__main__":
    main()
