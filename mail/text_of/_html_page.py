"""A page of HTML → paragraphs and tables as a person sees them; what is in the source alone is kept aside."""

import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_to_bytes

from mail.budget import Spending
from mail.shapes import Block, Embedded
from mail.text_of._html_tags import (
    ATTRIBUTE,
    BETWEEN,
    EDGE,
    MARKS,
    OPEN,
    TIGHT,
    behind_name,
    lines_of,
    name_of,
    tag_end,
)
from mail.text_of._references import unescape, unescape_json
from mail.text_of._rest import Rest, telling
from mail.text_of._tables import Row, lines, table

_COMMENT_END = re.compile("--!?>")
_SHOWN = frozenset({"alt", "title", "value", "placeholder"})
_UNPACKS = re.compile(r"atob|unescape|fromCharCode|decodeURI|[A-Za-z0-9+/=%]{120}")
_CLOSE = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")}
_SHORT_NAME = 7
_MAX_TABLES = 100
_MAX_LINKS = 1000
_ANCHORS = frozenset({"a", "area"})
_WEB = re.compile(r"https?://", re.IGNORECASE)
_INLINE = re.compile(r"\s{1,1000}")


class Page:
    def __init__(self, spending: Spending) -> None:
        self._spending = spending
        self._words: list[str] = []
        self._lines: list[str] = []
        self._tables: list[list[Row]] = []
        self._rows: list[list[str]] = []
        self.blocks: list[Block] = []
        self.embedded: list[Embedded] = []
        self.unpacks = False
        self.links: dict[str, None] = {}
        """Where anchors lead, each once, in their order."""
        self._rest = Rest()
        """What is in the source and not on the page: attributes, comments, scripts."""

    def read(self, text: str) -> None:
        """Everything, from left to right; each character is looked at a bounded number of times."""
        for tag, behind in self._pieces(text):
            if tag:
                self._tag(tag)
            if behind:
                self._words.append(behind)
        self._break()
        while self._tables:
            self._close_table()
        self._flush()
        self.blocks += self._rest.blocks(self.blocks, self._spending)

    def _pieces(self, text: str) -> Iterator[tuple[str, str]]:
        """(inside of a tag, text behind it); the first tag is ""."""
        last = text.rfind(">")
        position, tag = 0, ""
        quotes = True
        while True:
            found = OPEN.search(text, position)
            if found is None or found.start() > last:
                yield tag, text[position:]
                return
            yield tag, text[position : found.start()]
            start = found.end()
            if text.startswith("!--", start):
                tag, position = "", self._comment(text, start + 3)
                continue
            end, quotes = tag_end(text, start, quotes=quotes)
            tag, position = text[start:end], end + 1
            if tag[:1] in "sS" and tag[:6].lower().startswith(("script", "style")) and (name := name_of(tag)) in _CLOSE:
                position = self._drop(text, position, name)

    def _comment(self, text: str, start: int) -> int:
        """Behind a comment (HTML 13.2.5.43 to 51); what some programs show of it (<!--[if mso]>) is hidden text."""
        if text.startswith((">", "->"), start):
            return text.index(">", start) + 1
        found = _COMMENT_END.search(text, start)
        end, behind = found.span() if found else (len(text), len(text))
        self._hide(text[start:end])
        return behind

    def _drop(self, text: str, start: int, name: str) -> int:
        """Behind a script or style, whose text is hidden; what a script would unpack is remembered."""
        close = _CLOSE[name].search(text, start)
        end = close.start() if close else len(text)
        if name == "script" and _UNPACKS.search(text, start, end):
            self.unpacks = True
        self._hide(unescape_json(text[start:end]))
        return end

    def _hide(self, source: str) -> None:
        """Keep source that no page shows; its tags end lines."""
        if telling(source):
            self._rest.text(unescape(source.replace("<", "\n").replace(">", "\n")))

    def _tag(self, tag: str) -> None:
        closing = tag.startswith("/")
        name = name_of(tag)
        if mark := MARKS.get("/" + name if closing else name):
            self._words.append(EDGE if name == "p" and TIGHT.search(tag) else mark)
        elif name in {"td", "th"} and self._tables:
            self._break()
            if not closing:
                self._rows[-1].append("")
        elif name == "tr" and self._tables:
            self._break()
            self._close_row()
        elif name == "table":
            self._break()
            if closing:
                self._close_table()
            elif len(self._tables) < _MAX_TABLES:
                self._flush()
                self._tables.append([])
                self._rows.append([])
        if not name or not name.isascii() or (len(name) > _SHORT_NAME and telling(name)):
            self._hide(tag)
        elif len(tag) > len(name) + 1 and ("=" in tag or telling(tag)):
            self._attributes(tag)

    def _attributes(self, tag: str) -> None:
        unseen: list[str] = []
        # Nothing stands behind the last blank: looked for from each one of them, it would be a square.
        for found in ATTRIBUTE.finditer(tag.rstrip(BETWEEN), behind_name(tag)):
            name, value = found["name"].lower(), unescape(found["double"] or found["single"] or found["bare"] or "")
            if value[:5].lower() == "data:":
                self._data_uri(value)
            elif name in _SHOWN:
                self._words.append(f" {value} ")
            elif name == "href" and value[:7].lower() == "mailto:":
                address, _, fields = value[7:].partition("?")
                self._words.append(f" {address} ")
                unseen.append(unquote(fields))
            elif name == "srcdoc":
                self.embedded.append(Embedded("srcdoc", value.encode("utf-8", "replace"), "text/html"))
            else:
                if (
                    name == "href"
                    and len(self.links) < _MAX_LINKS
                    and _WEB.match(value.strip())
                    and name_of(tag) in _ANCHORS
                ):
                    self.links[value.strip()] = None
                unseen.append(unquote(value))
            unseen += [name] if telling(name) else []
        self._rest.values(unseen)

    def _data_uri(self, value: str) -> None:
        """RFC 2397: data:[type][;base64],content."""
        head, comma, content = value.partition(",")
        if not comma or len(head) > 1000:  # noqa: PLR2004
            self._rest.text(value)
            return
        raw = unquote_to_bytes(content.strip())
        if head.lower().rstrip().endswith(";base64"):
            try:
                raw = binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
            except binascii.Error:
                self.embedded.append(Embedded("data:", raw, "application/octet-stream"))
                return
        self.embedded.append(Embedded("data:", raw, head[5:].partition(";")[0].lower()))

    def _break(self) -> None:
        """What was collected goes into the cell we are in, or becomes lines."""
        if not self._words:
            return
        text = unescape("".join(self._words))
        self._words.clear()
        found = [_INLINE.sub(" ", line).strip() for line in lines_of(text)] if text else []
        if self._tables and self._rows[-1]:
            cell = "\n".join(line for line in (self._rows[-1][-1], *found) if line)
            self._rows[-1][-1] = cell
        else:
            self._lines += found

    def _close_row(self) -> None:
        if any(self._rows[-1]):
            self._tables[-1].append(tuple(self._rows[-1]))
        self._rows[-1] = []

    def _close_table(self) -> None:
        if not self._tables:
            return
        self._close_row()
        rows = self._tables.pop()
        self._rows.pop()
        # A table that lays out a page has one cell a row, or cells of many lines: those are paragraphs.
        if rows and (max(map(len, rows)) == 1 or any(cell.count("\n") > 3 for row in rows for cell in row)):  # noqa: PLR2004
            for row in rows:
                for cell in row:
                    self.blocks += lines(cell.split("\n"), self._spending)
        else:
            self.blocks += table(rows, self._spending)

    def _flush(self) -> None:
        self.blocks += lines(self._lines, self._spending)
        self._lines = []
