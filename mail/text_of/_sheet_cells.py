"""The cells of one workbook of Excel 2 to 2003 (MS-XLS 2.4): texts, numbers as they are shown, what formulas came to."""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from mail.text_of._biff import BIFF8, Shared, Strings
from mail.text_of._inside import Findings
from mail.text_of._numbers import EPOCH, EPOCH_1904, is_general, shown

STRING = 0x207
_LABEL_2, _NUMBER_2, _STRING_2, _FORMAT_2 = 0x04, 0x03, 0x07, 0x1E
"""The same in Excel 2, and a format of Excel 2 and 3, which says no number."""
_COLUMNS = 1024
_HIDDEN_ROW = 0x20
_CELL, _RK = struct.Struct("<HHH"), struct.Struct("<HI")
DOUBLE = struct.Struct("<d")
# ptgStr of a formula (MS-XLS 2.5.198.89).
_LITERAL = re.compile(rb"\x17([\x01-\xff])([\0\1])")
_WHOLE = 1e18


@dataclass(slots=True)
class Sheet:
    """What is in a sheet. Texts beside the cells are in pieces, for a record has 8 KiB."""

    title: str
    hidden: bool
    rows: dict[int, list[str]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    page: list[str] = field(default_factory=list)
    """Headers and footers."""
    seen: list[list[str]] = field(default_factory=list)
    """Text boxes, charts."""
    unseen: list[list[str]] = field(default_factory=list)
    """Comments, copies of other workbooks, caches of pivot tables."""


class Cells:
    """Reads the records of cells into `sheet`; what they refer to is for the whole workbook."""

    def __init__(self, found: Findings, strings: Strings, sheet: Sheet) -> None:
        self.sheet = sheet
        self.kind = 0
        """Of the record that is read."""
        self.missing = False
        self._found = found
        self._strings = strings
        self._pieces: list[bytes] = []
        self._shared: list[str] = []
        self._formats: list[int] = []
        self._codes: dict[int, str] = {}
        self._epoch = EPOCH
        self._plain: dict[int, bool] = {}
        self._formula = 0, 0
        self._long: list[str] = []
        self._tail: list[str] = []
        self.readers: dict[int, Callable[[bytes], None]] = {
            0xFD: self._label_shared,
            0x204: self._label,
            _LABEL_2: self._label,
            0xD6: self._label,
            0x203: self._number,
            _NUMBER_2: self._number,
            0x02: self._integer,
            0x27E: self._rk,
            0xBD: self._many_rk,
            0x06: self._formula_cell,
            0x206: self._formula_cell,
            0x406: self._formula_cell,
            STRING: self._formula_text,
            _STRING_2: self._formula_text,
            0x208: self._row,
            0x22: self._date_mode,
            0xE0: self._style,
            0x41E: self._format,
            _FORMAT_2: self._format,
        }

    def shared(self, body: bytes, *, first: bool) -> None:
        """A piece of the table of strings."""
        if first:
            self.close()
        self._pieces.append(body)

    def goes_on(self, body: bytes) -> None:
        """More of the text that a formula came to."""
        self._tail.append(self._strings.after(body, 0, len(body)))

    def close(self) -> None:
        """Whatever was read in pieces is whole now."""
        if self._tail and self._long:
            self._long[-1] += "".join(self._tail)
        self._tail = []
        if not self._pieces:
            return
        spending, shared = self._found.spending, Shared(self._pieces)
        self._pieces = []
        for text in shared:
            spending.text(len(text))
            spending.row()
            self._shared.append(text.strip())
        for text in shared.phonetic:
            self._found.rest.text(text)

    def _put(self, row: int, column: int, text: str) -> None:
        cells = self.sheet.rows.get(row)
        if cells is None:
            cells = self.sheet.rows[row] = []
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
            self.close()
        if place < len(self._shared):
            self._put(row, column, self._shared[place])
        else:
            self.missing = True

    def _label(self, body: bytes) -> None:
        row, column, _ = _CELL.unpack_from(body)
        text = self._strings.short(body, 7) if self.kind == _LABEL_2 else self._strings.long(body, 6)
        self._found.spending.text(len(text))
        self._put(row, column, text.strip())

    def _number(self, body: bytes) -> None:
        row, column, style = _CELL.unpack_from(body)
        at = 7 if self.kind == _NUMBER_2 else 6
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
        text = strings.short(body, 0) if self.kind == _STRING_2 else strings.long(body, 0)
        self._found.spending.text(len(text))
        self.close()
        row, column = self._formula
        self._put(row, column, text.strip())
        self._long = self.sheet.rows[row]

    def _row(self, body: bytes) -> None:
        if len(body) > 12 and body[12] & _HIDDEN_ROW:  # noqa: PLR2004 - MS-XLS 2.4.221
            self.sheet.hidden_rows.add(int.from_bytes(body[:2], "little"))

    def _real(self, raw: bytes, style: int) -> str:
        return self._as_shown(DOUBLE.unpack(raw)[0], style)

    def _packed(self, style: int, value: int) -> str:
        """MS-XLS 2.5.217: the lowest bit says hundredths, the next one a whole number."""
        if value & 2:
            number = float((value >> 2) - (1 << 30 if value >> 31 else 0))
        else:
            number = DOUBLE.unpack(bytes(4) + (value & 0xFFFFFFFC).to_bytes(4, "little"))[0]
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

    def _date_mode(self, body: bytes) -> None:
        self._epoch = EPOCH_1904 if body[:1] == b"\1" else EPOCH

    def _style(self, body: bytes) -> None:
        self._formats.append(int.from_bytes(body[2:4], "little"))

    def _format(self, body: bytes) -> None:
        if self._strings.version >= BIFF8:
            self._codes[int.from_bytes(body[:2], "little")] = self._strings.long(body, 2)
        elif self.kind != _FORMAT_2:
            self._codes[int.from_bytes(body[:2], "little")] = self._strings.short(body, 2)
