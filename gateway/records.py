"""Records: what the store keeps of an envelope, and the envelope that comes back from it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from gateway.content import Content
from gateway.customers import Numbers
from gateway.learning import learn_from
from gateway.replies import Reply
from gateway.senders import Asked
from gateway.smtp.paths import un_xtext
from mail.envelope import Envelope, ForwardPath
from mail.headers import Headers
from rules.verdict import Verdict
from store.contact_counts import Delivered
from store.holds import Delivery, Hold, Recipient, State
from store.ids import new_id, new_journal_id
from store.journal import Line, RecipientLine
from store.shelves import Shelves

COPIES_WITHIN = timedelta(hours=1)
"""Copies of one send that mail servers split by recipients arrive within this time (decisions: senders)."""

_SHARED = ("to", "cc", "subject", "content-type", "content-transfer-encoding")
"""Fields that no server changes that splits a message by its recipients; under another one the same body may be another message."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One message on its way: what came in and what was found."""

    envelope: Envelope
    content: Content
    """With our Received line in front."""
    verdict: Verdict
    asked: Asked
    gate: str
    parts: tuple[tuple[str, str], ...]
    """Name and SHA-256 of each part."""
    alterable: str
    seconds: float
    attended: bool
    """A person sent it, and it was judged."""
    meeting: str = ""
    """Which meeting of its sender it tells the others of (`gateway.meetings`); "" for all other mail."""
    names: Numbers = ()
    """Of whom its files speak (`gateway.customers`)."""
    files: tuple[str, ...] = ()
    """For each of `parts` the part at the top that it goes with (`Inspection.files`)."""
    drill: str = ""
    """The drill whose mail it is (`gateway.drilling`): nothing is learnt of it, and it is counted nowhere."""

    @property
    def headers(self) -> Headers:
        """As the message came, without our Received line."""
        return self.content.headers


@dataclass(frozen=True, slots=True)
class Written:
    """What is written down of a message that we do not keep: its line, and who was delivered to."""

    line: Line
    delivered: Delivered | None = None


def write_down(shelves: Shelves, written: Sequence[Written]) -> None:
    """The journal and the counts of contacts, for any number of messages with the same few statements."""
    shelves.journal.add(*(one.line for one in written))
    learn_from(shelves, [one.delivered for one in written if one.delivered])


def copy_key(envelope: Envelope, headers: Headers, plain: bytes) -> str:
    """What the copies of one send share: sender, Message-ID, body, and of the header what says to whom, and what is judged with the body.

    Without Message-ID a message is its own only copy.
    """
    if not headers.message_id:
        return hashlib.sha256(f"alone\0{envelope.id}".encode()).hexdigest()
    body = plain.partition(b"\r\n\r\n")[2]
    written = hashlib.sha256(b"\0".join(value for name in _SHARED for value in (*headers.raw(name), b""))).hexdigest()
    head = "\0".join((envelope.reverse_path.lower(), headers.message_id, written, hashlib.sha256(body).hexdigest()))
    return hashlib.sha256(head.encode("utf-8", "surrogateescape")).hexdigest()


def hold_of(judged: Judged, plain: bytes, language: str) -> Hold:
    """A new hold: everyone waits, nothing is decided."""
    recipients = tuple(
        Recipient(position, path.address, path.address, Delivery.HELD, path.notify, path.orcpt)
        for position, path in enumerate(judged.envelope.forward_paths)
    )
    return _hold(judged, plain, "hold", State.HELD, recipients, language)


def remainder_of(
    judged: Judged,
    plain: bytes,
    later: Mapping[ForwardPath, Reply],
    language: str,
    next_try: datetime,
    give_up_at: datetime,
) -> Hold:
    """The recipients whom the next hop refused for now: kept like a released hold, one try behind them."""
    recipients = tuple(
        Recipient(n, p.address, p.address, Delivery.WAITING, p.notify, p.orcpt, next_try, 1, give_up_at, str(reply))
        for n, (p, reply) in enumerate(later.items())
    )
    return _hold(judged, plain, "remainder", State.RELEASED, recipients, language)


def _hold(
    judged: Judged, plain: bytes, kind: str, state: State, recipients: tuple[Recipient, ...], language: str
) -> Hold:
    number = new_id()
    return Hold(
        id=number,
        group_id=number,
        kind=kind,
        state=state,
        copy_key=copy_key(judged.envelope, judged.headers, plain),
        queue_id=judged.envelope.id,
        reverse_path=judged.envelope.reverse_path,
        asked=judged.asked.people,
        language=language,
        envelope=msgspec.to_builtins(judged.envelope),
        verdict=verdict_of(judged)
        | ({"names": judged.names} if judged.names else {})
        | ({"stand_ins": dict(judged.asked.stand_ins)} if judged.asked.stand_ins else {}),
        message_id=judged.headers.message_id,
        subject=judged.headers.subject,
        size=judged.content.size,
        sha256=judged.content.sha256,
        alterable=judged.alterable,
        received_at=judged.envelope.received_at,
        recipients=recipients,
        meeting=judged.meeting or None,
    )


def line_of(judged: Judged, disposition: str, recipients: Iterable[RecipientLine], hold_id: str = "") -> Line:
    """The journal's line of a message."""
    envelope, headers = judged.envelope, judged.headers
    return Line(
        id=new_journal_id(),
        queue_id=envelope.id,
        hold_id=hold_id,
        at=envelope.received_at,
        client=envelope.client.address,
        reverse_path=envelope.reverse_path,
        header_from=headers.from_address,
        message_id=headers.message_id,
        subject=headers.subject,
        size=judged.content.size,
        sha256=judged.content.sha256,
        disposition=disposition,
        gate=judged.gate,
        verdict=verdict_of(judged),
        parts=tuple({"name": name, "sha256": digest} for name, digest in judged.parts),
        milliseconds=round(judged.seconds * 1000),
        recipients=tuple(recipients),
        envid=un_xtext(envelope.envid) if envelope.envid else "",
    )


def verdict_of(judged: Judged) -> dict[str, Any]:
    """What is kept of the verdict."""
    return {**judged.verdict.as_json(), **({"drill": judged.drill} if judged.drill else {})}


def envelope_of(hold: Hold, recipients: Iterable[Recipient]) -> Envelope:
    """The envelope for some recipients of a hold, each to where it is sent now."""
    # Corrected to somebody who gets it anyway: named once.
    paths = {r.send_to: ForwardPath(r.send_to, r.notify, r.orcpt) for r in recipients}
    return replace(msgspec.convert(dict(hold.envelope), Envelope), forward_paths=tuple(paths.values()))
