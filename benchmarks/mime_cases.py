"""Messages that two readers read in two ways, each with a list of persons in it: found, held, or missed in silence.

python benchmarks/mime_cases.py [--silent] [--write FOLDER]
"""

import argparse
import io
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from encoding_tricks import CHARSETS, NAMES, base64, bodies, quoted  # noqa: E402 - run as a program from anywhere
from mime_tricks import CODE, FIRST, HEAD, PLACE, TOP, messages  # noqa: E402

from mail.envelope import Client, Envelope, ForwardPath  # noqa: E402
from mail.message import read  # noqa: E402
from rules.base import Action, Facts, Mail  # noqa: E402
from rules.verdict import PERSONAL, default_policy, judge  # noqa: E402

FAMILY = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田".split()
LIST = "氏名,電話番号,住所\r\n" + "".join(
    f"{f} 一郎,090-1234-56{i:02},東京都港区芝{i + 1}-2-3\r\n" for i, f in enumerate(FAMILY)
)
NUMBERS = "My Number 1234-5678-9018, payment card 4111-1111-1111-1111\r\n"
FACTS = Facts(date(2026, 4, 6), frozenset({"sender.example"}))
ENVELOPE = Envelope(
    "bench", "hanako@sender.example", (ForwardPath("kimura@customer.example"),), Client("192.0.2.1"), datetime(2026, 4, 6, tzinfo=UTC)
)  # fmt: skip
BASE64, QUOTED = "base64", "quoted-printable"
Case = tuple[str, str, bytes]


