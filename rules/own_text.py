"""Own text: what the sender wrote into a body now, without what is quoted, the signature and the usual legal notice."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rules.opening import Opening
from rules.personal.normal import plain
from rules.personal.signatures import is_attribution

_LINES = 2_000
_QUOTED = frozenset(">|＞»")
_TELLING = frozenset("-_=*~+#━─＝ー☆★◆◇■□●○・…bBfFvVdD差送")
"""First letters of what ends the own text."""
_FORWARDED = re.compile(
    r"[-_=* ]{2,80}\s?(?:original (?:message|appointment)|forwarded message|begin forwarded|元のメッセージ|転送(?:された)?メッセージ|original)"
    r"|begin forwarded message|_{20,200}$",
    re.IGNORECASE,
)
_HEADER = re.compile(r"\*?(?:from|von|de|差出人|送信元|送信者)\*?\s?:", re.IGNORECASE)
_MORE_HEADER = re.compile(r"\*?(?:sent|date|to|cc|subject|送信日時|日時|日付|宛先|件名)\*?\s?:", re.IGNORECASE)
_SIGNATURE = re.compile(r"--|(?:[-=_*~+#━─＝─—ー☆★◆◇■□●○・…]\s?){8,}")
_SHORT = 14
"""A rule with no more lines below it begins a signature."""
NOTICE = re.compile(
    r"\b(?:confidentiality (?:notice|note|statement)|disclaimer|legal notice)\b"
    r"|\b(?:this|the) (?:e-?mail|message|communication|transmission|electronic)\b.{0,160}?\b(?:confidential|intended|privileged|recipient|proprietary)"
    r"|\bintended (?:only|solely|recipient)|\bif you (?:are not|have received|received)\b"
    r"|(?:本|当|この|こちらの)(?:電子)?(?:メール|ﾒｰﾙ|通信|e-?mail|メッセージ).{0,60}?(?:機密|秘密|秘匿|宛先|名宛|意図|誤|受信者|受取人|第三者|専用)"
    r"|誤って(?:受信|送信|届)",
    re.IGNORECASE,
)
"""The usual legal notice below a mail."""


def own_text(openings: Iterable[Opening]) -> tuple[str, ...]:
    """The own paragraphs of the first body that says anything, each one line, in their normal form."""
    text = next(filter(None, (opening.text for opening in openings)), "")
    return tuple(_paragraphs(plain(text)))


def is_notice(paragraph: str) -> bool:
    """Whether a paragraph is the usual legal notice."""
    return NOTICE.search(paragraph) is not None


def _paragraphs(text: str) -> Iterator[str]:
    run: list[str] = []
    for line in (*_own_lines([line.strip() for line in text.splitlines()[:_LINES]]), ""):
        if line:
            run.append(line)
            continue
        if run:
            yield _joined(run)
        run = []


def _own_lines(lines: Sequence[str]) -> Iterator[str]:
    """Lines that are neither quoted nor below the mark of a signature or of a forwarded mail."""
    for number, line in enumerate(lines):
        first = line[:1]
        if first in _QUOTED:
            continue
        if first in _TELLING and (
            _FORWARDED.match(line) or _is_header(lines, number) or _begins_signature(lines, number)
        ):
            return
        if is_attribution(line):
            behind = next((one for one in lines[number + 1 : number + 4] if one), "")
            if behind[:1] not in _QUOTED:
                return
            continue
        yield line


def _is_header(lines: Sequence[str], number: int) -> bool:
    """The header of an earlier mail as programs copy it: From, then Sent or To."""
    return _HEADER.match(lines[number]) is not None and any(map(_MORE_HEADER.match, lines[number + 1 : number + 5]))


def _begins_signature(lines: Sequence[str], number: int) -> bool:
    if not _SIGNATURE.fullmatch(lines[number]):
        return False
    below = [line for line in lines[number + 1 : number + 4 * _SHORT] if line and line[0] not in _QUOTED]
    return lines[number] == "--" or len(below) <= _SHORT


def _joined(lines: Sequence[str]) -> str:
    """Lines as one: with a blank between, but for Japanese."""
    text = ""
    for line in lines:
        blank = " " if text and (text[-1].isascii() or line[:1].isascii()) else ""
        text += blank + line
    return text
