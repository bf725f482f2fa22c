"""Holds mail to an address or domain that was blocked, after a leak or by the settings; a lenient block only waits for the desk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.base import About, Action, Block, Example, Finding
from rules.base import Facts as KnownFacts
from rules.base import Mail as GivenMail
from rules.examples import TODAY, about, facts, mail
from rules.listed import Entry, entry_of, in_force
from rules.words import day_en, day_ja

ACTION = Action.HOLD


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-blocked]`."""

    lenient: Action = Action.APPROVE
    """For a known contact that was reported: the desk looks first, for people err in reports, too."""
    entries: tuple[Entry, ...] = ()
    """Addresses and domains that nobody may write to, each with its owner and, if it ends, its last day."""


def check(given: GivenMail, known: KnownFacts, options: Options) -> Iterator[Finding]:
    """Yield one finding a blocked recipient: `strict` cannot be answered with "it is right", `lenient` is for the desk."""
    listed = in_force(options.entries, known.today) if options.entries else {}
    for address in dict.fromkeys(given.envelope.recipients):
        block = known.of(address).block
        if entry := entry_of(address, listed):
            yield Finding(About(recipient=address), _listed_words(entry, known), reason="strict")
        if block is not None and (block.until is None or block.until >= known.today):
            yield Finding(
                About(recipient=address),
                _words(address, block, known),
                evidence={"days_left": (block.until - known.today).days} if block.until else {},
                action=options.lenient if block.lenient else None,
                reason="lenient" if block.lenient else "strict",
            )


def _words(address: str, block: Block, known: KnownFacts) -> Mapping[str, str]:
    until_ja = f"{day_ja(block.until, known.today)}まで" if block.until else ""
    until_en = f" until {day_en(block.until, known.today)}" if block.until else ""
    if block.lenient:
        return {
            "ja": f"{address} への送信は、対応窓口が確認するまで（{until_ja or '期限なし'}）保留されます。",
            "en": f"Mail to {address} waits{until_en} until the response desk has looked at it.",
        }
    what_ja, what_en = (address, address) if "@" in block.target else (block.target, f"{block.target} (domain)")
    return {
        "ja": f"{what_ja} は、漏えい対応のため{until_ja}送信を止めている宛先です。",
        "en": f"{what_en} is blocked{until_en} after a report of misdirected mail.",
    }


def _listed_words(entry: Entry, known: KnownFacts) -> Mapping[str, str]:
    """What the admin wrote beside it, too: why, and whom to ask."""
    target, reason = entry.target.strip().removeprefix("@"), " ".join(entry.reason.split()).rstrip("。.")
    until_ja = f"{day_ja(entry.until, known.today)}まで" if entry.until else ""
    until_en = f" until {day_en(entry.until, known.today)}" if entry.until else ""
    return {
        "ja": f"{target} への送信は、{until_ja}管理者が止めています。{f'理由: {reason}。' if reason else ''}お問い合わせは {entry.owner} へ。",
        "en": f"Mail to {target} is blocked by the administrators{until_en}.{f' Reason: {reason}.' if reason else ''} Please ask {entry.owner}.",
    }


_WRONG = "kimura@customer.example"

EXAMPLES = (
    Example("a blocked address", mail(_WRONG), about(_WRONG, block=Block(_WRONG)), 1),
    Example(
        "a blocked domain, until today", mail(_WRONG), about(_WRONG, block=Block("customer.example", until=TODAY)), 1
    ),
    Example("a known contact waits for the desk", mail(_WRONG), about(_WRONG, block=Block(_WRONG, lenient=True)), 1),
    Example("the block has ended", mail(_WRONG), about(_WRONG, block=Block(_WRONG, until=TODAY.replace(year=2024))), 0),
    Example(
        "a domain that the settings block",
        mail(_WRONG),
        facts(),
        1,
        options={"entries": (Entry("customer.example", "it@tachibana.example"),)},
    ),
    Example(
        "that entry has ended",
        mail(_WRONG),
        facts(),
        0,
        options={"entries": (Entry(_WRONG, "it@tachibana.example", TODAY.replace(year=2024)),)},
    ),
    Example("nobody blocked it", mail(_WRONG), facts(), 0),
)
