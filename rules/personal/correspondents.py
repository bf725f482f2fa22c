"""Correspondents: who writes and who is written to, whose own data in a mail are nobody's leak."""

import re
from collections.abc import Sequence
from functools import lru_cache

from mail.address import domain_key, is_inside, key
from mail.shapes import lazy
from rules.base import Facts, Mail
from rules.personal.listed import Listed
from rules.personal.normal import plain
from rules.personal.record import NAME, Record

_FIELDS = ("From", "To", "Cc", "Reply-To", "Sender")
_ADDRESS = re.compile(r"[^\s<>\"(),;:]{1,64}@[^\s<>\"(),;:]{1,255}")
_DISPLAY = re.compile(r"[^<>\"',;@]{2,60}")
_BLANKS = re.compile(r"[^\S\n]")
_EMAIL = "email_address"


class Correspondents:
    """Who writes and who is written to, by envelope and headers: both know their own addresses and names."""

    def __init__(self, mail: Mail, facts: Facts) -> None:
        self._mail = mail
        self._own_domains = facts.own_domains

    @lazy
    def addresses(self) -> frozenset[str]:
        """Keys."""
        envelope = self._mail.envelope
        written = _ADDRESS.findall(self._headers)
        return frozenset([key(a) for a in (*written, envelope.reverse_path, *envelope.recipients) if a])

    @lazy
    def names(self) -> frozenset[str]:
        """Without blanks."""
        return frozenset(map(_bare, _DISPLAY.findall(self._headers))) - {""}

    @lazy
    def _headers(self) -> str:
        """All fields; none of the two goes beyond a quotation mark."""
        return '"'.join([value for name in _FIELDS for value in self._mail.message.headers_of(name)])

    def without(self, record: Record) -> Record:
        """The record without what is ours and theirs."""
        found = dict(record.found)
        if not (
            (NAME in found and not self.names.isdisjoint(map(_bare, found[NAME])))
            or (_EMAIL in found and any(map(self._knows, found[_EMAIL])))
        ):
            return record
        if NAME in found:
            found[NAME] = tuple(name for name in found[NAME] if _bare(name) not in self.names)
        if _EMAIL in found:
            found[_EMAIL] = tuple(a for a in found[_EMAIL] if not self._knows(a))
        # A record that held an own address is its owner's signature, wherever it stands.
        owner = record.aside or (_EMAIL in found and not found[_EMAIL] and len(found.get(NAME, ())) <= 1)
        return Record({kind: values for kind, values in found.items() if values}, owner, record.several)

    def without_rows(self, listed: Listed) -> tuple[Listed, Listed | None]:
        """The same of a whole table: what is theirs, and the rows that are signatures where there are any."""
        mine = self._rows_of_names(listed.columns.get(NAME, ()))
        signed = self._rows_of_addresses(listed.columns.get(_EMAIL, ()))
        if not (mine or signed or listed.several):
            return listed, None
        several = {row: self.without(record) for row, record in listed.several.items()}
        kept = listed.without(mine, frozenset({NAME})).without(signed, frozenset({_EMAIL}))
        aside = {row for row, record in several.items() if record.aside} | signed
        return kept.divided(aside, {row: record for row, record in several.items() if record.found})

    def _rows_of_names(self, names: Sequence[str]) -> set[int]:
        """The rows that name one of them."""
        bare = _BLANKS.sub("", "\n".join(names)).lower().split("\n")
        if self.names.isdisjoint(bare):
            return set()
        return {row for row, name in enumerate(bare) if name in self.names}

    def _rows_of_addresses(self, addresses: Sequence[str]) -> set[int]:
        """The rows with the address of one of them."""
        inside = any(
            domain_key(domain) in self._own_domains for domain in {one.rpartition("@")[2] for one in addresses}
        )
        if not inside and self.addresses.isdisjoint(addresses):
            return set()
        return {row for row, address in enumerate(addresses) if address and self._knows(address)}

    def _knows(self, address: str) -> bool:
        return address in self.addresses or is_inside(address, self._own_domains)


@lru_cache(maxsize=4096)
def _bare(name: str) -> str:
    """A name without blanks, as two spellings of it are compared."""
    return "".join(plain(name).split()).lower()
