"""Hostile documents: Office, OpenDocument, PDF, RTF, HTML, tables and structured text; each with what must come of it."""

import json
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator

from hostile_archives import LIST, PEOPLE, Case

from tests.mail.making import docx, row, xlsx, zipped
from tests.mail.making_pdf import SHOW_PICTURE, pdf, stream, table, words

_ROWS = [line.split(",") for line in PEOPLE.splitlines()]
_HEX = "feff" + PEOPLE.encode("utf-16-be").hex()
"""As a string of PDF."""
_MIB = 1024 * 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def cases() -> Iterator[Case]:
    """Every document."""
    yield from _word()
    yield from _workbooks()
    yield from _opendocument()
    yield from _pdfs()
    yield from _pages()
    yield from _texts()
    yield from _binaries()


def _paragraphs(element: str = "w:t", run: str = "") -> str:
    return "".join(f"<w:p><w:r>{run}<{element}>{line}</{element}></w:r></w:p>" for line in PEOPLE.splitlines())


def _with(**members: str | bytes) -> bytes:
    """A document with nothing in it but further members."""
    named = {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in members.items()}
    return zipped(
        {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document><w:body/></w:document>", **named}
    )


def _word() -> Iterator[Case]:
    yield "docx", "hold", docx(_paragraphs()), "a.docx"
    yield "docx-unseen", "hold", docx(_paragraphs(run="<w:rPr><w:vanish/></w:rPr>")), "a.docx"
    yield "docx-deleted", "hold", docx(f"<w:del>{_paragraphs('w:delText')}</w:del>"), "a.docx"
    yield "docx-field", "hold", docx(_paragraphs("w:instrText")), "a.docx"
    letters = "".join(f"<w:r><w:t>{c}</w:t></w:r>" if c != "\n" else "</w:p><w:p>" for c in PEOPLE)
    yield "docx-letter-by-letter", "hold", docx(f"<w:p>{letters}</w:p>"), "a.docx"
    for name in ("comments", "footnotes", "header1", "glossary__document", "settings", "theme"):
        yield f"docx-{name}", "hold", _with(**{f"word__{name}_xml": f"<w:x>{_paragraphs()}</w:x>"}), "a.docx"
    yield "docx-property", "hold", _with(docProps__custom_xml=f"<Properties><p>{PEOPLE}</p></Properties>"), "a.docx"
    yield "docx-custom", "hold", _with(customXml__item1_xml=f"<data>{PEOPLE}</data>"), "a.docx"
    yield "docx-comment-of-xml", "hold", docx(f"<!-- {PEOPLE} -->"), "a.docx"
    yield "docx-attribute", "hold", docx(f'<w:p w:x="{PEOPLE.replace(chr(10), " ")}"/>'), "a.docx"
    yield "docx-file-inside", "hold", _with(**{"word/embeddings/a.bin": LIST}), "a.docx"
    yield "docx-other-xml-name", "hold", _with(**{"word/data.dat": f"<w:x>{_paragraphs()}</w:x>"}), "a.docx"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]>'
    yield (
        "docx-laughs",
        "live",
        zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": f"{doctype}<w:document>&l11;</w:document>"}),
        "a.docx",
    )
    outside = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield (
        "docx-outside",
        "live",
        zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": f"{outside}<w:document>&x;</w:document>"}),
        "a.docx",
    )
    yield "docx-deep", "live", docx("<w:p>" * 300_000 + "</w:p>" * 300_000), "a.docx"
    yield "docx-deep-tables", "live", docx("<w:tbl><w:tr><w:tc>" * 20_000), "a.docx"
    yield "docx-many-tags", "live", docx("<w:p/>" * 2_000_000), "a.docx"
    yield "docx-open-tags", "live", docx("<" * 2_000_000), "a.docx"
    yield "docx-long-attribute", "live", docx(f'<w:p x="{"a" * 5_000_000}"/>'), "a.docx"
    yield "docx-open-comments", "live", docx("<!--" * 500_000), "a.docx"
    yield "docx-bomb", "live", docx("<w:t>" + "A" * 60_000_000 + "</w:t>"), "a.docx"
    yield "docx-cut", "hold", docx(_paragraphs())[:-40], "a.docx"
    yield "docx-is-text", "hold", LIST, "a.docx"


