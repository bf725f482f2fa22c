"""By mail: an answer to a question, given without a browser: who says it, what it does, and what is said back.

    answer address ─► read (`answer_mail`) ─► the question it answers, by its unguessable Message-ID ─► who was asked ─► decide
                                                                                    └► not taken: said why, nothing else happens

It proves as much as the link in the same mail does: who has the question has its Message-ID, its codes and its link. And it answers what
that mail said: what has changed since is asked anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from gateway import answers, approval_request
from gateway.answer_mail import Said
from gateway.decision import Decision, Outcome, plan
from gateway.rooms import FlowOptions
from gateway.short_form import short_form
from mail.address import key
from notifier import addressees, kinds, notices
from notifier.short_form import ShortForm, codes
from store.holds import Hold, State
from store.outbox import Notice
from store.seal import Seal
from store.shelves import Shelves

Result = Literal[
    "done",
    "ignored",
    "stranger",
    "nothing",
    "unknown-code",
    "changed",
    "twice",
    "missing",
    "nobody-left",
    "page-only",
    "already",
    "not-possible",
]
"""What became of an answer. ignored: a program's, or none to a question of ours; stranger: not from somebody who was asked;
changed: it answers a question about something else than what waits now."""

_WHY: Mapping[str, Result] = {"missing": "missing", "not-possible": "not-possible", "sign-in": "page-only"}
"""Why a decision was not taken, as its person is told; anything else: it is answered already."""
_SAID_BACK, _WITHIN = 5, timedelta(hours=1)
"""So many times in that time somebody hears that their answer about a message was none."""
_ANSWERED = frozenset({*(kind for kind, purpose in kinds.LINKS.items() if purpose == "question")})
"""Kinds of notices that somebody answers."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One answer and how it came."""

    reverse_path: str
    said: Said


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it."""

    result: Result
    hold_id: str = ""
    decision: Decision | None = None
    near_miss: bool = False


def take(shelves: Shelves, letter: Letter, options: FlowOptions, seal: Seal) -> Taken:
    """Answer for a person by mail, in the caller's transaction, and say back what became of it."""
    notice = _question(shelves, letter.said) if not letter.said.automatic and letter.reverse_path else None
    copies = shelves.holds.group(notice.hold_id) if notice else ()
    if notice is None or not copies:
        return Taken("ignored")
    holds = approval_request.asked_about(shelves, copies, letter.reverse_path, options)
    person = _person(notice, holds[0], letter, options)
    if not person:
        notices.answer_of_another(shelves, options.organisation, letter.reverse_path)
        return Taken("stranger", holds[0].group_id)
    now = short_form(holds)
    means = codes(seal, holds[0].group_id, notice.recipient, now)
    decision = _decision(holds, letter.said, means, as_asked=_is_about(notice, now))
    if not isinstance(decision, Decision):
        return _not_taken(shelves, holds, person, decision, options)
    outcome = answers.decide(shelves, holds[0].group_id, decision, person, options) or Outcome("already")
    if outcome.result != "done":
        why = _WHY.get(outcome.result, "already")
        return _not_taken(shelves, shelves.holds.group(holds[0].group_id), person, why, options)
    notices.answer_taken(shelves, options.organisation, holds[0], person=person, act=decision.kind)
    return Taken("done", holds[0].group_id, decision, outcome.near_miss)


def _is_about(notice: Notice, now: ShortForm) -> bool:
    """Whether a notice that lists points lists those that are asked about now; one that lists none says nothing of them."""
    then = notice.facts.get("short_form", ())
    return not then or [point.get("bound") for point in then] == [point["bound"] for point in now]


def _decision(
    holds: Sequence[Hold], said: Said, means: Mapping[str, tuple[str, str]], *, as_asked: bool
) -> Decision | Result:
    """The decision that an answer spells out, or why it is none; `means`: code → risk and choice.

    To cancel, or to bring back, is safe whatever has changed since.
    """
    held = [hold for hold in holds if hold.state is State.HELD]
    if said.act == "nothing":
        return "nothing"
    if said.act == "bring-back":
        return Decision("bring-back")
    if not held:
        return "already"
    if said.act == "cancel":
        return Decision("cancel")
    if not as_asked and not all(code in means for code in said.codes):
        return "changed"
    if not means:
        return "page-only"
    chosen = _chosen(means, said.codes)
    if not isinstance(chosen, Mapping):
        return chosen
    planned = plan(held, Decision("send", chosen))
    if isinstance(planned, tuple):
        return "missing"
    everyone = {recipient.address for hold in held for recipient in hold.recipients}
    return "nobody-left" if everyone <= planned.omit else Decision("send", chosen)


def _chosen(means: Mapping[str, tuple[str, str]], written: Sequence[str]) -> Mapping[str, str] | Result:
    """Risk → choice; two different choices for one point are no answer, as on the page."""
    chosen: dict[str, str] = {}
    for each in written:
        if each not in means:
            return "unknown-code"
        risk, choice = means[each]
        if chosen.setdefault(risk, choice) != choice:
            return "twice"
    return chosen


def _question(shelves: Shelves, said: Said) -> Notice | None:
    """Find our notice that it answers."""
    found = (shelves.outbox.is_ours(message_id) for message_id in said.answers)
    return next((notice for notice in found if notice and notice.kind in _ANSWERED and notice.hold_id), None)


def _person(notice: Notice, hold: Hold, letter: Letter, options: FlowOptions) -> str:
    """Who answers: the mailbox the notice went to, or another one that was asked; "" for anybody else.

    The envelope and the header must say the same: a mail that is redirected keeps its header and gets another envelope.
    """
    own = key(letter.reverse_path)
    if own != key(letter.said.header_from):
        return ""
    may = (notice.recipient, *addressees.asked(options.organisation, hold))
    found = next((address for address in may if key(address) == own), "")
    return found if found and addressees.may_answer(options.organisation, hold, found) else ""


def _not_taken(shelves: Shelves, holds: Sequence[Hold], person: str, result: Result, options: FlowOptions) -> Taken:
    """Say why, but not for ever: a program that answers every mail and does not say that it is one would go round with us."""
    since = shelves.now - _WITHIN
    said = (n for n in shelves.outbox.of_hold(holds[0].group_id) if n.kind == "answer_not_taken")
    lately = [n for n in said if key(n.recipient) == key(person) and n.created_at and n.created_at > since]
    if len(lately) < _SAID_BACK:
        notices.answer_not_taken(
            shelves,
            options.organisation,
            holds[0],
            person=person,
            why=result,
            short_form=short_form(holds),
            changed=[hold for hold in holds if hold.state is State.HELD] if result == "changed" else (),
        )
    return Taken(result, holds[0].group_id)
