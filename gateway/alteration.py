"""Alteration: what a sender's answer changes in the header and takes out of the files, whether that can be done, and the doing. Pure.

Found out when a message is held, so that only what can be done is offered; done again when it is released, and what comes out
otherwise then is not sent.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from mail.address import is_inside, key, wire
from mail.headers import Headers
from mail.patch import move_to_bcc, replace_recipients
from mail.removal import removable, without_files
from rules import recipient_too_many_external as too_many
from rules.verdict import ASKING, PERSONAL

Change = Literal["header", "envelope", "none", "blocked"]
"""What comes of a finding's altering answer. header: To and Cc say so too · envelope: only the delivery is corrected, To and Cc
stay as they are · none: it cannot be done · blocked: nobody may write to the suggested address now."""

_TOO_MANY = "recipient-too-many-external"
_SHOWN = (*too_many.SEEN, "Bcc", "Resent-Bcc")


def with_changes(
    verdict: Mapping[str, Any], head: bytes, *, own_domains: frozenset[str], smtputf8: bool
) -> dict[str, Any]:
    """The verdict as a hold keeps it (`Verdict.as_json`): each finding that may be answered by altering says its `change`."""
    meant = {f["about"].get("recipient", ""): wire(f["suggestion"]) for f in verdict["findings"] if f.get("suggestion")}
    _, replaceable = replace_recipients(head, meant)

    def change(finding: Mapping[str, Any]) -> Change | None:
        if finding["rule"] == _TOO_MANY:
            return "none" if _hidden(head, own_domains) is None else "header"
        if not finding.get("suggestion"):
            return None
        if not (wire(finding["suggestion"]).isascii() or smtputf8):
            return "none"
        return "header" if finding["about"].get("recipient", "") in replaceable else "envelope"

    findings = [f | {"change": found} if (found := change(f)) else f for f in verdict["findings"]]
    return {**verdict, "findings": findings}


def signature_of(headers: Headers, *, signs_afterwards: bool) -> dict[str, Any]:
    """What a hold keeps of a DKIM signature: `signed_anew` where altering breaks it and somebody signs afterwards, else when it ends."""
    if not headers.has_dkim:
        return {}
    return {"signed_anew": True} if signs_afterwards else {"dkim_ends": headers.dkim_ends}


def with_files(verdict: Mapping[str, Any], content: bytes, parts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The verdict as a hold keeps it: each finding that asks about files says which `files` have to go for it to be met.

    `parts`: name of each part, and of the part at the top that it is or is inside of. The verdict's own `files` says of each name
    found in them what it goes with. Nothing is said where something of it would stay: in the text, or in what cannot be taken out.
    """
    about = [_about(finding, verdict) for finding in verdict["findings"]]
    if not any(about):
        return dict(verdict)
    places, goes = removable(content), dict[str, set[str]]()
    for name, top in parts:
        goes.setdefault(name, set()).add(top)
    can = {name: sorted(tops) for name, tops in goes.items() if name and tops <= places.keys()}
    findings = [
        f | {"files": sorted({top for name in names for top in can[name]})} if names and can.keys() >= names else f
        for f, names in zip(verdict["findings"], about, strict=True)
    ]
    told = {part["name"] for part in verdict.get("exposure", {}).get("parts", ())}.union(*about)
    return {**verdict, "findings": findings, "files": {name: can[name] for name in sorted(told & can.keys())}}


def _about(finding: Mapping[str, Any], verdict: Mapping[str, Any]) -> frozenset[str]:
    """The names of the parts that a finding asks about; "" for the text; empty where it is about no file."""
    if finding["action"] not in ASKING or finding["about"].get("recipient"):
        return frozenset()
    if part := finding["about"].get("part"):
        return frozenset({part})
    if finding["rule"] != PERSONAL:
        return frozenset()
    holding = verdict.get("exposure", {}).get("parts", ())
    return frozenset(part["name"] for part in holding if any(part["kinds"].values()))


def without_changes(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """The same verdict when the header turned out not to be alterable after all."""

    def weaker(given: Mapping[str, Any]) -> dict[str, Any]:
        finding = {name: value for name, value in given.items() if name != "files"}
        change: Change = "envelope" if finding.get("suggestion") else "none"
        return finding | {"change": change} if finding.get("change") == "header" else finding

    return {**verdict, "findings": [weaker(finding) for finding in verdict["findings"]]}


def altered(
    plain: bytes, decision: Mapping[str, Any], own_domains: frozenset[str], alterable: str = ""
) -> bytes | None:
    """The content with what the sender was told that changes (`Plan.as_json`), every other octet as it came; None: it cannot be done.

    `alterable`: why nothing of it may change (`mail.headers.alterable`); "" where it may.
    """
    if alterable and any(decision.get(change) for change in ("rewrite", "hide", "remove")):
        return None
    wanted = {old: decision["redirect"][old] for old in decision.get("rewrite", ())}
    plain, done = replace_recipients(plain, wanted)
    if done != wanted.keys():
        return None
    left = without_files(plain, decision["remove"]) if decision.get("remove") else plain
    return _hidden(left, own_domains) if left is not None and decision.get("hide") else left


def _hidden(content: bytes, own_domains: frozenset[str]) -> bytes | None:
    """With its outside recipients moved out of To and Cc; None where somebody could still read the address of another.

    None, too, without an end of the header: what follows was not seen.
    """
    headers = Headers(content)
    outside = [a for a in headers.addresses("to", "cc") if not is_inside(a, own_domains)]
    moved, done = move_to_bcc(content, outside) if outside else (content, True)
    left = Headers(moved)
    if not done or left.over or left.body_start == len(moved):
        return None
    named = {key(address) for address in outside}
    # Received names the one recipient of a transaction that had only one (RFC 5321 4.4), so nobody else.
    fields = [(name.title(), value) for name, value in left.pairs() if name.title() != "Received"]
    readable = ((name, address) for name, value in fields for address in too_many.readable(value))
    seen = any(key(a) in named or (name in _SHOWN and not is_inside(a, own_domains)) for name, a in readable)
    return None if seen else moved
