"""Rendering: a notice and its facts become subject, plain text and HTML; the HTML is laid out from the very same text.

A template is one text file per language: subject, blank line, body. In the body the first paragraph is the heading; lines that begin
with `・` or `- ` are a list, lines with two blanks in front are details (`name: value`), the link is the last line of a
paragraph whose other line is its label; `-- ` begins the foot.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from notifier import alarm_words
from notifier.channels import Rendered
from notifier.options import Organisation
from notifier.words import kind_in_words, one_line, when
from store.outbox import Notice

TEMPLATES = Path(__file__).parent / "templates"
Code = Callable[[str, str], str]
"""The code of a choice about a risk (`notifier.short_form`)."""
# Around a differing letter. From the private use area: `one_line` lets none through from outside.
_MARK, _UNMARK = "\ue000", "\ue001"
DRILL: Mapping[str, str] = {"ja": "【訓練】", "en": "[Drill] "}
"""What every notice of a drill begins with; the subject of its mail, too."""
_BULLETS = ("・", "- ")
_DETAIL = re.compile(r"\s*(.*?)[：:]\s+(.*)")
_FOOT = "-- "


class _Ours(str):
    """Text that we made ourselves: `finalize` leaves our marks in it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the body: heading, paragraph, item, details, link, entry (a link of several) or foot."""

    kind: str
    lines: tuple[str, ...] = ()
    label: str = ""
    """Of a link: the line above it."""
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One message that a digest lists."""

    facts: Mapping[str, Any]
    """As the template needs them: number, subject, at, state."""
    link: str
    until: datetime | None = None
    """The deadline shown."""


def render(
    notice: Notice,
    organisation: Organisation,
    *,
    at: datetime,
    link: str = "",
    until: datetime | None = None,
    subject_shows_original: bool = False,
    code: Code | None = None,
    entries: Sequence[Entry] = (),
    case: str = "",
) -> Rendered:
    """Put a notice into the words of its language. Raises `jinja2.TemplateError` when a fact is missing.

    `link`: whole address, "" for none; `until`: the deadline shown; `code`: where it can be answered by mail; `entries`: what a digest lists;
    `case`: the address of the case, in a letter. Foreign text was made one line before and is again here.
    """
    if notice.raw is not None:
        return _rendered(notice, at, "", "", "")
    facts = _facts(notice, organisation, link=link, until=until, code=code, entries=entries, case=case)
    facts["original"] = notice.facts.get("subject", "") if subject_shows_original else ""
    language = notice.language
    written = _TEXT.get_template(f"{language}/{notice.kind}.txt").render(facts)
    subject, _, body = written.partition("\n")
    if notice.facts.get("drill"):
        subject, body = _as_drill(subject, body, language)
    plain = body.strip("\n").replace(_MARK, "[").replace(_UNMARK, "]") + "\n"
    page = _HTML.get_template("layout.html").render(
        blocks=tuple(blocks(body, link, [entry.link for entry in entries])),
        subject=subject,
        language=language,
        letters=_letters,
    )
    return _rendered(notice, at, subject, plain, page)


def _facts(
    notice: Notice,
    organisation: Organisation,
    *,
    link: str,
    until: datetime | None,
    code: Code | None,
    entries: Sequence[Entry],
    case: str,
) -> dict[str, Any]:
    """What a template may say: the facts of the notice, what was made for it now, and how to put both into words."""
    language = notice.language
    in_zone = partial(when, zone=organisation.time_zone, language=language)
    listed = [{**e.facts, "link": _Ours(e.link), "until": in_zone(e.until) if e.until else ""} for e in entries]
    return {
        **notice.facts,
        "organisation": organisation.name,
        "contact": organisation.contact,
        "link": _Ours(link),
        "case": case,
        "until": in_zone(until) if until else "",
        "language": language,
        "by_mail": code is not None,
        "code": code,
        "entries": listed,
        "when": lambda text: in_zone(datetime.fromisoformat(text)),
        "counts": partial(_counts, language=language),
        "marked": _marked,
        "alarm_in_words": partial(alarm_words.alarm_in_words, language=language),
        "alarm_title": partial(alarm_words.alarm_title, language=language),
        "fact_in_words": partial(alarm_words.fact_in_words, language=language),
        "value_in_words": partial(alarm_words.value_in_words, language=language),
    }


