"""Known columns: cells that are what the name of their column says are taken by a look at each; what is left is searched for everything."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping

from rules.personal.birth_date import in_cell as birth_in_cell
from rules.personal.birth_date import names_it as is_birth
from rules.personal.columns import is_address, is_full_name, is_phone, is_reading, name_parts
from rules.personal.email_address import in_cell as email_in_cell
from rules.personal.japanese_names import shape
from rules.personal.phone import in_cell as phone_in_cell
from rules.personal.phone import is_of_others
from rules.personal.postal_address import in_cell as address_in_cell
from rules.personal.scan import Scan

FEWEST = 20
"""Rows from which it is worth it."""
_EMAIL = re.compile(r"mail|メール|메일|邮|郵件")
_NAME = re.compile(r"[一-鿿々〆ヶぁ-ゖァ-ヴー]{1,6}[ ・]?[一-鿿々〆ヶぁ-ゖァ-ヴー]{1,6}")
_KANA = re.compile(r"[ぁ-ゖァ-ヴー]{1,10}[ ・]?[ぁ-ゖァ-ヴー]{1,10}")

Found = dict[str, dict[str, None]]


def take(read: Scan) -> tuple[Scan, Mapping[int, Found]]:
    """The table without these cells, and their values by row and kind."""
    judges = _judges(read.header) if len(read.starts) >= FEWEST else {}
    by_row: dict[int, Found] = defaultdict(dict)
    if not judges:
        return read, by_row
    width = len(read.header)
    left: list[str] = []
    for row, cells in enumerate(read.grid):
        if len(cells) == width:
            for number, (kind, judge) in judges.items():
                cell = cells[number]
                value = judge(cell) if cell else ""
                if value:
                    cells[number] = ""
                    if kind:
                        by_row[row].setdefault(kind, {})[value] = None
        left.append("\t".join(cells))
    return Scan("\n".join(left), read.header), by_row


def _judges(header: tuple[str, ...]) -> Mapping[int, tuple[str, Callable[[str], str]]]:
    """By column the kind it is of, and what makes a value of a cell that is one and no more, "" of any other."""
    judges: dict[int, tuple[str, Callable[[str], str]]] = {}
    whole = [number for number, name in enumerate(header) if is_full_name(name) and not is_reading(name)]
    if name_parts(header):
        whole = []
    for number, name in enumerate(header):
        if number in whole:
            judges[number] = "person_name", _name
        elif whole and is_reading(name):
            judges[number] = "", _reading
        elif _EMAIL.search(name):
            judges[number] = "email_address", email_in_cell
        elif is_birth(name):
            judges[number] = "birth_date", birth_in_cell
        elif is_phone(name) and not is_of_others(name):
            judges[number] = "phone", phone_in_cell
        elif is_address(name):
            judges[number] = "postal_address", address_in_cell
    return judges


def _name(cell: str) -> str:
    """A name in Japanese letters as in `person_columns`; one with an honorific, or in other letters, is left to it."""
    return cell.replace(" ", "") if _NAME.fullmatch(cell) and shape(cell) else ""


def _reading(cell: str) -> str:
    return cell if _KANA.fullmatch(cell) else ""
