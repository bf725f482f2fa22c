"""A withdrawn exemption is known again whoever is in its groups and however long it is prolonged; no measure lowers anything."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.lessons import applied, digest_of
from gateway.options import Exemption
from mail.envelope import Client, Envelope, ForwardPath
from rules.base import About, Action, Finding
from rules.policy_findings import STRENGTH
from rules.verdict import Verdict, disposition
from store.measures import Change, Measure
from tests.helpers.clock import START
from tests.response.cases import RIGHT, SENDER, WRONG

OWN = frozenset({"tachibana.example"})
EXEMPTION = Exemption(groups=("sales",), rules=("recipient-typo",), owner="a", reason="b", until=date(2027, 1, 1))
ACTIONS = st.sampled_from([Action.NOTE, Action.DELAY, Action.HOLD, Action.APPROVE, Action.REJECT])


def test_members_and_a_later_end_change_nothing_another_reason_does() -> None:
    for same in ({"senders": ("x@tachibana.example",)}, {"until": date(2030, 1, 1)}):
        assert digest_of(EXEMPTION.model_copy(update=same)) == digest_of(EXEMPTION)
    for other in ({"reason": "c"}, {"owner": "c"}, {"rules": ()}, {"groups": ()}, {"recipients": (WRONG,)}):
        assert digest_of(EXEMPTION.model_copy(update=other)) != digest_of(EXEMPTION)
    alone = EXEMPTION.model_copy(update={"groups": (), "senders": ("x@tachibana.example",)})
    assert digest_of(alone) != digest_of(alone.model_copy(update={"senders": ("y@tachibana.example",)}))


def measure(change: Change, number: str = "K7Q29MXD") -> Measure:
    return Measure(number, "T", "w", SENDER, START + timedelta(days=1), "t", change, in_force=True)


def judged(*findings: Finding) -> Verdict:
    return Verdict(disposition(findings), findings)


@given(
    before=st.lists(st.tuples(st.sampled_from(["a", "b"]), ACTIONS, st.sampled_from([WRONG, RIGHT, ""])), max_size=4),
    rule=st.sampled_from(["", "a"]),
    target=st.sampled_from(["", WRONG, "@customer.example", "@elsewhere.example"]),
    group=st.sampled_from(["", "sales", "nobody"]),
    action=st.sampled_from(["hold", "approve"]),
)
def test_a_measure_never_lowers_anything(
    before: list[tuple[str, Action, str]], rule: str, target: str, group: str, action: str
) -> None:
    findings = tuple(Finding(About(who), {"ja": "x", "en": "x"}, action=a, rule=r) for r, a, who in before)
    envelope = Envelope("Q", SENDER, (ForwardPath(WRONG), ForwardPath(RIGHT)), Client(""), START)
    change = Change("stricter", rule, target, group, action)  # type: ignore[arg-type]
    after = applied(judged(*findings), envelope, [measure(change)], {"sales": ("@tachibana.example",)}, OWN)

    def strongest(verdict: Verdict, rule_: str, who: str) -> int:
        return max(
            (
                STRENGTH[f.action or Action.NOTE]
                for f in verdict.findings
                if (f.rule, f.about.recipient) == (rule_, who)
            ),
            default=-1,
        )

    for name, _, who in before:
        assert strongest(after, name, who) >= strongest(judged(*findings), name, who)
    named = [f for f in after.findings if f.measures]
    assert all(f.action == action for f in named), "only what it raised is its own"
    if target == "@elsewhere.example" or group == "nobody":
        assert after.findings == judged(*findings).findings
