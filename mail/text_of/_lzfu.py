"""The packed RTF of Outlook (MS-OXRTFCP) unpacked, up to a limit."""

from mail.budget import MIB, OverBudgetError

_PACKED, _PLAIN = b"LZFu", b"MELA"
_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096


class PackedError(Exception):
    """No packed RTF, or a broken one; `read` is what came before."""

    def __init__(self, read: bytes) -> None:
        super().__init__("packed RTF")
        self.read = read


def unpacked(data: bytes, most: int = 32 * MIB) -> bytes:
    """The RTF. Raises PackedError, or OverBudgetError beyond `most` octets."""
    size, kind = int.from_bytes(data[4:8], "little"), data[8:12]
    if kind == _PLAIN:
        return data[16 : 16 + size]
    if kind != _PACKED:
        raise PackedError(b"")
    out = bytearray(_BEGINNING)
    size += len(out)
    at, end = 16, len(data)
    while at < end:
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            token = int.from_bytes(data[at : at + 2], "big")
            at += 2
            place, length = token >> 4, (token & 0xF) + 2
            back = (len(out) - place) % _WINDOW
            if not back or back > len(out):  # the end: a reference to where we write
                return _whole(out, size, ended=not back)
            piece = out[-back : len(out) - back + length]
            out += piece if len(piece) == length else (piece * (length // back + 1))[:length]
        if len(out) > most:
            raise OverBudgetError("packed RTF")
    return _whole(out, size, ended=len(out) >= size)


def _whole(out: bytearray, size: int, *, ended: bool) -> bytes:
    text = bytes(out[len(_BEGINNING) : size])
    if not ended or len(out) < size:
        raise PackedError(text)
    return text
