from base64 import b64encode

from tests.mail.making import hidden, of_file, text_of

CARD = """BEGIN:VCARD
VERSION:3.0
N:山田;太郎;;;
FN:山田 太郎
item1.TEL;TYPE=CELL:090-0000-0000
TEL:tel:+81-3-0000-0000
EMAIL:yamada@customer.example
ADR;TYPE=WORK:;;丸の内1-1-1;千代田区;東京都;100-0005;
BDAY:1980-01-01
NOTE:folded
  line\\, and comma
PHOTO;ENCODING=b:AAAA
END:VCARD
"""


def test_each_card_is_a_row_under_column_names() -> None:
    (block,) = of_file((CARD + CARD.replace("山田", "佐藤")).encode(), "a.vcf").parts[-1].blocks
    assert block.header == ("name", "tel", "email", "address", "birthday", "company", "title", "note")
    assert [row[0] for row in block.rows] == ["山田 太郎", "佐藤 太郎"]
    assert block.rows[0][1:5] == (
        "090-0000-0000 +81-3-0000-0000",
        "yamada@customer.example",
        "丸の内1-1-1 千代田区 東京都 100-0005",
        "1980-01-01",
    )
    assert block.rows[0][7] == "folded line, and comma"


def test_cards_of_old_telephones_are_read() -> None:
    card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=\r\n=93=63;=91=BE\r\nEND:VCARD\r\n"
    assert "山田 太" in text_of(of_file(card.encode("ascii"), "a.vcf"))


def test_a_card_without_an_end_is_read_and_an_empty_one_is_nothing() -> None:
    assert "山田" in text_of(of_file("BEGIN:VCARD\nFN:山田\n".encode()))
    assert of_file(b"BEGIN:VCARD\nEND:VCARD\n").parts[-1].blocks == ()


def test_a_calendar_is_lines_with_the_names_of_its_people() -> None:
    calendar = (
        'BEGIN:VCALENDAR\nATTENDEE;CN="山田 太郎":mailto:y@customer.example\nSUMMARY:人事\n 面談\nEND:VCALENDAR\n'
    )
    found = of_file(calendar.encode(), "a.ics")
    assert found.parts[-1].kind == "calendar"
    assert "ATTENDEE: 山田 太郎 y@customer.example" in text_of(found)
    assert "SUMMARY: 人事面談" in text_of(found)


def test_what_stands_in_a_card_beside_its_columns_is_hidden_text() -> None:
    card = (
        'BEGIN:VCARD\nVERSION:3.0 山田 一郎\nN:佐藤;花子;;;\nFN:花子 佐藤\nN:鈴木;次郎;;;\nPHOTO:高橋 三郎\nX-A;P="田中 四郎":x\n'
        "伊藤 五郎 090-0000-0000\nEND:VCARD\n"
    )
    found = of_file(card.encode(), "a.vcf")
    for name in ("山田 一郎", "鈴木 次郎", "高橋 三郎", "田中 四郎", "伊藤 五郎 090-0000-0000"):
        assert name in hidden(found), name
    assert "佐藤 花子" not in hidden(found)  # the same name in another order


def test_a_line_of_a_calendar_that_is_no_property_is_read() -> None:
    found = of_file("BEGIN:VCALENDAR\n山田 太郎 090-0000-0000\nX;CN=佐藤 花子;P=田中 四郎:x\nEND:VCALENDAR\n".encode())
    assert "山田 太郎 090-0000-0000" in text_of(found)
    assert "田中 四郎" in text_of(found)


def test_base64_in_a_card_is_read() -> None:
    name, file = (b64encode(text.encode()).decode() for text in ("山田 太郎", "山田 太郎 03-0000-0000\n" * 9))
    card = f"BEGIN:VCARD\nFN;CHARSET=UTF-8;ENCODING=BASE64:{name}\nPHOTO;ENCODING=b:{file}\nEND:VCARD\n"
    found = of_file(card.encode(), "a.vcf")
    assert "山田 太郎" in found.parts[1].blocks[0].rows[0][0]
    assert "山田 太郎 03-0000-0000" in text_of(found)


def test_the_number_of_an_entry_is_no_mail_address() -> None:
    event = "BEGIN:VEVENT\r\nUID:a1@cal.example\r\nORGANIZER:mailto:b@c.example\r\nATTENDEE;CN=D:mailto:d@c.example\r\nEND:VEVENT"
    shown = text_of(of_file(f"BEGIN:VCALENDAR\r\n{event}\r\nEND:VCALENDAR\r\n".encode(), "a.ics"))
    assert "UID: a1 cal.example" in shown
    assert "b@c.example" in shown
    assert "d@c.example" in shown
