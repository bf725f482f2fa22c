"""What was found held against what is there, by kind: right, missed, false; however a value was written."""

import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rules.personal.normal import plain

# What the manifests call the kinds whose names are not simply ours in capitals.
KINDS = {
    "PERSON": "person_name", "ADDRESS": "postal_address", "PHONE": "phone", "EMAIL": "email_address", "BIRTHDATE": "birth_date",
    "CREDIT_CARD": "payment_card", "DRIVER_LICENSE": "driver_licence",
}  # fmt: skip
_NUMBERS = frozenset(
    {"PHONE", "BIRTHDATE", "MY_NUMBER", "CREDIT_CARD", "PENSION_NUMBER", "HEALTH_INSURANCE", "DRIVER_LICENSE"}
)
_ERA = re.compile(r"(令和|平成|昭和|大正|R|H|S|T)\s*(\d{1,2}|元)\D+(\d{1,2})\D+(\d{1,2})")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925, "大正": 1911, "T": 1911}


def ours(kind: str) -> str:
    """The name of a manifest's kind in this product."""
    return KINDS.get(kind, kind.lower())


def bare(kind: str, value: str) -> str:
    """A value without what writers put between its letters, without a country's code and without zeros that a sheet drops."""
    text = "".join(c for c in plain(value).lower() if c.isalnum() or c in "@._+-")
    if kind == "BIRTHDATE":
        return _date(plain(value))
    digits = "".join(c for c in text if c.isdigit())
    if kind == "PHONE":
        return digits[-8:]
    if kind in _NUMBERS:
        return digits.lstrip("0")
    return text if kind == "EMAIL" else text.replace("-", "").replace(".", "")


def _date(text: str) -> str:
    """Year, then the two others by size: whether day or month comes first is the reader's country's own."""
    if era := _ERA.search(text):
        parts = [_ERAS[era[1]] + (1 if era[2] == "元" else int(era[2])), int(era[3]), int(era[4])]
    elif re.fullmatch(r"\d{8}", text):
        parts = [int(text[:4]), int(text[4:6]), int(text[6:])]
    else:
        for number, month in enumerate(_MONTHS, 1):
            text = re.sub(rf"(?i)\b{month}[a-z]*", f" {number} ", text)
        parts = [int(part) for part in re.findall(r"\d+", text)]
    parts.sort(reverse=True)
    return "-".join(map(str, parts))


@dataclass
class Tally:
    """What was counted over a set."""

    values: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(kind, right | missed | false)."""
    holds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(category, right | missed | false | passed)."""
    in_text: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(format, there | found): labelled values in the text that the reader found."""
    octets: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    """Of reading, by format, of the processor."""
    wrong: list[str] = field(default_factory=list)


def compare(case: dict[str, Any], found: Mapping[str, set[str]], tally: Tally) -> None:
    """Count right, missed and false values of every kind that stands in the file or was found."""
    by_ours = {ours(kind): kind for kind in (*case["gold"], *case.get("also", ()))}
    for kind in {*found, *by_ours} - (set() if "POSTAL_CODE" in case["gold"] else {"postal_code"}):
        _compare(case, by_ours.get(kind, kind.upper()), kind, found.get(kind, set()), tally)


def _compare(case: dict[str, Any], label: str, kind: str, values: set[str], tally: Tally) -> None:
    """One kind; a house name behind an address is no mistake."""
    gold = {bare(label, v) for v in case["gold"].get(label, ())}
    also = {bare(label, v) for v in case.get("also", {}).get(label, ())}
    found = {bare(label, v) for v in values}
    if kind == "postal_address":
        right = {g for g in gold if any(f and (f in g or g in f) for f in found)}
        false = {f for f in found if not any(f in g or g in f for g in gold | also)}
    elif kind == "person_name":
        turned = {_turned(v): bare(label, v) for v in case["gold"].get(label, ())}
        right = {g for g in gold if g in found} | {turned[f] for f in found if f in turned}
        false = found - gold - also - set(turned)
    else:
        right, false = gold & found, found - gold - also
    tally.values[kind, "right"] += len(right)
    tally.values[kind, "missed"] += len(gold - right)
    tally.values[kind, "false"] += len(false)
    if gold - right or false:
        missed = [v for v in case["gold"].get(label, ()) if bare(label, v) in gold - right][:4]
        tally.wrong.append(
            f"{kind:18} {case['file']}: missed {len(gold - right)} {missed}, false {len(false)} {sorted(false)[:4]}"
        )


def _turned(name: str) -> str:
    """Given and family name the other way round."""
    first, _, second = name.partition(" ")
    return bare("PERSON", second + first)


def totals(tally: Tally) -> Counter[str]:
    """Hold decisions over all classes: right, missed, false, passed."""
    total: Counter[str] = Counter()
    for (_, outcome), number in tally.holds.items():
        total[outcome] += number
    return total
