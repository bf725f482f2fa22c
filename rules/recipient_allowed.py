"""Asks about every outside recipient that is not on a list, for a house or a group that writes to few; off while the list is empty."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.base import About, Action, Example, Facts, Finding, Mail
from rules.examples import facts, mail
from rules.listed import Entry, entry_of, in_force

ACTION = Action.HOLD


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-allowed]`."""

    entries: tuple[Entry, ...] = ()
    """Addresses and domains, each with its owner and, if it ends, its last day."""


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield one finding for each outside recipient that no entry in force covers."""
    if not options.entries:
        return
    allowed = in_force(options.entries, known.today)
    owners = {entry.owner for entry in options.entries}
    owner = owners.pop() if len(owners) == 1 else ""
    for address in dict.fromkeys(given.envelope.recipients):
        if known.is_outside(address) and entry_of(address, allowed) is None:
            words = {
                "ja": f"{address} は、送信を認められた宛先の一覧にありません。{f'お問い合わせは {owner} へ。' if owner else ''}",
                "en": f"{address} is not on the list of recipients that may be written to.{f' Please ask {owner}.' if owner else ''}",
            }
            yield Finding(About(recipient=address), words, score=0.6)


_LIST = {
    "entries": (Entry("customer.example", "it@tachibana.example"), Entry("ken@other.example", "it@tachibana.example"))
}

EXAMPLES = (
    Example("not on the list", mail("mori@other.example"), facts(), 1, options=_LIST),
    Example("a domain of the list", mail("mori@customer.example"), facts(), 0, options=_LIST),
    Example("an address of the list", mail("ken@other.example"), facts(), 0, options=_LIST),
    Example("a colleague", mail("mori@tachibana.example"), facts(), 0, options=_LIST),
    Example("no list", mail("mori@other.example"), facts(), 0),
)  # fmt: skip
