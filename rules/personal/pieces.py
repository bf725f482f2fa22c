"""Pieces: long numbers written in pieces, with a dot, a rule or blanks between them, or a piece a cell or line; near a word only."""

import re
from collections.abc import Iterator

from rules.personal.normal import digits
from rules.personal.scan import Scan

# Also an octet that nobody can read: whoever reads the mail sees the number all the same.
_GAP = r"[-\s./_・,*|\ufffd]{1,3}"
_WIDEST = 4
_GOES_ON = re.compile(rf"[0-9]{_GAP}\Z")


def pieces(*forms: str) -> re.Pattern[str]:
    r"""One pattern of forms, each at least twelve digits (`Scan.pieces`) with `~` between the pieces.

    >>> bool(pieces(r"\d{2}~\d{2}").search("12 - 34"))
    True
    """
    given = "|".join(form.replace("~", _GAP) for form in forms)
    return re.compile(rf"(?<![0-9A-Za-z./_-])(?:{given})(?![0-9A-Za-z_-])(?!{_GAP}[0-9])")


def in_pieces(
    scan: Scan, forms: re.Pattern[str], words: re.Pattern[str], before: int = 300, after: int = 60
) -> Iterator[tuple[int, str]]:
    """Start and digits. A number that goes on before or behind is a table of something else."""
    if not any(forms.search(scan.text, start, end) for start, end in scan.pieces):
        return  # before the words are looked for: they cost most, and hardly a text has such a number
    headed = any(words.search(name) for name in scan.header)
    for low, high in [(0, len(scan.text))] if headed else scan.rows_near(words, before, after):
        for found in forms.finditer(scan.text, low, high):
            start, end = found.span()
            goes_on = _GOES_ON.search(scan.text[max(0, start - _WIDEST) : start])
            if not goes_on and scan.near(words, start, end, before, after):
                yield start, digits(found[0])
