"""Drafts: reports and notices of a case, filled from what is known; each that is taken out of the desk is a record of the evidence."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from notifier.options import Language
from notifier.words import exactly, one_line
from response.draft_forms import Form, Ready, forms
from response.draft_words import CaseWords
from response.known import Known, known
from response.office import Office
from store.deadlines import DeadlineRow
from store.ids import shown
from store.shelves import Shelves
from store.tickets import Ticket

LONGEST_PARAGRAPH = 4000
Shape = Literal["docx", "print"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item with its paragraphs, each one line of plain text."""

    heading: str
    """With its number, in a report."""
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """One report or notice in one language."""

    name: str
    language: Language
    title: str
    to: str
    organisation: str
    number: str
    lead: str
    items: tuple[Item, ...]
    unknown: int
    """How many things of it nobody knows yet."""
    made_at: datetime
    zone: ZoneInfo
    is_drill: bool
    source: str
    due: datetime | None
    """Of the earliest running deadline that it answers, hard before soft; None: none by a date."""
    is_owed: bool
    """Whether a deadline asks for it, with a date or without; the report to management is always wanted."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands on top, for whoever completes it."""
        ja = self.language == "ja"
        drill = "訓練：どこにも提出・送付しません。" if ja else "DRILL: this is sent to nobody."
        mark = (
            "下書き：提出・送付の前に、すべての項目を確認してください。"
            if ja
            else "Draft: look at every item before it is sent."
        )
        count = f"まだ不明な事項：{self.unknown}件" if ja else f"Not known yet: {self.unknown}"
        return (*([drill] if self.is_drill else []), mark, *([count] if self.unknown else []), self.lead)

    @property
    def head(self) -> tuple[str, ...]:
        """To whom, from whom, which case, as of when."""
        when = exactly(self.made_at.astimezone(self.zone), self.language)
        if self.language == "ja":
            return f"宛先：{self.to}", self.organisation, f"整理番号 {self.number}", f"{when} 現在"
        return f"To: {self.to}", self.organisation, f"Case {self.number}", f"As known on {when}"

    @property
    def file_name(self) -> str:
        """For saving, without extension."""
        return f"{self.number}-{self.name}-{self.language}"


def drafts(shelves: Shelves, office: Office, ticket: Ticket, language: Language) -> tuple[Draft, ...]:
    """All of a case, in their order."""
    found, rows = known(shelves, office, ticket), shelves.deadlines.of(ticket.id)
    return tuple(_draft(ready, found, rows, office, language, shelves.now) for ready in forms().values())


def draft(shelves: Shelves, office: Office, ticket: Ticket, name: str, language: Language) -> Draft | None:
    """One of them; None: there is none of that name."""
    ready = forms().get(name)
    if ready is None:
        return None
    rows = shelves.deadlines.of(ticket.id)
    return _draft(ready, known(shelves, office, ticket), rows, office, language, shelves.now)


def record(shelves: Shelves, made: Draft, ticket_id: str, *, by: str, shape: Shape, content: bytes) -> None:
    """Write into the evidence and the audit log that somebody took it out, with the digest of what they got."""
    body = {
        "draft": made.name,
        "language": made.language,
        "shape": shape,
        "unknown": made.unknown,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    shelves.evidence.add(ticket_id, by, "exported", f"draft {made.name}", body)
    shelves.audit.add(by, "draft-exported", shown(ticket_id), {"draft": made.name, "shape": shape})


def record_sheet(shelves: Shelves, ticket_id: str, *, by: str, content: bytes) -> None:
    """The same of the whole ticket on one sheet."""
    body = {"shape": "print", "sha256": hashlib.sha256(content).hexdigest()}
    shelves.evidence.add(ticket_id, by, "exported", "ticket", body)
    shelves.audit.add(by, "ticket-printed", shown(ticket_id))


def _draft(
    ready: Ready, found: Known, rows: tuple[DeadlineRow, ...], office: Office, language: Language, now: datetime
) -> Draft:
    form, words = ready.form, CaseWords(found, office, rows, language)
    headings = _headings(form, language)
    items = tuple(
        Item(heading, _lines(ready.template(at, language).render(c=words))) for at, heading in enumerate(headings)
    )
    answered = [row for row in rows if row.owed and _answers(form, row)]
    running = [row for row in answered if row.runs]
    return Draft(
        name=ready.name,
        language=language,
        title=getattr(form.title, language),
        to=getattr(form.to, language),
        organisation=words.organisation,
        number=words.number,
        lead=getattr(form.lead, language),
        items=items,
        unknown=words.unknowns.total(),
        made_at=now,
        zone=office.zone,
        is_drill=found.ticket.kind == "drill",
        source=form.source,
        due=min(((row.kind != "hard", row.due) for row in running if row.due), default=(None, None))[1],
        is_owed=bool(answered) or not form.rules,
    )


def _headings(form: Form, language: Language) -> list[str]:
    made, number = [], 0
    for item in form.items:
        has_number = form.numbered and item.numbered
        number += has_number
        made.append(f"{number}. {getattr(item.heading, language)}" if has_number else getattr(item.heading, language))
    return made


def _answers(form: Form, row: DeadlineRow) -> bool:
    return row.rule in form.rules and (not form.steps or row.step in form.steps)


def _lines(text: str) -> tuple[str, ...]:
    """Paragraphs; signs that are not to be seen are left out, as in every foreign text."""
    lines = (one_line(line, LONGEST_PARAGRAPH) for line in text.splitlines())
    return tuple(line for line in lines if line)
