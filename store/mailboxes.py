"""Mailboxes: whether a column holds an address of one mailbox, with whatever +tag it was written; for columns that keep the tag."""

from sqlalchemy import ColumnElement, func, literal, or_

from mail.address import ascii_domain, split

_ESCAPE = "!"


def is_of(address: ColumnElement[str], mailbox: ColumnElement[str] | str) -> ColumnElement[bool]:
    """Of a column with addresses: those of a mailbox; `mailbox`: its key (`store.storable.as_key`), or a column of keys.

    Of a key that is known the domain may be written in A-labels, too (RFC 5890).
    """
    if not isinstance(mailbox, str):
        return _written(address, mailbox)
    local, domain = split(mailbox)
    forms = dict.fromkeys((mailbox, f"{local}@{ascii_domain(domain)}"))
    return or_(*(_written(address, literal(form)) for form in forms))


def _written(address: ColumnElement[str], key: ColumnElement[str]) -> ColumnElement[bool]:
    written = func.lower(address)
    pattern = key
    for sign in (_ESCAPE, "%", "_"):
        pattern = func.replace(pattern, sign, _ESCAPE + sign)
    return or_(written == key, written.like(func.replace(pattern, "@", "+%@"), escape=_ESCAPE))
