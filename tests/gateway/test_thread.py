"""What the header says of the mail before and of the names: read whatever it holds."""

import pytest

from gateway.thread import Head, names

WHO = "mori@new.example"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (f"Mori Ken <{WHO}>", "Mori Ken"),
        (f'"Mori, Ken" <{WHO}>', "Mori, Ken"),
        (f'a@b.example, "Ken \\"M\\" Mori"\r\n <{WHO.upper()}>', 'Ken "M" Mori'),
        (f"=?utf-8?b?5qOuIOWBpQ==?= <{WHO}>, x@b.example", "森 健"),
        (f"Team: Mori <{WHO}>;", "Mori"),
        (f"<{WHO}>", ""),
        (f'"{WHO}" <{WHO}>', ""),
    ],
)
def test_a_display_name_is_read_as_people_read_it(value: str, name: str) -> None:
    head = f"Subject: x\r\nTo: {value}\r\n\r\n".encode()
    assert names(Head.of(head), [WHO, WHO.upper()]).get(WHO, "") == name


@pytest.mark.parametrize("much", ["(", "a:", "<", '"', "[", "a@b.example,", "\\"])
def test_no_header_stops_the_gathering_of_facts(much: str) -> None:
    head = b"To: " + (much * (60_000 // len(much))).encode() + f" <{WHO}>\r\nCc: Mori <{WHO}>\r\n\r\n".encode()
    assert names(Head.of(head), [WHO]) == {WHO: "Mori"}
