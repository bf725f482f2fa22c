"""Derives `rules/name_readings.txt`: the names of Japan by their readings, from the dictionary in Janome.

    pip install janome==0.5.1 && python benchmarks/derive_names.py > rules/name_readings.txt

Janome is Apache-2.0; its dictionary is MeCab's IPADIC (Nara Institute of Science and Technology, and ICOT; free to use, change
and pass on with its notice). Only what is needed is kept: family names (名詞,固有名詞,人名,姓) with their readings,
of given names (人名,名) the readings alone.
"""

import sys
from collections import defaultdict

HEAD = """\
# Names of Japan by reading, from MeCab-IPADIC (NAIST, ICOT) as Janome 0.5.1 carries it; made by benchmarks/derive_names.py.
# Copyright of the dictionary: Nara Institute of Science and Technology, and the Institute for New Generation Computer Technology;
# free to use, copy, change and distribute with this notice, and without any warranty.
# A line: the reading in katakana, then the family names; names of kana alone are left out. The last line, after =: readings of
# given names.
"""


def main() -> None:
    """Print the file."""
    from janome import sysdic  # noqa: PLC0415 - installed for this alone

    names: dict[str, set[str]] = defaultdict(set)
    given: set[str] = set()
    for entry in sysdic.entries().values():
        surface, part_of_speech, reading = entry[0], entry[4], entry[8]
        if "人名,姓" in part_of_speech and any("一" <= letter <= "鿿" for letter in surface):
            names[reading].add(surface)
        elif "人名,名" in part_of_speech:
            given.add(reading)
    sys.stdout.write(HEAD)
    for reading in sorted(names):
        sys.stdout.write(f"{reading} {' '.join(sorted(names[reading]))}\n")
    sys.stdout.write(f"= {' '.join(sorted(given))}\n")


if __name__ == "__main__":
    main()
