"""Properties of Outlook (MS-OXPROPS) → what people see of an item: who, what, the bodies, the attachments."""

from collections.abc import Iterable, Mapping, Sequence

from mail.budget import OverBudgetError
from mail.charset import decode
from mail.shapes import Block
from mail.text_of._biff import codec_of, decoded
from mail.text_of._cfb import MAGIC
from mail.text_of._inside import Findings
from mail.text_of._lzfu import PackedError, unpacked

Value = str | bytes | int
Properties = Mapping[int, Sequence[Value]]

TNEF = b"\x78\x9f\x3e\x22"
CODEPAGE, INTERNET_CODEPAGE = 0x3FFD, 0x3FDE
_CLASS, SUBJECT, _HEADERS = 0x001A, 0x0037, 0x007D
BODY, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP, _FOR, _FOR_ADDRESS, _FOR_SMTP = 0x0C1A, 0x0C1F, 0x5D01, 0x0042, 0x0065, 0x5D02
_TO, _CC, _BCC = 0x0E04, 0x0E03, 0x0E02
_KIND, _NAME, _SMTP, _ADDRESS = 0x0C15, 0x3001, 0x39FE, 0x3003
DATA, _LONG_NAME, SHORT_NAME, _METHOD, _TYPE, _PATHS = (
    0x3701,
    0x3707,
    0x3704,
    0x3705,
    0x370E,
    (0x370D, 0x3708, 0x3711),
)
_ELSEWHERE = frozenset({2, 3, 4})
"""MS-OXCMSG 2.2.2.9: attachments that are only named."""
BINARIES = frozenset({_HTML, _RTF, DATA})
"""Properties of octets that are read here."""
_LABELS = {1: "To", 2: "Cc", 3: "Bcc"}
# Said already, or ids and ways of a message: addresses in them are nobody's data. MS-OXPROPS.
_KNOWN = frozenset(
    [
        *(_CLASS, SUBJECT, BODY, _HTML, _RTF, _HEADERS, _SENDER, _SENDER_ADDRESS, _SENDER_SMTP, _FOR, _FOR_ADDRESS),
        *(
            _FOR_SMTP,
            _TO,
            _CC,
            _BCC,
            0x0070,
            0x0E1D,
            0x003D,
            0x1035,
            0x1039,
            0x1042,
            0x0064,
            0x0C1E,
            0x3002,
            0x0040,
            0x0044,
        ),
        *(0x0075, 0x0076, 0x0077, 0x0078, 0x3FFA, 0x3FF8, 0x5D07, 0x5D08, 0x5D09, 0x5D0A, 0x0E28, 0x0E29),
    ]
)


def text_of(value: bytes, codec: str) -> str:
    """A string of eight bits by the code page of its item, or by what it looks like."""
    raw = value.partition(b"\0")[0]
    return decoded(raw, codec) if codec else decode(raw)[0]


def codec(properties: Properties, *keys: int) -> str:
    """The code page that the item says its strings are in; "" where it says none."""
    pages = (value for key in keys or (CODEPAGE, INTERNET_CODEPAGE) for value in properties.get(key, ()))
    page = next((page for page in pages if isinstance(page, int) and page not in {0, 1200, 65000}), 0)
    return codec_of(page) if page else ""


def read_message(properties: Properties, recipients: Iterable[Properties], found: Findings) -> None:
    """The lines that people see first, then the bodies, then every other text."""
    rows = [f"From: {line}" for line in _people(properties)]
    listed = [
        (_LABELS.get(number, "To"), _person(one, _NAME, _SMTP, _ADDRESS))
        for one in recipients
        for number in [_number(one, _KIND)]
    ]
    rows += (f"{label}: {person}" for label, person in listed if person)
    if not listed:
        rows += (
            f"{label}: {text}"
            for label, key in (("To", _TO), ("Cc", _CC), ("Bcc", _BCC))
            if (text := _text(properties, key))
        )
    rows += (f"Subject: {text}" for text in (_text(properties, SUBJECT),) if text)
    if rows:
        found.blocks.append(Block(tuple((row,) for row in rows)))
    _bodies(properties, found)
    _others(properties, found)


def _people(properties: Properties) -> list[str]:
    sender = _person(properties, _SENDER, _SENDER_SMTP, _SENDER_ADDRESS)
    represented = _person(properties, _FOR, _FOR_SMTP, _FOR_ADDRESS)
    return list(dict.fromkeys(filter(None, (represented, sender))))


def _person(properties: Properties, name: int, *addresses: int) -> str:
    address = next((text for key in addresses if "@" in (text := _text(properties, key))), "")
    shown = _text(properties, name)
    return f"{shown} <{address}>" if address and address != shown else shown


def _text(properties: Properties, key: int) -> str:
    return next((value.strip("\0 ") for value in properties.get(key, ()) if isinstance(value, str)), "")


def _number(properties: Properties, key: int) -> int:
    return next((value for value in properties.get(key, ()) if isinstance(value, int)), 0)


def _bodies(properties: Properties, found: Findings) -> None:
    found.lines(_text(properties, BODY).splitlines())
    for value in properties.get(_HTML, ()):
        if isinstance(value, str):
            found.embed("body.html", value.encode("utf-8", "replace"), "text/html", "utf-8")
        elif isinstance(value, bytes):
            found.embed("body.html", value, "text/html", codec(properties, INTERNET_CODEPAGE, CODEPAGE))
    for value in properties.get(_RTF, ()):
        if isinstance(value, bytes):
            _packed_body(value, found)


def _packed_body(packed: bytes, found: Findings) -> None:
    try:
        found.embed("body.rtf", unpacked(packed), "application/rtf")
    except PackedError as error:
        found.lose("damaged", "body.rtf")
        found.embed("body.rtf", error.read, "application/rtf")
    except OverBudgetError as error:
        found.lose("limit", error.what)


def _others(properties: Properties, found: Findings) -> None:
    """A contact is what its fields say; of other items the fields are what nobody sees at once."""
    texts = [
        value for key, values in properties.items() if key not in _KNOWN for value in values if isinstance(value, str)
    ]
    if _text(properties, _CLASS).upper().startswith("IPM.CONTACT"):
        found.lines(texts)
    for text in texts:
        found.rest.text(text)
    for line in _text(properties, _HEADERS).splitlines():  # the ways of a message are no data of anybody else
        found.rest.text(" ".join(word for word in line.split() if "@" not in word))


def read_attachment(properties: Properties, found: Findings) -> None:
    """A file inside, by its name and declared type."""
    name = next(filter(None, (_text(properties, key) for key in (_LONG_NAME, SHORT_NAME, _NAME))), "")
    declared = _text(properties, _TYPE).lower()
    if declared.startswith("multipart/"):  # a signed message, with the fields that say how it is cut
        declared = "message/rfc822"
    files = [value for value in properties.get(DATA, ()) if isinstance(value, bytes) and value]
    objects = [data for data in files if data.startswith((TNEF, MAGIC))]
    for data in objects or files:
        found.embed(name, data, declared)
    for data in files if objects else ():  # "This attachment is a MAPI 1.0 embedded message"
        found.sweep_closely(data if data not in objects else b"")
    if not files and _number(properties, _METHOD) in _ELSEWHERE:
        found.lose("unknown_format", "attachment elsewhere")
    for key, values in properties.items():
        for value in values:
            if isinstance(value, str) and key not in {_LONG_NAME, SHORT_NAME, _TYPE, 0x3703, 0x3712}:
                found.rest.text(value)
