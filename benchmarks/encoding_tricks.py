"""Bodies that decoders read in two ways: base64, quoted-printable, uuencode, yEnc and charsets with what no standard allows."""

import re
from base64 import b64encode, encodebytes, urlsafe_b64encode
from binascii import b2a_uu
from collections.abc import Callable, Iterator


def base64(data: bytes) -> bytes:
    """As it should be."""
    return encodebytes(data).replace(b"\n", b"\r\n").rstrip()


def quoted(data: bytes) -> bytes:
    """Every octet that is no letter, in lines of at most 75."""
    octets = b"".join(bytes((o,)) if chr(o).isalnum() and o < 128 else b"=%02X" % o for o in data)
    return b"=\r\n".join(re.findall(rb"(?:=[0-9A-F]{2}|[^=]){1,24}", octets))


def all_quoted(data: bytes, form: bytes = b"=%02X", end: bytes = b"=\r\n", *, junk: bytes = b"") -> bytes:
    """Every octet, something between them."""
    return end.join(b"".join(junk + form % o for o in data[at : at + 20]) for at in range(0, len(data), 20))


def cut(letters: bytes, *widths: int, end: bytes = b"\r\n") -> bytes:
    """In lines of these widths, over and over."""
    out, at, n = b"", 0, 0
    while at < len(letters):
        out += letters[at : at + widths[n % len(widths)]] + end
        at, n = at + widths[n % len(widths)], n + 1
    return out


def each(letters: bytes, odd: bytes, every: int = 1) -> bytes:
    """Something behind so many letters."""
    return b"".join(letters[at : at + every] + odd for at in range(0, len(letters), every))


def pairs(data: bytes, place: int) -> bytes:
    """Two octets at a time, the fill at this place of the four."""
    out = []
    for at in range(0, len(data), 2):
        four = b64encode(data[at : at + 2]).rstrip(b"=")
        out.append(four[:place] + b"=" * (4 - len(four)) + four[place:])
    return cut(b"".join(out), 60)


def split(data: bytes, rest: int, between: bytes = b"") -> bytes:
    """Two bodies one behind the other."""
    half = len(data) // 6 * 3 + rest
    return base64(data[:half]) + between + b"\r\n" + base64(data[half:])


def hidden(data: bytes) -> bytes:
    """The letters alone."""
    return b64encode(data)


BASE64: tuple[Callable[[bytes], bytes], ...] = (
    base64,
    hidden,
    lambda d: hidden(d).rstrip(b"="),
    lambda d: hidden(d).rstrip(b"=") + b"====",
    urlsafe_b64encode,
    *(lambda d, w=w: cut(hidden(d), *w) for w in ((3,), (4,), (5,), (6,), (1,), (4, 4, 8, 8, 16, 32, 64), (77,), (2000,))),
    *(lambda d, j=j: each(hidden(d), j) for j in (b" ", b"\t", b"\r\n", b"\r\n\r\n", b"\x0b", b".", b"#", b"-", b"_", b"%", b"\0", b"\xe9")),
    *(lambda d, j=j: each(hidden(d), j, 4) for j in (b"=", b"====", b"X\r\n", b"XX\r\n", b"XXX\r\n", b"=\r\n", b"#abce0123456\r\n")),
    *(lambda d, j=j: each(hidden(d), j, 76) for j in (b"=\r\n", b"!\r\n", b"\r\n=\r\n", b"\r\n> ", b" \t\r\n")),
    *(lambda d, j=j: j + base64(d) for j in (b"=\r\n", b"====\r\n", b"A\r\n\r\n", b"AB\r\n\r\n", b"ABC\r\n\r\n", b"begin-base64 644 a\r\n", b"Hello!\r\n\r\n")),
    *(lambda d, j=j: base64(d) + j for j in (b"\r\n=", b"\r\n!", b"\r\n\r\n-- \r\nsome list, some words", b"\r\n" + base64(b"innocent words"))),
    lambda d: base64(b"innocent") + b"\r\n" + base64(d),
    lambda d: base64(b"innocent!") + b"====\r\n" + base64(d),
    *(lambda d, r=r: split(d, r) for r in (0, 1, 2)),
    lambda d: split(d, 1, b"\r\n"),
    *(lambda d, p=p: pairs(d, p) for p in (0, 1, 2, 3)),
    lambda d: hidden(d).replace(b"A", b"="),
    lambda d: b"".join(b64encode(bytes((o,))) for o in d),
    lambda d: b"\r\n".join(b64encode(bytes((o,))).replace(b"==", b"=") for o in d),
    lambda d: base64(base64(d)),
    lambda d: base64(quoted(d)),
    lambda d: d,
    quoted,
)  # fmt: skip
QUOTED: tuple[Callable[[bytes], bytes], ...] = (
    quoted,
    all_quoted,
    lambda d: all_quoted(d, b"=%02x"),
    lambda d: all_quoted(d, end=b"=  \t\r\n"),
    lambda d: all_quoted(d, end=b"=\n"),
    lambda d: all_quoted(d, end=b"=\r\r\n"),
    lambda d: all_quoted(d, end=b"=\r\n\r\n") if b"\n" not in d[:40] else all_quoted(d),
    lambda d: all_quoted(d, end=b""),
    lambda d: b"".join(b"=%02X=\r\n" % o for o in d),
    *(lambda d, j=j: all_quoted(d, junk=j) for j in (b"=", b"=0", b"=0X", b"=XX", b"= ", b"=  ", b"=0a", b"=\xe9")),
    lambda d: re.sub(rb"([^0-9A-Fa-f\s=])", rb"=\1", d),
    lambda d: re.sub(rb"([^0-9A-Fa-f\s=])", rb"=0\1", d),
    lambda d: re.sub(rb"([0-9A-F])", rb"=a\1", d),
    lambda d: b"=" + quoted(d),
    lambda d: quoted(d) + b"=",
    lambda d: quoted(d) + b"=4",
    lambda d: re.sub(rb"=\r\n", b"=20=\r\n", quoted(d)) if b"," not in d else quoted(d),
    lambda d: quoted(base64(d)),
    lambda d: quoted(quoted(d)),
    lambda d: d,
    base64,
)


