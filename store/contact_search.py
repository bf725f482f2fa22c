"""Contact search: what the contacts say of one address, with as few and as short statements as will do: every recipient asks it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mail.address import name_key, split
from rules.address_forms import asked_names
from rules.base import Contact
from rules.slips import MIN_TWO
from store.binding import Binding
from store.contact_statements import CANDIDATES, UNPROVEN, WRONG, statements
from store.contact_writing import contacts_of
from store.local_forms import read
from store.prepared import rows_of
from store.slip_distance import distances, is_one_slip
from store.slip_index import asked_of_domain, asked_of_local, name_number, within
from store.storable import as_key

DOMAINS = 10
"""At most so many domains that look like the given one are searched."""
TWO_SLIPS_WITHIN = 3_000
"""In a domain of so many contacts two slips are looked for, too."""
FEW = 150
"""In a domain of so many contacts everybody is compared: that costs less than to ask the index."""
NAMESAKES = 5
"""At most so many contacts of one display name come back."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """What the contacts say of one address."""

    known: Contact | None = None
    candidates: tuple[Contact, ...] = ()
    domain_known: bool = False
    domain_doubtful: bool = False
    """A few are known at the domain, and none of them vouches."""
    crowds: Mapping[str, int] = field(default_factory=dict)
    """How many contacts the domain has, and each domain that looks like it."""
    forms: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Of these their contacts by the form of the local part; empty where nobody is near."""
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
    forms: str | None
    """As `store.local_forms` writes them."""


