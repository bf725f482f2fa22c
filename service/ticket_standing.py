"""Standing of tickets: what their facts come to, and the nearest date of the law, for commands that print tickets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notifier.words import when
from response.clocks import headline
from response.fact_names import NAMES
from response.known import Known, known
from response.office import Office
from service.console import in_store
from service.settings import Settings
from store.deadlines import DeadlineRow
from store.shelves import Shelves
from store.tickets import Ticket

HEADLINE = ("persons", "sensitive", "financial", "malicious", "my_number")
"""The facts that decide whether an authority is told; the others stand on the page."""
SAYS: Mapping[str, Mapping[str | bool | None, str]] = {
    "ja": {"facts": "事実", "law": "最も近い法令上の期限", "by": "まで", None: "不明", True: "はい", False: "いいえ"},
    "en": {"facts": "facts", "law": "nearest date of the law", "by": "", None: "unknown", True: "yes", False: "no"},
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one ticket."""

    known: Known
    nearest: DeadlineRow | None
    """The earliest hard date that runs; None: none does."""

    def for_program(self) -> dict[str, Any]:
        """`facts`: name → value, null where unknown, persons {"min", "max"}; `nearest_deadline`: rule, step, due (ISO 8601), to {"ja", "en"}; null without one."""
        row = self.nearest
        nearest = (
            {
                "rule": row.rule,
                "step": row.step,
                "due": row.due.isoformat() if row.due else None,
                "to": row.details["to"],
            }
            if row
            else None
        )
        return {"facts": {name: self.known.value(name) for name in HEADLINE}, "nearest_deadline": nearest}

    def in_words(self, language: str) -> Iterator[str]:
        """A line for what is known, and one for the date; no second one where there is none."""
        words = SAYS[language]
        said = (f"{NAMES[name].words(language)}: {_value(self.known.value(name), words)}" for name in HEADLINE)
        yield f"{words['facts']}: {'; '.join(said)}"
        if date := self.date(language):
            yield f"{words['law']}: {date}"

    def date(self, language: str) -> str:
        """The nearest date with its rule; "" without one."""
        row = self.nearest
        if row is None or row.due is None:
            return ""
        return f"{row.rule} {row.step} {when(row.due, self.known.zone, language)}{SAYS[language]['by']}"


def of(shelves: Shelves, office: Office, ticket: Ticket) -> Standing:
    """Of one ticket, as it is now."""
    return Standing(known(shelves, office, ticket), headline(shelves.deadlines.of(ticket.id)))


def standing(settings: Settings, office: Office, tickets: Iterable[Ticket]) -> Sequence[Standing]:
    """Of each ticket, in their order."""

    def look(shelves: Shelves) -> Sequence[Standing]:
        return [of(shelves, office, one) for one in tickets]

    return in_store(settings, look)


def _value(value: Any, words: Mapping[str | bool | None, str]) -> str:
    """A fact in words: yes, no, unknown, or from how many to how many."""
    if not isinstance(value, Mapping):
        return words[value]
    least, most = value["min"], value["max"]
    if most is None:
        return f"{least}–{words[None]}" if least else words[None]
    return str(most) if least == most else f"{least}–{most}"
