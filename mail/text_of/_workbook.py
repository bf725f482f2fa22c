"""A workbook of Excel 2 to 2003 (MS-XLS) → its sheets as tables, hidden ones too, with comments, text boxes, headers, footers."""

import re
import struct
from collections.abc import Callable

from mail.shapes import Lost
from mail.text_of import _biff
from mail.text_of._biff import BIFF5, BIFF8, CONTINUE, Shared, Strings, decoded
from mail.text_of._inside import Findings
from mail.text_of._numbers import EPOCH, EPOCH_1904, is_general, shown
from mail.text_of._tables import table

_BOFS = {0x0009: 2, 0x0209: 3, 0x0409: 4, 0x0809: BIFF8}
_EOF, _SHEET_LIST, _FILEPASS, _SST, _ROW = 0x0A, 0x85, 0x2F, 0xFC, 0x208
_STRING = 0x207
_BIFF8_BOF = 0x0600
_TXO, _OBJ, _NOTE, _NOTE_OBJECT = 0x1B6, 0x5D, 0x1C, 0x19
_DRAWINGS = frozenset({0xEB, 0xEC, 0xED})
_PIVOT_STRING = 0xCD
# Sizes, windows, fonts, palettes, links between cells: no text in them.
_PLAIN = frozenset(
    [
        *(0x0A, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x19, 0x1A, 0x1B, 0x1D, 0x22, 0x26, 0x27, 0x28, 0x29),
        *(0x2A, 0x2B, 0x31, 0x3D, 0x40, 0x41, 0x42, 0x4D, 0x55, 0x5F, 0x7D, 0x80, 0x81, 0x82, 0x83, 0x84, 0x8C, 0x8D),
        *(
            0x92,
            0x9C,
            0xA0,
            0xA1,
            0xBE,
            0xC1,
            0xD7,
            0xDA,
            0xE0,
            0xE1,
            0xE2,
            0xE5,
            0xFF,
            0x13D,
            0x160,
            0x161,
            0x1AF,
            0x1B7,
        ),
        *(0x1BC, 0x1C0, 0x1C1, 0x200, 0x201, 0x20B, 0x225, 0x23E, 0x863, 0x896, 0x89B, 0x8C8),
    ]
)
_COLUMNS = 1024
_HIDDEN_ROW = 0x20
_HEAD = struct.Struct("<HH")
_DOUBLE, _CELL, _RK = struct.Struct("<d"), struct.Struct("<HHH"), struct.Struct("<HI")
# ptgStr of a formula (MS-XLS 2.5.198.89).
_LITERAL = re.compile(rb"\x17([\x01-\xff])([\0\1])")
_PAGE_CODES = re.compile(r'&(?:"[^"]{0,64}"|[0-9]{1,3}|[LCRDTPNFAGBIUSEXYK&])')
_MIN_SST = 8
_WHOLE = 1e18


class _Sheet:
    def __init__(self, title: str, *, hidden: bool) -> None:
        self.title = title
        self.hidden = hidden
        self.rows: dict[int, list[str]] = {}
        self.hidden_rows: set[int] = set()
        self.page: list[str] = []
        self.seen: list[str] = []
        self.unseen: list[str] = []


