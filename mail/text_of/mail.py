"""mail: a message inside a message; its header lines, those that people see first, and its parts as files to read on."""

from mail import mime
from mail.budget import Spending
from mail.headers import Headers
from mail.shapes import Block, Text
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._rest import Rest

KINDS = ("mail",)
SUREST = 60

_SHOWN = ("From", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date")
_USUAL = frozenset(
    {"received", "from", "to", "subject", "date", "message-id", "mime-version", "return-path", "content-type"}
)
_ENOUGH = 3


def recognises(data: bytes, hint: Hint) -> Guess:
    """Declared as a message, or fields of a message at the very start."""
    if hint.declared in {"message/rfc822", "message/global", "message/news"}:
        return Guess("mail", 60)
    if hint.is_body or hint.declared == "text/rfc822-headers":
        return NOT_MINE
    head = data[:4096]
    if b":" not in head[:300] or b"\0" in head:
        return NOT_MINE
    names = {f.name.lower() for f in Headers.parse(head, 4096).fields}
    if len(names & _USUAL) < _ENOUGH:
        return NOT_MINE
    return Guess("mail", 55 if hint.suffix == "eml" else 40)


def read(data: bytes, _hint: Hint, spending: Spending) -> Text:
    """The header lines as one block, those that nobody sees as another, every leaf as a file inside."""
    found = mime.split(data.lstrip(b"\r\n"), spending)
    rows = tuple((f"{name}: {value}",) for name in _SHOWN for value in found.headers.all(name) if value)
    rest = Rest()
    for name, value in found.headers.pairs():
        if name.title() not in _SHOWN:
            # Message-IDs, and the addresses of those through whose hands a message went, are no data of anybody else.
            rest.text(" ".join(word for word in value.split() if "@" not in word))
    hidden = rest.blocks((), spending, "header")
    return Text((*((Block(rows),) if rows else ()), *hidden), found.lost, found.leaves, found.ambiguous)
