"""Files inside a PDF: those of its list, those pinned to a page, and those that no list names; none is passed over."""

import ctypes
import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from mail.budget import OverBudgetError, Spending
from mail.text_of._pdf_beside import wide
from mail.text_of._pdfium import Document, Page, pdfium

File = tuple[str, bytes | None]
"""Name and content; None for one that cannot be had."""
_PINNED = 17  # FPDF_ANNOT_FILEATTACHMENT
_MOST = 2000
# ISO 32000-1 7.11.4: the stream of a file inside says so of itself, or a file specification leads to it.
_TYPED = re.compile(rb"/EmbeddedFile(?![A-Za-z0-9])")
_LED_TO = re.compile(rb"/EF\s{0,9}<<([^>]{0,300})>>")
_REFERENCE = re.compile(rb"([0-9]{1,9})\s{1,9}([0-9]{1,5})\s{1,9}R")
_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,9})\s{1,9}([0-9]{1,5})\s{1,9}(?=obj)")
_STREAM = re.compile(rb"stream\r?\n")
_LONGEST_HEAD = 2100
_ENCRYPTED = re.compile(rb"/Encrypt\s{1,9}[0-9<]")


def files(document: Document, spending: Spending) -> Iterator[File]:
    """Files inside by name, and the XML of XFA forms; None for one that cannot be had."""
    lib = pdfium()
    for number in range(max(0, lib.FPDFDoc_GetAttachmentCount(document.handle))):
        spending.member()
        one = lib.FPDFDoc_GetAttachment(document.handle, number)
        name = wide(partial(lib.FPDFAttachment_GetName, one)) if one else ""
        yield name, _file(partial(lib.FPDFAttachment_GetFile, one), spending)
    for number in range(max(0, lib.FPDF_GetXFAPacketCount(document.handle))):
        spending.member()
        yield "form.xml", _file(partial(lib.FPDF_GetXFAPacketContent, document.handle, number), spending)


def pinned(page: Page, spending: Spending) -> Iterator[File]:
    """Files that stand on a page as a note does (ISO 32000-1 12.5.6.15): the list of the document does not name them."""
    lib = pdfium()
    for number in range(min(max(0, lib.FPDFPage_GetAnnotCount(page.handle)), _MOST)):
        if one := lib.FPDFPage_GetAnnot(page.handle, number):
            if lib.FPDFAnnot_GetSubtype(one) == _PINNED:
                spending.member()
                file = lib.FPDFAnnot_GetFileAttachment(one)
                name = wide(partial(lib.FPDFAttachment_GetName, file)) if file else ""
                yield name, _file(partial(lib.FPDFAttachment_GetFile, file), spending) if file else None
            lib.FPDFPage_CloseAnnot(one)


def unlisted(data: bytes, known: list[bytes], spending: Spending) -> Iterator[File]:
    """Files in the octets that are none of these: associated ones (ISO 32000-2 14.13), and those of an older revision."""
    starts = list(islice(dict.fromkeys(_streams(data)), _MOST + 1))
    if len(starts) > _MOST:
        raise OverBudgetError("members")
    more = len(starts) > len(set(known))
    if _ENCRYPTED.search(data):
        yield from ([("", None)] if more else [])
        return
    for start in starts:
        content = _content(data, start, spending)
        if more if content is None else content not in known:
            spending.member()
            yield "", content


def _streams(data: bytes) -> Iterator[int]:
    """Where the objects begin that hold files: at their word `obj`."""
    for found in _TYPED.finditer(data):
        yield data.rfind(b"obj", max(0, found.start() - _LONGEST_HEAD), found.start())
    led_to = {one for found in _LED_TO.findall(data) for one in _REFERENCE.findall(found)}
    if led_to:
        yield from (found.end() for found in _OBJECT.finditer(data) if found.groups() in led_to)


def _content(data: bytes, start: int, spending: Spending) -> bytes | None:
    """What is in the stream of an object; None where there is none, or it is packed in another way than usual."""
    begins = _STREAM.search(data, start, start + _LONGEST_HEAD) if start >= 0 else None
    head = data[start : begins.start()] if begins else b"endobj"
    if (
        not begins
        or b"endobj" in head
        or (b"/Filter" in head and b"/FlateDecode" not in head)
        or head.count(b"Decode") > 1
    ):
        return None
    end = data.find(b"endstream", begins.end())
    if end < 0:
        return None
    packed = data[begins.end() : end]
    if b"/Filter" not in head:
        spending.inflate(len(packed))  # streams may lie in one another: what all hold is more than the file
        return packed[:-2] if packed.endswith(b"\r\n") else packed[:-1] if packed[-1:] in b"\r\n" else packed
    try:
        content = zlib.decompressobj().decompress(packed, spending.budget.member + 1)
    except zlib.error:
        return None
    if len(content) > spending.budget.member:
        raise OverBudgetError("member")
    spending.inflate(len(content))
    return content


def _file(ask: Callable[[Any, int, Any], int], spending: Spending) -> bytes | None:
    size = ctypes.c_ulong()
    if not ask(None, 0, size):
        return None
    if size.value > spending.budget.member:
        raise OverBudgetError("member")
    spending.inflate(size.value)
    room = ctypes.create_string_buffer(max(1, size.value))
    return room.raw[: size.value] if ask(room, size.value, size) else None
