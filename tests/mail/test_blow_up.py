"""No expression, and no reading of a message, takes much more than its share of time for a text that is longer."""

import re
from collections.abc import Callable
from functools import partial

import pytest

from mail.budget import Budget
from mail.message import read
from tests.helpers import pace
from tests.helpers.blow_up import patterns, slow
from tests.mail.making import message

PATTERNS = dict(patterns("mail"))
# Asked at one place only, never looked for; html: of a tag whose end has no blanks.
ANCHORED = frozenset(
    {
        "mail.boundaries._LINE_REST",
        "mail.section._FIELD",
        "mail.text_of._html_page.ATTRIBUTE",
        "mail.text_of._html_tags.ATTRIBUTE",
        "mail.text_of._html_tags._NEAT",
    }
)


def test_the_expressions_of_this_room_are_found() -> None:
    assert len(PATTERNS) > 80
    assert set(PATTERNS) >= ANCHORED


@pytest.mark.parametrize("name", PATTERNS)
def test_an_expression_takes_time_as_its_text_is_long(name: str) -> None:
    assert slow(PATTERNS[name], most=0.02, anchored=name in ANCHORED) == ""


def test_an_expression_that_blows_up_is_found_out() -> None:
    assert slow(re.compile(r"\s*x"), most=0.02)
    assert slow(re.compile(rb"<[^>]*>"), most=0.02)


LINES = (
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: base64\r\n\r\n",
    b"Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\n",
    b"--cut\r\n",
    b"--cut\r\n\r\n--cuter\r\n\r\n",
    b"--cut--\r\n",
    b"=41=\r\n",
    b"=0=41",
    b"=ybegin line=1\r\n",
    b"begin 644 a\r\n",
    b"begin 644 a\r\n#0V%T\r\nend\r\n",
    b"QUJD\r\n",
    b"QUJD=",
    b"> Content-Transfer-Encoding: quoted-printable\r\n>\r\n",
    b"From: a\r\n",
    b"X-Name :a\r\n b\r\n",
    b"; boundary=a",
    b"(",
    b'"',
    b"=?utf-8?Q?",
    b"<a href='",
    b"<img alt=a ",
    b"<table><tr><td>",
    b"<!--",
    b"-----BEGIN PGP MESSAGE-----\r\n",
    b"BEGIN:VCARD\r\nN:a\r\n",
    b"\x1b$B",
    b"\0",
    b" ",
    b"a,b\r\n",
)
PLACES: tuple[Callable[[bytes], bytes], ...] = (
    message,
    lambda text: message(text, "Content-Type: text/html"),
    lambda text: message(b'<img alt="a" ' + text + b">b", "Content-Type: text/html"),
    lambda text: message(text, 'Content-Type: multipart/mixed; boundary="cut"; boundary=cuter'),
    lambda text: message(text, "Content-Transfer-Encoding: base64"),
    lambda text: message(text, "Content-Transfer-Encoding: quoted-printable"),
    lambda text: message(b"", "Content-Type: multipart/mixed" + text.decode("latin-1").replace("\r\n", "\r\n ")),
    lambda text: message(b"", "X-Data: " + text.decode("latin-1").replace("\r\n", "\r\n ")),
    lambda text: text,
)


@pytest.mark.parametrize("place", range(len(PLACES)))
def test_a_message_takes_time_as_it_is_long(place: int) -> None:
    """Four times the text may take ten times the time, where that is worth speaking of; what else the machine does is asked again."""
    for line in LINES:
        short, long = (partial(read, PLACES[place](line * (n // len(line))), Budget()) for n in (25_000, 100_000))
        pair = pace.growth(short, long, 10, 0.15)
        assert not pace.outgrows(pair, 10, 0.15), (line, pair)
