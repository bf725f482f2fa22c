"""Policy tables: the strongest of all that fit wins, none lowers what a rule asks, and silence sends nobody who is in doubt."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.conditions import Occasion, is_urgent
from gateway.options import Exemption
from gateway.parts import Part, following, parts, verdict_of
from gateway.policy import Tables
from gateway.policy_tables import PolicyTable
from gateway.senders import Asked, exempted, settled
from mail.envelope import Client, Envelope, ForwardPath
from mail.headers import Headers
from rules.base import About, Action, Exposure, Finding
from rules.policy_findings import STRENGTH, TABLE
from rules.verdict import Verdict, disposition
from tests.helpers.clock import START

SENDER = "ono@tachibana.example"
INSIDE = "mori@tachibana.example"
OUT = "tanaka@customer.example"
FREE = "kimura@gmail.com"
OWN = ("tachibana.example",)
GROUPS = {"sales": ("ono@tachibana.example", "@sales.tachibana.example"), "partners": ("@customer.example",)}
DATA = Finding(About(), {"ja": "名簿", "en": "A list"}, action=Action.NOTE, rule="content-personal-data")
TYPO = Finding(About(OUT), {"ja": "似た宛先", "en": "Near"}, action=Action.HOLD, rule="recipient-typo")
NEW = Finding(About(FREE), {"ja": "初めて", "en": "New"}, action=Action.NOTE, rule="recipient-first-time")
LOCKED = Finding(
    About(part="a.zip"),
    {"ja": "暗号", "en": "Locked"},
    action=Action.NOTE,
    rule="content-uninspectable",
    reason="encrypted_archive",
)


def table(action: str = "hold", **said: Any) -> PolicyTable:
    return PolicyTable.model_validate({"action": action, **({"delay": 600} if action == "delay" else {}), **said})


def tables(*given_: PolicyTable, delay: int = 0, scope: Any = "message") -> Tables:
    return Tables(given_, groups=GROUPS, delay=delay, scope=scope, domains=OWN)


def judged(*findings: Finding, exposure: Exposure | None = None) -> Verdict:
    return Verdict(disposition(findings), findings, exposure or Exposure())


def to(*recipients: str, **about: Any) -> Occasion:
    return Occasion(SENDER, recipients or (OUT,), **about)


def fits(given_: PolicyTable, occasion: Occasion, verdict: Verdict | None = None) -> bool:
    return tables(given_).fitting(verdict or judged(DATA, TYPO, NEW, LOCKED), occasion) == (1,)


def envelope(*recipients: str) -> Envelope:
    return Envelope("1", SENDER, tuple(ForwardPath(a) for a in recipients or (OUT,)), Client("127.0.0.1"), START)


@pytest.mark.parametrize(
    ("conditions", "occasion"),
    [
        ({}, to(OUT)),
        ({"to": "inside"}, to(OUT, INSIDE)),
        ({"to": "anyone"}, to(INSIDE)),
        ({"senders": ["@tachibana.example"]}, to()),
        ({"groups": ["sales"]}, to()),
        ({"recipients": ["TANAKA@customer.example"]}, to()),
        ({"recipient_groups": ["partners"]}, to()),
        ({"freemail": True}, to(OUT, FREE)),
        ({"reply": True}, to(OUT, INSIDE, thread=frozenset({"customer.example"}))),
        ({"reply": False}, to(OUT, FREE, thread=frozenset({"customer.example"}))),
        ({"urgent": True}, to(urgent=True)),
        ({"encrypted": True}, to()),
        ({"rules": ["recipient-typo"]}, to()),
        ({"rules": ["content-personal-data"], "freemail": True}, to(FREE)),
        ({"rules": ["recipient-first-time"], "freemail": True}, to(OUT, FREE)),
    ],
)
def test_a_table_fits_when_all_of_its_conditions_do(conditions: dict[str, Any], occasion: Occasion) -> None:
    assert fits(table(**conditions), occasion)


@pytest.mark.parametrize(
    ("conditions", "occasion"),
    [
        ({}, to(INSIDE)),
        ({"to": "inside"}, to(OUT)),
        ({"senders": ["@customer.example"]}, to()),
        ({"groups": ["nobody"]}, to()),
        ({"recipients": ["sato@customer.example"]}, to()),
        ({"recipient_groups": ["partners"]}, to(FREE)),
        ({"freemail": True}, to(OUT)),
        ({"reply": True}, to(OUT, FREE, thread=frozenset({"customer.example"}))),
        ({"reply": False}, to(thread=frozenset({"customer.example"}))),
        ({"urgent": False}, to(urgent=True)),
        ({"rules": ["recipient-unusual"]}, to()),
        ({"rules": ["recipient-typo"], "freemail": True}, to(OUT, FREE)),
        ({"senders": [SENDER], "freemail": True}, to(OUT)),
    ],
)
def test_a_table_does_not_fit_when_one_of_its_conditions_does_not(
    conditions: dict[str, Any], occasion: Occasion
) -> None:
    assert not fits(table(**conditions), occasion)


@pytest.mark.parametrize(
    ("exposure", "fitting"),
    [
        (Exposure(3, 100, {"my_number": 0, "phone": 9}), True),
        (Exposure(3, 99, {"phone": 9}), False),
        (Exposure(3, 100, {"person_name": 9, "phone": 0}), False),
        (Exposure(measured=False), True),
    ],
)
def test_exposure_counts_what_may_travel_and_what_nobody_could_count_fits(exposure: Exposure, fitting: bool) -> None:
    given_ = table(persons=100, kinds=["my_number", "phone"])
    assert fits(given_, to(), judged(exposure=exposure)) == fitting


def test_what_a_program_sends_is_never_delayed_by_a_table_alone_but_asked_about_all_the_same() -> None:
    program = to(attended=False)
    assert not fits(table("delay"), program)
    assert fits(table("delay", rules=["recipient-typo"]), program)
    assert fits(table("hold"), program)


@pytest.mark.parametrize(
    ("field", "urgent"),
    [
        ("Importance: high", True),
        ("X-Priority: 1 (Highest)", True),
        ("Priority: urgent", True),
        ("X-Priority: 3", False),
    ],
)
def test_urgent_is_what_its_sender_marked_so(field: str, urgent: bool) -> None:
    assert is_urgent(Headers(f"{field}\r\nSubject: urgent\r\n\r\n".encode())) is urgent


def test_a_table_raises_the_findings_of_its_rules_and_says_which_it_was() -> None:
    found = tables(table("delay"), table("approve", rules=["content-personal-data"])).applied(judged(DATA), to())
    assert [(f.rule, f.action, f.tables, f.delay) for f in found.findings] == [
        ("content-personal-data", Action.APPROVE, (2,), 0),
        (TABLE, Action.DELAY, (1,), 600),
    ]
    assert found.disposition == "hold"


@pytest.mark.parametrize("turned", [False, True])
def test_of_several_tables_about_one_finding_only_the_strongest_are_named_and_followed(turned: bool) -> None:
    weak = table("hold", rules=["recipient-typo"], silence="deputy", scope="recipients")
    strong = table("approve", rules=["recipient-typo"], silence="return")
    made = tables(*((strong, weak) if turned else (weak, strong)))
    verdict = made.applied(judged(TYPO), to(OUT, FREE))
    assert verdict.findings[0].tables == ((1,) if turned else (2,))
    (part,) = parts(made, verdict, (OUT, FREE))
    assert following(made, verdict, part, (OUT, FREE)).silence == "return"


@pytest.mark.parametrize(
    ("said", "follows"),
    [
        ([("send", False)], "cancel"),
        ([("send", True)], "send"),
        ([("send", True), ("send", False)], "cancel"),
        ([("send", True), ("cancel", False)], "cancel"),
    ],
)
def test_a_recipient_in_doubt_is_sent_to_in_silence_only_where_every_table_has_it_in_writing(
    said: list[tuple[str, bool]], follows: str
) -> None:
    made = tables(*(table(rules=["recipient-typo"], silence=word, send_flagged=flag) for word, flag in said))
    verdict = made.applied(judged(TYPO), to())
    (part,) = parts(made, verdict, (OUT,))
    assert following(made, verdict, part, (OUT,)).silence == follows


def test_what_somebody_else_must_agree_to_is_never_sent_in_silence() -> None:
    made = tables(table("approve", rules=["content-personal-data"], silence="send", send_flagged=True))
    verdict = made.applied(judged(DATA), to())
    (part,) = parts(made, verdict, (OUT,))
    assert following(made, verdict, part, (OUT,)).silence == "cancel"


def test_a_table_without_rules_speaks_of_each_recipient_it_chooses_and_else_of_the_message() -> None:
    chosen = tables(table(freemail=True)).applied(judged(), to(OUT, FREE, "sato@gmail.com"))
    assert {f.about.recipient for f in chosen.findings} == {FREE, "sato@gmail.com"}
    whole = tables(table(persons=1)).applied(judged(exposure=Exposure(1, 1)), to(OUT, FREE))
    assert [f.about for f in whole.findings] == [About()]


def test_what_the_sender_reads_is_said_by_the_settings_where_they_say_it() -> None:
    (said,) = tables(table(name="顧客情報", words={"en": "Ask Natori."})).applied(judged(), to()).findings
    assert said.words["en"] == "Ask Natori."
    assert "「顧客情報」" in said.words["ja"]


def test_only_what_is_delayed_and_nothing_else_leaves_by_itself() -> None:
    delays = tables(table("delay", delay=120), table("delay", rules=["recipient-first-time"]))
    assert delays.applied(judged(NEW), to(FREE)).disposition == "delay"
    assert delays.applied(judged(NEW, TYPO), to(OUT, FREE)).disposition == "hold"
    assert delays.applied(judged(), to(INSIDE)).disposition == "pass"


def test_a_rules_own_delay_asks_until_the_settings_say_how_long() -> None:
    own = replace(TYPO, action=Action.DELAY)
    assert judged(own).disposition == "hold"
    (found,) = tables(delay=300).applied(judged(own), to()).findings
    assert (found.delay, disposition([found])) == (300, "delay")


def test_the_longest_delay_of_all_that_fit_counts() -> None:
    several = tables(table("delay", delay=60), table("delay", delay=900), table("delay", delay=300))
    verdict = several.applied(judged(), to())
    (part,) = parts(several, verdict, (OUT,))
    assert following(several, verdict, part, (OUT,)).delay == 900


ACTIONS = ("note", "delay", "hold", "approve", "reject")
CONDITIONS: tuple[dict[str, Any], ...] = (
    {},
    {"rules": ["content-personal-data"]},
    {"rules": ["recipient-typo", "recipient-first-time"]},
    {"freemail": True},
    {"recipients": [OUT]},
    {"groups": ["sales"]},
    {"persons": 10},
    {"to": "anyone"},
    {"to": "inside"},
)


@st.composite
def some_table(draw: st.DrawFn) -> PolicyTable:
    action = draw(st.sampled_from(ACTIONS))
    said: dict[str, Any] = dict(draw(st.sampled_from(CONDITIONS)))
    if action in {"delay", "hold", "approve"}:
        said["scope"] = draw(st.sampled_from([None, "message", "recipients"]))
    if action == "delay":
        said["delay"] = draw(st.sampled_from([60, 600]))
    if action in {"hold", "approve"}:
        said["silence"] = draw(st.sampled_from([None, "cancel", "return", "deputy", "send"]))
        said["send_flagged"] = draw(st.booleans())
    return table(action, **said)


FINDINGS = st.lists(
    st.tuples(st.sampled_from([DATA, TYPO, NEW, LOCKED]), st.sampled_from([Action.NOTE, Action.DELAY, Action.HOLD])),
    max_size=3,
    unique_by=lambda pair: pair[0].rule,
).map(lambda pairs: tuple(replace(found, action=action) for found, action in pairs))
RECIPIENTS = st.lists(st.sampled_from([OUT, FREE, INSIDE]), min_size=1, unique=True)
EXPOSED = Exposure(10, 10, {"phone": 10})


def outcome(given_: Sequence[PolicyTable], findings: Sequence[Finding], people: Sequence[str]) -> Any:
    """What becomes of everybody, without the numbers of the tables."""
    made = tables(*given_)
    verdict = made.applied(Verdict(disposition(findings), tuple(findings), EXPOSED), to(*people))
    if verdict.disposition in {"pass", "reject"}:
        return verdict.disposition
    found = parts(made, verdict, people)
    how = (following(made, verdict, part, people) for part in found)
    return {(part.act, part.recipients, h.delay, h.silence, h.notice) for part, h in zip(found, how, strict=True)}


@settings(max_examples=400)
@given(st.lists(some_table(), max_size=4), FINDINGS, RECIPIENTS)
def test_whatever_the_order_of_the_tables_the_same_follows(
    given_: list[PolicyTable], findings: tuple[Finding, ...], people: list[str]
) -> None:
    assert len({repr(sorted(map(repr, outcome(order, findings, people)))) for order in permutations(given_)}) == 1


@given(st.lists(some_table(), max_size=4), FINDINGS, RECIPIENTS)
def test_no_table_lowers_what_a_rule_asks_and_the_strongest_that_fits_is_done(
    given_: list[PolicyTable], findings: tuple[Finding, ...], people: list[str]
) -> None:
    made = tables(*given_)
    verdict = made.applied(Verdict(disposition(findings), findings, EXPOSED), to(*people))
    strongest = max((STRENGTH[f.action or Action.NOTE] for f in verdict.findings), default=0)
    own = max((STRENGTH[f.action or Action.NOTE] for f in findings), default=0)
    fitting = [made.numbered((n,))[0] for n in made.fitting(Verdict("pass", findings, EXPOSED), to(*people))]
    of_tables = max((STRENGTH[Action(t.action)] for t in fitting), default=0)
    assert strongest == max(own, of_tables)
    for found in findings:
        (after,) = (f for f in verdict.findings if f.rule == found.rule)
        assert STRENGTH[after.action or Action.NOTE] >= STRENGTH[found.action or Action.NOTE]


@settings(max_examples=400)
@given(st.lists(some_table(), max_size=4), FINDINGS, RECIPIENTS)
def test_silence_never_sends_to_a_recipient_in_doubt_unless_that_is_written_out(
    given_: list[PolicyTable], findings: tuple[Finding, ...], people: list[str]
) -> None:
    made = tables(*given_)
    verdict = made.applied(Verdict(disposition(findings), findings, EXPOSED), to(*people))
    if verdict.disposition != "hold":
        return
    for part in parts(made, verdict, people):
        if following(made, verdict, part, people).silence != "send":
            continue
        for found in verdict.asking:
            if found.about.recipient in part.recipients and not found.delay:
                assert found.action is Action.HOLD
                assert found.tables
                assert all(t.send_flagged for t in made.numbered(found.tables) if t.silence == "send")


@given(st.lists(some_table(), max_size=4), FINDINGS, RECIPIENTS)
def test_everybody_is_in_one_part_and_who_is_asked_about_never_passes(
    given_: list[PolicyTable], findings: tuple[Finding, ...], people: list[str]
) -> None:
    made = tables(*given_)
    verdict = made.applied(Verdict(disposition(findings), findings, EXPOSED), to(*people))
    if verdict.disposition not in {"delay", "hold"}:
        return
    found = parts(made, verdict, people)
    assert sorted(a for part in found for a in part.recipients) == sorted(people)
    act = {a: part.act for part in found for a in part.recipients}
    for one in verdict.asking:
        if one.about.recipient in act:
            least = "delay" if one.delay else "hold"
            assert act[one.about.recipient] in {least, "hold"}


def test_scope_recipients_holds_who_is_in_doubt_and_lets_the_others_go() -> None:
    made = tables(scope="recipients")
    verdict = judged(TYPO)
    people = (OUT, FREE, INSIDE)
    assert parts(made, verdict, people) == (
        Part("hold", frozenset({OUT})),
        Part("pass", frozenset({FREE, INSIDE})),
    )
    assert parts(tables(), verdict, people) == (Part("hold", frozenset(people)),)


def test_what_is_found_in_the_message_stops_everybody_unless_a_table_says_whom() -> None:
    data = replace(DATA, action=Action.HOLD)
    people = (OUT, FREE, INSIDE)
    assert parts(tables(scope="recipients"), judged(data), people) == (Part("hold", frozenset(people)),)
    chosen = tables(table(rules=["content-personal-data"], freemail=True, scope="recipients"))
    verdict = chosen.applied(judged(DATA), to(*people))
    assert parts(chosen, verdict, people)[0] == Part("hold", frozenset({FREE}))


def test_held_delayed_and_passed_recipients_of_one_message_are_three_parts() -> None:
    made = tables(table("delay", freemail=True, scope="recipients"), scope="recipients")
    verdict = made.applied(judged(TYPO), to(OUT, FREE, INSIDE))
    found = parts(made, verdict, (OUT, FREE, INSIDE))
    assert [(p.act, set(p.recipients)) for p in found] == [("hold", {OUT}), ("delay", {FREE}), ("pass", {INSIDE})]
    assert [f.rule for f in verdict_of(verdict, found[1]).findings] == [TABLE]
    assert following(made, verdict, found[1], (OUT, FREE, INSIDE)).partly


@pytest.mark.parametrize(
    ("silences", "wins"),
    [
        (["send"], "send"),
        (["send", "cancel"], "cancel"),
        (["send", "return", "cancel"], "return"),
        (["deputy", "return", "send"], "deputy"),
    ],
)
def test_the_most_cautious_silence_wins(silences: list[str], wins: str) -> None:
    made = tables(*(table(persons=1, silence=silence) for silence in silences))
    verdict = made.applied(judged(exposure=Exposure(1, 1)), to())
    (part,) = parts(made, verdict, (OUT,))
    assert following(made, verdict, part, (OUT,)).silence == wins


def test_a_rule_that_asks_by_itself_is_not_silenced_by_the_table_of_another() -> None:
    made = tables(table(rules=["content-personal-data"], silence="send"))
    verdict = made.applied(judged(DATA, TYPO), to())
    (part,) = parts(made, verdict, (OUT,))
    assert following(made, verdict, part, (OUT,)).silence == "cancel"


def test_every_table_that_wants_an_approval_has_to_be_satisfied() -> None:
    made = tables(
        table("approve", rules=["content-personal-data"], approvers=["a@tachibana.example"]),
        table("approve", persons=1, approvers=["b@tachibana.example", "c@tachibana.example"], approvals=2),
    )
    verdict = made.applied(judged(DATA, exposure=Exposure(1, 1)), to())
    (part,) = parts(made, verdict, (OUT,))
    said = following(made, verdict, part, (OUT,)).as_json()
    assert said["approve"] == [
        {"table": 1, "approvers": ["a@tachibana.example"], "needed": 1},
        {"table": 2, "approvers": ["b@tachibana.example", "c@tachibana.example"], "needed": 2},
    ]


def exemption(**said: Any) -> Exemption:
    return Exemption.model_validate({"owner": "a", "reason": "b", "until": "2027-01-01", **said})


def test_an_exemption_beats_a_table_and_the_finding_says_which_it_was() -> None:
    today = START.date()
    verdict = tables(table("approve", rules=["content-personal-data"])).applied(judged(DATA), to())
    given_ = [exemption(senders=["x@y.example"]), exemption(senders=[SENDER], rules=["content-personal-data"])]
    (found,) = exempted(verdict, envelope(), given_, today).findings
    assert (found.action, found.tables, found.exemption) == (Action.NOTE, (), 2)


@pytest.mark.parametrize("rules", [["policy"], ["content-personal-data"], []])
def test_an_exemption_covers_what_a_table_says_of_personal_data(rules: list[str]) -> None:
    verdict = tables(table("hold", persons=1)).applied(judged(exposure=Exposure(1, 1)), to())
    assert exempted(verdict, envelope(), [exemption(senders=[SENDER], rules=rules)], START.date()).disposition == "pass"


def test_nobody_is_asked_by_a_table_about_mail_that_nobody_can_be_asked_about() -> None:
    verdict = tables(table("delay"), table("hold", freemail=True)).applied(judged(), to(FREE))
    silent = Asked("machine", (), never=True)
    after = settled(verdict, envelope(FREE), silent, (), (), START.date())
    assert (after.disposition, {f.delay for f in after.findings}) == ("pass", {0})
    must = settled(verdict, envelope(FREE), Asked("person", (SENDER,)), (), (SENDER,), START.date())
    assert must.disposition == "pass"


def test_without_tables_nothing_is_made_anew() -> None:
    assert not tables()
    verdict = judged(TYPO)
    (part,) = parts(tables(), verdict, (OUT, FREE))
    assert following(tables(), verdict, part, (OUT, FREE)).as_json() == {}


def test_an_exemption_of_personal_data_does_not_take_away_what_another_table_asks_of_everybody() -> None:
    alone = tables(table("approve")).applied(judged(exposure=Exposure(200, 200)), to())
    both = tables(table("approve", persons=100), table("approve")).applied(judged(exposure=Exposure(200, 200)), to())
    exempt = [exemption(senders=[SENDER], rules=["content-personal-data"])]
    assert exempted(alone, envelope(), exempt, START.date()).disposition == "hold"
    assert exempted(both, envelope(), exempt, START.date()).disposition == "hold"
