"""pdf: the text of every page in lines and tables, form fields, comments, properties, files inside; pages of pictures are a loss."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import Any

from mail.budget import OverBudgetError, Spending
from mail.shapes import Block, Embedded, Lost, Reason, Text
from mail.text_of import _layout, _pdf_beside, _pdf_files, _pdfium, _zip
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._rest import Rest
from mail.text_of._tables import lines
from mail.text_of._xml import tags

KINDS = ("pdf",)
SUREST = 95

_MARK = b"%PDF-"
_START = 1024
_PAGES = 5000
_SCANNED = 40
"""Letters beside a picture that are a page number or the name of a scanner."""
_LABELLED = 2
"""Columns that are a label and what it says: every form has them."""
_SAMPLES = 64
_UNREADABLE = 0.1
_SHOWN = 20
_XMP = b"<x:xmpmeta"
_END = b"%%EOF"
_SAVED = re.compile(rb"startxref\s{1,9}[1-9][0-9]{0,11}\s{1,9}%%EOF")
"""Where a revision ends (ISO 32000-1 7.5.6). What opens quickly on the web has a first part without one: its number is 0."""
_REVISIONS = 10


def recognises(data: bytes, _hint: Hint) -> Guess:
    """`%PDF-` at the start, or, as readers accept it, in the first 1,024 octets."""
    at = data.find(_MARK, 0, _START)
    return NOT_MINE if at < 0 else Guess("pdf", 80 if at else 95)


def warm() -> None:
    """Load what is needed before files and memory are short."""
    _pdfium.pdfium()


def read(data: bytes, _hint: Hint, spending: Spending) -> Text:
    """All of the document; what stands before and behind it is a file of its own."""
    found = _Reading(data, spending)
    try:
        with spending.native(), _pdfium.opened(data) as document:
            found.document(document)
        found.earlier()
    except _pdfium.PdfError as error:
        reason: Reason = "encrypted_archive" if error.code in _pdfium.ENCRYPTED else "damaged"
        found.lost.append(Lost(reason, "pdf"))
    except OverBudgetError as error:
        found.lost.append(Lost("limit", error.what))
    return found.text()


class _Reading:
    """What one document brings."""

    def __init__(self, data: bytes, spending: Spending) -> None:
        self._data, self._spending = data, spending
        self._blocks: list[Block] = []
        self._rest = Rest()
        self._embedded: list[Embedded] = []
        self._pictures: list[int] = []
        self._unmapped: list[int] = []
        self._header: tuple[str, ...] = ()
        self._read: set[str] = set()
        self.lost: list[Lost] = []

    def text(self) -> Text:
        """Everything, and what was lost."""
        if self._pictures:
            self.lost.append(Lost("image_only", _named(self._pictures)))
        if self._unmapped:
            self.lost.append(Lost("damaged", f"letters of {_named(self._unmapped)}"))
        self._embedded += _around(self._data)
        self._blocks += self._rest.blocks(self._blocks, self._spending)
        return Text(tuple(self._blocks), tuple(self.lost), tuple(self._embedded))

    def document(self, document: _pdfium.Document) -> None:
        """Pages first, then what stands beside them."""
        with _pdf_beside.form_of(document) as form:
            for number in range(min(document.page_count, _PAGES)):
                with document.page(number) as page:
                    self._page(document, page, number + 1, form)
        if document.page_count > _PAGES:
            raise OverBudgetError("pages")
        if not document.page_count:
            self.lost.append(Lost("damaged", "pdf"))
        for word in _pdf_beside.words(document):
            self._rest.text(word)
        said = chain(_pdf_beside.properties(document), _pdf_beside.own_properties(self._data), self._xmp())
        rows = tuple(dict.fromkeys((name, " ".join(value.split())) for name, value in said))
        for name, value in rows:
            self._spending.text(len(name) + len(value))
            self._spending.row(2)
        self._blocks += (Block(rows, (), "properties", hidden=True),) if rows else ()
        self._files(_pdf_files.files(document, self._spending))
        self._files(_pdf_files.unlisted(self._data, [one.data for one in self._embedded], self._spending))

    def earlier(self) -> None:
        """The pages as they were before they were changed: who opens the file does not see them, and they travel all the same."""
        ends = [found.end() for found in _SAVED.finditer(self._data)]
        # Behind the last one nothing but what is looked at by itself.
        for end in ends[:-1][-_REVISIONS:]:
            with suppress(_pdfium.PdfError), self._spending.native(), _pdfium.opened(self._data[:end]) as document:
                for number in range(min(document.page_count, _PAGES)):
                    with document.page(number) as page:
                        self._was(page, number + 1)
        if len(ends) > _REVISIONS + 1:
            raise OverBudgetError("revisions")

    def _was(self, page: _pdfium.Page | None, number: int) -> None:
        if page and page.text.strip() and page.text not in self._read:
            self._read.add(page.text)
            self._spending.text(len(page.text))
            said = _layout.blocks(page.text, page.boxes(), self._spending, f"page {number}")
            self._blocks += (replace(block, hidden=True) for block in said)

    def _files(self, found: Iterator[_pdf_files.File]) -> None:
        for name, content in found:
            if content is None:
                self.lost.append(Lost("damaged", name[:255]))
            else:
                self._embedded.append(Embedded(name[:255], content))

    def _continued(self, block: Block) -> Block:
        """A table without names of columns goes on the one before that has as many: tables do not end where pages do."""
        width = max(map(len, block.rows))
        if block.header:
            self._header = block.header
        elif width == len(self._header) > _LABELLED:
            return replace(block, header=self._header)
        return block

    def _xmp(self) -> Iterator[tuple[str, str]]:
        """ISO 16684-1: properties as XML, each with its name."""
        start = self._data.find(_XMP)
        while start >= 0 and (end := self._data.find(b"</x:xmpmeta>", start)) >= 0:
            for tag in tags(self._data[start:end], self._rest):
                if tag.text and not tag.text.isspace():
                    yield tag.name, tag.text
            start = self._data.find(_XMP, end)

    def _page(self, document: _pdfium.Document, page: _pdfium.Page | None, number: int, form: Any) -> None:
        if page is None:
            self.lost.append(Lost("damaged", f"page {number}"))
            return
        where = f"page {number}"
        text = page.text
        self._read.add(text)
        self._spending.text(len(text))
        self._blocks += map(self._continued, _layout.blocks(text, page.boxes(), self._spending, where))
        if len(text) <= _SCANNED and page.is_picture():
            self._pictures.append(number)
        if _is_unreadable(page):
            self._unmapped.append(number)
        self._files(_pdf_files.pinned(page, self._spending))
        said = (line for one in _pdf_beside.annotations(document, page, form) for line in one.splitlines())
        self._blocks += lines(said, self._spending, where=where, hidden=True)


def _is_unreadable(page: _pdfium.Page) -> bool:
    """Whether more than a tenth of the letters are none: looked at here and there."""
    text = page.text
    if not text.strip():
        return False
    step = max(1, len(text) // _SAMPLES)
    places = [at for at in range(0, len(text), step) if not text[at].isspace()]
    unmapped = sum(map(page.is_unmapped, places))
    return unmapped > _UNREADABLE * len(places) or _pdfium.odd_letters(text) > _UNREADABLE * len(text)


def _named(pages: list[int]) -> str:
    shown = ", ".join(map(str, pages[:_SHOWN]))
    return f"pages {shown}{' …' if len(pages) > _SHOWN else ''}"


def _around(data: bytes) -> Iterator[Embedded]:
    """Octets before the document and behind it; an archive whose end lies in it, from its first member on."""
    start, end = data.find(_MARK), data.rfind(_END) + len(_END)
    if data[:start].strip():
        yield Embedded("", data[:start])
    if _zip.has_end(data) and (found := _zip.directory(data)).entries:
        yield Embedded("", data[max(0, min(entry.offset for entry in found.entries)) :])
    elif end > len(_END) and (behind := data[end:].strip(b"\0 \t\r\n")):
        yield Embedded("", behind)
