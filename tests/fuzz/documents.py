"""Old Office files, Outlook's and RTF: whatever the octets are, a reader gives a text or says that a limit was passed."""

import struct
from collections.abc import Iterator
from contextlib import suppress

from mail.budget import OverBudgetError, Spending
from mail.text_of import Hint, recognise
from tests.mail.making_office import compound, item, native, properties, sample, tnef, word_95, workbook_95, workbook_97


def check(octets: bytes) -> None:
    """As the walk through a message reads a file."""
    reader, hint = recognise(octets, Hint("file"))
    with suppress(OverBudgetError):
        reader.read(octets, hint, Spending())


def seeds() -> Iterator[bytes]:
    """Small files of every kind: what is changed in them is seldom padding."""
    yield workbook_95([["氏名", "電話"], ["山田", "03-0000-0000"]], "名簿")
    yield compound({"Workbook": workbook_97((0xFC, bytes(8) + b"\2\0\1ab"), (0xFD, bytes(10)))})
    yield compound(
        {"WordDocument": word_95("氏名\7電話\7\7".encode("cp932")), "_1": {"\1Ole10Native": native("a.csv", b"a,b")}}
    )
    yield compound(
        item({0x37: "subject", 0x1000: "body"}, {"__attach_version1.0_#00000000": {"__substg1.0_37010102": b"a,b"}})
    )
    yield tnef(
        (1, 0x9007, struct.pack("<II", 932, 0)), (1, 0x9003, properties((0x1F, 0x37, b"a\0\0\0"), (0x03, 1, bytes(4))))
    )
    yield sample("text.rtf")[-4000:].join((b"{\\rtf1 {", b""))
