import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.budget import Budget
from mail.message import Message, read
from mail.shapes import Block, Lost, Part
from mail.text_of import _cells, _ods, _package
from mail.text_of._xml import Matters
from tests.mail.making import attached, docx, hidden, losses, of_file, reasons, row, text_of, xlsx, zipped


def document(data: bytes, name: str = "file") -> Part:
    return of_file(data, name).parts[1]


def p(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def test_runs_of_a_paragraph_are_one_line() -> None:
    part = document(docx(p("山", "田", "太郎") + p("a &amp; b")))
    assert part.kind == "docx"
    assert part.blocks == (Block((("山田太郎",), ("a & b",))),)


def test_a_table_of_a_document_keeps_its_rows() -> None:
    def cells(*texts: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{p(text)}</w:tc>" for text in texts) + "</w:tr>"

    part = document(
        docx(p("before") + "<w:tbl>" + cells("氏名", "電話") + cells("山田", "03-0000-0000") + "</w:tbl>" + p("after"))
    )
    assert Block((("山田", "03-0000-0000"),), ("氏名", "電話")) in part.blocks
    assert [b.rows[0][0] for b in part.blocks] == ["before", "山田", "after"]


def test_a_table_of_one_column_is_paragraphs() -> None:
    part = document(docx(f"<w:tbl><w:tr><w:tc>{p('a')}{p('b')}</w:tc></w:tr></w:tbl>"))
    assert part.blocks == (Block((("a",), ("b",))),)


def test_breaks_and_tabs_stay_and_fallbacks_do_not_double() -> None:
    inner = "<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t></w:r>"
    doubled = (
        "<mc:AlternateContent><mc:Choice>"
        + p("box")
        + "</mc:Choice><mc:Fallback>"
        + p("box")
        + "</mc:Fallback></mc:AlternateContent>"
    )
    text = text_of(of_file(docx(f"<w:p>{inner}</w:p>" + doubled)))
    assert "a\nb\tc" in text
    assert text.count("box") == 1


def test_comments_headers_notes_and_properties_are_read() -> None:
    data = zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": p("body"),
            "word/header1.xml": f"<w:hdr>{p('社外秘')}</w:hdr>",
            "word/comments.xml": f"<w:comments><w:comment>{p('comment')}</w:comment></w:comments>",
            "word/footnotes.xml": f"<w:footnotes>{p('footnote')}</w:footnotes>",
            "docProps/core.xml": "<cp:coreProperties><dc:creator>author</dc:creator></cp:coreProperties>",
            "word/styles.xml": f"<w:styles>{p('style')}</w:styles>",
        }
    )
    part = document(data)
    seen = {row[-1]: block.hidden for block in part.blocks for row in block.rows}
    assert seen == {
        "body": False,
        "社外秘": False,
        "comment": True,
        "footnote": True,
        "author": True,
        "style": True,
    }


def test_deleted_text_is_hidden_not_lost() -> None:
    part = document(
        docx("<w:p><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:r><w:t>kept</w:t></w:r></w:p>")
    )
    assert {(row[0], block.hidden) for block in part.blocks for row in block.rows} == {
        ("kept", False),
        ("deleted", True),
    }


def test_files_inside_are_read_on_and_pictures_are_one_loss() -> None:
    inner = xlsx({"S": row("氏名", "電話") + row("山田", "03-0000-0000")})
    data = zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": p("x"),
            "word/embeddings/book.xlsx": inner,
            "word/media/image1.png": b"\x89PNG\r\n\x1a\n",
            "word/media/image2.jpeg": b"\xff\xd8\xff\xe0",
            "docProps/thumbnail.jpeg": b"\xff\xd8\xff\xe0",
        }
    )
    found = of_file(data, "a.docx")
    assert [(part.name, part.kind, part.within) for part in found.parts[2:]] == [("book.xlsx", "xlsx", "a.docx")]
    assert losses(found) == (Lost("image_only", "2 pictures"),)


