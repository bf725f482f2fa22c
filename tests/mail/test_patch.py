import re

from hypothesis import given
from hypothesis import strategies as st

from mail.headers import Headers, parse_addresses
from mail.patch import move_to_bcc, replace_recipients

OLD, NEW = "tanka@customer.example", "tanaka@customer.example"


def replaced(before: bytes, old: str, new: str) -> tuple[bytes, bool]:
    after, done = replace_recipients(before, {old: new})
    return after, done == {old}


def content(to: str, cc: str = "") -> bytes:
    fields = f"From: a@tachibana.example\r\nTo: {to}\r\n" + (f"Cc: {cc}\r\n" if cc else "")
    return (fields + f"Subject: to {OLD}\r\nX-To: {OLD}\r\n\r\nDear {OLD},\r\n").encode()


def test_the_address_alone_is_replaced() -> None:
    before = content(f'=?utf-8?B?55Sw5Lit?= <{OLD}>,\r\n\t"{OLD}" <x@y.example>', f"b@c.example, {OLD} (office)")
    after, done = replaced(before, OLD, NEW)
    assert done
    expected = before.replace(f"<{OLD}>".encode(), f"<{NEW}>".encode()).replace(
        f"{OLD} (office)".encode(), f"{NEW} (office)".encode()
    )
    assert after == expected


def test_subject_body_and_other_fields_stay() -> None:
    after, _ = replaced(content(OLD), OLD, NEW)
    assert f"Subject: to {OLD}\r\nX-To: {OLD}\r\n\r\nDear {OLD}".encode() in after


def test_an_address_in_name_comment_or_longer_address_is_not_touched() -> None:
    for to in (
        f'"{OLD}" <x@y.example>',
        f"x@y.example ({OLD})",
        f"x{OLD}",
        f"{OLD}.org",
        f"{OLD} <x@y.example>",
        f'"<{OLD}>" <x@y.example>',
    ):
        before = content(to)
        assert replaced(before, OLD, NEW) == (before, False), to


def test_case_does_not_count_but_a_tag_does() -> None:
    assert replaced(content("Tanka@CUSTOMER.example"), OLD, NEW)[1]
    assert not replaced(content("tanka+x@customer.example"), OLD, NEW)[1]


def test_what_is_not_well_formed_is_not_touched() -> None:
    before = content(f"<{OLD}, x@y.example")
    assert replaced(before, OLD, NEW) == (before, False)


def test_only_one_plain_address_can_be_put_in() -> None:
    for new in ("", "a@b.example, c@d.example", "a@b.example\r\nBcc: x@y.example", "<a@b.example>", "山@b.example"):
        assert replaced(content(OLD), OLD, new) == (content(OLD), False), new


def test_a_line_that_would_grow_too_long_is_not_touched() -> None:
    before = content(",".join(f"user{n:04}@customer.example" for n in range(37)) + f",{OLD}")
    long = "x" * 60 + "@customer.example"
    assert replaced(before, OLD, long) == (before, False)
    assert replaced(before, OLD, NEW)[1]


def test_several_are_replaced_at_once_each_by_its_own() -> None:
    one, two, three = (f"{name}@customer.example" for name in ("a", "b", "c"))
    after, done = replace_recipients(content(f"{one}, {two}"), {one: two, two: three, "not@there.example": one})
    assert done == {one, two}
    assert after == content(f"{two}, {three}")


def test_recipients_are_taken_out_with_their_names() -> None:
    before = content('"X, Y" <x@y.example>, =?utf-8?B?55Sw?= <t@u.example>,\r\n b@c.example (office)', "t@u.example")
    after, done = move_to_bcc(before, {"T@u.example", "b@c.example"})
    assert done
    assert Headers(after).raw("to") == (b' "X, Y" <x@y.example>',)
    assert Headers(after).raw("cc") == ()


def test_without_names_everyone_is_taken_out() -> None:
    after, done = move_to_bcc(content("x@y.example, z@y.example", "b@c.example"))
    assert done
    assert after == content("undisclosed-recipients:;")


def test_the_first_recipient_is_taken_out_of_a_folded_list() -> None:
    after, _ = move_to_bcc(content("x@y.example,\r\n\tz@y.example,\r\n\tw@y.example"), {"x@y.example"})
    assert Headers(after).raw("to") == (b" z@y.example,\r\n\tw@y.example",)


def test_the_name_of_a_group_stays_with_who_remains() -> None:
    after, done = move_to_bcc(content("Team: x@y.example, z@y.example;"), {"x@y.example"})
    assert done
    assert Headers(after).raw("to") == (b" Team: z@y.example;",)


def test_a_group_beside_others_is_not_touched() -> None:
    before = content("a@b.example, Team: x@y.example;")
    assert move_to_bcc(before, {"x@y.example"}) == (before, False)


def test_nothing_is_taken_out_when_one_field_is_in_doubt() -> None:
    before = content("x@y.example", "<broken, z@y.example")
    assert move_to_bcc(before, {"x@y.example"}) == (before, False)


def test_nobody_named_is_there_nothing_changes() -> None:
    before = content("x@y.example")
    assert move_to_bcc(before, {"other@y.example"}) == (before, False)


words = st.sampled_from(["Tanaka", '"a, b"', f'"{OLD}"', "=?utf-8?B?55Sw5Lit?=", f"({OLD})", "\r\n\t(x)", ""])
addresses = st.sampled_from(
    [OLD, "x@y.example", "x" + OLD, OLD + ".jp", "tanka+a@customer.example", '"tan ka"@customer.example']
)


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """(elements as written, their addresses)"""
    found = draw(st.lists(st.tuples(words, addresses, st.booleans()), min_size=1, max_size=6))
    elements = [f"{word} <{address}>" if angle or word else address for word, address, angle in found]
    return elements, [address for _, address, _ in found]


@given(lists(), lists())
def test_every_other_octet_is_kept(to: tuple[list[str], list[str]], cc: tuple[list[str], list[str]]) -> None:
    before = content(", ".join(to[0]), ",\r\n ".join(cc[0]))
    after, done = replaced(before, OLD, NEW)
    assert done is (OLD in to[1] + cc[1])
    mark = "\0"
    expected = content(
        ", ".join(_marked(e, a, mark) for e, a in zip(*to, strict=True)),
        ",\r\n ".join(_marked(e, a, mark) for e, a in zip(*cc, strict=True)),
    )
    assert after == expected.replace(mark.encode(), NEW.encode())


def _marked(element: str, address: str, mark: str) -> str:
    return re.sub(rf"(<|^){re.escape(OLD)}(>|$)", rf"\1{mark}\2", element) if address == OLD else element


@given(lists(), st.sets(addresses))
def test_those_who_stay_stay_in_order_and_those_who_go_are_gone(
    to: tuple[list[str], list[str]], gone: set[str]
) -> None:
    before = content(", ".join(to[0]))
    after, done = move_to_bcc(before, gone)
    left = [a for a in to[1] if gone and a not in gone]
    assert done is (len(left) < len(to[1]))
    headers = Headers(after)
    assert [a for raw in headers.raw("to") for a in parse_addresses(raw)] == left
    assert headers.defects == ()
    assert after[headers.body_start :] == before[Headers(before).body_start :]


@given(st.binary(max_size=300))
def test_any_octets_can_be_patched(data: bytes) -> None:
    for patched, done in (replaced(data, OLD, NEW), move_to_bcc(data)):
        assert done or patched == data
