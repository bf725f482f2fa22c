"""Searching a directory (LDAP, RFC 4516 URLs), page by page; needs the extra `ldap`."""

import contextlib
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

PAGE = 500
"""Entries asked for at once (RFC 2696): directories give no more than some thousand otherwise."""
TIMEOUT = 20
SCHEMES = ("ldap://", "ldaps://", "ldapi://")
_PLACES = {"": "SUBTREE", "sub": "SUBTREE", "one": "LEVEL", "base": "BASE"}
_ELSEWHERE = 10  # RFC 4511 4.1.9, referral


class LdapError(Exception):
    """The directory cannot be read; says why."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks a directory, and how it proves itself."""

    bind_dn: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    """Authorities of its certificate; None: those of this machine."""
    start_tls: bool = False
    """TLS on the port of `ldap://` (RFC 4511 4.14), before the password."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry; or what the directory says lies elsewhere: nobody goes there with our password."""

    dn: str
    attributes: dict[str, list[bytes]]
    """By their names in lower case, without options; those of several languages one after another."""
    elsewhere: tuple[str, ...] = ()


def search(url: str, access: Access, attributes: Sequence[str] = (), *, always: Sequence[str] = ()) -> Iterator[Found]:
    """What the URL names: `ldap://host/base?attributes?scope?filter`; its attributes (and `always`), else those given, else all.

    Raises `LdapError`, also where the whole base lies on another server.
    """
    try:
        ldap3: Any = import_module("ldap3")  # an extra
    except ImportError as error:
        raise LdapError("LDAP needs the package ldap3: pip install 'sekisho[ldap]'") from error
    parts = urlsplit(url)
    asked, scope, wanted = [unquote(part) for part in (*parts.query.split("?"), "", "", "")][:3]
    named = [name for name in asked.split(",") if name]
    if scope not in _PLACES:
        raise LdapError(f"{url}: the scope is base, one or sub (RFC 4516)")
    try:
        connection = _connection(ldap3, f"{parts.scheme}://{parts.netloc}", access)
        try:
            if access.start_tls and parts.scheme == "ldap":
                connection.start_tls(read_server_info=False)
            connection.bind()
            found = connection.extend.standard.paged_search(
                unquote(parts.path.lstrip("/")),
                wanted or "(objectClass=*)",
                search_scope=_PLACES[scope],
                attributes=[*named, *always] if named else list(attributes) or ldap3.ALL_ATTRIBUTES,
                paged_size=PAGE,
                generator=True,
            )
            yield from (_found(entry) for entry in found)
            if (connection.result or {}).get("result") == _ELSEWHERE:
                raise LdapError(f"{url}: lies on another server: {', '.join(connection.result['referrals'] or ())}")
        finally:
            with contextlib.suppress(ldap3.core.exceptions.LDAPException):  # what went wrong before is what is said
                connection.unbind()
            if connection.socket:  # which ldap3 leaves open where nobody answered
                connection.socket.close()
    except ldap3.core.exceptions.LDAPException as error:
        raise LdapError(f"{parts.netloc}: {type(error).__name__}: {error}") from error


def _connection(ldap3: Any, server: str, access: Access) -> Any:
    # By itself ldap3 believes any certificate, and follows a referral with our password.
    tls = ldap3.Tls()
    tls.wrap_socket = partial(_wrap, ca_file=access.ca_file)
    host = ldap3.Server(server, connect_timeout=TIMEOUT, get_info=ldap3.NONE, tls=tls)
    user = {"user": access.bind_dn, "password": access.password} if access.bind_dn else {}
    how = {"read_only": True, "raise_exceptions": True, "receive_timeout": TIMEOUT, "auto_referrals": False}
    return ldap3.Connection(host, **user, **how)


def _wrap(connection: Any, do_handshake: bool = False, *, ca_file: Path | None) -> None:  # noqa: ARG001 - as ldap3 calls it
    """TLS with a certificate that is good for the name of the server (RFC 4513 3.1.3)."""
    context = ssl.create_default_context(cafile=ca_file)
    connection.socket = context.wrap_socket(connection.socket, server_hostname=connection.server.host)


def _found(entry: Any) -> Found:
    if "uri" in entry:  # RFC 4511 4.5.3, a continuation
        return Found("", {}, tuple(entry["uri"]))
    attributes: dict[str, list[bytes]] = {}
    for name, values in entry.get("raw_attributes", {}).items():
        attributes.setdefault(name.partition(";")[0].lower(), []).extend(values)
    return Found(entry.get("dn", ""), attributes)