def _as_drill(subject: str, body: str, language: str) -> tuple[str, str]:
    """A notice of a drill says so in its subject and in its heading, whatever its template says."""
    mark = DRILL[language]
    heading = body.lstrip("\n")
    return f"{mark}{subject.removeprefix(mark)}", f"\n\n{mark}{heading.removeprefix(mark)}"


def blocks(body: str, link: str, listed: Sequence[str] = ()) -> Iterator[Block]:
    """Cut a body into its pieces, in order. Only a link we made ourselves becomes one: no fact can pose as a button."""
    entries = frozenset(listed)
    main, _, foot = body.partition(f"\n{_FOOT}\n")
    kind = "heading"
    for paragraph in re.split(r"\n{2,}", main.strip("\n")):
        *above, last = paragraph.split("\n")
        if above and ((link and last == link) or last in entries):
            told = tuple(above[1:]) if last in entries else ()
            label = above[0] if last in entries else " ".join(above)
            yield Block("entry" if last in entries else "link", (last, *told), label=label.rstrip("：:"))
        else:
            yield from _paragraph((*above, last), kind)
        kind = "paragraph"
    yield Block("foot", tuple(foot.strip("\n").split("\n")))


def _paragraph(lines: Sequence[str], kind: str) -> Iterator[Block]:
    """Cut a paragraph where the sort of line changes."""
    for sort, group in groupby(lines, _sort):
        same = tuple(group)
        if sort == "details":
            found = (_DETAIL.fullmatch(line) for line in same)
            yield Block(sort, details=tuple((m[1], m[2]) for m in found if m))
        elif sort == "item":
            yield from (Block(sort, (line.lstrip("・- "),)) for line in same)
        else:
            yield Block(kind, same)


def _sort(line: str) -> str:
    if line.startswith("  ") and _DETAIL.fullmatch(line):
        return "details"
    return "item" if line.startswith(_BULLETS) else "text"


def _rendered(notice: Notice, at: datetime, subject: str, text: str, html: str) -> Rendered:
    return Rendered(
        id=notice.id,
        kind=notice.kind,
        recipient=notice.recipient,
        language=notice.language,
        subject=subject,
        text=text,
        html=html,
        message_id=notice.message_id,
        at=at,
        raw=notice.raw,
    )


def _counts(kinds: Mapping[str, int], language: str) -> str:
    separator = "、" if language == "ja" else ", "
    return separator.join(kind_in_words(kind, count, language) for kind, count in kinds.items())


def _marked(pieces: Sequence[tuple[str, bool]]) -> _Ours:
    """Mark the differing letters of an address (`rules.marks`)."""
    return _Ours(
        "".join(f"{_MARK}{one_line(text)}{_UNMARK}" if differs else one_line(text) for text, differs in pieces)
    )


def _letters(value: str) -> Markup:
    """Show the marks in HTML: bold, underlined and coloured, so that one of the three reaches everyone."""
    style = "color:#a4250f;background:#ffe9e2;font-size:1.2em;font-weight:bold;text-decoration:underline"
    marked = str(Markup.escape(value)).replace(_MARK, f'<b style="{style}">').replace(_UNMARK, "</b>")
    return Markup(marked)  # noqa: S704 - escaped in the line above


def _finalize(value: Any) -> Any:
    return value if isinstance(value, (_Ours, Markup)) else one_line(str(value))


_TEXT = Environment(  # noqa: S701 - plain text; its HTML is laid out by the other, which escapes
    loader=FileSystemLoader(TEMPLATES),
    auto_reload=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=_finalize,
)
_HTML = Environment(
    loader=FileSystemLoader(TEMPLATES),
    auto_reload=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=True,
)
