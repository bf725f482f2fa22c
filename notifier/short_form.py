"""Short form: the page's choices in a mail, each with a code, for people without a browser.

A code is made when the notice is put into words, like a link, from the message, the person, the point and the choice: the store
keeps none, and a code of one mail is worth nothing in another; nor in the same once another copy, recipient or point has come.
"""

import base64
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from store.ids import ALPHABET, READ_AS
from store.seal import Seal

LENGTH = 5
"""Letters of a code: 25 bits. Whoever guesses needs the Message-ID of the question, too, and the mailbox it went to."""
MOST = 8
"""Points up to which a mail lists the choices; more are answered on the page."""
_BITS = 5

ShortForm = Sequence[Mapping[str, Any]]
"""A point each: `risk`, its id; `bound`, the same with a digest of all that is asked about, which its codes are made from; `about`, the address or file; `choices`, each with the address it sends to, or "";
`ask`: somebody else's yes can be asked for, on the page."""


def code(seal: Seal, group_id: str, person: str, bound: str, choice: str) -> str:
    """Make the code of one choice."""
    token = seal.token(f"{group_id} {bound} {choice}", person.lower(), "short form")
    number = int.from_bytes(base64.urlsafe_b64decode(token)[:4])
    return "".join(ALPHABET[number >> shift & 31] for shift in range(0, _BITS * LENGTH, _BITS))


def codes(seal: Seal, group_id: str, person: str, form: ShortForm) -> Mapping[str, tuple[str, str]]:
    """Tell what each code of a mail means: risk and choice. One that would mean two things means nothing."""
    means: dict[str, list[tuple[str, str]]] = {}
    for point in form:
        for choice in point["choices"]:
            means.setdefault(code(seal, group_id, person, point["bound"], choice), []).append((point["risk"], choice))
    return {written: found[0] for written, found in means.items() if len(found) == 1}


def as_code(word: str) -> str:
    """Read a word as somebody typed it: width, case and letters that look alike.

    >>> as_code("７ｋi0o")
    '7K100'
    """
    return unicodedata.normalize("NFKC", word).upper().replace("-", "").translate(READ_AS)


def is_code(word: str) -> bool:
    """Whether it has the shape of a code."""
    return len(word) == LENGTH and all(letter in ALPHABET for letter in word)
