"""Round trip: the mail of `check --deep`, written, known again when it comes in to the report address, and looked for."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from mail.address import split
from notifier.options import NoticeOptions, Organisation
from store.ids import new_id
from store.outbox import Notice
from store.shelves import Shelves

KIND = "round_trip"
"""Kind of the notice, and the act in the audit log when it is back."""


def write(organisation: Organisation, options: NoticeOptions, address: str, at: datetime) -> Notice:
    """Write a mail from us to the report address; the relay knows it by its Message-ID, which nobody else knows."""
    sender = options.sender or f"sekisho@{organisation.domains[0]}"
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, address, "Sekisho: check --deep"
    mail["Date"], mail["Message-ID"] = format_datetime(at), make_msgid(domain=split(sender)[1])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("The relay sends this mail to itself to see whether reports arrive. Nobody needs to read it.\n")
    return Notice(
        id=new_id() + new_id(),
        kind=KIND,
        channel="mail",
        recipient=address,
        language=organisation.language,
        facts={},
        message_id=str(mail["Message-ID"]),
        raw=mail.as_bytes().replace(b"\n", b"\r\n"),
    )


def take_in(shelves: Shelves, reverse_path: str, message_id: str) -> bool:
    """Whether what came to the report address is our own mail; then it is written down, and no ticket opens."""
    notice = shelves.outbox.is_ours(message_id) if message_id and not reverse_path else None
    if notice is None or notice.kind != KIND:
        return False
    shelves.audit.add("relay", KIND, notice.id)
    return True


def is_back(shelves: Shelves, notice_id: str) -> bool:
    """Whether that mail came in."""
    return any(entry["act"] == KIND and entry["object"] == notice_id for entry in shelves.audit.newest())
