"""Recent mail: who lately wrote to whom, in numbers and bounded; lengthened without being read, forgotten after a set time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, case, delete, func, select, update

from rules.recent_mail import GOT_SIZE, SENT_SIZE, WIDEST, Sending, cut, encode, minute, time_of, topic
from store.binding import Binding
from store.contact_counts import Delivered
from store.marks import MarkShelf
from store.prepared import run_each
from store.slip_index import number
from store.storable import as_key
from store.tables.contacts import contacts, domains
from store.tables.past_mail import recent_mail

SALT = "recent-mail-salt"
SIZES = {"got": GOT_SIZE, "sent": SENT_SIZE}
PRUNED = 500
"""Rows that are looked through together."""
_OF = select(recent_mail.c.person, recent_mail.c.side, recent_mail.c.log).where(
    recent_mail.c.person.in_(bindparam("people", expanding=True))
)


@lru_cache
def _put_in_front(insert: Callable[[Any], Any], size: int) -> ClauseElement:
    """An entry before those that are there, as either database spells it."""
    new = insert(recent_mail)
    log = func.substr(new.excluded.log.concat(recent_mail.c.log), 1, size)
    since = case((new.excluded.since < recent_mail.c.since, new.excluded.since), else_=recent_mail.c.since)
    longer: ClauseElement = new.on_conflict_do_update(
        index_elements=["person", "side"], set_={"log": log, "since": since}
    )
    return longer


class RecentMailShelf:
    """What is remembered of the latest messages."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert
        self._marks = MarkShelf(binding)

    def learn(self, deliveries: Sequence[Delivered]) -> None:
        """Remember deliveries, in their order: a statement for the senders and one for the recipients, for any number."""
        new: dict[str, dict[int, list[Sending]]] = {side: defaultdict(list) for side in SIZES}
        salt = self._marks.salt(SALT) if deliveries else b""
        for one in deliveries:
            people = tuple(dict.fromkeys(number_of(address) for address in one.addresses))
            if 0 < len(people) <= WIDEST:
                said = topic(one.subject, salt)
                sending = Sending(minute(one.at), said.thread, number_of(one.sender), people, said.words)
                new["sent"][sending.sender].append(sending)
                for each in people:
                    new["got"][each].append(sending)
        for side, found in new.items():
            if found:
                self._lengthen(side, found)

    def logs(self, people: Iterable[int]) -> dict[tuple[int, str], str]:
        """What is remembered of people, by their number and "sent" or "got"; "" where that is nothing."""
        wanted = list(people)
        found = {(one, side): "" for one in wanted for side in SIZES}
        return found | {(who, side): log for who, side, log in self._db.execute(_OF, {"people": wanted})}

    def salt(self) -> bytes:
        """What the numbers of subjects are made with; empty before anything was learnt."""
        return bytes.fromhex(self._marks.get(SALT) or "")

    def names(self, people: Iterable[int]) -> dict[int, str]:
        """The addresses of contacts by their numbers."""
        c = contacts.c
        query = select(c.number, c.address, c.local, domains.c.domain).join_from(contacts, domains)
        rows = self._db.execute(query.where(c.number.in_(list(people))))
        return {number: address or f"{local}@{domain}" for number, address, local, domain in rows}

    def forget(self, addresses: Iterable[str]) -> None:
        """Forget what these people sent and got; their numbers in the logs of others go with the next entries there."""
        gone = sorted({number_of(address) for address in addresses})
        self._db.execute(delete(recent_mail).where(recent_mail.c.person.in_(gone)))

    def prune(self, before: datetime) -> int:
        """Forget what is older; the number of people of whom something was."""
        c = recent_mail.c
        query = select(c.person, c.side, c.log).where(c.since < before).order_by(c.side, c.person).limit(PRUNED)
        rows = self._db.execute(query.with_for_update()).all()
        for who, side, log in rows:
            of = and_(c.person == who, c.side == side)
            left, oldest = cut(log, before)
            kept = (
                update(recent_mail).where(of).values(log=left, since=oldest)
                if oldest
                else delete(recent_mail).where(of)
            )
            self._db.execute(kept)
        return len(rows)

    def _lengthen(self, side: str, found: Mapping[int, Sequence[Sending]]) -> None:
        """Put entries in front. Sorted: two nodes that learn of the same people wait for each other, not both for ever."""
        rows = [
            {
                "person": who,
                "side": side,
                "log": "".join(encode(one) for one in reversed(mails))[: SIZES[side]],
                "since": time_of(min(one.at for one in mails)),
            }
            for who, mails in sorted(found.items())
        ]
        run_each(self._db, _put_in_front(self._insert, SIZES[side]), rows)


def number_of(address: str) -> int:
    """The number under which a person is remembered: the contact's."""
    return number(as_key(address))
