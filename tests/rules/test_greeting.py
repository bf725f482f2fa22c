"""Greetings at the top of a body."""

import pytest

from mail.shapes import Paragraphs, Part
from rules.examples import body
from rules.greeting import addressed


@pytest.mark.parametrize(
    ("text", "kanji", "words"),
    [
        ("田中様\n\nお世話になっております。", ("田中",), ()),
        ("田中様、いつもお世話になっております。", ("田中",), ()),
        ("株式会社カスタマー\n営業部 部長\n田中 太郎 様", ("田中",), ()),
        ("営業部 佐々木えり様", ("佐々木",), ()),
        ("田中様、鈴木様\nCC: 佐藤様", ("田中", "鈴木", "佐藤"), ()),
        ("関係者各位\n皆様", (), ()),
        ("お客様\nご担当者様", (), ()),
        ("いつもありがとうございます。\n配送先は 長坂 誠 様です。", (), ()),
        ("Dear Ms. Anna Brown,\n", (), ("Brown",)),
        ("Tanaka-san,\n", (), ("Tanaka",)),
        ("Dear all,\nMr Brown told us", (), ()),
        ("> 田中様\n> お世話に", (), ()),
        ("\n".join(["一行です。"] * 9 + ["田中様"]), (), ()),
    ],
)
def test_only_a_greeting_at_the_top_names_somebody(text: str, kanji: tuple[str, ...], words: tuple[str, ...]) -> None:
    assert addressed((body(text),)) == (kanji, words)


def test_an_attachment_greets_nobody() -> None:
    assert addressed(()) == ((), ())


def test_a_large_text_is_looked_at_only_at_its_top() -> None:
    text = Paragraphs(b"Dear Ms Brown,\r\n" + b"x" * 70 + b"\r\n" * 100_000)
    part = Part("", "plain", 1, "0" * 64, text, is_body=True)
    assert addressed((part,)) == ((), ("Brown",))
    assert "_blocks" not in vars(text)
