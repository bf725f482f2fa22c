"""Address: what two spellings of one mailbox have in common, and nothing a mail server would not agree to.

The envelope keeps an address exactly as the client wrote it; what stands here is only for comparing, finding and showing.
"""

import unicodedata
from functools import lru_cache

import idna

from mail.marks import stream_safe


def split(address: str) -> tuple[str, str]:
    """Local part and domain at the last @; the domain is empty where there is none.

    >>> split('"a@b"@example.jp')
    ('"a@b"', 'example.jp')
    """
    local, at, domain = address.rpartition("@")
    return (local, domain) if at else (address, "")


@lru_cache(maxsize=8192)
def domain_key(domain: str) -> str:
    """The form in which domains are compared: mapped (UTS #46), lower case, A-labels decoded (RFC 5890), no dot at the end.

    As `ascii_domain` maps it: what goes to one server is one domain, with 。 for a dot and letters that nobody sees.

    >>> domain_key("XN--WGV71A119E.jp."), domain_key("例え。jp")
    ('日本語.jp', '例え.jp')
    """
    plain = domain.lower() if domain.isascii() else _mapped(stream_safe(domain))
    plain = plain.rstrip(".")
    if "xn--" not in plain:
        return plain
    try:
        return str(idna.decode(plain))
    except (idna.IDNAError, UnicodeError):
        return plain  # not a real A-label: compared as it stands


def _mapped(domain: str) -> str:
    try:
        return idna.uts46_remap(domain, std3_rules=False)
    except idna.IDNAError:
        return unicodedata.normalize("NFKC", domain).lower()  # none that DNS knows: compared as it looks


@lru_cache(maxsize=8192)
def key(address: str) -> str:
    """The form in which contacts are compared: lower case, NFC, IDNA decoded, +tag and quotes left out.

    A domain in wide letters is the same domain (UTS #46), a local part in wide letters another mailbox: NFC, not NFKC (RFC 6532 3.1).

    >>> key('Tanaka+news@Example.JP'), key('\uff34anaka@Example.JP')
    ('tanaka@example.jp', '\uff54anaka@example.jp')
    """
    local, domain = split(address)
    plain = (local if local.isascii() else unicodedata.normalize("NFC", stream_safe(local))).lower()
    if len(plain) > 1 and plain[0] == plain[-1] == '"':
        plain = plain[1:-1].replace("\\", "")
    untagged = plain.partition("+")[0] or plain
    return f"{untagged}@{domain_key(domain)}"


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """The form in which display names are compared: NFKC, case folded, without blanks.

    >>> name_key("田中　太郎") == name_key("田中 太郎")
    True
    """
    return "".join(unicodedata.normalize("NFKC", stream_safe(name)).casefold().split())


def exact_key(address: str) -> str:
    """The form in which the recipients of one message are told apart: lower case and IDNA, and nothing more: a +tag counts.

    >>> exact_key('Tanaka+news@Example.JP')
    'tanaka+news@example.jp'
    """
    local, domain = split(address)
    return f"{local.lower()}@{domain_key(domain)}"


def ascii_domain(domain: str) -> str:
    """The domain with A-labels (RFC 5891), so that one in Japanese needs no SMTPUTF8; what is none stays as it is."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain


def wire(address: str) -> str:
    """The address as it goes into a command or a header: its domain with A-labels, its local part as given.

    >>> wire("Tanaka@日本語.jp")
    'Tanaka@xn--wgv71a119e.jp'
    """
    local, domain = split(address)
    return f"{local}@{ascii_domain(domain)}" if domain else address


def is_inside(address: str, domains: frozenset[str]) -> bool:
    """Whether the address lies in one of the domains (keys, as `domain_key` makes them)."""
    return domain_key(split(address)[1]) in domains
