"""Strings in the records of a workbook of Excel 2 to 2003 (MS-XLS 2.5); whatever the octets are, no error."""

from collections.abc import Iterator

BIFF8, BIFF5 = 8, 5
CONTINUE = 0x3C
_WIDE, _EXTENDED, _RICH = 1, 4, 8
_PHONETIC_AT = 14
# Code pages by the numbers of Windows whose names in Python are others; 1200 says UTF-16 and nothing of eight bits.
_CODEPAGES = {
    10000: "mac-roman",
    10001: "cp932",
    32768: "mac-roman",
    32769: "cp1252",
    1200: "cp1252",
    0: "cp1252",
    65001: "utf-8",
    20127: "ascii",
    20866: "koi8-r",
    21866: "koi8-u",
    51932: "euc-jp",
    20932: "euc-jp",
    51949: "euc-kr",
    50220: "iso-2022-jp",
    50221: "iso-2022-jp",
    50222: "iso-2022-jp",
    50225: "iso-2022-kr",
    54936: "gb18030",
    52936: "hz",
    936: "gb18030",
    **{28590 + part: f"iso-8859-{part}" for part in range(1, 17)},
}


def codec_of(codepage: int) -> str:
    """Python's codec for a code page of Windows."""
    return _CODEPAGES.get(codepage) or f"cp{codepage}"


def decoded(raw: bytes, codec: str) -> str:
    """By the codec, or as Western letters where nobody knows it."""
    try:
        return raw.decode(codec, "replace")
    except (LookupError, UnicodeError):
        return raw.decode("cp1252", "replace")


class Strings:
    """The strings of one workbook: how they are written depends on its version and code page."""

    def __init__(self) -> None:
        self.version = BIFF8
        self.codec = "cp1252"

    def short(self, body: bytes, at: int) -> str:
        """Its length in one octet."""
        return self._text(body, at + 1, body[at]) if at < len(body) else ""

    def long(self, body: bytes, at: int) -> str:
        """Its length in two."""
        return self._text(body, at + 2, int.from_bytes(body[at : at + 2], "little"))

    def after(self, body: bytes, at: int, count: int) -> str:
        """So many characters."""
        return self._text(body, at, count)

    def _text(self, body: bytes, at: int, count: int) -> str:
        if self.version < BIFF8:
            return decoded(body[at : at + count], self.codec)
        flags = body[at] if at < len(body) else 0
        at += 1 + 2 * (flags & _RICH > 0) + 4 * (flags & _EXTENDED > 0)
        if flags & _WIDE:
            return body[at : at + 2 * count].decode("utf-16-le", "replace")
        return body[at : at + count].decode("latin-1")


class Shared:
    """The strings of a table that goes on over several records (MS-XLS 2.4.265); each piece says anew how wide it is."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces[::-1]
        self._piece, self._at = b"", 0
        self.phonetic: list[str] = []

    def __iter__(self) -> Iterator[str]:
        """All that are there, whatever their number is said to be."""
        self._take(8)
        while self._more():
            yield self._string()

    def _more(self) -> bool:
        while self._at >= len(self._piece) and self._pieces:
            self._piece, self._at = self._pieces.pop(), 0
        return self._at < len(self._piece)

    def _take(self, count: int) -> bytes:
        """So many octets, over the ends of pieces."""
        found = self._piece[self._at : self._at + count]
        self._at += count
        if len(found) == count:
            return found
        parts, left = [found], count - len(found)
        while left > 0 and self._more():
            part = self._piece[self._at : self._at + left]
            self._at += left
            left -= len(part)
            parts.append(part)
        return b"".join(parts)

    def _string(self) -> str:
        head = self._take(3)
        count, flags = head[0] | (head[1] << 8 if len(head) > 1 else 0), head[-1]
        runs = int.from_bytes(self._take(2), "little") if flags & _RICH else 0
        more = int.from_bytes(self._take(4), "little") if flags & _EXTENDED else 0
        text = self._characters(count, flags & _WIDE)
        if runs:
            self._take(4 * runs)
        if more:
            ext = self._take(more)
            size = int.from_bytes(ext[_PHONETIC_AT - 2 : _PHONETIC_AT], "little")
            self.phonetic.append(ext[_PHONETIC_AT : _PHONETIC_AT + 2 * size].decode("utf-16-le", "replace"))
        return text

    def _characters(self, count: int, wide: int) -> str:
        raw = self._piece[self._at : self._at + (count << wide)]
        self._at += count << wide
        if len(raw) == count << wide:
            return raw.decode("utf-16-le", "replace") if wide else raw.decode("latin-1")
        words: list[str] = []
        while True:
            words.append(raw.decode("utf-16-le", "replace") if wide else raw.decode("latin-1"))
            count -= len(raw) >> wide
            if count <= 0 or not self._more():
                return "".join(words)
            wide = self._take(1)[0] & _WIDE
            raw = self._piece[self._at : self._at + (count << wide)]
            self._at += count << wide
