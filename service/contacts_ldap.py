"""Contacts of a directory (LDAP, RFC 4516 URLs), page by page; needs the extra `ldap`."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import unquote, urlsplit

from service.contacts_ldif import ADDRESSES, NAMES, of_attributes
from service.contacts_rows import Row

PAGE = 500
"""Entries asked for at once (RFC 2696): directories give no more than some thousand otherwise."""
TIMEOUT = 20
_PLACES = {"": "SUBTREE", "sub": "SUBTREE", "one": "LEVEL", "base": "BASE"}


class LdapError(Exception):
    """The directory cannot be read; says why."""


def read(url: str, bind_dn: str = "", password: str = "") -> Iterator[Row]:
    """The contacts of every entry that the URL names: `ldap://host/base?attributes?scope?filter`. Raises `LdapError`.

    Attributes are those of LDIF where the URL names none; entries without an address are none.
    """
    try:
        ldap3: Any = import_module("ldap3")  # an extra
    except ImportError as error:
        raise LdapError("LDAP needs the package ldap3: pip install 'sekisho[ldap]'") from error
    parts = urlsplit(url)
    asked, scope, wanted = [unquote(part) for part in (*parts.query.split("?"), "", "", "")][:3]
    if scope not in _PLACES:
        raise LdapError(f"{url}: the scope is base, one or sub (RFC 4516)")
    try:
        server = ldap3.Server(f"{parts.scheme}://{parts.netloc}", connect_timeout=TIMEOUT, get_info=ldap3.NONE)
        user = {"user": bind_dn, "password": password} if bind_dn else {}
        connection = ldap3.Connection(server, **user, read_only=True, raise_exceptions=True, receive_timeout=TIMEOUT)
        try:
            connection.bind()
            found = connection.extend.standard.paged_search(
                unquote(parts.path.lstrip("/")),
                wanted or "(objectClass=*)",
                search_scope=_PLACES[scope],
                attributes=[name for name in asked.split(",") if name] or ldap3.ALL_ATTRIBUTES,
                paged_size=PAGE,
                generator=True,
            )
            for number, entry in enumerate(found, 1):
                yield from of_attributes(number, _plain(entry.get("raw_attributes", {})))
        finally:
            connection.unbind()
            if connection.socket:  # which ldap3 leaves open where nobody answered
                connection.socket.close()
    except ldap3.core.exceptions.LDAPException as error:
        raise LdapError(f"{parts.netloc}: {type(error).__name__}: {error}") from error


def _plain(attributes: Any) -> dict[str, list[str]]:
    """Those that are asked about, as text."""
    names = {name: name.partition(";")[0].lower() for name in attributes}
    return {
        plain: [value.decode("utf-8", "surrogateescape") for value in attributes[name]]
        for name, plain in names.items()
        if plain in {*ADDRESSES, *NAMES}
    }
