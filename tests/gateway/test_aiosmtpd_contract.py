"""The private names of aiosmtpd and asyncio that the session relies on are all still there, and mean the same."""

import asyncio
import inspect
import re
from importlib.metadata import version

import pytest
from aiosmtpd import smtp
from aiosmtpd.smtp import SMTP

from gateway.smtp import bare, connection, receiving, session, starttls
from tests.helpers.relay import relay

# From aiosmtpd's SMTP down to the session.
FILES = (bare, connection, starttls, receiving, session)
CLASSES = (bare.BareSMTP, connection.Connection, starttls.StartTls, receiving.Receiving, session.Session)
SOURCE = "".join(inspect.getsource(module) for module in FILES)
OVERRIDDEN = {
    "__init__": None,
    "connection_made": ["self", "transport"],
    "connection_lost": ["self", "error"],
    "eof_received": ["self"],
    "data_received": ["self", "data"],
    "push": ["self", "status"],
    "handle_exception": ["self", "error"],
    "_reset_timeout": ["self", "duration"],
    "_timeout_cb": ["self"],
    "_set_post_data_state": ["self"],
    **{
        f"smtp_{command}": None
        for command in [
            "EHLO",
            "HELO",
            "MAIL",
            "RCPT",
            "DATA",
            "RSET",
            "NOOP",
            "QUIT",
            "VRFY",
            "EXPN",
            "HELP",
            "STARTTLS",
        ]
    },
}


async def test_the_version_is_the_one_that_was_read() -> None:
    assert version("aiosmtpd").startswith("1.4.")


async def test_everything_the_constructor_sets_is_set_here_too() -> None:
    async with relay() as here, here.client():
        (ours,) = here.door._sessions
        theirs = SMTP(object(), hostname="x.example")
        assert {name for name in vars(theirs) if not hasattr(ours, name)} == set()
        for name in (
            "_decode_data",
            "_auth_required",
            "_proxy_timeout",
            "_enforce_call_limit",
            "_tls_handshake_okay",
            "_ehlo_hook_ver",
        ):
            assert getattr(ours, name) == getattr(theirs, name), name


@pytest.mark.parametrize(("name", "parameters"), OVERRIDDEN.items())
def test_every_method_that_is_replaced_is_there(name: str, parameters: list[str] | None) -> None:
    assert any(name in vars(kind) for kind in CLASSES)
    assert callable(getattr(SMTP, name))
    if parameters is not None:
        assert list(inspect.signature(getattr(SMTP, name)).parameters) == parameters


def test_no_method_of_theirs_is_replaced_that_is_not_named_here() -> None:
    theirs = {name for kind in SMTP.__mro__[:-1] for name, value in vars(kind).items() if callable(value)}
    ours = {name for kind in CLASSES for name, value in vars(kind).items() if callable(value)}
    assert (ours & theirs) - {"command_size_limits"} == set(OVERRIDDEN)


async def test_every_private_name_that_is_touched_is_there() -> None:
    own = {name for kind in CLASSES[1:] for name in vars(kind)} | set(
        re.findall(r"self\.(_\w+)(?:: [^=\n]+)? = ", SOURCE)
    )
    theirs = set(re.findall(r"\bself\.(_\w+)", SOURCE)) - own
    assert theirs >= {"_reader", "_writer", "_handler_coroutine", "_create_session"}
    async with relay() as here, here.client() as client:
        await client.say("NOOP")
        (ours,) = here.door._sessions
        for name in theirs:
            assert hasattr(ours, name), name
        for name in re.findall(r"self\._reader\.(_\w+)", SOURCE):
            assert hasattr(ours._reader, name), name
        for name in re.findall(r"self\._writer\.(_\w+)", SOURCE):
            assert hasattr(ours._writer, name), name


async def test_what_is_set_for_them_is_a_name_of_theirs() -> None:
    theirs = SMTP(object(), hostname="x.example")
    for name in ("_transport", "_over_ssl"):  # set after a handshake
        assert hasattr(theirs, name), name
    for name in {name for name in vars(bare.BareSMTP) if not name.startswith("__")}:
        assert hasattr(theirs, name), name


async def test_the_buffer_of_the_reader_is_emptied_from_the_front() -> None:
    reader = asyncio.StreamReader(limit=10, loop=asyncio.get_running_loop())
    reader.feed_data(b"12345")
    buffer: bytearray = reader._buffer  # type: ignore[attr-defined]
    del buffer[:2]
    assert await reader.read(10) == b"345"


def test_the_reading_loop_goes_through_what_is_replaced() -> None:
    loop = inspect.getsource(SMTP._handle_client)
    for line in (
        "await self.push('220 {} {}'.format(self.hostname, self.__ident__))",
        "await self._reader.readuntil()",
        "await self.push('500 Command line too long')",
        "self._smtp_methods.get(command)",
        "self._reset_timeout()",
        "await method(arg)",
        "status = await self.handle_exception(error)",
    ):
        assert line in loop, line
    cancelled = loop[loop.index("except asyncio.CancelledError") :]
    assert cancelled.index("self._writer.close()") < cancelled.index("                raise\n")
    assert "self._set_rset_state()" in inspect.getsource(SMTP.connection_made)
    assert "self._set_post_data_state()" in inspect.getsource(SMTP._set_rset_state)
    assert smtp.BOGUS_LIMIT == 5


async def test_unknown_words_do_not_grow_the_table_of_limits() -> None:
    async with relay() as here, here.client() as client:
        answers = [await client.say(f"WORD{number}") for number in range(4)]
        assert answers == ["500 5.5.2 Command not recognized"] * 4
        (ours,) = here.door._sessions
        assert dict(ours.command_size_limits) == {}
        assert dict(SMTP.command_size_limits) == {}