def _workbooks() -> Iterator[Case]:
    rows = "".join(row(*cells) for cells in _ROWS)
    yield "xlsx", "hold", xlsx({"a": rows}), "a.xlsx"
    for state in ("hidden", "veryHidden"):
        yield f"xlsx-{state}", "hold", xlsx({"a": "", "b": rows}, states={"b": state}), "a.xlsx"
    yield (
        "xlsx-sheet-of-nobody",
        "hold",
        xlsx({"a": ""}, others={"xl/worksheets/sheet99.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>"}),
        "a.xlsx",
    )
    yield (
        "xlsx-comments",
        "hold",
        xlsx({"a": ""}, others={"xl/comments1.xml": "".join(f"<t>{line}</t>" for line in PEOPLE.splitlines())}),
        "a.xlsx",
    )
    yield (
        "xlsx-drawing",
        "hold",
        xlsx(
            {"a": ""},
            others={
                "xl/drawings/drawing1.xml": "".join(f"<a:p><a:t>{line}</a:t></a:p>" for line in PEOPLE.splitlines())
            },
        ),
        "a.xlsx",
    )
    formulas = "".join(f'<row><c t="str"><f>"{" ".join(cells)}"</f><v></v></c></row>' for cells in _ROWS)
    yield "xlsx-formulas", "hold", xlsx({"a": formulas}), "a.xlsx"
    far = "".join(
        f'<row r="{1_048_000 + n}"><c r="XFC{n}" t="inlineStr"><is><t>{" ".join(cells)}</t></is></c></row>'
        for n, cells in enumerate(_ROWS)
    )
    yield "xlsx-far", "hold", xlsx({"a": far}), "a.xlsx"
    yield "xlsx-no-such-string", "live", xlsx({"a": '<row><c t="s"><v>999999999</v></c></row>'}), "a.xlsx"
    yield (
        "xlsx-odd-numbers",
        "live",
        xlsx({"a": "".join(f'<row><c s="9"><v>{v}</v></c></row>' for v in ("1e308", "-1", "nan", "9" * 5000))}),
        "a.xlsx",
    )
    yield (
        "xlsx-giant-merge",
        "live",
        xlsx({"a": "<row/></sheetData><mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells><sheetData>"}),
        "a.xlsx",
    )
    yield "xlsx-many-rows", "live", xlsx({"a": "<row/>" * 3_000_000}), "a.xlsx"
    yield (
        "xlsx-many-cells",
        "live",
        xlsx({"a": '<row><c t="s"><v>0</v></c></row>' * 1_500_000}, shared="<si><t>" + "x" * 1000 + "</t></si>"),
        "a.xlsx",
    )
    yield "xlsx-macros", "hold", xlsx({"a": ""}, others={"xl/vbaProject.bin": _OLE + bytes(2000)}), "a.xlsm"


