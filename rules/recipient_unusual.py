"""Asks about a recipient who is known, rightly spelt, and does not belong: not to the others, the thread, or what the sender sends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import floor, log
from typing import Literal

from mail.address import is_inside
from rules.base import About, Action, Example, Facts, Finding, Mail, RecipientFacts
from rules.examples import SENDER, mail, remembered
from rules.habits import NEVER, habits
from rules.recent_mail import topic
from rules.unusual_features import rows
from rules.unusual_model import model
from rules.unusual_situation import Count, Situation
from rules.unusual_words import evidence, meant, words

ACTION = Action.HOLD
OFTEN = 3
"""Messages to a single recipient, the last within WITHIN days: nothing can be unusual about one more."""
WITHIN = 30
SOONER = {"quiet": "normal", "normal": "strict", "strict": "strict"}
"""From which limit on a recipient is a doubt, though a small one: it is noted, and adds to what travels."""
LEAST = 0.5
"""Points of the smallest doubt; they grow towards 1, at which the recipient is asked about whatever travels."""
AGAIN = 2
"""So many of the sender's latest messages went to exactly these people: they belong together, and nobody is asked about."""


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-unusual]`."""

    sensitivity: Literal["quiet", "normal", "strict"] = "normal"
    """quiet, normal or strict: of a thousand right recipients one, five or fifty are asked about; where personal data travels, of quiet
    and normal those of the next."""
    inside: bool = False
    """Also ask about recipients in our own domains."""


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield one finding a recipient, a note with points below the limit; nothing where the sender is too new to have habits."""
    limit, sooner = (model().limits[name] for name in (options.sensitivity, SOONER[options.sensitivity]))
    if habits(known.recent.sent).repeats(frozenset(known.recent.people.values())) >= AGAIN:
        return
    for address, score in scores(given, known).items():
        if score >= sooner and (options.inside or not is_inside(address, known.own_domains)):
            yield Finding(
                About(recipient=address),
                words(address, known),
                suggestion=meant(address, known),
                evidence=evidence(address, known),
                score=round(score, 3),
                action=None if score >= limit else Action.NOTE,
                points=1.0 if score >= limit else points(score, sooner, limit),
            )


def points(score: float, sooner: float, limit: float) -> float:
    """How much a doubt adds: by how often a right recipient looks like this, which falls with the odds of the score."""
    return floor(100 * (LEAST + (1 - LEAST) * (odds(score) - odds(sooner)) / (odds(limit) - odds(sooner)))) / 100


def odds(score: float) -> float:
    """The logarithm of the odds."""
    return log(score / (1 - score))


def scores(given: Mail, known: Facts) -> Mapping[str, float]:
    """What is thought of every recipient, 0 to 1, whether or not they got the same messages before: of those too one is the least likely."""
    recent = known.recent
    addresses = list(dict.fromkeys(given.envelope.recipients))
    if not recent.sent or not all(address in recent.people for address in addresses):
        return dict.fromkeys(addresses, 0.0)
    if len(addresses) == 1 and is_usual(known.of(addresses[0]), known):
        return {addresses[0]: 0.0}
    subject = next(iter(given.message.headers_of("Subject")), "")
    numbers = {address: recent.people[address] for address in addresses}
    situation = Situation(
        recent.minute,
        topic(subject, recent.salt),
        recent.sender,
        list(dict.fromkeys(numbers.values())),
        habits(recent.sent),
        habits(recent.sender_got),
        {number: habits(recent.got.get(number, "")) for number in numbers.values()},
        {number: _count(known.of(address), known) for address, number in numbers.items()},
    )
    found = dict(zip(situation.recipients, map(model().score, rows(situation)), strict=True))
    return {address: found[number] for address, number in numbers.items()}


def is_usual(of: RecipientFacts, known: Facts) -> bool:
    """Whether the sender writes to this one again and again: of a single recipient that says all."""
    often = of.known
    return (
        often is not None
        and often.sender_count >= OFTEN
        and often.last_sent is not None
        and (known.today - often.last_sent).days <= WITHIN
    )


def _count(of: RecipientFacts, known: Facts) -> Count:
    if of.known is None:
        return Count()
    last = of.known.last_sent
    return Count(of.known.sender_count, of.known.count, float(max(0, (known.today - last).days)) if last else NEVER)


_TEAM = ("kimura@customer.example", "mori@customer.example", "ueda@customer.example")
_STRANGER = "honda@elsewhere.example"
_PAST = (*((_TEAM, "Plan of the annex"),) * 30, ((_STRANGER,), "Invoice"), *((_TEAM, "Plan of the annex"),) * 30)
"""Messages of one sender, a day apart: a team, and once, long ago, somebody else."""

EXAMPLES = (
    Example(
        "an old contact among three who always get the same messages",
        mail(_TEAM[0], _TEAM[1], _STRANGER, headers=(("Subject", "Re: Plan of the annex"),)),
        remembered(SENDER, _PAST, _TEAM[0], _TEAM[1], _STRANGER),
        1,
        _TEAM[2],
    ),
    Example(
        "the three, as always",
        mail(*_TEAM, headers=(("Subject", "Re: Plan of the annex"),)),
        remembered(SENDER, _PAST, *_TEAM),
        0,
    ),
    Example("a new sender has no habits", mail(_STRANGER, *_TEAM), remembered(SENDER, (), _STRANGER, *_TEAM), 0),
    Example("one who is written to every day", mail(_TEAM[0]), remembered(SENDER, _PAST, _TEAM[0]), 0),
    Example(
        "a colleague, where only recipients outside are asked about",
        mail(*_TEAM[:2], "abe@tachibana.example"),
        remembered(SENDER, (*_PAST, (("abe@tachibana.example",), "Lunch")), *_TEAM[:2], "abe@tachibana.example"),
        0,
    ),
)