def test_slides_are_read_with_their_notes_and_hidden_ones_are_marked() -> None:
    def slide(text: str, show: str = "") -> str:
        return f"<p:sld{show}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"

    data = zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": "<p:presentation/>",
            "ppt/slides/slide1.xml": slide("one"),
            "ppt/slides/slide2.xml": slide("two", ' show="0"'),
            "ppt/notesSlides/notesSlide1.xml": slide("note"),
        }
    )
    part = document(data)
    assert part.kind == "pptx"
    assert {(b.rows[0][0], b.hidden) for b in part.blocks} == {("one", False), ("two", True), ("note", True)}


def test_a_document_type_is_damage_and_nothing_is_expanded() -> None:
    for data in (docx('<!DOCTYPE x [<!ENTITY a "b">]>&a;'), xlsx({"S": "<!DOCTYPE x>"})):
        assert losses(of_file(data)) == (Lost("damaged", "document type"),)


def odf(content: str, kind: str = "text", **others: str) -> bytes:
    members = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content}
    return zipped(members | {name.replace("__", "/"): text for name, text in others.items()}, zipfile.ZIP_STORED)


def test_opendocument_text_is_read() -> None:
    content = (
        "<office:body><text:h>Title</text:h><text:p>a<text:s text:c='3'/>b<text:line-break/>c<text:span>d</text:span></text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>氏名</text:p></table:table-cell><table:table-cell><text:p>電話</text:p>"
        "</table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>山田</text:p></table:table-cell>"
        "<table:table-cell><text:p>03-0000-0000</text:p></table:table-cell></table:table-row></table:table>"
        "<office:annotation><text:p>note</text:p></office:annotation></office:body>"
    )
    part = document(odf(content))
    assert part.kind == "odt"
    assert Block((("山田", "03-0000-0000"),), ("氏名", "電話")) in part.blocks
    assert part.blocks[0].rows[:3] == (("Title",), ("a   b",), ("cd",))
    assert any(b.hidden and b.rows == (("note",),) for b in part.blocks)
    assert document(odf("<text:p>x</text:p>", "presentation")).kind == "odp"


def test_encrypted_opendocument_is_a_loss() -> None:
    manifest = {"META-INF__manifest.xml": "<manifest:encryption-data/>"}
    for kind in ("text", "spreadsheet"):
        assert losses(of_file(odf("rubbish", kind, **manifest))) == (Lost("encrypted_archive", "OpenDocument"),)


def test_sheets_are_tables_with_their_names() -> None:
    part = document(
        xlsx(
            {"顧客": row("氏名", "電話") + row("山田", "03-0000-0000"), "隠し": row("x", "y")},
            states={"隠し": "veryHidden"},
        )
    )
    assert part.kind == "xlsx"
    assert part.blocks == (
        Block((("顧客",),), (), "sheet name"),
        Block((("山田", "03-0000-0000"),), ("氏名", "電話"), "顧客"),
        Block((("隠し",),), (), "sheet name", hidden=True),
        Block((("x", "y"),), (), "隠し", hidden=True),
    )


def test_shared_strings_are_looked_up_and_readings_left_out() -> None:
    shared = "<si><r><t>山</t></r><r><t>田</t></r><rPh><t>ヤマダ</t></rPh></si><si/><si><t>03</t></si>"
    cells = '<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>2</v></c><c r="C1" t="s"><v>9</v></c></row>'
    found = of_file(xlsx({"S": cells}, shared=shared))
    assert "山田\t03" in text_of(found)
    assert hidden(found) == "\nヤマダ"
    assert losses(found) == (Lost("damaged", "S: shared strings"),)


STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000-0000-0000"/><numFmt numFmtId="165" formatCode="yyyy/mm/dd"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)


@pytest.mark.parametrize(
    ("style", "value", "shown"),
    [
        ("0", "9012345678", "9012345678"),
        ("0", "9.012345678E9", "9012345678"),
        ("0", "1.5", "1.5"),
        ("0", "x", "x"),
        ("1", "29221", "1980-01-01"),
        ("3", "29221.5", "1980-01-01"),
        ("3", "1E99", "1E99"),
        ("2", "9012345678", "090-1234-5678"),
        ("7", "5", "5"),
    ],
)
def test_numbers_read_as_the_file_shows_them(style: str, value: str, shown: str) -> None:
    data = xlsx({"S": f'<row><c r="A1" s="{style}"><v>{value}</v></c></row>'}, styles=STYLES)
    assert document(data).blocks[1].rows == ((shown,),)


