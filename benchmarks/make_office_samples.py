"""The sample files of tests/mail/samples: flat OpenDocument written here, made into doc, rtf, xls and ppt by LibreOffice.

python benchmarks/make_office_samples.py [--out tests/mail/samples]      needs soffice (Debian: libreoffice-writer, -calc, -impress)
"""

import argparse
import gzip
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(
    [
        *(
            f'xmlns:{name}="{_OASIS}{name}:1.0"'
            for name in ("office", "text", "table", "style", "meta", "presentation")
        ),
        f'xmlns:draw="{_OASIS}drawing:1.0"',
        f'xmlns:svg="{_OASIS}svg-compatible:1.0"',
        f'xmlns:fo="{_OASIS}xsl-fo-compatible:1.0"',
        f'xmlns:number="{_OASIS}datastyle:1.0"',
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
    ]
)
LABEL = "MSIP_Label_11111111-2222-3333-4444-555555555555_Name"
META = (
    "<office:meta><dc:title>表題の文書</dc:title><dc:subject>社外秘</dc:subject>"
    "<meta:initial-creator>印南 史朗</meta:initial-creator>"
    f'<meta:user-defined meta:name="{LABEL}" meta:value-type="string">Confidential</meta:user-defined>'
    '<meta:user-defined meta:name="顧客番号" meta:value-type="string">KC-2021</meta:user-defined></office:meta>'
)
PEOPLE = (
    ("氏名", "電話番号", "住所"),
    ("山田 太郎", "03-0000-0001", "東京都千代田区丸の内1-1-1"),
    ("佐藤 花子", "", "大阪府大阪市北区梅田2-2-2"),
    ("𠮷田 﨑男", "090-0000-0003", "京都府京都市中京区3-3-3"),
)
COMMENT = "<dc:date>2024-01-02T03:04:05</dc:date>"


def p(text: str) -> str:
    """A paragraph."""
    return f"<text:p>{text}</text:p>"


def cells(row: Sequence[str]) -> str:
    """A row of texts."""
    inner = "".join(f'<table:table-cell office:value-type="string">{p(text)}</table:table-cell>' for text in row)
    return f"<table:table-row>{inner}</table:table-row>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table of texts."""
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    return f"<table:table>{columns}{''.join(map(cells, rows))}</table:table>"


