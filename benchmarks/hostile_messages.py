"""Hostile messages: MIME that never ends or is read in two ways, encodings in one another, secrets; each with what must come of it."""

import binascii
from base64 import b32encode, b64encode
from collections.abc import Iterator
from quopri import encodestring

from hostile_archives import LIST, PEOPLE, zipped

Message = tuple[str, str, bytes]
_HEAD = "From: hanako@sender.example\r\nTo: kimura@customer.example\r\nSubject: a\r\nMIME-Version: 1.0\r\n"
_CRLF_LIST = PEOPLE.replace("\n", "\r\n")


def cases() -> Iterator[Message]:
    """Every message."""
    yield from _depth()
    yield from _odd_parts()
    yield from _encodings()
    yield from _headers()


def _message(content_type: str, body: bytes | str, *fields: str) -> bytes:
    lines = "".join(f"{field}\r\n" for field in fields)
    raw = body if isinstance(body, bytes) else body.encode()
    return f"{_HEAD}Content-Type: {content_type}\r\n{lines}\r\n".encode() + raw


def _parts(*parts: tuple[str, bytes | str], boundary: str = "cut", end: bool = True) -> bytes:
    body = b"".join(
        f"--{boundary}\r\n{head}\r\n\r\n".encode() + (text if isinstance(text, bytes) else text.encode()) + b"\r\n"
        for head, text in parts
    )
    return _message(f'multipart/mixed; boundary="{boundary}"', body + (f"--{boundary}--\r\n".encode() if end else b""))


def _depth() -> Iterator[Message]:
    for depth in (18, 100, 3000):
        body = _CRLF_LIST
        opening = "".join(f'--b{n}\r\nContent-Type: multipart/mixed; boundary="b{n + 1}"\r\n\r\n' for n in range(depth))
        text = f"{opening}--b{depth}\r\nContent-Type: text/csv\r\n\r\n{body}"
        yield f"mime-depth-{depth}", "hold", _message('multipart/mixed; boundary="b0"', text)
    for depth in (15, 60):
        inner = _message("text/csv; charset=utf-8", _CRLF_LIST)
        for _ in range(depth):
            inner = _message("message/rfc822", inner)
        yield f"mime-messages-{depth}", "hold", inner
    yield (
        "mime-parts-3000",
        "hold",
        _parts(*[("Content-Type: text/plain", "x")] * 3000, ("Content-Type: text/csv", _CRLF_LIST)),
    )
    yield "mime-boundaries", "live", _message('multipart/mixed; boundary="c"', "--c\r\n" * 300_000)
    yield "mime-dashes", "live", _message('multipart/mixed; boundary="-"', "-" * 1_000_000)


def _odd_parts() -> Iterator[Message]:
    yield "mime-partial", "hold", _message('message/partial; id="a"; number=1; total=2', _message("text/plain", "x"))
    yield (
        "mime-external",
        "hold",
        _message(
            'message/external-body; access-type=URL; URL="http://customer.example/a"', "Content-Type: text/csv\r\n\r\n"
        ),
    )
    plain = ("Content-Type: text/plain", "nothing")
    whole = _parts(plain)
    at = whole.index(b"--cut")
    yield "mime-preamble", "hold", whole[:at] + LIST + b"\r\n" + whole[at:]
    yield "mime-epilogue", "hold", whole + LIST
    yield "mime-no-end", "hold", _parts(plain, ("Content-Type: text/csv; charset=utf-8", _CRLF_LIST), end=False)
    yield "mime-no-boundary", "hold", whole.replace(b'; boundary="cut"', b"") + LIST
    yield (
        "mime-smime",
        "hold",
        _parts(
            (
                "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\nContent-Transfer-Encoding: base64",
                b64encode(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + bytes(40)),
            )
        ),
    )
    yield (
        "mime-pgp",
        "hold",
        _message(
            "text/plain", "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA1234567890ABAQf/\r\n-----END PGP MESSAGE-----\r\n"
        ),
    )
    yield (
        "mime-pgp-that-is-text",
        "hold",
        _message(
            "text/plain; charset=utf-8", f"-----BEGIN PGP MESSAGE-----\r\n\r\n{_CRLF_LIST}-----END PGP MESSAGE-----\r\n"
        ),
    )
    yield (
        "mime-signature-that-is-a-list",
        "hold",
        _parts(plain, ("Content-Type: application/pkcs7-signature; name=smime.p7s", LIST)),
    )
    calendar = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
        + "".join(
            f"ATTENDEE;CN={line.replace(',', ' ')}:mailto:a@customer.example\r\n" for line in PEOPLE.splitlines()[1:]
        )
        + "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    yield "calendar", "hold", _parts(("Content-Type: text/calendar; charset=utf-8", calendar))
    cards = "".join(
        f"BEGIN:VCARD\r\nFN:{line.split(',')[0]}\r\nTEL:{line.split(',')[1]}\r\nEND:VCARD\r\n"
        for line in PEOPLE.splitlines()[1:]
    )
    yield "cards", "hold", _parts(("Content-Type: text/vcard; charset=utf-8", cards))


