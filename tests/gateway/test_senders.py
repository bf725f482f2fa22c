"""Who is asked: only ever mailboxes of our own domains."""

from dataclasses import replace
from datetime import date
from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.options import Exemption, SenderClass, with_groups
from gateway.senders import Asked, asked_for, exempted
from mail.envelope import Client, Envelope, ForwardPath
from mail.headers import Headers
from notifier.options import Organisation
from rules.base import About, Action, Finding
from rules.verdict import Verdict
from tests.helpers.clock import START

OURS = Organisation.model_validate(
    {
        "name": "橘",
        "domains": ["tachibana.example"],
        "people": [{"address": "sato@tachibana.example", "teams": ["sales@tachibana.example"]}],
    }
)


def envelope(reverse_path: str, *, client: str = "127.0.0.1", listener: str = "") -> Envelope:
    return Envelope("1", reverse_path, (ForwardPath("a@b.example"),), Client(client, listener=listener), START)


def asked(
    reverse_path: str, head: str = "From: ono@tachibana.example\r\n", *classes: SenderClass, **where: str
) -> Asked:
    return asked_for(envelope(reverse_path, **where), Headers(head.encode() + b"\r\n"), classes, OURS)


def test_the_mailbox_of_the_reverse_path_is_asked() -> None:
    assert asked("ono@tachibana.example") == Asked("person", ("ono@tachibana.example",))


@pytest.mark.parametrize(
    "reverse_path",
    [
        "someone@outside.example",
        "SRS0=HHH=TT=outside.example=someone@tachibana.example",
        "srs1+abc=fwd.example==HHH=TT=outside.example=x@tachibana.example",
    ],
)
def test_nobody_but_the_admins_is_asked_about_forwarded_mail_whatever_its_from_says(reverse_path: str) -> None:
    assert asked(reverse_path).people == ()


def test_a_variable_reverse_path_of_ours_asks_the_header_from_when_it_is_ours() -> None:
    verp = "news-alice=customer.example@tachibana.example"
    assert asked(verp).people == ("ono@tachibana.example",)
    assert asked(verp, "From: x@outside.example\r\n").people == ()


def test_a_tagged_reverse_path_asks_the_mailbox_behind_the_tag() -> None:
    assert asked("prvs=1234abc=ono@tachibana.example").people == ("ono@tachibana.example",)


REPORT = "From: x@tachibana.example\r\nContent-Type: multipart/report; report-type=delivery-status\r\n"


@pytest.mark.parametrize("head", [REPORT, "From: x@tachibana.example\r\nAuto-Submitted: auto-replied\r\n"])
def test_a_report_or_automatic_answer_from_nobody_passes(head: str) -> None:
    assert asked("", head) == Asked("report", (), never=True)


def test_other_mail_from_nobody_is_judged_and_for_the_admins() -> None:
    assert asked("") == Asked("person", ())


def test_a_report_with_a_reverse_path_is_no_free_pass() -> None:
    assert not asked("ono@tachibana.example", REPORT).never


@pytest.mark.parametrize(
    "found",
    [
        SenderClass(kind="machine", addresses=("erp@tachibana.example",)),
        SenderClass(kind="bulk", addresses=("@tachibana.example",)),
        SenderClass(kind="machine", networks=(IPv4Network("192.0.2.0/24"),)),
        SenderClass(kind="machine", listeners=("127.0.0.1:10027",)),
    ],
)
def test_a_machine_is_never_asked(found: SenderClass) -> None:
    where = {"client": "192.0.2.7", "listener": "127.0.0.1:10027"}
    assert asked("erp@tachibana.example", "", found, **where).never


def test_a_machine_with_an_owner_is_held_for_the_owner() -> None:
    found = SenderClass(kind="machine", addresses=("erp@tachibana.example",), owner="ono@tachibana.example")
    assert asked("erp@tachibana.example", "", found).people == ("ono@tachibana.example",)


def test_an_owner_outside_is_not_asked() -> None:
    found = SenderClass(kind="machine", addresses=("erp@tachibana.example",), owner="vendor@outside.example")
    assert asked("erp@tachibana.example", "", found).people == ()


def test_a_team_is_answered_for_by_its_members() -> None:
    team = SenderClass(kind="team", addresses=("sales@tachibana.example",))
    people = asked("sales@tachibana.example", "", team).people
    assert people == ("sales@tachibana.example", "sato@tachibana.example")


@given(
    st.text(st.characters(codec="ascii", exclude_characters="\r\n"), max_size=60),
    st.sampled_from(["", "@x.example", "@tachibana.example"]),
)
def test_whatever_the_reverse_path_nobody_outside_is_ever_asked(local: str, domain: str) -> None:
    head = f"From: {local}{domain}\r\n"
    found = asked_for(envelope(local + domain), Headers(head.encode()), (), OURS)
    assert all(a.lower().endswith("@tachibana.example") for a in found.people)


TYPO = Finding(About(recipient="a@b.example"), {}, action=Action.HOLD, rule="recipient-typo")
DATA = Finding(About(part="x.csv"), {}, action=Action.HOLD, rule="content-personal-data")
TOGETHER = Finding(
    About(recipient="a@b.example"),
    {},
    action=Action.HOLD,
    rule="doubts-together",
    reason="recipient-unusual+content-personal-data",
)
BLOCKED = Finding(About(recipient="a@b.example"), {}, action=Action.HOLD, rule="recipient-blocked")


def exemption(**what: object) -> Exemption:
    return Exemption.model_validate({"owner": "it", "reason": "agreed", "until": "2026-12-31"} | what)


