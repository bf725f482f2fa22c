"""What an admin writes beside an entry of the lists reaches the sender, in both languages."""

from datetime import date

import pytest

from rules import recipient_allowed, recipient_blocked
from rules.examples import facts, mail
from rules.listed import Entry, entry_of, in_force

TODAY, WHO, OWNER = date(2025, 12, 1), "Mori.Ken@competitor.example", "sato@tachibana.example"


def words(entry: Entry) -> dict[str, str]:
    options = recipient_blocked.Options(entries=(entry,))
    (found,) = recipient_blocked.check(mail(WHO), facts(), options)
    return dict(found.words)


def test_a_sender_reads_why_a_recipient_is_blocked_until_when_and_whom_to_ask() -> None:
    assert words(Entry("@competitor.example", OWNER, date(2025, 12, 31), "入札の  期間中。")) == {
        "ja": "competitor.example への送信は、12月31日（水）まで管理者が止めています。理由: 入札の 期間中。お問い合わせは sato@tachibana.example へ。",
        "en": "Mail to competitor.example is blocked by the administrators until Wednesday 31 December. Reason: 入札の 期間中. Please ask sato@tachibana.example.",
    }


def test_without_a_reason_none_is_made_up() -> None:
    assert words(Entry(WHO, OWNER)) == {
        "ja": f"{WHO} への送信は、管理者が止めています。お問い合わせは {OWNER} へ。",
        "en": f"Mail to {WHO} is blocked by the administrators. Please ask {OWNER}.",
    }


def test_of_an_address_and_its_domain_the_address_speaks_and_once() -> None:
    entries = (Entry("competitor.example", OWNER, reason="tender"), Entry(WHO, OWNER, reason="injunction"))
    found = tuple(recipient_blocked.check(mail(WHO), facts(), recipient_blocked.Options(entries=entries)))
    assert [("injunction" in f.words["en"], f.about.recipient) for f in found] == [(True, WHO)]


def test_what_has_ended_speaks_no_more() -> None:
    listed = in_force((Entry(WHO, OWNER, date(2025, 11, 30)), Entry("competitor.example", OWNER, TODAY)), TODAY)
    found = entry_of(WHO, listed)
    assert found is not None
    assert found.target == "competitor.example"
    assert entry_of(WHO, in_force((found,), date(2025, 12, 2))) is None


@pytest.mark.parametrize(("owners", "told"), [((OWNER, OWNER), True), ((OWNER, "mori@tachibana.example"), False)])
def test_who_is_not_on_the_list_asks_the_one_who_answers_for_all_of_it(owners: tuple[str, ...], told: bool) -> None:
    entries = tuple(Entry(f"c{n}.example", owner) for n, owner in enumerate(owners))
    (found,) = recipient_allowed.check(mail(WHO), facts(), recipient_allowed.Options(entries=entries))
    assert [OWNER in found.words[language] for language in ("ja", "en")] == [told, told]
