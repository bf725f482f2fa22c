"""An invented office, its desk, and messages of its people in the journal and on hold."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from notifier.options import Organisation, Person
from response.desk import Desk, Report
from response.manual import load
from response.measures import Plan
from response.options import ResponseOptions
from store.clock import Clock
from store.contact_counts import Delivered
from store.contacts import Imported
from store.engine import Store
from store.evidence import Entry
from store.holds import Delivery, Hold, Recipient, State
from store.ids import new_id, new_journal_id
from store.journal import Line, RecipientLine
from store.outbox import Notice
from store.shelves import Shelves
from tests.helpers.clock import START

SENDER = "yamada@tachibana.example"
COLLEAGUE = "hayashi@tachibana.example"
SUPERIOR = "natori@tachibana.example"
LEADER = "sato@tachibana.example"
DEPUTY = "suzuki@tachibana.example"
OFFICER = "mori@tachibana.example"
WRONG = "tanka@customer.example"
RIGHT = "tanaka@customer.example"
OTHER = "abe@partner.example"

ORGANISATION = Organisation(
    name="橘建築設計事務所",
    domains=("tachibana.example",),
    language="ja",
    people=(
        Person(address=SENDER, name="山田", superior=SUPERIOR),
        Person(address=SUPERIOR, name="名取", phone="03-0000-0001"),
        Person(address=LEADER, name="佐藤", roles=("leader",), deputy=DEPUTY),
        Person(address=DEPUTY, name="鈴木", roles=("deputy", "admin"), phone="03-0000-0002"),
        Person(address=OFFICER, name="森", roles=("privacy officer",), phone="03-0000-0003"),
    ),
)
OPTIONS = ResponseOptions(report_address="moredashita@tachibana.example")
TYPO = {
    "id": "1",
    "rule": "recipient-typo",
    "action": "hold",
    "about": {"recipient": WRONG},
    "suggestion": RIGHT,
    "words": {"ja": "一文字違いです。", "en": "One letter differs."},
    "evidence": {},
    "score": 0.9,
    "reason": "",
}
LIST = {
    "persons": {"min": 128, "max": 131},
    "kinds": {"person_name": 128, "phone": 126},
    "parts": [{"name": "顧客一覧.xlsx", "kinds": {"person_name": 128}, "lost": []}],
}
VERDICT = {"disposition": "hold", "findings": [TYPO], "exposure": LIST}


def make_desk(
    store: Store, clock: Clock, organisation: Organisation = ORGANISATION, options: ResponseOptions = OPTIONS
) -> Desk:
    """A desk on that store."""
    return Desk(store, options, organisation, load("misdirected-mail"), clock)


def line(*to: str, state: str = "delivered", reply: str = "250 2.0.0 Ok: queued as 9F3", **other: Any) -> Line:
    """A line of the journal; by default of a mail that passed."""
    number = new_journal_id()
    kept: dict[str, Any] = {
        "id": number,
        "queue_id": new_id(),
        "hold_id": "",
        "at": START,
        "client": "192.0.2.1",
        "reverse_path": SENDER,
        "header_from": SENDER,
        "message_id": f"<{number}@tachibana.example>",
        "subject": "お見積りの件",
        "size": 4711,
        "sha256": number.replace("-", "").ljust(64, "0"),
        "disposition": "pass",
        "gate": "normal",
        "verdict": {
            "disposition": "pass",
            "findings": [],
            "exposure": {"persons": {"min": 0, "max": 0}, "kinds": {}, "parts": []},
        },
        "parts": ({"name": "見積書.xlsx", "sha256": "d" * 64},),
        "milliseconds": 12,
        "recipients": tuple(RecipientLine(a, state, reply, other.get("at", START)) for a in (to or (WRONG,))),
    }
    return Line(**kept | other)


def held(*to: str, states: tuple[Delivery, ...] = (), **other: Any) -> Hold:
    """A held message to one mistyped address."""
    number = new_id()
    addresses = to or (WRONG,)
    after = states or (Delivery.HELD,) * len(addresses)
    kept: dict[str, Any] = {
        "id": number,
        "group_id": number,
        "kind": "hold",
        "state": State.HELD,
        "copy_key": new_id() * 8,
        "queue_id": new_id(),
        "reverse_path": SENDER,
        "asked": (SENDER,),
        "language": "ja",
        "envelope": {},
        "verdict": VERDICT,
        "message_id": f"<{number}@tachibana.example>",
        "subject": "顧客一覧を送ります",
        "size": 4711,
        "sha256": "a" * 64,
        "alterable": "",
        "received_at": START,
        "recipients": tuple(Recipient(n, a, a, s) for n, (a, s) in enumerate(zip(addresses, after, strict=True))),
    }
    return Hold(**kept | other)


def line_of(hold: Hold, **other: Any) -> Line:
    """The journal line of a hold."""
    recipients = tuple(RecipientLine(r.address, str(r.state), r.reply, START) for r in hold.recipients)
    same = {
        "hold_id": hold.id,
        "queue_id": hold.queue_id,
        "message_id": hold.message_id,
        "subject": hold.subject,
        "verdict": dict(hold.verdict),
    }
    return replace(line(disposition="hold"), **same | {"recipients": recipients} | other)


async def keep(store: Store, *kept: Line | Hold) -> None:
    """Put lines into the journal, and holds with their lines and an ordinary content."""

    def unit(shelves: Shelves) -> None:
        for one in kept:
            if isinstance(one, Hold):
                shelves.holds.add(one, b"sealed")
                shelves.journal.add(line_of(one))
            else:
                shelves.journal.add(one)

    await store.commit(unit)


async def confirm(store: Store, hold: Hold, *addresses: str) -> None:
    """The sender says that the addresses are right, and it is released."""

    def unit(shelves: Shelves) -> None:
        decision = {"kind": "send", "confirmed": list(addresses), "omit": [], "redirect": {}, "hide": False}
        assert shelves.holds.move(hold.id, State.HELD, State.RELEASED, by=SENDER, decision=decision)
        for address in addresses:
            shelves.contacts.confirmed(SENDER, address)

    await store.commit(unit)


async def deliver(store: Store, hold: Hold, reply: str = "250 2.0.0 Ok: queued as 77A") -> None:
    """The next hop takes it for everyone."""

    def unit(shelves: Shelves) -> None:
        for recipient in hold.recipients:
            shelves.deliveries.set(hold.id, recipient.position, Delivery.DELIVERED, reply=reply)
            shelves.journal.set_recipient(hold.id, recipient.address, "delivered", reply)
            shelves.contacts.delivered([Delivered(hold.reverse_path, [recipient.address], shelves.now)])

    await store.commit(unit)


async def know(store: Store, *addresses: str) -> None:
    """Contacts of the organisation, vouched."""
    await store.commit(lambda shelves: shelves.contacts.import_rows(Imported(a, count=40) for a in addresses))


async def learn(desk: Desk, ticket_id: str, *, cause: str = "not-flagged") -> None:
    """What closing a leak asks for: why it happened, and a measure."""
    assert await desk.lessons.say_cause(ticket_id, cause, "one letter", by=LEADER) == ""
    given = Plan("a second look at new addresses", LEADER, START + timedelta(days=30), "ask ten people in a month")
    assert await desk.lessons.plan(ticket_id, given, by=LEADER) == ""


async def evidence(store: Store, ticket_id: str) -> tuple[Entry, ...]:
    """What was written down; the chain is whole."""
    entries, broken = await store.read(lambda s: (s.evidence.of(ticket_id), s.evidence.broken(ticket_id)))
    assert broken is None
    return entries


async def told(store: Store, ticket_id: str) -> tuple[Notice, ...]:
    """What was said about a ticket, in the order of the outbox."""
    return await store.read(lambda shelves: shelves.outbox.of_ticket(ticket_id))


def by_link(hold: Hold, **other: Any) -> Report:
    """What the sender reports on the page."""
    return Report(channel="link", reporter=SENDER, hold_id=hold.id, proven=True, **other)
