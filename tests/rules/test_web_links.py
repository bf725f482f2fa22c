"""Links in the text of a mail: how many lead where, and nothing more of them."""

import json

import pytest

from mail.message import read
from rules.web_links import MOST, OTHER, domains


def counted(body: str, kind: str = "text/plain") -> dict[str, int]:
    """The links of a mail with that body."""
    head = f"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n"
    return domains(read((head + body).encode()))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("no link, http and www.example alone", {}),
        ("https://files.storage.example/s/Ab3dE?pw=1", {"storage.example": 1}),
        ("(https://a.example/x), https://a.example/x. http://b.co.jp:8080/", {"a.example": 1, "b.co.jp": 1}),
        ("https://user:secret@k3x9.share.co.jp/1 HTTPS://SHARE.CO.JP/2", {"share.co.jp": 2}),
        ("こちらhttps://a.example/です。次https://b.exampleをご覧", {"a.example": 1, "b.example": 1}),
        ("http://192.0.2.7/x http://intranet/y", {"192.0.2.7": 1, "intranet": 1}),
        ("http://[::1/ and http://資料.example/", {OTHER: 2}),
    ],
)
def test_each_different_link_counts_for_the_domain_that_was_registered(body: str, expected: dict[str, int]) -> None:
    assert counted(body) == expected


def test_a_link_behind_a_word_counts_and_one_that_is_also_shown_counts_once() -> None:
    page = (
        '<link href="https://style.example/x.css"><p><a href="https://a.example/s/1">here</a>'
        "<a href='https://a.example/s/2'>https://a.example/s/2</a> <a href=\"mailto:x@b.example\">x</a>"
    )
    assert counted(page, "text/html") == {"a.example": 2}


def test_nothing_of_a_link_but_its_domain_is_kept_and_only_so_many_domains() -> None:
    many = counted(" ".join(f"https://t0ken{n}.d{n}.example/s3cret{n}?key=s3cret" for n in range(MOST + 7)))
    assert many.pop(OTHER) == 7
    assert len(many) == MOST
    assert "s3cret" not in json.dumps(many)
    assert "t0ken" not in json.dumps(many)
