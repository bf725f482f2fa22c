"""Marked message: every marking of a message, and which file carries it: titles, names, properties, labels, headers."""

from collections.abc import Iterator, Sequence

from mail.shapes import Part
from rules.base import Mail
from rules.labels import Mark, of_calendar, of_headers, of_properties
from rules.marked_lines import Line, is_notice, lines_of_body, lines_of_file, top_of_body
from rules.marking_terms import Markings, markings, normal
from rules.part_text import locked_names
from rules.personal.normal import visible


def marks_of(mail: Mail, own: tuple[str, ...], open_labels: tuple[str, ...]) -> Iterator[tuple[Mark, str]]:
    """Every marking, with the name of its file; "" for the mail itself. `own`: further terms."""
    message, bodies = mail.message, iter(mail.openings)
    terms, open_names = markings(own), frozenset([normal(label).lower() for label in open_labels])
    yield from ((mark, "") for mark in of_headers(message, terms, open_names))
    subject = ((message.header("Subject"), True),)
    for part in message.parts:
        if part.is_body:
            text = top_of_body(next(bodies).text)
            if traces := terms.traces(f"{subject[0][0]}\n{text}"):
                lines = (*subject, *lines_of_body(text))
                yield from ((mark, "") for mark in _in_lines(lines, traces, terms, body=True))
            subject = (("", True),)
        else:
            yield from ((mark, part.name) for mark in _of_file(part, terms, open_names))
    if subject[0][0]:
        yield from ((mark, "") for mark in _in_lines(subject, ("",), terms, body=True))


def _of_file(part: Part, terms: Markings, open_labels: frozenset[str]) -> Iterator[Mark]:
    for name in (part.name, *locked_names(part)):
        if term := terms.of_name(name):
            yield Mark("name", term)
    yield from of_calendar(part.blocks) if part.kind == "calendar" else ()
    yield from of_properties(part.blocks, terms, open_labels)
    lines = tuple(lines_of_file(part))
    if traces := terms.traces("\n".join([line for line, _ in lines])):
        yield from _in_lines(lines, traces, terms, body=False)


def _in_lines(lines: Sequence[Line], traces: Sequence[str], terms: Markings, *, body: bool) -> Iterator[Mark]:
    """Each term once. Several different ones far from titles list what markings there are: only those of titles count then."""
    found: dict[str, None] = {}
    deep: dict[str, None] = {}
    for number, (line, title) in enumerate(lines):
        shown = visible(line)
        small = shown.lower()
        if not any(trace in shown or trace in small for trace in traces):
            continue
        term = terms.of_line(line, title=title)
        if term and term not in found and not (body and is_notice(lines, number)):
            (found if title else deep)[term] = None
    yield from (Mark("text", term) for term in (*found, *(deep if len(deep) == 1 else ())))
