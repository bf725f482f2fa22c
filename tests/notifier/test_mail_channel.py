"""The mail channel against a real server: what is on the wire, what a refusal means, and that nothing slips into a header."""

import contextlib
import dataclasses
import ssl
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme

from notifier import channels
from notifier.channels import ChannelError, Rendered, mail
from tests.notifier.receiver import Receiver, receiving
from tests.notifier.samples import AT

RENDERED = Rendered(
    id="N1",
    kind="question",
    recipient="sato@tachibana.example",
    language="ja",
    subject="【送信保留】宛先をご確認ください（K7Q2-9MXD）、長い件名は何行にも分かれて符号化されます",
    text="このメールは、まだ誰にも届いていません。\n\nhttps://mail.tachibana.example/q/token\n",
    html='<!doctype html>\n<html lang="ja"><p>このメールは、まだ誰にも届いていません。</p></html>\n',
    message_id="<unguessable-but-long-enough-to-need-a-line-of-its-own@tachibana.example>",
    at=AT,
)


def options(receiver: Receiver, **changed: Any) -> mail.Options:
    given: dict[str, Any] = {
        "host": ["127.0.0.1"],
        "port": receiver.port,
        "tls": "never",
        "host_name": "gate.tachibana.example",
        "sender": "sekisho@tachibana.example",
        "sender_name": "送信確認（橘建築設計事務所）",
        "reply_to": ["admin@tachibana.example"],
        "timeout": 5,
    }
    return mail.Options(**given | changed)


def rendered(**changed: Any) -> Rendered:
    return dataclasses.replace(RENDERED, **changed)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as server:
        yield server


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_tls(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


async def test_a_notice_leaves_with_a_null_reverse_path_as_automatic_mail(receiver: Receiver) -> None:
    reply = await mail.send(RENDERED, options(receiver))
    assert reply == "250 2.0.0 queued as 1"
    [(reverse_path, recipients, raw)] = receiver.got
    assert (reverse_path, recipients) == ("<>", ["sato@tachibana.example"])
    [message] = receiver.messages()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == RENDERED.message_id
    assert message["Date"].datetime == AT
    assert message["Content-Language"] == "ja"
    assert message["To"] == "sato@tachibana.example"
    assert message["Reply-To"] == "admin@tachibana.example"
    assert message["From"].addresses[0].addr_spec == "sekisho@tachibana.example"
    assert message["From"].addresses[0].display_name == "送信確認（橘建築設計事務所）"
    assert receiver.ehlo == ["gate.tachibana.example"]
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))  # RFC 5322 2.1.1


async def test_a_long_japanese_subject_arrives_as_it_was_written(receiver: Receiver) -> None:
    await mail.send(RENDERED, options(receiver))
    assert receiver.messages()[0]["Subject"] == RENDERED.subject
    header = receiver.got[0][2].partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 78 for line in header.split(b"\r\n") if line.startswith((b"Subject", b" =?")))


