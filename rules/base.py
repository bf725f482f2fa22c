"""The shapes of judging: Mail and Facts go in, Findings come out; a rule is one module of this folder.

A rule module has: `Options` (frozen dataclass, each field with its default), `ACTION` (the default action),
`check(mail, facts, options) -> Iterator[Finding]` and `EXAMPLES`. Its file name is its name in the configuration
(`recipient_typo.py` is `recipient-typo`). One test runs every rule's examples.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from mail.address import is_inside
from mail.envelope import Envelope
from mail.shapes import Message, lazy
from rules.opening import Opening, openings
from rules.recent_mail import RecentMail


class Action(StrEnum):
    """What follows from a finding, from the weakest to the strongest."""

    OFF = "off"
    NOTE = "note"
    DELAY = "delay"
    HOLD = "hold"
    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True)
class Mail:
    """What a rule looks at: one envelope and the message as it was read."""

    envelope: Envelope
    message: Message

    @lazy
    def openings(self) -> tuple[Opening, ...]:
        """How its bodies begin."""
        return openings(self.message)


@dataclass(frozen=True, slots=True)
class Contact:
    """An address that is known, with what the organisation and this sender have to do with it."""

    address: str
    name: str = ""
    count: int = 0
    """Messages the organisation sent to it."""
    sender_count: int = 0
    """Messages this sender sent to it."""
    last_sent: date | None = None
    vouched: bool = False
    """Imported, confirmed by a person, has answered, or three deliveries on two days. Only these make a near-typo."""
    bounced: bool = False
    disowned: bool = False
    """Somebody said that it was the wrong one; nobody has confirmed it since."""


@dataclass(frozen=True, slots=True)
class Block:
    """An address or domain that nobody may write to unasked."""

    target: str
    """Key of an address, or of a domain (then without @)."""
    ticket: str = ""
    until: date | None = None
    lenient: bool = False
    """A known contact: held for the desk for a while, not blocked (people err in reports, too)."""


class Reach(StrEnum):
    """What DNS says of a domain's mail (RFC 5321 5.1)."""

    UNKNOWN = "unknown"
    """Nobody asked, or no answer came in time: nothing follows from it."""
    TAKES = "takes"
    """It has an MX, or an address to stand for one."""
    NO_DOMAIN = "no-domain"
    """The name does not exist."""
    NO_HOST = "no-host"
    """It exists, without MX and without an address."""
    NULL_MX = "null-mx"
    """It says that it takes no mail (RFC 7505)."""


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """What was known of one recipient when the message was judged."""

    known: Contact | None = None
    candidates: tuple[Contact, ...] = ()
    """Known contacts near enough to be meant instead: at most 50, vouched or not. None are looked for around a vouched one."""
    domain_known: bool = False
    """Somebody here writes to this domain."""
    crowds: Mapping[str, int] = field(default_factory=dict)
    """How many contacts the domain has, and (unless `known` is vouched) each domain that looks like it."""
    contacts: int = 0
    """How many contacts there are at all; 0 where nobody counted."""
    forms: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How the contacts of each of those domains write their local parts: contacts by form (`rules.local_form.form`)."""
    name_tokens: Mapping[str, int] = field(default_factory=dict)
    """How many contacts carry each token of the local part; empty where there is no candidate."""
    block: Block | None = None
    namesakes: tuple[Contact, ...] = ()
    """Vouched contacts under the display name that this recipient has in the header, at other addresses."""
    reach: Reach = Reach.UNKNOWN
    """Whether the domain takes mail; never asked for a known contact."""
    domain_doubtful: bool = False
    """Few are known at the domain, and none of them vouches: as far as anybody knows the domain itself may be a slip."""


_NOTHING = RecipientFacts()
"""One for all of whom nothing is known: every rule asks."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gateway knew when it judged. A fact that could not be had is in `unknown`, never silently absent."""

    today: date
    own_domains: frozenset[str] = frozenset()
    """Keys as `mail.address.domain_key` makes them."""
    recipients: Mapping[str, RecipientFacts] = field(default_factory=dict)
    """By address exactly as in the envelope."""
    recent: RecentMail = field(default_factory=RecentMail)
    """Who of the sender and the recipients wrote to whom lately."""
    unknown: tuple[str, ...] = ()
    """Facts that could not be had, by name: "contacts", "dns"."""
    thread: frozenset[str] = frozenset()
    """Domains (keys) of everyone in the earlier mail that this one answers; empty where it answers none that was seen here."""
    nobody_to_ask: bool = False
    """Sent by a program, a forwarder or an alias: no person waits for a question."""

    def of(self, address: str) -> RecipientFacts:
        """The facts of one recipient; empty ones where nothing is known."""
        return self.recipients.get(address) or _NOTHING

    def is_outside(self, address: str) -> bool:
        """Whether the address is not in a domain of ours."""
        return not is_inside(address, self.own_domains)


