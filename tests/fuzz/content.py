"""What is read of content: messages, every reader of formats, every recogniser, address lists; each by its name, found by looking."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mail.address_list import mailboxes, parse_addresses
from mail.budget import Budget, OverBudgetError, Spending
from mail.message import read, read_small
from mail.mime import AMBIGUITIES
from mail.shapes import Message, Text
from mail.text_of import Hint, Reader, readers, recognise
from mail.text_of._tables import paragraphs
from rules.personal import recognisers
from rules.personal.records import records
from rules.personal.scan import scan
from tests.fuzz.samples import files, messages
from tests.helpers import pace

SMALL = Budget(parts=100, members=100, inflated=4 << 20, member=1 << 20, characters=2 << 20, cells=100_000)
"""So that an input of a few kilobytes cannot cost more than a second, and the limits are met."""
LONGEST = 20.0
"""Processor seconds, under instrumentation too; without it nothing of this size takes one."""
SUFFIXES = ("", "csv", "html", "eml", "ics", "vcf", "json", "xml", "txt", "xlsx", "docx", "zip", "p7m", "dat")
DECLARED = (
    "",
    "text/plain",
    "text/html",
    "text/csv",
    "message/rfc822",
    "application/pkcs7-mime",
    "application/octet-stream",
)
CHARSETS = ("", "utf-8", "iso-2022-jp", "utf-16", "utf-7", "cp932", "x-nobody")


def mime(octets: bytes) -> None:
    """A message: never a fault of ours, the same twice, and the same in the event loop."""
    found = pace.within(LONGEST, lambda: read(octets, SMALL))
    whole(found)
    assert same(found, read(octets, SMALL))
    small = read_small(octets)
    if small is not None:
        assert same(small, read(octets))


def whole(found: Message) -> None:
    """The names are of closed lists, nothing is our own fault, and every text can be looked at."""
    losses = [*found.lost, *(lost for part in found.parts for lost in part.lost)]
    assert "own_fault" not in {lost.reason for lost in losses}, losses
    assert set(found.ambiguous) <= set(AMBIGUITIES)
    for part in found.parts:
        assert all(isinstance(cell, str) for block in part.blocks for row in block.rows for cell in row)


def same(one: Message, other: Message) -> bool:
    return (one.parts, one.lost, one.ambiguous) == (other.parts, other.lost, other.ambiguous)


def reader(module: Reader, octets: bytes) -> None:
    """One reader, whatever it is given: the first octet says what is said of the file, the rest is the file."""
    chance, data = (octets[0] if octets else 0), octets[1:]
    hint = Hint(
        f"a.{SUFFIXES[chance % len(SUFFIXES)]}", DECLARED[chance % len(DECLARED)], CHARSETS[chance % len(CHARSETS)]
    )
    guess = module.recognises(data, hint)
    assert guess.kind in {"", *module.KINDS}
    kinds = [guess.kind] if guess.kind else [module.KINDS[chance % len(module.KINDS)]]
    first, second = (pace.within(LONGEST, lambda: outcome(module, data, hint.of_kind(kinds[0]))) for _ in range(2))
    assert first == second
    if first is not None:
        assert all(isinstance(file.data, bytes) for file in first.embedded)
        assert all(
            isinstance(cell, str) for block in first.blocks for row in (block.header, *block.rows) for cell in row
        )


def outcome(module: Reader, data: bytes, hint: Hint) -> Text | None:
    """What it brings back; None where a limit was passed. Anything else that it raises is a fault."""
    try:
        text = module.read(data, hint, Spending(SMALL))
    except OverBudgetError:
        return None
    return Text(tuple(text.blocks), text.lost, text.embedded, text.ambiguous)


def recogniser(name: str, octets: bytes) -> None:
    """One recogniser over rows of text: the same twice, every hit within the text."""
    text = octets.decode("utf-8", "replace")
    rows = [tuple(line.split("\t")) for line in text.splitlines()]
    for header in ((), rows[0] if rows else ()):
        seen = scan(rows, header)
        found = list(recognisers()[name].find(seen))
        assert found == list(recognisers()[name].find(scan(rows, header)))
        assert all(0 <= hit.start <= len(seen.text) for hit in found)


def all_records(octets: bytes) -> None:
    """All recognisers together, as a body and as a file."""
    blocks = (
        paragraphs(octets, Spending(SMALL))
        if octets.isascii()
        else paragraphs(octets.decode("utf-8", "replace"), Spending(SMALL))
    )
    for is_body in (True, False):
        found = list(records(blocks, is_body=is_body))
        assert found == list(records(blocks, is_body=is_body))


def addresses(octets: bytes) -> None:
    """An address list: every mailbox stands where it says, in order."""
    found, good = mailboxes(octets)
    edges = [edge for box in found for edge in (box.start, box.end)]
    assert edges == sorted(edges)
    for box in found:
        assert (
            box.list_start
            <= box.start
            <= box.address_start
            <= box.address_end
            <= box.end
            <= box.list_end
            <= len(octets)
        )
        assert octets[box.address_start : box.address_end].decode("utf-8", "replace").strip() or not good
    assert parse_addresses(octets) == tuple(box.address for box in found)


def seeds_of_addresses() -> Iterator[bytes]:
    yield from (
        b"a@b.example",
        b'"Yamada, Taro" <a@b.example>, (x) c@d.example',
        b"group: a@b.example, <c@d.example>;, e@f.example",
        b"=?utf-8?B?5bGx55Sw?= <a@[192.0.2.1]>, <@r.example:a@b.example>",
        b'"a\\"b"@c.example; (never closed <a@b',
    )


def seeds_of_text() -> Iterator[bytes]:
    """The examples of every recogniser, as rows."""
    for module in recognisers().values():
        for sample in module.EXAMPLES:
            rows = (sample.header, *sample.rows) if sample.header else sample.rows
            yield "\n".join("\t".join(row) for row in rows).encode()


def seeds_of(module: Reader) -> Iterator[bytes]:
    """Files that it takes for its own first."""
    own = [data for data in files() if recognise(data, Hint())[0] is module]
    for data in (*own, *list(files())[: max(0, 5 - len(own))]):
        yield b"\0" + data


def targets() -> Iterator[tuple[str, Callable[[bytes], None], Callable[[], Iterator[bytes]]]]:
    """(name, check, seeds)."""
    yield "mime", mime, messages
    yield "addresses", addresses, seeds_of_addresses
    yield "records", all_records, seeds_of_text
    for module in readers():
        name = Path(str(module.__file__)).stem  # type: ignore[attr-defined]  # a module, as the Protocol describes it
        yield f"reader-{name}", partial(reader, module), partial(seeds_of, module)
    for name in recognisers():
        yield f"recogniser-{name}", partial(recogniser, name), seeds_of_text
