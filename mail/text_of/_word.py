"""A document of Word 2 to 2003 (MS-DOC) → paragraphs and tables of every part of it; deleted and hidden text apart."""

import re
from collections.abc import Callable

from mail.text_of._inside import Findings
from mail.text_of._story import ROW_END, Story
from mail.text_of._word_pieces import Pieces

_HIDDEN = frozenset({"footnotes", "comments", "endnotes", "macros", "behind the text"})
_FIELD = re.compile("[\x13\x14\x15]")
# MS-DOC 2.4.6.1 and 2.4.6.4: breaks, hyphens, anchors of pictures and notes.
_SPECIAL = str.maketrans(
    {"\x0b": "\n", "\x0c": "\r", "\x0e": "\r", "\x1e": "-", **dict.fromkeys("\0\1\2\3\4\5\6\x08\x1f")}
)


def read_word(stream: bytes, table_of: Callable[[str], bytes | None], found: Findings) -> None:
    """Everything of one stream `WordDocument`; `table_of` gives the streams beside it."""
    pieces = Pieces(stream, table_of)
    if pieces.encrypted:
        found.lose("encrypted_archive", "doc")
        return
    for name, text, unseen in pieces.stories():
        hidden = name in _HIDDEN
        found.spending.text(len(text) + len(unseen))
        found.blocks += Story(found.spending, name, hidden=hidden).read(_shown(text, found))
        if unseen:
            found.lines(re.split("[\r\7\n]|" + ROW_END, _shown(unseen, found)), name or "hidden text", hidden=True)
    if not pieces.sound:
        found.lose("damaged", "doc")
    found.sweep_closely(pieces.table())
    found.sweep(pieces.besides())


def _shown(text: str, found: Findings) -> str:
    """Without the instructions of fields, whose telling lines go to the rest."""
    if "\x13" in text:
        shown: list[str] = []
        told: list[str] = []
        inside: list[bool] = []  # of every field we are in: whether this is its instruction
        at = told_in = 0
        for mark in _FIELD.finditer(text):
            (told if told_in else shown).append(text[at : mark.start()])
            at = mark.end()
            if mark[0] == "\x13":
                inside.append(True)
                told_in += 1
                told.append("\n")
            elif inside:
                told_in -= inside[-1]
                inside[-1:] = [False] if mark[0] == "\x14" else []
        if inside:  # one that never ends: nothing is hidden for its sake
            return _FIELD.sub("\r", text).translate(_SPECIAL)
        shown.append(text[at:])
        text = "".join(shown)
        found.rest.text("".join(told).translate(_SPECIAL))
    return _FIELD.sub("", text).translate(_SPECIAL)
