"""A world for tests of the pages: store, desk and flow as they are, a message that is held, and a browser without a screen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
from starlette.types import ASGIApp

from gateway.breaker import Breaker
from gateway.customers import Customers
from gateway.decision import Decision, risks
from gateway.facts import FactsGatherer
from gateway.flow import Flow
from gateway.gate import Gate
from gateway.next_hop import NextHop
from gateway.options import GateOptions, HoldOptions, NextHopOptions, SandboxOptions, Smtp
from gateway.rooms import FlowOptions, Rooms
from gateway.sandbox import Sandbox
from notifier.options import Organisation, Person
from response import letter_answers, letters
from response.desk import Desk, Report
from response.manual import load
from response.options import ResponseOptions
from rules.verdict import Policy
from store.engine import Store
from store.holds import Delivery, Hold, Recipient, State
from store.ids import new_id, new_journal_id
from store.journal import Line, RecipientLine
from store.letters import LetterAnswer
from store.seal import Seal
from store.shelves import Shelves
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from web.app import whole_app
from web.options import WebOptions
from web.pages import Pages

BASE = "http://pages.example"
SENDER = "suzuki@tachibana.example"
SUPERIOR = "natori@tachibana.example"
WRONG = "yamada@tachibana-sekkai.example"
USUAL = "yamada@tachibana-sekkei.example"
OTHER = "sato@customer.example"
BLOCKED = "no.longer.with.us@a-company-with-quite-a-long-name.subsidiary.customer.example"
ORGANISATION = Organisation(
    name="橘建築設計事務所",
    domains=("tachibana.example",),
    contact="情報システム担当（内線 1234）",
    people=(
        Person(address=SENDER, name="鈴木", superior=SUPERIOR),
        Person(address=SUPERIOR, name="名取", roles=("leader", "management"), phone="03-0000-1234"),
        Person(address="mori@tachibana.example", name="森", roles=("privacy officer",), phone="03-0000-5678"),
    ),
)


def finding(rule: str, about: dict[str, Any], ja: str, en: str, suggestion: str = "") -> dict[str, Any]:
    """One finding as the store keeps it."""
    return {
        "rule": rule,
        "action": "hold",
        "about": about,
        "suggestion": suggestion,
        "words": {"ja": ja, "en": en},
        "evidence": {},
        "score": 0.9,
        "reason": "",
    }


TYPO = finding(
    "recipient-typo",
    {"recipient": WRONG},
    "この宛先に送るのは今回が初めてです。いつもの相手には過去90日に41通送っています。",
    "This is the first message to this address. The usual one got 41 messages in the last 90 days.",
    USUAL,
) | {"evidence": {"sent": 0, "sent_usual": 41, "sent_usual_by_sender": 12}, "change": "header"}
DATA = finding(
    "content-personal-data",
    {"part": "顧客一覧.xlsx"},
    "氏名と電話番号のそろった一覧が入っているようです。",
    "It seems to hold a list of names with telephone numbers.",
)
BLOCK = finding(
    "recipient-blocked",
    {"recipient": BLOCKED},
    "この宛先は、3月30日の申告により止められています。",
    "This address was blocked after a report of 30 March.",
)
MANY = finding(
    "recipient-too-many-external",
    {"message": True},
    "社外の宛先12件が To と Cc に入っています。",
    "12 outside recipients stand in To and Cc.",
) | {"change": "header"}
BODY = finding(
    "content-personal-data",
    {"message": True},
    "本文にマイナンバーのような番号が1件あります。",
    "The text holds 1 number like a My Number.",
)
EXPOSURE = {
    "persons": {"min": 128, "max": 131},
    "kinds": {"person_name": 128, "phone": 126, "my_number": 0},
    "parts": [
        {
            "name": "顧客一覧.xlsx",
            "persons": {"min": 128, "max": 131},
            "kinds": {"person_name": 128, "phone": 126, "my_number": 0},
            "lost": [],
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a browser sees it."""

    action: str
    fields: tuple[tuple[str, str, str, bool], ...]
    """Name, value, type, checked."""

    def value(self, name: str) -> str:
        """The value of the first field of that name."""
        return next(value for given, value, _, _ in self.fields if given == name)

    def names(self) -> set[str]:
        """The names of all fields."""
        return {name for name, *_ in self.fields}

    def as_it_stands(self) -> list[tuple[str, str]]:
        """What a browser would send without anybody touching it."""
        return [(n, v) for n, v, kind, on in self.fields if kind not in {"radio", "checkbox", "submit"} or on]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str, str, bool]]]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert given["method"] == "post" or given.get("role") == "search"
            self.forms.append((given["action"], []))
        elif tag in {"input", "textarea", "button"} and self.forms and "name" in given:
            kind = given.get("type", "text")
            value = given.get("value", "on" if kind == "checkbox" else "")
            self.forms[-1][1].append((given["name"], value, kind, "checked" in given))
        elif tag == "a" and given.get("href"):
            self.links.append(given["href"])


