"""Writers of OpenDocument and RTF, by hand."""

import io
import random
import zipfile
from xml.sax.saxutils import escape

from files_document import Case, Table, Text, grid, shown

_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.3"'
)
_ODF_KINDS = {"odt": "text", "ods": "spreadsheet"}


def _odf(kind: str, body: str) -> bytes:
    media = f"application/vnd.oasis.opendocument.{_ODF_KINDS[kind]}"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    name = _ODF_KINDS[kind]
    content = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODF}><office:body><office:{name}>{body}</office:{name}></office:body></office:document-content>'
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        package.writestr("mimetype", media, zipfile.ZIP_STORED)
        package.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        package.writestr("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _odf_table(table: Table) -> str:
    rows = "".join(
        "<table:table-row>" + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(shown(c))}</text:p></table:table-cell>' for c in row
        ) + "</table:table-row>"
        for row in grid(table)
    )  # fmt: skip
    return f'<table:table table:name="{escape(table.name)}">{rows}</table:table>'


def odt(case: Case, _rng: random.Random) -> bytes:
    """OpenDocument text."""
    parts = [
        _odf_table(b)
        if isinstance(b, Table)
        else "".join(f"<text:p>{escape(line)}</text:p>" for line in b.text.split("\n"))
        for b in case.blocks
    ]
    return _odf("odt", "".join(parts))


def ods(case: Case, _rng: random.Random) -> bytes:
    """OpenDocument spreadsheet."""
    tables = case.tables or [
        Table((), [[line] for b in case.blocks if isinstance(b, Text) for line in b.text.split("\n")])
    ]
    return _odf("ods", "".join(map(_odf_table, tables)))


def _rtf_text(text: str) -> str:
    units = text.encode("utf-16-le")
    shorts = [int.from_bytes(units[i : i + 2], "little", signed=True) for i in range(0, len(units), 2)]
    plain = {ord("\\"): "\\\\", ord("{"): "\\{", ord("}"): "\\}", 10: "\\line ", 9: "\\tab "}
    return "".join(plain.get(s) or (chr(s) if 32 <= s < 127 else f"\\u{s}?") for s in shorts)


def rtf(case: Case, _rng: random.Random) -> bytes:
    """Rich text with tables, letters beyond ASCII as numbers."""
    parts = [r"{\rtf1\ansi\ansicpg932\deff0{\fonttbl{\f0\fnil\fcharset128 MS Mincho;}}\f0\fs21 "]
    for block in case.blocks:
        if isinstance(block, Table):
            for row in grid(block):
                edges = "".join(f"\\cellx{1500 * (n + 1)}" for n in range(len(row)))
                cells = "".join(f"\\intbl {_rtf_text(shown(c))}\\cell " for c in row)
                parts.append(f"\\trowd\\trgaph80{edges}\n{cells}\\row\n")
            parts.append("\\pard\\par\n")
        else:
            parts.append(f"{_rtf_text(block.text)}\\par\n")
    return ("".join(parts) + "}").encode("ascii")
