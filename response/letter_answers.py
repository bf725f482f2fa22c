"""Answers to letters: read? copied? forwarded? erased? Each said by somebody, with its proof; four good ones close nothing by themselves.

Risk is lower only when all four are favourable and, after the last of them, a person said that the recipient is credible
(PPC Q&A 6-1; DKN.5131.7.2020; 45 CFR 164.402(2)(iii) and (iv)): shown, and for those who decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from mail.address import domain_key, exact_key, split
from notifier.letter_notices import News, letter_news
from notifier.options import Organisation
from response import marking
from response.containing import is_open
from response.letters import of_ticket
from response.office import Office
from response.roles import responders
from store.letters import Inquiry, LetterAnswer
from store.shelves import Shelves
from store.storable import as_key
from store.tickets import Ticket

QUESTIONS = ("read", "copied", "forwarded", "erased")
FAVOURABLE: Mapping[str, str] = {"read": "no", "copied": "no", "forwarded": "no", "erased": "yes"}
WAYS = ("phone", "mail", "meeting")
"""How a person got an answer; "page" is the recipient himself."""
MOST = 30
"""Answers by the link that are kept of one recipient: the page may be filled in again, not for ever."""
Refusal = Literal["", "unknown", "already", "answers", "way", "proof-missing", "reason-missing", "too-many"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one wrong recipient."""

    recipient: str
    said: Mapping[str, str]
    """Question → "" | yes | no | unknown: the newest that was said."""
    favourable: bool
    credible: Literal["", "yes", "no", "stale"]
    """stale: something was said after a person called the recipient credible, so it is to be said anew."""
    inquiry: Inquiry | None
    history: tuple[LetterAnswer, ...]

    @property
    def lowers_risk(self) -> bool:
        """All four favourable and the recipient credible; a bare "deleted" is not."""
        return self.favourable and self.credible == "yes"


def standing(shelves: Shelves, ticket: Ticket) -> tuple[Standing, ...]:
    """What is known of each wrong recipient, in the order of the ticket."""
    answers, asked = shelves.letters.answers(ticket.id), shelves.letters.inquiries(ticket.id)
    by_recipient = {exact_key(one.recipient): one for one in asked}
    return tuple(
        _standing(
            r.address,
            tuple(a for a in answers if exact_key(a.recipient) == exact_key(r.address)),
            by_recipient.get(exact_key(r.address)),
        )
        for r in ticket.recipients
        if r.wrong == "yes"
    )


def lowers_risk(shelves: Shelves, ticket: Ticket) -> bool:
    """Whether every wrong recipient who may have it answered well and is credible; False where nobody may have it, or nobody is known."""
    left = marking.may_have_it(ticket)
    found = [one for one in standing(shelves, ticket) if exact_key(one.recipient) in left]
    return bool(found) and all(one.lowers_risk for one in found)


def record(shelves: Shelves, office: Office, ticket: Ticket, answer: LetterAnswer) -> Refusal:
    """A person of ours writes down what somebody answered, and its proof."""
    recipient = of_ticket(ticket, answer.recipient)
    if recipient is None:
        return "unknown"
    if not is_open(ticket):
        return "already"
    if answer.way not in WAYS:
        return "way"
    if not answer.proof.strip():
        return "proof-missing"
    refusal = _keep(shelves, ticket, answer, actor=answer.by)
    if not refusal:
        answered = [one.recipient for one in standing(shelves, ticket) if all(one.said.values())]
        marking.answered(shelves, office, ticket, answered, by=answer.by, proof=answer.proof)
    return refusal


def said_by_recipient(shelves: Shelves, office: Office, ticket: Ticket, answer: LetterAnswer) -> Refusal:
    """The recipient answers on the page of the link; also after the case was closed: then it is filed, and the desk hears of it."""
    if of_ticket(ticket, answer.recipient) is None:
        return "unknown"
    known = [a for a in shelves.letters.answers(ticket.id) if a.way == "page" and a.recipient == answer.recipient]
    if len(known) >= MOST:
        return "too-many"
    seen = shelves.letters.begin(ticket.id, answer.recipient)
    refusal = _keep(shelves, ticket, answer, actor=answer.recipient)
    if not refusal and (seen.state != "answered" or not known):
        tell(shelves, office, ticket, "answered", answer.recipient)
    return refusal


