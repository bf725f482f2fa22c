"""Contact index: adds what is not yet known, with everything a slip finds it by; nothing is ever built anew."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, update

from mail.address import split
from rules.slips import domain_tokens, name_parts
from store.binding import Binding
from store.slip_index import number, slip_numbers
from store.tables import clean, contact_slips, contacts, domain_slips, domains, name_tokens


class ContactIndex:
    """The tables around `contacts`, for `ContactShelf`."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._insert = binding.insert

    def add(self, by_key: Mapping[str, str]) -> int:
        """Make an empty contact of every key (with its address as written) that is not one yet, and index it; how many were new."""
        known = set(self._db.scalars(select(contacts.c.key).where(contacts.c.key.in_(by_key))))
        # In one order everywhere: two nodes that learn the same addresses wait for each other, not both for ever.
        new = sorted(by_key.keys() - known)
        if not new:
            return 0
        rows = [self.row(key, by_key[key]) | {"name": "", "count": 0, "vouched": ""} for key in new]
        self._db.execute(self._insert(contacts).on_conflict_do_nothing(), rows)
        self._add_domains(Counter(split(key)[1] for key in new))
        owners = {key: number(key) for key in new}
        self._add_slips(sorted((token, owners[key]) for key in new for token in slip_numbers(*split(key))))
        self._count_names(Counter(clean(part) for key in new for part in set(name_parts(split(key)[0]))))
        return len(new)

    def row(self, key: str, address: str) -> dict[str, Any]:
        """What is fixed of a contact."""
        return {"key": key, "number": number(key), "address": address, "domain": split(key)[1], "days": 0}

    def count_domains(self, messages: Mapping[str, int]) -> None:
        """So many more messages were sent to each key: its domain is used more."""
        sums: Counter[str] = Counter()
        for key, count in messages.items():
            sums[split(key)[1]] += count
        rows = [{"of": domain, "more": count} for domain, count in sorted(sums.items()) if count]
        used = update(domains).where(domains.c.domain == bindparam("of"))
        if rows:
            self._db.execute(used.values(count=domains.c["count"] + bindparam("more")), rows)

    def _add_slips(self, slips: list[tuple[int, int]]) -> None:
        # Past SQLAlchemy's own executemany, which takes longer over a row than the database: there are twenty rows a contact.
        compiled = self._insert(contact_slips).on_conflict_do_nothing().compile(dialect=self._db.dialect)
        rows: list[Any] = [{"token": token, "number": owner} for token, owner in slips]
        if compiled.positional:
            rows = slips
        self._db.exec_driver_sql(str(compiled), rows)

    def _add_domains(self, new: Counter[str]) -> None:
        insert = self._insert(domains)
        more = {"contacts": domains.c.contacts + insert.excluded.contacts}
        rows = [{"domain": domain, "contacts": count, "count": 0} for domain, count in sorted(new.items())]
        known = set(self._db.scalars(select(domains.c.domain).where(domains.c.domain.in_(new))))
        self._db.execute(insert.on_conflict_do_update(index_elements=["domain"], set_=more), rows)
        tokens = {(clean(token, 320), domain) for domain in new.keys() - known for token in domain_tokens(domain)}
        slips = [{"token": token, "domain": domain} for token, domain in sorted(tokens)]
        self._execute_many(self._insert(domain_slips), slips)

    def _count_names(self, names: Counter[str]) -> None:
        insert = self._insert(name_tokens)
        more = {"contacts": name_tokens.c.contacts + insert.excluded.contacts}
        counted = insert.on_conflict_do_update(index_elements=["token"], set_=more)
        if names:
            self._db.execute(counted, [{"token": name, "contacts": count} for name, count in sorted(names.items())])

    def _execute_many(self, insert: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._db.execute(insert.on_conflict_do_nothing(), rows)
