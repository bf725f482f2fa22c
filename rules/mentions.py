"""Mentions: of whom the files of a message speak, in digests: names, domains and codes never leave the reader as text.

What a file is called and whom it addresses says for whom it is; what else stands in it only says that it is not meant for one alone.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise
from typing import Final, Literal, NamedTuple

from mail.shapes import Message, Paragraphs, Part
from rules.company_names import LONGEST, companies, honoured, key_of, labelled, naming, normal
from rules.personal.normal import nfkc

How = Literal["addressed", "titled", "told", "coded", "opening", "spoken", "mailed", "greeted", "announced"]
"""addressed: 御中, a label, a company before 様 at the top of a file · titled: a name of that kind in the file's name · told: another word of
its name · coded: a code in its name · opening: a company at its top · spoken: further down · mailed: the domain of a mail address in it · greeted: as addressed,
in the text of the message · announced: a company in the subject, or further down in that text."""

MOST: Final = 300
"""Mentions of one message."""
_EACH = 120
"""Of one file: what it is called and whom it addresses come first."""
_PARTS, _LINES, _TOP = 60, 2_000, 15
"""Files, lines of each, and of those the first that may address somebody."""
_BODY_LINES = 40
_GREETING = 6
_MARKS = re.compile(r"様|御中|殿|向け|宛")
_PIECES = re.compile(r"[\s_\-－―()\[\]【】「」『』.,、+&/\\~]+")
_DOCUMENT = re.compile(
    r"御?(?:見積|請求|納品|契約|提案|報告|発注|注文|仕様|領収|計画|企画|依頼|申込|検収|覚書|議事)[書録]?|[資材]料|一覧|名簿|リスト|議事録|最終版?|修正版?|改訂版?|案\Z|の.*\Z|\d+月?"
)
_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,8}[-_]?\d{3,8}(?:[-_]\d{1,6})?)(?![A-Za-z0-9])")
_NO_CODE = re.compile(
    r"(?:IMG|DSC|DSCF|SCAN|FAX|PXL|VID|DOC|REV|VER|FY|NO|COVID|ISO|JIS|RFC|Q|W|H|R|S)[-_]?\d", re.IGNORECASE
)
_DOMAIN = re.compile(r"@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})")
_ENDS_HONOURED = re.compile(r"(?:様|殿|御中)\s*\Z")


class Mention(NamedTuple):
    """One of them."""

    how: How
    digest: bytes
    """Of the key, without the store's salt: it goes no further than the relay."""
    part: str = ""
    """Name of the file; "" for the message itself."""


def digest(kind: Literal["name", "code", "domain"], key: str) -> bytes:
    """What stands for a key."""
    return hashlib.blake2b(f"{kind}:{key}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def mentions(message: Message) -> tuple[Mention, ...]:
    """Of whom the files speak, and the text that goes with them; nothing where there is no file."""
    files = [part for part in message.parts if not part.is_body and part.name]
    if not files:
        return ()
    each = (islice(dict.fromkeys(_of_file(part)), _EACH) for part in files[:_PARTS])
    return tuple(islice(dict.fromkeys(chain(_of_message(message), *each)), MOST))


def _of_file(part: Part) -> Iterator[Mention]:
    yield from (Mention(how, one, part.name) for how, one in _of_name(part.name))
    lines = _lines(part, _LINES)
    for how, one in _of_lines(lines):
        yield Mention(how, one, part.name)


def _of_name(given: str) -> Iterator[tuple[How, bytes]]:
    """What the name of a file says: 青木商事様向け御見積書.xlsx, Quote_Acme_PJ-1234.pdf."""
    name = normal(given[:LONGEST]).rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    for code in _CODE.findall(stem):
        if not _NO_CODE.match(code):
            yield "coded", digest("code", code.replace("_", "-").casefold())
    for company in companies(re.sub(r"[_]+", " ", stem)):
        yield "titled", digest("name", company)
    pieces = _PIECES.split(stem)
    for several in (*pairwise(pieces), *zip(pieces, pieces[1:], pieces[2:], strict=False)):
        if all(map(str.isascii, several)) and (key := key_of("".join(several))):
            yield "told", digest("name", key)  # Quote_Blue_Harbor.pdf
    for piece in pieces:
        marked = _MARKS.split(piece, maxsplit=1)
        how: How = "titled" if len(marked) > 1 and "御中" in piece else "told"
        for word in (marked[0], *_DOCUMENT.split(marked[0])) if len(marked) == 1 else (marked[0],):
            if word and (key := key_of(word)):
                yield how, digest("name", key)


def _of_lines(lines: Sequence[str]) -> Iterator[tuple[How, bytes]]:
    """What stands in a file."""
    top = lines[:_TOP]
    for at, line in enumerate(top):
        near = any(_ENDS_HONOURED.search(other) for other in top[at : at + 3])
        for key in chain(honoured(line), labelled(line), companies(line) if near else ()):
            yield "addressed", digest("name", key)
    domains = _domains(lines)
    for at in sorted(naming(lines) | domains.keys()):
        yield from (("mailed", digest("domain", found)) for found in domains.get(at, ()))
        how: How = "opening" if at < _TOP else "spoken"
        yield from ((how, digest("name", key)) for key in companies(lines[at]))


def _domains(lines: Sequence[str]) -> dict[int, list[str]]:
    """The domains of mail addresses, each once, by the line where it stands first."""
    first: dict[str, int] = {}
    for at, line in enumerate(lines):
        if "@" in line:
            for found in _DOMAIN.findall(line):
                first.setdefault(found.casefold(), at)
    by_line: dict[int, list[str]] = {}
    for domain, at in first.items():
        by_line.setdefault(at, []).append(domain)
    return by_line


def _of_message(message: Message) -> Iterator[Mention]:
    """What subject and text say of it."""
    subject = normal(message.header("subject")[:LONGEST])
    honoured_there = (word[0] for word in re.findall(r"([^\s【】「」()、。]{2,20})(様|御中)", subject))
    for key in chain(companies(subject), filter(None, map(key_of, honoured_there))):
        yield Mention("announced", digest("name", key))
    body = next((part for part in message.parts if part.is_body), None)
    lines = _lines(body, _BODY_LINES) if body else []
    for line in lines[:_GREETING]:
        yield from (Mention("greeted", digest("name", key)) for key in chain(companies(line), honoured(line)))
    for line in lines[_GREETING:]:
        yield from (Mention("announced", digest("name", key)) for key in companies(line))


def _lines(part: Part, most: int) -> list[str]:
    """The first lines with anything in them, rows with tabs between their cells; of a long one its beginning."""
    if isinstance(part.blocks, Paragraphs):
        found: Iterator[str] = (line for line in part.blocks.beginning(most * 100).splitlines() if line.strip())
    else:
        rows = (row for block in part.blocks for row in (block.header, *block.rows))
        found = (line for row in rows if (line := "\t".join(filter(None, row))[:LONGEST]).strip())
    given = [line.strip()[:LONGEST] for line in islice(found, most)]
    lines = nfkc("\n".join(given)).split("\n")
    return lines if len(lines) == len(given) else list(map(normal, given))
