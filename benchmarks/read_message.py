"""How long reading takes, and reading with judging: small mail in microseconds, 10 MB in milliseconds. Processor time, median of several."""

import hashlib
import io
import os
import statistics
import time
import zipfile
from base64 import encodebytes
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

from letters import letter, letters

from gateway.inspect import Job, inspect, inspect_small
from mail.envelope import Client, Envelope, ForwardPath
from mail.message import read, read_small
from rules.base import Action, Facts
from rules.verdict import PERSONAL, Policy, RuleSettings, default_policy

BODY = (
    "田中様\r\n\r\nいつもお世話になっております。見積書をお送りします。\r\nよろしくお願いいたします。\r\n\r\n山田\r\n"
    * 3
)
HEAD = (
    b"Received: from a.example by b.example; Wed, 1 Apr 2026 09:30:00 +0900\r\nMessage-ID: <1@tachibana.example>\r\n"
    b"Date: Wed, 1 Apr 2026 09:30:00 +0900\r\nFrom: =?utf-8?B?5bGx55Sw?= <yamada@tachibana.example>\r\n"
    b"To: =?utf-8?B?55Sw5Lit?= <tanaka@customer.example>\r\nSubject: =?utf-8?B?6KaL56mN5pu4?=\r\nMIME-Version: 1.0\r\n"
)
ROW = "山田太郎,090-1234-5678,東京都千代田区丸の内1-1-1,yamada@customer.example\n"
SIZE = 10_000_000


def plain() -> bytes:
    """A letter of the usual length."""
    return HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + BODY.encode()


def attached(data: bytes, name: str, declared: str = "application/octet-stream") -> bytes:
    """A letter with one file."""
    part = f'--cut\r\nContent-Type: {declared}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode()
    body = b"--cut\r\n\r\nletter\r\n" + part + encodebytes(data).replace(b"\n", b"\r\n") + b"\r\n--cut--\r\n"
    return HEAD + b'Content-Type: multipart/mixed; boundary="cut"\r\n\r\n' + body


def body(text: str) -> bytes:
    """A mail with this text."""
    return HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()


def lines(size: int) -> str:
    """Lines as smtp-source sends them: a digit and 77 X."""
    ten = "".join(f"{digit}{'X' * 77}\r\n" for digit in range(10))
    return ten * (size // len(ten))


def job(*, looks: bool) -> Job:
    """Every rule on, or all but the one that looks for personal data."""
    rules = dict(default_policy().rules)
    if not looks:
        rules[PERSONAL] = RuleSettings(Action.OFF, rules[PERSONAL].options)
    paths = (ForwardPath("tanaka@customer.example"),)
    envelope = Envelope(
        "bench", "yamada@tachibana.example", paths, Client("192.0.2.1"), datetime(2026, 4, 6, tzinfo=UTC)
    )
    return Job(envelope, Facts(date(2026, 4, 6), frozenset({"tachibana.example"})), Policy(rules))


def workbook() -> bytes:
    """A workbook whose one sheet is 10 MB of XML."""
    cells = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in ROW.strip().split(","))
    count = SIZE // len(cells)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", '<Relationship Id="r1" Target="worksheets/sheet1.xml"/>')
        rows = "".join(f'<row r="{n}">{cells}</row>' for n in range(count))
        archive.writestr("xl/worksheets/sheet1.xml", f"<sheetData>{rows}</sheetData>")
    return out.getvalue()


def measured(act: Callable[[], object], times: int) -> float:
    """Median processor seconds of one call: what else the machine does shall not count."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        act()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def main() -> None:
    """Print one line a case."""
    letter = plain()
    print(f"small plain mail ({len(letter)} octets): read {measured(lambda: read(letter), 2000) * 1e6:.0f} µs")
    print(f"small plain mail: read_small {measured(lambda: read_small(letter), 2000) * 1e6:.0f} µs")
    large = {
        "pdf (not read)": attached(b"%PDF-1.7" + bytes(range(256)) * (SIZE // 256), "a.pdf"),
        "csv": attached((ROW * (SIZE // len(ROW.encode()))).encode(), "a.csv"),
        "plain text": attached((BODY * (SIZE // len(BODY.encode()))).encode(), "a.txt"),
        "html": attached(("<p>" + ROW + "</p>").encode() * (SIZE // len(ROW.encode())), "a.html"),
        "xlsx": attached(workbook(), "a.xlsx"),
    }
    for name, content in large.items():
        print(f"10 MB {name}: read {measured(partial(read, content), 3) * 1e3:.0f} ms")
    judged()


def judged() -> None:
    """The same with judging; of 10 MB beyond the digest of the part, which has to be."""
    on, off = job(looks=True), job(looks=False)
    small = {
        "lines of X": body(lines(2000)),
        "Japanese letter": body(letter("ja", 0)),
        "English letter": body(letter("en", 0)),
    }
    for name, content in small.items():
        at_once = measured(partial(inspect_small, content, on), 2000) * 1e6
        print(
            f"2 KB {name}, every rule on: inspect {measured(partial(inspect, content, on), 2000) * 1e6:.0f} µs, inspect_small {at_once:.0f} µs"
        )
    digest = measured(partial(hashlib.sha256, bytes(SIZE)), 5)
    large = {
        "lines of X": body(lines(SIZE)),
        "English letters": body(letters("en", SIZE)),
        "Japanese letters": body(letters("ja", SIZE)),
        "file that nobody reads": attached(os.urandom(SIZE), "a.bin"),
        "file of English letters": attached(letters("en", SIZE).encode(), "a.txt", "text/plain; charset=utf-8"),
        "file of Japanese letters": attached(letters("ja", SIZE).encode(), "a.txt", "text/plain; charset=utf-8"),
    }
    for name, content in large.items():
        taken = measured(partial(inspect, content, off), 9) - digest
        print(f"10 MB {name}, personal data not looked for: {taken * 1e3:.1f} ms beyond the digest")


if __name__ == "__main__":
    main()
