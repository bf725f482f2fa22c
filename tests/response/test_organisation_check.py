"""What the emergency organisation lacks is said before it matters."""

import pytest

from notifier.options import Organisation, Person
from response.organisation_check import missing
from tests.response.cases import LEADER, ORGANISATION


def office(*people: Person, language: str = "en") -> Organisation:
    return ORGANISATION.model_copy(update={"people": people, "language": language})


def test_a_complete_office_lacks_nothing() -> None:
    assert missing(ORGANISATION) == ()


@pytest.mark.parametrize("role", ["leader", "deputy", "privacy officer"])
def test_a_role_that_nobody_holds_is_named(role: str) -> None:
    people = (p for p in ORGANISATION.people if role not in p.roles)
    (found,) = missing(office(*people))
    assert role in found


def test_who_is_called_needs_a_second_contact() -> None:
    people = (
        p.model_copy(update={"deputy": "", "phone": ""}) if p.address == LEADER else p for p in ORGANISATION.people
    )
    assert missing(office(*people)) == (f"{LEADER}: no second contact (phone, second or deputy).",)


@pytest.mark.parametrize("second", ["090-0000-0000", "sato-keitai@tachibana.example"])
def test_a_second_number_or_mailbox_is_a_second_contact(second: str) -> None:
    people = (
        p.model_copy(update={"deputy": "", "phone": "", "second": second}) if p.address == LEADER else p
        for p in ORGANISATION.people
    )
    assert missing(office(*people)) == ()


def test_nobody_deputises_for_himself() -> None:
    one = Person(address=LEADER, roles=("leader", "deputy", "privacy officer"), phone="1")
    assert missing(office(one)) == ("Leader and deputy are the same person.",)
    assert missing(office(one, language="ja")) == ("責任者と副責任者が同じ人です。",)


def test_an_empty_office_is_told_everything_in_its_language() -> None:
    assert len(missing(office(language="ja"))) == 3
    assert all("いません" in sentence for sentence in missing(office(language="ja")))
