from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.budget import Spending
from mail.message import read
from mail.shapes import Block, Lost
from mail.text_of import Hint, html
from tests.helpers import pace
from tests.mail.making import losses, message, of_file, text_of


def page(text: str, *, is_body: bool = True) -> Sequence[Block]:
    return html.read(text.encode(), Hint(declared="text/html", is_body=is_body), Spending()).blocks


def lines(text: str) -> list[str]:
    return ["\t".join(row) for block in page(text) for row in (block.header, *block.rows) if row]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>a</p><p>b</p>", ["a", "b"]),
        ("<span>0</span><b>3</b>-1<i>2</i>", ["03-12"]),
        ("a<br>b<br/>c", ["a", "b", "c"]),
        ("a<!-- hidden > -->b", ["ab"]),
        ("a<!-->b", ["ab"]),
        ("a<script>var x = '<p>no</p>'</script>b", ["ab"]),
        ("a<STYLE>p{}</STYLE >b", ["ab"]),
        ("&#23665;&#x7530;&amp;&nbsp;x", ["山田& x"]),
        ('<img alt="代替" src="x"><a title="t" href="mailto:a@b.example?subject=x">m</a>', ["代替 t a@b.example m"]),
        ('<a title="a > b">c</a>', ["a > b c"]),
        ("1 < 2 and <3", ["1 < 2 and <3"]),
        ("<p>unclosed <b", ["unclosed <b"]),
        ('<input value="値">', ["値"]),
        ("<p a='\">' b>x</p>", ["x"]),
        ("<!doctype html><html><body>x</body></html>", ["x"]),
        ("a<!-- x --!>b", ["ab"]),
        ("a<!--->b", ["ab"]),
        ("a<stylex></stylex>b<scripture>c", ["abc"]),
        ("a<script>x</scripty></script >b", ["ab"]),
        ('<p "> a <p ">b', ["a", "b"]),
        ('<p = "> a <p a = ">" b=\'>\' c=d">b', ["a", "b"]),
        ('<p a=b"c="x>y', ["y"]),
        ('<!x ">a<!x ">b', ["ab"]),
        ('<?x ">a</p ">b', ["a", "b"]),
        ("&#" + "1" * 5000 + ";&#x5C71;", ["\ufffd山"]),
    ],
)
def test_what_a_person_sees_is_read(source: str, expected: list[str]) -> None:
    assert lines(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "<div>a</div><div>b</div><div><br></div><div>c</div>",
        "<div>\n a\n</div>\n<div>\n b<br>\n</div>\n<div>\n<br>\n</div>\n<div>c</div>",
        "<p class=MsoNormal>a<o:p></o:p></p>\n<p class=MsoNormal>b</p>\n<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n<p class=MsoNormal>c</p>",
        '<p style="margin:0">a</p><p style="margin: 0cm">b</p><p style="margin:0"><br/></p><p style="margin:0">c</p>',
        "a<br>\r\nb<br>\r\n<br>\r\nc",
        "<ul><li>a</li><li>b</li></ul><p>c</p>",
    ],
)
def test_lines_of_a_paragraph_stay_together_however_a_mail_program_writes_them(source: str) -> None:
    assert [block.rows for block in page(source)] == [(("a",), ("b",)), (("c",),)]


@pytest.mark.parametrize("source", ["<p>a</p><p>b</p>", "<h1>a</h1><div>b</div>", "<blockquote>a</blockquote>b"])
def test_what_keeps_a_distance_is_a_paragraph(source: str) -> None:
    assert [block.rows for block in page(source)] == [(("a",),), (("b",),)]


def test_labels_of_a_form_begin_their_lines() -> None:
    assert lines('<label>a <input value="1"></label><label>b <input value="2"></label>') == ["a 1", "b 2"]


def test_a_page_that_is_called_text_is_read_as_a_page_and_text_about_tags_as_text() -> None:
    body = b"<html><body>090<b></b>-1234<i></i>-5678</body></html>"
    assert "090-1234-5678" in text_of(read(message(body, "Content-Type: text/plain")))
    assert "<b>x</b>" in text_of(read(message(b"use <b>x</b> in <html>", "Content-Type: text/plain")))


def test_tables_keep_their_rows() -> None:
    blocks = page(
        "<table><tr><th>氏名<th>電話</tr><tr><td>山田</td><td>03-0000-0000</td></tr><tr><td>佐藤<td>090</table>"
    )
    assert blocks == (Block((("山田", "03-0000-0000"), ("佐藤", "090")), ("氏名", "電話")),)


def test_tables_that_lay_out_a_page_are_paragraphs() -> None:
    inner = "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    found = lines(
        f"<table><tr><td>top</td></tr><tr><td>{inner}</td></tr><tr><td>1<br>2<br>3<br>4<br>5</td><td>x</td></tr></table>"
    )
    assert "a\tb" in found
    assert "top" in found
    assert "5" in found


def test_a_table_that_never_closes_is_read() -> None:
    assert "a\tb" in lines("<table><tr><td>a<td>b")


