"""Kinds: what went wrong, by the findings, when a ticket opens; each kind has its manual."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mail.address import domain_key, exact_key, split
from response.manual import Kind
from response.who_got_it import Copy

LIST: Final = 100
"""Persons: above so many it is a list that left (個人情報保護法施行規則 第7条 counts from 101 for public bodies)."""
_OTHER_DOMAIN: Final = frozenset({"recipient-lookalike", "recipient-stray-domain"})
_HIDDEN: Final = "recipient-too-many-external"
_FILE: Final = "content-wrong-customer"


def kind_of(copies: Sequence[Copy], wrong: Sequence[str]) -> Kind:
    """The kind by what was found in the message, of the recipients that are said to be wrong; without a hint a wrong recipient."""
    findings = [f for copy in copies for f in copy.line.verdict.get("findings", ())]
    named = {exact_key(one) for one in wrong}
    about = [f for f in findings if (who := f["about"].get("recipient")) and (not named or exact_key(who) in named)]
    if any(f["rule"] in _OTHER_DOMAIN or _slipped_domain(f) for f in about):
        return "stray-domain"
    if about:
        return "wrong-recipient"
    rules = {f["rule"] for f in findings}
    if _HIDDEN in rules and not named:
        return "forgotten-bcc"
    if _FILE in rules:
        return "wrong-attachment"
    persons = max((_persons(copy.line.verdict) for copy in copies), default=0)
    return "list-exposure" if persons > LIST else "wrong-recipient"


def _slipped_domain(finding: Mapping[str, Any]) -> bool:
    """Whether the one that was meant has another domain."""
    given, meant = finding["about"].get("recipient", ""), finding.get("suggestion", "")
    return finding["rule"] == "recipient-typo" and bool(meant) and _domain(given) != _domain(meant)


def _domain(address: str) -> str:
    return domain_key(split(address)[1])


def _persons(verdict: Mapping[str, Any]) -> int:
    return int((verdict.get("exposure", {}).get("persons") or {}).get("max") or 0)