def read(page: str) -> tuple[list[Form], list[str]]:
    """The forms and links of a page."""
    reader = _Reader()
    reader.feed(page)
    return [Form(action, tuple(fields)) for action, fields in reader.forms], reader.links


def text_of(page: str) -> str:
    """A page without its tags, for looking at words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def hold_of(
    findings: Sequence[dict[str, Any]] = (TYPO, DATA), recipients: Sequence[str] = (WRONG, OTHER), **changes: Any
) -> Hold:
    """The story's message: one letter of a client's address mistyped, a customer list attached."""
    number = changes.pop("id", "") or new_id()
    now = changes.pop("now")
    kept = Hold(
        id=number,
        group_id=number,
        kind="hold",
        state=State.HELD,
        copy_key=number,
        queue_id=f"Q{number}",
        reverse_path=SENDER,
        asked=(SENDER,),
        language="ja",
        envelope={},
        verdict=changes.pop("verdict", {"disposition": "hold", "findings": list(findings), "exposure": EXPOSURE}),
        message_id=f"<{number}@tachibana.example>",
        subject="竣工式のご案内",
        size=48_000,
        sha256="00" * 32,
        alterable="",
        received_at=now,
        recipients=tuple(Recipient(i, a, a, Delivery.HELD, changed_at=now) for i, a in enumerate(recipients)),
        asked_at=now,
        deadline=now + timedelta(days=1),
    )
    return replace(kept, **changes)


@dataclass(slots=True)
class World:
    """Everything a page works with, on a real store."""

    store: Store
    clock: TestClock
    folder: Path
    organisation: Organisation = ORGANISATION
    web: WebOptions = field(default_factory=lambda: WebOptions(base_url=BASE))
    response: ResponseOptions = field(
        default_factory=lambda: ResponseOptions(
            report_address="report@tachibana.example", outside_contact="誤送信窓口 03-0000-9999"
        )
    )
    pages: Pages = field(init=False)
    app: ASGIApp = field(init=False)

    def __post_init__(self) -> None:
        desk = Desk(self.store, self.response, self.organisation, load("misdirected-mail"), self.clock)
        next_hop = NextHopOptions()
        options = FlowOptions(
            self.organisation,
            Smtp(),
            next_hop,
            HoldOptions(),
            (),
            (),
            Policy(),
            "relay.example",
            "report@tachibana.example",
            (),
        )
        rooms = Rooms(
            self.store,
            NextHop(next_hop, "relay.example", self.clock),
            Sandbox(SandboxOptions(), self.clock),
            FactsGatherer(self.store, self.organisation, self.clock),
            Customers(self.store, self.organisation),
            Gate(self.folder / "gate", GateOptions(), self.clock),
            desk,
            Breaker(0.02, self.clock),
            self.clock,
            "node",
        )
        self.pages = Pages(Flow(options, rooms), desk, self.store, self.organisation, self.web, self.clock, b"k" * 32)
        self.app = whole_app(self.pages)

    def client(self, **headers: str) -> httpx2.AsyncClient:
        """A browser that follows nothing by itself and keeps no cookie."""
        transport = httpx2.ASGITransport(self.app)
        return httpx2.AsyncClient(transport=transport, base_url=BASE, headers=headers, follow_redirects=False)

    async def hold(self, *args: Any, person: str = SENDER, **changes: Any) -> tuple[str, Hold]:
        """Hold a message; the token of its question and the hold."""
        kept = hold_of(*args, now=self.clock.now(), **changes)
        line = _line_of(kept)

        def unit(shelves: Shelves) -> str:
            shelves.holds.add(kept, Seal(None, b"l" * 32).close(b"Subject: x\r\n\r\nx\r\n", kept.id))
            shelves.journal.add(line)
            return shelves.links.make(kept.group_id, person, "question")

        return await self.store.commit(unit), kept

    async def sent(self, delivered: Sequence[str] = (WRONG, OTHER), **changes: Any) -> tuple[str, Hold]:
        """A message that was held, confirmed and delivered."""
        token, kept = await self.hold(**changes)

        def unit(shelves: Shelves) -> None:
            decision = {"kind": "send", "omit": [], "redirect": {}, "hide": False, "confirmed": [WRONG]}
            shelves.holds.move(kept.id, State.HELD, State.RELEASED, by=SENDER, decision=decision)
            for recipient in kept.recipients:
                if recipient.address in delivered:
                    shelves.deliveries.set(kept.id, recipient.position, Delivery.DELIVERED, reply="250 2.0.0 Ok")
                    shelves.journal.set_recipient(kept.id, recipient.address, "delivered", "250 2.0.0 Ok")

        await self.store.commit(unit)
        return token, kept

    async def asked(self, *findings: dict[str, Any], why: str = "急ぎの案内です") -> tuple[str, str, Hold]:
        """A message whose sender asked for approval of everything that can be; the tokens of the superior and the sender."""
        token, kept = await self.hold(findings or (TYPO | {"action": "approve"}, DATA | {"action": "approve"}))
        copies = await self.pages.flow.question(token)
        choices = {risk.id: "ask" for risk in risks(copies or ())}
        outcome = await self.pages.flow.decide(token, Decision("send", choices, why))
        assert outcome is not None
        assert outcome.result == "asked", outcome
        made = await self.store.commit(lambda shelves: shelves.links.make(kept.group_id, SUPERIOR, "approval"))
        return made, token, kept

    async def get(self, hold_id: str) -> Hold:
        """The hold as it is now."""
        found = await self.store.read(lambda shelves: shelves.holds.get(hold_id))
        assert found is not None
        return found

    async def ticket(self, *, proven: bool = True, search: str = "", person: str = SUPERIOR) -> tuple[str, Ticket]:
        """A ticket about a message that was delivered; the token for a person of the desk."""
        _, kept = await self.sent(delivered=(WRONG,))
        about: dict[str, Any] = {"search": search} if search else {"hold_id": kept.id, "wrong": (WRONG,)}
        report = Report(
            channel="link" if proven else "page", reporter=SENDER, words="宛先を間違えました", proven=proven, **about
        )
        ticket = await self.pages.desk.report(report)
        token = await self.store.commit(lambda shelves: shelves.links.make(ticket.id, person, "ticket"))
        return token, ticket

    async def letter(self, ticket: Ticket, words: str = "", to: str = "") -> str:
        """A letter that was drafted for a wrong recipient, who answered once by telephone; the token of its link."""
        office = self.pages.desk.office
        recipient = to or next(r.address for r in ticket.recipients if r.wrong == "yes")
        answer = LetterAnswer(recipient, "phone", read="no", erased="yes", proof=words or "電話", by=SUPERIOR)

        def unit(shelves: Shelves) -> str:
            letters.draft(shelves, office, ticket, recipient, letters.Wish(), by=SUPERIOR)
            letter_answers.record(shelves, office, ticket, answer)
            return shelves.links.make(ticket.id, recipient, "answers")

        return await self.store.commit(unit)

    async def desk_token(self, person: str = SUPERIOR) -> str:
        """The token of the desk's list."""
        return await self.store.commit(lambda shelves: shelves.links.make("desk", person, "desk"))


def _line_of(hold: Hold) -> Line:
    return Line(
        id=new_journal_id(),
        queue_id=hold.queue_id,
        hold_id=hold.id,
        at=hold.received_at,
        client="127.0.0.1",
        reverse_path=hold.reverse_path,
        header_from=hold.reverse_path,
        message_id=hold.message_id,
        subject=hold.subject,
        size=hold.size,
        sha256=hold.sha256,
        disposition="hold",
        gate="normal",
        verdict=hold.verdict,
        parts=({"name": "顧客一覧.xlsx", "sha256": "11" * 32},),
        milliseconds=4,
        recipients=tuple(RecipientLine(r.address, "held", "", hold.received_at) for r in hold.recipients),
    )