def test_files_in_data_uris_are_read_on() -> None:
    csv = "氏名,電話\n山田,03-0000-0000\n佐藤,03-0000-0001\n".encode()
    source = f"<a href=\"data:text/csv;base64,{b64encode(csv).decode()}\">x</a><img src='data:text/plain,%E5%B1%B1'>"
    found = read(message(source.encode(), "Content-Type: text/html; charset=utf-8"))
    assert [part.kind for part in found.parts] == ["html", "csv", "plain"]
    assert "山田" in text_of(found)
    odd = html.read(b'<img src="data:x;base64,A"><img src="data:' + b"x" * 2000 + b'">', Hint(), Spending())
    assert len(odd.embedded) == 1


def test_a_script_that_unpacks_in_an_attachment_is_a_loss() -> None:
    source = b"<html><script>document.write(atob('abc'))</script></html>"
    assert losses(of_file(source, "a.html")) == (Lost("unknown_format", "script"),)
    assert losses(read(message(source, "Content-Type: text/html"))) == ()
    assert losses(of_file(b"<html><script>var a = 1</script>x</html>", "a.html")) == ()


def test_the_charset_of_the_page_counts_where_the_mail_says_none() -> None:
    source = '<html><meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"><p>①髙橋</p></html>'
    assert "①髙橋" in text_of(of_file(source.encode("cp932"), "a.html"))


def test_html_is_known_by_its_tags_but_xml_is_not_html() -> None:
    assert of_file(b"<html><body><p>x</p></body></html>", "a.txt").parts[-1].kind == "html"
    assert of_file(b"<?xml version='1.0'?><list><p>x</p></list>", "a.xml").parts[-1].kind == "xml"
    assert of_file(b"\0\1\2", "a.html").parts[-1].kind == "unknown"


SECRET = "佐藤 花子 090-0000-0000"


@pytest.mark.parametrize(
    "source",
    [
        f"<!-- {SECRET} -->",
        f"<!--[if mso]><table><tr><td>{SECRET}</td></tr></table><![endif]-->",
        f"<!-- {SECRET}",
        f"<script>const d=[{{'name':'{SECRET}'}}]</script>",
        r"<script>var a = '\u4f50\u85e4 \u82b1\u5b50 090-0000-0000'</script>",
        f"<style>p:after{{content:'{SECRET}'}}</style>",
        f"<style>{SECRET}",
        f"<img longdesc='{SECRET}'>",
        f"<p data-x={SECRET}>",
        f"<p a='\"' {SECRET} b>",
        f"</p {SECRET}>",
        f"</ {SECRET}>",
        f"<!x {SECRET}>",
        f"<?x {SECRET}>",
        f"<p a='{'x' * 70_000}' b='{SECRET}'>",
        f"<a href='mailto:a@b.example?body={quote(SECRET)}'>",
        f"<a href='https://a.example/?q={quote(SECRET)}'>",
        f"<a href='data:{SECRET}'>",
    ],
)
def test_what_a_page_holds_and_does_not_show_is_hidden_text(source: str) -> None:
    hidden = [cell for block in page(source + "<p>x") if block.hidden for row in block.rows for cell in row]
    assert all(any(word in cell for cell in hidden) for word in SECRET.split())


def test_a_page_in_an_attribute_is_read_on() -> None:
    source = f'<iframe srcdoc="&lt;p>{SECRET}&lt;/p>"></iframe>'
    assert SECRET in text_of(of_file(source.encode(), "a.html"))


def test_a_long_substitute_of_a_picture_is_read() -> None:
    assert SECRET in lines(f'<img alt="{"x" * 5000}{SECRET}">')[0]


def test_what_a_page_shows_is_not_said_again() -> None:
    source = f'<p data-a="{SECRET}" style="font-family:\'x\'" class="1234">{SECRET}</p><!-- {SECRET} -->'
    assert not any(block.hidden for block in page(source))


@pytest.mark.parametrize(
    "piece",
    ["<", "<a", '<a b="', "<a b='", "<!--", "<table>", "<td>", "</script", "<script>", '<a title="', "&", "<p a=b "],
)
def test_pages_made_to_be_slow_are_read_in_linear_time(piece: str) -> None:
    pace.within(5, lambda: page(piece * 40_000 + ">"))


@given(
    st.lists(
        st.sampled_from(
            ["<", ">", '"', "'", "a", "<p>", "<td>", "<tr>", "<table>", "</table>", "<!--", "-->", "=", "/", " "]
        ),
        max_size=40,
    )
)
def test_any_markup_is_a_page(pieces: list[str]) -> None:
    page("".join(pieces))


PIECES = [
    "<",
    ">",
    '"',
    "'",
    "=",
    " ",
    "/",
    "<p",
    "<!--",
    "-->",
    "--!>",
    "<script>",
    "</script>",
    "<style",
    "<!",
    "<?",
    "</",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(alphabet="山田太郎", min_size=1, max_size=3)), max_size=25))
def test_every_letter_of_a_source_is_shown_or_hidden(pieces: list[str]) -> None:
    found = html.read("".join(pieces).encode(), Hint(declared="text/html"), Spending())
    read = "".join(cell for block in found.blocks for row in (block.header, *block.rows) for cell in row)
    read += "".join(file.data.decode() for file in found.embedded)
    assert all(letter in read for piece in pieces for letter in piece if letter in "山田太郎")


@given(st.text(alphabet="ab山03 ", min_size=1, max_size=30))
def test_text_between_tags_is_never_lost(text: str) -> None:
    shown = " ".join(text.split())
    assert lines(f"<div><span>{text}</span></div>") == ([shown] if shown else [])
