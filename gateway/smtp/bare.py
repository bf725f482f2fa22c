"""aiosmtpd's SMTP with a constructor of our own: what it would set stands here, and costs nothing per connection.

Theirs looks through all methods by reflection, 200 µs a connection, and may ask DNS.
tests/gateway/test_aiosmtpd_contract.py holds the two to each other.
"""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any, Final

from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Session as Peer

MAX_LINE: Final = 4096  # octets of a command; RFC 5321 4.5.3.1.4 asks for 512 and the lengths of the parameters


class _SameForAll(dict[str, int]):
    """The limit of every command; aiosmtpd's own table is shared by all sessions and grows with each unknown word."""

    def __missing__(self, command: str) -> int:
        return MAX_LINE


class BareSMTP(SMTP):
    """Drives a connection and reads its commands; offers nothing."""

    __ident__ = "ESMTP Sekisho"
    command_size_limit = MAX_LINE
    command_size_limits = _SameForAll()
    data_size_limit = None
    enable_SMTPUTF8 = True  # noqa: N815 - aiosmtpd's name; commands are decoded as UTF-8; who may say what in it is the session's to check
    event_handler = None
    envelope = None
    require_starttls = False
    session: Peer | None = None
    tls_context: ssl.SSLContext | None = None
    transport: asyncio.Transport | None = None
    _decode_data = False
    _timeout_duration = 300.0
    _timeout_handle: asyncio.TimerHandle | None = None
    _tls_handshake_okay = True
    _tls_protocol: Any = None
    _original_transport = None
    _handler_coroutine: asyncio.Task[None] | None = None
    _auth_require_tls = True
    _auth_required = False
    _auth_callback = None
    _authenticator = None
    _auth_methods: Mapping[str, Any] = {}  # type: ignore[assignment]
    _handle_hooks: Mapping[str, Any] = {}  # type: ignore[assignment]
    _ehlo_hook_ver = None
    _enforce_call_limit = False
    _proxy_timeout = None

    def __init__(self, host_name: str) -> None:
        self.hostname = host_name
        self.loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=MAX_LINE, loop=self.loop)
        asyncio.StreamReaderProtocol.__init__(
            self, reader, client_connected_cb=self._cb_client_connected, loop=self.loop
        )
