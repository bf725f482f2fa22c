"""Delivery status notifications (RFC 3464): the sender hears once which recipients were not reached, and why.

Nothing that another server or the client said can add a line: every value is cut to one line of letters that can be seen.
"""

import base64
import quopri
import re
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from gateway.content import HEAD
from gateway.replies import UNANSWERED, Reply
from gateway.smtp.paths import is_mailbox, un_xtext
from mail.envelope import Envelope, ForwardPath

MAX_LINE: Final = 998  # octets; RFC 5322 2.1.1
MAX_VALUE: Final = 900  # letters of one value: it fits into a line with its name
MAX_HOST: Final = 255  # RFC 5321 4.5.3.1.2
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}", re.ASCII)  # RFC 3463 2

_WORDS: Final = """\
{organisation} のメールサーバー（{reporting}）からのお知らせです。

次の宛先には、あなたのメールをお届けできませんでした。再送は行いません。
お手数ですが、宛先をご確認のうえ、必要な場合はもう一度お送りください。

{list}

この通知は自動で送られました。返信は届きません。

----

This is the mail server {reporting} of {organisation}.

Your message could not be delivered to the recipients named above, and it will
not be tried again. Please check the addresses and send it anew if need be.

This notification was made automatically; an answer to it is not read.
"""

_UNANSWERED: Final = """\
{organisation} のメールサーバー（{reporting}）からのお知らせです。

あなたのメールは送信前の確認のために保留されていましたが、期限までにどなたからも
お答えがなかったため、送信を取り消しました。次の宛先には届いていません。
必要な場合は、もう一度お送りください。

{list}

この通知は自動で送られました。返信は届きません。

----

This is the mail server {reporting} of {organisation}.

Your message was held for a check before sending, and nobody answered in time.
So it was cancelled; the recipients named above have not got it. Please send it
anew if need be.

This notification was made automatically; an answer to it is not read.
"""


def compose(
    envelope: Envelope,
    head: bytes,
    failed: Mapping[ForwardPath, Reply],
    *,
    reporting: str,
    now: datetime,
    message_id: str,
    organisation: str,
) -> bytes | None:
    """The whole message for the reverse-path, every line end CRLF, to be sent with `MAIL FROM:<>`.

    In seven bits, so that it can go anywhere; a reverse-path that is not ASCII stands in To as it is, and needs SMTPUTF8 anyhow.
    None where nobody is to be told: a null reverse-path (RFC 5321 6.1), or NOTIFY without FAILURE (RFC 3461 4.1).
    `head` is the header of the original, or its first octets as `Content.head` gives them; when those are all of it and
    RET=FULL was asked for, the whole goes back if it can as it is, else the header only (RFC 3461 4.3).
    """
    wanted = {path: reply for path, reply in failed.items() if not path.notify or "FAILURE" in path.notify}
    if not is_mailbox(envelope.reverse_path) or not wanted:
        return None
    boundary = f"=_{sha256(message_id.encode() + head).hexdigest()[:32]}"
    header = [
        f"From: {_word(organisation)} <MAILER-DAEMON@{_ascii(reporting)[:MAX_HOST]}>",
        f"To: <{envelope.reverse_path}>",
        f"Subject: {_word('メールをお届けできませんでした')} (Undelivered mail)",
        f"Date: {format_datetime(now)}",
        f"Message-ID: {_ascii(message_id)}",
        "Auto-Submitted: auto-replied",  # RFC 3834 5
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="{boundary}"',
    ]
    parts = [
        _words(wanted, reporting, organisation),
        _status(envelope, wanted, reporting, now),
        _original(envelope, head),
    ]
    opening, closing = f"--{boundary}\r\n".encode(), f"--{boundary}--\r\n".encode()
    return b"".join([_lines(header), b"\r\n", *(opening + part + b"\r\n" for part in parts), closing])


def _words(wanted: Mapping[ForwardPath, Reply], reporting: str, organisation: str) -> bytes:
    named = "\n".join(f"  <{_value(path.address)}>\n    {_value(str(reply))}" for path, reply in wanted.items())
    words = _UNANSWERED if all(reply == UNANSWERED for reply in wanted.values()) else _WORDS
    text = words.format(organisation=_value(organisation), reporting=_value(reporting), list=named)
    encoded = base64.encodebytes(text.replace("\n", "\r\n").encode()).replace(b"\n", b"\r\n")
    return _lines(["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", ""]) + encoded


def _status(envelope: Envelope, wanted: Mapping[ForwardPath, Reply], reporting: str, now: datetime) -> bytes:
    """RFC 3464 2.2 and 2.3: a block for the message, then one for each recipient."""
    lines = ["Content-Type: message/delivery-status", ""]
    if envelope.envid:
        lines.append(f"Original-Envelope-Id: {_ascii(un_xtext(envelope.envid))}")
    lines += [f"Reporting-MTA: dns; {_ascii(reporting)}", f"Arrival-Date: {format_datetime(envelope.received_at)}"]
    for path, reply in wanted.items():
        lines.append("")
        kind, semicolon, original = path.orcpt.partition(";")
        if semicolon:
            lines.append(f"Original-Recipient: {_ascii(f'{kind}; {un_xtext(original)}')}")
        kind = "rfc822" if path.address.isascii() else "utf-8"
        status = reply.text.partition(" ")[0]
        lines += [
            f"Final-Recipient: {kind}; {_ascii(path.address)}",
            "Action: failed",
            f"Status: {status if _STATUS.fullmatch(status) else f'{reply.code // 100}.0.0'}",
            f"Diagnostic-Code: smtp; {_ascii(str(reply))}",
            f"Last-Attempt-Date: {format_datetime(now)}",
        ]
    return _lines(lines)


def _original(envelope: Envelope, head: bytes) -> bytes:
    complete = len(head) < HEAD
    if complete and envelope.ret == "FULL" and _fits(head):  # RFC 2046 5.2.1: a message/rfc822 is never encoded
        return _lines(["Content-Type: message/rfc822", ""]) + head.rstrip(b"\r\n") + b"\r\n"
    header, blank_line, _ = (b"\r\n" + head).partition(b"\r\n\r\n")
    if not blank_line and not complete:
        header = header.rpartition(b"\r\n")[0]  # the last line was cut
    header = header.strip(b"\r\n") + b"\r\n"
    lines = ["Content-Type: text/rfc822-headers"]  # RFC 6522 4
    if not _fits(header):
        lines.append("Content-Transfer-Encoding: quoted-printable")
        header = quopri.encodestring(header.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return _lines([*lines, ""]) + header


def _fits(octets: bytes) -> bool:
    """Whether they can go anywhere as they are: ASCII, and no line too long."""
    return octets.isascii() and max(map(len, octets.split(b"\r\n"))) <= MAX_LINE


def _lines(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


def _value(text: str) -> str:
    """One line of letters that can be seen."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:MAX_VALUE]


def _ascii(text: str) -> str:
    """The same in ASCII; other letters by their number, as RFC 6533 3 writes them, and never half of one."""
    written = ""
    for letter in _value(text):
        word = letter if letter.isascii() else f"\\x{{{ord(letter):X}}}"
        if len(written) + len(word) > MAX_VALUE:
            break
        written += word
    return written


def _word(text: str) -> str:
    """For a name or a subject: an encoded word (RFC 2047), so that it can hold nothing else."""
    return Header(_value(text)[:75], "utf-8").encode(linesep="\r\n")
