"""Hostile PDFs; each with what must come of it."""

import zlib
from collections.abc import Iterator

from hostile_archives import LIST, PEOPLE, Case

from tests.mail.making import zipped
from tests.mail.making_pdf import SHOW_PICTURE, pdf, stream, table, words

_ROWS = [line.split(",") for line in PEOPLE.splitlines()]
_MIB = 1024 * 1024
_HEX = "feff" + PEOPLE.encode("utf-16-be").hex()
"""As a string of PDF."""


def cases() -> Iterator[Case]:
    """Every PDF."""
    shown = table(_ROWS, (50, 200))
    yield "pdf", "hold", pdf(shown), "a.pdf"
    yield (
        "pdf-unseen",
        "hold",
        pdf(words(*((50, 700 - 20 * n, " ".join(c)) for n, c in enumerate(_ROWS)), mode=3)),
        "a.pdf",
    )
    yield "pdf-beside-the-page", "hold", pdf(table(_ROWS, (-5000, -4800))), "a.pdf"
    yield "pdf-picture", "hold", pdf(SHOW_PICTURE), "a.pdf"
    yield "pdf-drawn-letters", "hold", pdf("".join(f"{n} 0 m {n} 9 l S\n" for n in range(500))), "a.pdf"
    note = f"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents<{_HEX}>>>"
    yield "pdf-comment", "hold", pdf("", annotations=(note,)), "a.pdf"
    field = f"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 9 9]/V<{_HEX}>>>"
    yield "pdf-form", "hold", pdf("", annotations=(field,), catalog="/AcroForm<</Fields[]>>"), "a.pdf"
    inside = "/Names<</EmbeddedFiles<</Names[(a) 10 0 R]>>>>"
    spec = "<</Type/Filespec/F(list.csv)/EF<</F 11 0 R>>>>"
    yield "pdf-file-inside", "hold", pdf("", catalog=inside, objects=(spec, stream(LIST))), "a.pdf"
    yield (
        "pdf-bomb-inside",
        "live",
        pdf("", catalog=inside, objects=(spec, stream(zlib.compress(bytes(200 * _MIB)), "/Filter/FlateDecode"))),
        "a.pdf",
    )
    script = f"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS<{_HEX}>>>]>>>>"
    yield "pdf-script", "hold", pdf("", catalog=script), "a.pdf"
    yield (
        "pdf-property",
        "hold",
        pdf("", info=f"/Keywords<{_HEX}>"),
        "a.pdf",
    )
    page = pdf(shown)
    yield "pdf-junk-in-front", "hold", b"junk\n" * 50 + page, "a.pdf"
    yield "pdf-behind", "hold", pdf(words((50, 700, "nothing"))) + LIST, "a.pdf"
    yield "pdf-and-zip", "hold", pdf(words((50, 700, "nothing"))) + zipped({"list.csv": LIST}), "a.pdf"
    yield "pdf-cut", "hold", page[:200], "a.pdf"
    yield "pdf-no-places", "hold", page[: page.index(b"xref")], "a.pdf"
    yield "pdf-only-a-mark", "hold", b"%PDF-1.4\n", "a.pdf"
    yield (
        "pdf-locked",
        "hold",
        pdf(
            shown,
            trailer="/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O<"
            + "0" * 64
            + ">/U<"
            + "1" * 64
            + ">>>/ID[<00><00>]",
        ),
        "a.pdf",
    )
    double = zlib.compress(zlib.compress(bytes(300 * _MIB)))
    yield (
        "pdf-bomb",
        "live",
        page.replace(b"/Contents", b"/Contents 10 0 R/Was").replace(
            b"%%EOF", b"10 0 obj" + stream(double, "/Filter[/FlateDecode/FlateDecode]") + b"\nendobj\n%%EOF"
        ),
        "a.pdf",
    )
    for what, drawn in (("text", b"BT /L 10 Tf (x) Tj ET\n" * 3_000_000), ("lines", b"0 0 m 1 1 l S\n" * 8_000_000)):
        bomb = zlib.compress(drawn)
        yield (
            f"pdf-bomb-of-{what}",
            "live",
            pdf("")
            .replace(b"/Contents 11 0 R", b"/Contents 9 0 R")
            .replace(b"xref\n", b"9 0 obj" + stream(bomb, "/Filter/FlateDecode") + b"\nendobj\nxref\n", 1),
            "a.pdf",
        )
    yield "pdf-deep-arrays", "live", pdf("", catalog="/X" + "[" * 100_000), "a.pdf"
    yield "pdf-page-tree-loop", "live", page.replace(b"/Kids[10 0 R]", b"/Kids[2 0 R]"), "a.pdf"
    yield "pdf-many-pages", "live", page.replace(b"/Count 1", b"/Count 99999999"), "a.pdf"
    yield "pdf-pages-1000", "hold", pdf(*[words((50, 700, "nothing"))] * 1000, shown), "a.pdf"
    yield (
        "pdf-form-loop",
        "live",
        pdf("/P Do\n").replace(b"/Subtype/Image", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</P 6 0 R>>>>"),
        "a.pdf",
    )
    twice = pdf("/P Do\n").replace(b"/Subtype/Image", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</P 6 0 R>>>>")
    yield (
        "pdf-form-twice-itself",
        "live",
        twice.replace(b"/Length 1>>stream\n\0\n", b"/Length 12>>stream\n/P Do /P Do \n"),
        "a.pdf",
    )
    yield (
        "pdf-outline-loop",
        "live",
        pdf(
            shown,
            catalog="/Outlines 10 0 R",
            objects=("<</First 11 0 R/Last 11 0 R>>", "<</Title(x)/Next 11 0 R/First 11 0 R>>"),
        ),
        "a.pdf",
    )
    yield "pdf-before-nowhere", "live", page.replace(b"/Size", b"/Prev 99999999/Size"), "a.pdf"
    yield "pdf-deep-states", "live", pdf("q " * 500_000), "a.pdf"
    yield "pdf-many-words", "live", pdf("BT /L 1 Tf\n" + "(a) Tj 1 0 Td\n" * 200_000 + "ET"), "a.pdf"
