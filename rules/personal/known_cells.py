"""Known cells: the values of a whole column at once, a value a line and "" for a cell that is more or less than one datum.

A usual cell is read by one expression for all; what that one leaves is asked of the recogniser itself, a cell at a time.
"""

import re
from collections.abc import Callable, Sequence

from mail.address import domain_key
from rules.personal import birth_date, email_address, phone, postal_address, postal_code
from rules.personal.japanese_names import shape, usual_shapes
from rules.personal.person_columns import in_cell, of_two
from rules.personal.person_rows import has_no_name
from rules.personal.signs import telling
from rules.roles import ROBOTS, ROLES, is_department, is_of_list

# Not 氏 and 君: given names end so, too (成氏), and nobody calls everybody in a list so.
_HONORIFIC = re.compile(r"(?:様|さま|さん|殿|先生)\Z")
_ENDS_NAMES = frozenset("氏君")
_HONOURED = frozenset("様まん殿生")
"""What these end with."""


def _lines(form: str) -> re.Pattern[str]:
    """An expression that finds something in every line: the groups of a form, or nothing."""
    return re.compile(f"^(?:{form}$|.*)", re.MULTILINE)


_KANA = _lines("([ぁ-ゖァ-ヴー]{1,10}[ ・]?[ぁ-ゖァ-ヴー]{1,10})")
_DATE = _lines(
    r"((?:18|19|20)[0-9]{2})(?:[ ]?[年/.-][ ]?([0-9]{1,2})[ ]?[月/.-][ ]?([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))"
)
_MONTHS = {text: f"{n:02}" for n in range(1, 13) for text in (str(n), f"{n:02}")}
_DAYS = {text: f"{n:02}" for n in range(1, 32) for text in (str(n), f"{n:02}")}
# As `phone.in_cell` takes it, without what stands between the digits.
_PHONE = _lines(r"(\(?0[0-9]{1,4}\)?[ -]?\(?[0-9]{1,4}\)?[ -]?[0-9]{3,4})")
_NATIONAL = _lines("(?!0120|0800|0570|0990|0180|0170)(0[5789]0[1-9][0-9]{7}|0[1-9][0-9]{8})")
_EMAIL = _lines(r"(?=[^@\n]{1,23}@)((?:[a-z0-9]++[._]){0,3}[a-z0-9]++)@((?:[a-z0-9-]{1,63}+\.){1,4}[a-z]{2,24})")
_ADDRESS = _lines(
    r"(?=[^市区郡町村県\n]{0,20}[市区郡町村県])([一-鿿々ヶケァ-ヴぁ-んー ]{2,40}(?:[0-9]{1,4}[^0-9@\n]{1,20}){0,4}[0-9]{1,4}(?:[^0-9@\n]{1,12})?)"
)
_CODE = _lines("([0-9]{3}-?[0-9]{4})")

_OFFICES = ROLES | ROBOTS


def names(column: str) -> Sequence[str]:
    """Names as `person_columns` makes them."""
    bare = ["" if name[-1:] in _HONOURED and _HONORIFIC.search(name) else name for name in usual_shapes(column)]
    return _completed(bare, column, _unlabelled(column, _name))


def names_of_two(families: str, given: str) -> Sequence[str]:
    """The same of a column of family names and one of given names."""
    judge = _unlabelled(f"{families}\n{given}", lambda name: "" if name.isascii() and has_no_name(name) else name)
    pairs = zip(families.split("\n"), given.split("\n"), strict=True)
    return [judge(name) if (name := of_two(*pair)) else "" for pair in pairs]


def readings(column: str) -> Sequence[str]:
    """Names in kana."""
    return _KANA.findall(column)


def births(column: str) -> Sequence[str]:
    """Dates as `birth_date` makes them."""
    found = _DATE.findall(column)
    days = [
        year + _MONTHS[month] + _DAYS[day] if month in _MONTHS and day in _DAYS else ""
        for year, month, day in [(year, m1 or m2, d1 or d2) for year, m1, d1, m2, d2 in found]
    ]
    return _completed(days, column, lambda cell: birth_date.in_cell(cell.removesuffix("日")))


def phones(column: str) -> Sequence[str]:
    """Numbers as `phone` makes them."""
    found = "\n".join(_PHONE.findall(column))
    digits = found.encode("ascii").translate(None, b" ()-").decode("ascii")
    return _completed(_NATIONAL.findall(digits), column, phone.in_cell)


def emails(column: str) -> Sequence[str]:
    """Addresses as `email_address` makes them."""
    small = column.lower() if column.isascii() else column
    found = _EMAIL.findall(small)
    theirs = {domain: not is_of_list("", domain) for domain in {domain for _, domain in found}}
    keys = {domain: f"@{domain_key(domain)}" for domain in theirs}
    known = [
        local + keys[domain] if local and local not in _OFFICES and theirs[domain] and not is_department(local) else ""
        for local, domain in found
    ]
    return _completed(known, column, email_address.in_cell)


def addresses(column: str) -> Sequence[str]:
    """Addresses as `postal_address` makes them, without blanks."""
    found = "\n".join(_ADDRESS.findall(column))
    return _completed(found.replace(" ", "").split("\n"), column, _unlabelled(column, postal_address.in_cell))


def codes(column: str) -> Sequence[str]:
    """Postal codes as `postal_code` makes them."""
    found = "\n".join(_CODE.findall(column)).replace("-", "").split("\n")
    nowhere = {area for area in {code[:3] for code in found if code} if not postal_code.has_area(area)}
    if nowhere:
        found = ["" if code[:3] in nowhere else code for code in found]
    return _completed(found, column, postal_code.in_cell)


def _completed(found: Sequence[str], column: str, judge: Callable[[str], str]) -> Sequence[str]:
    """What was found, and what the judge makes of the cells in which nothing was, of equal ones once."""
    if "" not in found:
        return found
    cells = column.split("\n")
    left = {cell: "" for value, cell in zip(found, cells, strict=True) if not value}
    judged = {cell: judge(cell) for cell in left if cell}
    if not any(judged.values()):
        return found
    return [value or judged.get(cell, "") for value, cell in zip(found, cells, strict=True)]


def _name(cell: str) -> str:
    if cell[-1] in _ENDS_NAMES:
        return cell.replace(" ", "") if shape(cell) else ""
    name = in_cell(cell, shape)
    return "" if name.isascii() and has_no_name(name) else name


def _unlabelled(column: str, judge: Callable[[str], str]) -> Callable[[str], str]:
    """The judge, but for cells in which a label may stand: what it names stands in another cell."""
    labels = [stem.decode("ascii") for stem in telling(column)]

    def judged(cell: str) -> str:
        found = judge(cell)
        return "" if found and labels and any(map(cell.lower().__contains__, labels)) else found

    return judged
