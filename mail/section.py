"""section: the fields of a header section and where each stands, in one pass; what is odd is named, never raised."""

import re
from typing import NamedTuple

MAX_FIELDS = 2000
_LINE = re.compile(rb"\r?\n")
_NAME = re.compile(rb"[!-9;-~]{1,256}")  # RFC 5322 3.6.8
# A field as RFC 5322 2.2 wants it, in lines ended by CRLF; a fold line of white space only is another matter.
_FIELD = re.compile(rb"([!-9;-~]{1,256}):([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)\r\n")
_BLANK_FOLD = re.compile(rb"\r\n[ \t][ \t\v\f]*\r\n")
_END = b"\r\n\r\n"
_OF_MIME = re.compile(rb"(?mi)^[ \t]{0,80}(?:content-[a-z-]{1,40}|mime-version)[ \t]{0,80}:")
_BLANK = re.compile(rb"\n\r?\n")
_LOOKED_AT = 64 * 1024


class Field(NamedTuple):
    """One header field, as byte ranges in the content."""

    name: str
    start: int
    """Of the name."""
    value_start: int
    """Behind the colon."""
    value_end: int
    """Before the line end that closes the field."""
    end: int
    """Behind that line end: `start` of the next field."""


class Section:
    """One pass over the lines of a header section."""

    def __init__(self, content: bytes, start: int, stop: int, limit: int) -> None:
        self.fields: list[Field] = []
        self.defects: list[str] = []
        self.body = stop
        self.over = False
        self.cut_short = False
        """It ends at a line that is no field: some readers begin the body there, others go on to the blank line."""
        self._content = content
        self._stop = stop
        self._position = self._behind_from_line(start)
        self._last = min(stop, self._position + limit)
        # The field that is open: name, start, start and end of its value.
        self._open: tuple[str, int, int, int] | None = None

    def read(self) -> None:
        """Up to the blank line, the limit, or the first line that is no field."""
        if not self._well_formed():
            self._read_lines()
            self.defects += _odd_octets(self._content, self.fields)

    def _read_lines(self) -> None:
        content = self._content
        while self._position < self._last:
            found = _LINE.search(content, self._position, self._last)
            end, after = found.span() if found else (self._last, self._last)
            if end == self._position:
                self._close(self._position)
                self.body = after
                return
            if not self._line(self._position, end):
                self.body = self._position
                return
            self._position = after
        self._close(self._position)
        self.over |= self._last < self._stop

    def _well_formed(self) -> bool:
        """Take a section in which nothing is odd in one go; False where something may be, and nothing was taken."""
        content, position = self._content, self._position
        end = content.find(_END, position, self._last)
        if end < 0 or content.find(b"\0", position, end) >= 0 or _BLANK_FOLD.search(content, position, end + 2):
            return False
        fields: list[Field] = []
        # One behind the other: what is no field ends it, and is not looked through for one.
        scanner = _FIELD.scanner(content, position, end + 2)  # type: ignore[attr-defined]  # as `re.Scanner` uses it
        for found in iter(scanner.match, None):
            (start, behind), (_, colon), (value, value_end) = found.regs
            position = behind
            fields.append(Field(content[start:colon].decode("ascii"), start, value, value_end, behind))
        if position != end + 2 or len(fields) > MAX_FIELDS:
            return False
        self.fields, self.body = fields, end + len(_END)
        return True

    def _line(self, start: int, end: int) -> bool:
        """Take one line that is not empty; False where the header ends before it."""
        content = self._content
        if content[start] in b" \t":
            blank = not content[start:end].strip()
            if blank:
                self.defects.append("blank_fold")
            if self._open is not None:
                self._open = (*self._open[:3], end)
            if self._open is not None or blank:
                return True
        self._close(start)
        colon = content.find(b":", start, min(end, start + 300))
        label = content[start : max(colon, start)]
        name = label.rstrip(b" \t")
        if not _NAME.fullmatch(name):
            self.cut_short = True
            self.defects.append("no_blank_line" if self._goes_on(start) else "odd_field")
            return False
        if name != label:
            self.defects.append("space_before_colon" if _OF_MIME.match(label + b":") else "odd_field")
        if len(self.fields) >= MAX_FIELDS:
            self.over = True
            return False
        self._open = (name.decode("ascii"), start, colon + 1, end)
        return True

    def _goes_on(self, start: int) -> bool:
        """Whether who reads on to the blank line sees fields that say how the body is to be read."""
        until = min(self._stop, start + _LOOKED_AT)
        blank = _BLANK.search(self._content, start, until)
        return _OF_MIME.search(self._content, start, blank.start() if blank else until) is not None

    def _close(self, end: int) -> None:
        if self._open is not None:
            self.fields.append(Field(*self._open, end))
            self._open = None

    def _behind_from_line(self, start: int) -> int:
        """An mbox separator in front is no field."""
        if not self._content.startswith((b"From ", b">From "), start):
            return start
        self.defects.append("mbox_line")
        found = _LINE.search(self._content, start, min(self._stop, start + 1000))
        return found.end() if found else start


def _odd_octets(content: bytes, fields: list[Field]) -> list[str]:
    head = content[fields[0].start : fields[-1].end] if fields else b""
    odd = ["bare_cr"] if head.count(b"\r") != head.count(b"\r\n") else []
    return [*odd, "nul"] if b"\0" in head else odd
