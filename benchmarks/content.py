"""How much of what should be held is held, and what else, over files with known content, each attached to a neutral mail; and how fast.

python benchmarks/content.py [--data ../shared/data/content] [--misses] [--only TEXT]
"""

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from letters import letters  # noqa: E402 - run as a program from anywhere

from mail.envelope import Client, Envelope, ForwardPath  # noqa: E402
from mail.message import read  # noqa: E402
from rules.base import Facts, Mail  # noqa: E402
from rules.personal.normal import plain  # noqa: E402
from rules.verdict import Policy, Verdict, default_policy, judge  # noqa: E402

KINDS = {
    "PERSON": "person_name", "ADDRESS": "postal_address", "PHONE": "phone", "EMAIL": "email_address", "BIRTHDATE": "birth_date",
    "MY_NUMBER": "my_number", "CREDIT_CARD": "payment_card",
}  # fmt: skip
FACTS = Facts(date(2026, 4, 6), frozenset({"sender.example"}))
ENVELOPE = Envelope(
    "bench",
    "hanako@sender.example",
    (ForwardPath("kimura@customer.example"),),
    Client("192.0.2.1"),
    datetime(2026, 4, 6, tzinfo=UTC),
)


def content_of(path: Path) -> bytes:
    """The mail itself, or a neutral mail with the file attached."""
    if path.suffix == ".eml":
        return path.read_bytes()
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "hanako@sender.example", "kimura@customer.example", "資料"
    message.set_content("資料をお送りします。\n")
    message.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name)
    return message.as_bytes()


def judged(path: Path, policy: Policy) -> tuple[Verdict, float, float]:
    """The verdict, and the seconds of reading and of judging."""
    start = time.perf_counter()
    message = read(content_of(path))
    read_at = time.perf_counter()
    verdict = judge(Mail(ENVELOPE, message), FACTS, policy)
    return verdict, read_at - start, time.perf_counter() - read_at


def bare(kind: str, value: str) -> str:
    """A value without what writers put between its letters."""
    text = "".join(c for c in plain(value).lower() if c.isalnum() or c in "@._+-")
    return (
        "".join(c for c in text if c.isdigit()) if kind in {"PHONE", "MY_NUMBER", "CREDIT_CARD", "BIRTHDATE"} else text
    )


def compare(case: dict[str, Any], verdict: Verdict, tally: Counter[tuple[str, str]]) -> None:
    """Count right, missed and false values by kind; a house name behind an address is no mistake."""
    for kind, ours in KINDS.items():
        gold = {bare(kind, v) for v in case["gold"].get(kind, ())}
        found = {bare(kind, v) for part in verdict.exposure.parts for v in part.values.get(ours, ())}
        if kind == "ADDRESS":
            right = {g for g in gold if any(f and (f in g or g in f) for f in found)}
            false = {f for f in found if not any(f in g or g in f for g in gold)}
        elif kind == "BIRTHDATE":
            right, false = (gold, found - found) if len(found) >= len(gold) else (set(list(gold)[: len(found)]), set())
        else:
            right, false = gold & found, found - gold
        tally[kind, "right"] += len(right)
        tally[kind, "missed"] += len(gold - right)
        tally[kind, "false"] += len(false)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=ROOT / "../shared/data/content")
    options.add_argument("--misses", action="store_true", help="print the files that went wrong")
    options.add_argument("--only", default="", help="only files whose name has this text; prints their findings")
    given = options.parse_args()
    policy = Policy(default_policy().rules, with_values=True)
    holds: Counter[str] = Counter()
    tally: Counter[tuple[str, str]] = Counter()
    reading = judging = 0.0
    for line in (given.data / "manifest.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        if given.only not in case["file"]:
            continue
        verdict, first, second = judged(given.data / case["file"], policy)
        reading, judging = reading + first, judging + second
        compare(case, verdict, tally)
        held = verdict.disposition != "pass"
        holds["right" if held == case["should_hold"] else "missed" if case["should_hold"] else "false"] += (
            held or case["should_hold"]
        )
        if given.only or (given.misses and held != case["should_hold"]):
            print(case["file"], case["reason"], case["counts"], dict(verdict.broken))
            for finding in verdict.findings:
                print("   ", finding.rule, finding.action, finding.reason, finding.words["en"])
    print(f"holds: {holds['right']} found, {holds['missed']} missed, {holds['false']} false")
    for kind in KINDS:
        right, missed, false = (tally[kind, what] for what in ("right", "missed", "false"))
        print(
            f"{kind:12} precision {right / max(1, right + false):.3f}  recall {right / max(1, right + missed):.3f}  ({right + missed} in all)"
        )
    print(f"{reading:.2f} s reading, {judging:.2f} s judging")
    if not given.only:
        speed()


def speed() -> None:
    """Processor time for long letters, every rule on."""
    for language, size in (("ja", 100_000), ("en", 100_000), ("ja", 10_000_000), ("en", 10_000_000)):
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = "hanako@sender.example", "kimura@customer.example"
        content = (
            message.as_bytes()[:-2]
            + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
            + letters(language, size).encode()
        )
        taken = []
        for _ in range(5):
            start = time.process_time()
            judge(Mail(ENVELOPE, read(content)), FACTS, default_policy())
            taken.append(time.process_time() - start)
        print(f"{size / 1e6:g} MB of letters ({language}): read and judged in {statistics.median(taken) * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
