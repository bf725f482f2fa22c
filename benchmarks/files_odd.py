"""Files whose trouble is how they are written: readings in brackets, keys of logs, turned pages, deleted text, charsets of neighbours; and harmless ones like them."""

import io
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from docx import Document
from docx.oxml import OxmlElement
from files_document import Case
from files_persons import Person, crowd, japanese, japanese_address, japanese_phone
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

Odd = tuple[str, bytes, Case]
"""Suffix, content, what is known of it."""
_OFFICES = "市立図書館 中央公民館 第二保育園 総合体育館 消防署 市民病院 東分館 児童館 保健所 警察署".split()
_NEIGHBOURS = {
    "gb18030": ("姓名,手机号", "王伟 李芳 张秀英 刘建国 陈丽娟 杨志强 赵晓东 黄雪梅 周子轩 吴梓涵 欧阳红霞 徐国华 孙玉兰 朱浩然 郭欣怡".split(), "138"),
    "euc_kr": ("성명,휴대전화", "김민준 이서연 박지훈 최하은 정도윤 강수빈 조영희 윤철수 장은지 임태현 한미경 오상우 서예린 신동현 황보혜진".split(), "010"),
}  # fmt: skip


def _era(day: date) -> str:
    first, name = (1988, "平成") if day.year > 1989 else (1925, "昭和")
    return f"{name}{day.year - first}年{day.month}月{day.day}日"


def _case(category: str, people: Sequence[Person], *kinds: str) -> Case:
    """A list of these people; `kinds`: what of them is to be found."""
    case = Case(category, category, [], hold=True, reason="persons>=10", persons=len(people))
    for person in people:
        case.add("PERSON", person.name)
        case.add("PHONE", person.mobile if "PHONE" in kinds else "")
        case.add("EMAIL", person.email if "EMAIL" in kinds else "")
        case.add("ADDRESS", person.address if "ADDRESS" in kinds else "")
    return case


def texts(rng: random.Random) -> Iterator[Odd]:
    """Lines of plain text."""
    people = crowd(rng, rng.randint(12, 24))
    lines = [f"{n}. {p.family}{p.given}({p.kana})<{p.email}>" for n, p in enumerate(people, 1)]
    yield "txt", "\n".join(lines).encode(), _case("reading_in_brackets", people, "EMAIL")
    people = crowd(rng, rng.randint(12, 24))
    lines = [f"2026-03-0{n % 9 + 1} 10:22 INFO register 氏名={p.name}, 電話={p.mobile}" for n, p in enumerate(people)]
    yield "log", "\n".join(lines).encode("utf-8"), _case("log_with_keys", people, "PHONE")
    people = crowd(rng, rng.randint(12, 24))
    lines = [f"{p.name} {p.address}" for p in people]
    yield "txt", "\n".join(lines).encode("utf-8"), _case("name_and_address", people, "ADDRESS")
    person = crowd(rng, 1)[0]
    said = (
        f"お申込書\n\n申込者　{person.name}（{_era(person.birth)}生）\n住所　{person.address}\n電話　{person.mobile}\n"
    )
    case = _case("born_behind_the_day", [person], "ADDRESS", "PHONE")
    case.reason = "dense"
    case.add("BIRTHDATE", f"{person.birth:%Y%m%d}")
    yield "txt", said.encode("utf-8"), case


def neighbours(rng: random.Random) -> Iterator[Odd]:
    """CSV in charsets of China and Korea that nobody names."""
    for codec, (header, names, prefix) in _NEIGHBOURS.items():
        phones = [f"{prefix}{rng.randint(20000000, 99999999)}" for _ in names]
        case = Case(f"{codec}_list", "charset_of_neighbours", [], hold=True, reason="persons>=10", persons=len(names))
        case.gold = {"PERSON": list(names), "PHONE": phones}
        rows = "\r\n".join(map(",".join, zip(names, phones, strict=True)))
        yield "csv", f"{header}\r\n{rows}\r\n".encode(codec), case


def turned(rng: random.Random) -> Iterator[Odd]:
    """PDF whose text is turned on a page that is not."""
    registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))
    for quarters in (1, 2, 3):
        people = crowd(rng, rng.randint(12, 24))
        written = io.BytesIO()
        canvas = Canvas(written, pagesize=A4)
        canvas.setFont("HeiseiKakuGo-W5", 9)
        canvas.translate(*((A4[0], 0), A4, (0, A4[1]))[quarters - 1])
        canvas.rotate(90 * quarters)
        for number, person in enumerate(people):
            canvas.drawString(40, 540 - 15 * number, f"{person.name}  {person.mobile}")
        canvas.save()
        yield "pdf", written.getvalue(), _case(f"turned_{90 * quarters}", people, "PHONE")


def deleted(rng: random.Random) -> Iterator[Odd]:
    """A Word document whose list was deleted with changes tracked."""
    people = crowd(rng, rng.randint(12, 24))
    document = Document()
    for person in people:
        run = document.add_paragraph().add_run()
        text = OxmlElement("w:delText")
        text.text = f"{person.name} {person.mobile}"
        run._r.append(text)  # noqa: SLF001 - python-docx knows no tracked changes
        change = OxmlElement("w:del")
        run._r.addprevious(change)  # noqa: SLF001
        change.append(run._r)  # noqa: SLF001
    written = io.BytesIO()
    document.save(written)
    yield "docx", written.getvalue(), _case("deleted_paragraphs", people, "PHONE")


def harmless(rng: random.Random) -> Iterator[Odd]:
    """Offices of a town, a rota of family names, an invitation."""

    def case(category: str) -> Case:
        return Case(category, category, [], hold=False, reason="hard_negative", compared=False)

    def table(header: str, rows: Iterable[Sequence[str]]) -> bytes:
        return "\r\n".join((header, *map(",".join, rows))).encode("utf-8-sig")

    offices = [(f"{office}{n}", japanese_address(rng), japanese_phone(rng)) for n, office in enumerate(_OFFICES * 2)]
    yield "csv", table("施設名,所在地,電話", offices), case("town_offices")
    rota = [(f"4/{n}", *(japanese(rng).family for _ in range(3))) for n in range(1, 31)]
    yield "csv", table("日付,早番,遅番,夜勤", rota), case("rota_of_family_names")
    guests = "".join(f"ATTENDEE;CN={p.name}:mailto:{p.email}\r\n" for p in crowd(rng, 5))
    meeting = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1@x\r\nSUMMARY:定例\r\n{guests}END:VEVENT\r\nEND:VCALENDAR\r\n"
    yield "ics", meeting.encode(), case("invitation_of_five")


def odd_files(rng: random.Random) -> Iterator[Odd]:
    """Two of each."""
    for _ in range(2):
        for kind in (texts, neighbours, turned, deleted, harmless):
            yield from kind(rng)