class Workbook:
    """One stream of records."""

    def __init__(self, found: Findings, where: str = "") -> None:
        self._found = found
        self._strings = Strings()
        self._where = where
        self._titles: dict[int, tuple[str, bool]] = {}
        self._shared: list[str] = []
        self._formats: list[int] = []
        self._codes: dict[int, str] = {}
        self._epoch = EPOCH
        self._plain: dict[int, bool] = {}
        self._sheets: list[_Sheet] = []
        self._open: list[_Sheet] = []
        self._globals = _Sheet("", hidden=True)
        self._sheet = self._globals
        self._formula = -1, -1
        self._long: list[str] = []
        self._note = False
        self._text_left = 0
        self._pieces: list[bytes] = []
        self._last = 0
        self._missing = False
        self._kind = 0
        self._others: list[bytes] = []
        self._drawings: list[bytes] = []
        self._readers: dict[int, Callable[[bytes], None]] = {
            _EOF: self._end,
            0xFD: self._label_shared,
            0x204: self._label,
            0x04: self._label,
            0xD6: self._label,
            0x203: self._number,
            0x03: self._number,
            0x02: self._integer,
            0x27E: self._rk,
            0xBD: self._many_rk,
            0x06: self._formula_cell,
            0x206: self._formula_cell,
            0x406: self._formula_cell,
            _STRING: self._formula_text,
            0x07: self._formula_text,
            _ROW: self._row,
            _SHEET_LIST: self._sheet_name,
            0x42: self._codepage,
            0x22: self._date_mode,
            0xE0: self._style,
            0x41E: self._format,
            0x1E: self._format,
            _SST: self._shared_start,
            CONTINUE: self._goes_on,
            _NOTE: self._comment,
            _OBJ: self._object,
            _TXO: self._text_box,
            0x14: self._page_line,
            0x15: self._page_line,
            0x100D: self._chart_text,
            _PIVOT_STRING: self._pivot_text,
            0x5A: self._cached,
        }

    def read(self, stream: bytes) -> None:
        """Every sheet as a table; where the records stop making sense, what came before."""
        at, end, unpack, readers = 0, len(stream) - 3, _HEAD.unpack_from, self._readers
        while at < end:
            kind, size = unpack(stream, at)
            body = stream[at + 4 : at + 4 + size]
            self._kind = kind
            if (read := readers.get(kind)) is not None:
                try:
                    read(body)
                except (struct.error, IndexError):  # too short for what it should say
                    self._found.lose("damaged", self._sheet.title or self._where or "xls")
                    self._others.append(body)
            elif kind in _BOFS:
                self._begin(at, body)
            elif kind == _FILEPASS:
                self._found.lose("encrypted_archive", self._where or "xls")
                self._found.sweep(stream)
                return
            elif kind in _DRAWINGS:
                self._drawings.append(body)
            elif kind not in _PLAIN:
                self._others.append(body)
                if not kind and not stream[at:].strip(b"\0"):
                    break  # padding
            if kind != CONTINUE:
                self._last = kind
            at += 4 + size
        self._finish(stream, at)

    def _finish(self, stream: bytes, end: int) -> None:
        found = self._found
        self._close_shared()
        named = {at for at in self._titles if at < len(stream)}
        if len(named) < len(self._titles) or self._missing or self._open:
            found.lose("damaged", self._where or "xls")
        for sheet in (*self._sheets, self._globals):
            self._show(sheet)
        found.sweep_closely(b"\0\0".join(self._others))
        found.sweep(b"\0\0".join(self._drawings))
        found.sweep(stream[end:])

    def _show(self, sheet: _Sheet) -> None:
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
        found.lines(sheet.seen, sheet.title, hidden=hidden)
        found.lines(sheet.page, sheet.title, hidden=True)
        found.lines(sheet.unseen, f"{sheet.title}: comments" if sheet.title else "comments", hidden=True)

    # Structure

    def _begin(self, at: int, body: bytes) -> None:
        strings = self._strings
        strings.version = _BOFS[self._kind]
        if strings.version == BIFF8 and body[:2] != _BIFF8_BOF.to_bytes(2, "little"):
            strings.version = BIFF5
        kind = int.from_bytes(body[2:4], "little")
        self._open.append(self._sheet)
        if len(self._open) > 1 and at not in self._titles:
            return  # a chart in a sheet
        if at in self._titles or kind != 0x05:  # noqa: PLR2004 - not the part that is about all sheets
            title, hidden = self._titles.get(at, ("", bool(self._titles)))
            self._sheet = _Sheet(title, hidden=hidden)
            self._sheets.append(self._sheet)

    def _end(self, _: bytes) -> None:
        self._close_shared()
        if self._open:
            self._sheet = self._open.pop()

    def _sheet_name(self, body: bytes) -> None:
        at, state = struct.unpack_from("<IB", body)
        self._titles[at] = self._strings.short(body, 6), state & 3 != 0

    def _codepage(self, body: bytes) -> None:
        self._strings.codec = _biff.codec_of(int.from_bytes(body[:2], "little"))

    def _date_mode(self, body: bytes) -> None:
        self._epoch = EPOCH_1904 if body[:1] == b"\1" else EPOCH

    def _style(self, body: bytes) -> None:
        self._formats.append(int.from_bytes(body[2:4], "little"))

    def _format(self, body: bytes) -> None:
        if self._strings.version >= BIFF8:
            self._codes[int.from_bytes(body[:2], "little")] = self._strings.long(body, 2)
        elif self._kind != 0x1E:  # noqa: PLR2004 - Excel 2 and 3 say no number
            self._codes[int.from_bytes(body[:2], "little")] = self._strings.short(body, 2)

    def _shared_start(self, body: bytes) -> None:
        self._pieces = [body]

    def _goes_on(self, body: bytes) -> None:
        if self._last == _SST:
            self._pieces.append(body)
        elif self._last == _TXO and self._text_left > 0:
            self._text_piece(body)
        elif self._last == _STRING and self._long:
            self._long[-1] += self._strings.after(body, 0, len(body))
        else:
            (self._drawings if self._last in _DRAWINGS else self._others).append(body)

    def _close_shared(self) -> None:
        if len(b"".join(self._pieces[:2])) <= _MIN_SST:
            return
        spending, shared = self._found.spending, Shared(self._pieces)
        self._pieces = []
        for text in shared:
            spending.text(len(text))
            spending.row()
            self._shared.append(text.strip())
        for text in shared.phonetic:
            self._found.rest.text(text)

    # Cells

    def _put(self, row: int, column: int, text: str) -> None:
        cells = self._sheet.rows.get(row)
        if cells is None:
            cells = self._sheet.rows[row] = []
        before = len(cells)
        if column < before:
            if not cells[column]:
                cells[column] = text
                return
        elif column < _COLUMNS:
            cells.extend([""] * (column - before))
        cells.append(text)
        self._found.spending.row(len(cells) - before)

    def _label_shared(self, body: bytes) -> None:
        row, column, _, place = struct.unpack_from("<HHHI", body)
        if self._pieces:
            self._close_shared()
        if place < len(self._shared):
            self._put(row, column, self._shared[place])
        else:
            self._missing = True

    def _label(self, body: bytes) -> None:
        row, column, _ = _CELL.unpack_from(body)
        text = self._strings.short(body, 7) if self._kind == 0x04 else self._strings.long(body, 6)  # noqa: PLR2004
        self._found.spending.text(len(text))
        self._put(row, column, text.strip())

    def _number(self, body: bytes) -> None:
        row, column, style = _CELL.unpack_from(body)
        at = 7 if self._kind == 0x03 else 6  # noqa: PLR2004 - Excel 2
        self._put(row, column, self._real(body[at : at + 8], style))

    def _integer(self, body: bytes) -> None:
        row, column, _ = _CELL.unpack_from(body)
        self._put(row, column, str(int.from_bytes(body[7:9], "little")))

    def _rk(self, body: bytes) -> None:
        row, column = struct.unpack_from("<HH", body)
        self._put(row, column, self._packed(*_RK.unpack_from(body, 4)))

    def _many_rk(self, body: bytes) -> None:
        row, column = struct.unpack_from("<HH", body)
        body = body[4:-2]
        for style, value in _RK.iter_unpack(body[: len(body) // _RK.size * _RK.size]):
            self._put(row, column, self._packed(style, value))
            column += 1

    def _formula_cell(self, body: bytes) -> None:
        row, column, style = _CELL.unpack_from(body)
        value = body[6:14]
        self._formula = row, column
        if value[6:8] != b"\xff\xff":
            self._put(row, column, self._real(value, style))
        if b"\x17" in body[20:]:
            self._literals(body[20:])

    def _formula_text(self, body: bytes) -> None:
        """The text that a formula came to; its cell stands before it."""
        strings = self._strings
        text = strings.short(body, 0) if self._kind == 0x07 else strings.long(body, 0)  # noqa: PLR2004 - Excel 2
        self._found.spending.text(len(text))
        row, column = self._formula
        self._put(max(row, 0), max(column, 0), text.strip())
        self._long = self._sheet.rows[max(row, 0)]

    def _row(self, body: bytes) -> None:
        if len(body) > 12 and body[12] & _HIDDEN_ROW:  # noqa: PLR2004 - MS-XLS 2.4.221
            self._sheet.hidden_rows.add(int.from_bytes(body[:2], "little"))

    def _real(self, raw: bytes, style: int) -> str:
        return self._as_shown(_DOUBLE.unpack(raw)[0], style)

    def _packed(self, style: int, value: int) -> str:
        """MS-XLS 2.5.217: the lowest bit says hundredths, the next one a whole number."""
        if value & 2:
            number = float((value >> 2) - (1 << 30 if value >> 31 else 0))
        else:
            number = _DOUBLE.unpack(bytes(4) + (value & 0xFFFFFFFC).to_bytes(4, "little"))[0]
        return self._as_shown(number / 100 if value & 1 else number, style)

    def _as_shown(self, value: float, style: int) -> str:
        is_plain = self._plain.get(style)
        if is_plain is None:
            number = self._formats[style] if style < len(self._formats) else 0
            is_plain = self._plain[style] = is_general(number, self._codes.get(number, ""))
        if is_plain:
            return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)
        number = self._formats[style]
        return shown(repr(value), number, self._codes.get(number, ""), self._epoch)

    def _literals(self, formula: bytes) -> None:
        for found in _LITERAL.finditer(formula):
            count, wide = found[1][0], found[2] == b"\1"
            raw = formula[found.end() : found.end() + (count << wide)]
            self._found.rest.text(raw.decode("utf-16-le" if wide else "latin-1", "replace"))

    # Beside the cells

    def _object(self, body: bytes) -> None:
        self._note = body[4:6] == bytes((_NOTE_OBJECT, 0))

    def _text_box(self, body: bytes) -> None:
        self._text_left = int.from_bytes(body[10:12], "little")
        (self._sheet.unseen if self._note else self._sheet.seen).append("")

    def _text_piece(self, body: bytes) -> None:
        wide = body[:1] == b"\1"
        text = body[1:].decode("utf-16-le" if wide else "latin-1", "replace")[: self._text_left]
        self._text_left -= max(len(text), 1)
        texts = self._sheet.unseen if self._note else self._sheet.seen
        texts[-1] += text.replace("\r", "\n")

    def _comment(self, body: bytes) -> None:
        if self._strings.version >= BIFF8:
            self._sheet.unseen.append(self._strings.long(body, 8))  # who wrote it
            return
        text = decoded(body[6:], self._strings.codec)
        goes_on = body[:2] == b"\xff\xff" and self._sheet.unseen
        self._sheet.unseen.append((self._sheet.unseen.pop() if goes_on else "") + text)

    def _page_line(self, body: bytes) -> None:
        if body:
            text = self._strings.long(body, 0) if self._strings.version >= BIFF8 else self._strings.short(body, 0)
            self._sheet.page += _PAGE_CODES.sub("\n", text).split("\n")

    def _chart_text(self, body: bytes) -> None:
        self._sheet.seen.append(self._strings.short(body, 2))

    def _pivot_text(self, body: bytes) -> None:
        self._sheet.unseen.append(self._strings.long(body, 0))

    def _cached(self, body: bytes) -> None:
        """CRN (MS-XLS 2.4.65): cells of another workbook."""
        at = 4
        while at < len(body):
            if body[at] == 2:  # noqa: PLR2004 - a text
                count = int.from_bytes(body[at + 1 : at + 3], "little")
                self._sheet.unseen.append(self._strings.long(body, at + 1))
                at += 4 + (count << (body[at + 3] & 1 if at + 3 < len(body) else 0))
                continue
            if body[at] == 1 and at + 9 <= len(body):
                self._sheet.unseen.append(shown(repr(_DOUBLE.unpack_from(body, at + 1)[0]), 0, ""))
            at += 9


def read_workbook(stream: bytes, found: Findings, where: str = "") -> None:
    """Everything in a stream `Workbook`, `Book`, or in a file of Excel 2 to 4."""
    if not stream:
        found.lost.append(Lost("damaged", where or "xls"))
        return
    Workbook(found, where).read(stream)