def document(kind: str, styles: str, masters: str, body: str) -> str:
    """One flat file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {SPACES} office:version="1.3"'
        f' office:mimetype="application/vnd.oasis.opendocument.{kind}">{META}'
        f"<office:styles/><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles><office:body>{body}</office:body></office:document>"
    )


PAGE = '<style:page-layout style:name="pm"><style:header-style/><style:footer-style/></style:page-layout>'


def page(name: str, header: str, footer: str) -> str:
    """A page with header and footer."""
    return (
        f'<style:master-page style:name="{name}" style:page-layout-name="pm"><style:header>{p(header)}</style:header>'
        f"<style:footer>{p(footer)}</style:footer></style:master-page>"
    )


def text() -> str:
    """A letter with everything that a letter can have."""
    note = '<text:note text:note-class="{0}"><text:note-citation>1</text:note-citation><text:note-body>{1}</text:note-body></text:note>'
    inner = table((("内側甲", "内側乙"), ("内側丙", "内側丁")))
    outer = (
        '<table:table><table:table-column table:number-columns-repeated="2"/><table:table-row><table:table-cell>'
        f"{p('外側')}</table:table-cell><table:table-cell>{p('前')}{inner}{p('後')}</table:table-cell></table:table-row></table:table>"
    )
    deleted = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info>'
        f"<dc:creator>校正者 三郎</dc:creator>{COMMENT}</office:change-info>{p('消された電話 080-0000-0008')}"
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )
    box = (
        '<draw:frame text:anchor-type="paragraph" svg:width="5cm" svg:height="2cm"><draw:text-box>'
        f"{p('文字枠の中 埼玉県さいたま市1-2-3')}</draw:text-box></draw:frame>"
    )
    comment = f"<office:annotation><dc:creator>書評 四郎</dc:creator>{COMMENT}{p('コメントの文字 050-0000-0006')}</office:annotation>"
    body = "".join(
        (
            p(f"本文の始まり{note.format('footnote', p('脚注の文字 070-0000-0007'))}。"),
            p(
                f"後注{note.format('endnote', p('文末脚注の文字'))}。見える<text:span text:style-name='H'>隠し文字 鈴木一郎</text:span>続き"
            ),
            p(f"注釈{comment}つき"),
            p('削除<text:change text:change-id="c1"/>の前後'),
            p(f"{box}枠のある段落"),
            p('<text:a xlink:href="mailto:hidden@customer.example">リンク文字</text:a> café naïve'),
            table(PEOPLE),
            p("間"),
            table((("一列目の枠",), ("二段目の枠",))),
            p("間二"),
            outer,
            p("終わり"),
        )
    )
    styles = f'<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>{PAGE}'
    masters = page("Standard", "頁眉の文字 社外秘", "頁脚の文字 03-0000-0009")
    return document("text", styles, masters, f"<office:text>{deleted}{body}</office:text>")


def cell(value: str, kind: str = "string", style: str = "", note: str = "") -> str:
    """One cell with its comment."""
    said = {"float": f'office:value="{value}"', "date": f'office:date-value="{value}"'}.get(kind, "")
    comment = f"<office:annotation><dc:creator>注記 五郎</dc:creator>{p(note)}</office:annotation>" if note else ""
    styled = f'table:style-name="{style}"' if style else ""
    return f'<table:table-cell {styled} office:value-type="{kind}" {said}>{comment}{p(value)}</table:table-cell>'


def sheet() -> str:
    """A workbook with dates, leading zeros, a hidden row, a hidden sheet, a text box, a comment."""
    rows = [
        "".join(map(cell, ("氏名", "電話番号", "生年月日", "番号", "備考"))),
        cell("山田 太郎", note="メモの文字 090-0000-0004")
        + cell("9012345678", "float", "tel")
        + cell("1980-01-02", "date", "day")
        + cell("12345678", "float", "long")
        + cell("𠮷野家"),
        cell("隠れ 行男")
        + cell("0312345678")
        + cell("1990-12-31", "date", "day")
        + cell("3.5", "float")
        + cell("café"),
        cell("佐藤 花子")
        + cell("")
        + cell("2001-05-06", "date", "day")
        + cell("-7", "float")
        + cell("1234567890123456", "float"),
    ]
    shown = "".join(
        f"<table:table-row{' table:visibility=' + chr(34) + 'collapse' + chr(34) if at == 2 else ''}>{row}</table:table-row>"
        for at, row in enumerate(rows)
    )
    many = "".join(
        f"<table:table-row>{cell(f'名前{n}')}{cell(f'0{n}000-0000')}{cell(str(n), 'float')}{cell(str(n + 0.25), 'float')}</table:table-row>"
        for n in range(40)
    )
    many += f"<table:table-row>{cell('長い' * 5000)}{cell('末尾 03-9999-0000')}</table:table-row>"
    digits = '<number:number-style style:name="N{0}"><number:number number:min-integer-digits="{0}" number:decimal-places="0"/></number:number-style>'
    styles = (
        '<number:date-style style:name="D"><number:year number:style="long"/><number:text>/</number:text><number:month/>'
        f"<number:text>/</number:text><number:day/></number:date-style>{digits.format(11)}{digits.format(12)}"
        + "".join(
            f'<style:style style:name="{name}" style:family="table-cell" style:data-style-name="{data}"/>'
            for name, data in (("day", "D"), ("tel", "N11"), ("long", "N12"))
        )
        + '<style:style style:name="seen" style:family="table"><style:table-properties table:display="true"/></style:style>'
        '<style:style style:name="unseen" style:family="table"><style:table-properties table:display="false"/></style:style>'
        + PAGE
    )
    box = (
        '<table:shapes><draw:frame svg:x="1cm" svg:y="5cm" svg:width="5cm" svg:height="2cm"><draw:text-box>'
        f"{p('図形の文字 田中三郎')}</draw:text-box></draw:frame></table:shapes>"
    )
    body = (
        f'<office:spreadsheet><table:table table:name="名簿" table:style-name="seen">{box}{shown}</table:table>'
        f'<table:table table:name="隠し" table:style-name="unseen">{many}</table:table></office:spreadsheet>'
    )
    return document("spreadsheet", styles, page("Default", "表の頁眉 社外秘", "表の頁脚"), body)


def show() -> str:
    """Two slides, one of them hidden, with a table, notes, a comment, a master."""

    def frame(inner: str, at: int) -> str:
        return f'<draw:frame svg:x="2cm" svg:y="{at}cm" svg:width="20cm" svg:height="5cm">{inner}</draw:frame>'

    def box(words: str, at: int = 2) -> str:
        return frame(f"<draw:text-box>{p(words)}</draw:text-box>", at)

    def slide(inner: str, style: str) -> str:
        return f'<draw:page draw:style-name="{style}" draw:master-page-name="M">{inner}</draw:page>'

    comment = f'<office:annotation svg:x="1cm" svg:y="1cm"><dc:creator>評者 六郎</dc:creator>{COMMENT}{p("発表へのコメント 03-0000-0005")}</office:annotation>'
    notes = (
        '<presentation:notes><draw:frame presentation:class="notes" svg:x="2cm" svg:y="14cm" svg:width="17cm" svg:height="12cm">'
        f"<draw:text-box>{p('発表者の覚え 090-0000-0002')}</draw:text-box></draw:frame></presentation:notes>"
    )
    styles = (
        '<style:page-layout style:name="pm"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/></style:page-layout>'
        '<style:style style:name="seen" style:family="drawing-page"/><style:style style:name="unseen" style:family="drawing-page">'
        '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    )
    masters = (
        f'<style:master-page style:name="M" style:page-layout-name="pm">{box("親板の文字", 15)}</style:master-page>'
    )
    first = slide(box("一枚目 café 漢字") + frame(table(PEOPLE), 8) + comment + notes, "seen")
    return document(
        "presentation",
        styles,
        masters,
        f"<office:presentation>{first}{slide(box('隠れた二枚目 伊藤四郎'), 'unseen')}</office:presentation>",
    )


SAMPLES = (
    (text, "fodt", "doc:MS Word 97"),
    (text, "fodt", "rtf:Rich Text Format"),
    (sheet, "fods", "xls:MS Excel 97"),
    (show, "fodp", "ppt:MS PowerPoint 97"),
)


def main() -> None:
    """Write, convert, pack."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=ROOT / "tests/mail/samples")
    out = options.parse_args().out
    for make, suffix, wanted in SAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / f"{make.__name__}.{suffix}"
            source.write_text(make(), "utf-8")
            profile = f"-env:UserInstallation=file://{folder}/profile"
            subprocess.run(
                ["soffice", "--headless", profile, "--convert-to", wanted, "--outdir", folder, str(source)],
                check=True,
                capture_output=True,
            )
            made = source.with_suffix("." + wanted.partition(":")[0])
            (out / f"{made.name}.gz").write_bytes(gzip.compress(made.read_bytes(), 9, mtime=0))
            print(made.name)


if __name__ == "__main__":
    main()
