"""Old mistakes: contacts that look like a wrong spelling of another, and what was sent to them before anybody noticed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mail.address import is_inside
from rules.base import RecipientFacts
from rules.typo_evidence import THRESHOLD, likely
from store.contact_statements import DISOWNED, MERGED, WRONG
from store.contacts import Entry
from store.shelves import Shelves
from store.storable import as_key

SHOWN = 20
"""Earlier messages that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class EarlierMail:
    """One message that went to the address."""

    journal_id: str
    at: datetime
    sender: str
    subject: str
    state: str
    """Of this recipient."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A contact that is probably a wrong one."""

    address: str
    meant: str
    """Who was probably meant; "" where nobody is near."""
    score: float
    reported: bool
    """A person said that it is the wrong one."""
    earlier: tuple[EarlierMail, ...]
    more: int = 0
    merged: bool = False
    """It was merged with the right one."""

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        mails = [
            {
                "journal_id": m.journal_id,
                "at": m.at.isoformat(),
                "from": m.sender,
                "subject": m.subject,
                "state": m.state,
            }
            for m in self.earlier
        ]
        fixed = {"address": self.address, "meant": self.meant, "score": self.score, "reported": self.reported}
        fixed |= {"merged": self.merged}
        return fixed | {"earlier": mails, "more": self.more}


def earlier_mail(shelves: Shelves, address: str, *, but: str = "") -> tuple[EarlierMail, ...]:
    """The messages of the journal that went to it, the newest first; `but`: the line of the one that is spoken of already."""
    wanted = as_key(address)
    return tuple(
        EarlierMail(line.id, line.at, line.reverse_path, line.subject, each.state)
        for line in shelves.journal.search(recipient=address, limit=SHOWN + 1)
        if line.id != but
        for each in line.recipients
        if as_key(each.send_to) == wanted
    )


def of(shelves: Shelves, entries: Sequence[Entry], own_domains: frozenset[str]) -> list[Mistake]:
    """Those of some suspects that are mistakes: reported, or a slip of a contact who is vouched for and written to more."""
    found = (_of(shelves, entry, own_domains) for entry in entries if not is_inside(entry.address, own_domains))
    return [mistake for mistake in found if mistake]


def _of(shelves: Shelves, entry: Entry, own_domains: frozenset[str]) -> Mistake | None:
    seen = shelves.contacts.look_up("", entry.address, twins=True)
    facts = RecipientFacts(
        known=seen.known,
        candidates=tuple(c for c in seen.candidates if c.vouched and c.count >= entry.count),
        domain_known=seen.domain_known,
        domain_doubtful=seen.domain_doubtful,
        crowds=seen.crowds,
        forms=seen.forms,
        contacts=seen.contacts,
        name_tokens=seen.name_tokens,
    )
    meant = likely(entry.address, facts, own_domains)
    sure = meant if meant and meant.score >= THRESHOLD["normal"] else None
    if entry.vouched not in WRONG and sure is None:
        return None
    mails = earlier_mail(shelves, entry.address)
    more = max(0, entry.count - len(mails)) if len(mails) > SHOWN else 0
    return Mistake(
        entry.address,
        sure.meant if sure else "",
        sure.score if sure else 0.0,
        entry.vouched == DISOWNED,
        mails[:SHOWN],
        more,
        entry.vouched == MERGED,
    )
