"""The mail channel: one notice, one message, null reverse-path, handed to the notices' next hop as it was composed."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import cast

from aiosmtplib import SMTP, SMTPDataError, SMTPException
from pydantic import Field

from mail.address import wire
from notifier import options as settings
from notifier.channels import ChannelError, Rendered, Sending
from notifier.composing import compose


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
    async with opened(options) as sending:
        return await sending(rendered)


@asynccontextmanager
async def opened(options: Options) -> AsyncIterator[Sending]:
    """For one notice after the other, as `send` does it, over a connection that is kept as long as all goes well."""
    line = _Line(options)
    try:
        yield line.send
    finally:
        line.close()


class _Line:
    """One connection at a time, from the first notice on."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._kept: SMTP | None = None

    async def send(self, rendered: Rendered) -> str:
        address = wire(rendered.recipient)
        if not address or any(c in "<>\r\n\0" for c in address):
            raise ChannelError("not an address", permanent=True)
        try:
            content = rendered.raw if rendered.raw is not None else _composed(rendered, self._options)
        except ValueError as error:
            raise ChannelError("cannot be composed", permanent=True) from error
        try:
            return await self._hand_over(rendered.sender, address, content)
        except (SMTPException, OSError) as error:
            raise ChannelError(f"{type(error).__name__}: {error}", permanent=False) from error

    async def _hand_over(self, reverse: str, address: str, content: bytes) -> str:
        smtp = await self._begun(reverse, address, content)
        try:
            reply = await _transact(smtp, address, content)
        except (
            BaseException
        ):  # refused, cut, or out of time: whatever the other side thinks of that connection, it is left
            smtp.close()
            raise
        self._kept = smtp
        return reply

    async def _begun(self, reverse: str, address: str, content: bytes) -> SMTP:
        """After MAIL. One that was kept may have died, or have had enough of us: nothing was said on it yet, so a new one does."""
        kept, self._kept = self._kept, None
        if kept:
            try:
                return await _begin(kept, reverse, address, content)
            except (SMTPException, OSError, ChannelError):
                pass
        return await _begin(await _connected(self._options), reverse, address, content)

    def close(self) -> None:
        """Farewell; its answer is not waited for: a time limit that strikes here would make a notice that was taken leave again."""
        if self._kept:
            if self._kept.transport:
                cast("asyncio.WriteTransport", self._kept.transport).write(b"QUIT\r\n")
            self._kept.close()
            self._kept = None


def _composed(rendered: Rendered, options: Options) -> bytes:
    reply_to = (rendered.reply_to,) if rendered.reply_to else options.reply_to
    return compose(rendered, sender=(options.sender_name, rendered.sender or options.sender), reply_to=reply_to)


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


async def _begin(smtp: SMTP, reverse: str, address: str, content: bytes) -> SMTP:
    """MAIL; what refuses it is left. `reverse`: where a bounce goes; "" nowhere."""
    try:
        await _say(
            smtp, b"MAIL", b"FROM:<" + reverse.encode() + b">", *_parameters(smtp, address, content), permanent=False
        )
    except BaseException:
        smtp.close()
        raise
    return smtp


def _parameters(smtp: SMTP, address: str, content: bytes) -> list[bytes]:
    parameters = [b"BODY=8BITMIME"] if not content.isascii() and smtp.supports_extension("8bitmime") else []
    if not address.isascii():
        if not smtp.supports_extension("smtputf8"):
            raise ChannelError("the next hop does not offer SMTPUTF8 (RFC 6531)", permanent=True)
        parameters.append(b"SMTPUTF8")
    return parameters


async def _transact(smtp: SMTP, address: str, content: bytes) -> str:
    """The rest of the transaction. No parser rewrites the address on the way."""
    await _say(smtp, b"RCPT", b"TO:<" + address.encode() + b">", permanent=True)
    try:
        reply = await smtp.data(content)
    except SMTPDataError as error:
        raise ChannelError(f"{error.code} {error.message}", permanent=_is_permanent(error.code)) from error
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
