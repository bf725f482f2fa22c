"""Of whom files speak is found in their names and text, leaves in digests only, and costs nothing where there is no file."""

import pytest

from mail.shapes import Block, Message, Paragraphs, Part
from rules import content_wrong_customer
from rules.base import Action, Mail
from rules.examples import body, facts, mail, table
from rules.mentions import MOST, Mention, digest, mentions
from rules.verdict import WRONG_CUSTOMER, Policy, RuleSettings, judge

NAME, CODE, DOMAIN = (digest("name", "青木商事"), digest("code", "pj-1234"), digest("domain", "aoki.example"))


def of(*parts: Part, subject: str = "") -> set[tuple[str, bytes]]:
    given = mail(parts=parts, headers=(("Subject", subject),))
    return {(m.how, m.digest) for m in mentions(given.message)}


def hows(found: set[tuple[str, bytes]], which: bytes = NAME) -> set[str]:
    return {how for how, one in found if one == which}


def test_the_name_of_a_file_says_for_whom_it_is() -> None:
    assert hows(of(table("御見積書_青木商事様.xlsx", ()))) == {"told"}
    assert hows(of(table("株式会社青木商事_御見積書.xlsx", ()))) >= {"titled"}
    assert hows(of(table("青木商事様向け見積書.xlsx", ()))) == {"told"}
    assert hows(of(table("御見積書（青木商事）最終版.xlsx", ()))) == {"told"}
    assert hows(of(table("Quote_Blue_Harbor.pdf", ())), digest("name", "blueharbor")) == {"told"}


def test_a_code_is_one_however_it_is_parted_and_the_numbers_of_cameras_are_none() -> None:
    for name in ("PJ-1234_図面.pdf", "図面 PJ_1234.pdf"):
        assert hows(of(table(name, ())), CODE) == {"coded"}
    assert not [how for how, _ in of(table("IMG_1234.jpg", ()), table("Rev-200.xlsx", ())) if how == "coded"]


def test_whom_a_file_addresses_is_told_from_who_only_stands_in_it() -> None:
    assert hows(of(table("a.xlsx", (), ("株式会社青木商事 御中",)))) == {"addressed", "opening"}
    assert hows(of(table("a.xlsx", (), ("株式会社青木商事",), ("総務部",), ("田中 様",)))) == {"addressed", "opening"}
    assert hows(of(table("a.xlsx", (), ("顧客名", "青木商事")))) == {"addressed"}
    assert hows(of(table("a.xlsx", (), *[("-",)] * 20, ("株式会社青木商事",)))) == {"spoken"}
    assert hows(of(table("a.xlsx", (), ("tanaka@aoki.example",))), DOMAIN) == {"mailed"}


def test_text_and_subject_speak_beside_a_file_and_alone_say_nothing() -> None:
    text = body("株式会社青木商事\n田中様\n\nお世話になっております。")
    assert hows(of(text, table("a.xlsx", ()))) == {"greeted"}
    assert hows(of(body("x"), table("a.xlsx", ()), subject="【青木商事様】見積")) == {"announced"}
    assert of(text, subject="株式会社青木商事") == set()


def test_a_body_that_is_only_looked_at_is_not_cut_into_blocks() -> None:
    text = Paragraphs("株式会社青木商事\n" * 5000)
    part = Part("a.txt", "plain", 1, "", text)
    found = mentions(Message((), (part,)))
    assert found
    assert "_blocks" not in vars(text)


def test_nothing_that_was_read_leaves_as_text_and_no_message_says_too_much() -> None:
    rows = tuple((f"株式会社青木{n}商事 御中",) for n in range(5000))
    found = mentions(mail(parts=(Part("a.xlsx", "xlsx", 1, "", (Block(rows),)),)).message)
    assert 0 < len(found) <= MOST
    assert all(isinstance(m, Mention) and len(m.digest) == 16 and m.part == "a.xlsx" for m in found)


def test_what_breaks_while_looking_for_names_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_given: Mail, _options: content_wrong_customer.Options) -> list[Mention]:
        raise ValueError

    monkeypatch.setattr(content_wrong_customer, "mentions_of", breaks)
    found = judge(mail(parts=(table("a.xlsx", ()),)), facts(), Policy())
    assert found.broken.keys() == {WRONG_CUSTOMER}
    assert [(f.reason, f.action) for f in found.findings if f.rule == WRONG_CUSTOMER] == [("broken", Action.HOLD)]


@pytest.mark.parametrize(("action", "learn"), [(Action.OFF, True), (Action.HOLD, False)])
def test_nobody_is_told_of_names_where_nobody_wants_to_learn(action: Action, *, learn: bool) -> None:
    settings = RuleSettings(action, content_wrong_customer.Options(learn=learn))
    given = mail(parts=(table("青木商事様.xlsx", ()),))
    assert judge(given, facts(), Policy({WRONG_CUSTOMER: settings})).mentions == ()
    assert judge(given, facts(), Policy()).mentions != ()
