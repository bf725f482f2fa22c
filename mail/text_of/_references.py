"""References of HTML and XML → characters; never raises."""

import html
import re

# More digits than a code point has; CPython refuses to make a number of more than 4,300.
_LONG = re.compile(r"&#0*(?P<digits>[0-9]+);?")
_DIGITS = 7  # U+10FFFF is 1114111


def unescape(text: str) -> str:
    """`&amp;`, `&#20304;`, `&#x4F50;` and the like as what they stand for; what is no code point as U+FFFD.

    >>> unescape("&#x5C71;&#" + "0" * 5000 + "30000;&#" + "1" * 5000 + ";")
    '山田�'
    """
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:
        return html.unescape(_LONG.sub(_shortened, text))


def _shortened(found: re.Match[str]) -> str:
    digits = found["digits"]
    return f"&#{digits};" if len(digits) <= _DIGITS else "\ufffd"
