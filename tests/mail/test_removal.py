"""A file is taken out as one byte range, and only where nobody could cut the message in another way."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import mime
from mail.budget import Spending
from mail.removal import NOTE, removable, without_files

LIST = "顧客一覧.csv"


def part(body: bytes = b"a,b\r\nc,d", *, name: str = "", kind: str = "text/plain", more: bytes = b"") -> bytes:
    head = b"Content-Type: " + kind.encode() + b"\r\n" + more
    if name:
        head += b"Content-Disposition: attachment; filename*=utf-8''" + quoted(name) + b"\r\n"
    return head + b"\r\n" + body


def quoted(name: str) -> bytes:
    return "".join(
        c if c.isascii() and c.isalnum() else "".join(f"%{o:02X}" for o in c.encode()) for c in name
    ).encode()


def multipart(subtype: str, *parts: bytes, boundary: bytes = b"b", more: bytes = b"", closed: bool = True) -> bytes:
    head = b"Content-Type: multipart/" + subtype.encode() + b'; boundary="' + boundary + b'"' + more + b"\r\n\r\n"
    inside = b"".join(b"--" + boundary + b"\r\n" + each + b"\r\n" for each in parts)
    return head + inside + (b"--" + boundary + b"--\r\n" if closed else b"")


def message(entity: bytes) -> bytes:
    return b"From: ono@tachibana.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + entity


TEXT, FILE, OTHER = part(b"hello"), part(name=LIST), part(b"1,2", name="other.csv")

GOOD = {
    "the last of two": multipart("mixed", TEXT, FILE),
    "in the middle": multipart("mixed", TEXT, FILE, OTHER),
    "the only part": multipart("mixed", FILE),
    "below another": multipart("mixed", multipart("alternative", TEXT, TEXT, boundary=b"c"), FILE),
    "deep": multipart("alternative", TEXT, multipart("mixed", TEXT, FILE, boundary=b"b1")),
    "beside a page": multipart("related", part(b"<p>", kind="text/html"), FILE),
    "with a preamble and an epilogue": multipart("mixed", TEXT, FILE).replace(b"\r\n\r\n--b", b"\r\n\r\npre\r\n--b", 1)
    + b"post",
    "a message": multipart("mixed", TEXT, part(b"Subject: x\r\n\r\nx", name=LIST, kind="message/rfc822")),
    "with a line like a delimiter": multipart("mixed", TEXT, part(b"--bc\r\n--c--", name=LIST)),
}
NEVER = {
    "the message itself": FILE,
    "without a name": multipart("mixed", TEXT, part()),
    "one of two with its name": multipart("mixed", TEXT, FILE, FILE),
    "an alternative": multipart("alternative", TEXT, FILE),
    "the root of a page": multipart("related", FILE, OTHER),
    "of a page whose root is named": multipart("related", TEXT, FILE, more=b'; start="<x>"'),
    "signed": multipart(
        "signed", multipart("mixed", TEXT, FILE, boundary=b"c"), part(kind="application/pgp-signature")
    ),
    "of a report": multipart("report", TEXT, FILE),
    "of a kind nobody knows": multipart("strange", multipart("mixed", TEXT, FILE, boundary=b"c")),
    "without an end": multipart("mixed", TEXT, FILE, closed=False),
    "with parts behind the end": multipart("mixed", TEXT, FILE) + b"--b\r\n\r\nx\r\n--b--\r\n",
    "with two boundaries": multipart("mixed", TEXT, FILE, more=b'; boundary="c"'),
    "with two types": b"Content-Type: text/plain\r\n" + multipart("mixed", TEXT, FILE),
    "with lines of another end": multipart("mixed", TEXT, FILE).replace(b"\r\n", b"\n"),
    "with a bare CR before a delimiter": multipart("mixed", TEXT, FILE).replace(b"\r\n--b--", b"\r--b--"),
    "encoded as a whole": b"Content-Transfer-Encoding: base64\r\n" + multipart("mixed", TEXT, FILE),
    "with two encodings": multipart(
        "mixed", TEXT, part(name=LIST, more=b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n")
    ),
    "deeper than anybody writes": FILE,
}
for depth in range(25):
    NEVER["deeper than anybody writes"] = multipart(
        "mixed", TEXT, NEVER["deeper than anybody writes"], boundary=f"b{depth}x".encode()
    )


@pytest.mark.parametrize("entity", GOOD.values(), ids=GOOD)
def test_a_file_is_replaced_by_the_note_and_nothing_else_changes(entity: bytes) -> None:
    whole = message(entity)
    made = without_files(whole, [LIST])
    assert made is not None
    start, end = removable(whole)[LIST]
    assert made == whole[:start] + NOTE + whole[end:]
    assert LIST not in names(made)
    assert b"filename*=utf-8''" + quoted(LIST) not in made


@pytest.mark.parametrize("entity", NEVER.values(), ids=NEVER)
def test_what_could_be_cut_in_two_ways_or_is_no_file_stays(entity: bytes) -> None:
    whole = message(entity)
    assert LIST not in removable(whole)
    assert without_files(whole, [LIST]) is None


def test_several_files_go_at_once_and_what_is_not_there_takes_nothing_out() -> None:
    whole = message(GOOD["in the middle"])
    made = without_files(whole, [LIST, "other.csv"])
    assert made is not None
    assert made.count(NOTE) == 2
    assert not removable(made)
    assert without_files(whole, [LIST, "nothing.csv"]) is None
    assert without_files(whole, []) == whole


def test_the_note_is_ascii_says_it_in_both_languages_and_no_name() -> None:
    made = without_files(message(GOOD["the last of two"]), [LIST])
    assert made is not None
    assert made.isascii()
    note = list(message_from_bytes(made, policy=default).iter_parts())[1]
    said = note.get_content()
    assert "差出人が" in said
    assert "The sender removed this file" in said
    assert LIST not in said
    assert max(map(len, NOTE.split(b"\r\n"))) <= 78


NAMES = st.sampled_from(["a.csv", "b.xlsx", LIST, "c d.txt"])
LEAF = st.tuples(NAMES | st.just(""), st.binary(max_size=60))
TREE = st.recursive(
    LEAF,
    lambda inside: st.tuples(
        st.sampled_from(["mixed", "related", "alternative", "signed"]), st.lists(inside, min_size=1, max_size=4)
    ),
    max_leaves=12,
)


def built(tree: Any) -> EmailMessage:
    made, (first, second) = EmailMessage(policy=SMTP), tree
    if isinstance(second, list):
        made["Content-Type"] = f"multipart/{first}"
        for each in second:
            made.attach(built(each))
    else:
        named = {"filename": first, "disposition": "attachment"} if first else {}
        made.set_content(second, maintype="application", subtype="octet-stream", **named)
    return made


def names(content: bytes) -> list[str]:
    return [leaf.name for leaf in mime.split(content, Spending()).leaves]


@given(TREE, NAMES)
def test_of_any_tree_all_outside_the_part_stays_and_the_part_is_gone(tree: Any, name: str) -> None:
    whole = built(tree).as_bytes()
    found, made = removable(whole), without_files(whole, [name])
    assert (made is not None) == (name in found)
    if made is None:
        return
    start, end = found[name]
    assert made == whole[:start] + NOTE + whole[end:]
    before, after = mime.split(whole, Spending()), mime.split(made, Spending())
    assert (after.lost, after.ambiguous, after.signed) == (before.lost, before.ambiguous, before.signed)
    changed = [(old, new) for old, new in zip(before.leaves, after.leaves, strict=True) if old != new]
    assert [old.name for old, _ in changed] == [name]
    assert changed[0][1].declared == "text/plain"


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_content_breaks_it(one: bytes, other: bytes) -> None:
    for content in (one, message(multipart("mixed", one, FILE, other)), message(one + multipart("mixed", other))):
        for name in removable(content):
            made = without_files(content, [name])
            assert made is None or name not in removable(made)
