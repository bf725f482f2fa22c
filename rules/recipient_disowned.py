"""Asks about an address that was found to be the wrong one, by a report or when contacts were merged, until somebody confirms it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.base import About, Action, Contact, Example, Facts, Finding, Mail
from rules.examples import about, contact, facts, mail

ACTION = Action.HOLD
GOES_WITHOUT_SAYING = True
"""Where another rule speaks of the same recipient: one question is enough."""


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-disowned]`."""


def check(given: Mail, known: Facts, _options: Options) -> Iterator[Finding]:
    """Yield one finding for each such recipient."""
    for address in dict.fromkeys(given.envelope.recipients):
        of = known.of(address).known
        if of is not None and of.disowned:
            words = {
                "ja": f"{address} は、以前に誤った宛先だったと記録されています。",
                "en": f"{address} is on record as a wrong address.",
            }
            yield Finding(About(recipient=address), words, evidence={"sent": of.count}, score=0.8)


_WRONG = "hayashi@other.example"

EXAMPLES = (
    Example("it was the wrong one", mail(_WRONG), about(_WRONG, known=Contact(_WRONG, count=3, disowned=True)), 1),
    Example("confirmed since", mail(_WRONG), about(_WRONG, known=contact(_WRONG)), 0),
    Example("nobody knows it", mail(_WRONG), facts(), 0),
)
