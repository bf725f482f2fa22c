"""What a PDF says beside its pages' text: form fields, comments, properties, bookmarks, scripts."""

import ctypes
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any
from urllib.parse import unquote

from mail.budget import MIB, OverBudgetError
from mail.charset import decode
from mail.text_of._pdfium import Document, Page, pdfium

_META = (b"Title", b"Author", b"Subject", b"Keywords", b"Creator", b"Producer")
_STRINGS = (b"Contents", b"T", b"Subj", b"RC", b"V", b"TU", b"DV", b"NM")
"""ISO 32000-1 tables 164, 170, 220: what an annotation says."""
_LINK, _WIDGET = 2, 20  # FPDF_ANNOT_LINK, FPDF_ANNOT_WIDGET
_LONG = MIB
_REVISIONS = 20
_INFO = re.compile(rb"/Info\s{1,9}([0-9]{1,9})\s{1,9}([0-9]{1,5})\s{1,9}R")
_ENTRY = re.compile(rb"/([A-Za-z0-9_.#-]{1,200})\s{0,9}(?:\(((?:[^()\\]|\\.)*+)\)|<([0-9A-Fa-f]*+)>)", re.DOTALL)
_ESCAPED = re.compile(rb"\\([()\\])")
_MOST = 2000
"""Annotations of a page, bookmarks, scripts: more is a limit."""


@contextmanager
def form_of(document: Document) -> Iterator[Any]:
    """What gives the values of form fields; no script runs in it."""
    lib = pdfium()
    info = lib.FPDF_FORMFILLINFO(version=2)
    form = lib.FPDFDOC_InitFormFillEnvironment(document.handle, info)
    try:
        yield form
    finally:
        if form:
            lib.FPDFDOC_ExitFormFillEnvironment(form)


def annotations(document: Document, page: Page, form: Any) -> Iterator[str]:
    """What each comment and form field says, and where each link leads, a line each."""
    lib = pdfium()
    count = lib.FPDFPage_GetAnnotCount(page.handle)
    for number in range(min(count, _MOST)):
        if one := lib.FPDFPage_GetAnnot(page.handle, number):
            yield " ".join(dict.fromkeys(filter(None, (*_of_annotation(one, form), _address(document, one)))))
            lib.FPDFPage_CloseAnnot(one)
    if count > _MOST:
        raise OverBudgetError("annotations")


def _of_annotation(one: Any, form: Any) -> Iterator[str]:
    lib = pdfium()
    if form and lib.FPDFAnnot_GetSubtype(one) == _WIDGET:
        for ask in (
            lib.FPDFAnnot_GetFormFieldAlternateName,
            lib.FPDFAnnot_GetFormFieldName,
            lib.FPDFAnnot_GetFormFieldValue,
        ):
            yield wide(partial(ask, form, one))
    for key in _STRINGS:
        if lib.FPDFAnnot_HasKey(one, key):
            yield wide(partial(lib.FPDFAnnot_GetStringValue, one, key))


def _address(document: Document, one: Any) -> str:
    """Where a link leads; "" for all else. Octets, by ISO 32000-1 12.6.4.7 of ASCII."""
    lib = pdfium()
    action = lib.FPDFLink_GetAction(lib.FPDFAnnot_GetLink(one)) if lib.FPDFAnnot_GetSubtype(one) == _LINK else None
    size = lib.FPDFAction_GetURIPath(document.handle, action, None, 0) if action else 0
    if size > _LONG:
        raise OverBudgetError("characters")
    room = ctypes.create_string_buffer(size + 1)
    if size:
        lib.FPDFAction_GetURIPath(document.handle, action, room, size)
    return unquote(decode(room.value)[0]).removeprefix("mailto:")


def properties(document: Document) -> Iterator[tuple[str, str]]:
    """The usual ones (ISO 32000-1 14.3.3), name and value."""
    for key in _META:
        if value := _octets(partial(pdfium().FPDF_GetMetaText, document.handle, key)):
            yield key.decode("ascii"), value


def own_properties(data: bytes) -> Iterator[tuple[str, str]]:
    """Those that programs add, as labels of sensitivity; PDFium has no way to list them. Only where nothing is packed around them."""
    for info in islice(dict.fromkeys(_INFO.findall(data)), _REVISIONS):
        start = data.find(b"%s %s obj" % info)
        end = data.find(b"endobj", start)
        for key, text, digits in _ENTRY.findall(data[start : min(end, start + _LONG)] if 0 <= start < end else b""):
            if key not in _META:
                octets = _ESCAPED.sub(rb"\1", text) or bytes.fromhex(digits.decode("ascii")[: len(digits) & ~1])
                yield key.decode("ascii"), decode(octets)[0]


def words(document: Document) -> Iterator[str]:
    """Bookmarks and scripts."""
    lib = pdfium()
    yield from _bookmarks(document)
    for number in range(min(lib.FPDFDoc_GetJavaScriptActionCount(document.handle), _MOST)):
        if script := lib.FPDFDoc_GetJavaScriptAction(document.handle, number):
            yield wide(partial(lib.FPDFJavaScriptAction_GetScript, script))
            lib.FPDFDoc_CloseJavaScriptAction(script)


def _bookmarks(document: Document) -> Iterator[str]:
    lib, seen = pdfium(), 0
    waiting = [lib.FPDFBookmark_GetFirstChild(document.handle, None)]
    while waiting and seen < _MOST:
        if one := waiting.pop():
            seen += 1
            yield _octets(partial(lib.FPDFBookmark_GetTitle, one))
            waiting.append(lib.FPDFBookmark_GetNextSibling(document.handle, one))
            waiting.append(lib.FPDFBookmark_GetFirstChild(document.handle, one))
    if waiting:
        raise OverBudgetError("bookmarks")


def _octets(ask: Callable[[Any, int], int]) -> str:
    """A string of UTF-16 whose length is asked for first, ended by a NUL."""
    size = ask(None, 0)
    if size > _LONG:
        raise OverBudgetError("characters")
    if size <= 2:  # noqa: PLR2004 - the NUL alone
        return ""
    room = ctypes.create_string_buffer(size)
    ask(room, size)
    return room.raw[: size - 2].decode("utf-16-le", "replace")


def wide(ask: Callable[[Any, int], int]) -> str:
    """The same of functions that take a pointer to units."""
    return _octets(lambda room, size: ask(room and ctypes.cast(room, ctypes.POINTER(ctypes.c_ushort)), size))
