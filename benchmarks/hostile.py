"""How hostile files and messages fare in the real sandbox: what must be held is held, what must be survived is survived.

python benchmarks/hostile.py [--only TEXT] [--write DIR] [--shared DIR]: cases made here, and those of a folder with a manifest.json.
"""

import argparse
import asyncio
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from itertools import chain
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import hostile_archives  # noqa: E402 - run as a program from anywhere
import hostile_documents  # noqa: E402
import hostile_messages  # noqa: E402
import hostile_pdfs  # noqa: E402
import hostile_texts  # noqa: E402

from gateway.inspect import Inspection, Job  # noqa: E402
from gateway.options import SandboxOptions  # noqa: E402
from gateway.sandbox import Sandbox  # noqa: E402
from mail.envelope import Client, Envelope, ForwardPath  # noqa: E402
from rules.base import Action, Facts  # noqa: E402
from rules.content_uninspectable import Options, Reasons  # noqa: E402
from rules.verdict import Policy, default_policy  # noqa: E402
from store.clock import Clock  # noqa: E402

MIB = 1024 * 1024
MOST_SECONDS = 10


def policy() -> Policy:
    """As it comes, with every reason why something could not be inspected set to hold."""
    rules = dict(default_policy().rules)
    rule = rules["content-uninspectable"]
    rules["content-uninspectable"] = replace(
        rule, options=Options(Reasons(**{f.name: Action.HOLD for f in fields(Reasons)}))
    )
    return Policy(rules)


def job() -> Job:
    """Mail from inside to a stranger."""
    paths = (ForwardPath("kimura@customer.example"),)
    envelope = Envelope("q", "hanako@sender.example", paths, Client("192.0.2.1"), datetime(2026, 4, 6, tzinfo=UTC))
    return Job(envelope, Facts(date(2026, 4, 6), frozenset({"sender.example"})), policy())


def attached(data: bytes, name: str) -> bytes:
    """A neutral mail with the file."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "hanako@sender.example", "kimura@customer.example", "資料"
    message.set_content("資料をお送りします。\n")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name or None)
    return message.as_bytes()


def cases() -> Iterator[tuple[str, str, bytes]]:
    """Name, what must come of it, message."""
    for kind in (hostile_archives, hostile_documents, hostile_pdfs, hostile_texts):
        for name, expected, data, filename in kind.cases():
            yield name, expected, attached(data, filename)
    yield from hostile_messages.cases()


def quick() -> Iterator[tuple[str, str, bytes]]:
    """Those that hide something, but for what is large."""
    hidden = (hostile_archives.quick(), hostile_documents.cases(), hostile_pdfs.cases(), hostile_texts.cases())
    for name, expected, data, filename in chain.from_iterable(hidden):
        if expected == "hold":
            yield name, expected, attached(data, filename)


def of_folder(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """The messages of a folder that its manifest tells of."""
    for name, case in json.loads((folder / "manifest.json").read_text("utf-8")).items():
        yield name, case["expect"], (folder / f"{name}.eml").read_bytes()


def resident(pid: int | str = "self", key: str = "VmRSS") -> int:
    """Octets of memory of a process; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(key)), 0)


def processor(pid: int) -> float:
    """Seconds of processor time of a process; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Run:
    """One set of messages through one sandbox, and what it cost."""

    def __init__(self, box: Sandbox) -> None:
        """`box`: started."""
        self._box = box
        self._job = job()
        self.tally: Counter[str] = Counter()
        self.slowest: tuple[float, str] = (0.0, "")
        self.largest: tuple[int, str] = (0, "")
        self.wrong: list[str] = []

    def _worked(self) -> float:
        """Processor seconds of the processes there are and were, and of us: other programs of the machine do not count."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return sum(map(processor, self._box.pids())) + time.process_time() + ended.ru_utime + ended.ru_stime

    async def one(self, name: str, expected: str, content: bytes) -> None:
        """Read and judge it; then an ordinary letter, which must pass."""
        worked = self._worked()
        found = await self._box.inspect(content, self._job)
        taken = self._worked() - worked
        self.slowest = max(self.slowest, (taken, name))
        self.largest = max(self.largest, (max((resident(pid, "VmHWM") for pid in self._box.pids()), default=0), name))
        self.tally[expected] += 1
        if taken > MOST_SECONDS or (
            expected != "live" and (found.verdict.disposition == "pass") != (expected == "pass")
        ):
            self.wrong.append(f"{name}: {expected} expected, {found.verdict.disposition} in {taken:.1f} s {found.lost}")
        else:
            self.tally[f"{expected} right"] += 1
        after = await self._box.inspect(attached(b"a,b\n1,2\n", "a.csv"), self._job)
        if after.verdict.disposition != "pass":
            self.wrong.append(f"{name}: the letter behind it was not passed")


async def measure(found: list[tuple[str, str, bytes]], *, verbose: bool = False) -> tuple[Run, int, int]:
    """All of them, one after the other; how much our own memory grew, and how many processes ended."""
    box = Sandbox(SandboxOptions(), Clock())
    await box.start()
    try:
        run = Run(box)
        await run.one("ordinary", "pass", attached(b"a,b\n", "a.csv"))
        before = resident()
        for name, expected, content in found:
            if verbose:
                print(name, flush=True)
            await run.one(name, expected, content)
        return run, resident() - before, box.restarts
    finally:
        await box.stop()


def shown(title: str, run: Run, grown: int, ended: int) -> None:
    """A line of the table, and what went wrong."""
    held, of_held = run.tally["hold right"], run.tally["hold"]
    lived, of_lived = run.tally["live right"], run.tally["live"]
    print(
        f"| {title} | {held} of {of_held} | {lived} of {of_lived} | {run.slowest[0]:.1f} ({run.slowest[1]}) |"
        f" {run.largest[0] / MIB:.0f} ({run.largest[1]}) | {grown / MIB:+.1f} | {ended} |"
    )
    for line in run.wrong:
        print("   ", line)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=ROOT / "../shared/hostile")
    options.add_argument("--only", default="", help="only cases whose name has this text; prints each")
    options.add_argument(
        "--write", type=Path, help="write the cases with a manifest.json into this folder, and do nothing else"
    )
    given = options.parse_args()
    own = [case for case in cases() if given.only in case[0]]
    if given.write:
        write(own, given.write)
        return
    sets: list[tuple[str, list[tuple[str, str, bytes]]]] = [("made here", own)]
    if given.shared.is_dir():
        sets.append(("shared", [case for case in of_folder(given.shared) if given.only in case[0]]))
    print(
        "| hostile | held | survived | seconds of processor, most | MiB of a process, most | MiB of ours, grown | processes ended |"
    )
    print("|---|---|---|---|---|---|---|")
    wrong = 0
    for title, found in sets:
        run, grown, ended = asyncio.run(measure(found, verbose=bool(given.only)))
        shown(title, run, grown, ended)
        wrong += len(run.wrong)
    sys.exit(wrong > 0)


def write(found: list[tuple[str, str, bytes]], folder: Path) -> None:
    """As files, in the shape that `of_folder` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest: dict[str, Any] = {}
    for name, expected, content in found:
        (folder / f"{name}.eml").write_bytes(content)
        manifest[name] = {"expect": expected, "bytes": len(content)}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")


__all__ = ["Inspection", "measure"]

if __name__ == "__main__":
    main()
