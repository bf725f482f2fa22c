"""What the words of RTF do (RTF 1.9.1): characters, destinations, tables, fonts and charsets, hidden text, HTML inside."""

import re
from collections.abc import Callable

from mail.text_of._biff import codec_of
from mail.text_of._inside import Findings
from mail.text_of._rtf_sink import Sink
from mail.text_of._rtf_state import (
    ASIDE,
    CHARACTERS,
    CHARSETS,
    CODEPAGES,
    DATA,
    HTML,
    INHERITING,
    PARTS,
    SYMBOLS,
)
from mail.text_of._story import CELL, CELL_LINE, INNER_CELL, INNER_LINE, INNER_ROW, ROW_END

_FALLBACK = rb"(?:\\'[0-9a-fA-F]{2}|[^\\{}\r\n])"
_UNICODE = {count: re.compile(rb"(?:\\u-?[0-9]{1,7} ?" + _FALLBACK * count + rb")++") for count in range(3)}
_UNICODE_NUMBER = re.compile(rb"\\u(-?[0-9]{1,7})")
_UNIT = re.compile(_FALLBACK + rb"|\\[a-zA-Z]{1,32}(?:-?[0-9]{1,10})? ?|\\[^a-zA-Z']|[\r\n]+")
_MARKS = {"row": ROW_END, "cell": CELL, "nestcell": INNER_CELL, "nestrow": INNER_ROW}
_LAST_CHARACTER = 0x10FFFF
WORDS = (CHARACTERS, _MARKS, PARTS, CODEPAGES)


class Words(Sink):
    """Acts on words; the groups they stand in are kept by who reads them."""

    def __init__(self, data: bytes, found: Findings) -> None:
        super().__init__(found)
        self._data = data
        self._star = False
        self._at = 0
        self._words: dict[str, Callable[[int | None], None]] = {
            "u": self._unicode,
            "uc": self._unicode_skip,
            "par": self._paragraph,
            "pard": self._plain_paragraph,
            "intbl": self._in_table,
            "itap": self._table_depth,
            "f": self._font,
            "deff": self._font,
            "fcharset": self._charset,
            "cpg": self._font_codepage,
            "ansicpg": self._codepage,
            "v": self._hide,
            "deleted": self._hide,
            "plain": self._show,
            "bin": self._binary,
            "fromhtml": self._from_html,
            "htmlrtf": self._html_rtf,
        }

    def _word(self, word: str, number: bytes | None) -> None:
        value = None if number is None else int(number)
        starred, self._star = self._star, False
        if (act := self._words.get(word)) is not None:
            act(value)
        elif word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word in _MARKS:
            self._mark(_MARKS[word])
        elif word in PARTS:
            self._enter(word, PARTS[word])
        elif word in CODEPAGES:
            self._document = CODEPAGES[word]
        elif starred and word not in INHERITING:
            self._enter(word, ASIDE)

    def _enter(self, word: str, part: str) -> None:
        state = self._state
        if state.part == DATA and part != DATA and state.word != "pict":
            return  # words strewn into the digits of an object are nothing to Word
        state.word = word
        if not (part == "" and state.part not in {ASIDE, ""}):
            state.part = part
        state.binary = [] if part == DATA else state.binary
        self._place()

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._star = True
        elif symbol in SYMBOLS:
            self._add(SYMBOLS[symbol])

    def _unicode(self, value: int | None) -> None:
        """One character, or as many as follow in the same form."""
        skipped = self._state.skipped
        start = self._data.rfind(b"\\u", 0, self._at)
        if skipped in _UNICODE and (run := _UNICODE[skipped].match(self._data, start)) is not None:
            self._at = run.end()
            codes = [int(number) for number in _UNICODE_NUMBER.findall(run[0])]
        else:
            codes = [] if value is None else [value]
            for _ in range(min(skipped, 100)):
                unit = _UNIT.match(self._data, self._at)
                self._at = unit.end() if unit else self._at
        self._add("".join([chr(code if 0 <= code <= _LAST_CHARACTER else code & 0xFFFF) for code in codes]))

    def _unicode_skip(self, value: int | None) -> None:
        self._state.skipped = max(0, 1 if value is None else value)

    def _paragraph(self, _: int | None) -> None:
        depth = self._state.in_table
        self._mark("\r" if not depth else CELL_LINE if depth == 1 else INNER_LINE)

    def _plain_paragraph(self, _: int | None) -> None:
        self._state.in_table = 0

    def _in_table(self, _: int | None) -> None:
        self._state.in_table = max(1, self._state.in_table)

    def _table_depth(self, value: int | None) -> None:
        self._state.in_table = value or 0

    def _font(self, value: int | None) -> None:
        self._state.font = value or 0

    def _charset(self, value: int | None) -> None:
        if (codec := CHARSETS.get(value or 0)) is not None:
            self._charsets[self._state.font] = codec

    def _font_codepage(self, value: int | None) -> None:
        self._charsets[self._state.font] = codec_of(value or 0)

    def _codepage(self, value: int | None) -> None:
        self._document = codec_of(value or 0)

    def _hide(self, value: int | None) -> None:
        self._state.unseen = value != 0
        self._place()

    def _show(self, _: int | None) -> None:
        self._state.unseen = False
        self._place()

    def _binary(self, value: int | None) -> None:
        raw = self._data[self._at : self._at + max(0, value or 0)]
        self._at += len(raw)
        if self._state.part == DATA:
            self._state.binary.append(raw.hex().encode())
        else:
            self._found.sweep_closely(raw)

    def _from_html(self, _: int | None) -> None:
        if self._html is None:
            self._html = self._texts[HTML, False] = []

    def _html_rtf(self, value: int | None) -> None:
        self._state.only_rtf = value != 0
