"""content_fields: what the fields of an entity say of its body (RFC 2045 5 and 6, RFC 2183), and where others could read them differently."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from urllib.parse import unquote

from mail import words
from mail.charset import codec_of, is_ascii_in
from mail.headers import Headers

IDENTITY = ("",)
UU = "x-uuencode"
_TELLING = frozenset({"content-type", "content-disposition", "content-transfer-encoding"})
_ENCODINGS = {
    "base64": "base64",
    "quoted-printable": "quoted-printable",
    **dict.fromkeys(("7bit", "8bit", "binary", ""), ""),
    **dict.fromkeys(("x-uuencode", "uuencode", "x-uue", "uue"), UU),
}
_NAMED = re.compile("base64|quoted-printable|uuencode|x-uue?|uue|7bit|8bit|binary")
_TOKEN = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}(?:/[a-z0-9!#$&^_.+-]{1,127})?|")
_LETTERS = re.compile(r"[^a-z]")
_BOUNDARY = re.compile(r"(?i)boundary[^=;\r\n]{0,40}=")
_QUOTED = re.compile(r'"[^"]{0,1000}"')
# RFC 2047 2; a boundary may hold both letters (RFC 2046 5.1.1) and be none.
_ENCODED_WORD = re.compile(r"=\?[^?]{0,100}\?")
_ENDS = re.compile(r"[\s;,\"'()]")
# A field that somebody could take for one of its own; the list of signed fields (RFC 6376 3.5) has no such values.
_FIELD_IN_FOLD = re.compile(
    rb"(?i)[\r\n][ \t]{1,80}content-(?:type[ \t]{0,8}:[ \t]{0,8}[a-z-]{1,20}/|transfer-encoding[ \t]{0,8}:[ \t]{0,8}(?:base64|quoted|x-|uu|[78]bit|binary))"
)
_NOT_ASCII = ("utf-16", "utf-32", "utf-7")
_MOST = 12
_LONGEST = 1000
_SHORT = 120


@dataclass(frozen=True, slots=True)
class Kind:
    """Content-Type, Content-Transfer-Encoding and Content-Disposition of one entity, as they are to be read."""

    type: words.Parameterised
    encodings: tuple[str, ...] = IDENTITY
    """Every one that somebody could read."""
    doubt: str = ""
    """The defect of its Content-Transfer-Encoding, should the body be one on which it matters."""
    disposition: str = ""
    name: str = ""
    boundaries: tuple[str, ...] = ()
    """Every one that somebody could read."""
    is_multipart: bool = False


@cache
def _bare(default: str) -> Kind:
    """An entity whose headers say nothing."""
    return Kind(words.Parameterised(default))


def read_kind(headers: Headers, default: str) -> tuple[Kind, tuple[str, ...]]:
    """What the fields say, in doubt what shows more, and their defects."""
    if not headers.has_any(_TELLING):
        return _bare(default), ()
    raws = (headers.raw("content-type"), headers.raw("content-transfer-encoding"), headers.raw("content-disposition"))
    return _usual_kind(*raws, default) if sum(map(len, sum(raws, ()))) <= _SHORT else _kind(*raws, default)


def _kind(
    raw_types: tuple[bytes, ...], raw_encodings: tuple[bytes, ...], raw_places: tuple[bytes, ...], default: str
) -> tuple[Kind, tuple[str, ...]]:
    types = [words.parameterised(raw) for raw in raw_types]
    chosen = next((t for t in types if _is_multipart(t.value)), types[0] if types else None)
    if chosen is None or not chosen.value:
        chosen = words.Parameterised(default, chosen.parameters if chosen else {})
    encodings, doubt = _encodings(raw_encodings)
    dispositions = [words.parameterised(raw) for raw in raw_places]
    disposition = dispositions[0] if dispositions else words.Parameterised("")
    name = words.file_name(disposition.first("filename") or chosen.first("name"))
    multipart = _is_multipart(chosen.value)
    named, defects = _boundaries(types, raw_types) if multipart or _names_boundary(raw_types) else ((), [])
    if len(types) > 1:
        defects += _repeated(types)
    for raw in (*raw_types, *raw_encodings, *raw_places):
        defects += _folded(raw) if b"\n" in raw else []
    if multipart and not (chosen.value.startswith("multipart") and _TOKEN.fullmatch(chosen.value)):
        defects.append("malformed_content_type")
    return Kind(chosen, encodings, doubt, disposition.value, name, named, multipart), tuple(defects)


_usual_kind = lru_cache(maxsize=256)(_kind)
"""Most mail says one of a few things: ` text/plain; charset=utf-8`, ` 8bit`."""


def _names_boundary(raw_types: tuple[bytes, ...]) -> bool:
    return any(b"boundary" in raw.lower().replace(b"\\", b"") for raw in raw_types)


def _is_multipart(value: str) -> bool:
    r"""Also where it is written so that not everybody reads it: `multi\part/mixed`, `:multipart/mixed`, `=?q?multipart?=/mixed`."""
    return value.startswith("multipart") or ("/" in value and "multipart" in _LETTERS.sub("", value)[:60])


def _folded(raw: bytes) -> list[str]:
    return ["field_in_fold"] if _FIELD_IN_FOLD.search(raw) else []


def _repeated(types: list[words.Parameterised]) -> list[str]:
    """Two Content-Types: of no account where both are of a single text, for that is read by what it is."""
    if all(t == types[0] for t in types):
        return []
    single = all(t.value.startswith(("text/", "application/octet-stream")) for t in types)
    codecs = (codec_of(t.first("charset")) for t in types)
    plain = all(
        codec is not None and not codec.startswith(_NOT_ASCII) and (not codec or is_ascii_in(codec)) for codec in codecs
    )
    same = len({tuple(t.parameters.get("boundary", ())) for t in types}) == 1
    return ["repeated_content_type" if single and plain and same else "duplicate_content_type"]


def _encodings(given: tuple[bytes, ...]) -> tuple[tuple[str, ...], str]:
    """Every encoding that somebody could read, and the defect."""
    if not given:
        return IDENTITY, ""
    if len(given) == 1 and (usual := _usual_encoding(given[0])) is not None:
        return usual, ""
    parsed = [words.parameterised(raw) for raw in given]
    values = {p.value for p in parsed}
    if len(values) == 1 and not any(
        p.parameters or p.defects or b"(" in raw or (not p.value and raw.strip())
        for p, raw in zip(parsed, given, strict=True)
    ):
        known = _ENCODINGS.get(parsed[0].value)
        if known is not None:
            return (known,), ""
    texts = [words.decode(raw).lower() for raw in given]
    named = [
        n
        for text in texts
        for variant in (text, text.replace("\\", ""), _without_comments(text))
        for n in _NAMED.findall(variant)
    ]
    found = dict.fromkeys(_ENCODINGS.get(n, UU) for n in named)
    # What decodes comes first; as it stands it is read where that was said, and where nothing was that anybody knows.
    ordered = sorted(found, key=lambda encoding: encoding == "")
    ordered = ordered if ordered and len(ordered) == len(values) else [*ordered, ""]
    defect = "duplicate_transfer_encoding" if len(values) > 1 else "unknown_transfer_encoding"
    return tuple(dict.fromkeys(ordered)), defect


@lru_cache(maxsize=256)
def _usual_encoding(raw: bytes) -> tuple[str, ...] | None:
    """What nearly all mail says, without a doubt."""
    known = _ENCODINGS.get(raw.strip(b" \t\r\n").decode("ascii", "replace").lower())
    return None if known is None else (known,)


def _without_comments(text: str) -> str:
    return re.sub(r"\([^()]{0,200}\)?", "", text)


def _boundaries(types: list[words.Parameterised], given: tuple[bytes, ...]) -> tuple[tuple[str, ...], list[str]]:
    """Every boundary that somebody could read, those as written first, and the defects."""
    written = [b for t in types for b in t.parameters.get("boundary", ())]
    defects = [d for t in types if "boundary" in t.parameters or _is_multipart(t.value) for d in t.defects]
    if len(set(written)) > 1:
        defects.append("duplicate_boundary")
    texts = [text for raw in given if _BOUNDARY.search(text := words.raw_text(raw))]
    odd = [text for text in texts if "\\" in text or _ENCODED_WORD.search(text) or "(" in _QUOTED.sub("", text)]
    defects += ["malformed_content_type"] if odd else []
    if odd or defects or (texts and not written):
        written += [b for text in texts for b in _readings(text)]
    return tuple(dict.fromkeys(written))[:_MOST], defects


def _readings(text: str) -> Iterator[str]:
    """What readers take for the boundary: up to a blank, a quote, a semicolon, or all of it; decoded or as it stands."""
    for found in islice(_BOUNDARY.finditer(text), _MOST):
        rest = text[found.end() : found.end() + _LONGEST].strip()
        inside = rest[1:].partition(rest[0])[0] if rest[:1] in {'"', "'"} and rest else ""
        for one in filter(None, (inside, _ENDS.split(rest)[0], rest.partition(";")[0].strip(), rest)):
            yield from (one, one.strip("\"'"), one.replace("\\", ""), _without_comments(one))
            yield words.decode_words(one) if "=?" in one else unquote(one.rpartition("'")[2])
