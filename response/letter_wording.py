"""Wording of letters: whom one goes to, in which language, and that what a person adds neither leaks again nor threatens."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from mail.address import exact_key, split
from response import look_alike
from response.office import Office
from response.quotations import ADDRESS
from store.shelves import Shelves
from store.tickets import Ticket, TicketRecipient

Class = Literal["internal", "look-alike", "known", "unknown"]
WORDS = 600
"""Letters that a person may add to a letter."""
_THREAT = re.compile(
    r"法的|訴訟|提訴|告訴|告発|損害賠償|賠償|弁護士|警察|違法|罰|"
    r"\b(?:legal|lawsuit|sue|court|lawyer|attorney|damages|prosecut\w*|police|liable|unlawful)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_SHORT = 2
"""A file name of so few letters is a word like others."""


def class_of(shelves: Shelves, office: Office, recipient: TicketRecipient) -> Class:
    """What kind of recipient it is, as the manual tells them apart."""
    if office.is_ours(recipient.address):
        return "internal"
    if look_alike.usual_domain(shelves, office, recipient.address, recipient.intended):
        return "look-alike"
    contact = shelves.contacts.vouching(recipient.address)
    return "known" if contact and contact.vouched else "unknown"


def language_for(shelves: Shelves, office: Office, ticket: Ticket, address: str) -> Literal["ja", "en"]:
    """The language of a letter: of a Japanese domain Japanese, of another country's English; else of the message, else the house's."""
    house = office.organisation.language
    if office.is_ours(address):
        person = office.organisation.person(address)
        return (person.language if person else None) or house
    last = split(address)[1].rpartition(".")[2].lower()
    if last == "jp":
        return "ja"
    if len(last) == 2 and last.isascii():  # noqa: PLR2004 - a country's (ISO 3166)
        return "en"
    hold = shelves.holds.get(ticket.hold_id) if ticket.hold_id else None
    spoken = hold.language if hold else house
    return "ja" if spoken == "ja" else "en"


def unfit(ticket: Ticket, recipient: TicketRecipient, words: str) -> Literal["", "leaks", "threat"]:
    """Why words may not stand in a letter: a file of the message, a link or another address would leak again; a threat helps nobody."""
    if _THREAT.search(words):
        return "threat"
    folded = words.casefold()
    own = exact_key(recipient.address)
    others = any(exact_key(one) != own for one in ADDRESS.findall(words))
    return "leaks" if others or _LINK.search(words) or any(name in folded for name in _names(ticket.exposure)) else ""


def _names(exposure: Mapping[str, Any]) -> Iterator[str]:
    """Names of the files, whole and without suffix."""
    for part in exposure.get("parts", ()):
        name = str(part.get("name", "")).casefold()
        yield from (one for one in {name, name.rpartition(".")[0]} if len(one) > _SHORT)
