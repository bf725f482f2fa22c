"""Marks that stand behind a letter in thousands cost no more than any other text; those that people write are kept."""

import unicodedata
from collections.abc import Callable

import pytest

from gateway import answer_mail
from gateway.friction import Look
from mail import address, words
from mail.marks import MOST, stream_safe
from response import matching, report_mail
from rules import marking_terms
from rules.personal.normal import nfkc
from store import journal
from tests.helpers import pace
from web import forms

STACK = "a" + "\u0301" * 15_000 + "\u0316" * 15_000
"""30,000 marks in the wrong order: 7 seconds to normalise."""
MAIL = f"From: a@b.example\r\nSubject: {STACK}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{STACK}\r\n".encode()
READERS: dict[str, Callable[[], object]] = {
    "a header": lambda: unicodedata.normalize("NFKC", words.decode(STACK.encode())),
    "a report": lambda: report_mail.read("a@b.example", MAIL, ()),
    "an answer": lambda: answer_mail.read(MAIL),
    "a subject": lambda: matching.plain_subject(STACK),
    "the journal": lambda: journal.fold(STACK),
    "a number on a page": lambda: forms.answers_number(STACK, "K7Q29MXD"),
    "what is looked at": lambda: Look("a@b.example", "b").fits(STACK),
    "a display name": lambda: address.name_key(STACK),
    "an address": lambda: address.key(f"{STACK}@{STACK}.example"),
    "a text": lambda: nfkc(f"Ａ{STACK}"),
    "a marking": lambda: marking_terms.normal(STACK),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_letter_with_thousands_of_marks_stops_no_process(read: Callable[[], object]) -> None:
    pace.within(0.5, read)


@pytest.mark.parametrize("text", ["が", "e\u0301a\u0302", "ด้ว้ย", "ZA\u0300\u0301\u0302", "見積書", STACK[: MOST + 1]])
def test_what_people_write_is_kept(text: str) -> None:
    assert stream_safe(text) == text


def test_every_letter_keeps_its_first_marks() -> None:
    assert stream_safe(("e" + "\u0301" * 100) * 2) == ("e" + "\u0301" * MOST) * 2
