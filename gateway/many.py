"""Many: what one sender's many holds within a short time are asked about: in a digest, and the admins hear of it once.

A hijacked mailbox, or a mail merge: a hundred questions would bury the first ones. Each message stays a hold of its own, with its own
link, deadline and answer. The first `[hold] many` are asked about one by one; the further ones are listed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from gateway import maillog
from gateway.rooms import FlowOptions
from mail.address import key
from notifier import addressees, digests, notices
from store.digests import Series
from store.holds import Hold
from store.shelves import Shelves

QUIET = timedelta(hours=1)
"""So long the admins hear nothing more of the same sender."""


def lock_of(hold: Hold) -> str:
    """What `HoldShelf.alone` is asked for, so that the nodes count one sender's messages one after the other."""
    return f"from {key(hold.reverse_path)}" if hold.reverse_path else ""


def crowded(shelves: Shelves, options: FlowOptions, asking: Sequence[Hold]) -> frozenset[str]:
    """The ids of those that belong into a digest; asked before these are kept, in the order in which they came."""
    most, since = options.hold.many, shelves.now - timedelta(seconds=options.hold.many_within)
    counts: Counter[str] = Counter()
    found: set[str] = set()
    for hold in asking if most else ():
        sender = key(hold.reverse_path) if hold.reverse_path else ""
        if not sender:
            continue
        if sender not in counts:
            counts[sender] = shelves.digests.held_since(hold.reverse_path, since, most)
        if counts[sender] >= most:
            found.add(hold.id)
        counts[sender] += 1
    return frozenset(found)


def list_them(shelves: Shelves, options: FlowOptions, holds: Sequence[Hold]) -> None:
    """Put each into the digest for whoever answers for it, and alarm the admins where this begins."""
    organisation, hold_options = options.organisation, options.hold
    for (asked, _), same in _together(options, holds).items():
        sender = same[0].reverse_path
        last = shelves.digests.last(Series("digest", asked[0], sender))
        if last is None or last + QUIET < shelves.now:
            facts: dict[str, str | int] = {
                "sender": sender,
                "messages": f"> {hold_options.many}",
                "minutes": hold_options.many_within // 60,
            }
            notices.alarm(shelves, organisation, "many-held", facts)
            maillog.many_held(sender)
        digests.add(
            shelves,
            organisation,
            "digest",
            asked,
            same,
            sender=sender,
            apart=timedelta(seconds=hold_options.many_within),
            facts={"deadline_seconds": hold_options.deadline, "remind_after": hold_options.remind_after},
        )


def remind(shelves: Shelves, options: FlowOptions, hold: Hold) -> bool:
    """Remind of a hold that a digest asked about, in a digest; False where it was asked about by itself."""
    if not shelves.digests.about(hold.group_id, "digest"):
        return False
    people = addressees.reminded(options.organisation, hold)
    digests.add(shelves, options.organisation, "digest_reminder", people, [hold], sender=hold.reverse_path)
    return True


def expired(shelves: Shelves, options: FlowOptions, hold: Hold) -> bool:
    """The same for one that nobody answered in time."""
    if not shelves.digests.about(hold.group_id, "digest"):
        return False
    people = addressees.asked(options.organisation, hold)
    digests.add(shelves, options.organisation, "digest_expired", people, [hold], sender=hold.reverse_path)
    return True


def _together(options: FlowOptions, holds: Iterable[Hold]) -> dict[tuple[tuple[str, ...], str], list[Hold]]:
    """By who is asked, and whose they are."""
    found: dict[tuple[tuple[str, ...], str], list[Hold]] = defaultdict(list)
    for hold in holds:
        found[addressees.asked(options.organisation, hold), key(hold.reverse_path)].append(hold)
    return found