def uuencoded(data: bytes) -> bytes:
    """The lines."""
    return b"".join(b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)).replace(b"\n", b"\r\n")


def yenc(data: bytes) -> bytes:
    """Lines of 128, with what begins and ends them."""
    octets = bytes((o + 42) & 255 for o in data)
    lines = cut(re.sub(rb"[\0\r\n=]", lambda m: b"=" + bytes(((m[0][0] + 64) & 255,)), octets), 128)
    return b"=ybegin line=128 size=%d name=a\r\n" % len(data) + lines + b"=yend size=%d\r\n" % len(data)


def binhex(data: bytes) -> bytes:
    """RFC 1741, near enough to be taken for it."""
    letters = hidden(data).translate(bytes.maketrans(b"abcxyz", b'!"#$%&'))
    return b"(This file must be converted with BinHex 4.0)\r\n\r\n:" + cut(letters, 64) + b":\r\n"


BEGIN, END = b"begin 644 a\r\n", b"`\r\nend\r\n"
OTHER: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    *((name, lambda d: BEGIN + uuencoded(d) + END) for name in ("x-uuencode", "uuencode", "x-uue", "7bit", "x-none")),
    *((name, lambda d: BEGIN + uuencoded(d)) for name in ("x-uuencode", "7bit")),
    *((name, uuencoded) for name in ("x-uuencode", "x-uue", "x-uu")),
    ("7bit", lambda d: b"begin-base64 644 a\r\n" + base64(d) + b"\r\n====\r\n"),
    *((name, yenc) for name in ("x-yencode", "8bit", "binary", "yenc")),
    *((name, binhex) for name in ("binhex", "x-binhex40", "7bit")),
    *((name, base64) for name in ("x-gzip64", "7bit", "8bit", "binary", "none", "utf-8", "text/plain", "base-64", "mime")),
    *((name, quoted) for name in ("quoted", "qp", "quotedprintable", "7bit", "8bit", "none")),
    *((name, lambda d: d) for name in ("7bit", "8bit", "binary", "x-none", "utf-8", "8-bit", "7-bit", "")),
)  # fmt: skip
CHARSETS = (
    "utf-8", "utf-8-sig", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932", "euc-jp", "iso-2022-jp", "gb18030",
)  # fmt: skip
NAMES = ("", "utf-8", "us-ascii", "iso-8859-1", "utf-16", "shift_jis", "iso-2022-jp", "x-nobody")


def bodies() -> Iterator[tuple[str, str, Callable[[bytes], bytes]]]:
    """(class, declared encoding, what makes the body) of every trick that lies in the body."""
    for make in BASE64:
        yield "base64", "base64", make
    for make in QUOTED:
        yield "quoted-printable", "quoted-printable", make
    for name, make in OTHER:
        yield "other encodings", name, make
