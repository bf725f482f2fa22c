"""rtf: Rich Text Format; every destination, charsets by font, tables as rows, hidden and deleted text apart, objects, HTML in it."""

import re
from collections.abc import Callable

from mail.budget import Spending
from mail.charset import decode
from mail.shapes import Text
from mail.text_of import recognise
from mail.text_of._biff import codec_of
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._inside import Findings
from mail.text_of._rtf_state import (
    ASIDE,
    CHARACTERS,
    CHARSETS,
    CODEPAGES,
    DATA,
    HTML,
    INHERITING,
    PARTS,
    PROPERTIES,
    SYMBOLS,
    UNSEEN,
    State,
)
from mail.text_of._rtf_values import octets_of, read_data, text_of, whole
from mail.text_of._story import CELL, CELL_LINE, INNER_CELL, INNER_LINE, INNER_ROW, ROW_END, Story

KINDS = ("rtf",)
SUREST = 92

_BEGIN = b"{\\rt"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_TOKEN = re.compile(
    rb"((?:\\'[0-9a-fA-F]{2}|[^\\{}\r\n]++)++)"
    rb"|\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?"
    rb"|([{}])|\\([^a-zA-Z])|([\r\n]++)",
    re.DOTALL,
)
_RUN, _WORD, _NUMBER, _BRACE, _SYMBOL = 1, 2, 3, 4, 5
_FALLBACK = rb"(?:\\'[0-9a-fA-F]{2}|[^\\{}\r\n])"
_UNICODE = {count: re.compile(rb"(?:\\u-?[0-9]{1,7} ?" + _FALLBACK * count + rb")++") for count in range(3)}
_UNICODE_NUMBER = re.compile(rb"\\u(-?[0-9]{1,7})")
_UNIT = re.compile(_FALLBACK + rb"|\\[a-zA-Z]{1,32}(?:-?[0-9]{1,10})? ?|\\[^a-zA-Z']|[\r\n]+")
_MARKS = {"row": ROW_END, "cell": CELL, "nestcell": INNER_CELL, "nestrow": INNER_ROW}
_WORDS = (CHARACTERS, _MARKS, PARTS, CODEPAGES)
_DEEPEST = 5000
_LAST_CHARACTER = 0x10FFFF
_ENDS = re.compile(f"[\r\n{CELL}{ROW_END}{CELL_LINE}{INNER_CELL}{INNER_ROW}{INNER_LINE}]")


def recognises(data: bytes, _hint: Hint) -> Guess:
    """Its first word, which Word does not want whole."""
    return Guess("rtf", 92) if data[:64].lstrip(_BLANK).startswith(_BEGIN) else NOT_MINE


def read(data: bytes, _hint: Hint, spending: Spending) -> Text:
    """All text, a story for each part of the document."""
    found = Findings(spending)
    found.beside(data)
    _Reader(data, found).read()
    return found.text()


class _Reader:
    """One pass over the tokens; groups are kept on a stack of our own."""

    def __init__(self, data: bytes, found: Findings) -> None:
        self._data = data
        self._found = found
        self._state = State()
        self._groups: list[State] = []
        self._too_deep = 0
        self._star = False
        self._document = ""
        self._charsets: dict[int, str] = {}
        self._raw: list[bytes] = []
        self._texts: dict[tuple[str, bool], list[str]] = {("", False): []}
        self._sink = self._texts["", False]
        self._html: list[str] | None = None
        self._was_unseen = False
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

    def read(self) -> None:
        """To the end of the outermost group."""
        data, match, end = self._data, _TOKEN.match, len(self._data)
        known = frozenset(word.encode() for words in (self._words, *_WORDS) for word in words)
        self._at = data.find(b"{")
        while self._at < end:
            token = match(data, self._at)
            if token is None:  # a backslash at the very end
                break
            self._at = token.end()
            kind = token.lastindex
            if kind == _RUN:
                self._run(token[_RUN])
            elif kind in {_WORD, _NUMBER}:
                if self._star or token[_WORD] in known:  # most words are about looks
                    self._flush()
                    self._word(token[_WORD].decode("ascii"), token[_NUMBER])
            elif kind == _BRACE:
                self._flush()
                self._open() if token[_BRACE] == b"{" else self._close()
                if not self._groups:
                    break
            elif kind == _SYMBOL:
                self._flush()
                self._symbol(token[_SYMBOL])
        self._flush()
        self._finish()

    def _run(self, run: bytes) -> None:
        self._star = False
        if self._state.part == DATA:
            self._state.binary.append(run)
        elif b"\\'" in run:
            self._raw.append(octets_of(run))
        else:
            self._raw.append(run)

    def _flush(self) -> None:
        """Octets that were collected become text; a pair of them may have stood in two runs."""
        if self._raw:
            raw = self._raw[0] if len(self._raw) == 1 else b"".join(self._raw)
            self._raw = []
            self._add(
                raw.decode("ascii")
                if raw.isascii()
                else text_of(raw, self._charsets.get(self._state.font, ""), self._document)
            )

    def _add(self, text: str) -> None:
        self._sink.append(text)
        state = self._state
        if state.unseen:
            self._was_unseen = True
        elif self._was_unseen:
            self._texts.setdefault((state.part, True), []).append("\r")
            self._was_unseen = False
        if self._html is not None and state.part == "" and not state.only_rtf:
            self._html.append(text)

    def _place(self) -> None:
        """Find where text goes now."""
        state = self._state
        self._sink = self._texts.setdefault((state.part, state.unseen and state.part not in {ASIDE, HTML}), [])

    # Groups

    def _open(self) -> None:
        self._star = False
        if len(self._groups) < _DEEPEST:
            self._groups.append(self._state)
            self._state = self._state.copy()
        else:
            if not self._too_deep:
                self._found.lose("limit", "groups")
            self._too_deep += 1

    def _close(self) -> None:
        self._star = False
        if self._too_deep:
            self._too_deep -= 1
        elif self._groups:
            left, self._state = self._state, self._groups.pop()
            if left.word != self._state.word:
                self._leave(left)
            self._place()

    def _leave(self, left: State) -> None:
        """The end of a destination."""
        if left.part == DATA:
            read_data(left, self._found)
        elif left.part not in {"", HTML}:
            self._texts.setdefault((left.part, False), []).append(": " if left.word == "propname" else "\r")

    # Words

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

    def _mark(self, mark: str) -> None:
        """The end of a cell or row is one, hidden or not."""
        self._add(mark)
        if self._state.unseen and mark != "\r":
            self._texts.setdefault((self._state.part, False), []).append(mark)

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

    def _finish(self) -> None:
        found = self._found
        tail = self._data[self._at :].strip(b"\0 \t\r\n")
        if self._groups:
            found.lose("damaged", "rtf")
        if tail and recognise(tail, Hint())[1].kind in {"plain", "unknown"}:
            found.rest.text(decode(tail)[0])
        else:
            found.embed("behind the end", tail)
        html = self._texts.pop((HTML, False), [])
        for line in _ENDS.split(whole("".join(self._texts.pop((ASIDE, False), [])))):
            found.rest.text(line)
        for (part, unseen), texts in self._texts.items():
            text = whole("".join(texts))
            found.spending.text(len(text))
            if unseen or part == PROPERTIES:
                found.lines(_ENDS.split(text), part or "hidden text", hidden=True)
            else:
                found.blocks += Story(found.spending, part, hidden=part in UNSEEN).read(text)
        if html:
            found.embed(
                "body.html",
                whole("".join(html)).replace("\r", "\r\n").encode("utf-8", "replace"),
                "text/html",
                "utf-8",
            )
