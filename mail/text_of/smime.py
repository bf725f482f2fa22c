"""smime: CMS (RFC 5652); what is only signed or packed is read on, what is encrypted is a loss, a signature alone is neither."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from mail.budget import Spending
from mail.shapes import Block, Embedded, Lost, Text
from mail.text_of import _zip, plain
from mail.text_of._der import INTEGER, OID, SEQUENCE, SET, Der, Element, MalformedError
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._rest import Rest
from mail.text_of._runs import text_in

KINDS = ("smime", "signature")
SUREST = 97

_PKCS7, _SMIME = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07", b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"
# RFC 5652 4, 5.1, 6.1, 8; RFC 3274 1.1; RFC 5083 2.1
_DATA, _SIGNED, _ENVELOPED, _ENCRYPTED = (_PKCS7 + bytes((number,)) for number in (1, 2, 3, 6))
_COMPRESSED, _AUTHENTICATED = _SMIME + b"\x09", _SMIME + b"\x17"
# What stands in front of the content: version; then digests, an algorithm, or who may read it.
_FRONT = {
    _SIGNED: (INTEGER, SET),
    _COMPRESSED: (INTEGER, SEQUENCE),
    _ENVELOPED: (INTEGER, SET),
    _AUTHENTICATED: (INTEGER, SET),
    _ENCRYPTED: (INTEGER,),
}
_SECRET = frozenset({_ENVELOPED, _ENCRYPTED, _AUTHENTICATED})
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_MESSAGES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ENTITY = (b"content-", b"mime-version:")
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a ContentInfo is and where its content lies."""

    kind: bytes
    carried: Element | None


def recognises(data: bytes, hint: Hint) -> Guess:
    """A ContentInfo by its first octets; one that is only declared is ours too, to say that it is none."""
    kind = "signature" if hint.declared in _SIGNATURES else "smime"
    if data[:1] == b"\x30" and (_PKCS7 in data[:64] or _SMIME in data[:64]):
        return Guess(kind, 97)
    return Guess(kind, 58) if data and hint.declared in _MESSAGES | _SIGNATURES else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """What is carried as a file inside, or the loss; and the text that stands around it, hidden."""
    der = Der(data)
    try:
        found = _opened(der)
        content = _content(der, found, spending)
    except (MalformedError, ValueError, _zip.DamagedError, zlib.error):
        damaged = Lost("damaged", hint.kind)
        if not plain.is_text(data):
            return Text(_around(data, spending), (damaged,))
        text = plain.read(data, hint, spending)
        return Text(text.blocks, (damaged, *text.lost), text.embedded)
    if found.kind in _SECRET:
        return Text(_around(data, spending), (Lost("encrypted_mail", "smime"),))
    if found.carried is None:
        return Text(_around(data, spending))
    around = data[: found.carried.start] + b"\0" + data[found.carried.end :]
    is_entity = content.lstrip()[:20].lower().startswith(_ENTITY)
    return Text(_around(around, spending), (), (Embedded("", content, "message/rfc822" if is_entity else ""),))


def _opened(der: Der) -> _Opened:
    """The type and the content of a ContentInfo (RFC 5652 3) that fills the data. Raises MalformedError or ValueError."""
    whole = der.element(0, len(der.data))
    if der.data[whole.behind :].strip(b"\0\r\n"):
        raise MalformedError
    kind, explicit = _typed(der, whole)
    if explicit is None:
        raise MalformedError
    (content,) = der.inside(explicit)
    if kind == _DATA:
        return _Opened(kind, content)
    # RFC 5652 6.1: [0], who wrote it, may stand behind the version of an envelope.
    fields = [field for field in der.inside(content) if kind not in _SECRET or not field.is_context(0)]
    front = _FRONT.get(kind, ())
    if not front or tuple(field.tag for field in fields[: len(front) + 1]) != (*front, SEQUENCE):
        raise MalformedError
    _, carried = _typed(der, fields[len(front)])
    if kind in _SECRET or carried is None:
        return _Opened(kind, None)
    (inner,) = der.inside(carried)
    return _Opened(kind, inner)


def _typed(der: Der, of: Element) -> tuple[bytes, Element | None]:
    """SEQUENCE { type OBJECT IDENTIFIER, …, content [0] OPTIONAL }."""
    name, *others = der.inside(of)
    if of.tag != SEQUENCE or name.tag != OID:
        raise MalformedError
    return der.data[name.start : name.end], next((one for one in others if one.is_context(0)), None)


def _content(der: Der, found: _Opened, spending: Spending) -> bytes:
    if found.carried is None:
        return b""
    content = der.octets(found.carried)
    if found.kind != _COMPRESSED:
        return content
    return b"".join(_zip.counted(_inflated(content), len(content), spending))


def _inflated(packed: bytes) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    piece = unpacker.decompress(packed, _CHUNK)
    while piece:
        yield piece
        piece = unpacker.decompress(unpacker.unconsumed_tail, _CHUNK)
    if not unpacker.eof or unpacker.unused_data:
        raise MalformedError


def _around(data: bytes, spending: Spending) -> tuple[Block, ...]:
    rest = Rest()
    for text in text_in(data):
        rest.text(text)
    return rest.blocks((), spending)
