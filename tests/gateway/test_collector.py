"""What arrives after DATA or BDAT: its end, its size, its plain form, wherever the network cut it."""

import errno
import hashlib
import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.content import Content, is_clean, stuffed, un_stuffed
from gateway.replies import BARE_LINE_ENDS, NO_ROOM, STORE_DOWN, TOO_LARGE, Reply
from gateway.smtp import keeper as module
from gateway.smtp.collector import ChunkCollector, DataCollector
from tests.helpers.relay import stuffed as stuffed_line_by_line

# Octets that matter, and few others, so that chance meets every combination.
TRICKY = st.text("\r\n.\0a", max_size=40).map(str.encode) | st.lists(
    st.sampled_from([b"\r\n", b".", b"\r", b"\n", b"\0", b"a", b"\r\n.", b"\r\n.\r\n", b"..", b"xyz"]), max_size=20
).map(b"".join)
PLAIN = st.lists(st.text(".ab\xe9 ", max_size=8).map(lambda line: line.encode() + b"\r\n"), max_size=12).map(b"".join)


def feed(
    wire: bytes, cuts: list[int], *, max_size: int = 1000, spool_above: int = 1000
) -> tuple[DataCollector, bytes | None, int]:
    """The collector, what came after the end (None: no end), and how many octets were never given to it."""
    collector = DataCollector(max_size, spool_above)
    at = 0
    for end in [*sorted(cut % (len(wire) + 1) for cut in cuts), len(wire)]:
        rest = collector.feed(wire[at:end])
        at = end
        if rest is not None:
            return collector, rest, len(wire) - end
    return collector, None, 0


@settings(deadline=None)
@given(
    wire=TRICKY,
    cuts=st.lists(st.integers(0, 1000), max_size=12),
    spool_above=st.integers(1, 30),
    max_size=st.integers(1, 50),
)
def test_where_the_network_cuts_makes_no_difference(
    wire: bytes, cuts: list[int], spool_above: int, max_size: int
) -> None:
    whole, rest, _ = feed(wire, [], max_size=max_size)
    parts, parts_rest, later = feed(wire, cuts, max_size=max_size, spool_above=spool_above)
    assert (parts_rest is None) == (rest is None)
    if rest is None or parts_rest is None:
        whole.close()
        parts.close()
        return
    assert parts_rest + wire[len(wire) - later :] == rest
    assert parts.problem == whole.problem
    if whole.problem is None:
        first, second = whole.content(), parts.content()
        assert first.plain() == second.plain()
        assert b"".join(map(bytes, first.wire())) == b"".join(map(bytes, second.wire()))
        assert (first.size, first.sha256) == (second.size, second.sha256)
        second.close()
    parts.close()


@settings(deadline=None)
@given(wire=TRICKY)
def test_the_data_ends_at_crlf_dot_crlf_and_nowhere_else(wire: bytes) -> None:
    collector, rest, _ = feed(wire, [])
    found = (b"\r\n" + wire).find(b"\r\n.\r\n")
    assert (rest is None) == (found < 0)
    if rest is not None:
        assert rest == wire[found + 3 :]
        assert (collector.problem is BARE_LINE_ENDS) == (not clean_by_the_book(wire[:found]))


def clean_by_the_book(octets: bytes) -> bool:
    left = octets.replace(b"\r\n", b"")
    return not {13, 10, 0} & set(left)


@settings(deadline=None)
@given(octets=TRICKY)
def test_clean_means_every_line_end_is_crlf(octets: bytes) -> None:
    assert is_clean(octets) == clean_by_the_book(octets)


