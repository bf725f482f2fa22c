"""Asks about a file that speaks of another customer than the one it goes to: by the admin's list here, by what was learnt in `learnt_customers`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mail.address import domain_key, split
from mail.shapes import Part
from rules.base import About, Action, Example, Facts, Finding, Mail
from rules.examples import body, facts, mail, table
from rules.learnt_customers import core_of
from rules.listed_customers import Customer, Place, compiled, words_of
from rules.mentions import Mention, mentions

ACTION = Action.HOLD
MOST_FILES = 60
_SHORTEST = 3
"""Letters of a domain's own word below which it may stand in any text."""


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.content-wrong-customer]`."""

    customers: tuple[Customer, ...] = ()
    """The customers whose names are known: `{ label, domains, names, codes }`."""
    file: str = ""
    """A CSV file with more of them: columns label, domains, names, codes, several values in one parted by ;."""
    learn: bool = True
    """Also learn from delivered mail which names are whose; kept are numbers and counts."""
    messages: int = 3
    """So many messages to one customer at least, addressed by a name, make it the customer's."""


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield one finding for each file that speaks of exactly one other customer of the list, and not of anybody who gets it."""
    if not options.customers:
        return
    outside = [a for a in given.envelope.recipients if known.is_outside(a)]
    files = [part for part in given.message.parts if not part.is_body and part.name][:MOST_FILES]
    if not (outside and files):
        return
    listed = compiled(options.customers)
    to = dict.fromkeys(domain_key(split(address)[1]) for address in outside)
    theirs = listed.of(to)
    aware = {customer for part in given.message.parts if part.is_body for customer, _ in listed.places(part)}
    aware |= listed.named(given.message.header("subject"))
    for part in files:
        places = dict(listed.places(part))
        if places.keys() & theirs or _speaks_of(part, to):
            continue
        if len(places) == 1:
            ((other, place),) = places.items()
            strong = place is not Place.TEXT and other not in aware
            yield _finding(part.name, listed.customers[other].label, tuple(to), strong=strong)


def mentions_of(given: Mail, options: Options) -> Sequence[Mention]:
    """Of whom the files speak, for the half of the rule that has to look up what was learnt."""
    return mentions(given.message) if options.learn else ()


def _speaks_of(part: Part, domains: Mapping[str, None]) -> bool:
    """Whether a domain that gets it, or the word that names its owner, stands in the file or its name."""
    text = words_of(part).casefold()
    cores = {core_of(domain) for domain in domains}
    return any(d in text for d in domains) or any(f" {c} " in text for c in cores if len(c) >= _SHORTEST)


def _finding(part: str, label: str, to: Sequence[str], *, strong: bool) -> Finding:
    goes = ", ".join(to[:3])
    words = {
        "ja": f"「{part}」は「{label}」宛てのファイルのようですが、宛先は {goes} です。ファイルの取り違えがないか、ご確認ください。",
        "en": f"“{part}” seems to be a file for {label}, but the message goes to {goes}. Please check that it is the right file.",
    }
    reason, action = ("listed", None) if strong else ("weak", Action.NOTE)
    score = 0.8 if strong else 0.2
    return Finding(About(part=part), words, evidence={"recipients": len(to)}, score=score, action=action, reason=reason)


_AOKI = Customer("青木商事", ("aoki.example",), ("青木商事", "Aoki Trading"), ("AK-2025-14",))
_SATO = Customer("佐藤電機", ("sato-denki.example",), ("佐藤電機",))
_LIST = {"customers": (_AOKI, _SATO)}
_TO = ("kimura@sato-denki.example",)


def _sent(name: str, *rows: str, text: str = "お世話になっております。") -> Mail:
    return mail(*_TO, parts=(body(text), table(name, (), *((row,) for row in rows))))


EXAMPLES = (
    Example("its name", _sent("御見積書_青木商事様.xlsx", "合計 1,000"), facts(), 1, options=_LIST),
    Example("its address line", _sent("見積.xlsx", "株式会社青木商事 御中", "合計 1,000"), facts(), 1, options=_LIST),
    Example("a code in its name", _sent("AK-2025-14_quote.xlsx"), facts(), 1, options=_LIST),
    Example("in English", _sent("Quote Aoki Trading.xlsx"), facts(), 1, options=_LIST),
    Example("further down is a note", _sent("表.xlsx", *["-"] * 40, "青木商事"), facts(), 1, options=_LIST),
    Example("spoken of in the text is a note", _sent("青木商事.xlsx", text="青木商事様の件です。"), facts(), 1, options=_LIST),
    Example("both are named", _sent("青木商事.xlsx", "佐藤電機株式会社 御中"), facts(), 0, options=_LIST),
    Example("the recipient's own", _sent("佐藤電機様.xlsx"), facts(), 0, options=_LIST),
    Example("the recipient's domain is in it", _sent("青木商事.xlsx", "kimura@sato-denki.example"), facts(), 0, options=_LIST),
    Example("nobody of the list", _sent("田中工業様.xlsx"), facts(), 0, options=_LIST),
    Example("no list", _sent("青木商事様.xlsx"), facts(), 0),
    Example("to colleagues", mail("mori@tachibana.example", parts=(table("青木商事様.xlsx", ()),)), facts(), 0, options=_LIST),
)  # fmt: skip
