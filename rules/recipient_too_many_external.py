"""Asks when many outside recipients stand in To and Cc, where each of them sees all the others; offers Bcc."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mail.address import key
from rules.base import About, Action, Example, Finding
from rules.base import Facts as KnownFacts
from rules.base import Mail as GivenMail
from rules.examples import facts, mail
from rules.words import some

ACTION = Action.HOLD
_ADDRESS = re.compile(r"[^\s<>\"(),;:\[\]]{1,64}@[^\s<>\"(),;:\[\]]{1,255}")
SEEN = ("To", "Cc", "Resent-To", "Resent-Cc")
"""The fields in which everyone who gets the message reads the addresses of the others."""


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-too-many-external]`."""

    limit: int = 10
    """So many different outside recipients in To and Cc."""
    domains: int = 1
    """Of at least so many domains; 2 leaves out the colleagues of one customer, who know one another."""


def check(given: GivenMail, known: KnownFacts, options: Options) -> Iterator[Finding]:
    """Yield at most one finding; recipients that stand only in the envelope are Bcc and seen by nobody."""
    values = [value for name in SEEN for value in given.message.headers_of(name)]
    if "".join(values).count("@") < options.limit:
        return  # every address has one
    outside = {key(address) for value in values for address in readable(value) if known.is_outside(address)}
    domains = {address.rpartition("@")[2] for address in outside}
    if len(outside) < options.limit or len(domains) < options.domains:
        return
    hidden = sum(known.is_outside(a) and key(a) not in outside for a in given.envelope.recipients)
    evidence = {"outside": len(outside), "domains": len(domains), "hidden": hidden}
    yield Finding(
        About(),
        _words(len(outside), len(domains)),
        evidence=evidence,
        score=min(1.0, len(outside) / 100 + 0.4),
        reason="bcc",
    )


def readable(text: str) -> Iterator[str]:
    """Everything that a reader takes for an address, well-formed list or not."""
    return (found[0] for found in _ADDRESS.finditer(text))


def _words(outside: int, domains: int) -> Mapping[str, str]:
    return {
        "ja": f"To と Cc に社外の宛先が{outside:,}件（{domains:,}ドメイン）あり、受け取る全員に互いのアドレスが見えます。見せない場合は Bcc をお使いください。",
        "en": f"{some(outside, 'outside recipient')} ({some(domains, 'domain')}) stand in To and Cc: everyone sees the addresses of all the others. Bcc would hide them.",
    }


def _many(count: int, domains: int = 3) -> tuple[tuple[str, str], ...]:
    addresses = [f"P{i} <p{i}@customer{i % domains}.example>" for i in range(count)]
    return (("To", ", ".join(addresses[: count // 2])), ("Cc", ", ".join(addresses[count // 2 :])))


EXAMPLES = (
    Example("ten in To and Cc", mail(headers=_many(10)), facts(), 1),
    Example("a hundred", mail(headers=_many(100, 40)), facts(), 1),
    Example("nine", mail(headers=_many(9)), facts(), 0),
    Example("ten colleagues of one customer", mail(headers=_many(10, 1)), facts(), 0, options={"domains": 2}),
    Example(
        "ten in Bcc",
        mail(*(f"p{i}@customer{i}.example" for i in range(10)), headers=(("To", "p0@customer0.example"),)),
        facts(),
        0,
    ),
    Example(
        "our own people", mail(headers=(("To", ", ".join(f"p{i}@tachibana.example" for i in range(20))),)), facts(), 0
    ),
    Example(
        "the same one written ten times", mail(headers=(("To", ", ".join(["p@customer.example"] * 10)),)), facts(), 0
    ),
)
