"""Cards: what the page of a held message asks, one card per risk, as plain values for the template."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.decision import Choice, Risk, risks
from gateway.grouping import grouped
from mail.address import is_inside
from notifier.hold_facts import PERSONAL_DATA
from notifier.options import Language, Organisation
from rules.marks import Marked, marked
from store.holds import Delivery, Hold

BLOCKED = "recipient-blocked"
TOO_MANY = "recipient-too-many-external"
STOP = "stop"
"""The answer beside "agree": it must not go out like this; no choice to send with (`Risk.choices`), so the page says how to cancel."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A part with personal data; its name is "" for the text."""

    name: str
    kinds: tuple[tuple[str, int], ...]
    persons: tuple[int, int]


_NOTHING = Holding("", (), (0, 0))


@dataclass(frozen=True, slots=True)
class Member:
    """One of several recipients that one choice answers."""

    risk: Risk
    address: str
    words: tuple[str, ...]
    """What was found of it."""

    @property
    def field(self) -> str:
        """Name of the form field of an answer of its own."""
        return f"choice-{self.risk.id}"


@dataclass(frozen=True, slots=True)
class Card:
    """One risk as a person sees it."""

    risk: Risk
    about: str
    """"recipient", "part" or "message"."""
    name: str
    """The address or the file name; "" for the message."""
    words: str
    also: tuple[str, ...]
    """What else was found of this recipient, without what speaks of the same two addresses."""
    marks: Marked | None
    """Today's address and the usual one, letter by letter."""
    choices: tuple[Choice, ...]
    kinds: tuple[tuple[str, int], ...]
    """Kinds of personal data in this part with their counts; never a value."""
    persons: tuple[int, int]
    files: tuple["Holding", ...]
    """Personal data in several parts: what each of them holds."""
    goes_to: tuple[str, ...]
    """Recipients outside who would get this part."""
    altering_refused: bool
    """A choice is not there because the message may not be changed on the way (decisions: a hold)."""
    members: tuple["Member", ...] = ()
    """Of a card that asks of several recipients at once: each of them; the card speaks of the first."""

    @property
    def key(self) -> str:
        """What its answer is kept under: the risk's id, or a number of all the risks that it answers."""
        ids = "".join(member.risk.id for member in self.members)
        return hashlib.sha256(ids.encode()).hexdigest()[:12] if ids else self.risk.id

    @property
    def field(self) -> str:
        """Name of its form field: depends on the message."""
        return f"choice-{self.key}"

    @property
    def offered(self) -> tuple[str, ...]:
        """The answers on the page: never "agree" alone, which a machine that ticks everything would give."""
        return (*self.choices, STOP) if self.choices and set(self.choices) <= {"agree", "ask"} else self.choices

    @property
    def wants_somebody_else(self) -> bool:
        """Its sender cannot say that it is right: it is blocked, or the rule asks for somebody else's yes."""
        return not {"right", "agree"} & set(self.choices)

    @property
    def suggestion(self) -> str:
        """The address that was probably meant."""
        return str(self.risk.finding.get("suggestion", ""))

    @property
    def differing(self) -> int:
        """How many letters differ; 0 where the two addresses do not look alike: another person may be meant."""
        return self.marks.differing if self.marks else 0

    @property
    def sent(self) -> tuple[int, int]:
        """How many messages went to today's address and to the usual one before, as the rule counted them; (0, 0) when it did not."""
        evidence = self.risk.finding.get("evidence", {})
        return int(evidence.get("sent", 0)), int(evidence.get("sent_usual", 0))

    @property
    def counted(self) -> bool:
        """Counts say it shorter than the finding's sentence, which names the file or the addresses once more."""
        return bool(self.differing and self.sent[1]) or bool((self.kinds or self.files) and self.rule == PERSONAL_DATA)

    @property
    def many(self) -> bool:
        """The recipients see one another."""
        return bool(self.risk.finding["rule"] == TOO_MANY)

    @property
    def change(self) -> str:
        """What comes of the altering answer (`gateway.alteration.Change`)."""
        return str(self.risk.finding.get("change", "envelope"))

    @property
    def removes(self) -> tuple[str, ...]:
        """The files that are taken out by "remove"."""
        return tuple(self.risk.finding.get("files", ())) if "remove" in self.choices else ()

    @property
    def blocked(self) -> bool:
        """Nobody may write to it now."""
        return BLOCKED in self.risk.rules

    @property
    def rule(self) -> str:
        """The rule that asks."""
        return str(self.risk.finding["rule"])


