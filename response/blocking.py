"""Who may not be written to from now on: blocks of wrong addresses, and who vouches for one all the same.

Blocks are of addresses, for one wrong mailbox of a provider or of a customer says nothing of its neighbours; or of a look-alike
domain (`response.look_alike`).
"""

from datetime import timedelta

from mail.address import key
from response.look_alike import domain_to_block
from response.office import Office
from response.roles import responders
from rules.providers import customer_of
from store.blocks import BlockRow
from store.ids import new_id
from store.shelves import Shelves
from store.storable import as_key
from store.tickets import Ticket

REPORTED, LOOKS_LIKE = "reported", "looks-like "
"""Why: it was reported as a wrong recipient, and what its domain looks like stands behind the second. Said in the reader's language; other reasons are somebody's words."""


def block(
    shelves: Shelves, address: str, ticket: Ticket, office: Office, by: str, *, intended: str = ""
) -> tuple[str, BlockRow | None]:
    """Block one wrong address, or its whole domain where that is a look-alike: word of `recall.WORDS` and the new block (None where there is one already, or it is our own).

    Strict, and the contact is disowned, when nobody else vouches for it; a known contact is held for the desk for a while and
    stays a contact: people err in reports, too.
    """
    if office.is_ours(address):
        return "not-blocked-inside", None
    if ticket.kind == "drill":
        return "blocked-in-drill", None
    shelves.confirmed.revoke_for((), {customer_of(address)}, by)
    lenient = others_vouch(shelves, address, ticket)
    if not lenient:
        shelves.contacts.disown(address)
    word, target, usual = "held-for-desk" if lenient else "blocked", as_key(address), ""
    if not lenient:
        domain, usual = domain_to_block(shelves, office, ticket, address, intended)
        word, target = ("domain-blocked", domain) if domain else (word, target)
    there = shelves.blocks.at(target)
    if there and (lenient or not there.lenient):
        return ("held-for-desk" if there.lenient else "blocked" if lenient else word), None
    lasts = (
        timedelta(hours=office.options.known_contact_hours) if lenient else timedelta(days=office.options.block_days)
    )
    reason = f"{LOOKS_LIKE}{usual}" if usual else REPORTED
    owner = next((person.address for person, _ in responders(office.organisation)), by)
    row = BlockRow(new_id(), target, lenient, owner, reason, ticket.id, shelves.now, shelves.now + lasts)
    shelves.blocks.add(row)
    return word, row


def others_vouch(shelves: Shelves, address: str, ticket: Ticket) -> bool:
    """Whether somebody besides this very send vouches for an address.

    Not, when the address is vouched only since its sender confirmed it for this message: it was asked about, so it was no
    vouched contact before; and nobody but this sender has written to it.
    """
    contact = shelves.contacts.vouching(address)
    if contact is None or not contact.vouched:
        return False
    hold = shelves.holds.get(ticket.hold_id) if ticket.hold_id else None
    confirmed = {
        key(one)
        for copy in (shelves.holds.group(hold.group_id) if hold else ())
        for one in (copy.decision or {}).get("confirmed", ())
    }
    if key(address) not in confirmed:
        return True
    known = shelves.contacts.look_up(ticket.sender, address).known
    return known is None or known.count > known.sender_count
