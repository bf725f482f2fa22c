"""Ordinary mail that the content rules would ask about, by rule: the letters of ../shared/corpus and letters of our own, in the default policy."""

import mailbox
from collections import Counter
from collections.abc import Iterator

from content_cases import ENVELOPE, FACTS, ROOT
from letters import letter

from mail.message import read
from rules.base import Mail
from rules.verdict import Verdict, default_policy, judge

CORPUS = ROOT / "../shared/corpus"
# What real senders wrote; the rest of the corpus is torture made for parsers, counted apart.
_ORDINARY = ("spamassassin/nice", "spamassassin/nice.mbox", "spamassassin/dkim")
_LETTERS = ("ruby-mail/mime_emails", "ruby-mail/attachment_emails", "mimekit-messages", "mimekit-mbox", "stalwart-mail-parser/legacy", "stalwart-mail-parser/thirdparty", "mox", "mime4j")  # fmt: skip
_OUR_LETTERS = 400


def ordinary() -> list[tuple[str, int, int]]:
    """A line a source, and which rules asked, for which reasons."""
    print("\nOrdinary mail held by content rules, default policy")
    lines = [
        _line(
            "letters of our own", (_our_letter(language, n) for language in ("ja", "en") for n in range(_OUR_LETTERS))
        )
    ]
    if not CORPUS.is_dir():
        print("  ../shared/corpus is not there: left out")
        return lines
    return [
        *lines,
        _line("spamassassin ham", _messages(_ORDINARY)),
        _line("test letters of mail libraries", _messages(_LETTERS)),
    ]


def _our_letter(language: str, number: int) -> bytes:
    head = "From: hanako@sender.example\r\nTo: kimura@customer.example\r\nSubject: =?utf-8?b?6LOH5paZ?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return (head + letter(language, number).replace("\n", "\r\n")).encode()


def _messages(folders: tuple[str, ...]) -> Iterator[bytes]:
    for name in folders:
        place = CORPUS / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix == ".mbox" or ".mbox." in path.name:
                yield from (message.as_bytes() for message in mailbox.mbox(path, create=False))
            elif path.is_file():
                yield path.read_bytes()


def _line(name: str, contents: Iterator[bytes]) -> tuple[str, int, int]:
    total = held = 0
    reasons: Counter[str] = Counter()
    for content in contents:
        asking = _asking(judge(Mail(ENVELOPE, read(content)), FACTS, default_policy()))
        total, held = total + 1, held + bool(asking)
        reasons.update(asking)
    said = ", ".join(f"{reason} {number}" for reason, number in reasons.most_common())
    print(f"  {name:32} {held:3} of {total:4} ({held / max(1, total):.1%})   {said}")
    return name, held, total


def _asking(verdict: Verdict) -> set[str]:
    return {
        f"{one.rule.removeprefix('content-')}:{one.reason}" for one in verdict.asking if one.rule.startswith("content-")
    }


if __name__ == "__main__":
    ordinary()
