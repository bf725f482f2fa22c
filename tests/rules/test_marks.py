"""Page, mail and terminal mark the same letters, and say the same in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.marks import explain_mark, marked


@pytest.mark.parametrize(
    ("address", "usual", "differs", "usually", "ja", "en"),
    [
        ("tanaka@customar.example", "tanaka@customer.example", "a", "e", "@ の後ろ、7文字目の「a」（いつもは「e」）", "7th letter after the @: “a” (usually “e”)"),
        ("tanka@example.jp", "tanaka@example.jp", "", "a", "@ の前、4文字目にあるはずの「a」がない", "the 4th letter before the @, “a”, is missing"),
        ("tanakaa@example.jp", "tanaka@example.jp", "a", "", "@ の前、7文字目の「a」が余分", "the 7th letter before the @, “a”, is one too many"),
        ("a@exmaple.jp", "a@example.jp", "ma", "am", "@ の後ろ、3文字目からの「ma」（いつもは「am」）", "from the 3rd letter after the @: “ma” (usually “am”)"),
        ("a@example.co.jp", "a@example.ne.jp", "co.jp", "ne.jp", "@ の後ろ、末尾の「co.jp」（いつもは「ne.jp」）", "the ending “co.jp” after the @ (usually “ne.jp”)"),
        ("yamada.taro@a.jp", "taro.yamada@a.jp", "yamada.taro", "taro.yamada", "@ の前、姓と名の順（いつもは「taro.yamada」）", "the order of the names before the @ (usually “taro.yamada”)"),
        ("simada.jyun@a.jp", "shimada.jun@a.jp", "y", "h", "@ の前の「simada.jyun」（いつもは「shimada.jun」）", "“simada.jyun” before the @ (usually “shimada.jun”)"),
        ("a@exаmple.jp", "a@example.jp", "а", "a", "@ の後ろ、3文字目の「а U+0430」（いつもは「a」）", "3rd letter after the @: “а U+0430” (usually “a”)"),
        ("a@exarnple.jp", "a@example.jp", "rn", "m", "@ の後ろ、4文字目からの「rn」（いつもは「m」）", "from the 4th letter after the @: “rn” (usually “m”)"),
        ("a@exarnp1e.jp", "a@example.jp", "rn1", "ml", "@ の後ろの「rn」と「1」（いつもは「m」と「l」）", "“rn” and “1” after the @ (usually “m” and “l”)"),
        ("satoh.tarou@a.jp", "sato.taro@a.jp", "hu", "", "@ の前の「satoh.tarou」（いつもは「sato.taro」）", "“satoh.tarou” before the @ (usually “sato.taro”)"),
        ("a@www.example.jp", "a@example.jp", "www.", "", "@ の後ろ、1文字目からの「www.」が余分", "“www.” from the 1st letter after the @ is too much"),
        ("a@example.jp", "a@www.example.jp", "", "www.", "@ の後ろ、1文字目からあるはずの「www.」がない", "“www.” from the 1st letter after the @ is missing"),
        ("tnka@exmple.jp", "tanaka@example.jp", "", "aaa", "いつもは「tanaka@example.jp」です", "usually “tanaka@example.jp”"),
    ],
)  # fmt: skip
def test_the_differing_letters_are_marked_and_said(
    address: str, usual: str, differs: str, usually: str, ja: str, en: str
) -> None:
    found = marked(address, usual)
    assert "".join(text for text, differ in found.given if differ) == differs
    assert "".join(text for text, differ in found.usual if differ) == usually
    assert "".join(text for text, _ in found.given) == address
    assert "".join(text for text, _ in found.usual) == usual
    assert found.words == {"ja": ja, "en": en}


def test_an_address_is_shown_as_given_but_decoded() -> None:
    found = marked("Tanka+news@xn--exmple-4nf.jp", "tanaka@exаmple.jp")
    assert "".join(text for text, _ in found.given) == "Tanka+news@exаmple.jp"


def test_positions_of_the_domain_are_behind_the_at() -> None:
    assert explain_mark("tanaka@exmaple.jp", "domain", (2, 3)) == (
        ("tanaka@ex", False),
        ("ma", True),
        ("ple.jp", False),
    )
    assert explain_mark("tanaka@example.jp", "local", ()) == (("tanaka@example.jp", False),)


addresses = st.from_regex(r"[a-z.]{1,8}@[a-z0-9.-]{1,10}", fullmatch=True)


@given(addresses, addresses)
def test_any_two_addresses_are_cut_without_losing_a_letter(a: str, b: str) -> None:
    found = marked(a, b)
    assert "".join(text for text, _ in found.given).rstrip(".") == a.rstrip(".")
    assert "".join(text for text, _ in found.usual).rstrip(".") == b.rstrip(".")
    assert found.words["ja"]
    assert found.words["en"]


PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("m", "rn"), ("w", "vv"), ("d", "cl"))
plain = st.text("abfghjkpstxyz", min_size=1, max_size=8)
"""Letters that look like no others: the slip has one place."""


@given(st.sampled_from(PAIRS), plain, plain, st.booleans())
def test_of_letters_that_look_like_others_only_these_are_marked_and_said(
    pair: tuple[str, str], before: str, behind: str, in_domain: bool
) -> None:
    a, b = (f"{before}{letters}{behind}" for letters in pair)
    frame = "ken@{}.example" if in_domain else "{}@customer.example"
    found = marked(frame.format(a), frame.format(b))
    assert "".join(text for text, differ in found.given if differ) == pair[0]
    assert "".join(text for text, differ in found.usual if differ) == pair[1]
    for words in found.words.values():
        assert a not in words
        assert all(letters in words for letters in pair)
    assert f"「{pair[0]}」（いつもは「{pair[1]}」）" in found.words["ja"]


@pytest.mark.parametrize(
    ("given_", "usual", "differing"),
    [
        ("simada.jyun@a.jp", "shimada.jun@a.jp", 2),
        ("a@exarnple.jp", "a@example.jp", 2),
        ("tnka@exmple.jp", "tanaka@example.jp", 3),
        ("tanaka@customer.example", "tanaka@custmer.example.jp", 4),
        ("honda@elsewhere.example", "ueda@customer.example", 0),
        ("john.smith@customer.co.jp", "taro.tanaka@customer.co.jp", 0),
        ("abe@customer.example", "ono@customer.example", 0),
        ("kimura.ken.private@mailbox.example", "kimura@customer.example", 0),
    ],
)
def test_of_two_people_who_do_not_look_alike_no_letter_is_marked(given_: str, usual: str, differing: int) -> None:
    found = marked(given_, usual)
    assert found.differing == differing
    assert any(differ for _, differ in (*found.given, *found.usual)) is bool(differing)


@given(addresses, addresses)
def test_what_is_not_marked_is_the_same_on_both_sides_but_where_names_changed_places(a: str, b: str) -> None:
    found = marked(a, b)
    if not found.differing:
        return
    left = ["".join(text for text, differ in side if not differ).lower() for side in (found.given, found.usual)]
    assert left[0] == left[1]