@settings(deadline=None)
@given(plain=PLAIN, cuts=st.lists(st.integers(0, 1000), max_size=8), spool_above=st.integers(1, 60))
def test_the_plain_form_makes_the_round_trip(plain: bytes, cuts: list[int], spool_above: int) -> None:
    wire = stuffed_line_by_line(plain)
    assert stuffed(plain) == wire
    collector, rest, _ = feed(wire + b".\r\nQUIT\r\n", cuts, spool_above=spool_above)
    assert rest is not None
    assert collector.problem is None
    content = collector.content()
    assert content.plain() == plain
    assert content.size == len(plain)
    assert content.sha256 == hashlib.sha256(plain).hexdigest()
    assert b"".join(map(bytes, content.wire())) == wire
    kept = Content.from_plain(plain)
    assert (kept.plain(), b"".join(map(bytes, kept.wire())), kept.size) == (plain, wire, len(plain))
    marked = content.prefixed(b"X-One: 1\r\n").prefixed(b".X-Two: 2\r\n")
    assert marked.plain() == b".X-Two: 2\r\nX-One: 1\r\n" + plain
    assert b"".join(map(bytes, marked.wire())) == b"..X-Two: 2\r\nX-One: 1\r\n" + wire
    assert marked.size == len(marked.plain())
    assert marked.sha256 == content.sha256
    for limit in (0, 1, 7, 100):
        assert content.head(limit) == plain[:limit]
    content.close()


@settings(deadline=None)
@given(
    lines=st.lists(st.text(".ab", max_size=4).map(lambda line: line.encode() + b"\r\n"), min_size=1, max_size=8),
    places=st.tuples(st.integers(0, 8), st.integers(0, 8)).map(sorted),
    dots=st.booleans(),
    spool_above=st.integers(1, 60),
)
def test_lines_that_are_cut_out_are_gone_and_the_rest_is_as_it_was(
    lines: list[bytes], places: list[int], dots: bool, spool_above: int
) -> None:
    # A client may also stuff a line that needs no dot: it goes all the same (RFC 5321 4.5.2).
    wire = b"".join(b"." + line if line.startswith(b".") or (dots and line.strip()) else line for line in lines)
    first, last = (min(place, len(lines)) for place in places)
    collector, _, _ = feed(wire + b".\r\n", [], spool_above=spool_above)
    content = collector.content()
    content.cut(len(b"".join(lines[:first])), len(b"".join(lines[:last])))
    rest = b"".join(lines[:first] + lines[last:])
    view = content.prefixed(b"X-One: 1\r\n")
    assert (view.plain(), view.size) == (b"X-One: 1\r\n" + rest, len(rest) + 10)
    assert (content.plain(), content.size, content.head(5)) == (rest, len(rest), rest[:5])
    assert content.sha256 == hashlib.sha256(rest).hexdigest()
    content.close()


@settings(deadline=None)
@given(wire=TRICKY, size=st.integers(1, 9))
def test_un_stuffing_does_not_care_for_chunks(wire: bytes, size: int) -> None:
    chunks = [wire[at : at + size] for at in range(0, len(wire), size)]
    whole = b"".join(un_stuffed(iter([wire])))
    assert b"".join(un_stuffed(iter(chunks))) == whole
    if clean_by_the_book(wire):
        assert whole == b"".join(line.removeprefix(b".") for line in wire.splitlines(keepends=True))


@pytest.mark.parametrize("evil", [b"a\nb\r\n", b"a\rb\r\n", b"a\0b\r\n", b"a\ry\nb\r\n"])
def test_what_never_leaves_cannot_be_made_a_content(evil: bytes) -> None:
    with pytest.raises(ValueError, match="bare CR"):
        Content.from_plain(evil)


def test_a_missing_last_line_end_is_added() -> None:
    assert Content.from_plain(b"a").plain() == b"a\r\n"
    assert Content.from_plain(b"").plain() == b""


def test_a_content_is_too_large_by_its_plain_size() -> None:
    collector, _, _ = feed(b"..345678\r\n.\r\n", [], max_size=9)
    assert collector.problem is None
    collector, _, _ = feed(b"x.345678\r\n.\r\n", [], max_size=9)
    assert collector.problem is TOO_LARGE


def test_a_large_content_leaves_the_memory_in_chunks() -> None:
    plain = b"".join(b".%d\r\n" % number for number in range(200000))
    collector, _, _ = feed(stuffed_line_by_line(plain) + b".\r\n", list(range(0, len(plain), 100000)), max_size=10**7)
    content = collector.content()
    chunks = list(content.wire())
    assert max(map(len, chunks)) <= 1024 * 1024
    assert content.plain() == plain
    assert content.head() == plain[: 32 * 1024]
    content.close()


