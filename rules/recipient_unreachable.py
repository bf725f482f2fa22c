"""Asks about a recipient whose domain takes no mail: not there, without a host, or with a null MX. What DNS did not say is unknown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.base import About, Action, Example, Facts, Finding, Mail, Reach
from rules.examples import about, contact, facts, mail

ACTION = Action.HOLD
_WHY: Mapping[Reach, tuple[str, str]] = {
    Reach.NO_DOMAIN: ("存在しません", "does not exist"),
    Reach.NO_HOST: ("メールを受け取るサーバーを持っていません", "has no mail server"),
    Reach.NULL_MX: ("「メールを受け取らない」と宣言しています", "declares that it takes no mail"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-unreachable]`."""

    inside: bool = False
    """Also in our own domains, of which outside DNS may know nothing."""


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield one finding for each recipient that no server would take. A domain that takes mail proves nothing: wrong ones do."""
    for address in dict.fromkeys(given.envelope.recipients):
        why = _WHY.get(known.of(address).reach)
        if why is None or not (options.inside or known.is_outside(address)):
            continue
        yield Finding(
            About(recipient=address),
            {
                "ja": f"{address} のドメインは{why[0]}。このままでは届きません。",
                "en": f"The domain of {address} {why[1]}: the message cannot arrive.",
            },
            score=0.9,
            reason=str(known.of(address).reach),
        )


_DEAD = "kimura@custmoer.example"

EXAMPLES = (
    Example("the domain does not exist", mail(_DEAD), about(_DEAD, reach=Reach.NO_DOMAIN), 1),
    Example("no MX and no address", mail(_DEAD), about(_DEAD, reach=Reach.NO_HOST), 1),
    Example("a null MX", mail(_DEAD), about(_DEAD, reach=Reach.NULL_MX), 1),
    Example("it takes mail", mail(_DEAD), about(_DEAD, reach=Reach.TAKES), 0),
    Example("DNS was silent", mail(_DEAD), facts(), 0),
    Example("nobody asks about a known contact", mail(_DEAD), about(_DEAD, known=contact(_DEAD)), 0),
    Example(
        "our own domain",
        mail("ken@tachibana.example"),
        about("ken@tachibana.example", reach=Reach.NO_HOST),
        0,
    ),
)