@dataclass(frozen=True, slots=True)
class About:
    """What a finding is about: one recipient, one part, or the whole message (both empty)."""

    recipient: str = ""
    part: str = ""

    def as_json(self) -> dict[str, Any]:
        """The shape that others script against."""
        if self.recipient:
            return {"recipient": self.recipient}
        return {"part": self.part} if self.part else {"message": True}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason to ask. Words and evidence never hold a value that was found, only counts."""

    about: About
    words: Mapping[str, str]
    """One or two sentences by language: {"ja": …, "en": …}."""
    suggestion: str = ""
    """The address that was probably meant; "" without."""
    evidence: Mapping[str, int | float] = field(default_factory=dict)
    score: float = 1.0
    """How sure, 0 to 1; the strongest comes first on the page."""
    action: Action | None = None
    """Set by a rule whose reasons have their own actions; otherwise the rule's action holds."""
    reason: str = ""
    """A closed word of the rule's own, for the journal and metrics ("damaged")."""
    points: float = 0.0
    """What it adds, 0 to 1, to a doubt about a recipient, or to what travels: at 1 both together are asked about."""
    rule: str = ""
    """Filled in by `judge`."""
    tables: tuple[int, ...] = ()
    """Numbers, from 1, of the `[[policy]]` tables that gave it its action; () where the rule did."""
    delay: int = 0
    """With the action delay: seconds after which the message leaves by itself; 0: it is asked about like hold."""
    exemption: int = 0
    """Number, from 1, of the `[[exemptions]]` table that made it a note."""
    measures: tuple[str, ...] = ()
    """Numbers of the measures after an earlier case (`store.measures`) that made it ask."""


@dataclass(frozen=True, slots=True)
class PartExposure:
    """How much personal data one part holds: counts, never values."""

    name: str
    kinds: Mapping[str, int]
    persons_min: int = 0
    persons_max: int = 0
    lost: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Only filled for `--values`; never stored, logged or shown otherwise."""
    unseen: int = 0
    """At most so many persons stand where whoever opens it does not see them: hidden sheets and rows, comments, properties."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """How many persons' data travel with a message."""

    persons_min: int = 0
    persons_max: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[PartExposure, ...] = ()
    measured: bool = True
    """False: nobody asked for it, or it could not be done; nothing is known then, and the counts stand empty."""


@dataclass(frozen=True, slots=True)
class Example:
    """A hit or a near miss of a rule, run by one test for all rules."""

    name: str
    mail: Mail
    facts: Facts
    hits: int
    """How many findings are expected; 0 is a near miss."""
    suggestion: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


class Rule(Protocol):
    """What a module of this folder offers."""

    ACTION: Action
    Options: type
    EXAMPLES: tuple[Example, ...]

    def check(self, mail: Mail, facts: Facts, options: Any, /) -> Iterator[Finding]:
        """Yield what is wrong with the mail; pure."""
