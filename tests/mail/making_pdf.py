"""PDFs that tests read, written by hand: text at places, fonts of the West and of Japan, anything as further objects."""

from collections.abc import Iterable, Sequence

Word = tuple[float, float, str]
"""Where its first letter stands, and the text."""

LATIN = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
JAPANESE = (
    "<</Type/Font/Subtype/Type0/BaseFont/HeiseiKakuGo-W5/Encoding/{}/DescendantFonts[<</Type/Font/Subtype/CIDFontType0"
    "/BaseFont/HeiseiKakuGo-W5/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>"
    "/FontDescriptor<</Type/FontDescriptor/FontName/HeiseiKakuGo-W5/Flags 4/FontBBox[-92 -250 1010 922]/ItalicAngle 0"
    "/Ascent 752/Descent -221/CapHeight 737/StemV 114>>>>]>>"
)
PICTURE = (
    b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
    b"stream\n\0\nendstream"
)
SHOW_PICTURE = "q 500 0 0 700 50 50 cm /P Do Q\n"


def words(*found: Word, mode: int = 0, size: int = 10, vertical: bool = False) -> str:
    """Operators that show each word at its place, in the way of `mode` (3: unseen)."""
    return "".join(_word(x, y, text, mode, size, vertical=vertical) for x, y, text in found)


def _word(x: float, y: float, text: str, mode: int, size: int, *, vertical: bool) -> str:
    if text.isascii():
        font, shown = "L", "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
    else:
        font, shown = "V" if vertical else "J", f"<{text.encode('utf-16-be').hex()}>"
    return f"BT {mode} Tr /{font} {size} Tf {x} {y} Td {shown} Tj ET\n"


def table(rows: Iterable[Sequence[str]], columns: Sequence[float], top: float = 700, step: float = 20) -> str:
    """Rows of words, each in its column."""
    return words(
        *(
            (x, top - n * step, cell)
            for n, row in enumerate(rows)
            for x, cell in zip(columns, row, strict=False)
            if cell
        )
    )


def pdf(
    *pages: str,
    annotations: Sequence[str] = (),
    catalog: str = "",
    info: str = "",
    objects: Sequence[bytes | str] = (),
    trailer: str = "",
) -> bytes:
    """A document of these pages; `annotations` stand on the first, `objects` are numbered from 10 on."""
    kids = [10 + len(objects) + 2 * n for n in range(len(pages))]
    found: dict[int, bytes] = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        2: f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>".encode(),
        3: LATIN.encode(),
        4: JAPANESE.format("UniJIS-UTF16-H").encode(),
        5: JAPANESE.format("UniJIS-UTF16-V").encode(),
        6: PICTURE,
        7: f"<<{info}>>".encode(),
    }
    found |= {10 + n: one if isinstance(one, bytes) else one.encode() for n, one in enumerate(objects)}
    for number, (kid, content) in enumerate(zip(kids, pages, strict=True)):
        extra = "/Annots[" + "".join(annotations) + "]" if annotations and not number else ""
        found[kid] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {kid + 1} 0 R{extra}"
            "/Resources<</Font<</L 3 0 R/J 4 0 R/V 5 0 R>>/XObject<</P 6 0 R>>>>>>"
        ).encode()
        found[kid + 1] = stream(content.encode())
    return _written(found, trailer)


def stream(content: bytes, entries: str = "") -> bytes:
    """A stream object."""
    return f"<</Length {len(content)}{entries}>>stream\n".encode() + content + b"\nendstream"


def _written(found: dict[int, bytes], trailer: str) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, body in found.items():
        places[number] = len(out)
        out += f"{number} 0 obj".encode() + body + b"\nendobj\n"
    start, size = len(out), max(found) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        out += (f"{places[number]:010} 00000 n \n" if number in places else "0000000000 65535 f \n").encode()
    out += f"trailer<</Size {size}/Root 1 0 R/Info 7 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
