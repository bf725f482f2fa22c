"""openpgp: armoured messages and signatures; what is encrypted is a loss, what only claims to be is read as the text it is."""

from mail.budget import Spending
from mail.charset import decode
from mail.shapes import Lost, Text
from mail.text_of import _armour, plain
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._tables import paragraphs

KINDS = ("pgp", "signature")
SUREST = 97

_MESSAGE, _SIGNATURE = b"-----BEGIN PGP MESSAGE-----", b"-----BEGIN PGP SIGNATURE-----"
_DECLARED = "application/pgp-signature"


def recognises(data: bytes, hint: Hint) -> Guess:
    """Armour at the start; what is declared a signature and is none is ours, to say so."""
    head = data[:200].lstrip()
    if hint.declared == _DECLARED and data:
        return Guess("signature", 97 if head.startswith(_SIGNATURE) else 58)
    return Guess("pgp", 91) if head.startswith(_MESSAGE) else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """The loss, and the text around and instead of the armour."""
    text = decode(data)[0].strip()
    whole = next((b for b in _armour.blocks(text) if b.start() == 0), None)
    if whole is None or (hint.kind == "signature" and not _armour.is_signature(whole)):
        found = plain.read(data, hint, spending) if plain.is_text(data) else Text()
        damaged = (Lost("damaged", "signature"),) if hint.kind == "signature" or not found.blocks else ()
        return Text(found.blocks, (*damaged, *found.lost), found.embedded)
    around = whole["headers"] + "\n" + text[whole.end() :]
    return Text(paragraphs(around, spending), _armour.losses(text))
