"""Contact index: contacts under their ids, and everything a slip finds them by; kept contact by contact."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ClauseElement

from mail.address import split
from rules.address_forms import name_parts
from store import contact_writing as say
from store.binding import Binding
from store.contact_writing import NEW, Pieces
from store.local_forms import count_contacts
from store.prepared import rows_of, run_each, run_rows
from store.slip_index import kept_of_domain, kept_of_local, number
from store.storable import clean
from store.tables.contacts import contact_slips, contacts, domain_slips, domains

CONTACTS = ("contacts",)
"""In which queue those wait who add or forget contacts, or count them anew."""
EPOCH = 719_163
"""The ordinal of 1970-01-01: days are counted from it."""


class ContactIndex:
    """The tables around `contacts`, for `ContactShelf`."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._insert = binding.insert
        self._lists = binding.lists
        self._queue = binding.queue
        self.day = binding.now.toordinal() - EPOCH

    def find(self, keys: Iterable[str]) -> dict[str, int]:
        """The ids of those that are contacts."""
        halves = {key: split(key) for key in keys}
        return self.find_in(halves, self.domain_ids({domain for _, domain in halves.values()}))

    def find_in(self, halves: Mapping[str, tuple[str, str]], domain_ids: Mapping[str, int]) -> dict[str, int]:
        """The same, where keys are cut and domains found already."""
        pairs = {(of, local): key for key, (local, domain) in halves.items() if (of := domain_ids.get(domain))}
        if not pairs:
            return {}
        rows = rows_of(self._db, say.contacts_of(self._lists), self._lists.pairs("asked", list(pairs)))
        return {pairs[domain_id, local]: contact_id for domain_id, local, contact_id in rows}

    def add(self, written: Mapping[str, str]) -> tuple[dict[str, int], int]:
        """Make an empty contact of every key (with its address as written) that is not one yet: all their ids, and how many were new."""
        known = self.find(written)
        if written.keys() <= known.keys():
            return known, 0
        self.alone()
        halves = {key: split(key) for key in written}
        of = self.domain_ids({domain for _, domain in halves.values()})
        known = self.find_in(halves, of)
        self.hold(known.values(), of.values())
        new = {key: halves[key] for key in written if key not in known}
        empty = ("", None, 0, None, "")
        self.make(say.new_contact(self._insert, self._lists), new, {key: (written[key], *empty) for key in new})
        return self.find(written), len(new)

    def alone(self) -> None:
        """Wait until no other node adds or forgets contacts: each is counted once, or what is counted outlives it."""
        self._queue(self._db, CONTACTS)

    def hold(self, contact_ids: Iterable[int], domain_ids: Iterable[int] = ()) -> None:
        """Whoever changes several takes them so: `alone` where some are new or forgotten, the contacts, the domains."""
        self._lists.hold(self._db, contacts, contact_ids)
        self._lists.hold(self._db, domains, domain_ids)

    def make(
        self, insert: ClauseElement, halves: Mapping[str, tuple[str, str]], given: Mapping[str, tuple[Any, ...]]
    ) -> None:
        """Make contacts that are none yet, while `alone`, and let them be found. Given of each: `contact_writing.GIVEN`."""
        of = self.make_domains({domain for _, domain in halves.values()})
        # In the order of the index, domain by domain: its pages are each written once.
        order = sorted((of[domain], local, key) for key, (local, domain) in halves.items())
        rows = [
            (domain_id, number(key), local, "" if given[key][0] == key else given[key][0], 0, self.day, *given[key][1:])
            for domain_id, local, key in order
        ]
        newest = self._db.scalar(say.NEWEST) or 0
        self._lists.put(self._db, insert, NEW, rows)
        self._index(rows_of(self._db, say.SINCE, {"newest": newest}))

    def _index(self, made: Pieces) -> None:
        """Let new contacts be found by a slip, and count them."""
        slips = [(token, one) for one, domain_id, local in made for token in kept_of_local(local, domain_id)]
        self._lists.insert_pairs(self._db, contact_slips, slips)
        self._count(made, 1)

    def forget(self, keys: Iterable[str]) -> None:
        """Forget contacts, and that they are found by a slip; a domain with none left is forgotten, too."""
        self.alone()
        halves = {key: split(key) for key in keys}
        of = self.domain_ids({domain for _, domain in halves.values()})
        gone = sorted((one, of[halves[key][1]], halves[key][0]) for key, one in self.find_in(halves, of).items())
        ids = [one for one, _, _ in gone]
        self.hold(ids, of.values())
        slips = sorted((token, one) for one, domain_id, local in gone for token in kept_of_local(local, domain_id))
        run_rows(self._db, say.FORGET_SLIP, ("of", "contact"), slips)
        self._count(gone, -1)
        run_rows(self._db, say.FORGET_CONTACT, ("of",), [(one,) for one in ids])
        names = {clean(part) for _, _, local in gone for part in name_parts(local)}
        run_rows(self._db, say.FORGET_NAME, ("of",), [(name,) for name in sorted(names)])
        self._forget_domains(of.values())

    def domain_ids(self, names: Iterable[str]) -> dict[str, int]:
        """The ids of domains where somebody is known."""
        return dict(rows_of(self._db, say.domains_of(self._lists), {"asked": sorted(names)}))

    def make_domains(self, names: Iterable[str]) -> dict[str, int]:
        """The same, with an id for every one of them."""
        wanted = set(names)
        found = self.domain_ids(wanted)
        new = sorted(wanted - found.keys())
        if new:
            run_each(
                self._db,
                say.new_domain(self._insert),
                [{"domain": name, "contacts": 0, "count": 0, "forms": None} for name in new],
            )
            made = self.domain_ids(new)
            self.index_domains(made)
            found |= made
        return found

    def index_domains(self, ids: Mapping[str, int]) -> None:
        """Let domains be found by a slip."""
        slips = [(token, ids[name]) for name in ids for token in kept_of_domain(name)]
        self._lists.insert_pairs(self._db, domain_slips, slips)

    def count_domains(self, messages: Mapping[str, int]) -> None:
        """So many more messages were sent to each key: its domain is used more."""
        sums: Counter[str] = Counter()
        for key, count in messages.items():
            sums[split(key)[1]] += count
        of = self.domain_ids({domain for domain, count in sums.items() if count})
        run_each(
            self._db, say.USED, [{"of": of[domain], "more": sums[domain]} for domain in sorted(of, key=of.__getitem__)]
        )

    def _count(self, pieces: Pieces, sign: int) -> None:
        """So many contacts more, or fewer, of each domain, each form there and each name."""
        count_contacts(self._db, self._lists, pieces, sign)
        names = Counter([part for _, _, local in pieces for part in set(name_parts(local))])
        rows = [(name, sign * more) for name, more in sorted(names.items())]
        self._lists.put(self._db, say.count_name(self._insert, self._lists), say.NAME, rows)

    def _forget_domains(self, ids: Iterable[int]) -> None:
        """Those of them where nobody is left."""
        if rows := rows_of(self._db, say.empty_ones(self._lists), {"ids": list(ids)}):
            slips = [(token, domain_id) for name, domain_id in rows for token in kept_of_domain(name)]
            run_rows(self._db, say.FORGET_DOMAIN_SLIP, ("of", "domain"), slips)
            run_rows(self._db, say.FORGET_DOMAIN, ("of",), [(domain_id,) for _, domain_id in rows])
