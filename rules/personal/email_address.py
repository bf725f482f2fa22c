"""Mail address of a person: anchored at the @, so that a long run of letters costs nothing; role mailboxes are nobody's."""

import re
from collections.abc import Iterator

from mail.address import key
from rules.personal.recogniser import Hit, Kind, Sample, Weight
from rules.personal.scan import Scan
from rules.roles import ROLES, is_department, is_of_list

WEIGHT = Weight.RECORD
KIND = Kind("メールアドレス", "mail address", "mail addresses")
_AT = re.compile(r"@(?=[A-Za-z0-9])((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![A-Za-z0-9@:/-])")
# Without what RFC 5322 allows and nobody has in an address, but lists and forms in front of one: = | * / ` {
_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'+?^_}~-"
_ALONE = re.compile(
    r"[A-Za-z0-9](?:[._+-]?[A-Za-z0-9_]){0,22}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}"
)
# Names of messages and meetings (RFC 5322 3.6.4, RFC 7986 5.3): a UUID (RFC 9562) or a long run of hexadecimal digits.
_HEXADECIMAL = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.{0,30}[0-9].{0,30}[0-9])[0-9a-f]{24,64}", re.IGNORECASE
)
_LONG = 23
_BEFORE = 1000
_LONGEST = 64  # RFC 5321 4.5.3.1.1
# What stands in front of an address in the query of a link, as written or escaped (RFC 3986 2.1): `?list=a%2Ctaro@example.jp`.
_GLUED = re.compile(r"[/?&=]|%(?:2[0-9A-Fa-f]|3[A-Fa-f]|40)")
# RFC 5322 3.6.4 and the identifiers of servers in Received (RFC 5321 4.4), in the header of a mail that was pasted.
_IDENTIFIER = re.compile(
    r"(?:(?:message-id|in-reply-to|references|content-id)\s{0,3}:|smtps?a?\s{1,3}id)(?:\s++|<[^<>]{1,250}+>|>){0,20}+<\Z",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"(?:[^0-9]{0,40}[0-9]){5}")
"""No name has so many digits."""
_FILES = frozenset(["png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js"])


def find(scan: Scan) -> Iterator[Hit]:
    """Addresses whose local part is not that of an office."""
    text = scan.text
    for found in _AT.finditer(text) if "@" in text else ():
        at = found.start()
        before = text[max(0, at - _LONGEST) : at]
        local = before[len(before.rstrip(_LOCAL)) :].strip(".'")
        start = at - len(local)
        if _GLUED.search(local):
            local = _GLUED.split(local)[-1].strip(".'")
            start = at - len(local)
        if not local or _is_office(local, found[1]) or _is_identifier(text, start, local):
            continue
        if found[1].rpartition(".")[2].lower() not in _FILES:
            yield Hit(start, key(f"{local}@{found[1]}"))


def _is_identifier(text: str, start: int, local: str) -> bool:
    """Whether it names a message or a meeting: by itself, or by the field in front of it and a left side that is a number rather than a name."""
    if len(local) > _LONG and _HEXADECIMAL.fullmatch(local):
        return True
    return (
        text[start - 1 : start] == "<"
        and _SERIAL.match(local) is not None
        and _IDENTIFIER.search(text[max(0, start - _BEFORE) : start]) is not None
    )


def in_cell(cell: str) -> str:
    """The address that a cell is and no more, "" where it is none or an office's."""
    local, _, domain = cell.partition("@")
    return key(cell) if _ALONE.fullmatch(cell) and not _is_office(local, domain) else ""


def _is_office(local: str, domain: str) -> bool:
    """Whether a mailbox is a house's, a department's or a list's."""
    return local.lower() in ROLES or is_of_list(local, domain) or is_department(local)


EXAMPLES = (
    Sample("in a sentence", (("連絡は taro.yamada@example.co.jp まで。",),), ("taro.yamada@example.co.jp",)),
    Sample("in angle brackets and capitals", (("<Taro@Example.JP>",),), ("taro@example.jp",)),
    Sample("two in a cell", (("a.b@example.com;c_d@example.org",),), ("a.b@example.com", "c_d@example.org")),
    Sample(
        "behind strokes",
        (("Bora|IT|dbora@example.com|5", "mail=e.f@example.com"),),
        ("dbora@example.com", "e.f@example.com"),
    ),
    Sample("of a meeting", (("UID:7c81c9b1-725a-fe6f-6ed0-6890eb2f8cd4@example.com",),)),
    Sample("an office", (("info@example.co.jp",),)),
    Sample("a picture for sharp screens", (("logo@2x.png",),)),
    Sample("a repository", (("git@example.com:team/repo.git",),)),
    Sample("in a link", (("https://news.example/off.cfm?who=a%2Ctaro@example.jp&x",),), ("taro@example.jp",)),
    Sample(
        "a list and its robot", (("staff-request@example.jp", "taro@lists.example.jp", "leave-staff-77@example.jp"),)
    ),
    Sample(
        "messages that are quoted", (("References: <20260401.8814@example.jp>",), (" <Pine.44.0207101108@example.jp>",))
    ),
    Sample("a person in such a field", (("Message-ID: <taro.yamada@example.jp>",),), ("taro.yamada@example.jp",)),
    Sample("no domain", (("user@localhost @example.com",),)),
)
