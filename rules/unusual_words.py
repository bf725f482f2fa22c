"""Words for recipient-unusual: who usually gets these messages, counted; and who may have been meant."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from rules.base import Facts
from rules.habits import habits
from rules.words import some

OFTEN = 3
"""So many messages make somebody who usually belongs to them."""

SELDOM = 4
"""One in so many of the sender's messages is few."""


class Company(NamedTuple):
    """A recipient beside the one of the others to whom the sender writes most."""

    other: str
    messages: int
    """To the other, of those that are remembered."""
    together: int
    """Of these to the recipient as well."""
    usual: str
    """Who else usually gets them and does not get this one; "" without."""
    with_usual: int


def company(address: str, known: Facts) -> Company | None:
    """Whom the recipient is set beside; None where it is alone or the others are as new."""
    recent = known.recent
    where, mails = habits(recent.sent).where, habits(recent.sent).mails
    others = {n: a for a, n in recent.people.items() if a != address}
    number = max(others, key=lambda one: len(where.get(one, ())), default=0)
    places = where.get(number, [])
    if not places:
        return None
    beside = Counter(one for place in places for one in mails[place].to if one != number)
    absent = ((one, n) for one, n in beside.most_common() if one not in recent.people.values() and one in recent.names)
    usual, n = next(absent, (0, 0))
    clear = n >= OFTEN and 2 * n >= len(places)
    return Company(
        others[number],
        len(places),
        beside[recent.people[address]],
        recent.names[usual] if clear else "",
        n if clear else 0,
    )


def meant(address: str, known: Facts) -> str:
    """The address that was probably meant, where one is clear."""
    beside = company(address, known)
    return beside.usual if beside and not beside.together else ""


def evidence(address: str, known: Facts) -> Mapping[str, int | float]:
    """The counts of the words."""
    sent = habits(known.recent.sent)
    counts = {"sent": len(sent.mails), "sent_to_it": len(sent.where.get(known.recent.people[address], ()))}
    beside = company(address, known)
    if beside is None:
        return counts
    return counts | {"to_other": beside.messages, "together": beside.together, "with_usual": beside.with_usual}


def words(address: str, known: Facts) -> Mapping[str, str]:
    """One or two sentences in each language."""
    beside, (ja, en) = company(address, known), _alone(address, known)
    if beside is None:
        return {"ja": f"{ja}。", "en": f"{en}."}
    to_ja, to_en = f"{beside.other} への{beside.messages:,}通", f"{some(beside.messages, 'message')} to {beside.other}"
    if beside.together:
        ja += f"。{to_ja}のうち、{address} も宛先に入っていたのは{beside.together:,}通です"
        en += f". Of {to_en}, {beside.together:,} went to {address} as well"
    else:
        ja += f"。{to_ja}の中に、{address} も宛先に入っていたものはありません"
        en += f". None of {to_en} went to {address} as well"
    if beside.usual and not beside.together:
        ja += f"。一緒に送ることが多いのは {beside.usual} です（{beside.with_usual:,}通）"
        en += f"; {beside.with_usual:,} went to {beside.usual}, who may be meant"
    return {"ja": f"{ja}。", "en": f"{en}."}


def _alone(address: str, known: Facts) -> tuple[str, str]:
    """How the sender writes to this one."""
    sent, contact = habits(known.recent.sent), known.of(address).known
    count = len(sent.where.get(known.recent.people[address], ()))
    total = len(sent.mails)
    if not count and not (contact and contact.sender_count):
        return f"{address} へは初めての送信です", f"You have not written to {address} before"
    few = count * SELDOM <= total
    ja = f"最近の送信{total:,}通のうち {address} 宛ては{count:,}通{'だけ' if few else ''}です"
    en = f"{'Only ' if few else ''}{count:,} of your last {some(total, 'message')} went to {address}"
    if count and known.recent.minute:
        days = (known.recent.minute - sent.mails[sent.where[known.recent.people[address]][0]].at) // 1440
        ja += f"（最後は{days:,}日前）" if days else "（最後は24時間以内）"
        en += f", the last {some(days, 'day')} ago" if days else ", the last within 24 hours"
    return ja, en
