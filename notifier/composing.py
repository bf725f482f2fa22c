"""Composing: a notice in words becomes the octets of a mail: plain text first, HTML beside it, and nothing slips into a header.

By hand, and not by `email`: for the same few header fields that took ten times as long as everything else about a question.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Sequence
from email.headerregistry import Address, HeaderRegistry
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache

from mail.address import split, wire
from notifier.channels import Rendered

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_LINE = 998
"""RFC 5322 2.1.1."""
_WORD = 39
"""Octets in one encoded word: with "Subject: " in front its line stays within 76 letters (RFC 2047 2)."""
_ONE_FIELD = 60
_POLICY = EmailPolicy(linesep="\r\n", cte_type="7bit")
_FIELDS = HeaderRegistry()


def compose(rendered: Rendered, *, sender: tuple[str, str], reply_to: Sequence[str]) -> bytes:
    """The message; `sender`: name and address. RFC 3834 5 for the headers of automatic mail. Raises ValueError on a line end in a field.

    7bit on the wire, whatever a server announces; only an address that needs UTF-8 is written in it (RFC 6532).
    """
    boundary = f"=_{secrets.token_hex(16)}"  # in neither part: Base64 knows no "_", and nobody can guess it
    head = (
        _people("From", sender),
        _people("To", ("", rendered.recipient)),
        _people("Reply-To", *(("", address) for address in reply_to)) if reply_to else b"",
        _field("Subject", *_words(rendered.subject)),
        _field("Date", format_datetime(rendered.at)),
        _field("Message-ID", rendered.message_id),  # never folded: many readers do not unfold it
        b"" if rendered.pressed else b"Auto-Submitted: auto-generated\r\n",  # RFC 3834 5
        # MS-OXCMAIL 2.2.3.2.14: no out-of-office to us; of a letter we want to hear that it bounced, or was read.
        b"X-Auto-Response-Suppress: " + (b"OOF, AutoReply" if rendered.sender else b"All") + b"\r\n",
        b"MIME-Version: 1.0\r\n",
        _field("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
        _field("Content-Language", rendered.language),
    )
    between = f"\r\n--{boundary}".encode()
    plain, html = _part("plain", rendered.text), _part("html", rendered.html)
    return b"".join((*head, between, b"\r\n", plain, between, b"\r\n", html, between, b"--\r\n"))


def _field(name: str, value: str, *folded: str) -> bytes:
    if any(_CONTROL.search(line) for line in (value, *folded)):
        raise ValueError(f"a line end or a control character in {name}")
    lines = "\r\n ".join((value, *folded))
    return f"{name}: {lines}\r\n".encode("ascii")


def _words(text: str) -> list[str]:
    """Text in a field, by lines: as it is where that can be read, else in encoded words (RFC 2047), none of which ends within a letter."""
    if (text.isascii() and len(text) <= _ONE_FIELD and "=?" not in text) or _CONTROL.search(text):
        return [text]
    words = [b""]
    for letter in text:
        octets = letter.encode()
        if len(words[-1]) + len(octets) > _WORD:
            words.append(b"")
        words[-1] += octets
    return [f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words]


@lru_cache(maxsize=1024)
def _people(field: str, *people: tuple[str, str]) -> bytes:
    """A field of mailboxes, each a name and an address, as the library folds it: they are the same few again and again."""
    policy = _POLICY if all(wire(address).isascii() for _, address in people) else _POLICY.clone(utf8=True)
    return policy.fold_binary(field, _FIELDS(field, [_named(*each) for each in people]))


def _named(name: str, address: str) -> Address:
    local, domain = split(wire(address))
    if local[:1] == local[-1:] == '"':
        local = local[1:-1].replace("\\", "")  # Address quotes again where it must
    return Address(name, local, domain)


def _part(kind: str, text: str) -> bytes:
    way, body = _encoded(kind, text if text.endswith("\n") else f"{text}\n")
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {way}\r\n\r\n'
    return head.encode() + body.replace(b"\n", b"\r\n")


def _encoded(kind: str, text: str) -> tuple[str, bytes]:
    """As it is where that is readable on the wire; else a page stays legible, and plain words in Japanese do not grow threefold."""
    plain = text.encode()
    if text.isascii() and not any(len(line) > _LONGEST_LINE or _CONTROL.search(line) for line in text.split("\n")):
        return "7bit", plain
    if kind == "html":
        return "quoted-printable", binascii.b2a_qp(plain, istext=True)
    return "base64", base64.encodebytes(plain.replace(b"\n", b"\r\n"))