def test_hidden_rows_are_apart_and_keep_the_column_names() -> None:
    rows = (
        row("氏名", "電話")
        + row("山田", "03-0000-0000")
        + row("佐藤", "03-0000-0001").replace("<row>", '<row hidden="1">')
    )
    blocks = document(xlsx({"S": rows})).blocks[1:]
    assert [(b.rows, b.header, b.hidden) for b in blocks] == [
        ((("山田", "03-0000-0000"),), ("氏名", "電話"), False),
        ((("佐藤", "03-0000-0001"),), ("氏名", "電話"), True),
    ]


def test_cells_keep_their_columns_and_far_ones_cost_nothing() -> None:
    part = document(xlsx({"S": '<row><c r="C1" t="str"><v>x</v></c><c r="XFD1" t="str"><v>far</v></c></row>'}))
    assert part.blocks[1].rows == (("", "", "x", "far"),)


def test_a_sheet_that_no_list_names_is_read_as_hidden() -> None:
    part = document(
        xlsx({"S": row("a", "b")}, others={"xl/worksheets/sheet9.xml": f"<sheetData>{row('c', 'd')}</sheetData>"})
    )
    assert any(b.hidden and b.rows == (("c", "d"),) for b in part.blocks)


def test_comments_and_drawings_of_a_workbook_are_read() -> None:
    data = xlsx(
        {"S": row("a", "b") + "<headerFooter><oddHeader>社外秘</oddHeader></headerFooter>"},
        others={
            "xl/comments1.xml": "<comments><text><t>remark</t></text></comments>",
            "xl/drawings/drawing1.xml": "<a:p><a:t>box</a:t></a:p>",
        },
    )
    text = text_of(of_file(data))
    for word in ("remark", "box", "社外秘"):
        assert word in text


def test_a_workbook_of_1904_counts_from_there() -> None:
    data = zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": '<workbook><workbookPr date1904="1"/><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
            "xl/styles.xml": STYLES,
            "xl/worksheets/sheet1.xml": '<row><c r="A1" s="1"><v>27759</v></c></row>',
        }
    )
    assert "1980-01-01" in text_of(of_file(data))


def test_a_sheet_of_too_many_cells_is_a_limit() -> None:
    data = xlsx({"S": row("a", "b") * 200})
    assert reasons(read(attached(data), Budget(cells=100))) == {"limit"}


def ods(rows: str, styles: str = "") -> bytes:
    table = f'<table:table table:name="S" table:style-name="t1">{rows}</table:table>'
    return odf(
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>{table}</office:body>", "spreadsheet"
    )


def cell(text: str, extra: str = "") -> str:
    return f"<table:table-cell{extra}><text:p>{text}</text:p></table:table-cell>"


def test_comments_of_a_workbook_do_not_run_into_one_another() -> None:
    comments = "<comments><commentList><comment><text><t>a@b.example</t></text></comment><comment><text><r><t>2 </t></r><r><t>x</t></r></text></comment></commentList></comments>"
    part = of_file(xlsx({"S": row("a", "b")}, others={"xl/comments1.xml": comments})).parts[-1]
    assert {"a@b.example", "2 x"} <= {row[0] for block in part.blocks for row in block.rows}


def test_opendocument_sheets_are_read_with_hidden_rows_and_comments() -> None:
    note = "<table:table-cell><office:annotation><text:p>note</text:p></office:annotation><text:p>電話</text:p></table:table-cell>"
    rows = (
        f"<table:table-row>{cell('氏名')}{note}</table:table-row>"
        f"<table:table-row>{cell('山<text:s/>田')}{cell('03-0000-0000')}"
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        f'<table:table-row table:visibility="collapse">{cell("佐藤")}{cell("03-0000-0001")}</table:table-row>'
    )
    part = document(ods(rows))
    assert part.kind == "ods"
    assert [(b.rows, b.header, b.hidden) for b in part.blocks[1:3]] == [
        ((("山 田", "03-0000-0000"),), ("氏名", "電話"), False),
        ((("佐藤", "03-0000-0001"),), ("氏名", "電話"), True),
    ]
    assert any(b.where == "comments" and b.rows == (("note",),) for b in part.blocks)


