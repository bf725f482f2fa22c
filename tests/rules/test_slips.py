"""Tokens meet for every single slip, and a slip says what differs and where."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.address_forms import name_parts, suffix_split
from rules.slip_tokens import domain_asked, domain_kept, local_asked, local_kept
from rules.slips import Kind, between, slip

LETTERS = string.ascii_lowercase + string.digits + "._-"
words = st.text(LETTERS, min_size=1, max_size=64 + 4)


@st.composite
def one_slip(draw: st.DrawFn) -> tuple[str, str]:
    word = draw(words)
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(LETTERS))
    kind = draw(st.sampled_from(("insertion", "omission", "substitution", "transposition")))
    match kind:
        case "insertion":
            other = word[:at] + letter + word[at:]
        case "omission":
            other = word[:at] + word[at + 1 :]
        case "substitution":
            other = word[:at] + letter + word[at + 1 :]
        case _:
            other = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    assume(other not in ("", word))
    return word, other


@given(one_slip())
def test_every_single_slip_in_a_local_part_shares_a_token(pair: tuple[str, str]) -> None:
    assert local_asked(pair[0]) & local_kept(pair[1])


@given(one_slip())
def test_every_single_slip_in_a_domain_shares_a_token(pair: tuple[str, str]) -> None:
    assert domain_asked(f"{pair[0]}.co.jp") & domain_kept(f"{pair[1]}.co.jp")


@given(one_slip())
def test_every_single_slip_is_named_with_places_inside_both(pair: tuple[str, str]) -> None:
    found = between(*pair, "local")
    assert found is not None
    assert all(0 <= i < len(pair[0]) for i in found.at_a)
    assert all(0 <= i < len(pair[1]) for i in found.at_b)
    assert found.at_a or found.at_b


@pytest.mark.parametrize(
    ("given_address", "usual", "kind", "side", "at_a", "at_b"),
    [
        ("tanka@example.jp", "tanaka@example.jp", Kind.OMISSION, "local", (), (3,)),
        ("tanaka@exmaple.co.jp", "tanaka@example.co.jp", Kind.TRANSPOSITION, "domain", (2, 3), (2, 3)),
        ("tannaka@example.jp", "tanaka@example.jp", Kind.DOUBLED, "local", (3,), ()),
        ("tsnaka@example.jp", "tanaka@example.jp", Kind.SUBSTITUTION, "local", (1,), (1,)),
        ("tanxaka@example.jp", "tanaka@example.jp", Kind.INSERTION, "local", (3,), ()),
        ("tanaka-t@example.jp", "tanaka.t@example.jp", Kind.SEPARATOR, "local", (6,), (6,)),
        ("tanaka2@example.jp", "tanaka3@example.jp", Kind.DIGIT, "local", (6,), (6,)),
        ("tanaka2@example.jp", "tanaka@example.jp", Kind.DIGIT, "local", (6,), ()),
        ("tanaka11@example.jp", "tanaka9@example.jp", Kind.DIGIT, "local", (6, 7), (6,)),
        ("oota@stc.co", "oota@stc.co.jp", Kind.SUFFIX, "domain", (4, 5), (4, 5, 6, 7, 8)),
        ("a@sat0sanqyo.co.jp", "a@satosangyo.co.jp", Kind.LOOK_ALIKE, "domain", (3, 7), (3, 7)),
        ("a@ausexample.com", "a@aus.example.com", Kind.SEPARATOR, "domain", (), (3,)),
        ("satoh@example.jp", "sato@example.jp", Kind.INSERTION, "local", (4,), ()),
        ("simada.jyun@example.jp", "shimada.jun@example.jp", Kind.ROMAJI, "local", (8,), (1,)),
        ("a@www.example.jp", "a@example.jp", Kind.INSERTION, "domain", (0, 1, 2, 3), ()),
        ("a@xn--exmple-4nf.com", "a@example.com", Kind.LOOK_ALIKE, "domain", (2,), (2,)),
        ("Tanaka@EXMAPLE.co.jp", "tanaka+news@example.co.jp", Kind.TRANSPOSITION, "domain", (2, 3), (2, 3)),
    ],
)
def test_a_slip_says_kind_and_places(
    given_address: str, usual: str, kind: Kind, side: str, at_a: tuple[int, ...], at_b: tuple[int, ...]
) -> None:
    found = slip(given_address, usual)
    assert found is not None
    assert (found.kind, found.side, found.at_a, found.at_b) == (kind, side, at_a, at_b)


def test_names_in_the_other_order_are_swapped_with_and_without_separators() -> None:
    for given_local in ("yamada.taro", "yamada_taro", "yamadataro"):
        found = slip(f"{given_local}@example.jp", "taro.yamada@example.jp")
        assert found is not None
        assert found.kind is Kind.SWAPPED
        assert local_asked(given_local) & local_kept("taro.yamada")


def test_folded_spellings_share_a_token() -> None:
    for a, b in (("simada.jyun", "shimada.jun"), ("yarnada", "yamada"), ("satoo", "satou"), ("t_a-n.aka", "tanaka")):
        assert local_asked(a) & local_kept(b), (a, b)
    for a, b in (("stc.co", "stc.co.jp"), ("ausexample.com", "aus.example.com"), ("exаmp1e.com", "example.com")):
        assert domain_asked(a) & domain_kept(b), (a, b)


def test_equal_addresses_and_two_slips_are_no_slip() -> None:
    assert slip("Tanaka@Example.jp", "tanaka@example.jp") is None
    assert slip("tnka@example.jp", "tanaka@example.jp") is None
    assert slip("tanka@exmaple.jp", "tanaka@example.jp") is None


def test_a_local_part_falls_into_its_names() -> None:
    assert name_parts("tanaka_taro-2b+x") == ("tanaka", "taro", "b", "x")
    assert name_parts("2019") == ()


def test_a_suffix_under_a_country_has_two_labels() -> None:
    assert suffix_split("mail.example.co.jp") == ("mail.example", "co.jp")
    assert suffix_split("example.jp") == ("example", "jp")
    assert suffix_split("co.jp") == ("co", "jp")
    assert suffix_split("localhost") == ("", "localhost")
