"""aside: what stands in header fields that no mail program shows and no server needs; it travels all the same."""

import re
from collections.abc import Iterator
from itertools import chain
from urllib.parse import unquote

from mail import words
from mail.headers import Headers
from mail.text_of._rest import telling
from mail.text_of._wrapped import texts_in_runs

# Fields that servers and programs write; addresses, identifiers and signatures are no text.
_USUAL = frozenset(
    [
        "accept-language",
        "arc-authentication-results",
        "arc-message-signature",
        "arc-seal",
        "authentication-results",
        "auto-submitted",
        "autocrypt",
        "bcc",
        "cc",
        "content-disposition",
        "content-id",
        "content-language",
        "content-length",
        "content-md5",
        "content-transfer-encoding",
        "content-type",
        "date",
        "delivered-to",
        "disposition-notification-to",
        "dkim-signature",
        "domainkey-signature",
        "errors-to",
        "from",
        "importance",
        "in-reply-to",
        "lines",
        "list-archive",
        "list-help",
        "list-id",
        "list-owner",
        "list-post",
        "list-subscribe",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "message-id",
        "mime-version",
        "newsgroups",
        "path",
        "precedence",
        "priority",
        "received",
        "received-spf",
        "references",
        "reply-to",
        "resent-date",
        "resent-from",
        "resent-message-id",
        "resent-to",
        "return-path",
        "return-receipt-to",
        "sender",
        "sensitivity",
        "status",
        "subject",
        "thread-index",
        "thread-topic",
        "to",
        "user-agent",
        "x-beenthere",
        "x-forwarded-for",
        "x-forwarded-to",
        "x-gm-message-state",
        "x-google-dkim-signature",
        "x-google-smtp-source",
        "x-mailer",
        "x-ms-has-attach",
        "x-ms-tnef-correlator",
        "x-original-to",
        "x-originating-ip",
        "x-originatororg",
        "x-priority",
        "x-received",
        "x-sender",
        "x-status",
        "x-uidl",
    ]
)
_RUN = re.compile(r"[A-Za-z0-9+/=_-]{40,}")
_ADDRESS = re.compile(r"\S{1,64}@\S{1,255}")
_FOLDED_RUN = re.compile(rb"(?<=[A-Za-z0-9+/])\r?\n[ \t]{1,80}(?=[A-Za-z0-9+/])")
_MOST = 256 * 1024


def said_aside(headers: Headers) -> str:
    """Those fields as lines, encoded ones decoded; "" where nothing in them can be about a person."""
    # In their order: a part is known again by its octets.
    names = [name for name in headers.names() if name not in _USUAL]
    long_names = list(_long_names(headers))
    if not names and not long_names:
        return ""
    values = list(chain.from_iterable(map(headers.raw, names)))
    if sum(map(len, values)) > _MOST:
        values = [value[:_MOST] for value in values][: max(1, _MOST * len(values) // sum(map(len, values)))]
    lines = [line for value in values for line in _lines(value) if telling(line)]
    return "\n".join(dict.fromkeys((*lines, *long_names)))


def _long_names(headers: Headers) -> Iterator[str]:
    """Names of files that are longer than any file's, whole: as a name they are shown shortened."""
    for raw in (*headers.raw("content-disposition"), *headers.raw("content-type")):
        if len(raw) > words.LONGEST_NAME:
            given = words.parameterised(raw[:_MOST]).parameters
            names = (words.decode_words(name) for name in (*given.get("filename", ()), *given.get("name", ())))
            yield from (name for name in names if len(name) > words.LONGEST_NAME)


def _lines(value: bytes) -> list[str]:
    """A line of a fold each; identifiers and addresses of mail are taken out."""
    pieces = [words.decode(line) for line in value.splitlines()]
    text = "\n".join(
        piece for piece in (*pieces, unquote(value.decode("ascii", "ignore")) if b"%" in value else "") if piece
    )
    text = _ADDRESS.sub(" ", _RUN.sub(" ", text))
    return [*text.splitlines(), *chain.from_iterable(map(str.splitlines, texts_in_runs(_FOLDED_RUN.sub(b"", value))))]
