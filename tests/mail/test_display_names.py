"""Display names are read as people read them, in time that grows with the header, whatever it holds."""

import pytest

from mail.display_names import display_names
from mail.headers import Headers
from tests.helpers import pace

WHO = "mori@new.example"
MUCH = 256 * 1024


def names(value: str, field: str = "To") -> tuple[str, ...]:
    headers = Headers(f"Subject: x\r\n{field}: {value}\r\n\r\n".encode())
    return display_names(headers, frozenset([WHO])).get(WHO, ())


def test_every_name_of_an_address_is_told_once_from_to_and_cc() -> None:
    assert names(f'Mori <{WHO}>, "森 健" <{WHO.upper()}>, Mori <{WHO}>, x <x@b.example>') == ("Mori", "森 健")
    assert names(f"Mori <{WHO}>", "Cc") == ("Mori",)
    assert names(f"Mori <{WHO}>", "Bcc") == ()


@pytest.mark.parametrize("value", [WHO, f"<{WHO}>", f'"{WHO}" <{WHO}>', f"Mori <{WHO}", "Mori"])
def test_an_address_alone_has_no_name(value: str) -> None:
    assert names(value) == ()


@pytest.mark.parametrize(
    "much", ["(", "((", "a:", "<", '"', "[", "a@b.example,", "\\", f"Mori <{WHO}>,", f"M{{}} <{WHO}>,", "=?utf-8?q?a?="]
)
def test_no_header_takes_long(much: str) -> None:
    whole = "".join(much.replace("{}", str(n)) for n in range(MUCH // len(much)))
    pace.within(2.0, lambda: names(f"{whole} <{WHO}>"))
