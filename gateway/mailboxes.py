"""Mailboxes: whose mail somebody may see and answer for: their own, and that of the teams they are a member of.

A group of the directory is one only where a class of `[[senders]]` calls it a team (decision 0047): most groups with an address are
distribution lists, and whoever reads along there need not see what others sent in its name.
"""

from collections.abc import Sequence

from gateway.options import SenderClass
from gateway.senders import is_listed
from mail.address import key
from notifier.options import Organisation


def mailboxes(person: str, classes: Sequence[SenderClass], organisation: Organisation) -> tuple[str, ...]:
    """The person's own mailbox, then shared ones: by their `teams`, and of classes that name them among the `members`."""
    own = key(person)
    shared = [
        address
        for one in classes
        if one.kind == "team" and own in {key(member) for member in one.members}
        for address in one.addresses
        if not address.startswith("@")  # a whole domain is no mailbox
    ]
    return tuple(dict.fromkeys((person, *_teams(person, classes, organisation), *shared)))


def _teams(person: str, classes: Sequence[SenderClass], organisation: Organisation) -> tuple[str, ...]:
    """Of the `teams` those that the settings write down for this person, or that are called a team whose members the directory knows."""
    known = organisation.person(person)
    if known is None:
        return ()
    written = next((one for one in organisation.people if one.address == known.address), None)
    if written and "teams" in written.model_fields_set:
        return known.teams
    called = [one.addresses for one in classes if one.kind == "team" and not one.members]
    return tuple(team for team in known.teams if any(is_listed(team, addresses) for addresses in called))
