"""Which line of a TOML document says what: path of keys and indices → line number, for a document that tomllib accepted."""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR_END = re.compile(r"[,\]}#\n]")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def index(document: str) -> dict[Path, int]:
    r"""Find the line (1 is the first) on which each key, table and element of an array begins.

    >>> index("[smtp]\nlisten = [\n  'a',\n]")[("smtp", "listen", 0)]
    3
    """
    lines: dict[Path, int] = {}
    for path, line in _Scanner(document.replace("\r\n", "\n")).document():
        lines.setdefault(path, line)
    return lines


class _Scanner:
    """Reads a document that is known to be valid TOML 1.0, so nothing here has to complain."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.last: dict[Path, int] = {}
        """Array of tables → index of its last element."""

    def document(self) -> Iterator[tuple[Path, int]]:
        """Every path with its line, in the order of the document; a parent with its first child where it has no line."""
        table: Path = ()
        while self._skip_blank():
            line = self._line()
            if self.text[self.at] == "[":
                table = self._header()
                yield from ((table[:n], line) for n in range(1, len(table) + 1))
            else:
                yield from self._pair(table)

    def _header(self) -> Path:
        """`[a.b]` or `[[a.b]]`; an array of tables is entered at its last element (TOML 1.0, Array of Tables)."""
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        keys = self._keys()
        self.at += 2 if several else 1
        path: Path = ()
        for key in keys[:-1]:
            path = self._entered((*path, key))
        path = (*path, keys[-1])
        if not several:
            return path
        self.last[path] = self.last.get(path, -1) + 1
        return self._entered(path)

    def _entered(self, path: Path) -> Path:
        number = self.last.get(path)
        return path if number is None else (*path, number)

    def _pair(self, table: Path) -> Iterator[tuple[Path, int]]:
        line = self._line()
        keys = self._keys()
        self.at += 1  # the equals sign
        path = (*table, *keys)
        yield from ((path[:n], line) for n in range(len(table) + 1, len(path) + 1))
        yield from self._value(path)

    def _keys(self) -> tuple[str, ...]:
        """Read a dotted key; leaves the position at what follows it."""
        found: list[str] = []
        while True:
            self._skip(" \t")
            if self.text[self.at] in "\"'":
                found.append(self._string())
            else:
                bare = _BARE.match(self.text, self.at)
                assert bare is not None, "tomllib accepted the document"
                found.append(bare.group())
                self.at = bare.end()
            self._skip(" \t")
            if self.text[self.at] != ".":
                return tuple(found)
            self.at += 1

    def _value(self, path: Path) -> Iterator[tuple[Path, int]]:
        self._skip(" \t")
        match self.text[self.at]:
            case '"' | "'":
                self._string()
            case "[":
                yield from self._array(path)
            case "{":
                yield from self._inline_table(path)
            case _:
                end = _SCALAR_END.search(self.text, self.at)
                self.at = end.start() if end else len(self.text)

    def _array(self, path: Path) -> Iterator[tuple[Path, int]]:
        self.at += 1
        number = 0
        while self._skip_blank(",") and self.text[self.at] != "]":
            yield (*path, number), self._line()
            yield from self._value((*path, number))
            number += 1
        self.at += 1

    def _inline_table(self, path: Path) -> Iterator[tuple[Path, int]]:
        self.at += 1
        while self._skip_blank(",") and self.text[self.at] != "}":
            yield from self._pair(path)
        self.at += 1

    def _string(self) -> str:
        """Read a string of any of the four kinds; its text only matters for a quoted key, which has one line."""
        quote = self.text[self.at]
        if self.text.startswith(quote * 3, self.at):
            return self._long_string(quote * 3)
        self.at += 1
        letters: list[str] = []
        while self.text[self.at] != quote:
            if quote == '"' and self.text[self.at] == "\\":
                letters.append(self._escape())
            else:
                letters.append(self.text[self.at])
                self.at += 1
        self.at += 1
        return "".join(letters)

    def _escape(self) -> str:
        letter = self.text[self.at + 1]
        digits = {"u": 4, "U": 8}.get(letter, 0)
        start, self.at = self.at + 2, self.at + 2 + digits
        return chr(int(self.text[start : self.at], 16)) if digits else _ESCAPES[letter]

    def _long_string(self, quotes: str) -> str:
        self.at += 3
        while not self.text.startswith(quotes, self.at):
            self.at += 2 if quotes == '"""' and self.text[self.at] == "\\" else 1
        self.at += 3
        while self.text.startswith(quotes[0], self.at):  # up to two quotes may stand before the closing three
            self.at += 1
        return ""

    def _skip(self, signs: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in signs:
            self.at += 1

    def _skip_blank(self, more: str = "") -> bool:
        """Past blanks, line ends and comments; False at the end of the document."""
        while True:
            self._skip(" \t\n" + more)
            if self.at >= len(self.text):
                return False
            if self.text[self.at] != "#":
                return True
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1