async def test_plain_text_stands_first_and_html_beside_it(receiver: Receiver) -> None:
    await mail.send(RENDERED, options(receiver))
    [message] = receiver.messages()
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert isinstance(plain, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert plain.get_content().splitlines() == RENDERED.text.splitlines()
    assert html.get_content().splitlines() == RENDERED.html.splitlines()
    assert plain.get_content_charset() == html.get_content_charset() == "utf-8"


async def test_without_admins_there_is_no_reply_to(receiver: Receiver) -> None:
    await mail.send(RENDERED, options(receiver, reply_to=[]))
    assert receiver.messages()[0]["Reply-To"] is None


async def test_a_bounce_leaves_octet_for_octet(receiver: Receiver) -> None:
    raw = b"Subject: bounce\r\nMessage-ID: <b@x>\r\n\r\n.dot and \xe3\x81\x82\r\n"
    await mail.send(rendered(raw=raw, recipient="stranger@customer.example"), options(receiver))
    assert receiver.got == [("<>", ["stranger@customer.example"], raw)]


@pytest.mark.parametrize("field", ["subject", "message_id", "language"])
async def test_a_line_end_in_a_header_stops_the_notice_for_good(receiver: Receiver, field: str) -> None:
    poisoned = rendered(**{field: "x\r\nBcc: everyone@customer.example"})
    with pytest.raises(ChannelError) as refused:
        await mail.send(poisoned, options(receiver))
    assert refused.value.permanent
    assert receiver.got == []


@pytest.mark.parametrize("name", ["x\r\nBcc: everyone@customer.example", 'quoted" <other@customer.example>, "'])
async def test_a_display_name_cannot_add_a_header_or_an_address(receiver: Receiver, name: str) -> None:
    with contextlib.suppress(ChannelError):
        await mail.send(RENDERED, options(receiver, sender_name=name))
    for message in receiver.messages():
        assert message["Bcc"] is None
        assert [a.addr_spec for a in message["From"].addresses] == ["sekisho@tachibana.example"]


@pytest.mark.parametrize(
    "address", ["", "a@b>\r\nRCPT TO:<c@d", "a@tachibana.example> NOTIFY=SUCCESS", "x\0@tachibana.example"]
)
async def test_an_address_cannot_become_a_command(receiver: Receiver, address: str) -> None:
    with pytest.raises(ChannelError) as refused:
        await mail.send(rendered(recipient=address, raw=b"x\r\n"), options(receiver))
    assert refused.value.permanent
    assert receiver.connections == 0


@pytest.mark.parametrize(
    "address", ['"sato taro"@tachibana.example', "sato+x/y=z@tachibana.example", "SATO@Tachibana.EXAMPLE"]
)
async def test_an_address_goes_out_as_it_came_in(receiver: Receiver, address: str) -> None:
    await mail.send(rendered(recipient=address), options(receiver))
    assert receiver.got[0][1] == [address]


async def test_a_japanese_domain_needs_no_smtputf8_and_a_japanese_mailbox_does(receiver: Receiver) -> None:
    await mail.send(rendered(recipient="sato@橘.example"), options(receiver))
    await mail.send(rendered(recipient="佐藤@橘.example"), options(receiver))
    assert receiver.utf8 == [False, True]
    assert [to for _, [to], _ in receiver.got] == ["sato@xn--gew.example", "佐藤@xn--gew.example"]
    assert receiver.messages()[0]["To"] == "sato@xn--gew.example"


@pytest.mark.parametrize(
    ("answers", "permanent"),
    [
        ({"rcpt": "550 5.1.1 no such user"}, True),
        ({"rcpt": "450 4.2.0 greylisted"}, False),
        ({"data": "554 5.6.0 not wanted"}, True),
        ({"data": "451 4.3.0 later"}, False),
        ({"mail": "553 5.1.8 null sender not welcome"}, False),
    ],
)
async def test_a_refusal_is_for_good_only_where_it_speaks_of_the_notice(
    answers: dict[str, Any], permanent: bool
) -> None:
    async with receiving(**answers) as receiver:
        with pytest.raises(ChannelError) as refused:
            await mail.send(RENDERED, options(receiver))
    assert refused.value.permanent is permanent
    assert str(refused.value) == next(iter(answers.values()))


async def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    async with receiving() as receiver:
        gone = options(receiver)
    with pytest.raises(ChannelError) as refused:
        await mail.send(RENDERED, gone)
    assert not refused.value.permanent


async def test_the_second_host_takes_what_the_first_does_not_answer(receiver: Receiver) -> None:
    await mail.send(RENDERED, options(receiver, host=["127.0.0.2", "127.0.0.1"]))
    assert len(receiver.got) == 1


@pytest.mark.parametrize("tls", ["opportunistic", "required"])
async def test_the_connection_is_encrypted_where_the_server_offers_it(
    authority: trustme.CA, tmp_path: Path, tls: str
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    async with receiving(server_tls(authority)) as receiver:
        await mail.send(RENDERED, options(receiver, tls=tls, tls_ca=tmp_path / "ca.pem"))
    assert receiver.encrypted == [True]


async def test_opportunistic_takes_any_certificate_and_no_encryption_at_all(
    authority: trustme.CA, receiver: Receiver
) -> None:
    async with receiving(server_tls(authority, "other.example")) as stranger:
        await mail.send(RENDERED, options(stranger, tls="opportunistic"))
    await mail.send(RENDERED, options(receiver, tls="opportunistic"))
    assert stranger.encrypted == [True]
    assert receiver.encrypted == [False]


async def test_opportunistic_goes_plain_where_encryption_breaks() -> None:
    broken = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # without a certificate no handshake succeeds
    async with receiving(broken) as receiver:
        await mail.send(RENDERED, options(receiver, tls="opportunistic"))
    assert receiver.encrypted == [False]


async def test_required_sends_nothing_without_a_trusted_certificate(
    authority: trustme.CA, tmp_path: Path, receiver: Receiver
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    ca = {"tls": "required", "tls_ca": tmp_path / "ca.pem"}
    async with receiving(server_tls(trustme.CA())) as stranger, receiving(server_tls(authority, "mx.example")) as named:
        for server, said in ((receiver, {}), (stranger, {}), (named, {}), (named, {"tls_name": "other.example"})):
            with pytest.raises(ChannelError) as refused:
                await mail.send(RENDERED, options(server, **ca | said))
            assert not refused.value.permanent
        assert receiver.got == stranger.got == named.got == []
        await mail.send(RENDERED, options(named, **ca, tls_name="mx.example"))
    assert named.encrypted == [True]


async def send_each(receiver: Receiver, *letters: Rendered) -> list[str]:
    """One after the other, as the post does it; what became of each."""
    said = []
    async with mail.opened(options(receiver)) as sending:
        for letter in letters:
            try:
                said.append(await sending(letter))
            except ChannelError as error:
                said.append(str(error))
    return said


async def test_notices_that_follow_each_other_share_a_connection(receiver: Receiver) -> None:
    await send_each(receiver, rendered(subject="one"), rendered(subject="two"), rendered(subject="three"))
    assert [message["Subject"] for message in receiver.messages()] == ["one", "two", "three"]
    assert receiver.connections == 1


@pytest.mark.parametrize("enough", ["421 4.7.0 enough", "450 4.7.0 not so fast", ""])
async def test_a_kept_connection_that_takes_no_more_is_replaced_by_a_new_one(enough: str) -> None:
    async with receiving(most=1, enough=enough) as strict:
        said = await send_each(strict, RENDERED, RENDERED)
    assert said == ["250 2.0.0 queued as 1", "250 2.0.0 queued as 2"]
    assert (len(strict.got), strict.connections) == (2, 2)


async def test_after_a_refusal_the_next_notice_goes_over_a_connection_of_its_own(receiver: Receiver) -> None:
    receiver.rcpt = "550 5.1.1 no such user"
    async with mail.opened(options(receiver)) as sending:
        with pytest.raises(ChannelError):
            await sending(RENDERED)
        receiver.rcpt = ""
        await sending(RENDERED)
    assert (len(receiver.got), receiver.connections) == (1, 2)


async def test_english_words_are_readable_on_the_wire_and_long_lines_are_encoded(receiver: Receiver) -> None:
    await send_each(receiver, rendered(subject="Held", text="Plain words.\n", html="<p>" + "x" * 999 + "</p>\n"))
    [message], raw = receiver.messages(), receiver.got[0][2]
    assert b"\r\nSubject: Held\r\n" in raw
    assert b"\r\n\r\nPlain words.\r\n" in raw
    plain, html = message.iter_parts()
    assert isinstance(html, EmailMessage)
    assert (plain["Content-Transfer-Encoding"], html["Content-Transfer-Encoding"]) == ("7bit", "quoted-printable")
    assert html.get_content().strip() == "<p>" + "x" * 999 + "</p>"


@pytest.mark.parametrize("subject", ["=?utf-8?q?posing?=", "a" * 200, "𠮷" * 60, "", " 　"])
async def test_any_subject_arrives_as_it_was_written_in_short_lines(receiver: Receiver, subject: str) -> None:
    await send_each(receiver, rendered(subject=subject))
    [message], raw = receiver.messages(), receiver.got[0][2]
    assert str(message["Subject"]).strip() == subject.strip()
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(len(line) <= 78 for line in lines if line.startswith((b"Subject", b" ")))


def test_channels_are_found_by_looking_into_the_folder() -> None:
    found = channels.found()
    assert set(found) == {path.stem.replace("_", "-") for path in Path(mail.__file__).parent.glob("[a-z]*.py")}
    assert found["mail"].Options is mail.Options


def test_a_module_without_its_parts_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_done.py").write_text("class Options: ...\n")
    monkeypatch.setattr(channels, "__path__", [str(tmp_path)])
    with pytest.raises(TypeError, match=r"half_done\.py lacks send"):
        channels.found()
