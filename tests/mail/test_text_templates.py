"""What came twice is read once, with the same outcome; what came once is not kept."""

import zipfile
from contextlib import nullcontext
from io import BytesIO

import pytest

from mail.budget import Budget, OverBudgetError, Spending
from mail.shapes import Block, Lost
from mail.text_of import Hint, _zip, recognise
from mail.text_of._rest import Rest
from mail.text_of._templates import Templates, characters
from tests.mail.making import hidden, losses, of_file, text_of, zipped

_LAYOUT = '<s xmlns:a="a"><a:p><a:t>Click to edit {}</a:t></a:p><x at="090-1234-{}"/></s>'


def presentation(body: str, layout: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("ppt/slides/slide1.xml", f'<s xmlns:a="a"><a:p><a:t>{body}</a:t></a:p></s>')
        archive.writestr("ppt/slideLayouts/slideLayout1.xml", layout)
    return file.getvalue()


def test_a_layout_is_read_the_same_however_often_it_came() -> None:
    layout = _LAYOUT.format("title", "5678")
    for number in range(4):
        found = of_file(presentation(f"slide {number}", layout), "a.pptx")
        assert f"slide {number}" in text_of(found)
        assert "Click to edit title" in text_of(found)
        assert "090-1234-5678" in hidden(found)
    other = of_file(presentation("slide", _LAYOUT.format("more", "9999")), "a.pptx")
    assert "Click to edit more" in text_of(other)
    assert "090-1234-9999" in hidden(other)


def test_a_member_that_came_before_is_not_unpacked_and_counts_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    layout = _LAYOUT.format("counted", "1111")
    unpacked: list[str] = []
    inflate = _zip.inflate

    def seen(data: bytes, entry: _zip.Entry, spending: Spending) -> bytes:
        unpacked.append(entry.name)
        return inflate(data, entry, spending)

    monkeypatch.setattr(_zip, "inflate", seen)
    data = presentation("slide", layout)
    for _ in range(3):
        of_file(data, "a.pptx")
    assert unpacked.count("ppt/slideLayouts/slideLayout1.xml") == 2
    assert unpacked.count("ppt/slides/slide1.xml") == 3
    size = sum(info.file_size for info in zipfile.ZipFile(BytesIO(data)).infolist())
    for inflated in (size, size - 1):
        spending = Spending(Budget(inflated=inflated))
        reader, hint = recognise(data, Hint("a.pptx"))
        with nullcontext() if inflated == size else pytest.raises(OverBudgetError):
            reader.read(data, hint, spending)
            assert spending.members == 3


def test_what_is_lost_of_a_member_or_handed_on_is_so_each_time() -> None:
    others = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}
    for name in ("word/theme/theme1.xml", "word/printerSettings1.bin", "docProps/thumbnail.jpeg"):
        for _ in range(4):
            found = of_file(zipped({**others, name: b"PK\3\4" + b"\0\1\2" * 90}), "a.docx")
            assert [part.kind for part in found.parts][2:] == ["zip"]
            typed = of_file(zipped({**others, "word/theme/theme2.xml": "<!DOCTYPE a><a>090-1234-5678</a>"}), "a.docx")
            assert Lost("damaged", "document type") in losses(typed)
            assert "090-1234-5678" in text_of(typed)


def test_only_what_came_twice_is_kept() -> None:
    templates = Templates()
    times: list[int] = []

    def reading(rest: Rest) -> tuple[Block, ...]:
        times.append(1)
        rest.text("090-1234-5678")
        return (Block((("a",),)),)

    for number in range(4):
        rest, spending = Rest(), Spending()
        assert templates.known(b"octets", ("how",), rest, reading, characters) == (Block((("a",),)),)
        assert [row for block in rest.blocks((), spending) for row in block.rows] == [("090-1234-5678",)]
        assert len(times) == min(number + 1, 2)
    templates.known(b"octets", ("otherwise",), Rest(), reading, characters)
    assert len(times) == 3
    for _ in range(3):  # what it left beside is in nobody's hands when it is not read
        templates.known(b"octets", ("with a loss",), Rest(), reading, characters, lambda: False)
    assert len(times) == 6


def test_it_stays_within_its_size() -> None:
    templates = Templates()

    def reading(rest: Rest) -> tuple[Block, ...]:
        rest.text("090-1234-5678 " * 1000)
        return (Block((("a" * 16_000,),)),)

    for number in range(300):
        for _ in range(2):
            templates.known(number.to_bytes(2, "big"), (), Rest(), reading, characters)
            assert sum(rest.size + 16_000 for _, rest in templates._kept.values()) <= 2 * 1024 * 1024
