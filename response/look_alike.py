"""Look-alike: a domain that somebody may have registered to catch mistyped mail is blocked as a whole, where nobody of ours vouches for it.

What it looks like is found by the evidence of the rules: the list of known doppelgangers, letters that an eye takes for others, one slip.
A domain at which anybody of ours is known to write is never blocked as a whole: neighbours of one wrong mailbox have done nothing.
"""

from mail.address import domain_key, split
from response.office import Office
from rules.base import RecipientFacts
from rules.look_alikes import strict_skeleton
from rules.providers import FREE, FREE_MAIL
from rules.recipient_lookalike import doppelgangers
from rules.slips import Kind, between
from rules.typo_evidence import THRESHOLD, likely
from store.contact_search import LookUp
from store.shelves import Shelves
from store.tickets import Ticket


def usual_domain(shelves: Shelves, office: Office, address: str, intended: str = "") -> str:
    """The known domain that the domain of an address imitates, as a key; "" where it imitates none, or is a provider's or our own."""
    domain = domain_key(split(address)[1])
    if not domain or office.is_ours(address) or domain in FREE | FREE_MAIL:
        return ""
    own = frozenset(office.organisation.domains)
    seen = shelves.contacts.look_up("", address, twins=True)
    meant = domain_key(split(intended)[1]) if intended else ""
    if found := doppelgangers().get(domain):
        return found
    looks = strict_skeleton(domain)
    known = own | FREE | {name for name in (*seen.crowds, meant) if name}
    if found := min((name for name in known - {domain} if strict_skeleton(name) == looks), default=""):
        return found
    if meant and meant != domain and _is_slip(domain, meant):
        return meant
    return _slip_of_contact(address, domain, seen, own)


def domain_to_block(shelves: Shelves, office: Office, ticket: Ticket, address: str, intended: str) -> tuple[str, str]:
    """The look-alike domain that is blocked instead of a wrong address alone, and what it imitates; "" where it is none, or known here.

    Asked after the address itself was disowned, and so no longer vouches. Never in a drill.
    """
    domain = domain_key(split(address)[1])
    if ticket.kind == "drill" or shelves.contacts.vouches_at(domain):
        return "", ""
    usual = usual_domain(shelves, office, address, intended)
    return (domain, usual) if usual else ("", "")


def _is_slip(domain: str, usual: str) -> bool:
    """One slip from the other; another suffix of the same name is as a rule a sister company."""
    found = between(domain, usual, "domain")
    return found is not None and found.kind not in {Kind.SUFFIX, Kind.TWO}


def _slip_of_contact(address: str, domain: str, seen: LookUp, own: frozenset[str]) -> str:
    """The domain of the contact that was probably meant, where it is another."""
    facts = RecipientFacts(
        known=seen.known,
        candidates=seen.candidates,
        domain_known=False,
        crowds=seen.crowds,
        forms=seen.forms,
        contacts=seen.contacts,
        name_tokens=seen.name_tokens,
    )
    found = likely(address, facts, own)
    if found is None or found.score < THRESHOLD["normal"]:
        return ""
    meant = domain_key(split(found.meant)[1])
    return meant if meant != domain and _is_slip(domain, meant) else ""
