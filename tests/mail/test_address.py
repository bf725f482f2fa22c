from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import address
from mail.envelope import Client, Envelope, ForwardPath


def test_an_address_is_cut_at_its_last_at() -> None:
    assert address.split('"a@b"@example.jp') == ('"a@b"', "example.jp")
    assert address.split("nobody") == ("nobody", "")


@pytest.mark.parametrize(
    ("domain", "key"),
    [
        ("Example.JP.", "example.jp"),
        ("XN--WGV71A119E.jp", "日本語.jp"),
        ("日本語.jp", "日本語.jp"),
        ("ｅｘａｍｐｌｅ.jp", "example.jp"),
        ("example。jp", "example.jp"),
        ("exam\ufe0fple.jp", "example.jp"),
        ("ex\u20ddample.jp", "ex\u20ddample.jp"),
        ("xn--\u00e4.jp", "xn--\u00e4.jp"),
    ],
)
def test_domains_are_compared_in_one_form(domain: str, key: str) -> None:
    assert address.domain_key(domain) == key


@pytest.mark.parametrize(
    ("given_as", "key"),
    [
        ("Tanaka+news@Example.JP", "tanaka@example.jp"),
        ('"Tanaka"@example.jp', "tanaka@example.jp"),
        ("+x@example.jp", "+x@example.jp"),
        ("tanaka@ｅｘａｍｐｌｅ.jp", "tanaka@example.jp"),
        ("ｔａｎａｋａ@example.jp", "ｔａｎａｋａ@example.jp"),
        ("tanaka＋news@example.jp", "tanaka＋news@example.jp"),
        ("mu\u0308ller@example.jp", "m\u00fcller@example.jp"),
    ],
)
def test_contacts_are_compared_without_case_tag_and_quotes(given_as: str, key: str) -> None:
    assert address.key(given_as) == key


def test_what_is_sent_to_is_the_local_part_as_given() -> None:
    assert address.wire("Ｔａｎａｋａ+x@日本語.jp") == "Ｔａｎａｋａ+x@xn--wgv71a119e.jp"


def test_only_the_very_domain_is_inside() -> None:
    ours = frozenset({"tachibana.example"})
    assert address.is_inside("a@Tachibana.Example", ours)
    assert not address.is_inside("a@x.tachibana.example", ours)
    assert not address.is_inside("tachibana.example", ours)


@given(st.text(max_size=40))
def test_a_key_of_any_text_is_made(text: str) -> None:
    assert isinstance(address.key(text), str)


def test_an_envelope_for_some_keeps_their_order_and_parameters() -> None:
    paths = tuple(ForwardPath(f"{name}@customer.example", ("NEVER",)) for name in "abc")
    envelope = Envelope("q1", "x@tachibana.example", paths, Client("127.0.0.1"), datetime(2026, 4, 1, tzinfo=UTC))
    assert envelope.recipients == ("a@customer.example", "b@customer.example", "c@customer.example")
    assert envelope.only(frozenset({"c@customer.example", "a@customer.example"})).forward_paths == (paths[0], paths[2])
