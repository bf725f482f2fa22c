"""Paths and parameters: what is taken comes out letter for letter, and is the same after our own command to the next hop."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import product

from gateway.content import Content
from gateway.smtp.capabilities import Capabilities
from gateway.smtp.link import Link
from gateway.smtp.paths import (
    MailParameters,
    Malformed,
    NotOffered,
    forward_path,
    is_mailbox,
    is_recipient,
    reverse_path,
    un_xtext,
)
from gateway.smtp.transaction import _mail, _rcpt
from gateway.smtp.xforward import Origin, command
from mail.envelope import Client, Envelope, ForwardPath
from store.clock import Clock
from tests.fuzz.reading import stored

EVERYTHING = Capabilities(
    dsn=True, smtputf8=True, sizes=True, pipelining=True, xforward=frozenset({"NAME", "ADDR", "HELO", "IDENT"})
)


def check(octets: bytes) -> None:
    """One argument, as a command would have it."""
    argument = octets.decode("utf-8", "surrogateescape").strip()
    sender(argument)
    recipient(argument)
    origin(argument)
    assert un_xtext(argument).isprintable()
    if is_mailbox(argument):
        assert reverse_path(f"<{argument}>", dsn=False, smtputf8=False, eight_bit=False) == (argument, MailParameters())


def sender(argument: str) -> None:
    for dsn, smtputf8, eight_bit in product((False, True), repeat=3):
        with suppress(Malformed, NotOffered):
            address, said = reverse_path(argument, dsn=dsn, smtputf8=smtputf8, eight_bit=eight_bit)
            assert f"{address}>" in argument
            assert not address or is_mailbox(address)
            assert not (said.ret or said.envid) or dsn
            assert not said.smtputf8 or smtputf8
            assert not said.body or eight_bit
            again(address, said)


def again(address: str, said: MailParameters) -> None:
    """Our own MAIL reads as the one that we got; SIZE is the content's, AUTH is not carried on."""
    line = _mail(link(), envelope(address, said), Content.from_plain(b"x\r\n"))
    assert sendable(line)
    once_more = reverse_path(line.removeprefix("MAIL FROM:"), dsn=True, smtputf8=True, eight_bit=True)
    fields = ("body", "smtputf8", "ret", "envid")
    assert once_more[0] == address
    assert [getattr(once_more[1], name) for name in fields] == [getattr(said, name) for name in fields]


def recipient(argument: str) -> None:
    for dsn in (False, True):
        with suppress(Malformed, NotOffered):
            path = forward_path(argument, dsn=dsn)
            assert f"{path.address}>" in argument
            assert is_recipient(path.address)
            line = _rcpt(link(), path)
            assert sendable(line)
            assert forward_path(line.removeprefix("RCPT TO:"), dsn=True) == path


def origin(argument: str) -> None:
    with suppress(Malformed):
        said = Origin().with_attributes(argument)
        sent = command(envelope("", MailParameters(), said.instead_of(Client("192.0.2.1"))), EVERYTHING.xforward)
        assert sendable(sent)
        assert sent.isascii()
        assert Origin().with_attributes(sent.removeprefix("XFORWARD ")) is not None


def sendable(line: str) -> bool:
    """Nothing in it ends the line, and it can be encoded."""
    return not any(letter < " " or letter in "\x7f\x85\u2028\u2029" for letter in line) and bool(line.encode())


def link() -> Link:
    made = Link("hop.example")
    made.capabilities = EVERYTHING
    return made


def envelope(address: str, said: MailParameters, client: Client | None = None) -> Envelope:
    return Envelope(
        id="QUEUE0000001",
        reverse_path=address,
        forward_paths=(ForwardPath("c@d.example"),),
        client=client or Client("192.0.2.1"),
        received_at=Clock().now(),
        body=said.body,
        smtputf8=said.smtputf8,
        ret=said.ret,
        envid=said.envid,
    )


def seeds() -> Iterator[bytes]:
    """The arguments of every command of the conversations."""
    yield b"ADDR=IPV6:2001:db8::1 NAME=[UNAVAILABLE] HELO=a+2Bb"
    yield "<山田@例え.example> SMTPUTF8 BODY=8BITMIME RET=HDRS ENVID=a+2Bb SIZE=7 AUTH=<>".encode()
    yield '<"a b\\">"@[IPv6:2001:db8::1]> NOTIFY=SUCCESS,FAILURE ORCPT=utf-8;山田@例え.example'.encode()
    for octets in stored():
        for line in octets.splitlines():
            yield line.partition(b":")[2]
