"""A file is asked about when it is for exactly one other customer by a name of its own, and for nobody who gets it."""

import pytest

from rules.base import Action
from rules.learnt_customers import Known, Spoken, core_of, findings, own_digests
from rules.mentions import How, Mention, digest

AOKI, SATO, ONO = (digest("name", name) for name in ("青木商事", "佐藤電機", "小野工業"))
OF_AOKI = {AOKI: [Spoken("aoki.example", 9, 9)]}
OF_BOTH = OF_AOKI | {ONO: [Spoken("ono.example", 9, 9)]}
FILE = "見積.xlsx"


def said(how: How = "addressed", name: bytes = AOKI, part: str = FILE) -> Mention:
    return Mention(how, name, part)


def found(
    *mentions: Mention,
    spoken: dict[bytes, list[Spoken]] = OF_AOKI,
    to: tuple[str, ...] = ("sato.example",),
    partners: tuple[str, ...] = (),
) -> list[Action | None]:
    known = Known(spoken, frozenset(to), frozenset(partners))
    return [one.action for one in findings(mentions, known, 3)]


@pytest.mark.parametrize("how", ["addressed", "titled", "told", "opening"])
def test_a_file_for_another_customer_is_asked_about(how: How) -> None:
    assert found(said(how)) == [None]


@pytest.mark.parametrize("how", ["coded", "spoken", "mailed"])
def test_a_weaker_sign_is_noted(how: How) -> None:
    assert found(said(how)) == [Action.NOTE]


def test_at_its_top_among_other_names_it_is_noted() -> None:
    assert found(said("opening"), said("spoken", digest("name", "somebody"))) == [Action.NOTE]


@pytest.mark.parametrize(
    "spoken",
    [
        [Spoken("aoki.example", 2, 2)],
        [Spoken("aoki.example", 9, 9), Spoken("x.example", 1, 4)],
        [Spoken("aoki.example", 9, 9), Spoken("sato.example", 0, 1)],
        [Spoken("sato.example", 9, 9)],
        [],
    ],
    ids=["seldom", "shared", "seen with the recipient", "the recipient's own", "never seen"],
)
def test_a_name_that_is_not_anothers_alone_says_nothing(spoken: list[Spoken]) -> None:
    assert found(said(), spoken={AOKI: spoken}) == []


def test_a_partner_neither_shares_a_name_nor_is_asked_about() -> None:
    shared = {AOKI: [Spoken("aoki.example", 9, 9), Spoken("sub.example", 5, 9)]}
    assert found(said(), spoken=shared) == []
    assert found(said(), spoken=shared, partners=("sub.example",)) == [None]
    assert found(said(), partners=("sato.example",)) == [Action.NOTE]


def test_a_file_that_speaks_of_the_recipient_or_of_two_others_is_not_asked_about() -> None:
    theirs = OF_AOKI | {SATO: [Spoken("sato.example", 1, 1)]}
    assert found(said(), said("spoken", SATO), spoken=theirs) == []
    assert found(said(), Mention("mailed", digest("domain", "sato.example"), FILE)) == []
    assert found(said(), Mention("told", digest("name", "sato"), FILE)) == []
    assert found(said(), said("addressed", ONO), spoken=OF_BOTH) == []


def test_each_file_is_judged_by_what_stands_in_it() -> None:
    assert found(said(), said("told", SATO, "other.xlsx")) == [None]
    assert found(said(part="a"), said(part="b")) == [None, None]


def test_who_speaks_of_the_other_customer_in_the_text_sends_its_file_on_purpose_but_who_greets_it_does_not() -> None:
    assert found(said(), said("announced", part="")) == [Action.NOTE]
    assert found(said(), said("greeted", part="")) == [None]


@pytest.mark.parametrize("to", ["aoki.example", "mail.aoki.example", "aoki.co.jp"])
def test_the_domains_of_one_owner_are_one_customer(to: str) -> None:
    assert found(said(), to=(to,)) == []


def test_no_words_hold_a_name_that_was_learnt() -> None:
    (one,) = findings([said()], Known(OF_AOKI, frozenset({"sato.example"})), 3)
    assert "aoki.example" in one.words["ja"]
    assert "青木商事" not in one.words["ja"] + one.words["en"]
    assert one.evidence == {"messages": 9}


def test_a_domain_names_its_owner_by_one_word() -> None:
    assert [core_of(d) for d in ("aoki.co.jp", "www.aoki.com", "aoki.example", "x")] == ["aoki"] * 3 + ["x"]
    assert digest("name", "satodenki") in own_digests(["sato-denki.example"])
