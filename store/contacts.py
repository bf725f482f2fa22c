"""Contacts: who is known, and which of them a slip may have meant. The index is kept contact by contact."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, case, func, or_, select, update

from mail.address import split
from rules.base import Contact
from rules.slips import asked_names, domain_tokens
from store.binding import Binding
from store.contact_counts import ContactCounts, Delivered
from store.contact_index import ContactIndex
from store.slip_index import slip_numbers
from store.tables import as_key, contact_senders, contact_slips, contacts, domain_slips, domains, name_tokens

CANDIDATES = 50
"""At most so many near contacts come back from one look-up."""
DOMAINS = 10
"""At most so many domains that look like the given one are searched, the most used."""
MEETING = 5_000
"""At most so many contacts are looked at for one address."""
BATCH = 2_000
"""Rows of an import that are written together."""
DISOWNED = "disowned"


def _any_of(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


# Built once: of a look-up, which every recipient of every message needs, building its statements took the greater part.
_CONTACTS = select(contacts, contact_senders.c["count"].label("sender_count")).outerjoin(
    contact_senders, and_(contact_senders.c.key == contacts.c.key, contact_senders.c.sender == bindparam("asking"))
)
_KNOWN = _CONTACTS.where(contacts.c.key == bindparam("asked"))
_NEAR = (
    _CONTACTS.where(
        or_(contacts.c.number.in_(_any_of("meets")), contacts.c.key.in_(_any_of("same_local"))),
        contacts.c.key != bindparam("asked"),
    )
    .order_by(contacts.c.count.desc(), contacts.c.key)
    .limit(CANDIDATES)
)
_MEETING = select(contact_slips.c.number).where(contact_slips.c.token.in_(_any_of("tokens"))).distinct().limit(MEETING)
_NEAR_DOMAINS = (
    select(domains.c.domain)
    .where(
        domains.c.domain.in_(select(domain_slips.c.domain).where(domain_slips.c.token.in_(_any_of("tokens")))),
        domains.c.domain != bindparam("domain"),
    )
    .order_by(domains.c.count.desc(), domains.c.domain)
    .limit(DOMAINS)
)
_DOMAIN = select(domains.c.contacts).where(domains.c.domain == bindparam("domain"))
_NAME_TOKENS = select(name_tokens.c.token, name_tokens.c.contacts).where(name_tokens.c.token.in_(_any_of("tokens")))


@dataclass(frozen=True, slots=True)
class Imported:
    """One row of an import."""

    address: str
    name: str = ""
    count: int = 0
    last_sent: date | None = None


@dataclass(frozen=True, slots=True)
class LookUp:
    """What the contacts say of one address."""

    known: Contact | None = None
    candidates: tuple[Contact, ...] = ()
    domain_known: bool = False
    name_tokens: Mapping[str, int] = field(default_factory=dict)


class ContactShelf:
    """The contacts."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert
        self._changed = binding.changed
        self._index = ContactIndex(binding)
        self._counts = ContactCounts(binding)

    def look_up(self, sender: str, address: str) -> LookUp:
        """Known or not, at most 50 candidates (rules.slips tokens), how common the tokens of its local part are."""
        key = as_key(address)
        local, domain = split(key)
        near = self._near_domains(domain)
        tokens = {number for each in (domain, *near) for number in slip_numbers(local, each)}
        # In two steps: of an OR over a subquery PostgreSQL makes a walk through all contacts.
        meets = self._db.scalars(_MEETING, {"tokens": list(tokens)}).all()
        asked = {"asking": as_key(sender), "asked": key}
        around = {"meets": list(meets), "same_local": [f"{local}@{each}" for each in near]}
        return LookUp(
            known=self._known(key, as_key(sender)),
            candidates=tuple(map(_contact, self._db.execute(_NEAR, asked | around))) if meets or near else (),
            domain_known=self._db.scalar(_DOMAIN, {"domain": domain}) is not None,
            name_tokens=self._name_tokens(local),
        )

    def vouching(self, address: str) -> Contact | None:
        """The contact of that address, whoever wrote to it."""
        return self._known(as_key(address), "")

    def import_rows(self, rows: Iterable[Imported]) -> int:
        """Add or merge imported contacts (vouched); the number of rows.

        Importing the same list again changes nothing: the greater count and the later day stay. An address that was disowned stays
        so. Give some ten thousand rows a unit, so that no mail waits for a long import; sorted by domain they go in fastest.
        """
        count = 0
        batch: list[Imported] = []
        for row in rows:
            count += 1
            batch.append(row)
            if len(batch) == BATCH:
                self._import(batch)
                batch = []
        self._import(batch)
        return count

    def delivered(self, deliveries: Iterable[Delivered]) -> None:
        """Learn from delivered mail: counts for the organisation and the sender; vouched by 3 deliveries on 2 days."""
        self._counts.add(deliveries)

    def confirmed(self, sender: str, address: str) -> None:
        """A person said that it is right: vouched."""
        key = as_key(address)
        self._changed()
        self._index.add({key: address})
        self._db.execute(update(contacts).where(contacts.c.key == key).values(vouched="confirmed"))
        known = self._insert(contact_senders).values(key=key, sender=as_key(sender), count=0)
        self._db.execute(known.on_conflict_do_nothing())

    def answered(self, address: str) -> None:
        """It has written to us: vouched, unless it was disowned (the wrong one may well answer)."""
        key = as_key(address)
        self._changed()
        self._index.add({key: address})
        weaker = contacts.c.vouched.in_(("", "delivered"))
        vouched = case((weaker, "answered"), else_=contacts.c.vouched)
        answer = update(contacts).where(contacts.c.key == key)
        self._db.execute(answer.values(vouched=vouched, answered_at=self._now))

    def bounced(self, address: str) -> None:
        """It was refused for good: what was delivered before no longer vouches, and is counted from anew."""
        self._changed()
        vouched = case((contacts.c.vouched == "delivered", ""), else_=contacts.c.vouched)
        refused = update(contacts).where(contacts.c.key == as_key(address))
        self._db.execute(refused.values(vouched=vouched, days=0, bounced_at=self._now))

    def disown(self, address: str) -> None:
        """It was the wrong one: no longer vouched, whatever made it so, until a person confirms it."""
        self._changed()
        self._db.execute(update(contacts).where(contacts.c.key == as_key(address)).values(vouched=DISOWNED))

    def listing(self, *, contains: str = "", limit: int = 1000) -> Iterator[Contact]:
        """Contacts by address."""
        query = _CONTACTS.order_by(contacts.c.key).limit(limit)
        if contains:
            inside = contacts.c.key.contains(contains.lower(), autoescape=True)
            query = query.where(or_(inside, contacts.c.name.contains(contains, autoescape=True)))
        return iter([_contact(row) for row in self._db.execute(query, {"asking": ""})])

    def size(self) -> int:
        """How many there are."""
        return self._db.scalar(select(func.count()).select_from(contacts)) or 0

    def _known(self, key: str, sender_key: str) -> Contact | None:
        row = self._db.execute(_KNOWN, {"asking": sender_key, "asked": key}).one_or_none()
        return _contact(row) if row else None

    def _near_domains(self, domain: str) -> list[str]:
        return list(self._db.scalars(_NEAR_DOMAINS, {"tokens": list(domain_tokens(domain)), "domain": domain}))

    def _name_tokens(self, local: str) -> dict[str, int]:
        asked = sorted(asked_names(local))
        return dict.fromkeys(asked, 0) | dict(self._db.execute(_NAME_TOKENS, {"tokens": asked}).all())

    def _import(self, batch: list[Imported]) -> None:
        rows = {as_key(row.address): row for row in batch}  # the last of two of the same
        if not rows:
            return
        self._changed()
        before = dict(self._db.execute(select(contacts.c.key, contacts.c.count).where(contacts.c.key.in_(rows))).all())
        self._index.add({key: row.address for key, row in rows.items()})
        new = self._insert(contacts)
        c, given = contacts.c, new.excluded
        merge = new.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "name": case((given.name != "", given.name), else_=c.name),
                "count": case((given["count"] > c["count"], given["count"]), else_=c["count"]),
                "last_sent": case(
                    (or_(c.last_sent.is_(None), given.last_sent > c.last_sent), given.last_sent), else_=c.last_sent
                ),
                "vouched": case((or_(c.vouched == "", c.vouched == "delivered"), "imported"), else_=c.vouched),
            },
        )
        self._db.execute(
            merge, [self._index.row(key, row.address) | _imported(row) for key, row in sorted(rows.items())]
        )
        self._index.count_domains({key: max(0, row.count - before.get(key, 0)) for key, row in rows.items()})


def _contact(row: Row[Any]) -> Contact:
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name; `row.count` would be the tuple's method
    return Contact(
        address=found["address"],
        name=found["name"],
        count=found["count"],
        sender_count=found["sender_count"] or 0,
        last_sent=found["last_sent"].date() if found["last_sent"] else None,
        vouched=found["vouched"] not in {"", DISOWNED},
        bounced=found["bounced_at"] is not None,
    )


def _imported(row: Imported) -> dict[str, Any]:
    last = datetime.combine(row.last_sent, time(), UTC) if row.last_sent else None
    return {"name": row.name, "count": row.count, "last_sent": last, "vouched": "imported"}
