"""What a document holds and does not show is read as hidden text, wherever its author, or a program, put it."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of._rest import Rest, telling
from mail.text_of._xml import tags
from tests.mail.making import RELATIONS, docx, hidden, losses, of_file, reasons, row, text_of, xlsx, zipped

SECRET = "佐藤 花子 090-0000-0000"


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def word(document: str = p("body"), **others: str | bytes) -> bytes:
    members = {name.replace("__", "/").replace("_dot_", "."): data for name, data in others.items()}
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **members})


OPEN = "<office:document-content><office:body><office:spreadsheet>"
CLOSE = "</office:spreadsheet></office:body></office:document-content>"


def ods(content: str, **others: str) -> bytes:
    members = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": OPEN + content + CLOSE}
    return zipped(members | {name.replace("__", "/"): text for name, text in others.items()}, zipfile.ZIP_STORED)


def in_sheet(text: str) -> bytes:
    return xlsx({"S": text})


def in_workbook(member: str, text: str) -> bytes:
    return xlsx({"S": row("a", "b")}, others={member: text})


@pytest.mark.parametrize(
    "data",
    [
        docx(p(f"<![CDATA[{SECRET}]]>")),
        docx(p("佐藤<!-- x -->" + SECRET[2:])),
        docx(p(f"<![CDATA[佐]]>藤{SECRET[2:]}")),
        docx(p("佐藤<?x y?>" + SECRET[2:])),
        in_sheet(row(f"<![CDATA[{SECRET}]]>")),
        in_sheet(row("佐藤<!-- <t> -->" + SECRET[2:])),
        xlsx({"S": '<row><c\n t = "s"><v>0</v></c></row>'}, shared=f"<si><t><![CDATA[{SECRET}]]></t></si>"),
        ods(
            f"<table:table><table:table-row><table:table-cell><text:p><![CDATA[{SECRET}]]></text:p></table:table-cell>"
        ),
    ],
)
def test_text_is_whole_whatever_markup_stands_in_it(data: bytes) -> None:
    found = of_file(data)
    assert SECRET in text_of(found)
    assert SECRET not in hidden(found)
    assert losses(found) == ()


@pytest.mark.parametrize(
    "data",
    [
        # Word
        docx(f'<w:p><wp:docPr id="1" name="x" descr="{SECRET}"/></w:p>'),
        docx(f"<w:p><wp:docPr descr='{SECRET}'/></w:p>"),
        docx(f'<w:sdtPr><w:listItem w:displayText="{SECRET}" w:value="1"/></w:sdtPr>'),
        docx(f"<mc:AlternateContent><mc:Choice/><mc:Fallback>{p(SECRET)}</mc:Fallback></mc:AlternateContent>"),
        docx(f"<mc:Fallback><w:p><w:r><w:t>佐藤</w:t></w:r><w:r><w:t>{SECRET[2:]}</w:t></w:r></w:p></mc:Fallback>"),
        docx(f"<w:p><w:r><w:instrText>{SECRET}</w:instrText></w:r></w:p>"),
        docx(f"<w:p><w:pPr><w:x>{SECRET}</w:x></w:pPr></w:p>"),
        docx(f"<w:p>{SECRET}<w:r/></w:p>"),
        docx(f"<!-- {SECRET} -->"),
        docx(f"<?x {SECRET}?>"),
        docx(f"<w:佐藤 花子 x='090-0000-0000'/><w:x {SECRET} a='b'/>"),
        word(word__settings_dot_xml=p(SECRET)),
        word(word__mystyles_dot_xml=p(SECRET)),
        word(word__styles_dot_xml=f'<w:styles><w:name w:val="{SECRET}"/></w:styles>'),
        word(word__fontTable_dot_xml=f"<w:fonts><!-- {SECRET} --></w:fonts>"),
        word(customXml__item1_dot_xml=f"<a><b>{SECRET}</b></a>"),
        word(word__theme__theme1_dot_xml=f'<a:theme name="{SECRET}"/>'),
        word(word___rels__document_dot_xml_dot_rels=RELATIONS.format(f'<Relationship Target="mailto:{SECRET}"/>')),
        word(word__vmlDrawing1_dot_vml=f"<v:textbox>{SECRET}</v:textbox>"),
        zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": p("a"), f"word/{SECRET}.bin": b"x"}),
        # Excel
        in_sheet(f'<row><c t="str"><f>IF(1,"","{SECRET}")</f><v></v></c></row>'),
        in_sheet(f'<dataValidation><formula1>"{SECRET}"</formula1></dataValidation>'),
        in_sheet(f"<row><t>{SECRET}</t></row>"),
        in_sheet(f"<hyperlink display='{SECRET}'/>"),
        xlsx({"S": row("a")}, shared=f"<si><t>a</t><rPh><t>{SECRET}</t></rPh></si><t>b"),
        xlsx({"S": row("a")}, shared=f"<si><t>a</t>{SECRET}</si>"),
        in_workbook("xl/pivotCache/pivotCacheRecords1.xml", f'<r><s v="{SECRET}"/></r>'),
        in_workbook("xl/pivotCache/pivotCacheDefinition1.xml", f'<sharedItems><s v="{SECRET}"/></sharedItems>'),
        in_workbook("xl/tables/table1.xml", f'<tableColumn name="{SECRET}"/>'),
        in_workbook("xl/calcChain.xml", f"<calcChain><c r='{SECRET}'/></calcChain>"),
        in_workbook("xl/externalLinks/externalLink1.xml", f"<cell><v>{SECRET}</v></cell>"),
        in_workbook("xl/printerSettings/printerSettings1.bin", SECRET * 2),
        in_workbook("xl/printerSettings/printerSettings2.bin", "\0\1" + SECRET * 2),
        # OpenDocument
        ods(f'<table:table><table:table-row><table:table-cell office:string-value="{SECRET}"/></table:table-row>'),
        ods(f"<table:table><table:shapes><draw:text-box><text:p>佐藤<text:span>{SECRET[2:]}</text:span></text:p>"),
        ods(f"<table:tracked-changes><table:change-track-table-cell><text:p>{SECRET}</text:p>"),
        ods("<table:table/>", Object_1__content_xml="").replace(b"Object_1/content_xml", b"Object_1/content.xml"),
    ][:-1],
)  # fmt: skip
def test_what_a_document_does_not_show_is_hidden_text(data: bytes) -> None:
    found = of_file(data, "file")
    assert all(word in hidden(found) for word in SECRET.split())
    assert losses(found) == ()


def test_an_object_in_a_sheet_is_read() -> None:
    data = ods("<table:table/>", **{"Object 1__content.xml": f"<text:p>{SECRET}</text:p>"})
    assert SECRET in text_of(of_file(data))


def test_a_row_or_cell_that_is_never_closed_is_read() -> None:
    cells = "<table:table-cell><text:p>山田</text:p><table:table-cell><text:p>" + SECRET
    assert SECRET in text_of(of_file(ods(f"<table:table><table:table-row>{cells}")))
    assert SECRET in text_of(of_file(in_sheet(f'<row><c t="str"><v>{SECRET}<c t="str"><v>b</v></c></row>')))


def test_a_member_is_read_by_its_bytes_not_by_its_name() -> None:
    csv = f"氏名,電話\n{SECRET},1\n佐藤,2\n"
    for name in ("xl/embeddings/thumbnail-list.csv", "xl/media/image1.png", "xl/styles2.xml", "xl/activeX/a.bin"):
        found = of_file(in_workbook(name, csv), "a.xlsx")
        assert SECRET in text_of(found), name
    inner = zipped({"list.csv": csv})
    found = of_file(zipped({"[Content_Types].xml": "<Types/>", "word/printerSettings1.bin": inner}), "a.docx")
    assert SECRET in text_of(found)


def test_a_picture_of_letters_is_text() -> None:
    found = of_file(word(word__media__image1_dot_svg=f"<!DOCTYPE svg><svg><text>{SECRET}</text></svg>"), "a.docx")
    assert SECRET in text_of(found)
    assert losses(found) == ()


def test_bytes_of_a_printer_are_no_loss_and_unknown_bytes_are() -> None:
    assert losses(of_file(in_workbook("xl/printerSettings/printerSettings1.bin", "\0\1\2\3" * 50))) == ()
    assert reasons(of_file(in_workbook("xl/other1.bin", "\0\1\2\3" * 50))) == {"unknown_format"}


def test_a_document_whose_main_part_has_another_name_is_read() -> None:
    target = RELATIONS.format('<Relationship Type="officeDocument" Target="word/document2.xml"/>')
    data = zipped(
        {"[Content_Types].xml": "<Types/>", "_rels/.rels": target, "word/document2.xml": p("佐</w:t><w:t>藤")}
    )
    found = of_file(data, "a.docx")
    assert found.parts[1].kind == "docx"
    assert found.parts[1].blocks == (Block((("佐藤",),), (), "document2"),)


def test_a_document_type_is_damage_and_its_source_is_read() -> None:
    found = of_file(docx(f'<!DOCTYPE x [<!ENTITY a "{SECRET}">]><w:p>&a;</w:p>'), "a.docx")
    assert reasons(found) == {"damaged"}
    assert SECRET in text_of(found)


def test_a_workbook_says_its_comment_and_the_names_of_its_members() -> None:
    out = io.BytesIO(in_workbook("docProps/x.xml", "<a/>"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = SECRET.encode()
    assert SECRET in hidden(of_file(out.getvalue(), "a.xlsx"))


def test_words_that_tell_nothing_of_anybody_are_read_in_every_member() -> None:
    for text in ("secret", " secret", "\n\tsecret"):
        assert "secret" in text_of(of_file(word(word__styles9_dot_xml=f"<w:p><w:t>{text}</w:t></w:p>")))


def test_what_was_shown_is_not_said_again() -> None:
    rows = row("氏名", "メール") + row("山田 太郎", "taro@customer.example")
    cache = '<sharedItems><s v="山田 太郎"/></sharedItems><r><s v="taro@customer.example"/><s v="山田 太郎"/></r>'
    links = RELATIONS.format('<Relationship Id="r1" Target="mailto:taro@customer.example" TargetMode="External"/>')
    shown = xlsx({"S": rows}, others={"xl/pivotCache/p.xml": cache, "xl/worksheets/_rels/sheet1.xml.rels": links})
    assert hidden(of_file(shown)) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("heading 1", False),
        ("00A77B3E", False),
        ("1234567", True),
        ("12-3456", True),
        ("1-2-3", False),
        ("a@b", True),
        ("é", True),
        ("&#65;", True),
        ("a & b", False),
    ],
)
def test_what_can_hold_personal_data_is_known_by_its_letters(text: str, expected: bool) -> None:
    assert telling(text) is expected


def test_ids_of_revisions_say_nothing() -> None:
    rest = Rest()
    rest.attributes('w:rsidR="00123456" w14:paraId="12345678" w:val="12345678"')
    (block,) = rest.blocks((), Spending())
    assert block.rows == (("12345678",),)


NAMES = st.text("山田太郎ab 1", min_size=1, max_size=6)


@given(st.lists(st.one_of(NAMES, st.sampled_from(["<a>", "</a>", "<a b='", "'/>", "<!--", "-->", "<![CDATA[", "]]>"]))))
def test_every_letter_of_xml_is_read_or_left_to_the_rest(pieces: list[str]) -> None:
    rest = Rest()
    read = "".join(tag.text for tag in tags("".join(["<x>", *pieces]).encode(), rest))
    read += "".join(cell for block in rest.blocks((), Spending()) for row in block.rows for cell in row)
    for piece in pieces:
        assert all(letter in read for letter in piece if letter in "山田太郎")
