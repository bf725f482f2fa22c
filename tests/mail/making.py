"""Messages and files that tests read: made here, of invented people."""

import io
import zipfile
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


def losses(found: Message) -> tuple[Lost, ...]:
    """All losses of a message."""
    return (*found.lost, *(lost for part in found.parts for lost in part.lost))


def reasons(found: Message) -> set[str]:
    """Why something was lost."""
    return {lost.reason for lost in losses(found)}


def of_file(data: bytes, name: str = "file.bin", declared: str = "application/octet-stream") -> Message:
    """A neutral message with one file, read."""
    return read(attached(data, name, declared))
