"""Paths and parameters: letter for letter what came in, or refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.smtp.paths import MailParameters, Malformed, NotOffered, forward_path, is_mailbox, reverse_path, un_xtext

ADDRESSES = [
    "taro@tachibana.example",
    "Taro.Yamada+tag@Sub.Example.JP",
    ".a@docomo.ne.jp",
    "a..b.@docomo.ne.jp",
    "a+b!#$&'*/=?^_`{|}~-%@x.example",
    '"a b"@x.example',
    '"a@b"@x.example',
    '"a\\"b>"@x.example',
    '".."@x.example',
    '""@x.example',
    "a@[127.0.0.1]",
    "a@[IPv6:2001:db8::1]",
    "a@x_y.example",
    "o'hara@x.example",
    "山田@例え.jp",
    "v%victim.example@x.example",
    "l" * 64 + "@x.example",
    "u@" + ".".join(["d" * 61] * 3) + "." + "e" * 40 + ".example",
]
MALFORMED = [
    "taro@tachibana.example",
    "<taro@tachibana.example",
    "<taro>",
    "<@x.example>",
    "<taro@>",
    "<a@b@c.example>",
    "<a(comment)@x.example>",
    "<a@x .example>",
    "<a @x.example>",
    "< a@x.example>",
    "<a@x.example.>",
    "<a@.example>",
    "<a@-x.example>",
    "<a@x..example>",
    "<a@[300.1.1.1]>",
    "<a@[IPv6:zz]>",
    "<a@[IPv6:1:2]>",
    "<a@[10.0.0.1>",
    '<"a"b@x.example>',
    '<"a@x.example>',
    "<a\r@x.example>",
    "<a\x00@x.example>",
    "<a\x1b@x.example>",
    "<a\u202e@x.example>",
    "<a\udcff@x.example>",
    "<a\u3000b@x.example>",
    "<a@x.example>,<b@x.example>",
    "<a@x.example>junk",
    "<a@x.example> =1",
    "<a@x.example> SIZE",
    "<a@x.example> SIZE=x",
    "<a@x.example> SIZE=1 SIZE=1",
    "<a@x.example> BODY=9BIT",
    "<a@x.example> RET=ALL",
    "<a@x.example> ENVID=" + "x" * 101,
    "<a@x.example> ENVID=a+2",
    "<a@x.example> SMTPUTF8=1",
    "<a@x.example> AUTH",
    "<" + "x" * 600 + "@x.example>",
    "<a@" + "x" * 256 + ">",
    "<@relay.example,a@x.example>",
    "",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_mailbox_comes_out_as_it_came_in(address: str) -> None:
    assert is_mailbox(address)
    assert reverse_path(f"<{address}>", dsn=True, smtputf8=True, eight_bit=True)[0] == address
    assert forward_path(f" <{address}>", dsn=False).address == address


@pytest.mark.parametrize("argument", MALFORMED)
def test_what_is_no_path_is_refused(argument: str) -> None:
    with pytest.raises(Malformed):
        reverse_path(argument, dsn=True, smtputf8=True, eight_bit=True)


def test_the_null_reverse_path_is_the_empty_string_and_no_recipient() -> None:
    assert reverse_path("<>", dsn=False, smtputf8=False, eight_bit=False) == ("", MailParameters())
    with pytest.raises(Malformed):
        forward_path("<>", dsn=False)


def test_a_body_that_is_not_offered_is_told_from_one_that_nobody_knows() -> None:
    with pytest.raises(NotOffered):
        reverse_path("<a@x.example> BODY=BinaryMIME", dsn=True, smtputf8=True, eight_bit=True)


def test_postmaster_needs_no_domain() -> None:
    assert forward_path("<PostMaster>", dsn=False).address == "PostMaster"


def test_a_source_route_is_ignored() -> None:
    assert forward_path("<@one.example,@two.example:a@x.example>", dsn=False).address == "a@x.example"


def test_parameters_are_taken_when_they_were_offered() -> None:
    _, said = reverse_path(
        "<a@x.example> size=12 Body=8bitmime SMTPUTF8 RET=full ENVID=a+2Bb AUTH=<>",
        dsn=True,
        smtputf8=True,
        eight_bit=True,
    )
    assert said == MailParameters(12, "8BITMIME", True, "FULL", "a+2Bb", "<>")
    path = forward_path("<a@x.example> NOTIFY=failure,Delay ORCPT=rfc822;b+3Dc@x.example", dsn=True)
    assert (path.notify, path.orcpt) == (("FAILURE", "DELAY"), "rfc822;b+3Dc@x.example")
    assert forward_path("<a@x.example> ORCPT=utf-8;山田@x.example", dsn=True).orcpt == "utf-8;山田@x.example"


@pytest.mark.parametrize("parameter", ["BODY=7BIT", "SMTPUTF8", "RET=FULL", "ENVID=a", "REQUIRETLS", "NOTIFY=NEVER"])
def test_parameters_that_were_not_offered_are_named_so(parameter: str) -> None:
    with pytest.raises(NotOffered):
        reverse_path(f"<a@x.example> {parameter}", dsn=False, smtputf8=False, eight_bit=False)


@pytest.mark.parametrize(
    "parameter", ["NOTIFY=NEVER,FAILURE", "NOTIFY=SOMETIMES", "NOTIFY", "ORCPT=rfc822", "ORCPT=rfc822;a=b", "ORCPT=;a"]
)
def test_malformed_parameters_of_a_recipient_are_refused(parameter: str) -> None:
    with pytest.raises(Malformed):
        forward_path(f"<a@x.example> {parameter}", dsn=True)
    with pytest.raises(NotOffered):
        forward_path("<a@x.example> NOTIFY=NEVER", dsn=False)


@settings(deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"<[a-z\".\\@<>\[\]:, ]{0,20}> ?[A-Z=;+]{0,10}", fullmatch=True))
def test_no_argument_breaks_the_parser_and_none_comes_out_altered(argument: str) -> None:
    try:
        address, _ = reverse_path(argument, dsn=True, smtputf8=True, eight_bit=True)
    except (Malformed, NotOffered):
        return
    assert f"{address}>" in argument
    assert not address or is_mailbox(address)


@settings(deadline=None)
@given(st.text(max_size=40).map(lambda local: f"{local}@x.example"))
def test_a_mailbox_cannot_end_a_command(address: str) -> None:
    if is_mailbox(address):
        assert address.isprintable()
        quoted = address.startswith('"')
        assert quoted or not set(address) & set('<>() ,;:\\"[]')
        assert reverse_path(f"<{address}> SIZE=1", dsn=False, smtputf8=True, eight_bit=False)[0] == address


def test_xtext_is_decoded_for_showing_only() -> None:
    assert un_xtext("a+2Bb+0Ac+3D") == "a+b?c="
