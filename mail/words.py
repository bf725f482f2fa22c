"""words: the encoded pieces of header values (RFC 2047 encoded-words, RFC 2231 parameters) → text; linear, never raises."""

import binascii
import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from mail import charset
from mail.marks import stream_safe

_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,8192})\?=")
_CONTROLS = dict.fromkeys((*range(32), 127, *range(128, 160), 8232, 8233), " ")
# Marks that turn the direction of writing: a name shown with them reads as another one (UAX #9).
_CONTROLS |= dict.fromkeys((0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0x200E, 0x200F), "")
TURNED = "⇄"
"""Stands in the name of a file for a mark that turns the direction of writing, so that people see that there is one."""
TURNS = dict.fromkeys((0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069), TURNED)
_PARAMETERS = 4096
LONGEST_NAME = 255
_SHORT = 40


def raw_text(value: bytes) -> str:
    """A header value as text, line folds removed, nothing decoded but the charset (UTF-8, or what it looks like)."""
    if b"\n" in value or b"\r" in value:
        value = value.replace(b"\r", b"").replace(b"\n", b"")
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    return charset.guess(value)[0]


def decode(value: bytes) -> str:
    """A header value for people: unfolded, encoded-words decoded, controls as spaces, so that no line can be forged."""
    text = raw_text(value)
    if "=?" in text:
        text = decode_words(text)
    return stream_safe(clean(text).strip())


def clean(text: str) -> str:
    """Without line ends, other controls and marks of writing direction."""
    return text if text.isprintable() else text.translate(_CONTROLS)


def decode_words(text: str) -> str:
    """RFC 2047 5 and 6.2, leniently: also inside words.

    Neighbours of one charset are joined before decoding: many programs cut in the middle of a character.
    """
    out: list[str] = []
    waiting = bytearray()
    name = ""
    position = 0
    for word in _ENCODED.finditer(text):
        between = text[position : word.start()]
        same = word[1].lower() == name
        if waiting and (between.strip() or not same):
            out.append(charset.decode(bytes(waiting), name)[0])
            waiting.clear()
        if between.strip() or position == 0:
            out.append(between)
        name = word[1].lower()
        waiting += _word_bytes(word[2], word[3])
        position = word.end()
    if waiting:
        out.append(charset.decode(bytes(waiting), name)[0])
    out.append(text[position:])
    return "".join(out)


def _word_bytes(encoding: str, data: str) -> bytes:
    raw = data.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    return decode_base64(raw)


def decode_base64(raw: bytes) -> bytes:
    """What fits of it: junk is skipped, a missing end is filled up."""
    letters = raw.translate(None, delete=NOT_BASE64)
    cut = len(letters) - len(letters) % 4 if len(letters) % 4 == 1 else len(letters)
    return binascii.a2b_base64(letters[:cut] + b"=" * (-cut % 4))


_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))


_QUOTED_OR_END = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|;', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parameterised:
    """A value with parameters (RFC 2045 5.1), for example of Content-Type."""

    value: str
    """Lower case, comments removed."""
    parameters: dict[str, list[str]] = field(default_factory=dict)
    """Lower-case name → every value given, in order, RFC 2231 pieces joined and decoded."""
    defects: tuple[str, ...] = ()

    def first(self, name: str) -> str:
        """The first value of that parameter, "" without."""
        return next(iter(self.parameters.get(name, ())), "")


def parameterised(value: bytes) -> Parameterised:
    """Cut `type/subtype; name=value; …`; never raises, tolerates what mail programs tolerate and names it in `defects`."""
    return _short(value) if len(value) <= _SHORT else _parameterised(value)


@lru_cache(maxsize=256)
def _short(value: bytes) -> Parameterised:
    """Most mail says one of a few things: ` text/plain; charset=utf-8`, ` 8bit`."""
    return _parameterised(value)