def test_a_hidden_opendocument_sheet_is_marked() -> None:
    style = '<style:style style:name="t1" style:family="table"><style:table-properties table:display="false"/></style:style>'
    part = document(ods(f"<table:table-row>{cell('a')}{cell('b')}</table:table-row>", style))
    assert all(block.hidden for block in part.blocks)


def test_a_damaged_member_is_a_loss_and_the_rest_is_read() -> None:
    data = docx(p("text " * 50))
    broken = data.replace(b"word/document.xml", b"word/Document.xml", 1)  # the local header says another name
    assert {"damaged"} <= reasons(of_file(broken))


def test_a_reference_of_thousands_of_digits_costs_no_document() -> None:
    endless = "&#" + "1" * 5000 + ";"
    for data in (docx(f"<w:p w:a='{endless}'/>{p(endless + 'text')}"), xlsx({"S": row(endless + "text")})):
        found = of_file(data)
        assert "text" in text_of(found)
        assert losses(found) == ()


CELLS = st.sampled_from(
    [
        '<c r="A1"/>',
        '<c r="B2" t="s"><v>0</v></c>',
        '<c r="D2" s="1" t="s"><v>1</v></c>',
        '<c r="C3" t="inlineStr"><is><t xml:space="preserve"> 山田 &amp; </t></is></c>',
        '<c r="C3" t="inlineStr"><is><r><t>山</t></r><r><t>田</t></r></is></c>',
        '<c r="E4" s="1"><v>45000</v></c>',
        '<c r="F4"><f>A1+B1</f><v>9012345678</v></c>',
        '<c t="s" r="G5"><v>0</v></c>',
        '<c r="A1" t="str"><v>x</v></c>',
        "<c><v>7</v></c>",
        '<c r="XFD9" t="s"><v>99</v></c>',
        "stray 090-1234-5678",
    ]
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["<row>", '<row r="1">', '<row hidden="1" x="090-1234-5678">', "<row/>"]),
        st.lists(CELLS, max_size=5),
    ),
    max_size=6,
)


@given(ROWS)
def test_rows_that_are_as_expected_are_read_as_all_others(rows: list[tuple[str, list[str]]]) -> None:
    sheet = "".join(opening + "".join(cells) + ("" if opening == "<row/>" else "</row>") for opening, cells in rows)
    data = xlsx({"a": sheet}, shared="<si><t>佐藤</t></si><si><t>高橋</t></si>")
    neat = of_file(data, "a.xlsx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_cells, "rows", lambda text: [text])
        slow = of_file(data, "a.xlsx")
    # A reference of seven digits says nothing: of it alone the lists of what is left over may differ.
    assert [b for b in neat.parts[1].blocks if not b.hidden] == [b for b in slow.parts[1].blocks if not b.hidden]
    assert hidden(neat).replace("XFD9", "") == hidden(slow).replace("XFD9", "")
    assert losses(neat) == losses(slow)


CUSTOM = (
    '<Properties xmlns:vt="x"><property fmtid="{D5}" pid="2" name="MSIP_Label_0a1b2c3d-0000-4000-8000-000000000001_Name">'
    '<vt:lpwstr>Confidential</vt:lpwstr></property><property pid="3" name="区分"><vt:lpwstr>社外秘</vt:lpwstr></property></Properties>'
)
LABELS = (
    '<clbl:labelList xmlns:clbl="x"><clbl:label id="{0A1B2C3D-0000-4000-8000-000000000002}" enabled="1" method="Standard" '
    'siteId="{00000000-0000-4000-8000-000000000003}" contentBits="2" removed="0"/></clbl:labelList>'
)
META = (
    "<office:document-meta><office:meta><meta:keyword>部外秘</meta:keyword>"
    '<meta:user-defined meta:name="Classification">Internal</meta:user-defined></office:meta></office:document-meta>'
)


def properties(data: bytes) -> dict[str, str]:
    return {row[0]: row[1] for b in document(data).blocks if b.where == "properties" for row in b.rows if b.hidden}


def test_properties_are_rows_of_name_and_value_and_labels_are_among_them() -> None:
    members = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": "<w:document/>",
        "docProps/core.xml": "<c><dc:title>計画</dc:title><cp:keywords>極秘; 予算</cp:keywords></c>",
        "docProps/custom.xml": CUSTOM,
        "docMetadata/LabelInfo.xml": LABELS,
    }
    found = properties(zipped(members))
    assert found["title"] == "計画"
    assert found["keywords"] == "極秘; 予算"
    assert found["MSIP_Label_0a1b2c3d-0000-4000-8000-000000000001_Name"] == "Confidential"
    assert found["区分"] == "社外秘"
    assert found["MSIP_Label_0A1B2C3D-0000-4000-8000-000000000002_Enabled"] == "true"


