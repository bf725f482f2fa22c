"""Cut off: the one place that decides what a drill keeps in the house. Both doors to the outside ask here: the next hop and the post.

A drill's mail goes to a mailbox that nobody can have: `.invalid` is kept free for good (RFC 6761 6.4). So what is swallowed here can be
nobody's mail, whoever sends it and whatever header it carries; and nothing else is swallowed, whatever it claims to be.
"""

from collections.abc import Iterable
from typing import Final

from mail.address import is_inside
from notifier.options import Organisation

SINK: Final = "kunren.invalid"
"""Where a drill's wrong recipients have their mailboxes; 訓練 (kunren) is drill."""
SWALLOWED: Final = "Drill: nothing left the house"
"""Said in place of the next hop's answer, and of a channel's."""
_MAIL: Final = frozenset({"mail", "relay"})


def is_sunk(address: str) -> bool:
    """Whether mail to that address ends here.

    >>> is_sunk("tanaka@Kunren.INVALID"), is_sunk("tanaka@kunren.invalid.example"), is_sunk("kunren.invalid")
    (True, False, False)
    """
    return address[-len(SINK) - 1 :].lower() == f"@{SINK}"


def sunk(addresses: Iterable[str], *, drill: bool) -> frozenset[str]:
    """Those of some addresses to which nothing is handed over: of a drill's own mail everybody, whomever its player corrected it to."""
    return frozenset(address for address in addresses if drill or is_sunk(address))


def stays(organisation: Organisation, channel: str, recipient: str, *, drill: bool) -> bool:
    """Whether a notice does not leave: of a drill all that is no mail to a mailbox of our own; of anything else what goes to the sink."""
    if not drill:
        return is_sunk(recipient)
    return channel not in _MAIL or not is_inside(recipient, frozenset(organisation.domains))
