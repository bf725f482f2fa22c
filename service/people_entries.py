"""People as a directory writes them: one entry, of whichever source; persons and groups; who is meant by a distinguished name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from service.contacts_ldif import ADDRESSES, NAMES
from service.contacts_rows import wrong_address

ATTRIBUTES: Final = (
    *("mail", "mailAlternateAddress", "rfc822Mailbox", "proxyAddresses", "displayName", "cn", "preferredLanguage"),
    *("manager", "secretary", "assistant", "objectClass", "member", "uniqueMember"),
)
"""What is asked for where the URL names none; nothing of it gives a role."""
KNOWN: Final = frozenset({"dn", "commonname", *(name.lower() for name in ATTRIBUTES)})
LONGEST_NAME: Final = 200
_GROUPS: Final = frozenset({"groupofnames", "groupofuniquenames", "group", "groupofmembers"})
_PROXY: Final = "smtp:"
_BITS: Final = re.compile(r"#'[01]*'B$")  # RFC 4517 3.3.21, behind a name
_ESCAPED: Final = re.compile(r"((?:\\[0-9a-fA-F]{2})+)|\\(.)")
_PARTS: Final = re.compile(r"(?:\\.|[^,;\\])+")
_PAIRS: Final = re.compile(r"(?:\\.|[^+\\])+")
_LANGUAGE: Final = re.compile(r"(ja|en)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a source says of one person or group."""

    place: str
    """Where it stands: its distinguished name, or file and line."""
    name_key: str = ""
    """The distinguished name as names are compared; "" where there is none."""
    addresses: tuple[str, ...] = ()
    """The main one first."""
    name: str = ""
    language: Literal["ja", "en"] | None = None
    superior: str = ""
    """An address, or a distinguished name as `name_key`."""
    delegates: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    """Of a group: keys of names."""
    is_group: bool = False
    wrong: tuple[str, ...] = field(default=())
    """Addresses that are none."""


def of_attributes(dn: str, attributes: Mapping[str, Sequence[str]]) -> Entry:
    """An entry of LDAP or LDIF, its attributes by their names in lower case."""
    said = list(dict.fromkeys(_addresses(attributes)))
    members = [value for kind in ("member", "uniquemember") for value in attributes.get(kind, ())]
    classes = {value.lower() for value in attributes.get("objectclass", ())}
    others = [value for kind in ("secretary", "assistant") for value in attributes.get(kind, ())]
    return Entry(
        place=dn,
        name_key=name_key(dn),
        addresses=tuple(address for address in said if not wrong_address(address)),
        name=plain_name(next((v for kind in NAMES for v in attributes.get(kind, ()) if v), "")),
        language=language_of(next(iter(attributes.get("preferredlanguage", ())), "")),
        superior=name_key(next(iter(attributes.get("manager", ())), "")),
        delegates=tuple(name_key(value) for value in others),
        members=tuple(name_key(_BITS.sub("", value)) for value in members),
        is_group=bool(members) or not classes.isdisjoint(_GROUPS),
        wrong=tuple(address for address in said if wrong_address(address)),
    )


def _addresses(attributes: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """The main one first: `mail`, else the proxy address in capitals."""
    for kind in ADDRESSES:
        values = attributes.get(kind, ())
        if kind != "proxyaddresses":
            yield from values
            continue
        of_mail = [value for value in values if value.lower().startswith(_PROXY)]  # the others are X.400, SIP
        for value in sorted(of_mail, key=lambda one: not one.startswith(_PROXY.upper())):
            yield value[len(_PROXY) :]


def name_key(dn: str) -> str:
    r"""The form in which distinguished names are compared (RFC 4514): escapes resolved, no blanks around signs, lower case.

    >>> name_key("CN=Sato\\, Hana + UID=7, DC=example") == name_key("uid=7+cn=sato\\2C Hana,dc=Example")
    True
    """
    return "\n".join("\t".join(sorted(_pairs(part))) for part in _PARTS.findall(dn))


def _pairs(relative: str) -> Iterable[str]:
    for pair in _PAIRS.findall(relative):
        kind, _, value = pair.partition("=")
        plain = _ESCAPED.sub(_resolved, value.strip()) if "\\" in value else value.strip()
        yield f"{kind.strip()}={' '.join(plain.split())}".casefold()


def _resolved(found: re.Match[str]) -> str:
    if found[1]:
        return bytes.fromhex(found[1].replace("\\", "")).decode("utf-8", "replace")
    return found[2]


def plain_name(name: str) -> str:
    """A display name on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:LONGEST_NAME]


def language_of(preferred: str) -> Literal["ja", "en"] | None:
    """Ours among preferred languages (RFC 2798 2.7, as of Accept-Language), the one wanted most; None where there is none."""
    wanted: list[tuple[float, Literal["ja", "en"]]] = []
    for one in preferred.split(","):
        tag, _, weight = one.partition(";")
        found = _LANGUAGE.match(tag.strip())
        quality = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d*)?)\s*", weight)
        if found:
            wanted.append((float(quality[1]) if quality else 1.0, "ja" if found[1].lower() == "ja" else "en"))
    best = max(wanted, key=lambda one: one[0], default=None)
    return best[1] if best and best[0] > 0 else None
