"""Derives `rules/name_readings.txt`: the names of Japan by their readings, from the dictionary in Janome.

    pip install janome==0.5.1 && python benchmarks/derive_names.py > rules/name_readings.txt

Janome is Apache-2.0; its dictionary is MeCab's IPADIC (Nara Institute of Science and Technology, and ICOT; free to use, change
and pass on with its notice). Only what is needed is kept: family names (名詞,固有名詞,人名,姓) with their readings,
of given names (人名,名) the readings alone.
"""

import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rules.family_names import folded

_ROWS = (
    ("アイウエオ", ""), ("カキクケコ", "k"), ("サシスセソ", "s"), ("タチツテト", "t"), ("ナニヌネノ", "n"), ("ハヒフヘホ", "h"), ("マミムメモ", "m"),
    ("ラリルレロ", "r"), ("ガギグゲゴ", "g"), ("ザジズゼゾ", "z"), ("ダヂヅデド", "z"), ("バビブベボ", "b"), ("パピプペポ", "p"),
)  # fmt: skip
# Kunrei, of which `romaji` makes the one form of all spellings.
_KANA = {
    kana: consonant + vowel for row, consonant in _ROWS for kana, vowel in zip(row, "aiueo", strict=True)
} | {"ダ": "da", "デ": "de", "ド": "do", "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n", "ヴ": "bu", "ー": ""}  # fmt: skip
_SMALL = {"ャ": "ya", "ュ": "yu", "ョ": "yo"}

HEAD = """\
# Names of Japan by reading, from MeCab-IPADIC (NAIST, ICOT) as Janome 0.5.1 carries it; made by benchmarks/derive_names.py.
# Copyright of the dictionary: Nara Institute of Science and Technology, and the Institute for New Generation Computer Technology;
# free to use, copy, change and distribute with this notice, and without any warranty.
# A line: the reading in Latin letters as rules.family_names.folded has it, then the family names; names of kana alone are left
# out. The last line, after =: readings of given names.
"""


def latin(kana: str) -> str:
    """A reading in katakana in the one form of all spellings.

    >>> latin("サトウ"), latin("シマダ"), latin("ハットリ")
    ('sato', 'simada', 'hatori')
    """
    letters = ""
    for sign in kana:
        if sign in _SMALL:
            letters = letters[:-1] + _SMALL[sign]
        else:
            letters += _KANA.get(sign, "")  # ッ too is left out: doubled consonants are folded
    return folded(letters)


def main() -> None:
    """Print the file."""
    from janome import sysdic  # noqa: PLC0415 - installed for this alone

    names: dict[str, set[str]] = defaultdict(set)
    given: set[str] = set()
    for entry in sysdic.entries().values():
        surface, part_of_speech, reading = entry[0], entry[4], entry[8]
        if "人名,姓" in part_of_speech and any("一" <= letter <= "鿿" for letter in surface):
            names[latin(reading)].add(surface)
        elif "人名,名" in part_of_speech:
            given.add(latin(reading))
    sys.stdout.write(HEAD)
    for reading in sorted(names):
        sys.stdout.write(f"{reading} {' '.join(sorted(names[reading]))}\n")
    sys.stdout.write(f"= {' '.join(sorted(given))}\n")


if __name__ == "__main__":
    main()
