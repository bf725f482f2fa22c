"""Files with known content, each judged in a neutral mail: what was held, missed, held falsely; what was found, by kind and by format."""

import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from content_compare import Tally, compare  # noqa: E402

from mail.envelope import Client, Envelope, ForwardPath  # noqa: E402 - run as a program from anywhere
from mail.message import Message, read  # noqa: E402
from mail.text_of import warm  # noqa: E402
from rules.base import Facts, Mail  # noqa: E402
from rules.personal.normal import plain  # noqa: E402
from rules.verdict import Policy, Verdict, default_policy, judge  # noqa: E402

FACTS = Facts(date(2026, 4, 6), frozenset({"sender.example"}))
ENVELOPE = Envelope(
    "bench",
    "hanako@sender.example",
    (ForwardPath("kimura@customer.example"),),
    Client("192.0.2.1"),
    datetime(2026, 4, 6, tzinfo=UTC),
)


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
    warm()  # as a process of the sandbox does before its first message
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