def test_properties_of_an_open_document_are_rows_too() -> None:
    members = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": "<office:document-content/>",
        "meta.xml": META,
    }
    assert properties(zipped(members, zipfile.ZIP_STORED)) == {"keyword": "部外秘", "Classification": "Internal"}


def test_a_label_that_was_taken_off_is_not_enabled() -> None:
    label = LABELS.replace('removed="0"', 'removed="1"')
    members = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", "docMetadata/LabelInfo.xml": label}
    assert properties(zipped(members))["MSIP_Label_0A1B2C3D-0000-4000-8000-000000000002_Enabled"] == "false"


def test_a_watermark_is_read() -> None:
    path = '<w:p><w:pict><v:shape><v:textpath style="font-family:&quot;Arial&quot;" string="CONFIDENTIAL"/></v:shape></w:pict></w:p>'
    members = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": "<w/>",
        "word/header1.xml": f"<w:hdr>{path}</w:hdr>",
    }
    part = document(zipped(members))
    assert [(b.rows, b.where, b.hidden) for b in part.blocks] == [((("CONFIDENTIAL",),), "watermark", False)]


MARKUP = st.lists(
    st.sampled_from(
        [
            "<w:p>", '<w:p w:rsidR="0012ABCD" w14:paraId="1234ABCD">', "</w:p>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", "</w:t></w:r></w:p>",
            "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", '<w:rPr><w:b/><w:lang w:val="ja-JP"/></w:rPr>', "<w:del>", "</w:del>",
            '<w:rPr><w:x w:val="taro@customer.example"/></w:rPr>', "<w:pPr><w:jc/></w:pPr>", "<w:rPr>", "</w:rPr>", "<w:br/>", "<w:delText>",
            "山田", "090-1234-5678", "x", "<w:p/>", "<w:pPr><w:rPr><w:b/></w:rPr></w:pPr>",
        ]
    ),
    max_size=40,
)  # fmt: skip


