"""What the reader of an old Office file collects: blocks, losses, files inside, and what is left over for the rest."""

import re
from collections.abc import Iterable

from mail.budget import MIB, OverBudgetError, Spending
from mail.charset import usual
from mail.shapes import Block, Embedded, Lost, Reason, Text
from mail.text_of._rest import Rest, telling
from mail.text_of._runs import text_in
from mail.text_of._tables import lines

_PICTURE = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xe0\xe1\xdb]")
# Short texts of one width or the other: names, numbers, captions between the fields of a record.
_NARROW = re.compile(rb"[\x20-\x7e]{7,}")
_WIDE = re.compile("[ -~\u3000-\u30ff\u4e00-\u9fff\uff01-\uffef]{4,}")
# Noise that reads as kanji has neither kana nor what stands between words and in numbers.
_WRITTEN = re.compile("[\u3041-\u30fe\\s,@]|[0-9]{3}")
_NUMBER = re.compile(r"\d[\d-]{6}|[\w.-]{2}@[\w-]{2}")
_LEAST, _SURE = 12, 0.9
_JAPAN, _NEIGHBOURS, _LONGER = "cp932", ("gb2312", "euc-kr"), 6
_MAY_BE_SHORT = 4 * MIB
_BETWEEN = b"\0\0\0\0"
_SAID = 50


class Findings:
    """Filled while a file is read; `spending` bounds it."""

    def __init__(self, spending: Spending) -> None:
        self.spending = spending
        self.blocks: list[Block] = []
        self.lost: list[Lost] = []
        self.embedded: list[Embedded] = []
        self.rest = Rest()
        self.pictures = 0
        self._known: set[bytes] = set()
        self.asked = 0
        """How often somebody had to find out what octets are."""
        self._octets: list[bytes] = []
        self._closely: list[bytes] = []
        self._pictures: list[bytes] = []

    def lines(self, found: Iterable[str], where: str = "", *, hidden: bool = False) -> None:
        """Running text, a block per run of lines that are not blank."""
        kept = [line for text in found for line in text.split("\n")]
        self.spending.text(sum(map(len, kept)))
        self.blocks += lines(kept, self.spending, where=where, hidden=hidden)

    def pairs(self, found: Iterable[tuple[str, str]], where: str, *, hidden: bool = True) -> None:
        """Names with what they stand for, a row each."""
        rows = tuple((name, value.strip()) for name, value in found if value.strip())
        for row in rows:
            self.spending.text(len(row[1]))
            self.spending.row(2)
        if rows:
            self.blocks.append(Block(rows, (), where, hidden))

    def embed(self, name: str, data: bytes, declared: str = "", charset: str = "") -> None:
        """A file inside; what goes beyond the budget of the message is a loss."""
        if not data or data in self._known:
            return
        self._known.add(data)
        try:
            self.spending.inflate(len(data))
        except OverBudgetError as error:
            self.lose("limit", error.what)
            return
        self.embedded.append(Embedded(name[:255], data, declared, charset))

    def beside(self, data: bytes) -> None:
        """A PDF may begin anywhere in the first kilobyte: what some programs open as one is more than what was read."""
        if b"%PDF-" in data[:1024]:
            self.lose("damaged", "two formats")

    def lose(self, reason: Reason, where: str) -> None:
        """Something that could not be read; said once."""
        lost = Lost(reason, "".join(filter(str.isprintable, where))[:100])
        if len(self.lost) < _SAID and lost not in self.lost:
            self.lost.append(lost)

    def sweep(self, data: bytes, *, is_picture: bool = False) -> None:
        """Octets that nobody reads: the text in them goes to the rest, pictures are counted. All at once, in the end."""
        self.pictures += is_picture
        (self._pictures if is_picture else self._octets).append(data)

    def sweep_closely(self, data: bytes) -> None:
        """The same for octets that are no noise: short texts count, too."""
        self._closely.append(data)
        self._octets.append(data)

    def text(self) -> Text:
        """Everything, and of the rest what the blocks do not say already."""
        self._sweep()
        if self.pictures:
            self.lost.append(Lost("image_only", f"{self.pictures} pictures"))
        blocks = (*self.blocks, *self.rest.blocks(self.blocks, self.spending))
        return Text(blocks, tuple(self.lost), tuple(self.embedded))

    def _sweep(self) -> None:
        closely = _BETWEEN.join(filter(None, self._closely))
        texts = [found.decode("ascii") for found in _NARROW.findall(closely)]
        for start in (0, 1) if len(closely) <= _MAY_BE_SHORT else ():
            texts += _WIDE.findall(closely[start:].decode("utf-16-le", "replace"))
        for text in texts:
            if telling(text) and _is_text(text):
                self.rest.text(text)
        octets = _BETWEEN.join(filter(None, self._octets))
        self.pictures += len(_PICTURE.findall(octets))
        for run in text_in(_BETWEEN.join(filter(None, (octets, *self._pictures)))):
            for piece in run.split("\ufffd") if "\ufffd" in run else (run,):
                if len(piece) >= _LEAST and _WRITTEN.search(piece):
                    for line in piece.splitlines():
                        self._take(line)

    def _take(self, line: str) -> None:
        if telling(line) and (_NUMBER.search(line) or usual(line) > _SURE):
            self.rest.text(line)


def _is_text(text: str) -> bool:
    """Whether a short text is one: noise is hardly ever of the characters of one country alone, ASCII read askew ends in zeros."""
    if text.isascii():
        return True
    askew = sum(not ord(c) & 0xFF for c in text)
    if len(set(text)) == 1 or askew * 2 >= len(text):
        return False
    return _fits(text, _JAPAN) or (len(text) >= _LONGER and any(_fits(text, charset) for charset in _NEIGHBOURS))


def _fits(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeError:
        return False
    return True
