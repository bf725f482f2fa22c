"""The link to a held message: it opens as long as its person may answer. Who was a delegate, or of the team, and is not any more finds nothing."""

from gateway.rooms import FlowOptions
from notifier import addressees
from store.links import Link
from store.shelves import Shelves


def follow(shelves: Shelves, token: str, options: FlowOptions, purpose: str = "question") -> Link | None:
    """Whom the link is for, and to which message; None for 404."""
    link = shelves.links.follow(token, purpose)
    if link is None or purpose != "question":
        return link
    copies = shelves.holds.group(link.object_id)
    # Of copies of one send each may have its own list: the first knows what was asked.
    return link if not copies or addressees.may_answer(options.organisation, copies[0], link.person) else None
