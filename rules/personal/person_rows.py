"""Names in Latin letters in running text and rows without a header: behind a label, or beside other data of a person."""

import re
import string
from collections.abc import Iterator

from rules.personal.person_columns import COMPANY, is_name
from rules.personal.recogniser import Hit
from rules.personal.scan import Scan, classes, word_list

_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’.-]{0,24}"
_PARTICLE = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.-]{0,24}|van|von|de|der|den|da|do|dos|del|della|di|du|la|le|bin|al|ibn|zu|y|e)"
_NAME = rf"({_CAPITAL}(?:,? {_PARTICLE}){{0,4}},? {_CAPITAL})"
_LABEL = re.compile(
    r"(?:name|\bnom|\bnombre|\bnome|\bfn|patient|employee|customer|applicant|nominativo|氏名|名前|salari[ée]e?|empleado|dipendente|mitarbeiter|kunde|client|contact|insured|beneficiary|holder"
    r"|member|guest|student|person|pr[ée]nom|apellidos|cognome|titular|titulaire|intestatario|kontoinhaber)[\"']?[ ]?\Z",
    re.IGNORECASE,
)
_LONGEST_LABEL = 24
_BEHIND_LABEL = re.compile(rf"[:=>|\t][ ]?[\"']?{_NAME}(?=[ ]?(?:$|[\t\n\"'<(,;|/&]))")
# The same in marks of octets, for which a search is faster: the end of a label, and a capital or any letter beyond ASCII.
_AS_ENDS = classes({":": b":=>|\t", " ": b" \"'", "A": string.ascii_uppercase.encode() + b"?"})
_MAY_FOLLOW = re.compile(rb":(?= {0,2}A)")
_BEGINS_ROW = re.compile(rf"(?:[-*•|>\"']|\d{{1,4}}[.)\t,;])?[ ]?{_NAME}(?=[ ]?[\t,;:|<(\"'/–-]|$|[ ]{{2}}|[ ][(+0-9])")
_IN_CELL = re.compile(rf"[\t|,;][ ]?[\"']?{_NAME}(?=[\"']?[ ]?(?:[\t|,;]|$))")
_NO_NAME = word_list("no_names.txt")


def labelled(scan: Scan) -> Iterator[Hit]:
    """Names behind a label."""
    marks = scan.octets.translate(_AS_ENDS)
    if not _MAY_FOLLOW.search(marks) or not scan.tells:
        return
    for end in _MAY_FOLLOW.finditer(marks):
        found = _BEHIND_LABEL.match(scan.text, end.start())
        if (
            found
            and _LABEL.search(scan.text, max(0, found.start() - _LONGEST_LABEL), found.start())
            and _is_somebody(found[1])
        ):
            yield Hit(found.start(1), found[1])


def beside(row: str) -> Iterator[str]:
    """Names at the beginning of a row and in cells, for a row that holds other data of a person.

    >>> list(beside("John Smith, +1 202-555-0143")), list(beside("Best Regards, +1 202-555-0143"))
    (['John Smith'], [])
    """
    first = _BEGINS_ROW.match(row)
    for found in (first,) if first else _IN_CELL.finditer(row):
        if _is_somebody(found[1]):
            yield found[1]


def _is_somebody(text: str) -> bool:
    """The shape of a name, without a word that no name has."""
    return is_name(text) and not has_no_name(text)


def has_no_name(text: str) -> bool:
    """Whether one of the words is none of a name."""
    return any(word in _NO_NAME or word in COMPANY for word in [word.strip(".,").lower() for word in text.split()])
