"""Writers of office documents: docx, xlsx and pptx by the libraries that people use, PDF by ReportLab."""

import io
import random
from collections.abc import Callable
from xml.sax.saxutils import escape

import docx
import openpyxl
import pptx
from files_document import Case, Heading, Table, grid, shown
from files_markup import ods, odt, rtf
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
