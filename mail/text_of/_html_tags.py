"""The tags of HTML as browsers cut them (HTML 13.2.5): where each ends, its name, where its attributes begin; linear."""

import re

OPEN = re.compile(r"<(?=[A-Za-z/!?])")
_TAG_NAME = re.compile(r"/?(?P<name>[A-Za-z][^\s/>]*+)")
# HTML 13.2.5.32 to 40: a quote counts directly behind the = of an attribute, and nowhere else.
_NEAT = re.compile(r"[^\s\"'=<>]*+(?:\s++[^\s\"'=<>/]++=(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'=<>`]++))*+[\s/]*+")
ATTRIBUTE = re.compile(
    r"[\s/]*+(?P<name>[^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s>]*+)))?"
)
BETWEEN = "/" + "".join(letter for letter in map(chr, range(0x3001)) if letter.isspace())
BLOCKS = frozenset(
    [
        *("p", "div", "br", "hr", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "pre"),
        *("blockquote", "section", "article", "header", "footer", "form", "title", "body", "html", "address"),
        *("center", "fieldset", "option", "textarea", "main", "nav", "aside", "figure", "caption", "summary", "details"),
    ]
)  # fmt: skip
_BARE = frozenset({*BLOCKS, "td", "th", "tr", "table", "thead", "tbody", "a", "b", "i", "span", "font", "strong"})
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
