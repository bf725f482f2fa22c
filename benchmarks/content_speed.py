"""How fast and how small: detection over lists, prose and logs; reading by format; mails of 1 MB with every rule; memory of a process that does nothing else."""

import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from content_cases import ENVELOPE, FACTS, content_of, neutral_mail

from mail.message import Message, Part, read
from mail.shapes import Block, Paragraphs
from rules.base import Mail
from rules.verdict import default_policy, judge

_PLAIN = ("txt", "csv", "html", "json", "xml", "xlsx", "docx", "pptx", "ods", "odt", "rtf", "pdf")
_LIST_ROWS = 900
"""Counting stops at a thousand persons: no list is longer, so that all of it is searched."""


def judge_seconds(message: Message) -> float:
    """Of the processor, every rule on."""
    start = time.process_time()
    judge(Mail(ENVELOPE, message), FACTS, default_policy())
    return time.process_time() - start


def detection() -> dict[str, float]:
    """MB of UTF-8 a second, one core."""
    from files_harmless_pages import server_log  # noqa: PLC0415 - only this needs the writers
    from files_personal_ja import dense_list  # noqa: PLC0415
    from letters import letters  # noqa: PLC0415

    rng = random.Random(1)
    print("\nDetection, every rule, MB/s of UTF-8 on one core")
    judge_seconds(
        _message(Part("a.txt", "plain", 0, "0", Paragraphs(server_log(rng, 10))))
    )  # loads what is loaded once
    lists = [dense_list(rng, _LIST_ROWS) for _ in range(6)]
    blocks = [Block(tuple(map(tuple, table.rows)), tuple(table.header)) for table in lists]  # type: ignore[arg-type]
    sizes = [sum(len(cell.encode()) + 1 for row in block.rows for cell in row) for block in blocks]
    taken = [
        judge_seconds(_message(Part("list.csv", "csv", size, "0", (block,))))
        for block, size in zip(blocks, sizes, strict=True)
    ]
    speeds = {"lists": sum(sizes) / sum(taken) / 1e6}
    speeds |= {
        name: _size(block)
        / min(judge_seconds(_message(Part("list.csv", "csv", 0, "0", blocks))) for _ in range(3))
        / 1e6
        for name, (blocks, block) in _other_lists(rng).items()
    }
    for name, text in (
        ("prose (ja)", letters("ja", 4_000_000)),
        ("prose (en)", letters("en", 4_000_000)),
        ("logs", server_log(rng, 15_000)),
    ):
        seconds = statistics.median(
            judge_seconds(_message(Part("a.txt", "plain", 0, "0", Paragraphs(text)))) for _ in range(3)
        )
        speeds[name] = len(text.encode()) / seconds / 1e6
    for name, speed in speeds.items():
        print(f"  {name:20}{speed:6.1f}")
    return speeds


def _size(block: Block) -> int:
    return sum(len(cell.encode()) + 1 for row in block.rows for cell in row)


def _other_lists(rng: random.Random) -> dict[str, tuple[Sequence[Block], Block]]:
    """Lists that say less of themselves: staff, accounts, people abroad; no names of columns; the same as lines of text."""
    from files_columns import table_of  # noqa: PLC0415 - only this needs the writers
    from files_document import Case  # noqa: PLC0415
    from files_persons import foreign, japanese  # noqa: PLC0415

    made: dict[str, tuple[Sequence[Block], Block]] = {}
    for name, keys in (
        ("staff", ("staff_no", "family", "given", "half", "birth", "address", "phone")),
        ("accounts", ("staff_no", "name", "bank", "branch", "account_type", "account", "holder")),
    ):
        table = table_of(Case("", "", [], hold=True, reason=""), [japanese(rng) for _ in range(_LIST_ROWS)], keys, rng)
        block = Block(tuple(tuple(map(str, row)) for row in table.rows), tuple(table.header))
        made[f"lists, {name}"] = (block,), block
    people = [foreign(rng, rng.choice(("en_US", "en_GB", "de_DE"))) for _ in range(_LIST_ROWS)]
    rows = tuple((one.name, one.address, one.phone, one.email, one.birth.isoformat()) for one in people)
    abroad = Block(rows, ("Name", "Address", "Phone", "E-mail", "Date of birth"))
    made["lists, abroad"] = (abroad,), abroad
    nameless = Block(made["lists, staff"][1].rows)
    made["lists, no header"] = (nameless,), nameless
    made["lists, as text"] = Paragraphs("\n".join(map(",".join, nameless.rows))), nameless
    return made


def _message(part: Part) -> Message:
    return Message((), (part,))


