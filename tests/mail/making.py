"""Messages and files that tests read: made here, of invented people."""

import io
import zipfile
import zlib
from base64 import encodebytes
from collections.abc import Mapping
from pathlib import Path

from mail.message import Message, read
from mail.shapes import Lost

SHARED = Path(__file__).parents[2] / "../shared"
RELATIONS = "<Relationships>{}</Relationships>"


def message(body: bytes = b"hello\r\n", *fields: str) -> bytes:
    """A message with the usual fields, further ones, and a body."""
    usual = ("From: <a@tachibana.example>", "To: <b@customer.example>", "Subject: test", *fields)
    return "\r\n".join(usual).encode() + b"\r\n\r\n" + body


def attached(data: bytes, name: str = "file.bin", declared: str = "application/octet-stream") -> bytes:
    """A neutral message with one file."""
    body = (
        b"--cut\r\nContent-Type: text/plain\r\n\r\nsee attachment\r\n"
        b"--cut\r\nContent-Type: "
        + declared.encode()
        + b'\r\nContent-Disposition: attachment; filename="'
        + name.encode()
        + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + encodebytes(data).replace(b"\n", b"\r\n")
        + b"--cut--\r\n"
    )
    return message(body, "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="cut"')


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(document: str) -> bytes:
    """A Word document whose body is this XML."""
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document><w:body>{document}</w:body></w:document>",
        }
    )


def xlsx(
    sheets: Mapping[str, str],
    *,
    shared: str = "",
    styles: str = "",
    states: Mapping[str, str] | None = None,
    others: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook of sheets by name, each the XML of its rows, and other members by path."""
    listed, related = [], []
    members: dict[str, str] = {}
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = (states or {}).get(name, "visible")
        listed.append(f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="r{number}"/>')
        related.append(f'<Relationship Id="r{number}" Target="worksheets/sheet{number}.xml"/>')
        members[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f"<workbook><sheets>{''.join(listed)}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": RELATIONS.format("".join(related)),
            "xl/sharedStrings.xml": f"<sst>{shared}</sst>",
            "xl/styles.xml": styles or "<styleSheet/>",
            **members,
            **(others or {}),
        }
    )


def row(*cells: str) -> str:
    """A row of inline strings."""
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"


def text_of(found: Message) -> str:
    """All text of a message, a line a row."""
    blocks = (block for part in found.parts for block in part.blocks)
    return "\n".join("\t".join(row) for block in blocks for row in (block.header, *block.rows))


def hidden(found: Message) -> str:
    """All text that who opens the message does not see, a line a row."""
    blocks = (block for part in found.parts for block in part.blocks if block.hidden)
    return "\n".join("\t".join(row) for block in blocks for row in (block.header, *block.rows))


def losses(found: Message) -> tuple[Lost, ...]:
    """All losses of a message."""
    return (*found.lost, *(lost for part in found.parts for lost in part.lost))


def reasons(found: Message) -> set[str]:
    """Why something was lost."""
    return {lost.reason for lost in losses(found)}


def of_file(data: bytes, name: str = "file.bin", declared: str = "application/octet-stream") -> Message:
    """A neutral message with one file, read."""
    return read(attached(data, name, declared))


def der(tag: int, *contents: bytes) -> bytes:
    """An element of DER: its tag, its length, its contents."""
    body = b"".join(contents)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag,)) + (bytes((len(body),)) if len(body) < 0x80 else bytes((0x80 | len(size),)) + size) + body


def ber(tag: int, *contents: bytes) -> bytes:
    """The same with its end marked instead of its length given."""
    return bytes((tag, 0x80)) + b"".join(contents) + b"\0\0"


OCTETS, CONTEXT = 0x04, 0xA0
_PKCS7 = bytes.fromhex("2a864886f70d0107")
_COMPRESSED = bytes.fromhex("2a864886f70d0109100109")
_VERSION = der(0x02, b"\1")
_ALGORITHM = der(0x30, der(0x06, b"\x2a\x03"))


def cms(number: int, *fields: bytes) -> bytes:
    """A ContentInfo of a type of PKCS #7 (RFC 5652 3)."""
    return der(0x30, der(0x06, _PKCS7 + bytes((number,))), der(CONTEXT, der(0x30, *fields)))


def signed(content: bytes | None = None) -> bytes:
    """SignedData without signers (RFC 5652 5.1), around its content or beside it."""
    carried = b"" if content is None else der(CONTEXT, der(OCTETS, content))
    return cms(2, _VERSION, der(0x31), der(0x30, der(0x06, _PKCS7 + b"\1"), carried), der(0x31))


def enveloped(content: bytes) -> bytes:
    """EnvelopedData (RFC 5652 6.1) for nobody."""
    info = der(0x30, der(0x06, _PKCS7 + b"\1"), _ALGORITHM, der(0x80, content))
    return cms(3, _VERSION, der(0x31, _ALGORITHM), info)


def compressed(content: bytes) -> bytes:
    """CompressedData (RFC 3274 1.1)."""
    info = der(0x30, der(0x06, _PKCS7 + b"\1"), der(CONTEXT, der(OCTETS, zlib.compress(content))))
    return der(0x30, der(0x06, _COMPRESSED), der(CONTEXT, der(0x30, _VERSION, _ALGORITHM, info)))
