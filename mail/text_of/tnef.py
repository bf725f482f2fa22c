"""tnef: winmail.dat of Outlook (MS-OXTNEF); the message's properties and bodies, its attachments, messages in it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from mail.budget import Spending
from mail.shapes import Text
from mail.text_of import _mapi, _zip, plain
from mail.text_of._cfb import MAGIC
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._inside import Findings
from mail.text_of._mapi import TNEF, Value

KINDS = ("tnef",)
SUREST = 94

_DECLARED = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_CODEPAGE, _PROPERTIES, _RECIPIENTS, _ATTACHED = 0x9007, 0x9003, 0x9004, 0x9005
_SUBJECT, _BODY, _NEW_FILE, _FILE_DATA, _FILE_NAME = 0x8004, 0x800C, 0x9002, 0x800F, 0x8010
# MS-OXTNEF 2.1.3.2: attributes without text that anybody wrote.
_QUIET = frozenset({0x9006, 0x8005, 0x8006, 0x8007, 0x8009, 0x800D, 0x8020, 0x8011, 0x8012, 0x8013})
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_NARROW, _WIDE, _BINARY, _OBJECT, _SEVERAL, _NAMED = 0x1E, 0x1F, 0x102, 0x0D, 0x1000, 0x8000
_IID = 16


Lists = dict[int, list[Value]]


class _Attribute(NamedTuple):
    number: int
    data: bytes
    sound: bool


def recognises(data: bytes, hint: Hint) -> Guess:
    """Its signature; less sure by the declared type alone."""
    if data.startswith(TNEF):
        return Guess("tnef", 94)  # its last attachment may be a zip, whose end is then the end of all
    return Guess("tnef", 58) if hint.declared in _DECLARED else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """Everything up to where the attributes break off; what stands behind is swept."""
    found = Findings(spending)
    if not data.startswith(TNEF):
        found.lose("damaged", "tnef")
        found.sweep(b"" if plain.is_text(data) else data)
        text = plain.read(data, hint, spending) if plain.is_text(data) else Text()
        return Text((*text.blocks, *found.text().blocks), (*found.lost, *text.lost), text.embedded)
    reader = _Reader(found)
    end = 6
    for attribute in _attributes(data):
        end += 9 + len(attribute.data) + 2
        if not attribute.sound:
            found.lose("damaged", "tnef")
        reader.take(attribute)
    reader.finish()
    if tail := data[end:].strip(b"\0\r\n"):
        found.lose("damaged", "tnef")
        found.embed("", tail if _zip.has_end(tail) else b"")
        found.sweep(tail)
    return found.text()


def _attributes(data: bytes) -> Iterator[_Attribute]:
    """MS-OXTNEF 2.1.3: level, number, length, data, sum of the data."""
    at = 6
    while at + 9 <= len(data) and data[at] in {1, 2}:
        number = int.from_bytes(data[at + 1 : at + 3], "little")
        size = int.from_bytes(data[at + 5 : at + 9], "little")
        body = data[at + 9 : at + 9 + size]
        total = int.from_bytes(data[at + 9 + size : at + 11 + size], "little")
        yield _Attribute(number, body, len(body) == size and sum(body) & 0xFFFF == total)
        at += 11 + size


class _Reader:
    def __init__(self, found: Findings) -> None:
        self._found = found
        self._codec = ""
        self._message: Lists = {}
        self._recipients: list[Lists] = []
        self._files: list[Lists] = []
        self._takes: dict[int, Callable[[bytes], None]] = {
            _CODEPAGE: self._codepage,
            _PROPERTIES: self._of_message,
            _RECIPIENTS: self._take_recipients,
            _SUBJECT: partial(self._string, _mapi.SUBJECT),
            _BODY: partial(self._string, _mapi.BODY),
            _NEW_FILE: self._new_file,
            _FILE_NAME: self._file_name,
            _FILE_DATA: self._file_data,
            _ATTACHED: self._of_file,
        }

    def take(self, attribute: _Attribute) -> None:
        """One attribute, in the order of the file."""
        if (take := self._takes.get(attribute.number)) is not None:
            take(attribute.data)
        elif attribute.number not in _QUIET:
            self._found.sweep_closely(attribute.data)

    def finish(self) -> None:
        """When all were taken."""
        _mapi.read_message(self._message, self._recipients, self._found)
        for file in self._files:
            _mapi.read_attachment(file, self._found)

    def _codepage(self, data: bytes) -> None:
        self._codec = _mapi.codec({_mapi.CODEPAGE: [int.from_bytes(data[:4], "little")]})

    def _string(self, key: int, data: bytes) -> None:
        self._message.setdefault(key, []).append(_mapi.text_of(data, self._codec))

    def _of_message(self, data: bytes) -> None:
        self._add(self._message, *_Values(data, self._codec).properties(0))

    def _new_file(self, _: bytes) -> None:
        self._files.append({})

    def _file(self) -> Lists:
        """What the attributes of files are about; one that nothing has begun is a file as well."""
        if not self._files:
            self._files.append({})
        return self._files[-1]

    def _file_name(self, data: bytes) -> None:
        self._file().setdefault(_mapi.SHORT_NAME, []).append(_mapi.text_of(data, self._codec))

    def _file_data(self, data: bytes) -> None:
        self._file().setdefault(_mapi.DATA, []).append(data)

    def _of_file(self, data: bytes) -> None:
        self._add(self._file(), *_Values(data, self._codec).properties(0))

    def _take_recipients(self, data: bytes) -> None:
        values, at = _Values(data, self._codec), 4
        for _ in range(min(int.from_bytes(data[:4], "little"), len(data) // 4)):
            found, at, sound = values.properties(at)
            self._recipients.append(found)
            if not sound:
                self._found.lose("damaged", "tnef")
                break

    def _add(self, known: Lists, new: Lists, _: int, sound: bool) -> None:
        for key, values in new.items():
            known.setdefault(key, []).extend(values)
        if not sound:
            self._found.lose("damaged", "tnef")


class _Values:
    """A list of properties (MS-OXTNEF 2.1.3.4)."""

    def __init__(self, data: bytes, codec: str) -> None:
        self._data = data
        self._codec = codec

    def _u32(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 4], "little")

    def properties(self, at: int) -> tuple[Lists, int, bool]:
        """The properties, where they end, and whether they were all there."""
        found: Lists = {}
        count, at = self._u32(at), at + 4
        for _ in range(count):
            if at + 4 > len(self._data):
                return found, at, False
            kind, number = self._u32(at) & 0xFFFF, self._u32(at) >> 16
            at += 4
            if number >= _NAMED:
                at = self._behind_name(at, found)
            values, at = self._values(kind, at)
            if at > len(self._data):
                return found | {number: values}, at, False
            found.setdefault(number, []).extend(values)
        return found, at, True

    def _behind_name(self, at: int, found: Lists) -> int:
        kind, at = self._u32(at + 16), at + 20
        if kind == 0:
            return at + 4
        size = self._u32(at)
        found.setdefault(_NAMED, []).append(
            self._data[at + 4 : at + 4 + size].decode("utf-16-le", "replace").strip("\0")
        )
        return at + 4 + -(-size // 4) * 4

    def _values(self, kind: int, at: int) -> tuple[list[Value], int]:
        several, kind = kind & _SEVERAL, kind & ~_SEVERAL
        fixed = _SIZES.get(kind)
        count = 1
        if several or fixed is None:
            count, at = self._u32(at), at + 4
        found: list[Value] = []
        for _ in range(count):
            if at > len(self._data) or (fixed is None and kind not in {_NARROW, _WIDE, _BINARY, _OBJECT}):
                return found, len(self._data) + 1
            size = fixed
            if size is None:
                size, at = self._u32(at), at + 4
            raw = self._data[at : at + size]
            at += -(-size // 4) * 4
            found.append(self._value(kind, raw))
        return found, at

    def _value(self, kind: int, raw: bytes) -> Value:
        if kind == _WIDE:
            return raw.decode("utf-16-le", "replace").partition("\0")[0]
        if kind == _NARROW:
            return _mapi.text_of(raw, self._codec)
        if kind == _OBJECT:
            return raw[_IID:] if raw[_IID:].startswith((TNEF, MAGIC)) else raw
        return raw if kind == _BINARY else int.from_bytes(raw, "little")
