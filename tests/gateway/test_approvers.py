"""Who may approve what: never one's own mail under whatever name, each person once, and enough of them. Pure."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.approval_options import Approval, ApprovalCase, with_groups
from gateway.approvers import Approvers
from gateway.options import SenderClass
from notifier.options import Organisation, Person
from store.approvals import Asked, Requirement, Round, Saying
from store.holds import Delivery, Hold, Recipient, State
from tests.helpers.clock import START

ONO, NATORI, MORI, KANEKO = (f"{name}@tachibana.example" for name in ("ono", "natori", "mori", "kaneko"))
INFO, ADMIN = "info@tachibana.example", "admin@tachibana.example"
DATA, TYPO = ("content-personal-data",), ("recipient-typo",)
ORGANISATION = Organisation(
    name="橘建築設計事務所",
    domains=("tachibana.example", "tachibana-group.example"),
    admins=(ADMIN,),
    people=(
        Person(address=ONO, aliases=("hanako@tachibana.example",), superior=NATORI, teams=(INFO,)),
        Person(address=NATORI, roles=("leader",), deputy=KANEKO, teams=(INFO,)),
        Person(address=MORI, roles=("privacy officer",)),
        Person(address=KANEKO, roles=("deputy",)),
    ),
)


def approvers(organisation: Organisation = ORGANISATION, **settings: Any) -> Approvers:
    return Approvers(organisation, (), Approval(**settings))


def hold(sender: str = ONO, *asked: str) -> Hold:
    to = (Recipient(0, "tanka@customer.example", "tanka@customer.example", Delivery.HELD),)
    return Hold(
        "A", "A", "hold", State.HELD, "k", "q", sender, asked or (sender,), "ja", {}, {"findings": []}, "<1@x>", "s", 1, "0", "", START, to,
    )  # fmt: skip


def people(
    who: Approvers, *rules: tuple[str, ...], of: Hold | None = None, by: str = ONO
) -> list[tuple[int, set[str]]]:
    held = of or hold()
    found = who.required(rules or (DATA,), held, by, who.own(held, by, ""))
    assert found is not None
    return [(one.needed, set(one.people)) for one in found]


def test_the_senders_superior_is_asked_unless_the_settings_name_others() -> None:
    assert people(approvers()) == [(1, {NATORI})]
    assert people(approvers(approvers=("privacy officer", KANEKO), needed=2)) == [(2, {MORI, KANEKO})]


def test_every_case_that_fits_must_be_satisfied_and_the_general_one_only_where_none_fits() -> None:
    cases = (
        ApprovalCase(rules=DATA, approvers=("privacy officer",)),
        ApprovalCase(senders=("@tachibana.example",), rules=DATA, approvers=("deputy",)),
    )
    who = approvers(cases=cases)
    assert people(who, DATA) == [(1, {MORI}), (1, {KANEKO})]
    assert people(who, TYPO) == [(1, {NATORI})]
    assert people(who, DATA, TYPO) == [(1, {MORI}), (1, {KANEKO}), (1, {NATORI})]


def test_a_case_of_a_group_is_for_its_members_and_of_an_empty_group_for_nobody() -> None:
    case = ApprovalCase(groups=("sales",), approvers=("deputy",))
    whole = Approval(cases=(case,))
    for members, expected in (((ONO,), {KANEKO}), (("other@tachibana.example",), {NATORI}), ((), {NATORI})):
        who = Approvers(ORGANISATION, (), with_groups(whole, {"sales": members}))
        assert people(who) == [(1, expected)]


@pytest.mark.parametrize(
    "name",
    [
        ONO,
        "Ono@Tachibana.EXAMPLE",
        "ono+work@tachibana.example",
        "hanako@tachibana.example",
        "hanako+x@tachibana.example",
        "ono@tachibana-group.example",
    ],
)
def test_nobody_approves_their_own_mail_under_any_name(name: str) -> None:
    who = approvers(approvers=(name, MORI))
    assert people(who) == [(1, {MORI})]
    assert people(approvers(approvers=(ONO, MORI)), of=hold(name), by=name) == [(1, {MORI})]


def test_a_shared_mailbox_stands_for_its_people_without_the_sender() -> None:
    assert people(approvers(approvers=(INFO,))) == [(1, {NATORI})]
    classes = (SenderClass(kind="team", addresses=("sales@tachibana.example",), members=(ONO, MORI)),)
    who = Approvers(ORGANISATION, classes, Approval(approvers=("sales@tachibana.example",)))
    assert people(who) == [(1, {MORI})]


def test_behind_the_link_of_a_shared_mailbox_anybody_of_its_people_may_have_asked() -> None:
    team = hold(INFO, INFO, ONO, NATORI)
    assert people(approvers(approvers=("leader", MORI)), of=team, by=INFO) == [(1, {MORI})]
    assert people(approvers(approvers=("leader", MORI)), of=team, by=ONO) == [(1, {NATORI, MORI})], "another person"


def test_who_stands_in_the_from_of_a_message_does_not_approve_it() -> None:
    who = approvers(approvers=(NATORI, MORI))
    assert NATORI.split("@")[0] not in {a.split("@")[0] for a in people_with_from(who, NATORI)}


def people_with_from(who: Approvers, header_from: str) -> tuple[str, ...]:
    (found,) = who.required([DATA], hold(), ONO, who.own(hold(), ONO, header_from)) or ()
    return found.people


def test_where_too_few_are_there_the_admins_are_asked_and_where_that_is_not_enough_nobody_is() -> None:
    assert people(approvers(approvers=(ONO,))) == [(1, {ADMIN})]
    assert people(approvers(approvers=(MORI,), needed=2)) == [(2, {MORI, ADMIN})]
    who = approvers(approvers=(MORI,), needed=3)
    assert who.required([DATA], hold(), ONO, who.own(hold(), ONO, "")) is None


def test_what_is_blocked_until_the_desk_has_looked_is_approved_by_the_desk() -> None:
    assert people(approvers(), ("recipient-blocked",)) == [(1, {NATORI, KANEKO, MORI})]
    named = approvers(cases=(ApprovalCase(rules=("recipient-blocked",), approvers=(MORI,)),))
    assert people(named, ("recipient-blocked",)) == [(1, {MORI})]


def test_a_sender_chooses_among_those_who_are_named_and_no_others() -> None:
    who = approvers(approvers=(NATORI, MORI, KANEKO), needed=2, sender_chooses=True)
    required = who.required([DATA], hold(), ONO, who.own(hold(), ONO, "")) or ()
    chosen = who.chosen(required, (MORI, KANEKO, "stranger@tachibana.example"))
    assert chosen is not None
    assert chosen[0].people == (MORI, KANEKO)
    assert who.chosen(required, (MORI, "Mori+x@tachibana.example")) is None, "one person twice is one"
    assert who.chosen(required, ("stranger@tachibana.example", MORI)) is None


def asked(requirement: Requirement, *said: Asked) -> Round:
    return Round("A", 1, ONO, START, "why", {}, "", (requirement,), said)


def test_somebody_who_left_does_not_count_and_others_are_asked_in_place() -> None:
    of = asked(Requirement(DATA, (MORI,), 1, (MORI,)), Asked(MORI, "approved"))
    who, gone = approvers(approvers=(MORI,)), approvers(approvers=(KANEKO,))
    own = who.own(hold(), ONO, "")
    assert who.standing(of, hold(), own).complete
    assert not gone.standing(of, hold(), own).complete
    assert gone.standing(of, hold(), own).left == (MORI,)
    assert gone.in_place(of, hold(), own)[0].people == (MORI, KANEKO)


def test_who_is_outside_now_does_not_count() -> None:
    sold = ORGANISATION.model_copy(update={"domains": ("elsewhere.example",)})
    of = asked(Requirement(DATA, (MORI,), 1, (MORI,)), Asked(MORI, "approved"))
    assert not approvers(sold, approvers=(MORI,)).standing(of, hold(), frozenset()).complete


def test_deputies_of_those_who_have_not_answered_are_asked_but_never_the_sender() -> None:
    who = approvers()
    of = asked(Requirement(DATA, ("superior",), 1, (NATORI,)), Asked(NATORI))
    own = who.own(hold(), ONO, "")
    assert who.with_deputies(of, own)[0].people == (NATORI, KANEKO)
    assert who.with_deputies(replace(of, people=(Asked(NATORI, "approved"),)), own) == of.requirements
    mine = who.own(hold(KANEKO), KANEKO, "")
    assert who.with_deputies(of, mine)[0].people == (NATORI,)


@pytest.mark.parametrize("name", [ONO, "hanako@tachibana.example", "Ono+x@tachibana.example"])
def test_the_senders_own_yes_completes_nothing_even_where_the_sender_was_asked(name: str) -> None:
    who = approvers(approvers=(name,))
    of = asked(Requirement(DATA, (name,), 1, (name,)), Asked(name, "approved"))
    own = who.own(hold(), ONO, "")
    assert not who.standing(of, hold(), own).complete
    assert not who.may_answer(of, name, hold(), own)


NAMES = st.sampled_from(
    [
        ONO,
        NATORI,
        MORI,
        KANEKO,
        ADMIN,
        INFO,
        "hanako@tachibana.example",
        "Ono+a@tachibana.example",
        "mori+b@tachibana.example",
        "natori@tachibana-group.example",
        "x@customer.example",
        "new@tachibana.example",
    ]
)
SAYINGS: st.SearchStrategy[Saying] = st.sampled_from(["", "approved", "sent-back"])


@settings(max_examples=400, deadline=None)
@given(
    named=st.lists(st.one_of(NAMES, st.sampled_from(["superior", "leader", "deputy"])), min_size=1, max_size=4),
    asked_=st.lists(st.tuples(NAMES, SAYINGS), max_size=6),
    needed=st.integers(1, 4),
    sender=NAMES,
    by=NAMES,
    header_from=NAMES,
)
def test_no_round_is_complete_with_fewer_different_people_than_needed_nor_by_the_senders_own_yes(
    named: list[str], asked_: list[tuple[str, Saying]], needed: int, sender: str, by: str, header_from: str
) -> None:
    who = approvers(approvers=tuple(named), needed=needed)
    held = hold(sender)
    own = who.own(held, by, header_from)
    of = asked(
        Requirement(DATA, tuple(named), needed, tuple(address for address, _ in asked_)),
        *(Asked(address, said) for address, said in asked_),
    )
    of = replace(of, asked_by=by)
    if who.standing(of, held, own).complete:
        said = {who.identity(address) for address, word in asked_ if word == "approved"}
        inside = said - {who.identity("x@customer.example")}
        assert len(inside - {who.identity(a) for a in (sender, by, header_from)}) >= needed


@pytest.mark.parametrize("by_table", [True, False])
def test_who_was_named_for_one_thing_does_not_stand_in_for_whoever_was_named_for_another(by_table: bool) -> None:
    cases = () if by_table else tuple(ApprovalCase(rules=DATA, approvers=(a,)) for a in ("deputy", "privacy officer"))
    approve = [{"table": n, "approvers": [a], "needed": 1} for n, a in enumerate(("deputy", "privacy officer"), 1)]
    held = replace(hold(), verdict={"findings": [], **({"policy": {"approve": approve}} if by_table else {})})
    who, own = approvers(cases=cases), frozenset({ONO})
    of = Round("A", 1, ONO, START, "why", {}, "", who.required((DATA,), held, ONO, own) or (), (Asked(KANEKO),))
    without = ORGANISATION.model_copy(update={"people": tuple(p for p in ORGANISATION.people if p.address != MORI)})
    now = approvers(without, cases=cases)
    assert [set(r.people) for r in now.in_place(of, held, own)] == [{KANEKO}, {MORI, ADMIN}]
    given_ = replace(of, requirements=now.in_place(of, held, own), people=(Asked(KANEKO, "approved"),))
    assert now.standing(given_, held, own).have == (1, 0)