def test_no_room_for_the_file_is_452(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_write", full)
    collector = DataCollector(1000, 10, tmp_path)
    assert collector.feed(b"x" * 50 + b"\r\n") is None
    assert collector.feed(b"more\r\n.\r\nNOOP\r\n") == b"NOOP\r\n"
    assert collector.problem is NO_ROOM


def test_the_file_has_no_name(tmp_path: Path) -> None:
    collector = DataCollector(1000, 10, tmp_path)
    collector.feed(b"x" * 50 + b"\r\n.\r\n")
    content = collector.content()
    assert content._file is not None
    assert not list(tmp_path.iterdir())
    content.close()


def test_a_folder_that_is_gone_is_451_and_said_in_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    collector = DataCollector(1000, 10, tmp_path / "missing")
    assert collector.feed(b"x" * 50 + b"\r\n.\r\n") == b""
    assert collector.problem is STORE_DOWN
    assert "cannot spool" in capsys.readouterr().out


def chunked(
    chunks: list[bytes], cuts: list[int], *, max_size: int = 1000, spool_above: int = 1000
) -> tuple[ChunkCollector, list[Reply | None]]:
    """The collector after all chunks, and what was wrong after each; every chunk is cut anew and followed by other octets."""
    collector = ChunkCollector(max_size, spool_above)
    wrong = []
    for number, chunk in enumerate(chunks, 1):
        collector.expect(len(chunk), last=number == len(chunks))
        ends = sorted({cut for cut in cuts if cut < len(chunk)})
        pieces = [chunk[start:end] for start, end in pairwise([0, *ends, len(chunk)])]
        for piece in pieces[:-1]:
            assert collector.feed(piece) is None
        assert collector.feed(pieces[-1] + b"BDAT") == b"BDAT"
        wrong.append(collector.problem)
    return collector, wrong


@given(
    chunks=st.lists(TRICKY, min_size=1, max_size=6),
    cuts=st.lists(st.integers(0, 40), max_size=6),
    spool_above=st.integers(1, 60),
)
def test_chunks_are_kept_as_data_would_have_been(chunks: list[bytes], cuts: list[int], spool_above: int) -> None:
    collector, wrong = chunked(chunks, cuts, spool_above=spool_above)
    plain = b"".join(chunks)
    whole = plain if plain.endswith(b"\r\n") or not plain else plain + b"\r\n"
    if not clean_by_the_book(whole):
        assert wrong[-1] is BARE_LINE_ENDS
        return
    assert wrong == [None] * len(chunks)
    content = collector.content()
    assert content.plain() == whole
    assert b"".join(map(bytes, content.wire())) == stuffed_line_by_line(whole)
    assert content.size == len(whole)
    content.close()


@given(chunks=st.lists(TRICKY, min_size=1, max_size=6), max_size=st.integers(1, 60))
def test_a_chunk_that_does_not_fit_is_refused_with_all_that_follow(chunks: list[bytes], max_size: int) -> None:
    collector, wrong = chunked(chunks, [], max_size=max_size)
    first = next((number for number, reply in enumerate(wrong) if reply), len(wrong))
    assert set(wrong[first:]) <= {TOO_LARGE} or set(wrong[first:]) <= {BARE_LINE_ENDS}
    fits = [len(b"".join(chunks[: number + 1])) <= max_size for number in range(len(chunks))]
    assert all(fits[:first])
    assert not collector._pieces or first == len(wrong)
    collector.close()


def test_a_chunk_announced_too_large_is_thrown_away_as_it_comes() -> None:
    collector = ChunkCollector(1000, 10)
    collector.expect(10**18, last=True)
    assert collector.problem is TOO_LARGE
    assert collector.feed(b"x" * 100_000) is None
    assert collector.wants == 10**18 - 100_000
    assert (collector._file, collector._pieces) == (None, [])


def test_single_octets_cost_no_more_memory_than_their_number() -> None:
    collector = DataCollector(10**6, 10**6)
    tracemalloc.start()
    for _ in range(100_000):
        collector.feed(b"x")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 200_000