def _opendocument() -> Iterator[Case]:
    def document(kind: str, content: str, **others: str) -> bytes:
        named = {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in others.items()}
        return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content, **named}, 0)

    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in line)
        + "</table:table-row>"
        for line in _ROWS
    )
    yield "ods", "hold", document("spreadsheet", f"<d><table:table>{cells}</table:table></d>"), "a.ods"
    yield (
        "ods-hidden",
        "hold",
        document("spreadsheet", f'<d><table:table table:display="false">{cells}</table:table></d>'),
        "a.ods",
    )
    for what in ("columns", "rows"):
        repeated = f'<table:table-cell table:number-{what}-repeated="999999999"><text:p>x</text:p></table:table-cell>'
        yield (
            f"ods-repeated-{what}",
            "live",
            document(
                "spreadsheet", f"<d><table:table><table:table-row>{repeated * 20}</table:table-row></table:table></d>"
            ),
            "a.ods",
        )
    whole = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    yield "ods-empty-sheet", "live", document("spreadsheet", f"<d><table:table>{whole}</table:table></d>"), "a.ods"
    notes = "".join(f"<text:p>{line}</text:p>" for line in PEOPLE.splitlines())
    yield "odt-comment", "hold", document("text", f"<d><office:annotation>{notes}</office:annotation></d>"), "a.odt"
    yield (
        "odt-deleted",
        "hold",
        document("text", f"<d><text:tracked-changes><text:deletion>{notes}</text:deletion></text:tracked-changes></d>"),
        "a.odt",
    )
    yield "odt-meta", "hold", document("text", "<d/>", meta_xml=f"<m><x>{PEOPLE}</x></m>"), "a.odt"
    yield (
        "odt-encrypted",
        "hold",
        document("text", "\1\2\3", **{"META-INF__manifest_xml": "<m><manifest:encryption-data/></m>"}),
        "a.odt",
    )
    yield "odt-blanks", "live", document("text", '<d><text:p>x<text:s text:c="999999999"/></text:p></d>'), "a.odt"


def _pdfs() -> Iterator[Case]:
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
    bomb = zlib.compress(b"BT /L 10 Tf (x) Tj ET\n" * 3_000_000)
    yield (
        "pdf-bomb-of-text",
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


def _pages() -> Iterator[Case]:
    def page(text: str) -> bytes:
        return f"<html><meta charset=utf-8><body>{text}</body></html>".encode()

    rows = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in line) + "</tr>" for line in _ROWS)
    yield "html", "hold", page(f"<table>{rows}</table>"), "a.html"
    yield "html-unseen", "hold", page(f'<div style="display:none"><table>{rows}</table></div>'), "a.html"
    lines = PEOPLE.replace("\n", "<br>")
    for name, text in (
        ("comment", f"<!-- {PEOPLE} -->"), ("open-comment", f"<!-- {PEOPLE}"), ("script", f"<script>var x = `{PEOPLE}`</script>"),
        ("style", f"<style>/* {PEOPLE} */</style>"), ("template", f"<template>{lines}</template>"), ("textarea", f"<textarea>{PEOPLE}</textarea>"),
        ("title", f"<img alt='{PEOPLE}'>"), ("odd-tag", f"<x{PEOPLE}>"), ("numbers", "".join(f"&#{ord(c)};" for c in PEOPLE)),
        ("letter-by-letter", "".join(f"<b>{c}</b>" if c != "\n" else "<br>" for c in PEOPLE)),
        ("data", f'<a href="data:text/csv;base64,{b64encode(LIST).decode()}">x</a>'),
        ("packed-script", f'<script>save(atob("{b64encode(zipped({"list.csv": LIST})).decode()}"))</script>'),
        ("frame", f'<iframe srcdoc="{lines}"></iframe>'), ("escapes", "<script>'" + "".join(f"\\u{ord(c):04x}" for c in PEOPLE) + "'</script>"),
    ):  # fmt: skip
        yield f"html-{name}", "hold", page(text), "a.html"
    for name, text in (
        ("open", "<" * 500_000), ("deep", "<div>" * 200_000), ("deep-tables", "<table><tr><td>" * 20_000), ("quotes", '<a b="' * 100_000),
        ("attributes", "<a " + "b=c " * 500_000 + ">"), ("open-comments", "<!--" * 300_000), ("open-scripts", "<script>" * 200_000),
        ("references", "&" * 1_000_000), ("long-reference", "&#" + "9" * 1_000_000 + ";"), ("cells", "<table>" + "<tr><td>x" * 300_000),
    ):  # fmt: skip
        yield f"html-{name}", "live", page(text), "a.html"