def _encodings() -> Iterator[Message]:
    data = b64encode(LIST)
    base64 = "Content-Transfer-Encoding: base64"
    csv = "text/csv; charset=utf-8"
    for name, body in (
        ("one-line", data), ("letters-apart", b"\r\n".join(data[n : n + 1] for n in range(len(data)))), ("junk", data.replace(b"A", b"*A!")),
        ("early-end", data[:40] + b"==" + data[40:]), ("twice", b64encode(data)), ("thrice", b64encode(b64encode(data))),
        ("quoted-printable-inside", b64encode(encodestring(LIST))),
    ):  # fmt: skip
        yield f"base64-{name}", "hold", _message(csv, body, base64)
    yield "base64-undeclared", "hold", _message("text/plain", data)
    yield (
        "base64-of-zip-pasted",
        "hold",
        _message("text/plain", b"please unpack\r\n" + b64encode(zipped({"list.csv": LIST}))),
    )
    yield "qp", "hold", _message(csv, encodestring(LIST), "Content-Transfer-Encoding: quoted-printable")
    yield "qp-undeclared", "hold", _message("text/plain", encodestring(LIST))
    yield (
        "qp-every-octet",
        "hold",
        _message(
            csv,
            "".join(f"={o:02x}" + ("=\r\n" if n % 20 == 19 else "") for n, o in enumerate(LIST)),
            "Content-Transfer-Encoding: quoted-printable",
        ),
    )
    yield (
        "uu",
        "hold",
        _message(
            "text/plain",
            b"begin 644 a.csv\r\n"
            + b"".join(binascii.b2a_uu(LIST[n : n + 45]) for n in range(0, len(LIST), 45))
            + b"`\r\nend\r\n",
        ),
    )
    yield "utf-7", "hold", _message("text/plain; charset=utf-7", PEOPLE.encode("utf-7"))
    yield "url-encoded", "hold", _message("text/plain", "".join(f"%{octet:02X}" for octet in LIST))
    yield (
        "url-encoded-plus",
        "hold",
        _message(
            "text/plain",
            "list="
            + "".join(chr(o) if chr(o).isalnum() and o < 128 else "+" if o == 32 else f"%{o:02x}" for o in LIST),
        ),
    )
    yield (
        "escapes-of-json",
        "hold",
        _message("text/plain", "".join(f"\\u{ord(c):04x}" if not c.isascii() else c for c in _CRLF_LIST)),
    )
    yield "octal-escapes", "hold", _message("text/plain", "".join(f"\\{o:03o}" for o in LIST))
    yield "hex-escapes", "hold", _message("text/plain", "".join(f"\\x{o:02x}" for o in LIST))
    yield "hex", "hold", _message("text/plain", LIST.hex())
    yield "base32", "hold", _message("text/plain", b32encode(LIST))
    yield (
        "references",
        "hold",
        _message("text/plain", "".join(f"&#x{ord(c):x};" if not c.isascii() else c for c in _CRLF_LIST)),
    )
    yield "charset-unknown", "hold", _message("text/plain; charset=x-nobody", PEOPLE.encode("cp932"))
    yield "charset-wrong", "hold", _message("text/plain; charset=us-ascii", PEOPLE.encode("euc_jp"))
    yield "nul", "hold", _message("text/plain; charset=utf-8", b"\0".join(LIST[n : n + 1] for n in range(len(LIST))))
    yield "html-in-plain", "hold", _message("text/plain; charset=utf-8", "<p>" + PEOPLE.replace("\n", "<br>") + "</p>")


def _headers() -> Iterator[Message]:
    many = "".join(f"X-{n}: a\r\n" for n in range(20_000))
    yield "header-many", "live", (many + _HEAD).encode() + b"\r\nx"
    yield "header-long", "live", (f"X-A: {'a' * 2_000_000}\r\n" + _HEAD).encode() + b"\r\nx"
    yield "header-encoded-words", "live", ("X-A: " + "=?utf-8?B?4pi6?= " * 30_000 + "\r\n" + _HEAD).encode() + b"\r\nx"
    yield (
        "header-addresses",
        "live",
        ("Cc: " + ", ".join(f"u{n}@customer.example" for n in range(30_000)) + "\r\n" + _HEAD).encode() + b"\r\nx",
    )
    yield "header-comments", "live", ("Cc: " + "(" * 200_000 + "\r\n" + _HEAD).encode() + b"\r\nx"
    yield "header-quotes", "live", ('Cc: "' + '\\"' * 100_000 + "\r\n" + _HEAD).encode() + b"\r\nx"
    yield "header-parameters", "live", _message("text/plain" + "".join(f"; a*{n}=x" for n in range(30_000)), "x")
    yield "header-none", "live", b"\r\n" + LIST
    yield "body-one-line", "live", _message("text/plain", "x" * 8_000_000)
    yield "body-blank-lines", "live", _message("text/plain", "\r\n" * 3_000_000)
    yield "body-digits", "live", _message("text/plain", "090-1234-" * 300_000)
    yield "body-at-signs", "live", _message("text/plain", "a@" * 500_000)
    yield "body-surnames", "live", _message("text/plain; charset=utf-8", "田中" * 300_000)
    yield "body-places", "live", _message("text/plain; charset=utf-8", "東京都千代田区" * 200_000)
