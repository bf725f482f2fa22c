"""Pieces: long numbers written in pieces, with a dot, a rule or blanks between them, or a piece a cell or line; near a word only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rules.personal.normal import digits
from rules.personal.scan import GAP, Scan

_WIDEST = 4
_GOES_ON = re.compile(rf"[0-9]{GAP}\Z")


@dataclass(frozen=True, slots=True)
class Forms:
    """How a number is cut into pieces."""

    whole: re.Pattern[str]
    """In a text; what stands around it is looked at, too."""
    bare: re.Pattern[bytes]
    """The same in `Scan.marks`, whatever stands around it: where it is nowhere, `whole` is nowhere either."""

    def may_stand_in(self, scan: Scan) -> bool:
        """Whether looking for `whole` and for words is worth it: in a letter hardly ever."""
        return any(self.bare.search(scan.marks, start, end) for start, end in scan.gapped)


def pieces(*forms: str) -> Forms:
    r"""Forms of at least twelve digits, each written with `\d` for a digit and `~` between the pieces.

    >>> bool(pieces(r"\d{6}~\d{6}").whole.search("123456 - 789012"))
    True
    """
    given = "|".join(form.replace("~", GAP) for form in forms)
    marks = "|".join(form.replace(r"\d", "0").replace("~", " {1,3}") for form in forms)
    whole = re.compile(rf"(?<![0-9A-Za-z./_-])(?:{given})(?![0-9A-Za-z_-])(?!{GAP}[0-9])")
    return Forms(whole, re.compile(marks.encode()))


def in_pieces(
    scan: Scan, forms: Forms, words: re.Pattern[str], before: int = 300, after: int = 60
) -> Iterator[tuple[int, str]]:
    """Start and digits. A number that goes on before or behind is a table of something else."""
    if not forms.may_stand_in(scan):
        return
    headed = any(words.search(name) for name in scan.header)
    for low, high in [(0, len(scan.text))] if headed else scan.rows_near(words, before, after):
        for found in forms.whole.finditer(scan.text, low, high):
            start, end = found.span()
            goes_on = _GOES_ON.search(scan.text[max(0, start - _WIDEST) : start])
            if not goes_on and scan.near(words, start, end, before, after):
                yield start, digits(found[0])
