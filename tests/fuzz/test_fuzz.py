"""The targets of `make fuzz` in the suite: their seeds, what was found before, and what hypothesis can think of."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzz import bounce, collector, paths, session
from tests.fuzz.targets import TARGETS, found

CUTS = st.lists(st.integers(0, 400), max_size=8)
ADDRESS = st.sampled_from(
    ["<a@b.example>", "<>", '<"a>b"@c.example>', "<@r.example:a@b.example>", "<..x@d.example>", "<a@b"]
)
TEXT = st.lists(
    st.sampled_from([b"\r\n", b"\r\n", b".", b"..", b"x", b"Subject: y", b"\r\n.\r\n", b"\xe9", b"QUIT\r\n"]),
    max_size=12,
).map(b"".join)
DIRTY = st.lists(st.sampled_from([b"\r", b"\n", b"\0", b"\r\n", b".", b"x"]), max_size=6).map(b"".join)
CONTENT = st.one_of(TEXT, TEXT, TEXT, DIRTY, TEXT.map(lambda text: text * 60))


def command(*words: str) -> st.SearchStrategy[bytes]:
    return st.sampled_from([f"{word}\r\n".encode() for word in words])


def data(content: bytes) -> bytes:
    return b"DATA\r\n" + b"".join(b"." * line.startswith(b".") + line for line in session.lines(content)) + b"\r\n.\r\n"


@st.composite
def chunks(draw: st.DrawFn) -> bytes:
    """A content in BDAT commands, most of them honest."""
    plain = draw(CONTENT)
    cuts = sorted(draw(st.lists(st.integers(0, len(plain)), max_size=4)))
    parts = [plain[start:end] for start, end in zip([0, *cuts], [*cuts, len(plain)], strict=True)]
    last = draw(st.sampled_from([b" LAST", b" LAST", b" last", b""]))
    return b"".join(b"BDAT %d%s\r\n%s" % (len(part), last * (part is parts[-1]), part) for part in parts)


MAIL = ADDRESS.map(lambda path: f"MAIL FROM:{path}\r\n".encode())
RCPT = ADDRESS.map(lambda path: f"RCPT TO:{path}\r\n".encode())
OTHER = command(
    "NOOP", "RSET", "EHLO me", "HELO me", "VRFY x", "FOO", "", "STARTTLS", "QUIT", "BDAT x", "DATA", "BDAT 0", "HELP"
)
GOOD = st.just(b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n")
STEP = st.one_of(
    MAIL, RCPT, OTHER, CONTENT, CONTENT.map(data), chunks(), st.tuples(GOOD, chunks() | CONTENT.map(data)).map(b"".join)
)
CONVERSATION = st.lists(st.one_of(STEP, STEP, st.tuples(GOOD, chunks()).map(b"".join)), max_size=12).map(
    lambda steps: b"EHLO me\r\n" + b"".join(steps)
)


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_of_a_target_show_no_fault(name: str) -> None:
    target = TARGETS[name]
    seeds = list(target.seeds())
    assert len(seeds) >= 5
    for octets in seeds:
        target.check(octets)


def test_what_was_found_once_is_mended() -> None:
    for path in found():
        TARGETS[path.parent.name].check(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
@given(octets=st.binary(max_size=200))
@example(octets=b"")
def test_no_octets_break_a_target(name: str, octets: bytes) -> None:
    TARGETS[name].check(octets)


@given(stream=CONVERSATION, cuts=st.lists(st.integers(0, 2000), max_size=8))
def test_every_command_has_one_reply_and_every_content_arrives_as_it_was_sent(stream: bytes, cuts: list[int]) -> None:
    session.conversation(stream, [min(cut, len(stream)) for cut in cuts])


@given(stream=CONVERSATION)
def test_octet_by_octet_a_conversation_goes_as_in_one_piece(stream: bytes) -> None:
    session.conversation(stream, list(range(len(stream))))


@given(
    stream=st.one_of(CONTENT, DIRTY).map(lambda text: text + b"\r\n.\r\nNOOP"),
    cuts=CUTS,
    size=st.integers(1, 90),
    spool=st.integers(1, 90),
)
def test_data_is_what_an_octet_by_octet_reading_finds(stream: bytes, cuts: list[int], size: int, spool: int) -> None:
    collector.data_in_pieces(stream, [min(cut, len(stream)) for cut in cuts], size, spool)


@given(
    parts=st.lists(st.one_of(CONTENT, DIRTY), min_size=1, max_size=6),
    seed=st.integers(),
    size=st.integers(1, 200),
    spool=st.integers(1, 90),
)
def test_chunks_are_what_an_octet_by_octet_reading_finds(parts: list[bytes], seed: int, size: int, spool: int) -> None:
    collector.chunks_in_pieces(parts, random.Random(seed), size, spool)


@given(
    argument=st.text('<>@"\\.ab;,: =+-[]é山\u2028\x7f', max_size=40),
    parameters=st.sampled_from(["", " BODY=7BIT", " NOTIFY=NEVER", " ENVID=a+2B"]),
)
def test_a_path_that_was_taken_is_sent_on_letter_for_letter(argument: str, parameters: str) -> None:
    paths.check(f"<{argument}>{parameters}".encode())


MAILBOX = st.sampled_from(
    ["taro@tachibana.example", '"a b"@c.example', "山田@例え.example", "x" * 500 + "@y.example", "", "a@b\r\nBcc: c"]
)


@given(
    fields=st.tuples(MAILBOX, MAILBOX | st.text(), MAILBOX | st.text(), *[st.text(max_size=1200)] * 5).map(list),
    head=st.text(max_size=200).map(
        lambda text: text.replace("\r", "").replace("\0", "").replace("\n", "\r\n").encode("utf-8", "replace")
    ),
)
def test_a_notification_is_well_formed_whatever_was_said(fields: list[str], head: bytes) -> None:
    bounce.report(fields, head)
