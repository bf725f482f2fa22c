"""rtf: Rich Text Format; every destination, charsets by font, tables as rows, hidden and deleted text apart, objects, HTML in it."""

import re

from mail.budget import Spending
from mail.shapes import Text
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._inside import Findings
from mail.text_of._rtf_state import DATA, HTML, State
from mail.text_of._rtf_values import octets_of, read_data
from mail.text_of._rtf_words import WORDS, Words

KINDS = ("rtf",)
SUREST = 92

_BEGIN = b"{\\rt"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_TOKEN = re.compile(
    rb"((?:\\'[0-9a-fA-F]{2}|[^\\{}\r\n]++)++)"
    rb"|\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?"
    rb"|([{}])|\\([^a-zA-Z])|([\r\n]++)",
    re.DOTALL,
)
_RUN, _WORD, _NUMBER, _BRACE, _SYMBOL = 1, 2, 3, 4, 5
_DEEPEST = 5000


def recognises(data: bytes, _hint: Hint) -> Guess:
    """Its first word, which Word does not want whole."""
    return Guess("rtf", 92) if data[:64].lstrip(_BLANK).startswith(_BEGIN) else NOT_MINE


def read(data: bytes, _hint: Hint, spending: Spending) -> Text:
    """All text, a story for each part of the document."""
    found = Findings(spending)
    found.beside(data)
    _Reader(data, found).read()
    return found.text()


class _Reader(Words):
    """One pass over the tokens; groups are kept on a stack of our own."""

    def __init__(self, data: bytes, found: Findings) -> None:
        super().__init__(data, found)
        self._groups: list[State] = []
        self._too_deep = 0

    def read(self) -> None:
        """To the end of the outermost group."""
        data, match, end = self._data, _TOKEN.match, len(self._data)
        known = frozenset(word.encode() for words in (self._words, *WORDS) for word in words)
        self._at = data.find(b"{")
        while self._at < end:
            token = match(data, self._at)
            if token is None:  # a backslash at the very end
                break
            self._at = token.end()
            kind = token.lastindex
            if kind == _RUN:
                self._run(token[_RUN])
            elif kind in {_WORD, _NUMBER}:
                if self._star or token[_WORD] in known:  # most words are about looks
                    self._flush()
                    self._word(token[_WORD].decode("ascii"), token[_NUMBER])
            elif kind == _BRACE:
                self._flush()
                self._open() if token[_BRACE] == b"{" else self._close()
                if not self._groups:
                    break
            elif kind == _SYMBOL:
                self._flush()
                self._symbol(token[_SYMBOL])
        self._flush()
        if self._groups:
            self._found.lose("damaged", "rtf")
        self.finish(data[self._at :].strip(b"\0 \t\r\n"))

    def _run(self, run: bytes) -> None:
        self._star = False
        if self._state.part == DATA:
            self._state.binary.append(run)
        elif b"\\'" in run:
            self._raw.append(octets_of(run))
        else:
            self._raw.append(run)

    # Groups

    def _open(self) -> None:
        self._star = False
        if len(self._groups) < _DEEPEST:
            self._groups.append(self._state)
            self._state = self._state.copy()
        else:
            if not self._too_deep:
                self._found.lose("limit", "groups")
            self._too_deep += 1

    def _close(self) -> None:
        self._star = False
        if self._too_deep:
            self._too_deep -= 1
        elif self._groups:
            left, self._state = self._state, self._groups.pop()
            if left.word != self._state.word:
                self._leave(left)
            self._place()

    def _leave(self, left: State) -> None:
        """The end of a destination."""
        if left.part == DATA:
            read_data(left, self._found)
        elif left.part not in {"", HTML}:
            self._texts.setdefault((left.part, False), []).append(": " if left.word == "propname" else "\r")
