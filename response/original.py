"""Original: the mail that reported a case, as the evidence keeps it: whole from who is believed, the beginning of anyone else's.

Sealed before the unit that keeps it, and bounded over time: the report address is known outside, and so gets whatever somebody
likes to send there.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from response.report import Report
from store.evidence import Enclosure
from store.seal import Seal
from store.shelves import Shelves

BEGINNING = 64 * 1024
"""Octets of a mail whose sender nothing proves: its header and what it says."""
WINDOW = 15 * 60
"""Seconds."""
PROVEN, UNPROVEN = 256 * 1024 * 1024, 4 * 1024 * 1024
"""Octets that are kept in one window of mail that is believed, and of other mail; of the rest the digest stays."""


@dataclass(frozen=True, slots=True)
class Original:
    """What of a report's original may be kept, and what of it always is."""

    sha256: str
    """Of all of it, whatever is kept."""
    size: int
    enclosed: Enclosure
    whole: bool
    proven: bool


def of(report: Report, seal: Seal) -> Original | None:
    """Seal the original of a report; a moment for a large one: not in the loop."""
    if report.original is None:
        return None
    whole = report.proven or len(report.original) <= BEGINNING
    kept = report.original if whole else report.original[:BEGINNING]
    digest = hashlib.sha256(report.original).hexdigest()
    return Original(digest, len(report.original), Enclosure.of(kept, seal), whole, report.proven)


def room_for(shelves: Shelves, original: Original, at: datetime) -> bool:
    """Whether it may be kept in this window, counted in the same transaction."""
    name, most = ("originals-proven", PROVEN) if original.proven else ("originals", UNPROVEN)
    window = int(at.timestamp()) // WINDOW
    counted, _, octets = (shelves.marks.get(name) or "0 0").partition(" ")
    after = (int(octets) if int(counted) == window else 0) + len(original.enclosed.sealed)
    if after > most:
        return False
    shelves.marks.set(name, f"{window} {after}")
    return True
