"""Normal: the one form in which a text is searched and two values are compared: NFKC, one dash, digits alone."""

import re
import unicodedata

from mail.marks import stream_safe

# Every dash that a keyboard or a codec puts between digits (U+2010–2015, 2212, FF0D, FF70, FE63).
_DASHES = "‐‑‒–—―−－ｰ﹣"
# The long vowel mark is a dash where digits or 丁目 stand before it: １ー２ー３.
_LONG_VOWEL = re.compile(r"ー(?<=[0-9]ー)(?=[0-9])")
# As in vertical writing: 〇三-一二三四-五六七八, 〇三(一二三四)五六七八, 芝公園一ー二ー三. A number with 十 in it is none of digits.
_DIGIT = "[〇零一二三四五六七八九]"
_IN_KANJI = re.compile(
    rf"{_DIGIT}{{1,5}}(?:[-ー]{_DIGIT}{{1,5}}){{1,3}}(?![十百千])|{_DIGIT}{{2,5}}[(]{_DIGIT}{{1,4}}[)]{_DIGIT}{{4}}"
)
_DIGITS = str.maketrans("〇零一二三四五六七八九ー", "00123456789-")
# What Japanese keyboards write in full width, each with its NFKC: the most of what is not normal in a letter.
_WIDE = tuple(
    (c, unicodedata.normalize("NFKC", c)) for c in "　！％＆（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠＿～…"
)
# Default_Ignorable_Code_Point (Unicode 15.1, DerivedCoreProperties): nobody sees them, and a number with one in it looks like any other.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# The upper octets of their code points, but for U+00AD, and of surrogates.
_ROWS_OF_IGNORABLE = frozenset((0x03, 0x06, 0x11, 0x17, 0x18, 0x20, 0x31, 0xFE, 0xFF, *range(0xD8, 0xE0)))
_OTHER_ROWS = bytes(row for row in range(256) if row not in _ROWS_OF_IGNORABLE)
_NO_DIGITS = bytes(c for c in range(128) if c not in b"0123456789")


def plain(text: str) -> str:
    """NFKC, one dash, nothing that nobody sees; ASCII, the most of it, is left as it is."""
    if text.isascii():
        return text
    text = nfkc(text)
    for dash in _DASHES:
        text = text.replace(dash, "-")
    text = _IN_KANJI.sub(lambda found: found[0].translate(_DIGITS), visible(text))
    return _LONG_VOWEL.sub("-", text) if "ー" in text else text


def nfkc(text: str) -> str:
    """NFKC of many lines. Replacing single characters first changes nothing of it, and mostly is enough."""
    if text.isascii() or unicodedata.is_normalized("NFKC", text):
        return text
    for wide, narrow in _WIDE:
        text = text.replace(wide, narrow)
    if unicodedata.is_normalized("NFKC", text):
        return text
    # Nothing composes across the end of a line.
    lines = text.split("\n")
    return "\n".join(
        line if unicodedata.is_normalized("NFKC", line) else unicodedata.normalize("NFKC", stream_safe(line))
        for line in lines
    )


def visible(text: str) -> str:
    """Without what nobody sees."""
    return _IGNORABLE.sub("", text) if not text.isascii() and _may_ignore(text) else text


def _may_ignore(text: str) -> bool:
    """Whether something that nobody sees may be in a text: by rows of 256 characters, many times as fast as the expression."""
    rows = text.encode("utf-16-le", "surrogatepass")[1::2]
    return "\u00ad" in text or bool(rows.translate(None, _OTHER_ROWS))


def digits(text: str) -> str:
    """Its ASCII digits.

    >>> digits("+81 (3) 1234-5678")
    '81312345678'
    """
    if text.isdecimal() and text.isascii():
        return text
    return text.encode("ascii", "ignore").translate(None, _NO_DIGITS).decode("ascii")
