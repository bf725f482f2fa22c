"""Asks about what is marked as not for outsiders: in titles, headers and footers, names, properties, labels and headers of the mail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mail.shapes import Block, Part
from rules.base import About, Action, Example, Finding
from rules.base import Facts as KnownFacts
from rules.base import Mail as GivenMail
from rules.examples import body, facts, file, mail
from rules.labels import Mark
from rules.marked_message import marks_of
from rules.marking_terms import normal
from rules.words import listed

ACTION = Action.HOLD
POINTS = 0.5


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.content-confidential]`."""

    terms: tuple[str, ...] = ()
    """Further markings, as the organisation writes them on its documents."""
    note_terms: tuple[str, ...] = (
        *("親展", "社内資料", "社内文書", "社内情報"),
        *("personal", "private", "strictly private"),
    )
    """Markings that are only written down: they ask for discretion, or say for whom it was made, not that it must stay inside."""
    open_labels: tuple[str, ...] = ()
    """Names or numbers of sensitivity labels that may go out, beside Public and General."""
    unknown_labels: Action = Action.NOTE
    """For a sensitivity label whose name is not known to mean anything."""


@dataclass(slots=True)
class _Marked:
    """Where how it is marked, by the kind of marking: the terms, and the names of the files."""

    terms: dict[str, None] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)

    def add(self, mark: Mark, name: str) -> None:
        """One more; the body and the header of the mail have no name."""
        if mark.term:
            self.terms[mark.term] = None
        self.kinds[mark.reason] = self.kinds.get(mark.reason, 0) + 1
        self.files[name] = None


def check(given: GivenMail, known: KnownFacts, options: Options) -> Iterator[Finding]:
    """Yield at most one finding for each action: what is asked about, what is only noted, what has an unknown label."""
    found = tuple(marks_of(given, options.terms, options.open_labels))
    if not found or not any(known.is_outside(address) for address in given.envelope.recipients):
        return
    marked: dict[Action | None, _Marked] = {}
    noted = frozenset(normal(term).lower() for term in options.note_terms)
    for mark, name in found:
        action = None if mark.term else options.unknown_labels
        action = Action.NOTE if mark.term.lower() in noted else action
        marked.setdefault(action, _Marked()).add(mark, name)
    for action, those in marked.items():
        yield Finding(
            About(part=next(iter(those.files)) if len(those.files) == 1 else ""),
            _words(those, asks=action is None),
            evidence=dict(those.kinds),
            score=0.9 if action is None else 0.4,
            action=action,
            reason=next(iter(those.kinds)),
            points=POINTS if action is None else 0.0,
        )


_KINDS: Mapping[str, tuple[str, str]] = {
    "text": ("件名・見出し・ヘッダーなど", "subject, title, header, footer or first lines"),
    "name": ("ファイル名", "file name"),
    "header": ("メールヘッダー", "header of the mail"),
    "property": ("プロパティ", "properties"),
    "label": ("秘密度ラベル", "sensitivity label"),
}


def _words(found: _Marked, *, asks: bool) -> Mapping[str, str]:
    names = tuple(name for name in found.files if name)
    mail_ja, mail_en = ("メール本体", "The mail itself") if "" in found.files else ("", "")
    ja = "と".join(filter(None, (mail_ja, listed(names, "ja"))))
    en = " and ".join(filter(None, (mail_en, listed(names, "en"))))
    be = "is" if len(found.files) == 1 else "are"
    kinds_ja, kinds_en = (
        "、".join(_KINDS[kind][0] for kind in found.kinds),
        ", ".join(_KINDS[kind][1] for kind in found.kinds),
    )
    check_ja, check_en = (
        ("社外に送ってよいかご確認ください。", " Please check whether it may go outside.") if asks else ("", "")
    )
    if not found.terms:
        return {
            "ja": f"{ja}に、意味の分からない秘密度ラベルが付いています。{check_ja}",
            "en": f"{en} {be} under a sensitivity label that means nothing here.{check_en}",
        }
    return {
        "ja": f"{ja}に{listed(tuple(found.terms), 'ja')}の表示があります（{kinds_ja}）。{check_ja}",
        "en": f"{en} {be} marked {listed(tuple(found.terms), 'en')} ({kinds_en}).{check_en}",
    }


def _office(*rows: tuple[str, str]) -> Part:
    return file("計画.docx", "docx", Block((("計画書",),)), Block(rows, (), "properties", hidden=True))


_LABEL = "MSIP_Label_0a1b2c3d-0000-4000-8000-000000000001_"
_NOTICE = "CONFIDENTIAL\nThis e-mail is confidential and intended only for the addressee."

EXAMPLES = (
    Example("the subject", mail(headers=(("Subject", "【社外秘】来期の予算"),)), facts(), 1),
    Example(
        "a footer", mail(parts=(file("a.docx", "docx", Block((("Acme Confidential",),), (), "footer1")),)), facts(), 1
    ),
    Example(
        "spaced out in the first line", mail(parts=(file("a.txt", "plain", Block((("社　外　秘",),))),)), facts(), 1
    ),
    Example("the name of a file", mail(parts=(file("社外秘_見積.xlsx"), file("CONFIDENTIAL-plan.pdf"))), facts(), 1),
    Example("a header", mail(headers=(("Sensitivity", "Company-Confidential"),)), facts(), 1),
    Example("a property", mail(parts=(_office(("keywords", "予算; 部外秘")),)), facts(), 1),
    Example(
        "a label", mail(parts=(_office((f"{_LABEL}Enabled", "true"), (f"{_LABEL}Name", "Confidential")),)), facts(), 1
    ),
    Example("for the addressee alone: a note", mail(parts=(body("親展\n\n佐藤様"),)), facts(), 1),
    Example("a label for everybody", mail(parts=(_office((f"{_LABEL}Name", "General")),)), facts(), 0),
    Example(
        "a label that was taken off",
        mail(parts=(_office((f"{_LABEL}Enabled", "false"), (f"{_LABEL}Name", "極秘")),)),
        facts(),
        0,
    ),
    Example("a legal notice", mail(parts=(body(f"Hello.\n\nBob\n{_NOTICE}"),)), facts(), 0),
    Example(
        "a word in a sentence",
        mail(parts=(body("We treat this confidentially.\n社外秘の扱いについて相談です。"),)),
        facts(),
        0,
    ),
    Example("it stays inside", mail("sato@tachibana.example", headers=(("Subject", "社外秘"),)), facts(), 0),
)
