"""Asks about programs that pass for something else, and notes programs, scripts, shortcuts and macros, by their octets and their names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as fields_of

from mail.shapes import Lost, Part
from rules.base import About, Action, Example, Finding
from rules.base import Facts as KnownFacts
from rules.base import Mail as GivenMail
from rules.examples import body, facts, file, mail, unreadable
from rules.executable_names import bare, is_turned, kind_of, looks_like_document, says_document, says_picture
from rules.part_text import locked_names
from rules.words import named

ACTION = Action.HOLD


@dataclass(frozen=True, slots=True)
class Reasons:
    """`[rules.content-executable.reasons]`: what follows, by what it is."""

    direction: Action = Action.HOLD
    """A program in whose name a mark turns the direction of writing: exe.fdp is read fdp.exe."""
    double_extension: Action = Action.HOLD
    """A program named like a document, as 請求書.pdf.exe."""
    disguised: Action = Action.HOLD
    """A program or script by its octets under the name of a document or picture."""
    program: Action = Action.NOTE
    """A program, library or installer."""
    script: Action = Action.NOTE
    """A script: JavaScript, VBScript, PowerShell, batch, shell and the like."""
    shortcut: Action = Action.NOTE
    """A link to a file or page, mostly sent instead of the file itself."""
    macro: Action = Action.NOTE
    """An Office document with macros."""


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.content-executable]`."""

    reasons: Reasons = field(default_factory=Reasons)


_WORDS: Mapping[str, tuple[str, str]] = {
    "direction": (
        "は、名前に文字の向きを変える記号が入った実行ファイルです。別の種類のファイルに見えます。",
        "would run as a program, and a mark in the name that turns the direction of writing makes it look like something else.",
    ),
    "double_extension": (
        "は、文書のような名前の実行ファイルです。",
        "would run as a program and is named like a document.",
    ),
    "disguised": (
        "の中身は、名前と違って実行ファイルまたはスクリプトです。",
        "is a program or script inside, whatever the name says.",
    ),
    "program": ("は実行ファイル（プログラム）です。", "is a program."),
    "script": ("はスクリプト（実行できる命令のファイル）です。", "is a script that a computer can run."),
    "shortcut": (
        "はショートカットです。リンク先のファイル自体は含まれません。",
        "is a shortcut: the file itself does not travel with it.",
    ),
    "macro": ("にはマクロ（プログラム）が含まれています。", "holds macros."),
}
_OF_BYTES = frozenset({"program", "shortcut", "script"})
_MACROS = "vbaproject.bin"
_OLD_OFFICE, _MACRO = frozenset({"ole", "doc", "xls", "ppt"}), "macro"
"""Of the old formats the reader gives the source of macros as blocks of their own."""


def check(given: GivenMail, _known: KnownFacts, options: Options) -> Iterator[Finding]:
    """Yield one finding for each kind, with the files that are of it."""
    found: dict[str, dict[str, None]] = {}
    for part in given.message.parts:
        if part.name or part.kind in _OF_BYTES:
            for name, reason in _of_part(part):
                found.setdefault(reason, {})[name] = None
    for reason, names in found.items():
        yield Finding(
            About(part=next(iter(names)) if len(names) == 1 else ""),
            named(tuple(names), *_WORDS[reason]),
            evidence={"files": len(names)},
            score=0.9,
            action=getattr(options.reasons, reason),
            reason=reason,
        )


def _of_part(part: Part) -> Iterator[tuple[str, str]]:
    """The part itself, and the members of an archive that nobody could unpack: (name, what it is)."""
    if bare(part.name) == _MACROS:
        yield part.within or part.name, "disguised" if says_picture(bare(part.within)) else "macro"
    elif part.kind in _OLD_OFFICE and any(block.where == _MACRO for block in part.blocks):
        yield part.name, "disguised" if says_picture(bare(part.name)) else "macro"
    elif what := _what(part.name, part.kind if part.kind in _OF_BYTES else ""):
        yield part.name or part.kind, what
    for name in locked_names(part):
        if what := _what(name, ""):
            yield name, what


def _what(name: str, octets: str) -> str:
    """The worst that can be said of it; "" for nothing."""
    plain = bare(name)
    said = kind_of(plain)
    if not said and not octets:
        return ""
    if said != "macro" and is_turned(plain):
        return "direction"
    if said and said != "macro" and looks_like_document(plain):
        return "double_extension"
    if octets and (not said or said == "macro") and says_document(plain, script=octets == "script"):
        return "disguised"
    return said or octets


EXAMPLES = (
    Example("named like a document", mail(parts=(file("請求書.pdf.exe", "program"),)), facts(), 1),
    Example("with blanks between", mail(parts=(file("a.pdf                .scr"),)), facts(), 1),
    Example("a program that says it is a picture", mail(parts=(file("photo.jpg", "program"),)), facts(), 1),
    Example("the direction is turned", mail(parts=(file("請求書⇄fdp.exe", "program"),)), facts(), 1),
    Example(
        "locked in an archive", mail(parts=(unreadable("a.zip", Lost("encrypted_archive", "a.pdf.js")),)), facts(), 1
    ),
    Example("programs and a script", mail(parts=(file("a.exe"), file("b.dll"), file("c.ps1", "script"))), facts(), 2),
    Example("macros", mail(parts=(file("見積.xlsm", "xlsx"), file("vbaProject.bin", within="見積.xlsm"))), facts(), 1),
    Example(
        "a shortcut instead of the file", mail(parts=(file("見積書 - ショートカット.lnk", "shortcut"),)), facts(), 1
    ),
    Example("documents and archives", mail(parts=(file("v1.2.pdf"), file("資料.tar.gz"), file("com"))), facts(), 0),
    Example("a text that shows a command", mail(parts=(body("setup.exe を実行してください。"),)), facts(), 0),
)

assert {one.name for one in fields_of(Reasons)} == set(_WORDS)
