"""May: who may do what on the pages, by the roles of the settings; asked anew at every request, so that a role that ends ends at once.

| what | who |
|---|---|
| `mail` | everybody with a mailbox of our own domains: their own mail and that of their teams |
| `desk` | every role of the emergency organisation, and whom `[response] staff` names |
| `admin` | the role admin |

Who may answer for one message (its sender, a team, a deputy, an approver) is said by that message, not here.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from mail.address import is_inside, key
from notifier.options import Organisation

What = Literal["mail", "desk", "admin"]

_ROLES: Mapping[What, frozenset[str]] = {
    "desk": frozenset(
        {
            "leader",
            "deputy",
            "privacy officer",
            "management",
            "admin",
            "responder",
            "public relations",
            "investigator",
        }
    ),
    "admin": frozenset({"admin"}),
}


def may(person: str, what: What, organisation: Organisation, staff: Iterable[str] = ()) -> bool:
    """Whether somebody may; `staff`: `[response] staff`."""
    if not is_inside(person, frozenset(organisation.domains)):
        return False
    if what == "mail":
        return True
    known = organisation.person(person)
    if known and _ROLES[what].intersection(known.roles):
        return True
    return what == "desk" and key(person) in {key(one) for one in staff}