class ContactSearch:
    """The look-ups, for `ContactShelf`."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._lists = binding.lists
        self._say = statements(binding.lists)

    def look_up(self, sender: str, address: str, name: str = "", *, twins: bool = False) -> LookUp:
        """Known or not, whom a slip may have meant, how common the pieces of its local part are, who else is called `name`.

        Of a vouched contact nothing but `known` is wanted by any rule; with `twins` it is looked up like a stranger.
        """
        local, domain = split(as_key(address))
        newest, own, known, known_id = self._first(sender, local, domain)
        near: dict[int, int] = {}
        doubtful = False
        around = {domain: own} if own else {}
        if twins or known is None or not known.vouched:
            around |= self._around(local, domain, own)
            if around:
                near, doubtful = self._near(local, around, own, known_id)
        found = self._full(sender, near, {each.id: each.name for each in around.values()})
        return LookUp(
            known=known,
            candidates=tuple(found[one] for one in sorted(found, key=lambda one: (near[one], -found[one].count, one))),
            domain_known=own is not None,
            domain_doubtful=doubtful,
            crowds={each.name: each.contacts for each in around.values()},
            forms={each.name: read(each.forms) for each in around.values()} if found else {},
            contacts=newest,
            name_tokens=self._name_tokens(local) if found else {},
            namesakes=self.namesakes(sender, address, name) if name else (),
        )

    def known(self, sender: str, address: str) -> Contact | None:
        """The contact of that address."""
        return self._first(sender, *split(as_key(address)))[2]

    def namesakes(self, sender: str, address: str, name: str) -> tuple[Contact, ...]:
        """Vouched contacts under that display name at other addresses, the most used first."""
        plain = name_key(name)
        rows = rows_of(self._db, self._say.namesakes, {"number": name_number(plain)}) if plain else []
        found = self._full(sender, [row[0] for row in rows], {row[1]: row[2] for row in rows}).values()
        mine = as_key(address)
        others = [c for c in found if c.vouched and name_key(c.name) == plain and as_key(c.address) != mine]
        return tuple(sorted(others, key=lambda contact: (-contact.count, contact.address))[:NAMESAKES])

    def _first(self, sender: str, local: str, domain: str) -> tuple[int, _Domain | None, Contact | None, int | None]:
        """The newest id, the domain if somebody is known there, the contact and its id."""
        asked = {"asking": as_key(sender), "domain": domain, "local": local}
        newest, domain_id, there, count, forms, *row, _ = rows_of(self._db, self._say.first, asked)[0]
        own = _Domain(domain_id, domain, there, count, forms) if there and there > 0 else None
        return newest or 0, own, contact_of(row, domain) if row[0] else None, row[0]

    def _around(self, local: str, domain: str, own: _Domain | None) -> dict[str, _Domain]:
        """Of the domains that look like that one and where somebody is known: those that know the same local part, then the most used."""
        asked = asked_of_domain(domain)
        found: dict[str, _Domain] = {}
        rows = rows_of(self._db, self._say.domains, {"tokens": list(asked), "own": own.id if own else 0})
        for token, domain_id, name, there, count, forms in rows:
            if name not in found and name != domain and (asked[token] or is_one_slip(domain, name)):
                found[name] = _Domain(domain_id, name, there, count, forms)
        same: set[int] = set()
        if len(found) > DOMAINS:
            pairs = self._lists.pairs("asked", [(each.id, local) for each in found.values()])
            same = {domain_id for domain_id, *_ in rows_of(self._db, contacts_of(self._lists), pairs)}
        near = sorted(found.values(), key=lambda each: (each.id not in same, -each.count, each.name))[:DOMAINS]
        return {each.name: each for each in near if each.contacts > 0}

    def _near(
        self, local: str, around: Mapping[str, _Domain], own: _Domain | None, but: int | None
    ) -> tuple[dict[int, int], bool]:
        """Contacts there whose local part is one slip or a fold away, in domains of few two slips: ids, and by how many letters.

        At most 50, the nearest, of these the most used; never `but`. And whether nobody vouches among the few of the own domain.
        """
        most = 2 if but is None and len(local) >= MIN_TWO else 1
        least = TWO_SLIPS_WITHIN if most > 1 else FEW
        few = [each.id for each in around.values() if each.contacts <= (least if each is own else FEW)]
        slips, folds = asked_of_local(local)
        alike = within([each.id for each in around.values()], folds)
        many = within([each.id for each in around.values() if each.id not in few], slips)
        met = rows_of(self._db, self._say.meeting, {"tokens": alike + many})
        folded = set(alike)
        far = {contact_id: most for token, contact_id, _ in met if token in folded}
        far |= {met[at][1]: steps for at, steps in distances(local, [row[2] for row in met], 1)}
        doubtful = False
        if few:
            asked = {"domains": few, "own": own.id if own else 0}
            ids, texts, proven = rows_of(self._db, self._say.everybody, asked)[0]
            doubtful = own is not None and own.contacts <= FEW and not proven
            far |= {ids[at]: steps for at, steps in distances(local, texts or (), most)}
        far.pop(but or 0, None)
        if len(far) > CANDIDATES:
            used = dict(rows_of(self._db, self._say.counts, {"ids": sorted(far)}))
            chosen = sorted(far, key=lambda one: (far[one], -used.get(one, 0), one))[:CANDIDATES]
            far = {one: far[one] for one in chosen}
        return far, doubtful

    def _full(self, sender: str, ids: Iterable[int], names: Mapping[int, str]) -> dict[int, Contact]:
        """Contacts by their ids; those of the given domains."""
        if not ids:
            return {}
        rows = rows_of(self._db, self._say.full, {"asking": as_key(sender), "ids": sorted(ids)})
        return {row[0]: contact_of(row, names[row[1]]) for row in rows if row[1] in names}

    def _name_tokens(self, local: str) -> dict[str, int]:
        asked = sorted(asked_names(local))
        if not asked:
            return {}
        found = rows_of(self._db, self._say.names, {"tokens": asked})
        return dict.fromkeys(asked, 0) | dict(found)


def contact_of(row: Sequence[Any], domain: str) -> Contact:
    """A contact as the rules see it. The row: id, domain_id, local, address, name, count, last_sent, vouched, bounced_at, count of the sender."""
    _, _, local, address, name, count, last_sent, vouched, bounced_at, sender_count = row
    return Contact(
        address=address or f"{local}@{domain}",
        name=name,
        count=count,
        sender_count=sender_count or 0,
        last_sent=last_sent.date() if last_sent else None,
        vouched=vouched not in UNPROVEN,
        disowned=vouched in WRONG,
        bounced=bounced_at is not None,
    )
