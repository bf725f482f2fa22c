"""What a notice says of a held message: its number and subject, the reasons and counts; nothing that was found."""

from collections.abc import Mapping
from typing import Any

from notifier.words import LONGEST_SUBJECT, one_line
from rules.marks import marked
from rules.policy_findings import TABLE
from rules.verdict import ASKING
from store.holds import Hold
from store.ids import shown

PERSONAL_DATA = "content-personal-data"
"""The rule whose words count what the exposure counts."""


def short(hold: Hold) -> dict[str, Any]:
    """Number and subject, and whether others have it already."""
    partly = bool(hold.verdict.get("policy", {}).get("partly"))
    return {"number": shown(hold.group_id), "subject": one_line(hold.subject, LONGEST_SUBJECT), "partly": partly}


def facts_of(hold: Hold) -> dict[str, Any]:
    """Reasons and counts, as a question says them; words in both languages: each person reads in their own.

    Counts of a part stand beside the reasons only where no reason says the same: one about the only part that holds any.
    """
    present = {r.address for r in hold.recipients}
    asking = [f for f in hold.verdict["findings"] if is_asked(f)]
    here = [f for f in asking if f["about"].get("recipient") in {None, *present}]
    parts = hold.verdict.get("exposure", {}).get("parts", [])
    counted = [{"name": one_line(p["name"]), "kinds": {k: n for k, n in p["kinds"].items() if n}} for p in parts]
    holding = [p for p in counted if p["kinds"]]
    said = len(holding) == 1 and any(f["rule"] == PERSONAL_DATA for f in here)
    shown_: set[tuple[str, str]] = set()
    return short(hold) | {
        "reasons": [reason(f, shown_) for f in here],
        "parts": [] if said else holding,
        "silence": hold.silence or "cancel",
    }


def is_asked(finding: Mapping[str, Any]) -> bool:
    """Whether a finding of a hold is a point to be answered. That all mail waits for a while is none: nothing was found."""
    return finding["action"] in ASKING and not (finding["rule"] == TABLE and finding["action"] == "delay")


def reason(finding: Mapping[str, Any], shown_: set[tuple[str, str]]) -> dict[str, Any]:
    """One finding for people: its words, and the two addresses with the differing letters marked; what was shown is not shown again."""
    given, usual = finding["about"].get("recipient", ""), finding.get("suggestion", "")
    words = {k: one_line(v) for k, v in finding["words"].items()}
    said: dict[str, Any] = {"words": words, "given": [], "usual": [], "alike": False}
    if not given or (given, usual) in shown_:
        return said
    shown_ |= {(given, usual), (given, "")}
    if usual:
        both = marked(given, usual)
        sides = {"given": both.given, "usual": both.usual}
        return (
            said | {side: [list(p) for p in pieces] for side, pieces in sides.items()} | {"alike": both.differing > 0}
        )
    return said | {"given": [[given, False]]}


def for_colleagues(hold: Hold) -> tuple[Mapping[str, Any], ...]:
    """Give the findings that a colleague in To or Cc may see: those about recipients in To and Cc."""
    unnamed = hold.verdict.get("unnamed", ())
    seen = {r.address for r in hold.recipients if r.address not in unnamed}
    return tuple(f for f in hold.verdict["findings"] if is_asked(f) and f["about"].get("recipient") in seen)


def earlier(hold: Hold | None) -> dict[str, str]:
    """A similar message that its sender knows of."""
    return {"number": shown(hold.group_id), "at": hold.received_at.isoformat()} if hold else {}
