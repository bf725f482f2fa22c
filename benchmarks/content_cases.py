"""Files with known content, each judged in a neutral mail: what was held, missed, held falsely; what was found, by kind and by format."""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mail.envelope import Client, Envelope, ForwardPath  # noqa: E402 - run as a program from anywhere
from mail.message import Message, read  # noqa: E402
from rules.base import Facts, Mail  # noqa: E402
from rules.personal.normal import plain  # noqa: E402
from rules.verdict import Policy, Verdict, default_policy, judge  # noqa: E402

# What the manifests call the kinds whose names are not simply ours in capitals.
KINDS = {
    "PERSON": "person_name", "ADDRESS": "postal_address", "PHONE": "phone", "EMAIL": "email_address", "BIRTHDATE": "birth_date",
    "CREDIT_CARD": "payment_card", "DRIVER_LICENSE": "driver_licence",
}  # fmt: skip
NOT_COMPARED = frozenset({"POSTAL_CODE"})
FACTS = Facts(date(2026, 4, 6), frozenset({"sender.example"}))
ENVELOPE = Envelope(
    "bench",
    "hanako@sender.example",
    (ForwardPath("kimura@customer.example"),),
    Client("192.0.2.1"),
    datetime(2026, 4, 6, tzinfo=UTC),
)
_NUMBERS = frozenset(
    {"PHONE", "BIRTHDATE", "MY_NUMBER", "CREDIT_CARD", "PENSION_NUMBER", "HEALTH_INSURANCE", "DRIVER_LICENSE"}
)
_ERA = re.compile(r"(令和|平成|昭和|大正|R|H|S|T)\s*(\d{1,2}|元)\D+(\d{1,2})\D+(\d{1,2})")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925, "大正": 1911, "T": 1911}


def ours(kind: str) -> str:
    """The name of a manifest's kind in this product."""
    return KINDS.get(kind, kind.lower())


def neutral_mail(name: str, data: bytes) -> bytes:
    """A mail that says nothing itself, with the file attached."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "hanako@sender.example", "kimura@customer.example", "資料"
    message.set_content("資料をお送りします。\n")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def content_of(path: Path) -> bytes:
    """The mail itself, or a neutral mail with the file attached."""
    return path.read_bytes() if path.suffix == ".eml" else neutral_mail(path.name, path.read_bytes())


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


@dataclass(frozen=True)
class Judged:
    """One file of a set, read and judged."""

    case: dict[str, Any]
    path: Path
    message: Message
    verdict: Verdict
    reading: float
    judging: float

    @property
    def outcome(self) -> str:
        """Right, missed, false or passed; what is said of the recipient does not count here."""
        held = any(finding.rule.startswith("content-") for finding in self.verdict.asking)
        should = self.case["should_hold"]
        return ("right" if should else "false") if held else "missed" if should else "passed"


def manifest(folder: Path) -> list[dict[str, Any]]:
    """The lines of a set."""
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]


def judged(folder: Path, cases: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    """Each of them."""
    policy = Policy(default_policy().rules, with_values=True)
    for case in cases:
        path = folder / case["file"]
        content = content_of(path)
        start = time.process_time()
        message = read(content)
        read_at = time.process_time()
        verdict = judge(Mail(ENVELOPE, message), FACTS, policy)
        yield Judged(case, path, message, verdict, read_at - start, time.process_time() - read_at)


def text_of(message: Message) -> str:
    """All that was read of a message's parts, in one text without blanks and dashes."""
    cells = [
        cell for part in message.parts for block in part.blocks for row in (block.header, *block.rows) for cell in row
    ]
    return squeezed("\n".join(cells))


def squeezed(text: str) -> str:
    """In the form in which a labelled value is looked for: NFKC, no blanks, no separators."""
    return re.sub(r"[\s\-・|*_\\/.,()]+", "", plain(text)).lower()


def labelled(case: dict[str, Any]) -> list[str]:
    """The values whose writing is known, as they are looked for; a name in two columns is not one."""
    kinds = {"EMAIL", "PHONE"} if case.get("split") else {"PERSON", "EMAIL", "PHONE"}
    return [squeezed(v).lstrip("0") for kind, values in case["gold"].items() if kind in kinds for v in values]


def count(one: Judged, tally: Tally) -> None:
    """Add a file to the tally."""
    case = one.case
    tally.holds[case["category"], one.outcome] += 1
    found_text, values = text_of(one.message), labelled(case)
    tally.in_text[case["format"], "there"] += len(values)
    tally.in_text[case["format"], "found"] += sum(value in found_text for value in values)
    tally.octets[case["format"]] += one.path.stat().st_size
    tally.seconds[case["format"]] += one.reading
    if case.get("compared", True):
        compare(case, found_in(one.verdict), tally)


def found_in(verdict: Verdict) -> dict[str, set[str]]:
    """The values of each kind."""
    found: dict[str, set[str]] = {}
    for part in verdict.exposure.parts:
        for kind, values in part.values.items():
            found.setdefault(kind, set()).update(values)
    return found


def compare(case: dict[str, Any], found: Mapping[str, set[str]], tally: Tally) -> None:
    """Count right, missed and false values of every kind that stands in the file or was found."""
    by_ours = {ours(kind): kind for kind in (*case["gold"], *case.get("also", ())) if kind not in NOT_COMPARED}
    for kind in {*found, *by_ours}:
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
