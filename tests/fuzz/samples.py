"""Small files and messages to start from: made here, and those that lie beside the repository."""

import bz2
import gzip
import io
import lzma
import quopri
import tarfile
from base64 import encodebytes
from collections.abc import Iterator
from functools import cache

from tests.mail.making import SHARED, attached, docx, enveloped, message, row, signed, xlsx, zipped

LIST = (
    "氏名,電話番号,住所\r\n佐藤 一郎,090-1234-5600,東京都港区芝1-2-3\r\n鈴木 花子,090-1234-5601,東京都港区芝2-2-3\r\n"
)
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:佐藤;一郎;;;\r\nTEL;TYPE=CELL:090-1234-5600\r\nNOTE;ENCODING=QUOTED-PRINTABLE:=E3=81=82=\r\n=E3\r\nEND:VCARD\r\n"
EVENT = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:会議\r\nATTENDEE;CN=佐藤:mailto:a@b.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
PAGE = '<html><head><meta charset="utf-8"><title>t</title></head><body><table><tr><th>氏名<td>佐藤 &#x4e00;郎</table><!-- x --><img alt="y"></body></html>'
LARGEST = 16 * 1024
"""A fuzzer that has to change a large file learns little."""


@cache
def files() -> tuple[bytes, ...]:
    """At least one of every format that can be made without a program."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"), io.BytesIO())
    ods = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": "<table:table><table:table-row/></table:table>",
    }
    made = (
        b"",
        LIST.encode(),
        LIST.encode("iso-2022-jp"),
        LIST.encode("utf-16"),
        CARD.encode(),
        EVENT.encode(),
        PAGE.encode(),
        b'<?xml version="1.0"?><a b="c">&#23665;</a>',
        b'{"name": "\\u5c71\\u7530"}',
        zipped({"a.csv": LIST, "b/c.txt": "x"}),
        docx("<w:p><w:r><w:t>佐藤 一郎</w:t></w:r></w:p>"),
        xlsx({"S": row("氏名", "電話番号") + row("佐藤", "090-1234-5600")}),
        zipped(ods),
        gzip.compress(LIST.encode(), mtime=0),
        bz2.compress(LIST.encode()),
        lzma.compress(LIST.encode()),
        tar.getvalue(),
        attached(LIST.encode(), "a.csv", "text/csv"),
        signed(LIST.encode()),
        enveloped(b"x"),
        b"begin 644 a.txt\n#0V%T\n`\nend\n",
        b"-----BEGIN PGP MESSAGE-----\n\nwcBMA0\n=abcd\n-----END PGP MESSAGE-----\n",
        b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF",
        b"{\\rtf1\\ansi hello \\'e4}",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    )
    return (*made, *_beside("data/content/files", "hostile/files"))


def messages() -> Iterator[bytes]:
    """With every structure that a reader knows, and what is broken on purpose."""
    secret, base64 = LIST.encode(), encodebytes(LIST.encode()).replace(b"\n", b"\r\n")
    yield message(secret, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")
    yield message(
        base64,
        "Content-Type: text/plain; charset=\"utf-8\"; name*0*=utf-8''a%2E; name*1=csv",
        "Content-Transfer-Encoding: base64",
    )
    yield message(quopri.encodestring(secret), "Content-Type: text/html", "Content-Transfer-Encoding: quoted-printable")
    yield attached(secret, "a.csv", "text/csv")
    yield attached(zipped({"a.csv": LIST}), "a.zip")
    yield message(b"--a\r\n" + attached(secret) + b"\r\n--a--\r\n", "Content-Type: multipart/digest; boundary=a")
    yield message(
        b"--a\r\nContent-Type: message/rfc822\r\n\r\n" + message(base64) + b"\r\n--a",
        "Content-Type: multipart/mixed; boundary*0=a",
    )
    yield message(
        base64,
        "Content-Transfer-Encoding: x(a) base64;",
        "X-Data: =?utf-8?B?5bGx55Sw?= 090-1234-5600",
        " Content-Type: multipart/x",
    )
    yield message(
        b"=0=41=\r\n=XX=41 \r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64,
        "Content-Transfer-Encoding: quoted-printable",
    )
    yield message(b"=ybegin line=128 size=9 name=a\r\n\x8b=n\r\n=yend\r\n", "Content-Transfer-Encoding: x-uuencode")
    yield b'From a\nno field\n\xef\xbb\xbfA : b\r\n \r\nContent-Type: multipart/mixed; boundary="\r\n\r\n--"\r\r\n'
    yield from _beside("hostile")


def _beside(*folders: str) -> Iterator[bytes]:
    """The small ones of the development data."""
    for folder in folders:
        for path in sorted((SHARED / folder).glob("*")):
            if path.is_file() and path.suffix != ".json" and path.stat().st_size <= LARGEST:
                yield path.read_bytes()
