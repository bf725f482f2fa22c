"""Paths and parameters of MAIL and RCPT, parsed strictly: what comes out is letter for letter what came in, or nothing.

The one string is judged and sent on, so nothing here normalises, un-quotes or drops comments. Laxer than RFC 5321 in one
point only: dots may stand anywhere in a local part, as old Japanese carriers gave out such addresses.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Final

from mail.envelope import ForwardPath

_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\-"  # RFC 5321 4.1.2, 5322 3.2.3
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]*[A-Za-z0-9_])?"  # the underscore is in real use
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_LITERAL = rf"\[(?:{_OCTET}(?:\.{_OCTET}){{3}}|IPv6:[0-9A-Fa-f:.]+)\]"  # RFC 5321 4.1.3
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_WIDE = "\u0080-\U0010ffff"  # RFC 6531 3.3; what cannot be seen is refused by isprintable
_WIDE_LABEL = _LABEL.replace("A-Za-z", "A-Za-z" + _WIDE)

_MAILBOX = re.compile(rf"(?:[{_ATEXT}.]+|{_QUOTED})@(?:{_DOMAIN}|{_LITERAL})", re.ASCII)
_WIDE_MAILBOX = re.compile(
    rf"(?:[{_ATEXT}.{_WIDE}]+|{_QUOTED.replace('#-', _WIDE + '#-')})@{_WIDE_LABEL}(?:\.{_WIDE_LABEL})*"
)
_ROUTE = re.compile(rf"@{_DOMAIN}(?:,@{_DOMAIN})*:", re.ASCII)  # RFC 5321 appendix C: accepted and ignored
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9\-]*)(?:=([!-<>-~\u0080-\U0010ffff]+))?")  # RFC 5321 4.1.2
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})+")  # RFC 3461 4
_ORCPT = re.compile(rf"[A-Za-z0-9\-]+;(?:{_XTEXT.pattern})")  # RFC 3461 4.2

MAX_MAILBOX: Final = 512  # octets; RFC 5321 4.5.3.1 asks for at least 64 + 255, VERP and SRS need more
MAX_DOMAIN: Final = 255  # RFC 5321 4.5.3.1.2
MAX_ENVID: Final = 100  # RFC 3461 4.4
MAX_ORCPT: Final = 500  # RFC 3461 4.2


class Malformed(ValueError):  # noqa: N818 - what it says of a command line
    """A path or parameter that RFC 5321 does not know."""


class NotOffered(ValueError):  # noqa: N818
    """A parameter that we did not offer."""


@lru_cache(maxsize=4096)  # asked when an address is named, and again before it is sent on
def is_mailbox(address: str) -> bool:
    """Whether the string may stand between < and > of a command: nothing in it can end the path or the line.

    >>> is_mailbox(".a..b@docomo.ne.jp"), is_mailbox("a@b.example> NOTIFY=NEVER")
    (True, False)
    """
    if address.isascii():
        fits = _MAILBOX.fullmatch(address) is not None
    else:
        fits = address.isprintable() and _WIDE_MAILBOX.fullmatch(address) is not None
    if not fits or len(address.encode()) > MAX_MAILBOX:
        return False
    domain = address[address.rindex("@") + 1 :]
    return len(domain.encode()) <= MAX_DOMAIN and (domain[:6].lower() != "[ipv6:" or _is_ipv6(domain[6:-1]))


def is_xtext(value: str) -> bool:
    """RFC 3461 4."""
    return _XTEXT.fullmatch(value) is not None


def is_orcpt(value: str) -> bool:
    """An address type and an address in xtext (RFC 3461 4.2), or in UTF-8 (RFC 6533 3)."""
    wide = value[:6].lower() == "utf-8;" and value.isprintable() and " " not in value
    return len(value) <= MAX_ORCPT and (wide or _ORCPT.fullmatch(value) is not None)


def is_recipient(address: str) -> bool:
    """A mailbox, or the one address without a domain (RFC 5321 4.5.1)."""
    return is_mailbox(address) or address.lower() == "postmaster"


def split_path(argument: str) -> tuple[str, str]:
    """`<path> parameters` → what stands between < and >, without a source route, and the parameters.

    >>> split_path("<@relay.example:a@b.example> SIZE=3")
    ('a@b.example', 'SIZE=3')
    """
    text = argument.lstrip(" ")  # "FROM: <…>" of many a scanner
    end = _end_of_path(text)
    path, rest = text[1:end], text[end + 1 :]
    if rest and not rest.startswith(" "):
        raise Malformed(rest)
    if route := _ROUTE.match(path):
        path = path[route.end() :]
    return path, rest.strip(" ")


def _end_of_path(text: str) -> int:
    """Where the > stands that no quotes enclose."""
    if not text.startswith("<"):
        raise Malformed(text)
    if '"' not in text and (end := text.find(">")) > 0:
        return end
    quoted = False
    at = 1
    while at < len(text):
        letter = text[at]
        if letter == "\\" and quoted:
            at += 1
        elif letter == '"':
            quoted = not quoted
        elif letter == ">" and not quoted:
            return at
        at += 1
    raise Malformed(text)


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _parameters(text: str, known: Mapping[str, Callable[[str], bool]]) -> dict[str, str]:
    """`KEY=VALUE KEY` → {KEY: VALUE, KEY: ""}; each known, offered, well-formed and there once."""
    found: dict[str, str] = {}
    for word in text.split():
        match = _PARAMETER.fullmatch(word)
        if match is None:
            raise Malformed(word)
        key, value = match[1].upper(), match[2] or ""
        if key not in known:
            raise NotOffered(key)
        if key in found or not known[key](value):
            raise Malformed(word)
        found[key] = value
    return found


@dataclass(frozen=True, slots=True)
class MailParameters:
    """The parameters of MAIL (RFC 1870, 6152, 6531, 3461, 4954), as `mail.envelope` keeps them."""

    size: int = 0
    body: str = ""
    smtputf8: bool = False
    ret: str = ""
    envid: str = ""
    auth: str = ""


_MAIL: Final[dict[str, Callable[[str], bool]]] = {
    "SIZE": lambda value: value.isascii() and value.isdigit() and len(value) <= 20,  # noqa: PLR2004 - RFC 1870 3
    "AUTH": is_xtext,
}
_EIGHT_BIT: Final[dict[str, Callable[[str], bool]]] = {"BODY": lambda value: _body(value) in {"7BIT", "8BITMIME"}}
_WIDE_MAIL: Final[dict[str, Callable[[str], bool]]] = {"SMTPUTF8": lambda value: not value}
_DSN_MAIL: Final[dict[str, Callable[[str], bool]]] = {
    "RET": lambda value: value.upper() in {"FULL", "HDRS"},
    "ENVID": lambda value: len(value) <= MAX_ENVID and is_xtext(value),
}
_DSN_RCPT: Final[dict[str, Callable[[str], bool]]] = {
    "NOTIFY": lambda value: _notify(value) is not None,
    "ORCPT": is_orcpt,
}


def _body(value: str) -> str:
    """In upper case. BINARYMIME (RFC 3030 3) is well-formed, and not offered: DATA could not carry it on unaltered."""
    if value.upper() == "BINARYMIME":
        raise NotOffered(value)
    return value.upper()


def _notify(value: str) -> tuple[str, ...] | None:
    words = tuple(value.upper().split(","))
    if words == ("NEVER",) or (words and set(words) <= {"SUCCESS", "FAILURE", "DELAY"}):
        return words
    return None


def reverse_path(argument: str, *, dsn: bool, smtputf8: bool, eight_bit: bool) -> tuple[str, MailParameters]:
    """What follows `MAIL FROM:` → the address ("" for `<>`) and its parameters; the flags say what we offered.

    Raises Malformed, NotOffered.
    """
    path, rest = split_path(argument)
    if path and not is_mailbox(path):
        raise Malformed(path)
    if not rest:
        return path, MailParameters()
    offered = _MAIL | (_EIGHT_BIT if eight_bit else {}) | (_WIDE_MAIL if smtputf8 else {}) | (_DSN_MAIL if dsn else {})
    found = _parameters(rest, offered)
    return path, MailParameters(
        size=int(found.get("SIZE") or 0),
        body=_body(found.get("BODY", "")),
        smtputf8="SMTPUTF8" in found,
        ret=found.get("RET", "").upper(),
        envid=found.get("ENVID", ""),
        auth=found.get("AUTH", ""),
    )


def forward_path(argument: str, *, dsn: bool) -> ForwardPath:
    """What follows `RCPT TO:` → the forward-path. Raises Malformed, NotOffered."""
    path, rest = split_path(argument)
    if not is_recipient(path):
        raise Malformed(path)
    if not rest:
        return ForwardPath(path)
    found = _parameters(rest, _DSN_RCPT if dsn else {})
    return ForwardPath(path, _notify(found["NOTIFY"]) or () if "NOTIFY" in found else (), found.get("ORCPT", ""))


def un_xtext(value: str) -> str:
    """`a+2Bb` → `a+b` (RFC 3461 4); for showing: what cannot be seen becomes a question mark."""
    plain = re.sub(r"\+([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), value)
    return "".join(letter if letter.isprintable() else "?" for letter in plain)
