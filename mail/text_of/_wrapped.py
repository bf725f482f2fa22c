"""wrapped: what was encoded once more inside a text (base64, base32, hex, quoted-printable, escapes), as files and hidden text."""

import binascii
import re
from base64 import b32decode
from collections.abc import Iterator
from contextlib import suppress

from mail import charset
from mail.budget import Spending
from mail.shapes import Block, Embedded, Lost, Text
from mail.text_of import Hint, recognise
from mail.text_of._entities import entities
from mail.text_of._escaped import escaped
from mail.text_of._rest import Rest
from mail.text_of.plain import is_text
from mail.transfer import base64_readings, quoted_printable, quoted_printable_otherwise
from mail.words import decode_base64

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_MASK = bytes(octet in _LETTERS for octet in range(256))
_MASK_WORDS = bytes(octet in _LETTERS and not 0x30 <= octet <= 0x39 for octet in range(256))  # noqa: PLR2004 - 0 and 9 of ASCII
_SHORTEST = b"\1" * 48
"""So many letters without a blank: 36 octets; a line of base64 has 60 to 76."""
_NEARLY = b"\1" * 36
"""The same without one of the letters: that one is hardly a quarter of what says anything."""
_RUN = re.compile(rb"[A-Za-z0-9+/]{48,}+(?:[ \t>]{0,8}\r?\n[ \t>]{0,8}[A-Za-z0-9+/]++)*+")
_ARMOUR = re.compile(rb"-----BEGIN [A-Z0-9 ]{1,60}-----[^\0]{0,500}\Z")
_FONTS = (b"wOFF", b"wOF2", b"OTTO", b"\0\1\0\0")
_RULERS = 3
"""Letters of which a text may have rulers before it is looked at as it stands."""
_QUOTATION = re.compile(rb"\n[ \t]{0,4}>[> \t]{0,16}")
_HALF = _SHORTEST[:24]
# A line, or some, with nothing but letters in them between two marks.
_QUOTED_LETTERS = re.compile(rb">[> \t]{0,16}+[\r\n]*+[A-Za-z0-9+/][A-Za-z0-9+/\r\n]*+(?<=\n)[ \t]{0,4}>")
_BEGINNING = 16 * 1024
_SPACING = b" \t>\r\n"
_MOST = 50
_HEAD = 512
_LARGE = 2048
"""Octets that nobody knows from which on something was not inspected; keys, signatures and tokens are shorter."""
_FEW = 24
"""Different letters: hexadecimal digits and their line ends; base64 of a kilobyte has nearly all 64."""
NOTHING = Text()
_BASE32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_NOTHING = frozenset({"unknown", "plain"})
_ESCAPE = rb"=[0-9A-Fa-f]{2}(?:=[ \t]{0,8}\r?\n)?(?:=[^\r\n]{0,2}(?==[0-9A-Fa-f]{2}))?"
_QUOTED = re.compile(_ESCAPE + rb"(?:" + _ESCAPE + rb"){2}")
"""Also with what is no escape between them. The first octet stands in front of all: sre looks for it fast."""
_SIGN = rb"=(?:20|2[C-F]|3[AD]|40|0[9AD]|[89A-F][0-9A-F])[^=]{0,60}"
_SPARSE = re.compile(_SIGN + rb"(?:" + _SIGN + rb"){2}")
"""Between words, what programs quote most."""
_SOFT_BREAK = re.compile(rb"[^=\r\n]{40}=\r?\n")
_FILES = (b"PK\3\4", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\7")
"""What a file begins with that is quoted-printable without saying so."""
# RFC 3629 4; of noise not one in a million places begins so many characters.
_UTF8 = re.compile(
    rb"(?:[\t\n\r -~]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}){16,}+"
)
_LETTERS_IN_LINES = re.compile(rb"[A-Za-z0-9+/]{48,}+")


def unwrapped(data: bytes, declared: str, spending: Spending) -> Text:
    """Every long run of base64 that is text or a file, at each of its four offsets; quoted-printable and escapes; hidden.

    All are also read where the transfer encoding was declared wrongly, or where somebody pasted them.
    """
    if b"\0" in data or b"\x1b" in data:
        data = charset.decode(data, declared)[0].encode("utf-8", "replace")
    files, lost = entities(data)
    texts: list[str] = []
    # Without line ends there is no run that does not show: mostly nothing is there, and no more is looked at.
    some, in_quotes = (False, False) if (alone := _is_ruler(data)) else _has_runs(data)
    runs = list(_runs(data)) if some else []
    if some or in_quotes or (not alone and len(data) > len(_SHORTEST) and _is_one_word(data)):
        texts, files, lost = _of_short_lines(_without(data, runs), files, lost)
    for run in runs:
        raw, text = _opened(run[0])
        if text:
            texts.append(text)
        elif raw and len(files) < _MOST:
            files.append(Embedded("base64", raw))
        elif raw:
            lost.append(Lost("limit", "base64"))
        elif len(decode_base64(run[0])) > _LARGE and not _is_usual(run):
            lost.append(Lost("unknown_format", "base64"))
    if texts:
        files.append(Embedded("base64", "\n".join(texts).encode()))
    quoted, more = _quoted(data, spending)
    files += more
    return Text(quoted, tuple(dict.fromkeys(lost)), tuple(files)) if files or lost or quoted else NOTHING


def _has_run(data: bytes) -> bool:
    """Whether so many letters follow one another, wherever the lines end."""
    return _SHORTEST in data.translate(_MASK, b"\r\n")


def _has_runs(data: bytes) -> tuple[bool, bool]:
    """Whether there is a run, and whether there may be one once marks of quotation are taken out; mostly neither.

    Where a mark cuts a run, half of it stands on one side, or a line of nothing else between two marks.
    """
    mask = data.translate(_MASK, b"\r\n")
    half = _HALF in mask
    some = half and _SHORTEST in mask
    return some, b"\n>" in data and (half or _QUOTED_LETTERS.search(data) is not None)


def _without(data: bytes, runs: list[re.Match[bytes]]) -> bytes:
    """What stands around the runs, without marks of quotation; b"" where it holds no run either, in shorter lines."""
    if runs:
        # A long run is no reason not to look at short lines beside it.
        data, ends = runs[0].string, (0, *(run.end() for run in runs))
        data = b" ".join((*(data[a : run.start()] for a, run in zip(ends, runs, strict=False)), data[ends[-1] :]))
    quoted = b"\n>" in data
    data = _QUOTATION.sub(b"\n", data) if quoted else data
    return b"" if (runs or quoted) and not _has_run(data) else data


def texts_in_runs(data: bytes) -> list[str]:
    """The texts alone, of data whose runs are mostly signatures and tokens."""
    return [text for run in _runs(data) if (text := _opened(run[0])[1])]


def _is_ruler(data: bytes) -> bool:
    """Whether hardly a letter stands beside a ruler: too few to say anything, in whatever order. Digits alone are no base64 of a text."""
    at = data[:_BEGINNING].translate(_MASK).find(_SHORTEST)
    letter = data[at + 24 : at + 25]
    return at >= 0 and letter * 32 in data[at : at + 80] and data.translate(_MASK_WORDS, letter).count(1) < len(_NEARLY)


def _runs(data: bytes) -> Iterator[re.Match[bytes]]:
    """Found by a mask first: ten times as fast as by the expression alone."""
    if len(data) > _BEGINNING and _is_ruled(data):
        return
    data, mask, at = _without_rulers(data)
    while at >= 0 and (run := _RUN.match(data, at)) is not None:
        yield run
        at = mask.find(_SHORTEST, run.end())


def _is_ruled(data: bytes) -> bool:
    """Whether a ruler stands at the beginning of much text, and nothing else in it is a run: found out without its mask."""
    at = data[:_BEGINNING].translate(_MASK).find(_SHORTEST)
    letter = data[at + 24 : at + 25]
    return at >= 0 and letter * 32 in data[at : at + 80] and _NEARLY not in data.translate(_MASK, letter)


def _without_rulers(data: bytes) -> tuple[bytes, bytes, int]:
    """The data, their mask and where the first run begins; where that is one letter over and over, all of those are taken out.

    Thirty-two letters are twenty-four octets: what stands around them stays in step.
    """
    mask = data.translate(_MASK)
    at = mask.find(_SHORTEST)
    for _ in range(_RULERS):
        letter = data[at + 24 : at + 25]
        if at < 0 or letter * 32 not in data[at : at + 80]:
            break
        # Mostly nothing else is there, which is found out ten times as fast.
        if _NEARLY not in data.translate(_MASK, letter):
            return data, mask, -1
        data = data.replace(letter * 32, b"")
        mask = data.translate(_MASK)
        at = mask.find(_SHORTEST)
    return data, mask, at


def _opened(run: bytes) -> tuple[bytes, str]:
    """The file a run holds, or its text; (b"", "") for what is neither."""
    letters = run.translate(None, delete=_SPACING)
    for raw in _other_alphabets(letters):
        if is_text(raw[:_HEAD]) and (text := _likely(raw)):
            return b"", text
        if recognise(raw, Hint())[1].kind not in _NOTHING:
            return raw, ""
    raw = decode_base64(letters)
    if not is_text(raw[:_HEAD]) and recognise(raw, Hint())[1].kind != "unknown":
        return raw, ""
    for offset in range(4):
        if not is_text(decode_base64(letters[offset : offset + 2 * _HEAD])):
            continue
        if text := _likely(decode_base64(letters[offset:])):
            return b"", text
    return b"", _between_noise(letters) if len(letters) <= 2 * _LARGE else ""


def _between_noise(letters: bytes) -> str:
    """What a run says before or behind letters that are not of it: a word in the next line, or something put there to spoil it."""
    readings = (decode_base64(letters[offset:]) for offset in range(4))
    return "\n".join(piece.decode("utf-8", "replace") for raw in readings for piece in _UTF8.findall(raw))


def _other_alphabets(letters: bytes) -> Iterator[bytes]:
    """What a run is as hexadecimal digits, and as base32 (RFC 4648 6), where it has no other letters."""
    with suppress(ValueError):
        yield bytes.fromhex(letters[: len(letters) & ~1].decode("ascii"))
    if not letters.translate(None, delete=_BASE32):
        with suppress(binascii.Error):
            yield b32decode(letters + b"=" * (-len(letters) % 8))


def _is_usual(run: re.Match[bytes]) -> bool:
    """A ruler of letters; a key or certificate in its armour, whose messages are looked at elsewhere; a font of a page."""
    data = run.string
    if len(set(run[0])) < _FEW or _ARMOUR.search(data, max(0, run.start() - 600), run.start()):
        return True
    return data[max(0, run.start() - 7) : run.start()] == b"base64," and decode_base64(run[0][:16]).startswith(_FONTS)


def _of_short_lines(
    data: bytes, files: list[Embedded], lost: list[Lost]
) -> tuple[list[str], list[Embedded], list[Lost]]:
    """Base64 whose lines are too short to be seen for runs: looked for with the line ends taken out, and without rulers."""
    for _ in range(_RULERS):
        at = data.translate(_MASK).find(_SHORTEST)
        letter = data[at + 24 : at + 25]
        if at >= 0 and letter * 32 in data[at : at + 80]:
            data = data.replace(letter * 32, b" ")
    joined = data.translate(None, b"\r\n")
    texts: list[str] = []
    at = joined.translate(_MASK).find(_SHORTEST)
    while at >= 0 and (run := _LETTERS_IN_LINES.match(joined, at)) is not None:
        if len(texts) + len(files) >= _MOST:
            return texts, files, [*lost, Lost("limit", "base64")]
        raw, text = _opened(run[0])
        texts += [text] if text else []
        files += [Embedded("base64", raw)] if raw else []
        following = _LETTERS_IN_LINES.search(joined, run.end())
        at = following.start() if following else -1
    if not texts and _is_one_word(data):
        readings = [raw for raw in base64_readings(data)[0] if raw != data]
        texts += filter(None, map(_likely, readings))
        files += [Embedded("base64", raw) for raw in readings if raw.startswith(_FILES)]
    return texts, files, lost


def _is_one_word(data: bytes) -> bool:
    """Whether there is no blank in it, as in base64 with junk between its letters, which some decoders skip."""
    return len(data) <= _BEGINNING and data.isascii() and b" " not in data.strip()


def _likely(raw: bytes) -> str:
    """The text that octets hold; "" where they are noise, which has other characters; one octet that does not fit is no noise."""
    if not is_text(raw):
        return ""
    text, sure = charset.decode(raw)
    return text if charset.is_likely(raw, text) and not charset.lost_by(text, sure=sure) else ""


def _quoted(data: bytes, spending: Spending) -> tuple[tuple[Block, ...], list[Embedded]]:
    """Lines that say something else once their quoted-printable or their escapes are undone, and files that were quoted."""
    found = list(escaped(data)) if b"%" in data or b"\\" in data else []
    files: list[Embedded] = []
    if b"=" in data and _may_be_quoted(data):
        raw, _ = quoted_printable(data)
        starts = (raw.find(magic) for magic in _FILES if magic not in data)
        files = [Embedded("quoted-printable", raw[at:]) for at in starts if at >= 0]
        other = quoted_printable_otherwise(data, raw)
        found += charset.decode(b"\r\n".join((raw, other)) if other else raw)[0].splitlines()
    if not found:
        return (), files
    shown = set(charset.decode(data)[0].splitlines())
    rest = Rest()
    for line in found:
        if line not in shown:
            rest.text(line)
    return rest.blocks((), spending), files


def _may_be_quoted(data: bytes) -> bool:
    if _QUOTED.search(data) or _SPARSE.search(data):
        return True
    return (b"=\r\n" in data or b"=\n" in data) and _SOFT_BREAK.search(data) is not None
