"""Friction: a second look for whoever confirms again and again without reading, where the settings say so (decision 0046). Pure but for `wants`.

Only on the page: who types codes into a mail has looked. One question a message, never a reproach, and one careful answer ends it.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.decision import Decision, risks
from gateway.options import FrictionOptions
from mail.address import is_inside
from mail.marks import stream_safe
from rules.marks import marked, shown
from store.holds import Hold
from store.shelves import Shelves

_UNCHANGED: Final = frozenset({"right", "agree"})
_MOST: Final = 4
"""Letters that somebody is asked to type."""
_NEIGHBOURS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be looked at once more."""

    address: str
    answer: str
    offered: tuple[str, ...] = ()
    """Domains to choose from, the right one among them; () where letters are to be typed."""

    def fits(self, given: str) -> bool:
        """Whether that is what somebody sees who looks; in whatever width and case a keyboard gives."""
        plain = "".join(unicodedata.normalize("NFKC", stream_safe(given)).split()).casefold()
        return bool(plain) and plain == unicodedata.normalize("NFKC", self.answer).casefold()


def look_of(held: Sequence[Hold], decision: Decision, domains: frozenset[str]) -> Look | None:
    """What is asked once more about this answer: its first "it is right"; None where nothing outside was confirmed.

    The letters that differ from the usual address; or, where there is none, the domain out of three.
    """
    confirmed = (risk for risk in risks(held) if decision.choices.get(risk.id) in _UNCHANGED)
    outside = [r.address for hold in held for r in hold.recipients if not is_inside(r.address, domains)]
    for risk in confirmed:
        address = risk.finding["about"].get("recipient") or next(iter(outside), "")
        if not address:
            continue
        usual = risk.finding.get("suggestion", "")
        pieces = marked(address, usual).given if usual else ()
        letters = "".join(piece for piece, differs in pieces if differs)
        if 0 < len(letters) <= _MOST:
            return Look(address, letters)
        domain = shown(address)[1]
        return Look(address, domain, _three(domain, risk.id)) if domain else None
    return None


def wants(
    shelves: Shelves,
    held: Sequence[Hold],
    decision: Decision,
    by: str,
    options: FrictionOptions,
    domains: frozenset[str],
) -> bool:
    """Whether this answer waits for a second look."""
    if not options.after or decision.open_for is None or shelves.habits.in_a_row(by) < options.after:
        return False
    look = look_of(held, decision, domains) if _is_unchanged(decision) else None
    return look is not None and not look.fits(decision.looked_at)


def remember(shelves: Shelves, decision: Decision, by: str, options: FrictionOptions) -> None:
    """After an answer: one more that was given at once, or the end of the row. A second look that was right ends it, too."""
    if not options.after or decision.kind == "bring-back":
        return
    at_once = decision.open_for is not None and decision.open_for < options.within
    if at_once and _is_unchanged(decision) and not decision.looked_at:
        shelves.habits.once_more(by)
    else:
        shelves.habits.forget(by)


def _is_unchanged(decision: Decision) -> bool:
    return decision.kind == "send" and bool(decision.choices) and _UNCHANGED.issuperset(decision.choices.values())


def _three(domain: str, number: str) -> tuple[str, ...]:
    """The domain and two that look like it; for one message always the same, in the same order."""
    made = [domain]
    for n in range(256):
        digest = hashlib.sha256(f"{number} {domain} {n}".encode()).digest()
        other = _altered(domain, digest)
        if other not in made:
            made.append(other)
        if len(made) == 3:  # noqa: PLR2004 - three
            break
    return tuple(sorted(made, key=lambda one: hashlib.sha256(f"{number} {one}".encode()).digest()))


def _altered(domain: str, digest: bytes) -> str:
    """The domain with one letter of its name changed into another."""
    name, dot, rest = domain.partition(".")
    at = digest[0] % len(name)
    return f"{name[:at]}{_NEIGHBOURS[digest[1] % len(_NEIGHBOURS)]}{name[at + 1 :]}{dot}{rest}"
