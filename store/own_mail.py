"""Own mail: what belongs to some mailboxes, the newest first, page by page from where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select

from store.binding import Binding
from store.hold_shelf import HoldShelf
from store.holds import Delivery, Hold, State
from store.journal import JournalShelf, Line
from store.storable import as_key
from store.tables.holds import hold_people, hold_recipients, holds
from store.tables.journal import journal, journal_recipients

_UNDER_WAY = (Delivery.WAITING, Delivery.SENDING, Delivery.STOPPING)


@dataclass(frozen=True, slots=True)
class Behind:
    """Where a page of held messages begins: behind this one."""

    at: datetime
    id: str


class OwnMailShelf:
    """What belongs to some mailboxes: held for them or sent by them."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._holds = HoldShelf(binding)
        self._journal = JournalShelf(binding)

    def in_state(self, mailboxes: Sequence[str], *states: State, behind: Behind | None, most: int) -> tuple[Hold, ...]:
        """Holds that wait for an answer, or whose answer it was; of whom they may answer for, or who sent them."""
        return self._page(mailboxes, holds.c.state.in_(states), behind, most)

    def under_way(self, mailboxes: Sequence[str], *, behind: Behind | None, most: int) -> tuple[Hold, ...]:
        """What was released, or kept for a recipient who was refused for now, and has not reached everybody."""
        c = hold_recipients.c
        open_still = select(c.position).where(c.hold_id == holds.c.id, c.state.in_(_UNDER_WAY)).exists()
        return self._page(mailboxes, and_(holds.c.state == State.RELEASED, open_still), behind, most)

    def sent(self, mailboxes: Sequence[str], *, behind: str, most: int) -> tuple[Line, ...]:
        """Lines of the journal of what they sent that reached somebody; `behind`: the id of the last line of the page before."""
        c = journal_recipients.c
        reached = select(c.position).where(c.journal_id == journal.c.id, c.state == "delivered").exists()
        ids: list[str] = []
        for mailbox in mailboxes:  # one by one: so each page is read from the end of an index, without sorting
            query = select(journal.c.id).where(journal.c.reverse_key == as_key(mailbox), reached)
            query = query.where(journal.c.id < behind) if behind else query
            ids += self._db.scalars(query.order_by(journal.c.id.desc()).limit(most))
        # By id, as the pages follow one another: two lines of one moment may stand the other way round by their times.
        found = self._journal.several(sorted(ids, reverse=True)[:most])
        return tuple(sorted(found, key=lambda line: line.id, reverse=True))

    def line(self, mailboxes: Sequence[str], journal_id: str) -> Line | None:
        """One line, if one of them sent it; None for every other."""
        found = self._journal.get(journal_id)
        return found if found and as_key(found.reverse_path) in {as_key(one) for one in mailboxes} else None

    def hold(self, mailboxes: Sequence[str], hold_id: str) -> Hold | None:
        """One hold, if it is theirs; None for every other."""
        return self._holds.get(hold_id) if self._db.scalar(_of(mailboxes).where(holds.c.id == hold_id)) else None

    def _page(
        self, mailboxes: Sequence[str], which: ColumnElement[bool], behind: Behind | None, most: int
    ) -> tuple[Hold, ...]:
        query = _of(mailboxes).where(which).order_by(holds.c.received_at.desc(), holds.c.id.desc()).limit(most)
        if behind:
            at, number = holds.c.received_at, holds.c.id
            query = query.where(or_(at < behind.at, and_(at == behind.at, number < behind.id)))
        ids = self._db.scalars(query).all()
        found = {hold.id: hold for hold in self._holds.several(ids)}
        return tuple(found[one] for one in ids)


def _of(mailboxes: Sequence[str]) -> Select[str]:
    theirs = select(hold_people.c.hold_id).where(hold_people.c.key.in_([as_key(one) for one in mailboxes]))
    return select(holds.c.id).where(holds.c.id.in_(theirs))
