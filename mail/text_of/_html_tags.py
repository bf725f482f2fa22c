"""The tags of HTML as browsers cut them (HTML 13.2.5): where each ends, its name, where its attributes begin; linear."""

import re
from collections.abc import Iterator

OPEN = re.compile(r"<(?=[A-Za-z/!?])")
_TAG_NAME = re.compile(r"/?(?P<name>[A-Za-z][^\s/>]*+)")
# HTML 13.2.5.32 to 40: a quote counts directly behind the = of an attribute, and nowhere else.
_NEAT = re.compile(r"[^\s\"'=<>]*+(?:\s++[^\s\"'=<>/]++=(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'=<>`]++))*+[\s/]*+")
ATTRIBUTE = re.compile(
    r"[\s/]*+(?P<name>[^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s>]*+)))?"
)
BETWEEN = "/" + "".join(letter for letter in map(chr, range(0x3001)) if letter.isspace())
# HTML 15.3: what begins a line of its own, and what keeps a distance to what stands before it; mail programs write each line as a <div>.
EDGE, BREAK = "\f", "\x1d"
_GAP = EDGE + BREAK + EDGE
_LINES = "div li dt dd option label textarea body html main header footer address center summary figure"
_PARAGRAPHS = (
    "p hr ul ol dl h1 h2 h3 h4 h5 h6 pre blockquote section article form title fieldset nav aside caption details"
)
MARKS = {f"{slash}{name}": _GAP for name in _PARAGRAPHS.split() for slash in ("", "/")}
MARKS |= {f"{slash}{name}": EDGE for name in _LINES.split() for slash in ("", "/")}
MARKS |= {"br": BREAK, "/br": BREAK, "/p": EDGE}
"""By tag, what it does to the lines of its text (`lines_of`)."""
# Paragraphs without a distance: those of Outlook, and what says so.
TIGHT = re.compile(r"MsoNormal|MsoPlainText|margin(?:-top)?: ?0", re.IGNORECASE)
_AT_BREAK = re.compile("\n?\x1d\r?\n?")
_BARE = frozenset(f"{_LINES} {_PARAGRAPHS} br td th tr table thead tbody a b i span font strong".split())
"""Tags that are mostly written without attributes."""


def tag_end(text: str, start: int, *, quotes: bool) -> tuple[int, bool]:
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
    position = behind_name(text, start)
    while quotes and position > start and (found := ATTRIBUTE.match(text, position)) is not None:
        quotes = (found["bare"] or "")[:1] not in {'"', "'"}
        position = found.end() if quotes else position
    end = text.find(">", position)
    return end if end >= 0 else len(text), quotes


def name_of(tag: str) -> str:
    """In lower case, of a tag that opens or closes; "" where none stands."""
    if (bare := tag.removeprefix("/")) in _BARE:
        return bare
    found = _TAG_NAME.match(tag)
    return found["name"].lower() if found else ""


def behind_name(text: str, start: int = 0) -> int:
    """Where attributes can begin; `start` where no name stands: in an instruction, a document type, broken markup."""
    found = _TAG_NAME.match(text, start)
    return found.end() if found else start


def lines_of(text: str) -> Iterator[str]:
    """Lines: an edge ends one that holds something, a break every one; the last break before an edge shows nothing."""
    for piece in text.split(EDGE):
        inner = piece.strip(" \t\r\n")
        if not inner:
            continue
        if inner[-1] == BREAK and inner != BREAK:
            inner = inner[:-1]
        # The end of a line in the source is none beside a break.
        inner = _AT_BREAK.sub(BREAK, inner) if BREAK in inner else inner
        yield from inner.replace(BREAK, "\n").split("\n")
