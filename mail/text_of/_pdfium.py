"""PDFium: a document in memory, its pages, their letters and where each stands.

Loaded when the first PDF is read (or by `warm`): neither the relay nor the commands need it. Not safe for threads.
"""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from mail.text_of._box_font import box_font

ENCRYPTED = frozenset({4, 5})
"""FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY of public/fpdfview.h."""
_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5  # FPDF_PAGEOBJ_*
_OBJECTS = 2000
_ASKED, _QUARTER = 24, math.pi / 2
_OUTLINED = 200
"""Pieces of lines from which on drawings may be letters."""
_NO_LETTER = re.compile("[\0-\x08\x0e-\x1f\x80-\x9f\uffff\ufffd\ue000-\uf8ff]")
_EASTERN = frozenset({128, 129, 134, 136})
"""FXFONT_SHIFTJIS_CHARSET, HANGEUL, GB2312, CHINESEBIG5 of public/fpdf_sysfontinfo.h."""
_KEPT: list[Any] = []

Box = tuple[float, float, float, float]
"""Left, right, bottom, height."""


class PdfError(Exception):
    """The document cannot be opened; `code` as FPDF_GetLastError says."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@lru_cache(maxsize=1)
def pdfium() -> Any:
    """The library, ready."""
    import pypdfium2_raw  # noqa: PLC0415 - 5 MiB that only the sandbox needs

    pypdfium2_raw.FPDF_InitLibrary()
    _fonts_for(pypdfium2_raw)
    return pypdfium2_raw


def _fonts_for(lib: Any) -> None:
    """Give it one font for Eastern letters and none of this machine (FPDF_SYSFONTINFO of public/fpdf_sysfontinfo.h); it has its own for Western ones."""
    font = box_font()

    def data(_this: Any, _font: int, table: int, room: int | None, size: int) -> int:
        """All of it; no table alone."""
        if room and size >= len(font) and not table:
            ctypes.memmove(room, font, len(font))
        return 0 if table else len(font)

    answers: dict[str, Callable[..., Any]] = {
        "Release": lambda _: None,
        "EnumFonts": lambda *_: None,
        "MapFont": lambda *asked: 1 if asked[3] in _EASTERN else None,
        "GetFont": lambda *_: None,
        "GetFontData": data,
        "GetFaceName": lambda *_: 0,
        "GetFontCharset": lambda *_: 0,
        "DeleteFont": lambda *_: None,
    }
    types = dict(lib.FPDF_SYSFONTINFO._fields_)
    fonts = lib.FPDF_SYSFONTINFO(version=1, **{name: types[name](answer) for name, answer in answers.items()})
    lib.FPDF_SetSystemFontInfo(fonts)
    _KEPT.append(fonts)  # asked for as long as the process lives


@lru_cache(maxsize=8)
def _of_letter(name: str, answer: Any, *more: Any) -> Any:
    """A function about one letter, asked for each word: given numbers in place of pointers, it takes half of the time."""
    where = ctypes.cast(getattr(pdfium(), name), ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(answer, ctypes.c_void_p, ctypes.c_int, *more)(where)


class Page:
    """The letters of one page, their places, and what else is on it."""

    def __init__(self, page: Any, letters: Any) -> None:
        self.handle, self._letters, self._lib = page, letters, pdfium()
        self._at = ctypes.cast(letters, ctypes.c_void_p).value
        """The same as a number."""
        count = max(0, self._lib.FPDFText_CountChars(letters))
        buffer = (ctypes.c_ushort * (count * 2 + 2))()
        units = self._lib.FPDFText_GetText(letters, 0, count, buffer) if count else 0
        self.text = bytes(buffer)[: 2 * max(0, units - 1)].decode("utf-16-le", "replace")
        self._is_even = len(self.text) == count
        self._has_pairs = len(self.text) < units - 1

    def _index(self, at: int) -> int:
        """PDFium counts letters that it gives no text for; surrogates it counts once, as we do."""
        if self._is_even:
            return at
        units = len(self.text[:at].encode("utf-16-le")) // 2 if self._has_pairs else at
        return max(0, int(self._lib.FPDFText_GetCharIndexFromTextIndex(self._letters, units)))

    def _turned(self) -> int:
        """By how many quarters most letters are turned, with the clock: tables in landscape on a page that is not."""
        ask, count = _of_letter("FPDFText_GetCharAngle", ctypes.c_float), len(self.text)
        places = range(0, count, max(1, count // _ASKED))
        turns = Counter(round(ask(self._at, self._index(at)) / _QUARTER) % 4 for at in places)
        return next((turn for turn, often in turns.most_common(1) if often * 2 > len(places)), 0)

    def boxes(self) -> Callable[[int], Box]:
        """Where the letter at a place of the text stands when its page is turned so that it can be read."""
        box, turned = self._boxes(), self._turned()
        return box if not turned else lambda at: _turn(box(at), turned)

    def _boxes(self) -> Callable[[int], Box]:
        """The same on the page as it is; asked for twice a word, so nothing is looked up anew."""
        letters, index, is_even = self._at, self._index, self._is_even
        room = (ctypes.c_float * 4)()  # FS_RECTF of public/fpdfview.h
        rectangle, corners = ctypes.addressof(room), memoryview(room).cast("B").cast("f").tolist
        ask = _of_letter("FPDFText_GetLooseCharBox", ctypes.c_int, ctypes.c_void_p)

        def box(at: int) -> Box:
            ask(letters, at if is_even else index(at), rectangle)
            left, top, right, bottom = corners()
            return left, right, bottom, top - bottom

        return box

    def is_unmapped(self, at: int) -> bool:
        """Whether the font does not say which letter this is: what stands in the text is its number in the font."""
        return bool(_of_letter("FPDFText_HasUnicodeMapError", ctypes.c_int)(self._at, self._index(at)) == 1)

    def is_picture(self) -> bool:
        """Whether there is a picture on it, or so much drawing that it may be letters."""
        lib, segments = self._lib, 0
        waiting = [lib.FPDFPage_GetObject(self.handle, n) for n in range(_few(lib.FPDFPage_CountObjects(self.handle)))]
        for one in waiting:
            kind = lib.FPDFPageObj_GetType(one)
            if kind == _IMAGE:
                return True
            if kind == _PATH:
                segments += max(0, lib.FPDFPath_CountSegments(one))
            elif kind == _FORM and len(waiting) < _OBJECTS:
                waiting += [lib.FPDFFormObj_GetObject(one, n) for n in range(_few(lib.FPDFFormObj_CountObjects(one)))]
        return segments > _OUTLINED or len(waiting) >= _OBJECTS


class Document:
    """An open document."""

    def __init__(self, handle: Any) -> None:
        self.handle, self._lib = handle, pdfium()
        self.page_count = max(0, self._lib.FPDF_GetPageCount(handle))

    @contextmanager
    def page(self, number: int) -> Iterator[Page | None]:
        """One page; None where it cannot be read."""
        lib = self._lib
        page = lib.FPDF_LoadPage(self.handle, number)
        letters = lib.FPDFText_LoadPage(page) if page else None
        try:
            yield Page(page, letters) if letters else None
        finally:
            if letters:
                lib.FPDFText_ClosePage(letters)
            if page:
                lib.FPDF_ClosePage(page)


@contextmanager
def opened(data: bytes) -> Iterator[Document]:
    """The document in these octets. Raises PdfError."""
    lib = pdfium()
    handle = lib.FPDF_LoadMemDocument64(data, len(data), None)
    if not handle:
        raise PdfError(lib.FPDF_GetLastError())
    try:
        yield Document(handle)
    finally:
        lib.FPDF_CloseDocument(handle)


def odd_letters(text: str) -> int:
    """How many characters are none that anybody writes."""
    return len(_NO_LETTER.findall(text))


def _turn(box: Box, quarters: int) -> Box:
    """A place on a page that is turned back."""
    left, right, bottom, height = box
    top = bottom + height
    if quarters == 1:
        return -top, -bottom, left, right - left
    return (-right, -left, -top, height) if quarters == 2 else (bottom, top, -right, right - left)  # noqa: PLR2004


def _few(count: int) -> int:
    return max(0, min(count, _OBJECTS))
