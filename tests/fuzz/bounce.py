"""Delivery status notifications: whatever was said, one well-formed report in seven bits comes of it, with no line added."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from gateway.bounce import compose
from gateway.content import Content
from gateway.replies import Reply
from gateway.smtp.paths import is_mailbox
from mail.envelope import Client, Envelope, ForwardPath

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
BETWEEN = b"\x1f"
HEADER = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
OF_THE_MESSAGE = {"Original-Envelope-Id", "Reporting-MTA", "Arrival-Date"}
OF_A_RECIPIENT = {
    "Original-Recipient",
    "Final-Recipient",
    "Action",
    "Status",
    "Diagnostic-Code",
    "Last-Attempt-Date",
}


def check(octets: bytes) -> None:
    """Fields with an octet between them that no field needs; the header is one that a content can have."""
    *said, head = octets.split(BETWEEN)
    head = re.sub(rb"[\r\0]", b"", head).replace(b"\n", b"\r\n")
    fields = [field.decode("utf-8", "surrogateescape") for field in said] + [""] * 8
    report(fields[:8], head)


def report(fields: list[str], head: bytes) -> None:
    sender, recipient, other, reply, orcpt, envid, reporting, organisation = fields
    wanted = ForwardPath(recipient, ("FAILURE",), orcpt)
    paths = {wanted: Reply(550, reply), ForwardPath(other): Reply(451, reply[::-1])}
    envelope = Envelope(
        id="QUEUE0000001",
        reverse_path=sender,
        forward_paths=tuple(paths),
        client=Client("192.0.2.7"),
        received_at=NOW,
        ret="FULL" if len(head) % 2 else "HDRS",
        envid=envid,
    )
    raw = compose(
        envelope, head, paths, reporting=reporting, now=NOW, message_id="<1@relay.example>", organisation=organisation
    )
    if raw is None:
        assert not is_mailbox(sender)
        return
    well_formed(raw, sender, len(paths))
    returned(raw, head)


def well_formed(raw: bytes, sender: str, recipients: int) -> None:
    Content.from_plain(raw)  # every line end is CRLF, and there is no NUL
    for line in raw.split(b"\r\n"):
        assert len(line) <= 998, line[:100]  # RFC 5322 2.1.1
        assert line.isascii() or line == f"To: <{sender}>".encode()
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message.get_content_type() == "multipart/report"
    assert sorted(message.keys()) == sorted(HEADER)
    assert not message.defects
    words, status, original = message.iter_parts()
    assert words.get_content_type() == "text/plain"
    assert original.get_content_type() in {"text/rfc822-headers", "message/rfc822"}
    first, *others = blocks(status)
    assert set(first.keys()) <= OF_THE_MESSAGE
    assert len(others) == recipients
    for block in others:
        assert set(block.keys()) <= OF_A_RECIPIENT
        assert {"Final-Recipient", "Action", "Status"} <= set(block.keys())
        assert re.fullmatch(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}", block["Status"])
        assert len(block.keys()) == len(set(block.keys()))


def returned(raw: bytes, head: bytes) -> None:
    """The header that goes back is the original's, octet for octet."""
    *_, original = blocks(message_from_bytes(raw))
    if original.get_content_type() == "text/rfc822-headers":
        header = b"" if head.startswith(b"\r\n") else head.partition(b"\r\n\r\n")[0]
        payload = original.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert payload.rstrip(b"\r\n") == header.rstrip(b"\r\n")
    else:
        assert head.rstrip(b"\r\n") + b"\r\n\r\n--" in raw


def blocks(message: Message) -> list[Message]:
    """The parts of a part."""
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)]


def seeds() -> Iterator[bytes]:
    """One that speaks Japanese, one that speaks ASCII, one that wants to add lines."""
    head = "From: 太郎 <taro@tachibana.example>\r\nSubject: 件名\r\n".encode()
    for text in ("550 5.1.1 no such user", "5.1.1 利用者がいません", "x\r\nBcc: evil@x.example\r\n\r\n"):
        fields = [
            "山田@tachibana.example",
            "gone@d.example",
            "also@d.example",
            text,
            "rfc822;a+40b",
            "QQ+2B1",
            "relay.example",
            text,
        ]
        yield BETWEEN.join([*(field.encode() for field in fields), head])
    ascii_only = [b"a@b.example", b"c@d.example", b"e@f.example", b"5.1.1 no", b"", b"", b"relay.example", b"Tachibana"]
    yield BETWEEN.join([*ascii_only, b"Subject: hello\r\n\r\nbody\r\n"])
    yield BETWEEN.join([*ascii_only, b"Subject: " + b"x" * 2000])
