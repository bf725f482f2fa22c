"""html: what a person sees, and the links; tags are cut in one pass, tables keep their rows, files in data: URIs are read on."""

import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_to_bytes

from mail.budget import Spending
from mail.charset import decode, lost_by
from mail.shapes import Block, Embedded, Lost, Text
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._references import unescape, unescape_json
from mail.text_of._rest import Rest, telling
from mail.text_of._tables import Row, lines, table
from mail.text_of.plain import is_text

KINDS = ("html",)

_OPEN = re.compile(r"<(?=[A-Za-z/!?])")
_ANY = re.compile(rb"<(?:!doctype html|html|head|body|table|div|script|meta|p|br|a)[\s>/]", re.IGNORECASE)
_BEGINS_PAGE = re.compile(rb"\s{0,100}<(?:!doctype html|html)[\s>]", re.IGNORECASE)
_PAGE = Guess("html", 36)
_META = re.compile(rb"""charset\s{0,8}=\s{0,8}["']?([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_TAG_NAME = re.compile(r"/?(?P<name>[A-Za-z][^\s/>]*+)")
# HTML 13.2.5.32 to 40: a quote counts directly behind the = of an attribute, and nowhere else.
_NEAT = re.compile(r"[^\s\"'=<>]*+(?:\s++[^\s\"'=<>/]++=(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'=<>`]++))*+[\s/]*+")
_ATTRIBUTE = re.compile(
    r"[\s/]*+(?P<name>[^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s>]*+)))?"
)
_BETWEEN = "/" + "".join(letter for letter in map(chr, range(0x3001)) if letter.isspace())
_COMMENT_END = re.compile("--!?>")
_SHOWN = frozenset({"alt", "title", "value", "placeholder"})
_UNPACKS = re.compile(r"atob|unescape|fromCharCode|decodeURI|[A-Za-z0-9+/=%]{120}")
# HTML 15.3: what begins a line of its own, and what keeps a distance to what stands before it; mail programs write each line as a <div>.
_EDGE, _BREAK = "\f", "\x1d"
_GAP = _EDGE + _BREAK + _EDGE
_LINES = "div li dt dd option label textarea body html main header footer address center summary figure"
_PARAGRAPHS = (
    "p hr ul ol dl h1 h2 h3 h4 h5 h6 pre blockquote section article form title fieldset nav aside caption details"
)
_MARKS = {"br": _BREAK, "/br": _BREAK, "/p": _EDGE}
_MARKS |= {f"{slash}{name}": _EDGE for name in _LINES.split() for slash in ("", "/")}
_MARKS = {**{f"{slash}{name}": _GAP for name in _PARAGRAPHS.split() for slash in ("", "/")}, **_MARKS}
_AT_BREAK = re.compile("\n?\x1d\r?\n?")
# Paragraphs without a distance: those of Outlook, and what says so.
_TIGHT = re.compile(r"MsoNormal|MsoPlainText|margin(?:-top)?: ?0", re.IGNORECASE)
_CLOSE = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")}
_SHORT_NAME = 7
_MAX_TABLES = 100
_MAX_LINKS = 1000
_ANCHORS = frozenset({"a", "area"})
_WEB = re.compile(r"https?://", re.IGNORECASE)
_INLINE = re.compile(r"\s{1,1000}")


def recognises(data: bytes, hint: Hint) -> Guess:
    """Declared as HTML, or tags of HTML in the first 4 KiB of a file."""
    if hint.declared == "text/html" or hint.suffix in {"html", "htm", "xhtml", "shtml"}:
        return Guess("html", 50) if is_text(data) else NOT_MINE
    if hint.is_body:
        # Some programs show a page, whatever it is called.
        return _PAGE if hint.declared in {"", "text/plain"} and _BEGINS_PAGE.match(data) else NOT_MINE
    if not is_text(data):
        return NOT_MINE
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<?xml") and b"<html" not in head.lower():
        return NOT_MINE
    return Guess("html", 48 if head[:1] == b"<" else 12) if _ANY.search(head) else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """Paragraphs and tables; a script in an attachment that unpacks something is a loss: its page shows what we do not see."""
    text, sure = decode(data, charset_of(data, hint))
    spending.text(len(text))
    page = _Page(spending)
    page.read(text)
    lost = lost_by(text, sure=sure)
    if page.unpacks and not hint.is_body:
        lost = (*lost, Lost("unknown_format", "script"))
    return Text(tuple(page.blocks), lost, tuple(page.embedded), links=tuple(page.links))


def charset_of(data: bytes, hint: Hint) -> str:
    """What was declared outside, or else by the page itself."""
    if not hint.charset and (found := _META.search(data, 0, 4096)):
        return found[1].decode("ascii")
    return hint.charset


class _Page:
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
            found = _OPEN.search(text, position)
            if found is None or found.start() > last:
                yield tag, text[position:]
                return
            yield tag, text[position : found.start()]
            start = found.end()
            if text.startswith("!--", start):
                tag, position = "", self._comment(text, start + 3)
                continue
            end, quotes = _tag_end(text, start, quotes=quotes)
            tag, position = text[start:end], end + 1
            if tag[:6].lower().startswith(("script", "style")) and (name := _name(tag)) in _CLOSE:
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
        name = _name(tag)
        mark = _MARKS.get("/" + name if closing else name)
        if mark:
            self._words.append(_EDGE if name == "p" and _TIGHT.search(tag) else mark)
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
        for found in _ATTRIBUTE.finditer(tag.rstrip(_BETWEEN), _behind_name(tag)):
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
                    and _name(tag) in _ANCHORS
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
        text = unescape("".join(self._words))
        self._words.clear()
        found = [_INLINE.sub(" ", line).strip() for line in _cut(text)] if text else []
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


def _cut(text: str) -> Iterator[str]:
    """Lines: an edge ends one that holds something, a break every one; the last break before an edge shows nothing."""
    for piece in text.split(_EDGE):
        inner = piece.strip(" \t\r\n")
        if not inner:
            continue
        if inner[-1] == _BREAK and inner != _BREAK:
            inner = inner[:-1]
        # The end of a line in the source is none beside a break.
        inner = _AT_BREAK.sub(_BREAK, inner) if _BREAK in inner else inner
        yield from inner.replace(_BREAK, "\n").split("\n")


def _tag_end(text: str, start: int, *, quotes: bool) -> tuple[int, bool]:
    """Where the `>` of a tag stands; one inside a quoted value is none.

    A quote that never closes counts for nothing, and once one was seen no further one is looked for: a page of open quotes
    stays linear.
    """
    end = text.find(">", start)
    inside = text[start:end]
    if '"' not in inside and "'" not in inside:
        return end if end >= 0 else len(text), quotes
    neat = _NEAT.match(text, start)
    if neat and text[neat.end() : neat.end() + 1] == ">":
        return neat.end(), quotes
    position = _behind_name(text, start)
    while quotes and position > start and (found := _ATTRIBUTE.match(text, position)) is not None:
        quotes = (found["bare"] or "")[:1] not in {'"', "'"}
        position = found.end() if quotes else position
    end = text.find(">", position)
    return end if end >= 0 else len(text), quotes


def _name(tag: str) -> str:
    found = _TAG_NAME.match(tag)
    return found["name"].lower() if found else ""


def _behind_name(text: str, start: int = 0) -> int:
    """Where attributes can begin; `start` where no name stands: in an instruction, a document type, broken markup."""
    found = _TAG_NAME.match(text, start)
    return found.end() if found else start
