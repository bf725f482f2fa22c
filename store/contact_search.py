"""Contact search: what the contacts say of one address, with as few and as short statements as will do: every recipient asks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select

from mail.address import name_key, split
from rules.base import Contact
from rules.slips import MIN_TWO, asked_names, without_www
from store.binding import Binding
from store.lists import Lists
from store.prepared import rows_of
from store.slip_index import asked_of_domain, asked_of_local, name_number
from store.tables import as_key, contact_senders, contact_slips, contacts, domain_slips, domains, name_tokens

CANDIDATES = 50
"""At most so many near contacts come back from one look-up."""
DOMAINS = 10
"""At most so many domains that look like the given one are searched, the most used."""
MEETING = 5_000
"""At most so many contacts are looked at for one address."""
TWO_SLIPS_WITHIN = 3_000
"""In a domain of so many contacts two slips are looked for, too."""
NAMESAKES = 5
"""At most so many contacts of one display name come back."""
DISOWNED = "disowned"


@dataclass(frozen=True, slots=True)
class LookUp:
    """What the contacts say of one address."""

    known: Contact | None = None
    candidates: tuple[Contact, ...] = ()
    domain_known: bool = False
    crowds: Mapping[str, int] = field(default_factory=dict)
    """How many contacts the domain has, and each domain that looks like it."""
    contacts: int = 0
    """How many contacts there are, those that were forgotten since included."""
    name_tokens: Mapping[str, int] = field(default_factory=dict)
    namesakes: tuple[Contact, ...] = ()
    """Vouched contacts under the same display name at other addresses, the most used first."""


@dataclass(frozen=True, slots=True)
class _Domain:
    """A domain where somebody is known."""

    id: int
    name: str
    contacts: int
    count: int


class _Statements:
    """Built once for each kind of database: of a look-up, building its statements took the greater part."""

    def __init__(self, lists: Lists) -> None:
        c, s = contacts.c, contact_senders.c
        self.domains = (
            select(domain_slips.c.token, domains.c.id, domains.c.domain, domains.c.contacts, domains.c["count"])
            .join_from(domain_slips, domains, domains.c.id == domain_slips.c.domain_id)
            .where(lists.any_of(domain_slips.c.token, "tokens"))
            .limit(MEETING)
        )
        self.meeting = select(contact_slips).where(lists.any_of(contact_slips.c.token, "tokens")).limit(MEETING)
        self.locals = select(c.id, c.local, c["count"]).where(lists.any_of(c.id, "ids"))
        self.everybody = select(c.id, c.local, c["count"]).where(c.domain_id == bindparam("domain"))
        columns = (c.id, c.domain_id, c.local, c.address, c.name, c["count"], c.last_sent, c.vouched, c.bounced_at)
        self.full = (
            select(*columns, s["count"])
            .select_from(contacts)
            .outerjoin(contact_senders, and_(s.contact_id == c.id, s.sender == bindparam("asking")))
            .where(lists.any_of(c.id, "ids"))
        )
        self.known = (
            select(*columns, s["count"], domains.c.domain)
            .join_from(contacts, domains)
            .outerjoin(contact_senders, and_(s.contact_id == c.id, s.sender == bindparam("asking")))
            .where(domains.c.domain == bindparam("domain"), c.local == bindparam("local"))
        )
        self.names = select(name_tokens).where(lists.any_of(name_tokens.c.token, "tokens"))
        self.size = select(func.max(c.id))
        self.namesakes = self._namesakes()

    def _namesakes(self) -> Select[Any]:
        """Those of one name: of the very many whom a book may call "Sales" any fifty."""
        some = select(contacts.c.id).where(contacts.c.name_number == bindparam("number")).limit(CANDIDATES)
        return (
            select(contacts.c.id, domains.c.id, domains.c.domain)
            .join_from(contacts, domains)
            .where(contacts.c.id.in_(some))
        )


@lru_cache
def _statements(lists: Lists) -> _Statements:
    return _Statements(lists)


class ContactSearch:
    """The look-ups, for `ContactShelf`."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._say = _statements(binding.lists)

    def look_up(self, sender: str, address: str, name: str = "") -> LookUp:
        """Known or not, whom a slip may have meant, how common the pieces of its local part are, who else is called `name`."""
        local, domain = split(as_key(address))
        around = self._domains(domain)
        own = around.get(domain)
        known = self.known(sender, address) if own else None
        ids = self._near(local, around, own if known is None else None)
        rows = self._full(sender, ids, {each.id: each.name for each in around.values()})
        if known is not None:
            rows = [contact for contact in rows if contact.address != known.address]
        return LookUp(
            known=known,
            candidates=tuple(rows[:CANDIDATES]),
            domain_known=own is not None,
            crowds={each.name: each.contacts for each in around.values()},
            contacts=rows_of(self._db, self._say.size, {})[0][0] or 0,
            name_tokens=self._name_tokens(local),
            namesakes=self.namesakes(sender, address, name) if name else (),
        )

    def known(self, sender: str, address: str) -> Contact | None:
        """The contact of that address."""
        local, domain = split(as_key(address))
        rows = rows_of(self._db, self._say.known, {"asking": as_key(sender), "domain": domain, "local": local})
        return contact_of(rows[0][:-1], domain) if rows else None

    def namesakes(self, sender: str, address: str, name: str) -> tuple[Contact, ...]:
        """Vouched contacts under that display name at other addresses, the most used first."""
        plain = name_key(name)
        rows = rows_of(self._db, self._say.namesakes, {"number": name_number(plain)}) if plain else []
        if not rows:
            return ()
        found = self._full(sender, [row[0] for row in rows], {row[1]: row[2] for row in rows})
        mine = as_key(address)
        others = [c for c in found if c.vouched and name_key(c.name) == plain and as_key(c.address) != mine]
        return tuple(sorted(others, key=lambda contact: (-contact.count, contact.address))[:NAMESAKES])

    def _domains(self, domain: str) -> dict[str, _Domain]:
        """The domain itself, where somebody is known, and the most used of those that look like it."""
        asked = asked_of_domain(domain)
        found: dict[str, _Domain] = {}
        for token, domain_id, name, there, count in rows_of(self._db, self._say.domains, {"tokens": list(asked)}):
            if name not in found and (asked[token] or name == domain or _one_slip(domain, name)):
                found[name] = _Domain(domain_id, name, there, count)
        own = found.pop(domain, None)
        near = sorted(found.values(), key=lambda each: (-each.count, each.name))[:DOMAINS]
        return {each.name: each for each in ([own] if own else []) + near if each.contacts > 0}

    def _near(self, local: str, around: Mapping[str, _Domain], two_in: _Domain | None) -> list[int]:
        """Ids of contacts whose local part is one slip or a fold away there; in `two_in` also two slips."""
        if not around:
            return []
        tokens, folds = asked_of_local(local, [each.id for each in around.values()])
        meeting = rows_of(self._db, self._say.meeting, {"tokens": tokens})
        alike = {contact_id for token, contact_id in meeting if token in folds}
        ids = sorted({contact_id for _, contact_id in meeting})
        rows = rows_of(self._db, self._say.locals, {"ids": ids}) if ids else []
        most = 1
        if two_in and two_in.contacts <= TWO_SLIPS_WITHIN and len(local) >= MIN_TWO:
            rows += rows_of(self._db, self._say.everybody, {"domain": two_in.id})
            most = 2
        return _nearest(local, rows, alike, most)

    def _full(self, sender: str, ids: Sequence[int], names: Mapping[int, str]) -> list[Contact]:
        """Contacts by their ids, in the order of these; those of the given domains."""
        if not ids:
            return []
        rows = {row[0]: row for row in rows_of(self._db, self._say.full, {"asking": as_key(sender), "ids": ids})}
        found = [row for one in ids if (row := rows.get(one))]
        return [contact_of(row, names[row[1]]) for row in found if row[1] in names]

    def _name_tokens(self, local: str) -> dict[str, int]:
        asked = sorted(asked_names(local))
        if not asked:
            return {}
        found = rows_of(self._db, self._say.names, {"tokens": asked})
        return dict.fromkeys(asked, 0) | dict(found)