def _texts() -> Iterator[Case]:
    people = [dict(zip(_ROWS[0], line, strict=True)) for line in _ROWS[1:]]
    yield "json", "hold", json.dumps(people, ensure_ascii=False).encode(), "a.json"
    yield "json-escaped", "hold", json.dumps(people).encode(), "a.json"
    yield "json-lines", "hold", "\n".join(map(json.dumps, people)).encode(), "a.jsonl"
    yield "json-deep", "live", b"[" * 500_000, "a.json"
    yield "json-deep-objects", "live", b'{"a":' * 300_000, "a.json"
    yield "json-long-number", "live", b"[" + b"9" * 2_000_000 + b"]", "a.json"
    yield (
        "xml-elements",
        "hold",
        ("<r>" + "".join(f"<p><氏名>{a}</氏名><電話>{b}</電話></p>" for a, b in _ROWS[1:]) + "</r>").encode(),
        "a.xml",
    )
    yield (
        "xml-attributes",
        "hold",
        ("<r>" + "".join(f'<p name="{a}" tel="{b}"/>' for a, b in _ROWS[1:]) + "</r>").encode(),
        "a.xml",
    )
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    yield (
        "xml-laughs",
        "live",
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]><d>&l11;</d>'.encode(),
        "a.xml",
    )
    yield "xml-deep", "live", b"<?xml version='1.0'?>" + b"<a>" * 500_000, "a.xml"
    yield "csv-one-quote", "hold", LIST.replace(b"\n", b'\n"', 1), "a.csv"
    yield "csv-commas", "live", b"," * 5_000_000, "a.csv"
    yield "csv-rows", "live", b",,\n" * 1_500_000, "a.csv"
    yield "csv-quotes", "live", b'"' * 3_000_000, "a.csv"
    yield "csv-nul", "hold", LIST.replace(b",", b"\0,"), "a.csv"
    yield "csv-percent", "hold", "".join(f"%{octet:02X}" for octet in LIST).encode(), "a.txt"
    for charset in ("cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-be", "utf-32", "utf-32-le", "utf-7"):
        yield f"csv-{charset}", "hold", PEOPLE.encode(charset), "a.csv"
    escaped = "".join(f"\\u{ord(c)}?" if not c.isascii() else c for c in PEOPLE.replace("\n", "\\par "))
    yield "rtf", "hold", f"{{\\rtf1 {escaped}}}".encode(), "a.rtf"
    yield "rtf-deep", "live", b"{\\rtf1" + b"{" * 500_000, "a.rtf"
    yield "rtf-huge-bin", "live", b"{\\rtf1\\bin2147483647 x}", "a.rtf"


def _binaries() -> Iterator[Case]:
    header = _OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    loop = (
        header
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    )
    sector = struct.pack("<128I", *([1] * 128))
    yield "ole-loop", "hold", loop + sector + bytes(512) * 4, "a.doc"
    yield "ole-junk", "hold", _OLE + bytes(range(256)) * 20, "a.xls"
    yield "ole-cut", "hold", _OLE, "a.doc"
    yield "ole-encrypted-office", "hold", loop + "EncryptedPackage".encode("utf-16-le") + bytes(600), "a.docx"
    yield "tnef-junk", "hold", b"\x78\x9f\x3e\x22" + bytes(range(256)) * 4, "winmail.dat"
    yield (
        "tnef-long-attribute",
        "live",
        b"\x78\x9f\x3e\x22\1\0\1\x06\x90\x08\0\xff\xff\xff\x7f" + bytes(50),
        "winmail.dat",
    )
    yield "picture", "hold", b"\x89PNG\r\n\x1a\n" + bytes(500), "scan.png"
    yield "picture-and-list", "hold", b"\x89PNG\r\n\x1a\n" + bytes(500) + LIST, "scan.png"
    yield "rights-managed", "hold", b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + bytes(500), "message.rpmsg"
    yield "unknown", "hold", bytes(range(7, 250)) * 20, "a.bin"
    yield "program", "hold", b"MZ" + bytes(range(256)) * 8, "setup.exe"
