"""What a notice needs to be put into words: its message as it is now, its links, whether anybody needs it still."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifier import digests
from notifier.kinds import AWAITED
from notifier.links import LinkBase
from store.holds import Hold, State
from store.outbox import Notice
from store.shelves import Shelves

Listed = tuple[tuple[Hold, str], ...]
"""The messages of a digest, each with its link."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A notice and what it needs to be put into words."""

    notice: Notice
    at: datetime
    hold: Hold | None
    link: str
    needed: bool
    listed: Listed = ()
    """Of a digest."""
    drill: bool = False
    """It belongs to a drill."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The messages it is about."""
        return tuple(hold.group_id for hold, _ in self.listed) or (self.notice.hold_id,)


@dataclass(frozen=True, slots=True)
class Preparing:
    """Makes notices ready that were claimed."""

    node: str
    """Whose lease it is."""
    links: LinkBase

    def ready(self, shelves: Shelves, notices: Sequence[Notice], at: datetime) -> list[Ready]:
        """Make the tokens (the store keeps their hash), or see that nobody needs one any more."""
        holds = {hold.id: hold for hold in shelves.holds.several({n.hold_id for n in notices if n.hold_id})}
        listed = self._listed(shelves, notices)
        never = self._never(notices, at)
        for notice_id, why in never.items():
            shelves.outbox.failed(notice_id, self.node, why)
        can = [n for n in notices if n.id not in never]
        unneeded = never.keys() | set(self._given_back(shelves, can, holds, listed, at))
        links = self._links(shelves, can, holds, at)
        drills = shelves.tickets.drills({n.ticket_id for n in notices if n.ticket_id})
        return [
            Ready(
                n,
                at,
                hold := holds.get(n.hold_id),
                links.get(n.id, ""),
                needed=n.id not in unneeded,
                listed=listed.get(n.id, ()),
                drill=n.ticket_id in drills or _is_of_drill(n, hold),
            )
            for n in notices
        ]

    def _never(self, notices: Sequence[Notice], at: datetime) -> Mapping[str, str]:
        """Notices that fail before they are tried, and why: their link has ended, or cannot be made, which must not keep the others of the batch."""
        why: dict[str, str] = {}
        for notice in notices:
            try:
                link = self.links.of(notice, None, at) if self.links.has_one(notice) else None
            except (LookupError, ValueError, TypeError):
                why[notice.id] = "a fact is missing"
                continue
            if link and link.expires_at and link.expires_at <= at:
                why[notice.id] = "too late: its link has ended"
        return why

    def _given_back(
        self,
        shelves: Shelves,
        notices: Sequence[Notice],
        holds: Mapping[str, Hold],
        listed: Mapping[str, Listed],
        at: datetime,
    ) -> Iterator[str]:
        """Those that nobody needs any more; the outbox is told what became of each."""
        for notice in notices:
            if notice.kind in AWAITED and not is_held(holds.get(notice.hold_id)):
                shelves.outbox.again(notice.id, self.node, "", at)
                shelves.outbox.withdraw(notice.hold_id, (notice.kind,))
            elif notice.kind in digests.LISTS and not listed[notice.id]:
                shelves.outbox.unneeded(notice.id, self.node)
            else:
                continue
            yield notice.id

    def _links(
        self, shelves: Shelves, notices: Sequence[Notice], holds: Mapping[str, Hold], at: datetime
    ) -> Mapping[str, str]:
        """By notice, the address of the page that it leads to."""
        linked = [n for n in notices if self.links.has_one(n)]
        wanted = [self.links.of(n, holds.get(n.hold_id), at) for n in linked]
        tokens = shelves.links.make_all(wanted)
        made = zip(linked, wanted, tokens, strict=True)
        return {notice.id: self.links.url(link.purpose, token, notice.kind) for notice, link, token in made}

    def _listed(self, shelves: Shelves, notices: Sequence[Notice]) -> Mapping[str, Listed]:
        """What each digest lists, the oldest first: what still is as it says, with a link each."""
        of = {n.id: n for n in notices if n.kind in digests.LISTS}
        groups = shelves.digests.listed(of) if of else {}
        holds = {hold.id: hold for hold in shelves.holds.several({g for each in groups.values() for g in each})}
        found: dict[str, Listed] = {}
        for notice in of.values():
            there = [holds[g] for g in groups.get(notice.id, ()) if g in holds]
            still = [hold for hold in there if hold.state in digests.LISTS[notice.kind]]
            still.sort(key=lambda hold: (hold.received_at, hold.id))
            wanted = [self.links.to(hold.group_id, hold, notice.recipient) for hold in still]
            tokens = shelves.links.make_all(wanted)
            found[notice.id] = tuple(
                (hold, self.links.url("question", token)) for hold, token in zip(still, tokens, strict=True)
            )
        return found


def is_held(hold: Hold | None) -> bool:
    """Whether it waits for an answer still."""
    return hold is not None and hold.state is State.HELD


def _is_of_drill(notice: Notice, hold: Hold | None) -> bool:
    """Whether a notice that names no drill ticket is of a drill all the same."""
    return bool(notice.facts.get("drill")) or (hold is not None and bool(hold.drill))
