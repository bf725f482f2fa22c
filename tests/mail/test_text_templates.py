"""What came twice is read once, with the same outcome; what came once is not kept."""

import zipfile
from io import BytesIO

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of._rest import Rest
from mail.text_of._templates import Templates
from tests.mail.making import hidden, of_file, text_of

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


def test_only_what_came_twice_is_kept() -> None:
    templates = Templates()
    times: list[int] = []

    def reading(rest: Rest) -> tuple[Block, ...]:
        times.append(1)
        rest.text("090-1234-5678")
        return (Block((("a",),)),)

    for number in range(4):
        rest, spending = Rest(), Spending()
        assert templates.read(b"octets", ("how",), rest, spending, reading) == (Block((("a",),)),)
        assert [row for block in rest.blocks((), spending) for row in block.rows] == [("090-1234-5678",)]
        assert len(times) == min(number + 1, 2)
    templates.read(b"octets", ("otherwise",), Rest(), Spending(), reading)
    assert len(times) == 3


def test_it_stays_within_its_size() -> None:
    templates = Templates()

    def reading(rest: Rest) -> tuple[Block, ...]:
        rest.text("090-1234-5678 " * 1000)
        return (Block((("a" * 16_000,),)),)

    for number in range(300):
        for _ in range(2):
            templates.read(number.to_bytes(2, "big"), (), Rest(), Spending(), reading)
            assert sum(rest.size + 16_000 for _, rest in templates._kept.values()) <= 2 * 1024 * 1024
