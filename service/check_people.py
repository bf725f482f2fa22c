"""What `check` says of the people of a directory: a damaged file, an old one, what the import could not take."""

from collections.abc import Iterator
from datetime import timedelta

from notifier import directory
from notifier.options import Organisation
from service.check_problem import Problem
from service.settings import Settings
from store.clock import Clock

MANY = 50
"""People of one shared mailbox: more are hardly meant to be asked about every message of it."""


def people(settings: Settings) -> Iterator[Problem]:
    """See whether what `sekisho people import` kept can be used, and is of these days."""
    path = settings.store.directory / directory.FILE
    state, organisation = directory.Directory(path).state(), settings.organisation
    if state.problem:
        yield Problem(
            "error",
            "people",
            f"{path}: cannot be read: {state.problem}; only those of the settings count",
            "sekisho people import",
        )
    if state.listing is None:
        return
    age = Clock().now() - state.listing.at
    if age > timedelta(seconds=organisation.directory_max_age):
        yield Problem(
            "warning",
            "organisation.directory_max_age",
            f"the people of the directory are of {state.listing.at:%Y-%m-%d}: who left since then may still answer and approve",
            "sekisho people import, every day",
        )
    for remark in state.listing.remarks:
        yield Problem("warning", "people", remark, "put it right in the directory, or in [[organisation.people]]")
    yield from _large_teams(settings)
    yield from _claimed(organisation, state.listing)


def _large_teams(settings: Settings) -> Iterator[Problem]:
    for number, group in enumerate(settings.senders):
        teams = group.addresses if group.kind == "team" and not group.members else ()
        for mailbox in teams:
            count = len(settings.organisation.team(mailbox))
            if count > MANY:
                yield Problem(
                    "warning",
                    f"senders[{number}].addresses",
                    f"{mailbox} has {count} people in the directory, and all of them are asked",
                    "name members",
                )


def _claimed(organisation: Organisation, listing: directory.Listing) -> Iterator[Problem]:
    """A person of the settings whose address is a further one of another entry: likely the same person, and two for us."""
    main = {person.address for person in listing.people}
    ours = {address: person for person in organisation.people for address in (person.address, *person.aliases)}
    for one in listing.people:
        for alias in one.aliases:
            if alias in ours and alias not in main and one.address not in ours:
                yield Problem(
                    "warning",
                    "people",
                    f"{alias} of [[organisation.people]] is a further address of {one.address} in the directory",
                    f"the same person? then write {one.address} there, with {alias} among its aliases",
                )
