"""Mailboxes: whose mail somebody may see and answer for: their own, and that of the teams they are a member of."""

from collections.abc import Sequence

from gateway.options import SenderClass
from mail.address import key
from notifier.options import Organisation


def mailboxes(person: str, classes: Sequence[SenderClass], organisation: Organisation) -> tuple[str, ...]:
    """The person's own mailbox, then shared ones: by their `teams`, and of classes that name them among the `members`."""
    known = organisation.person(person)
    own = key(person)
    shared = [
        address
        for one in classes
        if one.kind == "team" and own in {key(member) for member in one.members}
        for address in one.addresses
        if not address.startswith("@")  # a whole domain is no mailbox
    ]
    return tuple(dict.fromkeys((person, *(known.teams if known else ()), *shared)))
