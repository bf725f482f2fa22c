"""Names in Latin letters in running text and rows without a header: behind a label, or beside other data of a person."""

import re
from collections.abc import Iterator

from rules.personal.context import words
from rules.personal.person_columns import COMPANY, is_name
from rules.personal.scan import Hit, Scan
from rules.personal.signs import may_tell

_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’.-]{0,24}"
_PARTICLE = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.-]{0,24}|van|von|de|der|den|da|do|dos|del|della|di|du|la|le|bin|al|ibn|zu|y|e)"
_NAME = rf"({_CAPITAL}(?:,? {_PARTICLE}){{0,4}},? {_CAPITAL})"
_LABELS = words(
    *(r"full ?name", r"\bname", r"\bnom\b", r"\bnombre", r"\bnome\b", r"vor- und nachname", "patient", "employee", "customer", "applicant", "nominativo", "氏名", "名前", r"\bfn\b"),
    *("salari[ée]", "empleado", "dipendente", "mitarbeiter", "kunde", "client", "contact", "insured", "beneficiary", "account holder", "holder", "member", "guest", "student"),
)  # fmt: skip
_BEHIND_LABEL = re.compile(
    rf"(?:[ ]?(?:name|person))?[\"']?[ ]?(?:[:=>]|\t)[ ]?[\"']?{_NAME}(?=[ ]?(?:$|[\t\n\"'<(,;|/&]))"
)
_IN_ROW = re.compile(
    rf"\n(?:[-*•|>\"']|\d{{1,4}}[.)\t,;])?[ ]?{_NAME}(?=[ ]?[\t,;:|<(\"'/–-]|\n|$|[ ]{{2}}|[ ][(+0-9])"
)
_IN_CELL = re.compile(rf"[\t|,;][ ]?[\"']?{_NAME}(?=[\"']?[ ]?(?:[\t|,;\n]|$))")
# Words that begin what looks like a name and is none: greetings, streets, days, the words of letters and forms.
_NO_NAME = frozenset(
    [
        "dear",
        "hi",
        "hello",
        "hey",
        "best",
        "kind",
        "warm",
        "yours",
        "sincerely",
        "regards",
        "thanks",
        "thank",
        "many",
        "with",
        "from",
        "to",
        "subject",
        "date",
        "sent",
        "cc",
        "re",
        "fw",
        "fwd",
        "on",
        "at",
        "in",
        "the",
        "this",
        "that",
        "these",
        "our",
        "your",
        "my",
        "please",
        "see",
        "note",
        "new",
        "old",
        "street",
        "road",
        "avenue",
        "lane",
        "drive",
        "court",
        "square",
        "place",
        "boulevard",
        "highway",
        "way",
        "park",
        "building",
        "floor",
        "suite",
        "apt",
        "unit",
        "room",
        "box",
        "north",
        "south",
        "east",
        "west",
        "saint",
        "san",
        "santa",
        "los",
        "las",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "phone",
        "tel",
        "telephone",
        "mobile",
        "fax",
        "email",
        "mail",
        "address",
        "name",
        "contact",
        "order",
        "invoice",
        "total",
        "price",
        "item",
        "product",
        "number",
        "no",
        "page",
        "section",
        "chapter",
        "table",
        "figure",
        "terms",
        "privacy",
        "policy",
        "all",
        "rights",
        "united",
        "states",
        "kingdom",
        "new",
        "york",
        "london",
        "paris",
        "berlin",
        "tokyo",
        "osaka",
        "kyoto",
        "japan",
        "germany",
        "france",
        "italy",
        "spain",
        "america",
        "europe",
        "sales",
        "customer",
        "support",
        "service",
        "human",
        "resources",
        "head",
        "office",
        "general",
        "manager",
        "chief",
        "executive",
        "officer",
        "director",
        "president",
        "vice",
        "senior",
        "account",
        "team",
        "meeting",
        "agenda",
        "minutes",
        "report",
        "summary",
        "project",
        "version",
        "release",
        "error",
        "warning",
        "info",
        "debug",
    ]
)


def in_rows(scan: Scan) -> Iterator[Hit]:
    """Labelled names; the others weak: they count beside another kind in their row."""
    if scan.text.isascii() and not may_tell(scan.text):
        return
    seen: set[int] = set()
    for label in _LABELS.finditer(scan.text):
        found = _BEHIND_LABEL.match(scan.text, label.end())
        if found and _is_somebody(found[1]):
            seen.add(found.start(1))
            yield Hit(found.start(1), found[1])
    text = "\n" + scan.text
    for pattern in (_IN_ROW, _IN_CELL):
        for found in pattern.finditer(text):
            if found.start(1) - 1 not in seen and _is_somebody(found[1]):
                seen.add(found.start(1) - 1)
                yield Hit(found.start(1) - 1, found[1], weak=True)


def _is_somebody(text: str) -> bool:
    """The shape of a name, without a word that no name has."""
    small = [word.strip(".,").lower() for word in text.split()]
    return is_name(text) and not any(word in _NO_NAME or word in COMPANY for word in small)
