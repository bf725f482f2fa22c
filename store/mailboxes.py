"""Mailboxes: whether a column holds an address of one mailbox, with whatever +tag it was written; for columns that keep the tag."""

from sqlalchemy import ColumnElement, func, literal, or_

_ESCAPE = "!"


def is_of(address: ColumnElement[str], mailbox: ColumnElement[str] | str) -> ColumnElement[bool]:
    """Of a column with addresses: those of a mailbox; `mailbox`: its key (`store.tables.as_key`), or a column of keys."""
    key = literal(mailbox) if isinstance(mailbox, str) else mailbox
    written = func.lower(address)
    pattern: ColumnElement[str] = key
    for sign in (_ESCAPE, "%", "_"):
        pattern = func.replace(pattern, sign, _ESCAPE + sign)
    return or_(written == key, written.like(func.replace(pattern, "@", "+%@"), escape=_ESCAPE))
