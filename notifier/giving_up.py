"""A notice that cannot leave: who hears of it, and that no deadline runs for a question that nobody has."""

from dataclasses import replace

from notifier import digests, notices
from notifier.kinds import ASKS, QUIET
from notifier.options import Organisation
from notifier.ready import is_held
from store.holds import Hold
from store.outbox import Notice
from store.shelves import Shelves


def give_up(shelves: Shelves, organisation: Organisation, node: str, notice: Notice, reply: str) -> bool:
    """Mark it failed and tell the admins in the same transaction; False when the lease was lost: another node speaks for it."""
    if not shelves.outbox.failed(notice.id, node, reply):
        return False
    hold = shelves.holds.get(notice.hold_id) if notice.hold_id else None
    if notice.kind in ASKS and hold:
        if not _somebody_is_asked(shelves, notice, hold):
            shelves.questions.lost(hold.group_id)
            lost = hold if notice.kind == "question" else replace(hold, asked=(notice.recipient,))
            notices.question_lost(shelves, organisation, lost, reply)
    elif notice.kind == "digest":
        groups = shelves.digests.listed((notice.id,)).get(notice.id, ())
        held = [hold for hold in shelves.holds.several(groups) if is_held(hold)]
        digests.lost(shelves, organisation, notice.id, held, reply)
    elif notice.kind not in QUIET:
        facts = {"kind": notice.kind, "number": notice.facts.get("number", ""), "reply": reply}
        notices.alarm(shelves, organisation, "notice-failed", facts)
    return True


def _somebody_is_asked(shelves: Shelves, notice: Notice, hold: Hold) -> bool:
    """Whether what is asked about the hold now arrived somewhere, or still may."""
    others = (other for other in shelves.outbox.of_hold(notice.hold_id) if other.id != notice.id)
    underway = any(other.kind == notice.kind and other.state in {"waiting", "sending"} for other in others)
    return hold.asked_at is not None or underway
