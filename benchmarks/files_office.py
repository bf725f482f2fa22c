"""Writers of office documents: docx, xlsx and pptx by the libraries that people use, ODF and RTF by hand, PDF by ReportLab."""

import io
import random
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

import docx
import openpyxl
import pptx
from files_document import Case, Heading, Table, Text, grid, shown
from pptx.util import Inches
from reportlab.lib import pagesizes, styles
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as PdfTable

pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))


def docx_(case: Case, rng: random.Random) -> bytes:
    """Word: headings, paragraphs, tables; perhaps a header on each page."""
    document = docx.Document()
    if rng.random() < 0.3:
        document.sections[0].header.paragraphs[0].text = "社内資料"
    for block in case.blocks:
        if isinstance(block, Table):
            for line in block.above:
                document.add_paragraph(line)
            rows = [list(block.header), *block.rows] if block.header else block.rows
            table = document.add_table(rows=len(rows), cols=max(map(len, rows)))
            table.style = "Table Grid"
            for line, row in zip(table.rows, rows, strict=True):
                for cell, value in zip(line.cells, row, strict=False):
                    cell.text = shown(value)
        elif isinstance(block, Heading):
            document.add_heading(block.text, 1)
        else:
            for line in block.text.split("\n"):
                document.add_paragraph(line)
    return _saved(document.save)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    written = io.BytesIO()
    save(written)
    return written.getvalue()


def xlsx(case: Case, _rng: random.Random) -> bytes:
    """Excel: numbers as numbers, dates as dates, sheets hidden where the case says so; running text one line a cell."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, table in enumerate(case.tables, 1):
        sheet = book.create_sheet(table.name if table.name != "Sheet1" else f"Sheet{number}")
        for row in grid(table):
            sheet.append(row)
        if table.groups:
            at, row_number = 1, len(table.above) + 1
            for _, columns in table.groups:
                if columns > 1:
                    sheet.merge_cells(
                        start_row=row_number, end_row=row_number, start_column=at, end_column=at + columns - 1
                    )
                at += columns
        sheet.sheet_state = "hidden" if table.hidden else "visible"
    words = [line for b in case.blocks if not isinstance(b, Table) for line in b.text.split("\n")]
    if words:
        sheet = book.create_sheet("表紙", 0)
        for line in words:
            sheet.append([line])
    return _saved(book.save)


def pptx_(case: Case, rng: random.Random) -> bytes:
    """A slide a block, tables in pieces of twelve rows; a note now and then."""
    deck = pptx.Presentation()
    title = case.stem
    for block in case.blocks:
        if isinstance(block, Heading):
            title = block.text
        elif isinstance(block, Table):
            for first in range(0, max(1, len(block.rows)), 12):
                slide = deck.slides.add_slide(deck.slide_layouts[5])
                slide.shapes.title.text = title
                rows = [list(block.header), *block.rows[first : first + 12]]
                grid_ = slide.shapes.add_table(
                    len(rows), max(map(len, rows)), Inches(0.3), Inches(1.2), Inches(9), Inches(5)
                ).table
                for y, row in enumerate(rows):
                    for x, value in enumerate(row):
                        grid_.cell(y, x).text = shown(value)
        else:
            slide = deck.slides.add_slide(deck.slide_layouts[1])
            slide.shapes.title.text = title
            slide.placeholders[1].text = block.text
            if rng.random() < 0.2:
                slide.notes_slide.notes_text_frame.text = "ここで質問を受ける。"
    return _saved(deck.save)


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
    """Rich text with tables, letters beyond ASCII as \\u."""
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


def pdf(case: Case, _rng: random.Random, password: str = "") -> bytes:
    """A page with a Japanese CID font, cells as paragraphs in a grid."""
    body = styles.ParagraphStyle("body", fontName="HeiseiMin-W3", fontSize=8, leading=11, wordWrap="CJK")
    flow: list[Paragraph | Spacer | PdfTable] = []
    for block in case.blocks:
        if isinstance(block, Table):
            flow += [Paragraph(escape(line), body) for line in block.above]
            rows = [list(block.header), *block.rows] if block.header else block.rows
            wide = max(map(len, rows))
            style = [("GRID", (0, 0), (-1, -1), 0.3, "black"), ("FONT", (0, 0), (-1, -1), "HeiseiMin-W3", 7)]
            cells = [[shown(c) for c in row] + [""] * (wide - len(row)) for row in rows]
            flow.append(PdfTable(cells, style=style, repeatRows=1))
        else:
            flow += [Paragraph(escape(line) or "&nbsp;", body) for line in block.text.split("\n")]
        flow.append(Spacer(1, 8))
    written = io.BytesIO()
    encrypt = StandardEncryption(password) if password else None
    SimpleDocTemplate(written, pagesize=pagesizes.landscape(pagesizes.A3), encrypt=encrypt).build(flow)
    return written.getvalue()


OFFICE: dict[str, Callable[[Case, random.Random], bytes]] = {
    "docx": docx_, "xlsx": xlsx, "pptx": pptx_, "odt": odt, "ods": ods, "rtf": rtf, "pdf": pdf,
}  # fmt: skip
