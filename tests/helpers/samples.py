"""Holds, notices, lines and tickets of invented people, with what a test does not care about filled in."""

from datetime import datetime, timedelta
from typing import Any

from store.drills import Drill, DrillMail, Inject
from store.holds import Delivery, Hold, Recipient, State
from store.ids import new_id, new_journal_id
from store.journal import Line, RecipientLine
from store.outbox import Notice
from store.tickets import State as TicketState
from store.tickets import Step, Ticket, TicketRecipient
from tests.helpers.clock import START

SENDER = "yamada@tachibana.example"
WRONG = "tanka@customer.example"
RIGHT = "tanaka@customer.example"


def recipient(position: int = 0, address: str = WRONG, state: Delivery = Delivery.HELD, **other: Any) -> Recipient:
    """One recipient of a hold."""
    return Recipient(position=position, address=address, send_to=address, state=state, **other)


def hold(**other: Any) -> Hold:
    """A held message to one mistyped address."""
    number = other.pop("id", None) or new_id()
    kept: dict[str, Any] = {
        "id": number,
        "group_id": number,
        "kind": "hold",
        "state": State.HELD,
        "copy_key": "c" * 64,
        "queue_id": "4bXyz1",
        "reverse_path": SENDER,
        "asked": (SENDER,),
        "language": "ja",
        "envelope": {"reverse_path": SENDER},
        "verdict": {"disposition": "hold", "findings": []},
        "message_id": f"<{number}@tachibana.example>",
        "subject": "顧客一覧を送ります",
        "size": 1234,
        "sha256": "a" * 64,
        "alterable": "",
        "received_at": START,
        "recipients": (recipient(),),
    }
    return Hold(**kept | other)


def notice(**other: Any) -> Notice:
    """A question to the sender."""
    facts = {"number": "K7Q2-9MXD"}
    kept: dict[str, Any] = {
        "id": new_id(),
        "kind": "question",
        "channel": "mail",
        "recipient": SENDER,
        "language": "ja",
    }
    return Notice(**kept | {"facts": facts} | other)


def line(*to: str, **other: Any) -> Line:
    """A line of the journal."""
    at: datetime = other.get("at", START)
    kept: dict[str, Any] = {
        "id": new_journal_id(),
        "queue_id": new_id(),
        "hold_id": "",
        "at": at,
        "client": "192.0.2.1",
        "reverse_path": SENDER,
        "header_from": SENDER,
        "message_id": "<1@tachibana.example>",
        "subject": "御見積書",
        "size": 1000,
        "sha256": "b" * 64,
        "disposition": "pass",
        "gate": "normal",
        "verdict": {},
        "parts": ({"name": "見積書.xlsx", "sha256": "d" * 64},),
        "milliseconds": 12,
        "recipients": tuple(RecipientLine(address, "delivered", "250 2.0.0 Ok", at) for address in to or (RIGHT,)),
    }
    return Line(**kept | other)


def step(number: str = "1.1", position: int = 1, **other: Any) -> Step:
    """A step of the manual."""
    kept: dict[str, Any] = {
        "step": number,
        "position": position,
        "phase": "contain",
        "title": {"ja": "上長に伝える", "en": "Tell your superior"},
        "role": "reporter",
        "owner": SENDER,
        "clock": "K",
        "due": START + timedelta(hours=1),
        "due_words": {"ja": "1時間以内", "en": "within 1 hour"},
    }
    return Step(**kept | other)


def ticket(**other: Any) -> Ticket:
    """A case with one wrong recipient and one step."""
    kept: dict[str, Any] = {
        "id": new_id(),
        "kind": "real",
        "state": TicketState.OPEN,
        "severity": 1,
        "channel": "mail",
        "reporter": SENDER,
        "reporter_class": "sender",
        "certain": True,
        "words": "宛先を間違えました",
        "match_method": "message-id",
        "candidates": (),
        "journal_id": "",
        "hold_id": "",
        "message_id": "<1@tachibana.example>",
        "sender": SENDER,
        "subject": "御見積書",
        "exposure": {"persons": {"min": 1, "max": 2}},
        "manual_version": "1",
        "manual_name": "leak",
        "sent_at": START - timedelta(hours=2),
        "first_known_at": START,
        "reported_at": START,
        "opened_at": START,
        "recipients": (TicketRecipient(WRONG, "yes", RIGHT, "delivered", "250 2.0.0 Ok", at=START),),
        "steps": (step(),),
    }
    return Ticket(**kept | other)


DRILL_WORDS = {"ja": "訓練", "en": "drill"}
DRILL = Drill(
    id="DR1LL000",
    scenario="night",
    title=DRILL_WORDS,
    scene=DRILL_WORDS,
    absent=("leader",),
    announced=True,
    started_by="operator",
    started_at=START,
    ends_at=START + timedelta(hours=2),
    mails=(DrillMail(0, "yamada@tachibana.example", "tanaka@kunren.invalid", "<1@tachibana.example>"),),
    injects=(
        Inject(0, START, ("yamada@tachibana.example",), DRILL_WORDS),
        Inject(1, START + timedelta(minutes=30), ("yamada@tachibana.example", "sato@tachibana.example"), DRILL_WORDS),
    ),
)
