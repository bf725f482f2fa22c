"""Other tools beside ours in the same run: Presidio with ja_ginza on the text that our reader found, markitdown on the files themselves."""

import json
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content_cases import (
    ENVELOPE,
    FACTS,
    ROOT,
    Judged,
    content_of,
    found_in,
    judged,
    labelled,
    manifest,
    squeezed,
    text_of,
)
from content_compare import Tally, compare
from content_table import Figures, pair

from mail.message import Message, Part, read
from mail.shapes import Paragraphs
from rules.base import Mail
from rules.verdict import Policy, default_policy, judge

PYTHON = ROOT / ".bench/peers/bin/python"
CHARACTERS = 60_000
"""So much text for Presidio: it reads some kilobytes a second."""
_LONGEST = 3_000
_FILES = 8
"""So many files of a format for markitdown."""
_PRESIDIO = {
    "PERSON": "person_name", "LOCATION": "postal_address", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email_address",
    "CREDIT_CARD": "payment_card", "IBAN_CODE": "iban", "US_SSN": "us_ssn",
}  # fmt: skip


class Peer:
    """A worker in its own environment, asked a line at a time."""

    def __init__(self, name: str) -> None:
        command = [str(PYTHON), str(Path(__file__).with_name("peer_worker.py")), name]
        self._worker = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def ask(self, **asked: str) -> dict[str, Any]:
        """Its answer; an error where it died."""
        assert self._worker.stdin
        assert self._worker.stdout
        try:
            self._worker.stdin.write(json.dumps(asked) + "\n")
            self._worker.stdin.flush()
            line = self._worker.stdout.readline()
        except BrokenPipeError:
            line = ""
        return json.loads(line) if line else {"error": "died", "seconds": 0.0}

    def close(self) -> None:
        """No more questions."""
        self._worker.kill()
        self._worker.wait()


@dataclass(frozen=True)
class Sample:
    """One file's text as one part of a mail."""

    case: dict[str, Any]
    text: str


def peers(folders: Sequence[Path], figures: Figures) -> None:
    """Both tables; who is not installed is left out by name."""
    if not PYTHON.exists():
        print("Presidio and markitdown are left out: make .bench/.content-peers")
        return
    detection([one for folder in folders for one in judged(folder, manifest(folder))], figures)
    for folder in folders:
        reading(folder, figures)


def sample(files: Sequence[Judged]) -> list[Sample]:
    """Files of little text, evenly over the sets."""
    short = [one for one in files if one.case["gold"] and 40 < len(_lines(one.message)) <= _LONGEST and _is_read(one)]
    total = sum(len(_lines(one.message)) for one in short)
    step = max(1, round(total / CHARACTERS))
    return [Sample(one.case, _lines(one.message)) for one in short[::step]]


def _is_read(one: Judged) -> bool:
    return not any(part.lost for part in one.message.parts)


def _lines(message: Message) -> str:
    """Rows with tabs between the cells, as a person would copy them out of the file."""
    rows = [
        row
        for part in message.parts
        for block in part.blocks
        for row in ((block.header,) if block.header else ()) + block.rows
    ]
    return "\n".join("\t".join(row) for row in rows if any(row))


def detection(files: Sequence[Judged], figures: Figures) -> None:
    """Precision and recall of both over the same texts."""
    samples, peer = sample(files), Peer("presidio")
    peer.ask(text="温まるまで。")
    policy = Policy(default_policy().rules, with_values=True)
    mine, theirs, seconds = Tally(), Tally(), Counter[str]()
    judge(Mail(ENVELOPE, Message(())), FACTS, policy)  # loads what is loaded once
    for one in samples:
        message = Message((), (Part("text.txt", "plain", len(one.text), "", Paragraphs(one.text)),))
        start = time.process_time()
        verdict = judge(Mail(ENVELOPE, message), FACTS, policy)
        seconds["ours"] += time.process_time() - start
        compare(one.case, found_in(verdict), mine)
        said, found = peer.ask(text=one.text), defaultdict(set)
        seconds["presidio"] += said["seconds"]
        for kind, value in said.get("found", ()):
            found[_PRESIDIO[kind]].add(value)
        compare(one.case, found, theirs)
    peer.close()
    octets = sum(len(one.text.encode()) for one in samples)
    figures.presidio, figures.beside_presidio, figures.presidio_speed = (
        theirs,
        mine,
        octets / 1e6 / max(seconds["presidio"], 1e-9),
    )
    print(
        f"\nDetection beside Presidio with ja_ginza: {len(samples)} texts of our reader, {octets / 1e3:.0f} kB, {sum(map(_golds, samples))} values"
    )
    print(f"  {'kind':22} ours P/R       Presidio P/R")
    for kind in sorted({kind for kind, _ in (*mine.values, *theirs.values)}):
        if any(tally.values[kind, what] for tally in (mine, theirs) for what in ("right", "missed", "false")):
            print(f"  {kind:22} {pair(mine, (kind,)):14} {pair(theirs, (kind,))}")
    print(
        "  MB/s of the processor  "
        + "   ".join(f"{name} {octets / 1e6 / max(taken, 1e-9):.3f}" for name, taken in seconds.items())
    )


def _golds(one: Sample) -> int:
    return sum(map(len, one.case["gold"].values()))


def reading(folder: Path, figures: Figures) -> None:
    """Labelled values found in the text by format: ours and markitdown's."""
    by_format: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in manifest(folder):
        if labelled(case):
            by_format[case["format"]].append(case)
    peer = Peer("markitdown")
    print(f"\nReading beside markitdown, at most {_FILES} files a format of {folder.resolve().name}")
    print("  format     values  found: ours  markitdown   MB/s: ours  markitdown")
    for form, cases in sorted(by_format.items()):
        counts: Counter[str] = Counter()
        _read(folder, cases[0], peer, Counter())  # loads what is loaded once
        for case in cases[:: max(1, len(cases) // _FILES)][:_FILES]:
            _read(folder, case, peer, counts)
        figures.markitdown.setdefault(form, Counter()).update(counts)
        shares = [counts[name] / counts["there"] for name in ("ours", "peer")]
        speeds = [counts["octets"] / max(counts[f"{name} µs"], 1) for name in ("ours", "peer")]
        print(
            f"  {form:10} {counts['there']:6}      {shares[0]:7.1%}     {shares[1]:7.1%}    {speeds[0]:8.1f}    {speeds[1]:8.2f}"
        )
    peer.close()


def _read(folder: Path, case: dict[str, Any], peer: Peer, counts: Counter[str]) -> None:
    """One file by both: what each found, how long it took."""
    path, values = (folder / case["file"]).resolve(), labelled(case)
    content = content_of(path)
    start = time.process_time()
    message = read(content)
    taken = time.process_time() - start
    said = peer.ask(path=str(path))
    ours, theirs = text_of(message), squeezed(said.get("text", ""))
    counts.update(
        {"there": len(values), "ours": sum(v in ours for v in values), "peer": sum(v in theirs for v in values)}
    )
    counts.update(
        {"octets": path.stat().st_size, "ours µs": round(taken * 1e6), "peer µs": round(said["seconds"] * 1e6)}
    )
