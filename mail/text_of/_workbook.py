"""A workbook of Excel 2 to 2003 (MS-XLS) → its sheets as tables, hidden ones too, with comments, text boxes, headers, footers."""

import re
import struct
from collections.abc import Callable

from mail.text_of import _biff
from mail.text_of._biff import BIFF5, BIFF8, CONTINUE, Strings, decoded
from mail.text_of._inside import Findings
from mail.text_of._known_password import opened
from mail.text_of._numbers import shown
from mail.text_of._sheet_cells import DOUBLE, STRING, Cells, Sheet
from mail.text_of._tables import table

_BOFS = {0x0009: 2, 0x0209: 3, 0x0409: 4, 0x0809: BIFF8}
_BIFF8_BOF, _GLOBALS = b"\0\6", 0x05
_EOF, _SHEET_LIST, _FILEPASS, _SST = 0x0A, 0x85, 0x2F, 0xFC
_TXO, _OBJ, _NOTE, _NOTE_OBJECT = 0x1B6, 0x5D, 0x1C, b"\x19\0"
_DRAWINGS = frozenset({0xEB, 0xEC, 0xED})
# Sizes, windows, fonts, palettes, links between cells: no text in them.
_PLAIN = frozenset(
    [
        *(0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x19, 0x1A, 0x1B, 0x1D, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B),
        *(0x31, 0x3D, 0x40, 0x41, 0x4D, 0x55, 0x5F, 0x7D, 0x80, 0x81, 0x82, 0x83, 0x84, 0x8C, 0x8D, 0x92, 0x9C, 0xA0),
        *(0xA1, 0xBE, 0xC1, 0xD7, 0xDA, 0xE1, 0xE2, 0xE5, 0xFF, 0x13D, 0x160, 0x161, 0x1AF, 0x1B7, 0x1BC, 0x1C0, 0x1C1),
        *(0x200, 0x201, 0x20B, 0x225, 0x23E, 0x863, 0x896, 0x89B, 0x8C8),
    ]
)  # fmt: skip
_HEAD = struct.Struct("<HH")
_PAGE_CODES = re.compile(r'&(?:"[^"]{0,64}"|[0-9]{1,3}|[LCRDTPNFAGBIUSEXYK&])')
_CACHED_TEXT, _CACHED_NUMBER = 2, 1


def read_workbook(stream: bytes, found: Findings, where: str = "xls") -> None:
    """Everything in a stream `Workbook`, `Book`, or in a file of Excel 2 to 4."""
    if stream:
        _Workbook(found, where).read(stream)
    else:
        found.lose("damaged", where)


