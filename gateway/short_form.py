"""Short form: what is asked about copies of one send, as a mail lists it (`notifier.short_form`)."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence

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
    seen = _digest(held, asked, choices)
    return tuple(
        {
            "risk": risk.id,
            "bound": f"{seen} {risk.id}",
            "about": risk.finding["about"].get("recipient") or risk.finding["about"].get("part") or "",
            "choices": {c: risk.finding.get("suggestion", "") if c == "correct" else "" for c in choices[risk.id]},
            "ask": "ask" in risk.choices or any(f["action"] == "approve" for f in (risk.finding, *risk.also)),
        }
        for risk in asked
    )


def _digest(held: Sequence[Hold], asked: Sequence[Risk], choices: Mapping[str, Sequence[Choice]]) -> str:
    """Of all that an answer is about: the messages, who gets them, what is asked, and what may be answered."""
    copies = sorted((hold.id, hold.sha256, sorted(r.address for r in hold.recipients)) for hold in held)
    points = [
        [risk.id, risk.rules, risk.finding["about"], risk.finding.get("suggestion", ""), choices[risk.id]]
        for risk in asked
    ]
    return hashlib.sha256(json.dumps([copies, points], sort_keys=True).encode()).hexdigest()[:32]


def _by_mail(risk: Risk, everyone: Collection[str]) -> tuple[Choice, ...]:
    alone = {risk.finding["about"].get("recipient")} == everyone
    return tuple(choice for choice in risk.choices if choice != "ask" and not (alone and choice == "omit"))
