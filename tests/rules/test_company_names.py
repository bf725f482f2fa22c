"""Companies are found by their form, by 御中 and by labels, and one company has one key however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.company_names import companies, honoured, key_of, labelled, normal
from tests.helpers import pace


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("株式会社青木商事", ["青木商事"]),
        ("青木商事株式会社", ["青木商事"]),
        ("㈱青木商事", ["青木商事"]),
        ("青木商事㈱", ["青木商事"]),
        ("株式会社 青木商事", ["青木商事"]),
        ("株式会社青木商事営業部", ["青木商事"]),
        ("青木商事株式会社営業部", ["青木商事"]),
        ("弊社は青木商事株式会社の", ["青木商事"]),
        ("さくら食品株式会社", ["さくら食品"]),
        ("株式会社さくら食品", ["さくら食品"]),
        ("株式会社みずほ", ["みずほ"]),
        ("医療法人社団白鳥会", ["白鳥会"]),
        ("at Acme Trading GmbH,", ["acmetrading"]),
        ("Acme Co., Ltd.", ["acme"]),
        ("Müller & Söhne GmbH & Co. KG", ["müllersöhne"]),
        ("株式会社", []),
        ("株式会社の設立について", []),
        ("the company limited its order", []),
        ("青木様", []),
    ],
)
def test_a_company_is_found_by_its_form(line: str, keys: list[str]) -> None:
    assert list(companies(normal(line))) == keys


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("青木商事 御中", ["青木商事"]),
        ("御見積書 青木商事 営業部 御中", ["青木商事"]),
        ("青木商事株式会社 総務部御中", ["青木商事"]),
        ("総務部 御中", []),
        ("関係各位 御中", []),
    ],
)
def test_whom_a_line_honours_is_found_without_the_department(line: str, keys: list[str]) -> None:
    assert list(honoured(normal(line))) == keys


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("顧客名：青木商事", ["青木商事"]),
        ("請求先: ㈱青木商事", ["青木商事"]),
        ("顧客名\t株式会社青木商事", ["青木商事"]),
        ("Bill to: Acme Trading Inc.", ["acmetrading"]),
        ("To:\tBlue Harbor", ["blueharbor"]),
        ("according to: the plan that we all made together last year", []),
        ("顧客名：", []),
        ("宛先：関係各位", []),
    ],
)
def test_whom_a_label_names_is_found(line: str, keys: list[str]) -> None:
    assert list(labelled(normal(line))) == keys


def test_one_company_has_one_key() -> None:
    written = ["株式会社青木商事", "青木商事㈱", "青木　商事", "（株）青木商事"]
    assert {key_of(one) for one in written} == {"青木商事"}
    assert {key_of(one) for one in ["Acme Trading Ltd.", "ACME-TRADING", "Ａｃｍｅ Trading, Inc."]} == {"acmetrading"}


@given(st.text(max_size=300))
def test_any_line_is_read_without_an_error(text: str) -> None:
    line = normal(text)
    for key in (*companies(line), *honoured(line), *labelled(line)):
        assert key == key_of(key) or key.isalnum()


@pytest.mark.parametrize("piece", ["株式会社", "Aa ", "青", "顧客名:", "御中", "A&", "あ", "(株)", "to:\t"])
def test_no_line_takes_more_than_its_length(piece: str) -> None:
    def read(line: str) -> None:
        for _ in range(5):
            list(companies(line)), list(honoured(line)), list(labelled(line))

    short, long = (normal(piece * count) for count in (500, 4000))
    pair = pace.growth(lambda: read(short), lambda: read(long), 20, 0.5)
    assert not pace.outgrows(pair, 20, 0.5), pair