def _parameterised(value: bytes) -> Parameterised:
    text = _without_comments(raw_text(value))
    # A comment after the type is RFC 2045's own example; in front of it, readers disagree.
    defects = ["malformed_content_type"] if value.lstrip().startswith(b"(") else []
    head, *rest = _pieces(text)
    given: dict[str, list[str]] = {}
    split: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in rest[:_PARAMETERS]:
        name, equals, content = piece.partition("=")
        name = name.strip().lower()
        if not name or not equals:
            continue
        content, good = _unquoted(content.strip())
        defects += ["malformed_content_type"] if name == "boundary" and not good else []
        base, star, number = name.partition("*")
        if star:
            _keep_piece(split.setdefault(base, {}), number, content)
        else:
            given.setdefault(name, []).append(content)
    defects += ["too_many_parameters"] if len(rest) > _PARAMETERS else []
    defects += ["split_parameter" for base in split if base == "boundary"]
    for base, pieces in split.items():
        given.setdefault(base, []).append(_joined(pieces))
    return Parameterised(head.strip().strip("\"'").lower(), given, tuple(dict.fromkeys(defects)))


def file_name(value: str) -> str:
    """A file name as it is shown: decoded, without controls, at most 255 characters. Data, never a path."""
    text = decode_words(value) if "=?" in value else value
    text = clean(text if text.isprintable() else text.translate(TURNS)).strip()
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 20] + "…" + text[-19:]


def _keep_piece(pieces: dict[int, tuple[str, bool]], number: str, content: str) -> None:
    """RFC 2231 3 and 4: `name*`, `name*0`, `name*1*`."""
    encoded = number.endswith("*") or number == ""
    digits = number.rstrip("*")
    if digits == "" or (digits.isdecimal() and len(digits) <= 5):  # noqa: PLR2004 - no name has 100,000 pieces
        pieces.setdefault(int(digits or 0), (content, encoded))


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    name = ""
    data = bytearray()
    for place, (number, (content, encoded)) in enumerate(sorted(pieces.items())):
        if not encoded:
            data += content.encode("utf-8", "replace")
            continue
        if place == 0 and number == 0 and content.count("'") >= 2:  # noqa: PLR2004 - charset'language'value
            name, _, content = content.split("'", 2)  # noqa: PLW2901
        data += unquote_to_bytes(content)
    return charset.decode(bytes(data), name)[0]


def _without_comments(text: str) -> str:
    """Comments (RFC 5322 3.2.2) taken out, quoted strings kept; one that is never closed is kept as it stands."""
    if "(" not in text:
        return text
    out: list[str] = []
    depth = 0
    quoted = False
    i = 0
    while i < len(text):
        c = text[i]
        if c == "\\" and (quoted or depth):
            out.append("" if depth else text[i : i + 2])
            i += 2
            continue
        if c == '"' and not depth:
            quoted = not quoted
        if not quoted and c == "(":
            depth += 1
        elif not quoted and c == ")" and depth:
            depth -= 1
        elif not depth:
            out.append(c)
        i += 1
    return text if depth or quoted else "".join(out)


def _pieces(text: str) -> list[str]:
    """Cut at semicolons outside quotes."""
    if '"' not in text:
        return text.split(";")
    out: list[str] = []
    start = 0
    for found in _QUOTED_OR_END.finditer(text):
        if found[0] == ";":
            out.append(text[start : found.start()])
            start = found.end()
    out.append(text[start:])
    return out


def _unquoted(content: str) -> tuple[str, bool]:
    """Value of a parameter and whether it was well formed."""
    if not content.startswith('"'):
        return content, not any(c in content for c in "\"'<>@,;:\\ \t")
    inside = content[1:]
    end = _closing(inside)
    if end < 0:
        return inside, False
    text = inside[:end]
    if "\\" in text:
        text = re.sub(r"\\(.)", r"\1", text)
    return text, not inside[end + 1 :].strip()


def _closing(inside: str) -> int:
    i = inside.find('"')
    if "\\" not in inside[: max(i, 0)]:
        return i
    i = 0
    while i < len(inside):
        if inside[i] == "\\":
            i += 2
            continue
        if inside[i] == '"':
            return i
        i += 1
    return -1