def refused(shelves: Shelves, office: Office, ticket: Ticket, address: str, *, by: str, reason: str) -> Refusal:
    """The recipient will not delete: the leader hears of it, and the block stays."""
    recipient = of_ticket(ticket, address)
    if recipient is None:
        return "unknown"
    if not reason.strip():
        return "reason-missing"
    seen = shelves.letters.begin(ticket.id, recipient.address)
    if not is_open(ticket) or seen.state == "refused":
        return "already"
    shelves.letters.set_inquiry(ticket.id, recipient.address, seen, state="refused", next_at=None)
    shelves.evidence.add(ticket.id, by, "letter", "refused", {"recipient": recipient.address, "reason": reason})
    prolong(shelves, office, ticket, recipient.address, by)
    tell(shelves, office, ticket, "refused", recipient.address)
    return ""


def judge_credible(shelves: Shelves, ticket: Ticket, address: str, *, credible: bool, by: str, reason: str) -> Refusal:
    """A person says whether this recipient is to be believed, and why."""
    recipient = of_ticket(ticket, address)
    if recipient is None:
        return "unknown"
    if not is_open(ticket):
        return "already"
    if not reason.strip():
        return "reason-missing"
    seen = shelves.letters.begin(ticket.id, recipient.address)
    word = "yes" if credible else "no"
    shelves.letters.set_inquiry(
        ticket.id, recipient.address, seen, credible=word, credible_at=shelves.now, credible_by=by
    )
    body = {"recipient": recipient.address, "credible": word, "reason": reason}
    shelves.evidence.add(ticket.id, by, "letter", "credible", body)
    return ""


def prolong(shelves: Shelves, office: Office, ticket: Ticket, address: str, by: str) -> None:
    """What is blocked for that recipient stays so for the whole time of a block: refusal and silence are no reason to write again."""
    until = shelves.now + timedelta(days=office.options.block_days)
    targets = {as_key(address), domain_key(split(address)[1])}
    for there in shelves.blocks.of_ticket(ticket.id):
        if there.target in targets and shelves.blocks.prolong(there.id, until):
            body = {"id": there.id, "target": there.target, "until": until.isoformat()}
            shelves.evidence.add(ticket.id, by, "prolonged", there.id, body)


def tell(shelves: Shelves, office: Office, ticket: Ticket, what: News, recipient: str, again: int = 0) -> None:
    """Tell the leader, else the first who answers for the desk, else the admins."""
    people = _leaders(office.organisation)
    letter_news(shelves, office.organisation, ticket, people, what=what, recipient=recipient, again=again)


def _leaders(organisation: Organisation) -> tuple[str, ...]:
    leaders = [person.address for person in organisation.with_role("leader")]
    rest = [person.address for person, _ in responders(organisation)][:1]
    return tuple(leaders or rest or organisation.admins or (f"postmaster@{organisation.domains[0]}",))


def _standing(recipient: str, history: tuple[LetterAnswer, ...], inquiry: Inquiry | None) -> Standing:
    said = newest(history)
    good = all(said[question] == wanted for question, wanted in FAVOURABLE.items())
    credible: Literal["", "yes", "no", "stale"] = inquiry.credible if inquiry else ""
    last = max((a.at for a in history if a.at), default=None)
    if inquiry and credible == "yes" and last and (inquiry.credible_at is None or inquiry.credible_at < last):
        credible = "stale"
    return Standing(recipient, said, good, credible, inquiry, history)


def newest(history: Iterable[LetterAnswer]) -> dict[str, str]:
    """For each question the newest that was said; what was not spoken of leaves the one before."""
    said = dict.fromkeys(QUESTIONS, "")
    for answer in history:
        said |= {question: value for question in QUESTIONS if (value := getattr(answer, question))}
    return said


def _keep(shelves: Shelves, ticket: Ticket, answer: LetterAnswer, *, actor: str) -> Refusal:
    values = {question: getattr(answer, question) for question in QUESTIONS}
    if not any(values.values()) or not set(values.values()) <= {"", "yes", "no", "unknown"}:
        return "answers"
    shelves.letters.add_answer(ticket.id, answer)
    body = {"recipient": answer.recipient, "way": answer.way, **values, "proof": answer.proof, "words": answer.words}
    shelves.evidence.add(ticket.id, actor, "answer", answer.way, body)
    history = [a for a in shelves.letters.answers(ticket.id) if a.recipient == answer.recipient]
    seen = shelves.letters.begin(ticket.id, answer.recipient)
    if all(newest(history).values()) and seen.state in {"open", "replied", "silent", "undeliverable"}:
        shelves.letters.set_inquiry(ticket.id, answer.recipient, seen, state="answered", next_at=None)
    return ""
