"""Domains that look like another are asked about; strangers at plain new domains and vouched contacts are not."""

import pytest

from rules.base import Contact
from rules.examples import about, contact, mail
from rules.providers import FREE
from rules.recipient_lookalike import Options, check, doppelgangers, is_mixed
from rules.slips import between

KNOWN = {"customer.example": 12}


def reasons(address: str, sensitivity: str = "normal", **known: object) -> list[str]:
    found = check(mail(address), about(address, **known), Options(sensitivity))  # type: ignore[arg-type]
    return [finding.reason for finding in found]


@pytest.mark.parametrize(
    "domain", ["日本語.example", "münchen.example", "xn--wgv71a119e.jp", "xn--not-idna-.example", "пример.example"]
)
def test_a_first_mail_to_a_domain_in_other_letters_is_always_asked_about(domain: str) -> None:
    assert reasons(f"new@{domain}") != []


@pytest.mark.parametrize(
    "domain", ["cust0mer.example", "custorner.example", "custοmer.example", "cüstomer.example", "ⅽustomer.exаmple"]
)
def test_a_domain_that_looks_the_same_as_a_known_one_is_asked_about_with_that_one(domain: str) -> None:
    address = f"someone.new@{domain}"
    (found,) = check(mail(address), about(address, crowds=KNOWN), Options())
    assert found.suggestion == "someone.new@customer.example"
    assert found.evidence == {"contacts_at_usual": 12}
    assert "12 of our contacts" in found.words["en"]
    assert "12件" in found.words["ja"]


@pytest.mark.parametrize("domain", ["custamer.example", "customers.example", "custmer.example", "customer2.example"])
def test_a_stranger_at_a_domain_that_only_resembles_a_known_one_is_not_asked_about(domain: str) -> None:
    assert reasons(f"someone.new@{domain}", crowds=KNOWN) == []


def test_letters_that_only_resemble_each_other_are_asked_about_when_strict() -> None:
    given = {
        s: reasons("new@sales-offlce.example", s, crowds={"sales-office.example": 3})
        for s in ("quiet", "normal", "strict")
    }
    assert given == {"quiet": [], "normal": [], "strict": ["confusable"]}


def test_quiet_leaves_out_foreign_letters_that_imitate_nothing() -> None:
    assert reasons("new@日本語.example", "quiet") == []
    assert reasons("new@custοmer.example", "quiet", crowds=KNOWN) == ["confusable"]


def test_every_doppelganger_is_near_a_provider_and_none_is_one() -> None:
    assert len(doppelgangers()) > 100
    for name, usual in doppelgangers().items():
        assert usual in FREE, usual
        assert name not in FREE, name
        assert between(name, usual, "domain"), (name, usual)


def test_a_doppelganger_stays_one_until_a_contact_there_is_vouched_for() -> None:
    once = Contact("ken@gmai.com", count=1)
    assert reasons("ken@gmai.com", known=once, domain_known=True) == ["doppelganger"]
    assert reasons("ken@gmai.com", known=contact("ken@gmai.com"), domain_known=True) == []


def test_alphabets_are_mixed_only_where_one_imitates_the_other() -> None:
    assert [
        is_mixed(word) for word in ("tanаka", "αbc", "田中abc", "タナカabc", "김abc", "müller", "пример", "tanaka")
    ] == [True, True] + [False] * 6
