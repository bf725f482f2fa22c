"""opaque: formats that are known and not read, each with the reason; and the last resort: bytes that nobody knows."""

from mail.budget import Spending
from mail.shapes import Embedded, Lost, Reason, Text
from mail.text_of import plain
from mail.text_of._hint import Guess, Hint
from mail.text_of._magic import by_magic
from mail.text_of._rest import Rest
from mail.text_of._runs import text_in

KINDS = (
    "empty",
    "picture",
    "media",
    "rms",
    "partial",
    "external",
    "unknown",
)
SUREST = 99

_REASONS: dict[str, Reason] = {
    "picture": "image_only",
    "media": "image_only",  # sound and film are as pictures: without text, and mostly harmless
    "rms": "encrypted_mail",
}
_NOTED = frozenset({"image_only", "encrypted_mail"})
"""Losses that are usually noted only: their bytes are looked through for text."""
_DECLARED = {
    "application/x-microsoft-rpmsg-message": "rms",
    "message/partial": "partial",
    "message/external-body": "external",
}
_UNKNOWN = Guess("unknown", 1)


def recognises(data: bytes, hint: Hint) -> Guess:
    """Magic numbers, what a declared type can only be, and 1 for everything else."""
    if not data or (data[0] == 0 and not data.strip(b"\0")):
        return Guess("empty", 99)  # zeros alone say nothing
    if kind := by_magic(data):
        return Guess(kind, 91)
    if kind := _DECLARED.get(hint.declared, ""):
        return Guess(kind, 58)
    return _UNKNOWN


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """The loss; and what is text all the same as text: a few octets in front of a list make no picture of it."""
    if hint.kind == "empty":
        return Text()
    reason = _REASONS.get(hint.kind, "unknown_format")
    if hint.kind == "rms" and by_magic(data) != hint.kind:
        reason = "damaged"
    lost = Lost(reason, hint.kind)
    embedded: tuple[Embedded, ...] = ()
    if plain.is_text(data):
        text = plain.read(data, hint, spending)
        # A drawing of few colours has no controls either; it is no text for that, and no damaged one.
        if reason not in _NOTED or not any(one.where == "charset" for one in text.lost):
            return Text(text.blocks, (lost, *text.lost), text.embedded)
        embedded = text.embedded
    if reason not in _NOTED:
        return Text(lost=(lost,))
    rest = Rest()
    for run in text_in(data):
        rest.text(run)
    return Text(rest.blocks((), spending), (lost,), embedded)