@cache
def larger() -> dict[str, bytes]:
    """A file of some size in each format: 600 persons and 40 pages of prose."""
    from files_personal_ja import long_case  # noqa: PLC0415
    from files_wrapped import CONVERTED, converted, has_office, seven, zip_  # noqa: PLC0415
    from invented_files import WRITERS  # noqa: PLC0415

    rng = random.Random(2)
    case = long_case(rng)
    made = {form: WRITERS[form](case, rng) for form in _PLAIN}
    for form in ("doc", "xls", "ppt", "lo.pdf") if has_office() else ():
        source = CONVERTED[form]
        made |= dict.fromkeys((form,), next(iter(converted([(f"a.{source}", made[source])], form).values()), b""))
    return {**made, "zip": zip_([("a.csv", made["csv"])], rng), "7z": seven([("a.csv", made["csv"])], rng)}


def reading() -> float:
    """Octets of the container a second."""
    print("\nReading: a list of 600 persons and 40 pages of prose, MB/s of file octets on one core")
    total = seconds = 0.0
    for form, data in larger().items():
        content = neutral_mail(f"a.{form}", data)
        taken = statistics.median(_reading_seconds(content) for _ in range(3))
        lost = {one.reason for part in read(content).parts for one in part.lost}
        print(f"  {form:8} {len(data) / 1e3:7.0f} kB {len(data) / taken / 1e6:7.1f}   {', '.join(lost)}")
        if not lost:
            total, seconds = total + len(data), seconds + taken
    print(f"  all read      {total / 1e3:7.0f} kB {total / seconds / 1e6:7.1f}")
    return total / max(seconds, 1e-9) / 1e6


def _reading_seconds(content: bytes) -> float:
    start = time.process_time()
    read(content)
    return time.process_time() - start


def megabyte_mails(folders: Sequence[Path]) -> tuple[float, float]:
    """Mails of 1 MB, every other one of many small files of the sets, the rest of a few larger ones: read and judged, p50 and p95."""
    rng, paths = random.Random(3), [path for folder in folders for path in (folder / "files").iterdir()]
    small, large = [(p.name, p.read_bytes()) for p in paths], [(f"a.{form}", data) for form, data in larger().items()]
    taken = []
    for number in range(60):
        content = _megabyte(rng, small, () if number % 2 else large)
        start = time.process_time()
        message = read(content)
        taken.append(time.process_time() - start + judge_seconds(message))
    taken.sort()
    print(f"\n1 MB mails of mixed attachments, every rule, ms of one core: p50 {taken[30] * 1e3:.0f}, p95 {taken[57] * 1e3:.0f}, most {taken[-1] * 1e3:.0f} (60 mails)")  # fmt: skip
    return taken[30] * 1e3, taken[57] * 1e3


def _megabyte(rng: random.Random, small: Sequence[tuple[str, bytes]], large: Sequence[tuple[str, bytes]]) -> bytes:
    """Attachments until the encoded mail has 1 MB."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "hanako@sender.example", "kimura@customer.example", "資料"
    message.set_content("資料をお送りします。\n")
    size = 0
    for name, data in (*rng.sample(large, len(large)), *rng.sample(small, len(small))):
        if size + len(data) <= 740_000:
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
            size += len(data)
    return message.as_bytes()


def memory(folders: Sequence[Path]) -> tuple[int, int, int]:
    """Peak of a process of its own that judges all files and a mail with 10 MB of prose; this one makes that mail, that one only reads it."""
    from letters import letters  # noqa: PLC0415

    with TemporaryDirectory(prefix="prose-") as made:
        prose = Path(made) / "prose.eml"
        prose.write_bytes(neutral_mail("a.txt", letters("ja", 10_000_000).encode()))
        given = [sys.executable, __file__, str(prose), *map(str, folders)]
        run = subprocess.run(given, capture_output=True, text=True, check=True)
    before, files, long = map(int, run.stdout.split())
    print(f"\nMemory, MiB: {before} with the rules loaded, at most {files} over all files, {long} with 10 MB of prose")
    return before, files, long


def _peak() -> int:
    """Not of getrusage: that one remembers the parent's."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))[1]) // 1024  # type: ignore[index]


def _alone(prose: Path, folders: Sequence[Path]) -> None:
    judge(Mail(ENVELOPE, read(neutral_mail("a.txt", b"a"))), FACTS, default_policy())
    print(_peak())
    for folder in folders:
        for path in sorted((folder / "files").iterdir()):
            judge(Mail(ENVELOPE, read(content_of(path))), FACTS, default_policy())
    print(_peak())
    judge(Mail(ENVELOPE, read(prose.read_bytes())), FACTS, default_policy())
    print(_peak())


if __name__ == "__main__":
    _alone(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
