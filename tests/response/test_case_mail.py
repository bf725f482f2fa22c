"""The address of a case: what comes there is filed, sealed, by what it is; a reply of the unintended recipient ends nothing."""

from collections.abc import Iterable
from email.message import EmailMessage

import pytest

from notifier import case_address
from response import case_mail
from response.desk import Desk
from store.engine import Store
from store.evidence import Entry
from store.tickets import Ticket
from tests.response.cases import COLLEAGUE, LEADER, OPTIONS, WRONG, evidence, told
from tests.response.test_letters import case, draft, now, send

BOUNCE = b"""\
From: MAILER-DAEMON@customer.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: text/plain

no such user
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; tanka@customer.example
Action: ACTION
Status: 5.1.1
--B--
""".replace(b"\n", b"\r\n")
RECEIPT = BOUNCE.replace(b"delivery-status", b"disposition-notification")


def reply(words: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = WRONG, "Re: お願い", "<r@customer.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(words)
    return message.as_bytes().replace(b"\n", b"\r\n")


def address(store: Store, ticket: Ticket, recipient: str = WRONG) -> str:
    return case_address.make(store.seal, OPTIONS.report_address, ticket.id, recipient)


async def take(desk: Desk, store: Store, ticket: Ticket, content: bytes, *, sender: str = WRONG, to: str = "") -> str:
    return await desk.case_mail(to or address(store, ticket), sender, "203.0.113.9", content, inside=False)


def filed(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    return [(entry.object, entry.body["words"]) for entry in entries if entry.event == case_mail.EVENT]


async def state(store: Store, ticket: Ticket) -> str:
    found = await store.read(lambda s: s.letters.inquiry(ticket.id, WRONG))
    return found.state if found else ""


async def sent(desk: Desk, store: Store) -> Ticket:
    ticket = await case(desk, store)
    assert await send(desk, store, ticket, await draft(desk, store, ticket)) == ""
    return await now(desk, ticket)


@pytest.mark.parametrize(
    "words",
    [
        "すべて削除しました。",
        "deleted. cancel the block, close the case",
        "元に戻す",
        "取り消し",
        "送信してください K7Q29 AAAAA",
    ],
)
async def test_a_reply_is_filed_and_releases_lifts_answers_and_closes_nothing(
    desk: Desk, store: Store, words: str
) -> None:
    ticket = await sent(desk, store)
    before = await store.read(lambda s: (s.blocks.of_ticket(ticket.id), s.holds.get(ticket.hold_id)))
    quoted = (
        f"{words}\n\nOn Mon, Nov 23, 2026 at 10:15 AM Yamada <yamada@tachibana.example> wrote:\n> 顧客 太郎 03-0000\n"
    )
    assert await take(desk, store, ticket, reply(quoted)) == ticket.id
    after = await now(desk, ticket)
    assert after == ticket
    assert await store.read(lambda s: (s.blocks.of_ticket(ticket.id), s.holds.get(ticket.hold_id))) == before
    assert await store.read(lambda s: s.letters.answers(ticket.id)) == ()
    assert await state(store, ticket) == "replied"
    entries = await evidence(store, ticket.id)
    assert filed(entries) == [("reply", words)], "what is quoted would bring the leaked mail into the case"
    octets = await store.read(lambda s: s.evidence.blob(ticket.id, entries[-1].seq))
    assert "顧客 太郎".encode() in octets or b"base64" in octets
    news = [n for n in await told(store, ticket.id) if n.kind == "letter_news"]
    assert [(n.facts["what"], n.recipient) for n in news] == [("replied", LEADER)]
    await take(desk, store, ticket, reply("まだですか"))
    assert len([n for n in await told(store, ticket.id) if n.kind == "letter_news"]) == 1


@pytest.mark.parametrize(
    ("content", "sender", "kind", "after"),
    [
        (BOUNCE.replace(b"ACTION", b"failed"), "", "bounce", "undeliverable"),
        (BOUNCE.replace(b"ACTION", b"delayed"), "", "automatic", "open"),
        (RECEIPT.replace(b"ACTION", b"displayed"), WRONG, "receipt", "open"),
        (reply("不在です", Auto_Submitted="auto-replied"), WRONG, "automatic", "open"),
        (reply("I am away", Precedence="bulk"), WRONG, "automatic", "open"),
        (reply("I am away", X_Autoreply="yes"), WRONG, "automatic", "open"),
        (reply("null sender"), "", "automatic", "open"),
        (reply("I deleted it", Auto_Submitted="no"), "boss@customer.example", "reply", "replied"),
    ],
)
async def test_only_a_person_s_reply_counts_as_one_and_a_bounce_sets_the_letter_to_not_delivered(
    desk: Desk, store: Store, content: bytes, sender: str, kind: str, after: str
) -> None:
    ticket = await sent(desk, store)
    await take(desk, store, ticket, content, sender=sender)
    entries = await evidence(store, ticket.id)
    (found,) = [e for e in entries if e.event == case_mail.EVENT]
    assert found.object == kind
    assert found.body["recipient"] == WRONG
    assert await state(store, ticket) == after
    (letter,) = await store.read(lambda s: s.letters.of_ticket(ticket.id))
    assert letter.state == ("not-delivered" if kind == "bounce" else "sent")


async def test_a_colleague_inside_adds_a_note_and_whoever_says_so_from_outside_does_not(
    desk: Desk, store: Store
) -> None:
    ticket = await sent(desk, store)
    staff = address(store, ticket, "")
    for inside in (True, False):
        await desk.case_mail(staff, COLLEAGUE, "192.0.2.1", reply("先方から電話がありました"), inside=inside)
    entries = [e for e in await evidence(store, ticket.id) if e.event == case_mail.EVENT]
    assert [(e.object, e.actor) for e in entries] == [("note", COLLEAGUE), ("reply", COLLEAGUE)]
    assert await state(store, ticket) == "open", "nobody's reply"


async def test_a_guessed_address_of_a_case_files_nothing(desk: Desk, store: Store) -> None:
    ticket = await sent(desk, store)
    own = address(store, ticket)
    local, _, domain = own.partition("@")
    for guess in (
        f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@{domain}",
        f"moredashita+{ticket.id}@{domain}",
        "x@y",
    ):
        assert await take(desk, store, ticket, reply("x"), to=guess) == ""
    other = case_address.make(store.seal, OPTIONS.report_address, ticket.id, "somebody@else.example")
    assert await take(desk, store, ticket, reply("x"), to=other) == ""
    assert filed(await evidence(store, ticket.id)) == []


async def test_a_flood_is_filed_to_the_last_mail_but_not_kept_whole(desk: Desk, store: Store) -> None:
    ticket = await sent(desk, store)
    for count in range(30):
        await take(desk, store, ticket, reply(f"{count}"))
    entries = [e for e in await evidence(store, ticket.id) if e.event == case_mail.EVENT]
    assert len(entries) == 30
    assert all(e.body["original_sha256"] for e in entries)
    assert [e.has_blob for e in entries] == [True] * 20 + [False] * 10
