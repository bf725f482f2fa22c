"""Look-alikes: letters and pairs of letters that an eye takes for others, folded on both sides of a comparison (after UTS #39, 4).

The full table of the Unicode consortium has 6,000 entries, nearly all of scripts that no mail address here is written in;
these are the ones that imitate Latin letters and digits.
"""

import unicodedata
from functools import lru_cache

# Cyrillic, Greek, Latin extensions: each with the letter it looks like in the usual fonts.
_LETTERS = """
аa вb еe ёe һh іi їi јj кk ӏl мm нh оo рp ԛq гr ѕs тt ѵv ԝw хx уy ԁd сc
αa βb γy εe ηn ιi κk νv οo ρp ςc τt υu χx ωw ϲc ϳj
ıi ɑa ɡg ɩi ʟl ɴn ʀr ʏy ʋv ᴀa ᴄc ᴅd ᴇe ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜱs ɢg ʜh ɪi ſf ℓl đd øo łl ħh
0o 1l il |l qg vu ec
"""
_ONE = {pair[0]: pair[1] for pair in _LETTERS.split()}
# Followed to the end: Cyrillic і → i → l.
_FOLD = str.maketrans({given: _ONE.get(to, to) for given, to in _ONE.items()})
# After the letters: two letters that run together into one.
_PAIRS = (("rn", "m"), ("nn", "m"), ("uu", "w"), ("cl", "d"), ("lc", "k"))


@lru_cache(maxsize=8192)
def skeleton(text: str) -> str:
    """The form in which two look-alikes are equal; never shown, and never compared with an unfolded text."""
    if not text.isascii():
        bare = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in bare if not unicodedata.combining(c))
    folded = text.translate(_FOLD)
    for pair, single in _PAIRS:
        folded = folded.replace(pair, single)
    return folded


def look_alike(x: str, y: str) -> bool:
    """Whether two different letters look the same."""
    return x != y and skeleton(x) == skeleton(y)
