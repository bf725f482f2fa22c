"""Short form: what is asked about copies of one send, as a mail lists it (`notifier.short_form`)."""

from collections.abc import Collection, Sequence

from gateway.decision import Choice, Risk, risks
from notifier.short_form import MOST, ShortForm
from store.holds import Hold, State


def short_form(holds: Sequence[Hold]) -> ShortForm:
    """List the points with their choices; empty where there are too many for a mail, nothing waits, or one can be answered on the page only.

    To ask somebody else takes a word of why: that is done on the page. The only recipient is not left out: that is to cancel.
    """
    held = [hold for hold in holds if hold.state is State.HELD]
    asked = risks(held) if held else ()
    everyone = {recipient.address for hold in held for recipient in hold.recipients}
    choices = {risk.id: _by_mail(risk, everyone) for risk in asked}
    if len(asked) > MOST or not all(choices.values()):
        return ()
    return tuple(
        {
            "risk": risk.id,
            "about": risk.finding["about"].get("recipient") or risk.finding["about"].get("part") or "",
            "choices": {c: risk.finding.get("suggestion", "") if c == "correct" else "" for c in choices[risk.id]},
            "ask": "ask" in risk.choices or any(f["action"] == "approve" for f in (risk.finding, *risk.also)),
        }
        for risk in asked
    )


def _by_mail(risk: Risk, everyone: Collection[str]) -> tuple[Choice, ...]:
    alone = {risk.finding["about"].get("recipient")} == everyone
    return tuple(choice for choice in risk.choices if choice != "ask" and not (alone and choice == "omit"))
