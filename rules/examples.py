"""Small mails and facts for the examples of the rules."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from mail.envelope import Client, Envelope, ForwardPath
from mail.headers import Headers
from mail.shapes import Block, Lost, Message, Part
from rules.base import Contact, Facts, Mail, RecipientFacts
from rules.recent_mail import RecentMail, Sending, encode, minute, topic

TODAY = date(2025, 12, 1)
OWN = frozenset({"tachibana.example"})
SENDER = "hanako@tachibana.example"
_DIGEST = "0" * 64


def mail(
    *recipients: str,
    parts: tuple[Part, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    lost: tuple[Lost, ...] = (),
    ambiguous: tuple[str, ...] = (),
) -> Mail:
    """A mail to some recipients."""
    given = recipients or ("kimura@customer.example",)
    client = Client("192.0.2.1")
    envelope = Envelope(
        "example", SENDER, tuple(ForwardPath(r) for r in given), client, datetime(2025, 12, 1, 9, tzinfo=UTC)
    )
    fields = "".join(f"{name}: {value}\r\n" for name, value in (("From", SENDER), *headers))
    return Mail(envelope, Message(Headers(f"{fields}\r\n".encode()), parts, lost, ambiguous))


def facts(**recipients: RecipientFacts) -> Facts:
    """Facts over our own domain; recipients are added by `about`."""
    return Facts(TODAY, OWN, recipients)


def about(address: str, **known: object) -> Facts:
    """Facts with what is known of one recipient."""
    return Facts(TODAY, OWN, {address: RecipientFacts(**known)})  # type: ignore[arg-type]  # fields by name


def thread(*domains: str, **recipients: RecipientFacts) -> Facts:
    """Facts about a mail that answers one between these domains; recipients by address."""
    return Facts(TODAY, OWN, recipients, thread=frozenset(domains))


def contact(address: str, count: int = 42, *, vouched: bool = True) -> Contact:
    """A contact that was written to, the last time on Friday 14 November."""
    return Contact(address, "", count, min(count, 9), date(2025, 11, 14), vouched)


def body(text: str) -> Part:
    """A body of lines."""
    return Part("", "plain", len(text), _DIGEST, (Block(tuple((line,) for line in text.splitlines())),), is_body=True)


def table(name: str, header: tuple[str, ...], *rows: tuple[str, ...]) -> Part:
    """A file with one table."""
    return Part(name, "csv", 1, _DIGEST, (Block(rows, header),))


def file(name: str, kind: str = "unknown", *blocks: Block, within: str = "") -> Part:
    """A file of a kind, with what was read in it."""
    return Part(name, kind, 1, _DIGEST, blocks, within=within)


def unreadable(name: str, *lost: Lost) -> Part:
    """A file of which something could not be read."""
    return Part(name, "", 1, _DIGEST, (), lost)


def remembered(sender: str, past: Sequence[tuple[Sequence[str], str]], *recipients: str) -> Facts:
    """Facts with what is remembered of a sender's past messages (recipients, subject), a day apart, the last yesterday."""
    number = {a: n for n, a in enumerate(dict.fromkeys((sender, *recipients, *(a for to, _ in past for a in to))), 1)}
    now = datetime(2025, 12, 1, 9, tzinfo=UTC)
    sent, got, last = "", dict.fromkeys(number.values(), ""), dict[str, date]()
    for age, (to, subject) in zip(range(len(past), 0, -1), past, strict=True):
        said, at = topic(subject, b""), now - timedelta(days=age)
        entry = encode(Sending(minute(at), said.thread, number[sender], tuple(number[a] for a in to), said.words))
        sent = entry + sent
        for a in to:
            got[number[a]], last[a] = entry + got[number[a]], at.date()
    counts = {a: sum(a in to for to, _ in past) for a in recipients}
    known = {a: RecipientFacts(Contact(a, "", n, n, last[a], vouched=True) if n else None) for a, n in counts.items()}
    people = {a: number[a] for a in recipients}
    names = {n: a for a, n in number.items() if a != sender}
    recent = RecentMail(minute(now), b"", number[sender], sent, "", people, {n: got[n] for n in people.values()}, names)
    return Facts(TODAY, OWN, known, recent=recent)
