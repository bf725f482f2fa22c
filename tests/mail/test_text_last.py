"""What readers ask of the same octets is found out once."""

from mail.text_of._last import of_last


def test_the_same_octets_are_not_looked_at_twice_in_a_row_and_others_are() -> None:
    times: list[bytes] = []

    @of_last
    def first(data: bytes, size: int = 1) -> bytes:
        times.append(data)
        return data[:size]

    data, same = b"octets", bytes(bytearray(b"octets"))
    assert [first(data), first(data), first(data, 2), first(data, 2), first(data)] == [b"o", b"o", b"oc", b"oc", b"o"]
    assert len(times) == 3
    assert first(same) == b"o"
    assert len(times) == 4