class _Workbook:
    """One stream of records."""

    def __init__(self, found: Findings, where: str) -> None:
        self._found = found
        self._where = where
        self._strings = Strings()
        self._titles: dict[int, tuple[str, bool]] = {}
        self._globals = Sheet("", hidden=True)
        self._sheets: list[Sheet] = []
        self._open: list[Sheet] = []
        self._cells = Cells(found, self._strings, self._globals)
        self._note = False
        self._text_left = 0
        self._last = 0
        self._others: list[bytes] = []
        self._drawings: list[bytes] = []
        self._readers: dict[int, Callable[[bytes], None]] = {
            **self._cells.readers,
            _EOF: self._end,
            _SHEET_LIST: self._sheet_name,
            0x42: self._codepage,
            _SST: self._shared,
            CONTINUE: self._goes_on,
            _NOTE: self._comment,
            _OBJ: self._object,
            _TXO: self._text_box,
            0x14: self._page_line,
            0x15: self._page_line,
            0x100D: self._chart_text,
            0xCD: self._pivot_text,
            0x5A: self._cached,
        }

    def read(self, stream: bytes) -> None:
        """Every sheet as a table; where the records stop making sense, what came before."""
        at, end, unpack, readers = 0, len(stream) - 3, _HEAD.unpack_from, self._readers
        while at < end:
            kind, size = unpack(stream, at)
            body = stream[at + 4 : at + 4 + size]
            self._cells.kind = kind
            if (read := readers.get(kind)) is not None:
                try:
                    read(body)
                except (struct.error, IndexError):  # too short for what it should say
                    self._found.lose("damaged", self._cells.sheet.title or self._where)
                    self._others.append(body)
            elif kind in _BOFS:
                self._begin(at, body)
            elif kind == _FILEPASS:
                clear = opened(stream, body)
                if clear is None:
                    self._found.lose("encrypted_archive", self._where)
                    return
                stream = clear
            elif kind not in _PLAIN:
                (self._drawings if kind in _DRAWINGS else self._others).append(body)
                if not kind and not stream[at:].strip(b"\0"):
                    break  # padding
            if kind != CONTINUE:
                self._last = kind
            at += 4 + size
        self._finish(stream, at)

    def _finish(self, stream: bytes, end: int) -> None:
        found = self._found
        self._cells.close()
        named = {at for at in self._titles if at < len(stream)}
        if len(named) < len(self._titles) or self._cells.missing or self._open:
            found.lose("damaged", self._where)
        for sheet in (*self._sheets, self._globals):
            self._show(sheet)
        found.sweep_closely(b"\0\0".join(self._others))
        found.sweep(b"\0\0".join(self._drawings))
        found.sweep(stream[end:])

    def _show(self, sheet: Sheet) -> None:
        found = self._found
        hidden = sheet.hidden
        if sheet.title:
            found.lines([sheet.title], "sheet name", hidden=hidden)
        numbers = sorted(number for number, row in sheet.rows.items() if any(row))
        rows = [tuple(sheet.rows[number]) for number in numbers]
        unseen = frozenset(at for at, number in enumerate(numbers) if number in sheet.hidden_rows)
        found.spending.cells -= sum(map(len, sheet.rows.values()))  # counted while they were put there
        sheet.rows = {}
        found.blocks += table(rows, found.spending, where=sheet.title, hidden=hidden, hidden_rows=unseen)
        found.lines(map("".join, sheet.seen), sheet.title, hidden=hidden)
        found.lines(sheet.page, sheet.title, hidden=True)
        found.lines(map("".join, sheet.unseen), f"{sheet.title}: comments" if sheet.title else "comments", hidden=True)

    def _begin(self, at: int, body: bytes) -> None:
        strings = self._strings
        strings.version = _BOFS[self._cells.kind]
        if strings.version == BIFF8 and body[:2] != _BIFF8_BOF:
            strings.version = BIFF5
        kind = int.from_bytes(body[2:4], "little")
        self._open.append(self._cells.sheet)
        if len(self._open) > 1 and at not in self._titles:
            return  # a chart in a sheet
        if at in self._titles or kind != _GLOBALS:
            title, hidden = self._titles.get(at, ("", bool(self._titles)))
            self._cells.sheet = Sheet(title, hidden=hidden)
            self._sheets.append(self._cells.sheet)

    def _end(self, _: bytes) -> None:
        self._cells.close()
        if self._open:
            self._cells.sheet = self._open.pop()

    def _sheet_name(self, body: bytes) -> None:
        at, state = struct.unpack_from("<IB", body)
        self._titles[at] = self._strings.short(body, 6), state & 3 != 0

    def _codepage(self, body: bytes) -> None:
        self._strings.codec = _biff.codec_of(int.from_bytes(body[:2], "little"))

    def _shared(self, body: bytes) -> None:
        self._cells.shared(body, first=True)

    def _goes_on(self, body: bytes) -> None:
        if self._last == _SST:
            self._cells.shared(body, first=False)
        elif self._last == _TXO and self._text_left > 0:
            self._text_piece(body)
        elif self._last == STRING:
            self._cells.goes_on(body)
        else:
            (self._drawings if self._last in _DRAWINGS else self._others).append(body)

    def _object(self, body: bytes) -> None:
        self._note = body[4:6] == _NOTE_OBJECT

    def _text_box(self, body: bytes) -> None:
        self._text_left = int.from_bytes(body[10:12], "little")
        (self._cells.sheet.unseen if self._note else self._cells.sheet.seen).append([])

    def _text_piece(self, body: bytes) -> None:
        wide = body[:1] == b"\1"
        text = body[1:].decode("utf-16-le" if wide else "latin-1", "replace")[: self._text_left]
        self._text_left -= max(len(text), 1)
        texts = self._cells.sheet.unseen if self._note else self._cells.sheet.seen
        texts[-1].append(text.replace("\r", "\n"))

    def _comment(self, body: bytes) -> None:
        if self._strings.version >= BIFF8:
            self._cells.sheet.unseen.append([self._strings.long(body, 8)])  # who wrote it
            return
        text = decoded(body[6:], self._strings.codec)
        if body[:2] == b"\xff\xff" and self._cells.sheet.unseen:
            self._cells.sheet.unseen[-1].append(text)
        else:
            self._cells.sheet.unseen.append([text])

    def _page_line(self, body: bytes) -> None:
        if body:
            text = self._strings.long(body, 0) if self._strings.version >= BIFF8 else self._strings.short(body, 0)
            self._cells.sheet.page += _PAGE_CODES.sub("\n", text).split("\n")

    def _chart_text(self, body: bytes) -> None:
        self._cells.sheet.seen.append([self._strings.short(body, 2)])

    def _pivot_text(self, body: bytes) -> None:
        self._cells.sheet.unseen.append([self._strings.long(body, 0)])

    def _cached(self, body: bytes) -> None:
        """CRN (MS-XLS 2.4.65): cells of another workbook."""
        at = 4
        while at < len(body):
            if body[at] == _CACHED_TEXT:
                count = int.from_bytes(body[at + 1 : at + 3], "little")
                self._cells.sheet.unseen.append([self._strings.long(body, at + 1)])
                at += 4 + (count << (body[at + 3] & 1 if at + 3 < len(body) else 0))
                continue
            if body[at] == _CACHED_NUMBER and at + 9 <= len(body):
                self._cells.sheet.unseen.append([shown(repr(DOUBLE.unpack_from(body, at + 1)[0]), 0, "")])
            at += 9
