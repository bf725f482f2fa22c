"""The mail channel: one notice, one message, null reverse-path, handed to the notices' next hop as it was composed."""

import asyncio
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path
from typing import Any, cast

from aiosmtplib import SMTP, SMTPDataError, SMTPException
from pydantic import Field

from mail.address import split, wire
from notifier import options as settings
from notifier.channels import ChannelError, Rendered


class _Policy(EmailPolicy):
    """Folds as the library does, but never inside or before a Message-ID: many readers do not unfold it."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == "Message-ID":
            return f"{name}: {value}\r\n".encode()
        return bytes(super().fold_binary(name, value))


# 7bit on the wire: a notice must be readable behind any server, whatever it announces.
_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


class Options(settings.Options):
    """Where mail notices go, and as whom. The wiring fills it from `[notices]`, or `[next_hop]` where that names no host."""

    host: tuple[str, ...] = ("127.0.0.1",)
    """Tried in this order."""
    port: int = Field(default=25, ge=1, le=65535)
    tls: settings.TlsMode = "opportunistic"
    tls_ca: Path | None = None
    """Authorities to trust with tls = "required"; empty: the machine's."""
    tls_name: str = ""
    """Name that the certificate must carry with tls = "required"; empty: the host."""
    host_name: str = ""
    """What we say in EHLO; empty: the machine's name."""
    sender: str = Field(min_length=1)
    """From: an address of our own first domain, so that SPF and DKIM align (RFC 7489 3.1)."""
    sender_name: str = ""
    reply_to: tuple[str, ...] = ()
    timeout: float = Field(default=50, gt=0)
    """Seconds for each answer."""


async def send(rendered: Rendered, options: Options) -> str:
    """Hand it over; the next hop's answer to the final dot. Raises `ChannelError`, permanent on 5xx to RCPT, DATA or the dot."""
    address = wire(rendered.recipient)
    if not address or any(c in "<>\r\n\0" for c in address):
        raise ChannelError("not an address", permanent=True)
    try:
        content = rendered.raw if rendered.raw is not None else await asyncio.to_thread(_composed, rendered, options)
    except ValueError as error:
        raise ChannelError("cannot be composed", permanent=True) from error
    try:
        smtp = await _connected(options)
        try:
            return await _transact(smtp, address, content)
        finally:
            smtp.close()
    except (SMTPException, OSError) as error:
        raise ChannelError(f"{type(error).__name__}: {error}", permanent=False) from error


def _composed(rendered: Rendered, options: Options) -> bytes:
    return bytes(compose(rendered, options))


def compose(rendered: Rendered, options: Options) -> EmailMessage:
    """Build the message: plain text first, HTML beside it; RFC 3834 5 for the headers of automatic mail.

    A line end in a header raises ValueError (email.headerregistry), whatever brought it there.
    """
    message = EmailMessage(policy=_POLICY if rendered.recipient.isascii() else _POLICY.clone(utf8=True))  # RFC 6532
    message["From"] = _named(options.sender_name, options.sender)
    message["To"] = _named("", rendered.recipient)
    if options.reply_to:
        message["Reply-To"] = [_named("", address) for address in options.reply_to]
    message["Subject"] = rendered.subject
    message["Date"] = rendered.at
    message["Message-ID"] = rendered.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 5
    message["X-Auto-Response-Suppress"] = "All"  # MS-OXCMAIL 2.2.3.2.14: no out-of-office to us
    message.set_content(rendered.text, charset="utf-8")
    message.add_alternative(rendered.html, subtype="html", charset="utf-8")
    message["Content-Language"] = rendered.language  # set before, it would move into the first part
    return message


def _named(name: str, address: str) -> Address:
    local, domain = split(wire(address))
    if local[:1] == local[-1:] == '"':
        local = local[1:-1].replace("\\", "")  # Address quotes again where it must
    return Address(name, local, domain)


async def _connected(options: Options) -> SMTP:
    """Connect to the first host that answers, with TLS as asked for; raises what the last one raised."""
    for host in options.host[:-1]:
        with suppress(SMTPException, OSError):
            return await _connect(host, options)
    return await _connect(options.host[-1], options)


async def _connect(host: str, options: Options) -> SMTP:
    smtp = await _greeted(host, options)
    if options.tls == "never":
        return smtp
    try:
        if options.tls == "opportunistic":
            if not smtp.supports_extension("starttls"):
                return smtp
            await smtp.starttls(tls_context=_any_certificate())
        else:
            await smtp.starttls(tls_context=_trusting(options.tls_ca), server_hostname=options.tls_name or host)
        await smtp.ehlo()
    except (SMTPException, OSError):
        smtp.close()
        if options.tls == "required":
            raise
        return await _greeted(host, options)  # opportunistic means: rather plain than not at all (RFC 7435 3)
    return smtp


async def _greeted(host: str, options: Options) -> SMTP:
    smtp = SMTP(
        hostname=host,
        port=options.port,
        timeout=options.timeout,
        start_tls=False,
        local_hostname=options.host_name or None,
    )
    await smtp.connect()
    try:
        await smtp.ehlo()
    except (SMTPException, OSError):
        smtp.close()
        raise
    return smtp


async def _transact(smtp: SMTP, address: str, content: bytes) -> str:
    """One transaction and the farewell. No parser rewrites the address on the way."""
    parameters = [b"BODY=8BITMIME"] if not content.isascii() and smtp.supports_extension("8bitmime") else []
    if not address.isascii():
        if not smtp.supports_extension("smtputf8"):
            raise ChannelError("the next hop does not offer SMTPUTF8 (RFC 6531)", permanent=True)
        parameters.append(b"SMTPUTF8")
    await _say(smtp, b"MAIL", b"FROM:<>", *parameters, permanent=False)
    await _say(smtp, b"RCPT", b"TO:<" + address.encode() + b">", permanent=True)
    try:
        reply = await smtp.data(content)
    except SMTPDataError as error:
        raise ChannelError(f"{error.code} {error.message}", permanent=_is_permanent(error.code)) from error
    if smtp.transport:
        # Not waited for: a time limit that strikes here would make a notice that was taken leave a second time.
        cast("asyncio.WriteTransport", smtp.transport).write(b"QUIT\r\n")
    return f"{reply.code} {reply.message}"


async def _say(smtp: SMTP, *words: bytes, permanent: bool) -> None:
    """One command; a 5xx is for good only where it speaks of this notice, not of us."""
    reply = await smtp.execute_command(*words)
    if reply.code not in {250, 251}:  # RFC 5321 4.2.3
        raise ChannelError(f"{reply.code} {reply.message}", permanent=permanent and _is_permanent(reply.code))


def _is_permanent(code: int) -> bool:
    return 500 <= code < 600  # noqa: PLR2004 - the class of a reply (RFC 5321 4.2.1)


def _any_certificate() -> ssl.SSLContext:
    """Without a name to trust, encryption still keeps out who only listens (RFC 7435)."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _trusting(authorities: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authorities) if authorities else None)
