"""Exposure of a case: how many persons' data left at most, and how grave that is; unknown is said, never counted as nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from response.who_got_it import Copy
from rules.personal.kinds import leak
from rules.personal.recogniser import Leak

# 個人情報保護法施行規則 第7条: a report is owed above 1,000 persons (4), and from one person on where misuse may cost
# money (2). 番号法の漏えい等に関する規則 第2条: above 100 persons for My Number.
MANY = 1000
MANY_MY_NUMBER = 100
SOME = 100
_NO_KIND_COSTS = frozenset({"password", "credential"})
"""Words of reports by people; no recogniser finds them."""


@dataclass(frozen=True, slots=True)
class Severity:
    """How grave: 0 nothing personal found · 1 some · 2 grave or unsure · 3 a report to an authority is likely owed."""

    level: int
    why: Mapping[str, str]


def of_copies(copies: Sequence[Copy]) -> dict[str, Any]:
    """Read what of the data left with these copies of one message: without the files that its sender took out of all of them."""
    line = copies[0].line if copies else None
    taken = [frozenset((copy.hold.decision or {}).get("gone", ()) if copy.hold else ()) for copy in copies]
    gone = frozenset[str]().union(*taken[:1]).intersection(*taken[1:])
    verdict = line.verdict if line and line.gate != "open" else None
    return of_case(without(verdict, gone)) | links_of(verdict)


def links_of(verdict: Mapping[str, Any] | None) -> dict[str, Any]:
    """`{"links": {domain: how many}}`; None: nobody counted them. They are in the text, which nobody can take out."""
    counted = (verdict or {}).get("links")
    return {"links": None if counted is None else dict(counted)}


def of_case(verdict: Mapping[str, Any] | None) -> dict[str, Any]:
    """Read what the stored verdict says of the data that travelled, for `Ticket.exposure`; counts only, never a value.

    `{"known", "persons": {"min", "max"}, "kinds", "parts": [{"name", "kinds", "lost"}], "unread": [names],
    "severity", "why": {"ja", "en"}}`; `max` is the figure for every threshold until a person confirms another one. Where
    nothing is known (no verdict, the gate was open, the rule about personal data is off), `known` is false and `max` is None.
    """
    found = (verdict or {}).get("exposure")
    if not found:
        base: dict[str, Any] = {
            "known": False,
            "persons": {"min": 0, "max": None},
            "kinds": {},
            "parts": [],
            "unread": [],
        }
    else:
        parts = [
            {"name": p.get("name", ""), "kinds": dict(p.get("kinds", {})), "lost": list(p.get("lost", ()))}
            for p in found.get("parts", ())
        ]
        persons, known = found.get("persons", {}), bool(found.get("measured", True))
        base = {
            "known": known,
            "persons": {"min": int(persons.get("min", 0)), "max": int(persons.get("max", 0)) if known else None},
            "kinds": dict(found.get("kinds", {})),
            "parts": parts,
            "unread": _unread(verdict or {}, parts),
        }
    severity = severity_of(base)
    return base | {"severity": severity.level, "why": dict(severity.why)}


def without(verdict: Mapping[str, Any] | None, gone: Collection[str]) -> Mapping[str, Any] | None:
    """The verdict of what is left when its sender took these parts out (names, as in a hold's `decision`): no count is too small.

    Whether a person of one part also stands in another is not known any more: then he is counted.
    """
    found = (verdict or {}).get("exposure")
    if verdict is None or not found or not gone:
        return verdict
    parts = [part for part in found.get("parts", ()) if part.get("name") not in gone]
    persons = [part.get("persons", {}) for part in parts]
    least, most = max((p.get("min", 0) for p in persons), default=0), sum(p.get("max", 0) for p in persons)
    all_of = found.get("persons", {})
    kinds = {kind: sum(part["kinds"].get(kind, 0) for part in parts) for kind in found.get("kinds", {})}
    left = {
        "persons": {"min": min(least, all_of.get("min", 0)), "max": min(most, all_of.get("max", 0))},
        "kinds": {kind: min(count, found["kinds"][kind]) for kind, count in kinds.items()},
        "parts": parts,
    }
    findings = [f for f in verdict.get("findings", ()) if f.get("about", {}).get("part") not in gone]
    return {**verdict, "findings": findings, "exposure": {**found, **left}}


def severity_of(exposure: Mapping[str, Any]) -> Severity:
    """Weigh an exposure by its upper bound; what could not be read counts as grave until somebody looked."""
    kinds, most = exposure["kinds"], exposure["persons"]["max"]
    if not exposure["known"]:
        return _say(
            2, "内容の検査結果がないため、重大とみなします。", "The content was not inspected: treated as grave."
        )
    if most > MANY:
        return _say(
            3,
            f"最大{most}人分の個人情報（1,000人を超える）。",
            f"Personal data of up to {most} persons (more than 1,000).",
        )
    if kinds.get("my_number", 0) > MANY_MY_NUMBER:
        return _say(
            3,
            f"マイナンバー{kinds['my_number']}件（100人を超える）。",
            f"{kinds['my_number']} My Numbers (more than 100).",
        )
    costly = sum(count for kind, count in kinds.items() if kind in _NO_KIND_COSTS or leak(kind) is Leak.COSTS_MONEY)
    if costly:
        return _say(3, f"財産的被害のおそれのある情報{costly}件。", f"{costly} data whose misuse may cost money.")
    numbers = sum(count for kind, count in kinds.items() if leak(kind) is Leak.IDENTIFIES)
    if numbers:
        return _say(2, f"本人を特定する番号{numbers}件。", f"{numbers} numbers that identify a person.")
    if exposure["unread"]:
        count = len(exposure["unread"])
        return _say(
            2,
            f"読み取れない部分が{count}件あり、重大とみなします。",
            f"{count} parts could not be read: treated as grave.",
        )
    if most > SOME:
        return _say(2, f"最大{most}人分の個人情報。", f"Personal data of up to {most} persons.")
    if most or any(kinds.values()):
        return _say(1, f"最大{most}人分の個人情報。", f"Personal data of up to {most} persons.")
    return _say(0, "個人情報は見つかっていません。", "No personal data was found.")


def _say(level: int, ja: str, en: str) -> Severity:
    return Severity(level, {"ja": ja, "en": en})


def _unread(verdict: Mapping[str, Any], parts: list[dict[str, Any]]) -> list[str]:
    """Parts of which something was lost, by name; the message itself is ""."""
    names = [part["name"] for part in parts if part["lost"]]
    uninspected = (f for f in verdict.get("findings", ()) if f.get("rule") == "content-uninspectable")
    names.extend(f.get("about", {}).get("part", "") for f in uninspected)
    return list(dict.fromkeys(names))