def disposition(*findings: Finding, exempt: Exemption, today: date = date(2026, 4, 1)) -> str:
    return exempted(Verdict("hold", findings), envelope("ono@tachibana.example"), [exempt], today).disposition


def test_an_exemption_turns_what_it_covers_into_a_note() -> None:
    assert disposition(TYPO, exempt=exemption(recipients=("@b.example",))) == "pass"
    assert disposition(TYPO, DATA, exempt=exemption(senders=("ono@tachibana.example",))) == "pass"
    assert disposition(TYPO, exempt=exemption(clients=("127.0.0.0/8",))) == "pass"


def test_an_exemption_covers_nothing_else() -> None:
    assert disposition(DATA, exempt=exemption(recipients=("@b.example",))) == "hold"
    assert disposition(TYPO, exempt=exemption(senders=("other@tachibana.example",))) == "hold"
    assert (
        disposition(TYPO, exempt=exemption(senders=("@tachibana.example",), rules=("content-personal-data",))) == "hold"
    )
    assert disposition(BLOCKED, exempt=exemption(senders=("@tachibana.example",))) == "hold"


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"rules": ("recipient-unusual",)}, "pass"),
        ({"rules": ("content-personal-data",)}, "pass"),
        ({"rules": ("doubts-together",), "recipients": ("a@b.example",)}, "pass"),
        ({"rules": ("content-uninspectable",)}, "hold"),
        ({"rules": ("recipient-unusual",), "recipients": ("c@b.example",)}, "hold"),
    ],
)
def test_doubts_that_add_up_are_not_asked_about_where_one_of_them_is_exempt(
    what: dict[str, object], expected: str
) -> None:
    assert disposition(TOGETHER, exempt=exemption(**what)) == expected


@pytest.mark.parametrize(
    ("what", "sums", "expected"),
    [
        ({"rules": ("content-uninspectable",)}, Action.HOLD, "hold"),
        ({"rules": ("recipient-typo", "content-uninspectable")}, Action.HOLD, "hold"),
        ({"rules": ("recipient-typo", "content-uninspectable")}, Action.NOTE, "pass"),
        ({"rules": ("recipient-typo", "content-uninspectable", "doubts-together")}, Action.HOLD, "pass"),
        ({"rules": ("recipient-typo", "content-uninspectable", "recipient-unusual")}, Action.HOLD, "pass"),
        ({"recipients": ("a@b.example",), "rules": ()}, Action.HOLD, "pass"),
    ],
)
def test_what_an_exemption_does_not_cover_adds_up_without_what_it_covers(
    what: dict[str, Any], sums: Action, expected: str
) -> None:
    to = About(recipient="a@b.example")
    unusual = Finding(to, {"ja": "", "en": ""}, action=Action.NOTE, rule="recipient-unusual", points=0.75)
    few = Finding(About(), {"ja": "", "en": ""}, action=Action.NOTE, rule="content-personal-data", points=0.3)
    closed = Finding(
        About(part="x.zip"), {"ja": "", "en": ""}, action=Action.HOLD, rule="content-uninspectable", points=0.5
    )
    findings = (TYPO, *(() if what.get("recipients") else (closed,)), unusual, few)
    exempt = exemption(senders=("@tachibana.example",), **what)
    found = exempted(Verdict("hold", findings), envelope("ono@tachibana.example"), [exempt], date(2026, 4, 1), sums)
    assert found.disposition == expected
    assert len([f for f in found.findings if f.rule == "doubts-together"]) == (
        expected == "hold" and TYPO.rule in what["rules"]
    )


def to(*recipients: str) -> Envelope:
    return replace(envelope("ono@tachibana.example"), forward_paths=tuple(map(ForwardPath, recipients)))


@pytest.mark.parametrize(
    ("recipients", "rules", "expected"),
    [
        (("a@b.example",), ("content-personal-data",), "pass"),
        (("a@b.example", "mori@tachibana.example", "c@b.example"), ("content-personal-data",), "pass"),
        (("a@b.example", "x@other.example"), ("content-personal-data",), "hold"),
        (("a@b.example",), (), "hold"),
        (("a@b.example",), ("content-keyword",), "hold"),
        (("mori@tachibana.example",), ("content-personal-data",), "hold"),
    ],
)
def test_what_is_in_the_message_is_exempt_only_by_name_and_where_nobody_else_outside_gets_it(
    recipients: tuple[str, ...], rules: tuple[str, ...], expected: str
) -> None:
    exempt = exemption(recipients=("@b.example",), rules=rules)
    own = frozenset({"tachibana.example"})
    found = exempted(Verdict("hold", (DATA,)), to(*recipients), [exempt], date(2026, 4, 1), own_domains=own)
    assert found.disposition == expected


def test_an_exemption_of_a_group_is_for_its_members_only() -> None:
    groups = {"sales": ("ono@tachibana.example",), "others": ("@elsewhere.example",), "empty": ()}

    def after(*names: str, **what: object) -> str:
        exempt = with_groups([exemption(groups=names, **what)], groups)
        return exempted(Verdict("hold", (TYPO,)), to("a@b.example"), exempt, date(2026, 4, 1)).disposition

    assert after("sales") == after("others", "sales") == "pass"
    assert after("others") == after("empty") == after("unknown") == "hold"
    assert after("empty", senders=("ono@tachibana.example",)) == "pass"


def test_an_exemption_ends_with_its_day() -> None:
    exempt = exemption(senders=("@tachibana.example",))
    assert disposition(TYPO, exempt=exempt, today=date(2026, 12, 31)) == "pass"
    assert disposition(TYPO, exempt=exempt, today=date(2027, 1, 1)) == "hold"
