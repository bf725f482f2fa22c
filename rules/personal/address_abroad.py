"""Postal addresses of other countries in running text: behind a label, or (beside other data of a person) street, number and postal code."""

import re
from collections.abc import Iterator

from rules.personal.recogniser import Hit
from rules.personal.scan import Scan

_LABEL = re.compile(
    r"(?:(?<!mail )(?<!e-mail )(?<!email )(?<!ip )(?<!mac )(?<!web )address|anschrift|adresse|wohnort|domicilio|direcci[óo]n|indirizzo|residenza|주소|地址|住址)[\"']?[ ]?[:=\t][ ]?[\"']?"
    r"([^\t\n\"'<>|@]{8,100})",
    re.IGNORECASE,
)
_STREET = r"(?i:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|boulevard|blvd|way|place|pl|square|sq|terrace|close|crescent|parkway|pkwy|highway|hwy|circle|trail)"
# A search stops at digits only.
_SHAPES = re.compile(
    r"[0-9](?:"
    # United States, Australia: number, street, town, state and code
    rf"(?<![0-9A-Za-z.][0-9])[0-9]{{0,5}} [A-Z][\w.' -]{{1,30}} {_STREET}\b\.?[^\t\n]{{0,40}}?,? [A-Z]{{2,3}},? \d{{4,5}}(?:-\d{{4}})?(?![0-9])"
    # Great Britain: number, street, and a code of letters and digits
    rf"|(?<![0-9A-Za-z.][0-9])[0-9]{{0,3}}[A-Z]? [A-Z][\w.' -]{{1,30}}[^\t\n]{{0,50}}? [A-Z]{{1,2}}[0-9][0-9A-Z]? ?[0-9][A-Z]{{2}}(?![0-9A-Za-z])"
    # Germany, Austria: street, number, code, town
    r"|(?:(?<=str\. [0-9])|(?<=(?:aße|weg) [0-9])|(?<=(?:latz|llee|asse|ring|damm) [0-9]))[0-9]{0,3}[ ]?[a-z]?(?:[-/][0-9]{1,3})?, ?(?:D-|A-|CH-)?[0-9]{4,5} [A-ZÄÖÜ]\w"
    # France: number, street, code, town
    r"|(?<![0-9A-Za-z.][0-9])[0-9]{0,3}(?: bis| ter)?,? (?i:rue|avenue|boulevard|place|chemin|all[ée]e|impasse|route|quai|cours) [^\t\n]{2,40}? \d{5} [A-ZÀ-Ý])"
)
# What follows a number in all of them: a look at a row of telephones ends here.
_NUMBER = re.compile(r"[0-9](?:,|[A-Za-z]?,? [^\W\d_])")
_NEXT = re.compile(r"[,;]? ?(?:tel|t[ée]l|phone|mobile|fax|e-?mail)\b", re.IGNORECASE)
_LEAST = 8


# The same in small octets, where a question mark is any other letter: one of them stands wherever a label does.
_SIGNS = (b"dress", b"anschrift", b"wohnort", b"domicilio", b"direcci", b"indirizzo", b"residenza")
_SIGNS_OF_ASIA = ("주소", "地址", "住址")


def labelled(scan: Scan) -> Iterator[Hit]:
    """Addresses behind a label, with a number in them."""
    small = scan.small
    if not any(map(small.__contains__, _SIGNS)) and (
        scan.text.isascii() or not any(sign in scan.text for sign in _SIGNS_OF_ASIA)
    ):
        return
    if not scan.tells:
        return
    for found in _LABEL.finditer(scan.text):
        text = _NEXT.split(found[1], maxsplit=1)[0].strip().rstrip(",;.")
        if any(c.isdigit() for c in text) and sum(c.isalpha() for c in text) >= _LEAST:
            yield Hit(found.start(1), text.replace(" ", ""))


def beside(row: str) -> Iterator[str]:
    """Addresses by their shape alone, for a row that holds other data of a person.

    >>> list(beside("John Smith, 775 Norton Street, Springfield, IL 62704"))
    ['775NortonStreet,Springfield,IL62704']
    """
    for found in _SHAPES.finditer(row) if _NUMBER.search(row) else ():
        yield found[0].replace(" ", "")
