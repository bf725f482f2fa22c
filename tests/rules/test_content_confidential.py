"""Markings: found where documents carry them, in whatever writing; a word in a sentence and a legal notice are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.message import read
from mail.shapes import Block, Lost, Paragraphs, Part
from rules import content_confidential as rule
from rules.base import Action, Finding, Mail
from rules.examples import body, facts, file, mail, unreadable
from rules.marking_terms import markings, normal
from rules.marking_words import AS_WRITTEN, SMALL, WIDE
from rules.personal.normal import visible
from tests.helpers import pace
from tests.mail.making import attached, row, xlsx, zipped

MARKINGS = (
    "社外秘", "【社外秘】", "㊙", "秘", "（秘）", "【秘】2026年予算", "社 外 秘", "社　外　秘", "C O N F I D E N T I A L", "ＣＯＮＦＩＤＥＮＴＩＡＬ", "Confidential", "CONFIDENTIAL",
    "STRICTLY CONFIDENTIAL", "Acme Corp. Confidential", "© 2026 Acme Corp. | Confidential | Page 3 of 5", "INTERNAL USE ONLY", "For internal use only", "[Internal]", "RESTRICTED",
    "SECRET", "DO NOT FORWARD", "Do not distribute", "PROPRIETARY", "Proprietary and Confidential", "取扱注意", "取り扱い注意", "関係者限り", "関係者外秘", "持出禁止", "持ち出し厳禁",
    "複写禁止", "社外転送禁止", "機密性2情報", "機密性３", "親展", "社外秘 2026年度予算案", "2026年度予算案（社外秘）", "2026年度予算案　　社外秘", "<社外秘>", "※社外秘", "極秘資料", "本資料は社外秘です。",
    "TLP:AMBER", "社外秘・複写禁止", "【機密】見積", "[CONFIDENTIAL] Budget 2026", "CONFIDENTIAL - Budget 2026", "Budget 2026 (Confidential)", "--- CONFIDENTIAL ---",
    "Confidential – Internal Use Only", "Re: 【社外秘】来期の予算", "社外秘につき取扱注意", "関係者以外閲覧禁止", "VERTRAULICH", "S T R I C T L Y   C O N F I D E N T I A L", "部外秘", "厳秘", "マル秘",
    "社内限り", "Commercial in Confidence", "NOT FOR DISTRIBUTION", "TOP SECRET", "機密区分：社外秘", "株式会社橘　社外秘　1/3", "Confidential\tPage 1 of 3", "秘密", "【非公開】", "機密", "机密", "绝密", "대외비",
    "Classification: Confidential",
)  # fmt: skip
NO_MARKINGS = (
    "we treat this confidentially", "This e-mail is confidential and intended only for the addressee.", "本メールには機密情報が含まれます", "秘密保持契約書", "機密保持について",
    "個人情報の取り扱いについて", "Confidentiality notice", "Secret Santa", "Mutual Confidential Disclosure Agreement", "社外秘の資料は持ち出さないでください", "社外秘管理規程",
    "The information is confidential.", "Internal audit report 2026", "秘書課", "禁止事項", "注意事項", "confidential", "秘密の花園", "Our treatment of Confidential Information", "駐車禁止", "撮影禁止",
    "「社外秘」と明記してください", "Personal trainer", "お取り扱い上の注意", "社内研修のご案内", "社内資料の作成について", "Restricted stock units plan", "THE SECRET LIFE OF ZOEY",
    "no MX [internal] for domain", "We keep your data private and confidential.", "取扱説明書", "開催形式: 非公開", "会社 秘密 の扉", "期限り", "",
)  # fmt: skip
LABEL = "MSIP_Label_0a1b2c3d-0000-4000-8000-000000000001_"


def found(*parts: Part, headers: tuple[tuple[str, str], ...] = (), **options: object) -> list[Finding]:
    given_mail = mail(parts=parts, headers=headers)
    return list(rule.check(given_mail, facts(), rule.Options(**options)))  # type: ignore[arg-type]  # options by name


def asked(*parts: Part, headers: tuple[tuple[str, str], ...] = (), **options: object) -> list[str]:
    return [one.reason for one in found(*parts, headers=headers, **options) if one.action is None]


def in_file(data: bytes, name: str) -> list[Finding]:
    return list(rule.check(Mail(mail().envelope, read(attached(data, name))), facts(), rule.Options()))


def with_properties(*rows: tuple[str, str]) -> Part:
    return file("計画.docx", "docx", Block((("本文",),)), Block(rows, (), "properties", hidden=True))


@pytest.mark.parametrize("line", ["社\u200b外\u2060秘", "Confi\u00addential"])
def test_what_nobody_sees_hides_no_marking(line: str) -> None:
    assert asked(body(line)) == ["text"]


@pytest.mark.parametrize("line", MARKINGS)
def test_a_marking_is_found_where_titles_stand(line: str) -> None:
    assert markings().of_line(line, title=True)
    for part in (
        file("a.docx", "docx", Block((("計画",), (line,)))),
        file("a.txt", "plain", Block(((line,), ("計画",)))),
        file("a.pdf", "pdf", Block((("計画",),) * 40, (), "page 1"), Block((("x",), (line,)), (), "page 2")),
        file("a.docx", "docx", Block((("計画",),) * 40), Block((("x",),) * 20 + ((line,),), (), "footer1")),
    ):
        (one,) = found(part)
        assert one.reason == "text"
    assert found(headers=(("Subject", line),))


@pytest.mark.parametrize("line", NO_MARKINGS)
def test_a_word_in_a_sentence_is_none(line: str) -> None:
    assert found(file("a.docx", "docx", Block(((line,), ("計画",)))), body(line), headers=(("Subject", line),)) == []


@pytest.mark.parametrize("mark", ["社外秘", "CONFIDENTIAL"])
def test_below_the_first_lines_of_a_mail_a_marking_stands_alone(mark: str) -> None:
    text = "本日の議事です。\n" * 100
    assert asked(body(f"{text}【{mark}】\n{text}")) == ["text"]
    assert asked(body(f"{text}{mark} の件は別途\n{text}")) == []


@pytest.mark.parametrize(
    "notice",
    [
        "CONFIDENTIAL\nThis e-mail and any attachment is confidential and intended only for the addressee.",
        "CONFIDENTIALITY NOTICE: This message may contain privileged information.",
        "【機密情報】\n本メールには機密情報が含まれている場合があります。誤って受信された場合は削除してください。",
        "*** Confidential ***\nIf you are not the intended recipient please delete this message.",
    ],
)
def test_the_usual_legal_notice_is_none(notice: str) -> None:
    assert asked(body(f"お世話になっております。\n\n山田\n--\n{notice}")) == []


def test_a_forwarded_subject_counts() -> None:
    assert asked(
        body("ご参考まで\n\n-----Original Message-----\nFrom: a@tachibana.example\nSubject: 【社外秘】来期の予算")
    ) == ["text"]


@pytest.mark.parametrize(
    ("name", "is_marked"),
    [
        ("社外秘_見積.xlsx", True), ("CONFIDENTIAL-report.pdf", True), ("report_confidential.docx", True), ("【極秘】企画.pptx", True), ("予算(社外秘).xlsx", True), ("社外秘予算案.xlsx", True),
        ("20260401_社外秘資料.pdf", True), ("INTERNAL USE ONLY.pdf", True), ("SECRET_plan.doc", True), ("取扱注意_名簿.csv", True), ("㊙企画.docx", True), ("関係者限り.pdf", True),
        ("secret-santa.xlsx", False), ("秘密保持契約書.pdf", False), ("社外秘管理規程.pdf", False), ("Confidential Disclosure Agreement.docx", False), ("confidentiality.pdf", False),
        ("internal_report.pdf", False), ("private_key.txt", False), ("社内資料の作り方.pdf", False), ("機密保持誓約書.docx", False), ("見積書.pdf", False), ("機密_計画.xlsx", True), ("秘書室.docx", False), ("非公開.txt", True),
    ],
)  # fmt: skip
def test_a_name_is_a_marking_by_its_pieces(name: str, is_marked: bool) -> None:
    assert asked(file(name)) == (["name"] if is_marked else [])


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ((("keywords", "予算; 部外秘"),), ["property"]),
        ((("Category", "Confidential"),), ["property"]),
        ((("Classification", "level 3, restricted"),), ["property"]),
        ((("文書区分", "x"), ("社外秘", "はい")), ["property"]),
        ((("管理区分", "社外秘"),), ["property"]),
        ((("Company", "秘密基地株式会社"),), []),
        ((("社外秘", "false"),), []),
        ((("creator", "社外 秘子"), ("title", "秘密の花園")), []),
        ((("Classification", "not confidential"),), []),
        (((f"{LABEL}Enabled", "true"), (f"{LABEL}Name", "Confidential\\All Employees")), ["label"]),
        (((f"{LABEL}Name", "社外秘"),), ["label"]),
        (((f"{LABEL}Enabled", "false"), (f"{LABEL}Name", "Confidential")), []),
        (((f"{LABEL}Enabled", "true"), (f"{LABEL}Name", "General")), []),
        (((f"{LABEL}Name", "公開"), (f"{LABEL}SetDate", "2026-01-01T00:00:00Z")), []),
        (((f"{LABEL}Name", "非公開"),), ["label"]),
    ],
)  # fmt: skip
def test_properties_and_labels_say_it(rows: tuple[tuple[str, str], ...], reasons: list[str]) -> None:
    assert asked(with_properties(*rows)) == reasons


def test_a_label_without_a_known_name_is_a_note_unless_it_is_known_to_be_open() -> None:
    label = with_properties((f"{LABEL}Enabled", "true"), (f"{LABEL}ContentBits", "0"))
    (one,) = found(label)
    assert (one.action, one.reason) == (Action.NOTE, "label")
    assert found(label, open_labels=("0A1B2C3D-0000-4000-8000-000000000001",)) == []
    named = with_properties((f"{LABEL}Name", "社外取引先"))
    assert found(named, open_labels=("社外取引先",)) == []
    (one,) = found(named, unknown_labels=Action.HOLD)
    assert one.action is Action.HOLD


@pytest.mark.parametrize(
    ("header", "value", "action"),
    [
        ("Sensitivity", "Company-Confidential", None),
        ("Sensitivity", "Personal", Action.NOTE),
        ("Sensitivity", "Private", Action.NOTE),
        ("X-Classification", "INTERNAL", None),
        ("X-Security-Label", "社外秘", None),
        ("X-Protective-Marking", "VER=2018.3, NS=gov.example, SEC=SECRET", None),
        ("SIO-Label", 'marking="CONFIDENTIAL"; fgcolor=black', None),
        ("msip_labels", f"{LABEL}Enabled=True;{LABEL}SiteId=1;{LABEL}Name=Highly Confidential;", None),
    ],
)
def test_headers_of_the_mail_say_it(header: str, value: str, action: Action | None) -> None:
    (one,) = found(body("本文"), headers=((header, value),))
    assert (one.action, one.reason) == (action, "label" if header == "msip_labels" else "header")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Sensitivity", "normal"), ("X-Classification", "Public"), ("X-Spam-Classification", "ham"), ("msip_labels", f"{LABEL}Enabled=True;{LABEL}Name=Public"),
        ("X-Note", "confidential"),
    ],
)  # fmt: skip
def test_other_headers_do_not(header: str, value: str) -> None:
    assert found(body("本文"), headers=((header, value),)) == []


def test_a_register_of_documents_is_not_marked_as_what_it_lists() -> None:
    listed = Block((("規程集", "公開"), ("予算書", "社外秘"), ("人事記録", "極秘")), ("文書名", "機密区分"))
    assert found(file("台帳.xlsx", "xlsx", listed)) == []
    form = Block((("文書名", "予算書"), ("機密区分", "社外秘")))
    assert asked(file("予算.xlsx", "xlsx", form)) == ["text"]  # of itself
    assert asked(file("計画.xlsx", "xlsx", Block((("販売計画", "", "社外秘"), ("品名", "数", "額"))))) == ["text"]


def test_a_workbook_is_read_with_its_header_its_properties_and_the_names_of_its_sheets() -> None:
    header = (
        '<headerFooter><oddHeader>&amp;L見積&amp;R&amp;"ＭＳ 明朝,標準"&amp;12社外秘&amp;P</oddHeader></headerFooter>'
    )
    book = xlsx({"計画": row("品名", "数") + header})
    assert [one.reason for one in in_file(book, "a.xlsx")] == ["text"]
    assert [one.reason for one in in_file(xlsx({"社外秘": row("品名", "数")}), "a.xlsx")] == ["text"]
    custom = f'<Properties><property name="{LABEL}Name"><vt:lpwstr>Confidential</vt:lpwstr></property></Properties>'
    assert [
        one.reason for one in in_file(xlsx({"a": row("品名", "数")}, others={"docProps/custom.xml": custom}), "a.xlsx")
    ] == ["label"]


def test_what_lies_in_an_archive_counts_by_its_own_name() -> None:
    (one,) = in_file(zipped({"x/社外秘_計画.txt": "計画\n"}), "資料.zip")
    assert one.about.part == "x/社外秘_計画.txt"


def test_the_name_of_a_locked_member_counts() -> None:
    assert asked(unreadable("a.zip", Lost("encrypted_archive", "社外秘/計画.pdf"))) == ["name"]


def test_an_invitation_says_so_by_its_class() -> None:
    for said, action in (("CONFIDENTIAL", None), ("PRIVATE", Action.NOTE)):
        calendar = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nCLASS:{said}\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        (one,) = in_file(calendar.encode(), "a.ics")
        assert one.action is action


def test_own_terms_are_looked_for_and_terms_may_be_noted_only() -> None:
    part = file("a.docx", "docx", Block((("限定開示Ａ",),)))
    assert asked(part) == []
    assert asked(part, terms=("限定開示A",)) == ["text"]
    (one,) = found(file("CONFIDENTIAL.pdf"), note_terms=("confidential",))
    assert (one.action, one.points) == (Action.NOTE, 0.0)


def test_all_of_a_message_is_one_question_and_what_surrounds_a_marking_is_never_said() -> None:
    parts = (
        file("社外秘_a.docx", "docx", Block((("【社外秘】買収計画",),))),
        file("b.docx", "docx", Block((("極秘",),))),
        body("【社外秘】\n本文"),
    )
    (one,) = found(*parts)
    assert one.evidence == {"name": 1, "text": 3}
    assert one.about.part == ""
    assert "買収" not in "".join(one.words.values())
    assert "「社外秘」「極秘」" in one.words["ja"]


def test_a_watermark_between_the_lines_of_a_page_counts_and_a_list_of_markings_does_not() -> None:
    lines = tuple(("計画の内容です",) for _ in range(40))
    page = Block((*lines, ("C O N F I D E N T I A L",), *lines), (), "page 1")
    assert asked(file("a.pdf", "pdf", page)) == ["text"]
    rules = Block((*lines, ("極秘",), ("社外秘",), ("公開",), *lines), (), "page 1")
    assert asked(file("a.pdf", "pdf", rules)) == []
    assert asked(file("a.pdf", "pdf", Block((*lines, ("予算案（社外秘）",), *lines), (), "page 1"))) == []


def test_nobody_outside_nothing_to_ask() -> None:
    inside = mail("sato@tachibana.example", parts=(body("社外秘"),))
    assert list(rule.check(inside, facts(), rule.Options())) == []


@given(
    st.sampled_from(["社外秘", "部外秘", "極秘", "取扱注意", "Confidential", "INTERNAL USE ONLY", "DO NOT FORWARD"]),
    st.text(st.sampled_from("*-=#_ 　【】[]<>※■"), max_size=6),
    st.text(st.sampled_from("*-=#_ 　【】[]<>※■"), max_size=6),
)
def test_whatever_frames_a_marking(term: str, before: str, after: str) -> None:
    assert normal(markings().of_line(f"{before}{term}{after}", title=True)).replace(" ", "") == term.replace(" ", "")


@given(st.text(max_size=150), st.booleans())
def test_no_line_breaks_it_and_without_a_trace_there_is_no_marking(line: str, title: bool) -> None:
    terms = markings()
    term = terms.of_line(line, title=title)
    terms.of_name(line)
    terms.of_value(line)
    assert not term or terms.traces(line)


@pytest.mark.parametrize("line", MARKINGS)
def test_every_marking_leaves_a_trace(line: str) -> None:
    assert markings().traces(line)


@pytest.mark.parametrize(
    "unit",
    [
        "非公開情報",
        "社外秘 ",
        "機密情報・",
        "confidential ",
        "【",
        "(社外秘",
        "do not copy or ",
        "c o n ",
        "本資料は社外",
        "& &L",
        "strictly ",
    ],
)
def test_a_line_made_for_it_takes_no_time(unit: str) -> None:
    terms = markings()

    def look() -> None:
        for size in range(10, 400, 10):
            text = (unit * 90)[:size]
            terms.of_line(text, title=True)
            terms.of_line(text + "あ", title=False)
            terms.of_name(text)
            terms.of_value(text)

    pace.within(2, look)


def test_of_a_large_text_only_the_beginning_is_looked_at_and_it_is_not_cut_into_blocks() -> None:
    text = Paragraphs("nothing of it\n" * 100_000 + "社外秘\n")
    assert found(Part("a.txt", "plain", 1, "", text)) == []
    assert found(Part("", "plain", 1, "", text, is_body=True)) == []
    assert "_blocks" not in text.__dict__


TRACES = (*SMALL, *AS_WRITTEN, *(word for words in WIDE.values() for word in words))


@given(
    st.lists(st.sampled_from([*TRACES, "x", "山", " ", "\n", "Con", "fiden", "ⅽ", "\u200b"]), max_size=8).map("".join)
)
def test_a_text_is_passed_over_only_where_no_word_of_a_marking_is_in_it(text: str) -> None:
    shown = visible(text)
    expected = {word for word in SMALL if word in shown.lower()} | {
        word for word in TRACES if word not in SMALL and word in shown
    }
    assert set(markings().traces(text)) == expected
