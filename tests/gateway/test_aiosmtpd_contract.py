"""The private names of aiosmtpd and asyncio that gateway/smtp/connection.py relies on are all still there, and mean the same."""

import inspect
import re
from importlib.metadata import version

import pytest
from aiosmtpd import smtp
from aiosmtpd.smtp import SMTP

from gateway.smtp import connection, session
from tests.helpers.relay import relay

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
    assert name in vars(connection.Connection) or name in vars(session.Session)
    assert callable(getattr(SMTP, name))
    if parameters is not None:
        assert list(inspect.signature(getattr(SMTP, name)).parameters) == parameters


async def test_every_private_name_that_is_touched_is_there() -> None:
    text = inspect.getsource(connection) + inspect.getsource(session)
    own = set(vars(connection.Connection)) | set(vars(session.Session))
    async with relay() as here, here.client() as client:
        await client.say("NOOP")
        (ours,) = here.door._sessions
        own |= set(re.findall(r"self\.(_\w+)(?:: [^=\n]+)? = ", text))
        for name in set(re.findall(r"\bself\.(_\w+)", text)) - own:
            assert hasattr(ours, name), name
        for name in re.findall(r"self\._reader\.(_\w+)", text):
            assert hasattr(ours._reader, name), name
        for name in re.findall(r"self\._writer\.(_\w+)", text):
            assert hasattr(ours._writer, name), name


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
