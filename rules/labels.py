"""Labels: what a document's properties and a mail's headers say of how confidential it is, Microsoft's sensitivity labels among them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mail.shapes import Block, Message, Paragraphs
from rules.marked_lines import PROPERTIES
from rules.marking_terms import Markings, normal

# "MSIP_Label_<number>_Name", in docProps/custom.xml, in properties of PDF and OLE files, and in the header msip_labels.
_LABEL = re.compile(r"MSIP_Label_([0-9A-Fa-f-]{8,40})_([A-Za-z]{1,20})")
_LABEL_PAIR = re.compile(r"MSIP_Label_([0-9A-Fa-f-]{8,40})_([A-Za-z]{1,20})\s{0,3}=\s{0,3}([^;\r\n]{0,200})")
_NO = frozenset({"false", "0", "no", "いいえ", ""})
_USUAL = frozenset(
    "keywords keyword category contentstatus subject title description comments comment status label tags".split()  # noqa: SIM905
)
_TELLS = re.compile(
    r"classif|sensitiv|confiden|secre[ct]|protective|marking|機密|秘密|秘区|分類|取扱|公開区分|security-?(?:label|level)|sio-label|msip",
    re.IGNORECASE,
)
"""Names of headers and properties that say how something is marked."""
_PIECES = re.compile(r"[;,、/|\n]")
_OPEN = re.compile(r"\b(?:public|general|unrestricted|non-business|unclassified)\b|公開|一般|公表|無制限")
_CLOSED = re.compile(r"非公開|公開(?:禁止|不可|前|厳禁)")
# RFC 4021 2.1.55 and RFC 5545 3.8.1.3.
_SENSITIVITY = {"personal": "personal", "private": "private", "company-confidential": "company-confidential"}


@dataclass(frozen=True, slots=True)
class Mark:
    """How something is marked: the kind ("property", "header", "label") and the term; without one, a label that we do not know."""

    reason: str
    term: str


def of_properties(blocks: Sequence[Block], terms: Markings, open_labels: frozenset[str]) -> Iterator[Mark]:
    """What the properties of a file say."""
    if isinstance(blocks, Paragraphs):
        return  # running text has none, and is not cut into blocks for them
    rows = [row for block in blocks if block.hidden and block.where == PROPERTIES for row in block.rows]
    pairs = [(row[0], " ".join(row[1:])) for row in rows if len(row) > 1]
    yield from _of_labels(((name, value) for name, value in pairs if name.startswith("MSIP_")), terms, open_labels)
    for name, value in pairs:
        if term := _of_property(name, value, terms):
            yield Mark("property", term)


def _of_property(name: str, value: str, terms: Markings) -> str:
    if _LABEL.match(name) or normal(value).lower() in _NO:
        return ""
    small = name.lower()
    if _TELLS.search(name):
        return terms.of_value(value)
    if small in _USUAL:
        whole = terms.of_line(value, title=small in {"title", "subject"})
        return whole or next(
            filter(None, (terms.of_line(piece, title=False) for piece in _PIECES.split(value[:2000]))), ""
        )
    # 管理区分 = 社外秘; and a property that is the marking itself: 社外秘 = yes.
    return terms.of_line(value, title=False) or terms.of_line(name, title=False)


def _of_labels(pairs: Iterable[tuple[str, str]], terms: Markings, open_labels: frozenset[str]) -> Iterator[Mark]:
    """Each label once: by its name, where it has one; one that was taken off or may go out is none."""
    labels: dict[str, dict[str, str]] = {}
    for name, value in pairs:
        if found := _LABEL.match(name):
            labels.setdefault(found[1].lower(), {})[found[2].lower()] = value.strip()
    for number, said in labels.items():
        name = said.get("name", "")
        if said.get("enabled", "true").lower() in _NO or {number, normal(name).lower()} & open_labels:
            continue
        term = terms.of_value(name)
        if term or not _OPEN.search(_CLOSED.sub("", normal(name).lower())):
            yield Mark("label", term)


def of_headers(message: Message, terms: Markings, open_labels: frozenset[str]) -> Iterator[Mark]:
    """What the headers say, but for the subject."""
    for name in filter(_tells, message.header_names()):
        for value in message.headers_of(name):
            if name == "sensitivity":
                said = _SENSITIVITY.get(value.strip().lower(), "")
                yield from (Mark("header", said),) if said else ()
            elif "MSIP_Label_" in value:
                pairs = ((f"MSIP_Label_{number}_{key}", text) for number, key, text in _LABEL_PAIR.findall(value))
                yield from _of_labels(pairs, terms, open_labels)
            elif term := terms.of_value(value):
                yield Mark("header", term)


@lru_cache(maxsize=1024)
def _tells(name: str) -> bool:
    """Whether a header says by its name how something is marked; most mail has the same few."""
    return _TELLS.search(name) is not None


def of_calendar(blocks: Sequence[Block]) -> Iterator[Mark]:
    """CLASS of an appointment."""
    for block in blocks:
        for row in block.rows:
            said = row[0].upper().replace(" ", "") if row else ""
            if said in {"CLASS:CONFIDENTIAL", "CLASS:PRIVATE"}:
                yield Mark("header", said[6:].lower())
