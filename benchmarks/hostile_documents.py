"""Hostile documents: Office, OpenDocument, OLE, TNEF, pictures and programs; each with what must come of it."""

import struct
from collections.abc import Iterator

from hostile_archives import LIST, PEOPLE, Case

from tests.mail.making import docx, row, xlsx, zipped

_ROWS = [line.split(",") for line in PEOPLE.splitlines()]
_MIB = 1024 * 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def cases() -> Iterator[Case]:
    """Every document."""
    yield from _word()
    yield from _workbooks()
    yield from _opendocument()
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