def cards(
    holds: Sequence[Hold], organisation: Organisation, language: Language, *, singly: bool = False
) -> tuple[Card, ...]:
    """Make the cards of a send: recipients first, then personal data in several files, files, the message; each the strongest first.

    `singly`: a card for each risk, as where the answers are looked at that were given to each.
    """
    domains = frozenset(organisation.domains)
    outside = tuple(
        dict.fromkeys(
            r.address
            for h in holds
            for r in h.recipients
            if r.state is Delivery.HELD and not is_inside(r.address, domains)
        )
    )
    alterable = not any(hold.alterable for hold in holds)
    asked = risks(holds)
    groups = tuple((risk,) for risk in asked) if singly else grouped(asked)
    made = (_together(_card(group[0], holds, outside, alterable, language), group, language) for group in groups)
    order = ("recipient", "part", "message")
    return tuple(sorted(made, key=lambda card: (order.index("part" if card.files else card.about), not card.files)))


def _card(risk: Risk, holds: Sequence[Hold], outside: tuple[str, ...], alterable: bool, language: Language) -> Card:
    finding = risk.finding
    recipient, part = finding["about"].get("recipient", ""), finding["about"].get("part", "")
    suggestion = finding.get("suggestion", "")
    marks = marked(recipient, suggestion) if recipient and suggestion else None
    holding = _holding(holds)
    own = next((each for each in holding if part and each.name == part), _NOTHING)
    of_many = not recipient and not part and finding["rule"] == PERSONAL_DATA
    return Card(
        risk=risk,
        about="recipient" if recipient else "part" if part else "message",
        name=recipient or part,
        words=_words(finding, language),
        also=tuple(
            _words(each, language) for each in risk.also if not suggestion or each.get("suggestion") != suggestion
        ),
        marks=marks,
        choices=risk.choices,
        kinds=own.kinds,
        persons=own.persons,
        files=holding if of_many else (),
        goes_to=outside if part or of_many else (),
        altering_refused=not alterable and bool(suggestion or part or of_many or finding["rule"] == TOO_MANY),
    )


def _together(card: Card, group: Sequence[Risk], language: Language) -> Card:
    """The card of the first of them, made to ask of all."""
    if len(group) == 1:
        return card
    members = (
        Member(
            risk,
            risk.finding["about"]["recipient"],
            tuple(_words(each, language) for each in (risk.finding, *risk.also)),
        )
        for risk in group
    )
    return replace(card, members=tuple(members))


def _words(finding: Mapping[str, Any], language: Language) -> str:
    said = finding["words"]
    return str(said.get(language) or next(iter(said.values()), ""))


def _holding(holds: Sequence[Hold]) -> tuple[Holding, ...]:
    """Tell what was counted in each part that holds anything, from the first copy that carries it."""
    every = [p for hold in holds for p in hold.verdict.get("exposure", {}).get("parts", ())]
    first = {part["name"]: part for part in reversed(every)}
    return tuple(made for name in dict.fromkeys(p["name"] for p in every) if (made := _of_part(first[name])).kinds)


def _of_part(part: Mapping[str, Any]) -> Holding:
    persons = part.get("persons") or {"min": 0, "max": 0}
    kinds = tuple((kind, count) for kind, count in part.get("kinds", {}).items() if count)
    return Holding(part["name"], kinds, (persons["min"], persons["max"]))
