"""Japanese pages that must be held: forms and curricula vitae of one person, letters, labels, logs of a call centre, chats, surveys."""

import random
from collections.abc import Iterator, Sequence

from files_columns import JA, dashed, note
from files_document import Block, Case, Cell, Heading, Table, Text
from files_persons import Person, crowd, japanese

PAGE_FORMATS = ("txt", "docx", "odt", "rtf", "pdf", "html", "eml-body", "doc", "lo.pdf", "md", "lo.rtf")


def one_person(rng: random.Random) -> Iterator[Case]:
    """Application forms and curricula vitae: one record that says nearly everything."""
    for number in range(12):
        person, cv = japanese(rng), number % 2
        case = Case(f"{'cv' if cv else 'form'}_{number}", "cv" if cv else "application", [], hold=True, reason="dense_single_record", persons=1, formats=(*PAGE_FORMATS, "xlsx", "xls"))  # fmt: skip
        pairs = [(k, JA[k].value(person, rng)) for k in ("name", "kana", "birth", "zip", "address", "mobile", "email")]
        for key, value in pairs:
            note(case, JA[key].kind, value, person)
        rows: list[list[Cell]] = [[rng.choice(JA[key].names), value] for key, value in pairs]
        history: list[list[Cell]] = [
            ["2008年3月", "○○高等学校　卒業"],
            ["2012年3月", "○○大学工学部　卒業"],
            ["2012年4月", "株式会社○○　入社"],
        ]
        if number % 3 == 0:
            case.blocks = [Heading("履歴書" if cv else "入会申込書"), Table((), rows), Table((), history)]
        else:
            mark = rng.choice(("：", ": ", "　", "\t"))
            case.blocks = [Heading("職務経歴書" if cv else "利用申込書"), Text("\n".join(f"{a}{mark}{b}" for a, b in rows)), Text("\n".join(f"{a}　{b}" for a, b in history))]  # fmt: skip
        if not case.tables:
            case.formats = PAGE_FORMATS
        yield case


def running_text(rng: random.Random) -> Iterator[Case]:
    """Persons in running text: letters, labels, logs of a call centre, chats, answers to a survey."""
    for number in range(18):
        kind = ("letters", "labels", "calls", "chat", "survey", "delivery")[number % 6]
        count = rng.randint(11, 25)
        case = Case(
            f"{kind}_{count}_{number}", kind, [], hold=True, reason="persons>=10", persons=count, formats=PAGE_FORMATS
        )
        people = crowd(rng, count)
        for person in people:
            case.add("PERSON", person.name)
            case.add("EMAIL" if kind == "survey" else "PHONE" if kind in {"calls", "chat", "delivery"} else "ADDRESS", {"survey": person.email, "calls": person.mobile, "chat": person.mobile, "delivery": person.phone}.get(kind, person.address))  # fmt: skip
            if kind == "delivery":
                case.add("ADDRESS", person.address)
        case.blocks = _written(kind, people, rng)
        yield case


def _written(kind: str, people: Sequence[Person], rng: random.Random) -> list[Block]:
    texts: list[str] = []
    for n, p in enumerate(people):
        when = f"2026/0{rng.randint(1, 9)}/{rng.randint(10, 28)} {rng.randint(9, 18)}:{rng.randint(10, 59)}"
        texts.append(
            {
                "letters": f"〒{p.postal_code}\n{p.address}\n{p.name} 様\n\n拝啓　時下ますますご清栄のこととお慶び申し上げます。\nさて、このたびは弊社製品をお買い上げいただき、ありがとうございました。\n敬具",
                "labels": f"〒{p.postal_code}\n{p.address}\n{p.name}　様",
                "calls": f"[{when}] 受付{n + 1:04} 着信 {dashed(p.mobile, rng)}\nお客様：{p.name}様\n内容：請求書の再発行を希望。折り返し連絡する。\n対応：完了",
                "chat": f"{when} {p.name}: 電話は {p.mobile} です。よろしくお願いします。\n{when} 事務局: 承知しました。ありがとうございます。",
                "survey": f"回答{n + 1}\n氏名：{p.name}\nメール：{p.email}\nご意見：スタッフの方が親切でした。駐車場が狭いと感じました。",
                "delivery": f"お届け先 {n + 1}\n{p.name} 様\n{p.address}\nTEL {p.phone}\n品名：季節の果物詰合せ",
            }[kind]
        )
    return [Text(text) for text in texts]


def cards(rng: random.Random) -> Iterator[Case]:
    """An address book as vCards, and a meeting with everybody's address."""
    for number in range(4):
        count = rng.randint(11, 30)
        people, kind = crowd(rng, count), "vcf" if number % 2 else "ics"
        case = Case(f"{kind}_{count}", kind, [], hold=True, reason="persons>=10", persons=count, formats=(kind,))
        for person in people:
            case.add("PERSON", person.name)
            case.add("EMAIL", person.email)
            if kind == "vcf":
                case.add("PHONE", person.mobile)
        card = "BEGIN:VCARD\nVERSION:3.0\nN:{p.family};{p.given};;;\nFN:{p.family} {p.given}\nTEL;TYPE=CELL:{p.mobile}\nEMAIL:{p.email}\nEND:VCARD"
        guest = "ATTENDEE;CN={p.family} {p.given};PARTSTAT=NEEDS-ACTION:mailto:{p.email}"
        lines = "\n".join((card if kind == "vcf" else guest).format(p=p) for p in people)
        meeting = f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:{number}\nDTSTART:20260410T010000Z\nSUMMARY:説明会\n{lines}\nEND:VEVENT\nEND:VCALENDAR"
        case.blocks = [Text(lines if kind == "vcf" else meeting)]
        yield case


def placed(rng: random.Random) -> Iterator[Case]:
    """Sheets in which a row is not a person: labels in three columns, forms below one another, two people side by side."""
    formats = ("xlsx", "docx", "ods", "xls", "doc", "html", "odt", "lo.ods")
    for number in range(6):
        shape, count = ("labels_grid", "stacked", "side_by_side")[number % 3], rng.randint(12, 24)
        case = Case(f"{shape}_{count}", shape, [], hold=True, reason="persons>=10", persons=count, formats=formats)
        people = crowd(rng, count)
        for person in people:
            case.add("PERSON", person.name)
            case.add(
                "PHONE" if shape == "side_by_side" else "ADDRESS",
                person.phone if shape == "side_by_side" else person.address,
            )
        case.blocks = [_placed(shape, people)]
        yield case


def _placed(shape: str, people: Sequence[Person]) -> Table:
    if shape == "labels_grid":
        cells: list[Cell] = [f"〒{p.postal_code}\n{p.address}\n{p.name} 様" for p in people]
        return Table((), [cells[i : i + 3] for i in range(0, len(cells), 3)])
    if shape == "stacked":
        return Table((), [row for p in people for row in (["氏名", p.name], ["住所", p.address], ["", ""])])
    pairs = zip(people[::2], [*people[1::2], people[0]], strict=False)
    return Table(
        ("氏名", "電話番号", "", "氏名", "電話番号"), [[a.name, a.phone, "", b.name, b.phone] for a, b in pairs]
    )