def zipped() -> bytes:
    """The list in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("list.csv", (2026, 4, 6, 9, 0, 0)), LIST, zipfile.ZIP_DEFLATED)
    return out.getvalue()


PAYLOADS = {"list": LIST.encode(), "numbers": NUMBERS.encode(), "zip": zipped()}


def filled(template: str, encoding: str, body: bytes) -> bytes:
    """The message of a template, in lines as SMTP wants them."""
    before, _, behind = template.rpartition("B")
    other = QUOTED if encoding == BASE64 else BASE64
    wanted = {"Encoding: E": f"Encoding: {encoding}", "Encoding:E": f"Encoding:{encoding}"}
    for mark in ("O", "E"):
        wanted |= {
            f"{b}{mark}{a}": f"{b}{encoding if mark == 'E' else other}{a}"
            for b in " (\"'x-;\\?\t\0"
            for a in "\n,;) (\"'x?\t\0"
        }
    lines = [
        _marked(line, wanted) if "ncoding" in line.lower() or line == " E" else line for line in before.split("\n")
    ]
    return "\r\n".join(lines).encode() + body + behind.replace("\n", "\r\n").encode()


def _marked(line: str, wanted: dict[str, str]) -> str:
    line += "\n"
    for _ in range(2):
        for mark, value in wanted.items():
            line = line.replace(mark, value)
    return line[:-1]


def cases() -> Iterator[Case]:
    """(class, name, content) of all of them."""
    for number, (kind, template) in enumerate(messages()):
        for what, data in PAYLOADS.items():
            yield kind, f"{number} {BASE64} {what}", filled(template, BASE64, base64(data))
            yield kind, f"{number} {QUOTED} {what}", filled(template, QUOTED, quoted(data))
            if what != "zip":
                yield kind, f"{number} 8bit {what}", filled(template, "8bit", data)
    for number, (kind, encoding, make) in enumerate(bodies()):
        for what, data in PAYLOADS.items():
            yield (
                kind,
                f"{number} {encoding} {what}",
                part(f"Content-Type: text/plain\n{PLACE}{CODE}", encoding, make(data)),
            )
    yield from charsets()
    yield from headers()


def part(fields: str, encoding: str, body: bytes) -> bytes:
    """A message with one file."""
    return filled(f"{HEAD}{TOP}\n{FIRST}--cut\n{fields}\nB\n--cut--\n", encoding, body)


def charsets() -> Iterator[Case]:
    """Text under its own and other names."""
    for codec in CHARSETS:
        for name in NAMES:
            for encoding, make in ((BASE64, base64), (QUOTED, quoted)):
                fields = f"Content-Type: text/plain{f'; charset={name}' if name else ''}\n{CODE}"
                yield "charsets", f"{codec} as {name} {encoding}", part(fields, encoding, make(LIST.encode(codec)))


def headers() -> Iterator[Case]:
    """Data in the fields of a message or a part."""
    lines = LIST.split("\r\n")[1:]
    fields = {
        "folded": "X-Data: " + "\n ".join(lines),
        "repeated": "\n".join(f"X-Data: {line}" for line in lines if line),
        "encoded words": "\n".join(
            f"X-Data: =?utf-8?B?{base64(line.encode()).decode()}?=" for line in lines if line
        ).replace("\r\n", ""),
        "base64": "X-Data: " + base64(LIST.encode()).decode().replace("\r\n", "\n "),
        "description": "Content-Description: " + "\n ".join(lines),
        "comments": "Comments: " + "\n ".join(lines),
        "parameter": "X-Data: a; data*=utf-8''" + "".join(f"%{o:02X}" for o in LIST.encode()),
    }
    names = ", ".join(f'"{line}" <k{n}@customer.example>' for n, line in enumerate(lines) if line)
    yield "fields with data", "display names", filled(f"{HEAD}Cc: {names}\n\nhello\nB", "7bit", b"")
    file_name = "filename*=utf-8''" + "".join(f"%{octet:02X}" for octet in " ".join(lines).encode())
    fields["file name"] = f"Content-Disposition: attachment; {file_name}"
    for name, field in fields.items():
        yield "fields with data", f"{name} at the top", filled(f"{HEAD}{field}\n\nhello\nB", "7bit", b"")
        yield "fields with data", f"{name} of a part", part(f"Content-Type: text/plain\n{field}\n", "7bit", b"hello")


def outcome(content: bytes) -> str:
    """What the default policy makes of it, of the content alone."""
    verdict = judge(Mail(ENVELOPE, read(content)), FACTS, default_policy())
    asked = {
        f.rule for f in verdict.findings if f.rule.startswith("content-") and f.action not in {Action.NOTE, Action.OFF}
    }
    return "found" if PERSONAL in asked else "held" if asked else "silent"


def library(content: bytes) -> str:
    """What the standard library sees of it: the same data, a defect, or neither."""
    try:
        message = message_from_bytes(content, policy=policy.compat32)
        leaves = [leaf for leaf in message.walk() if not leaf.is_multipart()]
        datas = [data for leaf in leaves if isinstance(data := leaf.get_payload(decode=True), bytes)]
    except Exception:  # noqa: BLE001 - a peer that breaks has not found it
        return "held"
    texts = [
        data.decode(codec, "ignore")
        for data in datas
        for codec in ("utf-8", "utf-16", "cp932", "euc-jp", "iso-2022-jp")
    ]
    if any("090-1234-5611" in text or "1234-5678-9018" in text for text in texts) or any(
        zipped() in data for data in datas
    ):
        return "found"
    return "held" if any(part.defects for part in message.walk()) else "silent"


def main() -> None:
    """Judge all of them and print a line a class; exit status 1 where one was missed in silence."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--silent", action="store_true", help="name those that were missed")
    options.add_argument("--write", type=Path, help="write them into this folder, too")
    given = options.parse_args()
    tally: Counter[tuple[str, str]] = Counter()
    peer: Counter[str] = Counter()
    missed = []
    for number, (kind, name, content) in enumerate(cases()):
        found = outcome(content)
        tally[kind, found] += 1
        tally["all", found] += 1
        peer[library(content)] += 1
        missed += [f"{kind}: {name}"] if found == "silent" else []
        if given.write:
            given.write.mkdir(parents=True, exist_ok=True)
            (given.write / f"{number:04}.eml").write_bytes(content)
    for kind in dict.fromkeys(kind for kind, _ in tally):
        print(f"{kind:18} " + ", ".join(f"{tally[kind, what]} {what}" for what in ("found", "held", "silent")))
    print("email of Python    " + ", ".join(f"{peer[what]} {what}" for what in ("found", "held", "silent")))
    print("\n".join(missed) if given.silent else "", end="")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
