"""What the session takes from aiosmtpd's SMTP is still there and means the same, and nothing of theirs runs that we do not know of."""

import asyncio
import inspect
import re
from importlib.metadata import version

import pytest
from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Session as Peer

from gateway.smtp import connection, reading, receiving, session, starttls
from tests.helpers.relay import relay

# From aiosmtpd's SMTP down to the session.
FILES = (connection, reading, starttls, receiving, session)
CLASSES = (connection.Connection, reading.Reading, starttls.StartTls, receiving.Receiving, session.Session)
SOURCE = "".join(inspect.getsource(module) for module in FILES)
THEIR_COMMANDS = ["EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "STARTTLS"]
OVERRIDDEN = {
    "__init__": None,
    "connection_made": ["self", "transport"],
    "connection_lost": ["self", "error"],
    "eof_received": ["self"],
    "data_received": ["self", "data"],
    "pause_writing": ["self"],
    "resume_writing": ["self"],
    "_reset_timeout": ["self", "duration"],
    "_timeout_cb": ["self"],
    **{f"smtp_{command}": None for command in THEIR_COMMANDS},
}
TAKEN = {"_create_session"}
"""What is theirs and called."""


async def test_the_version_is_the_one_that_was_read() -> None:
    assert version("aiosmtpd").startswith("1.4.")


@pytest.mark.parametrize(("name", "parameters"), OVERRIDDEN.items())
def test_every_method_that_is_replaced_is_there(name: str, parameters: list[str] | None) -> None:
    assert any(name in vars(kind) for kind in CLASSES)
    assert callable(getattr(SMTP, name))
    if parameters is not None:
        assert list(inspect.signature(getattr(SMTP, name)).parameters) == parameters


def test_no_method_of_theirs_is_replaced_that_is_not_named_here() -> None:
    theirs = {name for kind in SMTP.__mro__[:-1] for name, value in vars(kind).items() if callable(value)}
    ours = {name for kind in CLASSES for name, value in vars(kind).items() if callable(value)}
    assert ours & theirs == set(OVERRIDDEN)


def test_nothing_of_theirs_is_called_that_is_not_named_here() -> None:
    """So nothing reads what their constructor would have set."""
    ours = {name for kind in CLASSES for name in vars(kind)}
    theirs = {name for kind in SMTP.__mro__[:-1] for name, value in vars(kind).items() if callable(value)}
    called = set(re.findall(r"\bself\.(\w+)\(", SOURCE))
    assert (called & theirs) - ours == TAKEN
    assert "super()" not in inspect.getsource(connection)


def test_everything_that_a_loop_calls_is_ours() -> None:
    ours = {name for kind in CLASSES for name in vars(kind)}
    assert {name for name in dir(asyncio.Protocol) if not name.startswith("__")} <= ours


def test_every_command_of_theirs_but_auth_is_ours_and_a_coroutine_like_theirs() -> None:
    theirs = {name.removeprefix("smtp_") for name in dir(SMTP) if name.startswith("smtp_")}
    assert theirs - set(session.Session.commands) == {"AUTH"}  # not offered, so not known
    for method in session.Session.commands.values():
        assert inspect.iscoroutinefunction(method)
        assert len(inspect.signature(method).parameters) == 2


def test_no_command_waits() -> None:
    """They are run in one step (reading.py): an `await` in one of them would never be gone on with."""
    for method in set(session.Session.commands.values()):
        assert "await " not in inspect.getsource(method)


async def test_a_session_is_theirs_and_says_what_they_say_of_it() -> None:
    async with relay() as here, here.client() as client:
        await client.say("EHLO pc7.tachibana.example")
        (ours,) = here.door._sessions
        assert isinstance(ours, SMTP)
        assert isinstance(ours.session, Peer)
        assert ours.session.host_name == "pc7.tachibana.example"
        assert ours.session.peer[0] == "127.0.0.1"  # type: ignore[index]
        assert ours.session.ssl is None
        assert ours.hostname == "relay.example"


async def test_unknown_words_do_not_grow_the_table_of_limits() -> None:
    async with relay() as here, here.client() as client:
        answers = [await client.say(f"WORD{number}") for number in range(4)]
        assert answers == ["500 5.5.2 Command not recognized"] * 4
        assert dict(SMTP.command_size_limits) == {}
