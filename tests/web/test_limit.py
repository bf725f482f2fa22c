"""The limit of one client."""

from datetime import timedelta

import pytest
from starlette.requests import Request

from tests.helpers.clock import START
from web.limit import CLIENTS, Limit, client_of


def test_each_client_is_counted_by_itself_and_in_a_window() -> None:
    tested = Limit(2, timedelta(minutes=1))
    assert [tested.takes("a", START) for _ in range(3)] == [True, True, False]
    assert tested.takes("b", START)
    assert tested.takes("a", START + timedelta(minutes=1))


def test_what_is_kept_of_clients_is_bounded() -> None:
    tested = Limit(1, timedelta(minutes=1))
    for number in range(CLIENTS + 10):
        assert tested.takes(str(number), START)
    assert len(tested._times) == CLIENTS


@pytest.mark.parametrize(
    ("host", "forwarded", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.1"], "192.0.2.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.5, 198.51.100.1"], "198.51.100.1"),
        ("::1", ["made up", "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("somewhere", ["198.51.100.1"], "somewhere"),
    ],
)
def test_only_a_server_on_this_machine_is_believed_whom_it_serves(host: str, forwarded: list[str], client: str) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    assert client_of(Request({"type": "http", "client": (host, 1), "headers": headers})) == client
