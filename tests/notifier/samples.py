"""An invented organisation with its people, a held message and a ticket, as the tests of this room need them."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

from notifier.options import Organisation
from store.holds import Delivery, Hold, Recipient, State
from store.tickets import State as TicketState
from store.tickets import Step, Ticket

AT = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""Tuesday, 9:00 in Tokyo."""
TYPO = {
    "rule": "recipient-typo",
    "action": "hold",
    "about": {"recipient": "tanka@customer.example"},
    "suggestion": "tanaka@customer.example",
    "words": {"ja": "いつもの宛先と1文字違います。", "en": "It differs by one letter from the usual one."},
    "evidence": {},
}
LIST = {
    "rule": "content-personal-data",
    "action": "hold",
    "about": {"part": "顧客一覧.xlsx"},
    "suggestion": "",
    "words": {"ja": "添付に128人分の個人情報があります。", "en": "The attachment holds personal data of 128 people."},
    "evidence": {"persons": 128},
}
BCC = "hidden-bcc@customer.example"
NOTE = TYPO | {"action": "note", "words": {"ja": "これは聞かれません。", "en": "This is not asked about."}}
EXPOSURE = {
    "parts": [
        {"name": "顧客一覧.xlsx", "kinds": {"person_name": 128, "phone": 126, "my_number": 0}, "lost": []},
        {"name": "地図.png", "kinds": {}, "lost": []},
    ]
}


def organisation(**changed: Any) -> Organisation:
    given: dict[str, Any] = {
        "name": "橘建築設計事務所",
        "domains": ["tachibana.example"],
        "contact": "情報システム担当（内線 1234）",
        "admins": ["admin@tachibana.example"],
        "people": [
            {
                "address": "sato@tachibana.example",
                "name": "佐藤",
                "superior": "natori@tachibana.example",
                "deputy": "mori@tachibana.example",
            },
            {"address": "natori@tachibana.example", "name": "名取", "phone": "03-0000-0000", "roles": ["leader"]},
            {"address": "smith@tachibana.example", "name": "Ann Smith", "language": "en"},
        ],
    }
    return Organisation(**given | changed)


def hold(**changed: Any) -> Hold:
    recipients = tuple(
        Recipient(position, address, address, Delivery.HELD)
        for position, address in enumerate(("tanka@customer.example", BCC))
    )
    whole = Hold(
        id="K7Q29MXD",
        group_id="K7Q29MXD",
        kind="hold",
        state=State.HELD,
        copy_key="c" * 64,
        queue_id="4abc",
        reverse_path="sato@tachibana.example",
        asked=("sato@tachibana.example",),
        language="ja",
        envelope={},
        verdict={"disposition": "hold", "findings": [TYPO, LIST, NOTE], "exposure": EXPOSURE, "unnamed": [BCC]},
        message_id="<1@tachibana.example>",
        subject="お見積りの件",
        size=1000,
        sha256="0" * 64,
        alterable="",
        received_at=AT,
        recipients=recipients,
    )
    return dataclasses.replace(whole, **changed)


def ticket(**changed: Any) -> Ticket:
    steps = tuple(
        Step(
            step=number,
            position=position,
            phase="report",
            title={"ja": title, "en": english},
            role=role,
            owner="",
            clock="O",
            due=None,
            due_words={},
            state=state,
        )
        for position, (number, title, english, role, state) in enumerate(
            (
                ("1.1", "上司に報告する", "Tell your superior", "sender", "done"),
                ("2.1", "残りの送信を止める", "Stop what is still here", "mail admin", "todo"),
                ("3.1", "責任者が受け持つ", "The leader takes over", "leader", "todo"),
            )
        )
    )
    whole = Ticket(
        id="T1CKET00",
        kind="real",
        state=TicketState.OPEN,
        severity=0,
        channel="page",
        reporter="sato@tachibana.example",
        reporter_class="sender",
        certain=True,
        words="宛先を間違えました secret-words",
        match_method="hold",
        candidates=(),
        journal_id="",
        hold_id="",
        message_id="<1@tachibana.example>",
        sender="sato@tachibana.example",
        subject="お見積りの件",
        exposure={},
        manual_version="1",
        manual_name="misdirected-mail",
        sent_at=AT,
        first_known_at=AT,
        reported_at=AT,
        opened_at=AT,
        steps=steps,
    )
    return dataclasses.replace(whole, **changed)
