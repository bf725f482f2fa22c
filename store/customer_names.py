"""Customer names: which names, codes and domains the files to each customer bear, in numbers only, and how often."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, and_, bindparam, delete, func, select

from rules.learnt_customers import Spoken
from store.binding import Binding
from store.marks import MarkShelf
from store.prepared import run_each
from store.tables.contacts import domains
from store.tables.past_mail import customer_names

SALT = "customer-names-salt"
DOUBTFUL = 2
"""What was seen with a customer no oftener than this may have been the misdirected message itself."""
PRUNED = 5_000
FEW = 6
"""With so many customers at most a name is seen that belongs to one of them."""
SEVERAL = 3
"""Customers whose files somebody gets before that is no longer worth a question."""
c = customer_names.c


class Lesson(NamedTuple):
    """One name in one message to one customer."""

    customer: str
    """As `rules.providers.customer_of` makes it."""
    name: int
    addressed: bool


def number_of(digest: bytes, salt: bytes) -> int:
    """The number of a name: without the salt nobody can try names against it. Never 0."""
    made = hashlib.blake2b(digest, digest_size=8, key=salt).digest()
    return (int.from_bytes(made) >> 1) or 1


@lru_cache
def _more(insert: Callable[[Any], Any]) -> ClauseElement:
    """So many messages more, as either database spells it."""
    new = insert(customer_names)
    more: ClauseElement = new.on_conflict_do_update(
        index_elements=["customer", "name"],
        set_={
            "addressed": c.addressed + new.excluded.addressed,
            "spoken": c.spoken + new.excluded.spoken,
            "last_at": new.excluded.last_at,
        },
    )
    return more


_OF = select(c.name, c.customer, c.addressed, c.spoken).where(c.name.in_(bindparam("names", expanding=True)))
_KNOWN = select(c.name).distinct().where(c.name.in_(bindparam("names", expanding=True)), c.addressed > 0)


class CustomerNameShelf:
    """Names of customers."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert
        self._marks = MarkShelf(binding)

    def salt(self) -> bytes:
        """What the numbers are made with; made where there is none yet."""
        return self._marks.salt(SALT)

    def of(self, names: Collection[int]) -> Mapping[int, Sequence[Spoken]]:
        """With which customers these names were seen."""
        found: dict[int, list[Spoken]] = defaultdict(list)
        for name, customer, addressed, spoken in self._db.execute(_OF, {"names": list(names)}):
            found[name].append(Spoken(customer, addressed, spoken))
        return found

    def partners(self, customers: Collection[str]) -> frozenset[str]:
        """Those of them who got files that bear the names of several others: a subcontractor, an agent, an auditor."""
        theirs, owner, every = (customer_names.alias() for _ in range(3))
        mine = theirs.c.customer.in_(list(customers))
        # What half of the house's customers bear is nobody's name: it makes no partner of all of them.
        rare = (
            select(every.c.name)
            .where(every.c.name.in_(select(theirs.c.name).where(mine)))
            .group_by(every.c.name)
            .having(func.count() <= FEW)
        )
        others = and_(owner.c.name == theirs.c.name, owner.c.addressed > theirs.c.addressed)
        counted = (
            select(theirs.c.customer)
            .join(owner, others)
            .where(mine, theirs.c.name.in_(rare))
            .group_by(theirs.c.customer)
            .having(func.count(owner.c.customer.distinct()) >= SEVERAL, func.count(owner.c.name.distinct()) >= SEVERAL)
        )
        return frozenset(self._db.scalars(counted))

    def learn(self, lessons: Iterable[Lesson]) -> None:
        """Count them. A name that only stood somewhere counts where it has been somebody's before: all other words are nobody's."""
        told = list(lessons)
        if not told:
            return
        only = {one.name for one in told} - (own := {one.name for one in told if one.addressed})
        known = own | set(self._db.scalars(_KNOWN, {"names": list(only)})) if only else own
        spoken = Counter((one.customer, one.name) for one in told if one.name in known)
        addressed = Counter((one.customer, one.name) for one in told if one.addressed)
        rows = [
            {"customer": who, "name": name, "addressed": addressed[who, name], "spoken": count, "last_at": self._now}
            for (who, name), count in sorted(spoken.items())
        ]
        run_each(self._db, _more(self._insert), rows)

    def unlearn(self, customers: Collection[str]) -> int:
        """Forget what is little known of customers to whom something went by mistake."""
        wrong = delete(customer_names).where(c.customer.in_(list(customers)), c.spoken <= DOUBTFUL)
        return self._db.execute(wrong).rowcount

    def forget(self, customers: Collection[str]) -> int:
        """Forget all of these."""
        return self._db.execute(delete(customer_names).where(c.customer.in_(list(customers)))).rowcount

    def forget_strangers(self, customers: Collection[str]) -> int:
        """Forget those of them who are no contact of anybody any more."""
        there = select(domains.c.id).where(domains.c.domain == c.customer).exists()
        wrong = delete(customer_names).where(c.customer.in_(list(customers)), ~there)
        return self._db.execute(wrong).rowcount

    def prune(self, before: datetime) -> int:
        """Forget what stood in nothing since."""
        old = select(c.customer, c.name).where(c.last_at < before).limit(PRUNED)
        rows = [{"who": who, "which": name} for who, name in self._db.execute(old)]
        return run_each(self._db, _FORGET, rows)


_FORGET = delete(customer_names).where(c.customer == bindparam("who"), c.name == bindparam("which"))
