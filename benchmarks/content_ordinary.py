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
# Looked at one by one: what their authors cut short, made illegible or broke on purpose is no ordinary mail, and is rightly asked about.
_BROKEN = frozenset(
    (
        # Attachments without their middle or their end, or with other letters in their base64.
        *(
            "email_with_similar_boundaries.eml",
            "raw_email7.eml",
            "raw_email12.eml",
            "raw_email_with_nested_attachment.eml",
        ),
        *(
            "raw_email_with_multipart_mixed_quoted_boundary.eml",
            "attachment_content_location.eml",
            "attachment_only_email.eml",
        ),
        *(
            "attachment_message_rfc822.eml",
            "attachment_pdf.eml",
            "attachment_pdf_lf.eml",
            "attachment_pdf_non_ascii.eml",
        ),
        *(
            "attachment_pdf_non_ascii_lf.eml",
            "attachment_with_base64_encoded_name.eml",
            "attachment_with_encoded_name.eml",
        ),
        *("simple-multipart.anonymized.eml", "issue1189.mbox.txt#1", "boundary-name-clash.msg", "thirdparty/002.eml"),
        # Noise as a file, one message in five pieces.
        *("simple-attachment.msg", "thirdparty/009.eml"),
        # Boundaries of 700 and 7,000 letters, a line that only begins as one, a BOM before the header, half a line in it.
        *(
            "very-long-boundary.msg",
            "very-very-long-boundary.msg",
            "ending-boundaries.msg",
            "feedback-report.txt",
            "issue358.txt",
        ),
    )
)


def ordinary() -> list[tuple[str, int, int]]:
    """A line a source, and which rules asked, for which reasons; what is broken on purpose does not count."""
    print("\nOrdinary mail held by content rules, default policy")
    lines = [
        _line(
            "letters of our own",
            (("", _our_letter(language, n)) for language in ("ja", "en") for n in range(_OUR_LETTERS)),
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


def _messages(folders: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for name in folders:
        place = CORPUS / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix == ".mbox" or ".mbox." in path.name:
                messages = enumerate(mailbox.mbox(path, create=False))
                yield from (
                    (f"{path.parent.name}/{path.name}#{number}", message.as_bytes()) for number, message in messages
                )
            elif path.is_file():
                yield f"{path.parent.name}/{path.name}", path.read_bytes()


def _line(name: str, contents: Iterator[tuple[str, bytes]]) -> tuple[str, int, int]:
    total = held = broken = 0
    reasons: Counter[str] = Counter()
    for file, content in contents:
        asking = _asking(judge(Mail(ENVELOPE, read(content)), FACTS, default_policy()))
        total += 1
        if not _BROKEN.isdisjoint((file, file.rpartition("/")[2])):
            broken += bool(asking)
            continue
        held += bool(asking)
        reasons.update(asking)
    said = ", ".join(f"{reason} {number}" for reason, number in reasons.most_common())
    apart = f"; {broken} more are broken on purpose" if broken else ""
    print(f"  {name:32} {held:3} of {total:4} ({held / max(1, total):.1%})   {said}{apart}")
    return name, held, total


def _asking(verdict: Verdict) -> set[str]:
    return {
        f"{one.rule.removeprefix('content-')}:{one.reason}" for one in verdict.asking if one.rule.startswith("content-")
    }


if __name__ == "__main__":
    ordinary()
