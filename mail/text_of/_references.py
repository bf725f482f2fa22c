"""Escaped characters → characters: references of HTML and XML, escapes of JSON and JavaScript; never raises."""

import html
import re

# More digits than a code point has; CPython refuses to make a number of more than 4,300.
_LONG = re.compile(r"&#0*(?P<digits>[0-9]+);?")
_DIGITS = 7  # U+10FFFF is 1114111
# Beyond ASCII: what it stands for is never part of another reference, nor of markup.
_FAR = re.compile(r"&#(1[3-9][0-9]|[2-9][0-9]{2}|[1-9][0-9]{3,6});")
_MOST = 1 << 16
_JSON = re.compile(r"\\u([0-9A-Fa-f]{4})")  # RFC 8259 7


def unescape(text: str) -> str:
    """`&amp;`, `&#20304;`, `&#x4F50;` and the like as what they stand for; what is no code point as U+FFFD.

    >>> unescape("&#x5C71;&#" + "0" * 5000 + "30000;&#" + "1" * 5000 + ";")
    '山田�'
    """
    if "&" not in text:
        return text
    text = beyond_ascii(text)
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:
        return html.unescape(_LONG.sub(_shortened, text))


def beyond_ascii(text: str) -> str:
    """Only the numbers of characters beyond ASCII, also in the source of a whole document: no markup comes of them.

    >>> beyond_ascii("<a>&#30000;&#60;&lt;")
    '<a>田&#60;&lt;'
    """
    if "&#" not in text:
        return text
    pieces = _FAR.split(text)
    pieces[1::2] = map(_KNOWN.__getitem__, pieces[1::2])
    return "".join(pieces)


class _Known(dict[str, str]):
    """Numbers with their characters: Python's own way to find one out takes five times as long, and some programs write nothing else."""

    def __missing__(self, number: str) -> str:
        """Found out once."""
        stands_for = html.unescape(f"&#{number};")
        if len(self) < _MOST:
            self[number] = stands_for
        return stands_for


_KNOWN = _Known()


def _shortened(found: re.Match[str]) -> str:
    digits = found["digits"]
    return f"&#{digits};" if len(digits) <= _DIGITS else "\ufffd"


def unescape_json(text: str) -> str:
    """The escapes of JSON beyond ASCII as what they stand for.

    >>> unescape_json(r'"\u5c71\u7530"')
    '"山田"'
    """
    if "\\" not in text or "\\u" not in text:  # one letter is looked for many times as fast as two
        return text
    units = _JSON.sub(lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
