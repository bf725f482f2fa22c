"""Where the text of an RTF goes: by destination, hidden text apart, HTML that it carries for itself; octets by the charset of their font."""

import re

from mail.charset import decode
from mail.text_of import Hint, recognise
from mail.text_of._inside import Findings
from mail.text_of._rtf_state import ASIDE, HTML, PROPERTIES, UNSEEN, State
from mail.text_of._rtf_values import text_of, whole
from mail.text_of._story import CELL, CELL_LINE, INNER_CELL, INNER_LINE, INNER_ROW, ROW_END, Story

_ENDS = re.compile(f"[\r\n{CELL}{ROW_END}{CELL_LINE}{INNER_CELL}{INNER_ROW}{INNER_LINE}]")


class Sink:
    """Collects the text of one document; who reads the words says what is in force."""

    def __init__(self, found: Findings) -> None:
        self._found = found
        self._state = State()
        self._document = ""
        self._charsets: dict[int, str] = {}
        self._raw: list[bytes] = []
        self._texts: dict[tuple[str, bool], list[str]] = {("", False): []}
        self._sink = self._texts["", False]
        self._html: list[str] | None = None
        self._was_unseen = False

    def _flush(self) -> None:
        """Octets that were collected become text; a pair of them may have stood in two runs."""
        if self._raw:
            raw = self._raw[0] if len(self._raw) == 1 else b"".join(self._raw)
            self._raw = []
            self._add(
                raw.decode("ascii")
                if raw.isascii()
                else text_of(raw, self._charsets.get(self._state.font, ""), self._document)
            )

    def _add(self, text: str) -> None:
        self._sink.append(text)
        state = self._state
        if state.unseen:
            self._was_unseen = True
        elif self._was_unseen:
            self._texts.setdefault((state.part, True), []).append("\r")
            self._was_unseen = False
        if self._html is not None and state.part == "" and not state.only_rtf:
            self._html.append(text)

    def _place(self) -> None:
        """Find where text goes now."""
        state = self._state
        self._sink = self._texts.setdefault((state.part, state.unseen and state.part not in {ASIDE, HTML}), [])

    def _mark(self, mark: str) -> None:
        """The end of a cell or row is one, hidden or not."""
        self._add(mark)
        if self._state.unseen and mark != "\r":
            self._texts.setdefault((self._state.part, False), []).append(mark)

    def finish(self, tail: bytes) -> None:
        """What was written becomes blocks; what stands behind the document is a file of its own, or text."""
        found = self._found
        if tail and recognise(tail, Hint())[1].kind in {"plain", "unknown"}:
            found.rest.text(decode(tail)[0])
        else:
            found.embed("behind the end", tail)
        html = self._texts.pop((HTML, False), [])
        for line in _ENDS.split(whole("".join(self._texts.pop((ASIDE, False), [])))):
            found.rest.text(line)
        for (part, unseen), texts in self._texts.items():
            text = whole("".join(texts))
            found.spending.text(len(text))
            if unseen or part == PROPERTIES:
                found.lines(_ENDS.split(text), part or "hidden text", hidden=True)
            else:
                found.blocks += Story(found.spending, part, hidden=part in UNSEEN).read(text)
        if html:
            found.embed(
                "body.html",
                whole("".join(html)).replace("\r", "\r\n").encode("utf-8", "replace"),
                "text/html",
                "utf-8",
            )