def contact_of(row: tuple[Any, ...], domain: str) -> Contact:
    """A contact as the rules see it. The row: id, domain_id, local, address, name, count, last_sent, vouched, bounced_at, count of the sender."""
    _, _, local, address, name, count, last_sent, vouched, bounced_at, sender_count = row
    return Contact(
        address=address or f"{local}@{domain}",
        name=name,
        count=count,
        sender_count=sender_count or 0,
        last_sent=last_sent.date() if last_sent else None,
        vouched=vouched not in {"", DISOWNED},
        disowned=vouched == DISOWNED,
        bounced=bounced_at is not None,
    )


def _one_slip(a: str, b: str) -> bool:
    """Of two domains, with or without www."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - 60 ms that a command without mail does not need

    pairs = ((a, b), (without_www(a), without_www(b)))
    return any(OSA.distance(x, y, score_cutoff=1) <= 1 for x, y in pairs)


def _nearest(local: str, rows: list[tuple[Any, ...]], alike: set[int], most: int) -> list[int]:
    """The ids of the nearest of (id, local part, count), the most used of them first; `alike` are near however many letters differ."""
    if not rows:
        return []
    from rapidfuzz import process  # noqa: PLC0415 - as above
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - as above

    far = dict.fromkeys(alike, most)
    for _, steps, at in process.extract(
        local, [row[1] for row in rows], scorer=OSA.distance, score_cutoff=most, limit=None
    ):
        far[rows[at][0]] = steps
    used = {row[0]: row[2] for row in rows}
    return sorted(far, key=lambda one: (far[one], -used[one], one))[: CANDIDATES + 1]
