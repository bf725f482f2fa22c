"""Colleagues: whoever of us stands in To or Cc of a held message may stop it; never release it (`web/stop.py`).

They see what they would have got anyway: the message is theirs to read once it leaves. Bcc is nobody's business, so nothing of it is said.
"""

from collections.abc import Collection
from dataclasses import replace

from mail.address import is_inside, key
from notifier import addressees, notices
from notifier.options import Organisation
from store.holds import Hold
from store.shelves import Shelves

MOST = 10
"""So many colleagues are told: of a message to all of the house nobody feels asked."""


def with_unnamed(hold: Hold, named: Collection[str]) -> Hold:
    """The hold with what its envelope and its header say differently, as the pages need it.

    `unnamed`: recipients that stand in neither To nor Cc. `absent`: who stands there and is none of its recipients.
    """
    keys, envelope = {key(address) for address in named}, {key(r.address) for r in hold.recipients}
    unnamed = [r.address for r in hold.recipients if key(r.address) not in keys]
    absent = [address for address in dict.fromkeys(named) if key(address) not in envelope]
    differing = {"unnamed": unnamed} if unnamed else {}
    differing |= {"absent": absent} if absent else {}
    return replace(hold, verdict={**hold.verdict, **differing}) if differing else hold


def tell(shelves: Shelves, organisation: Organisation, hold: Hold) -> None:
    """Queue a notice to each colleague in To and Cc, in the caller's transaction."""
    asked = {key(a) for a in (hold.reverse_path, *addressees.asked(organisation, hold))}
    domains, unnamed = frozenset(organisation.domains), frozenset(hold.verdict.get("unnamed", ()))
    people = [
        r.address
        for r in hold.recipients
        if is_inside(r.address, domains) and r.address not in unnamed and key(r.address) not in asked
    ]
    if 0 < len(people) <= MOST:
        notices.colleague(shelves, organisation, hold, people=people)