def with_and_without(markup: str) -> tuple[Message, Message]:
    data = docx(markup)
    short = of_file(data, "a.docx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_package, "without_dull", lambda content: content)
        return short, of_file(data, "a.docx")


@given(MARKUP)
def test_without_its_dull_markup_a_broken_document_says_no_less(markup: list[str]) -> None:
    short, whole = with_and_without("".join(markup))
    said = text_of(short).replace("\n", "").replace("\t", "")
    assert all(cell in said for line in text_of(whole).splitlines() for cell in line.split("\t"))
    assert losses(short) == losses(whole)


PROPERTIES = st.sampled_from(
    [
        "",
        "<w:{0}><w:b/></w:{0}>",
        '<w:{0}><w:lang w:val="ja-JP"/><w:x w:y="taro@customer.example"/></w:{0}>',
        "<w:{0}/>",
    ]
)
SAID = st.sampled_from(
    [
        "<w:t>山田</w:t>",
        '<w:t xml:space="preserve"> 090-1234 </w:t>',
        "<w:br/>",
        "<w:tab/>",
        "<w:delText>x</w:delText>",
        "<w:fldChar/>",
    ]
)
RUNS = st.builds(lambda p, said: f"<w:r>{p.format('rPr')}{''.join(said)}</w:r>", PROPERTIES, st.lists(SAID, max_size=2))
EDITED = st.builds(lambda runs: f"<w:del>{''.join(runs)}</w:del>", st.lists(RUNS, max_size=2))
PARAGRAPHS = st.builds(
    lambda opening, p, runs: f"{opening}{p.format('pPr')}{''.join(runs)}</w:p>",
    st.sampled_from(["<w:p>", '<w:p w:rsidR="0012ABCD" w14:paraId="1234ABCD">', '<w:p w:x="1">']),
    PROPERTIES,
    st.lists(RUNS | EDITED, max_size=3),
)
CELLS_OF_WORD = st.builds(
    lambda p, inside: f"<w:tc>{p.format('tcPr')}{''.join(inside)}</w:tc>", PROPERTIES, st.lists(PARAGRAPHS, max_size=2)
)
TABLES = st.builds(
    lambda rows: "<w:tbl>" + "".join(f"<w:tr>{''.join(cells)}</w:tr>" for cells in rows) + "</w:tbl>",
    st.lists(st.lists(CELLS_OF_WORD, max_size=3), max_size=3),
)


@given(st.lists(PARAGRAPHS | TABLES, max_size=4))
def test_without_its_dull_markup_a_document_says_the_same(markup: list[str]) -> None:
    short, whole = with_and_without("".join(markup))
    assert short.parts == whole.parts


RUNS = st.sampled_from(
    [
        "<w:r><w:t>佐藤</w:t></w:r>",
        '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve"> 03-0000-0000 </w:t></w:r>',
        '<w:r w:rsidR="00AB12CD"><w:t>a &amp; b&#30000;</w:t></w:r>',
        '<w:r><w:t xml:space="preserve"> b </w:t></w:r>',
        "<w:r><w:t/></w:r>",
        "<w:r><w:t>c</w:t><w:br/><w:t>d</w:t></w:r>",
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>",
        "<w:pPr><w:jc w:val='left'/></w:pPr>",
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>inner</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        "<mc:Fallback><w:tc><w:p><w:r><w:t>090-1234-5678</w:t></w:r></w:p></w:tc></mc:Fallback>",
        "<x:unknown at='090-1111-2222'/>text",
    ]
)
PARAGRAPHS = st.lists(RUNS, max_size=2).map(lambda runs: f'<w:p w:rsidR="00000000">{"".join(runs)}</w:p>')
CELLS = st.tuples(
    st.sampled_from(["", '<w:tcPr><w:tcW w:w="9"/></w:tcPr>']), st.lists(PARAGRAPHS, max_size=2).map("".join)
).map(lambda found: f"<w:tc>{''.join(found)}</w:tc>")
TABLE_ROWS = st.lists(CELLS, max_size=3).map(lambda cells: f"<w:tr>{''.join(cells)}</w:tr>")


@given(st.lists(st.one_of(PARAGRAPHS, st.lists(TABLE_ROWS, max_size=3).map("".join), TABLE_ROWS), max_size=4))
def test_a_document_without_dull_markup_is_read_as_with_all_of_it(pieces: list[str]) -> None:
    body = "".join(f"<w:tbl>{piece}</w:tbl>" if piece.startswith("<w:tr") else piece for piece in pieces)
    data = docx(body)
    fast = of_file(data, "a.docx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_package, "without_dull", lambda content: content)
        patch.setattr(Matters, "left_of", lambda _matters, pieces, _dull: pieces)
        patch.setattr(Matters, "__call__", lambda *_: True)
        slow = of_file(data, "a.docx")
    assert fast.parts[1].blocks == slow.parts[1].blocks
    assert losses(fast) == losses(slow)


def test_styles_that_are_the_same_in_several_workbooks_say_the_same_of_each() -> None:
    styles = '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="000-0000"/></numFmts><cellXfs><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs><dxf><f at="090-1234-5678"/></dxf></styleSheet>'
    cells = '<row><c s="0"><v>45000</v></c><c s="1"><v>1234567</v></c><c s="7"><v>5</v></c></row>'
    for _ in range(3):
        found = of_file(xlsx({"a": cells}, styles=styles), "a.xlsx")
        assert ("2023-03-15", "123-4567", "5") in [r for b in found.parts[1].blocks for r in b.rows]
        assert "090-1234-5678" in hidden(found)


def test_what_is_hidden_in_a_file_of_a_printer_is_found_each_time() -> None:
    for _ in range(3):
        members = {
            "word/printerSettings1.bin": b"\0\1\2\3" * 20 + "山田太郎 090-1234-5678 東京都千代田区".encode() + b"\0" * 9
        }
        others = {"[Content_Types].xml": "<Types/>", "word/document.xml": f"<w:document>{p('a')}</w:document>"}
        assert "090-1234-5678" in hidden(of_file(zipped({**others, **members}), "a.docx"))


def test_deleted_paragraphs_stay_lines_of_their_own() -> None:
    deleted = "".join(f"<w:p><w:del><w:r><w:delText>{n}</w:delText></w:r></w:del></w:p>" for n in ("one", "two"))
    rows = [(row[0], block.hidden) for block in document(docx(deleted)).blocks for row in block.rows]
    assert rows == [("one", True), ("two", True)]


def test_what_an_attribute_of_a_dull_tag_says_is_said_of_each_document() -> None:
    for number in ("090-1234-5678", "090-1234-5678", "090-8765-4321"):
        found = of_file(docx(f'<w:proofErr w:type="spell" at="{number}"/>' * 2 + p("a")), "a.docx")
        assert number in hidden(found)


ODS_TEXT = st.sampled_from(["", "山田 太郎", " 090-1234-5678 ", "a &amp; b", "line&#10;line"])
ODS_ATTRIBUTES = st.sampled_from(
    [
        "",
        ' office:value-type="float" office:value="9012345678"',
        ' table:number-columns-repeated="3"',
        ' table:number-columns-repeated="x"',
        ' table:style-name="ce1"',
    ]
)
ODS_CELLS = st.one_of(
    st.builds("<table:table-cell{}><text:p>{}</text:p></table:table-cell>".format, ODS_ATTRIBUTES, ODS_TEXT),
    st.builds('<table:table-cell{}><text:p text:style-name="P1">{}</text:p></table:table-cell>'.format, ODS_ATTRIBUTES, ODS_TEXT),
    st.builds("<table:table-cell{}/>".format, ODS_ATTRIBUTES),
    st.builds("<table:table-cell><text:p>a<text:s/>b</text:p><text:p>{}</text:p></table:table-cell>{}".format, ODS_TEXT, ODS_TEXT),
    st.builds("<table:table-cell><office:annotation><text:p>{}</text:p></office:annotation><text:p>{}</text:p></table:table-cell>".format, ODS_TEXT, ODS_TEXT),
    st.builds("<!-- <table:table-cell><text:p>{}</text:p></table:table-cell> -->".format, ODS_TEXT),
)  # fmt: skip
ODS_ROWS = st.lists(ODS_CELLS, max_size=4).map(lambda cells: f"<table:table-row>{''.join(cells)}</table:table-row>")


@given(st.lists(ODS_ROWS, max_size=4).map("".join))
def test_a_sheet_of_open_document_is_read_the_same_with_cells_taken_at_once(rows: str) -> None:
    content = f'<office:spreadsheet><table:table table:name="a">{rows}</table:table></office:spreadsheet>'
    members = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    data = zipped(members, zipfile.ZIP_STORED)
    fast = of_file(data, "a.ods")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_ods, "_without_dull", lambda content: content)
        slow = of_file(data, "a.ods")
    assert fast.parts == slow.parts
    assert fast.parts[1].kind == "ods"


def test_texts_that_no_cell_of_a_workbook_shows_any_more_are_hidden_text() -> None:
    cell = '<row><c t="s"><v>1</v></c></row>'
    found = of_file(xlsx({"S": cell}, shared="<si><t>secret left over</t></si><si><t>shown</t></si>"), "a.xlsx")
    assert "secret left over" in hidden(found)
    assert hidden(found).count("shown") == 0
    assert "shown" in text_of(found)
