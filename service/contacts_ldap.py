"""Contacts of a directory (LDAP, RFC 4516 URLs)."""

from collections.abc import Iterator, Mapping, Sequence

from service.contacts_ldif import ADDRESSES, NAMES, of_attributes
from service.contacts_rows import Row
from service.ldap_search import Access, search


def read(url: str, access: Access) -> Iterator[Row]:
    """The contacts of every entry that the URL names: `ldap://host/base?attributes?scope?filter`. Raises `LdapError`.

    Entries without an address are none.
    """
    for number, found in enumerate(search(url, access), 1):
        yield from of_attributes(number, _plain(found.attributes))


def _plain(attributes: Mapping[str, Sequence[bytes]]) -> dict[str, list[str]]:
    """Those that are asked about, as text."""
    return {
        name: [value.decode("utf-8", "surrogateescape") for value in values]
        for name, values in attributes.items()
        if name in {*ADDRESSES, *NAMES}
    }
