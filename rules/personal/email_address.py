"""Mail address of a person: anchored at the @, so that a long run of letters costs nothing; role mailboxes are nobody's."""

import re
from collections.abc import Iterator

from mail.address import key
from rules.personal.scan import Hit, Kind, Sample, Scan, Weight
from rules.roles import ROLES

WEIGHT = Weight.RECORD
KIND = Kind("メールアドレス", "mail address", "mail addresses")
_AT = re.compile(r"@(?=[A-Za-z0-9])((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![A-Za-z0-9@:/-])")
# Without what RFC 5322 allows and nobody has in an address, but lists and forms in front of one: = | * / ` {
_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'+?^_}~-"
_ALONE = re.compile(
    r"[A-Za-z0-9](?:[._+-]?[A-Za-z0-9_]){0,22}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}"
)
# Names of messages and meetings (RFC 5322 3.6.4, RFC 7986 5.3): a UUID (RFC 9562) or a long run of hexadecimal digits.
_IDENTIFIER = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.{0,30}[0-9].{0,30}[0-9])[0-9a-f]{24,64}", re.IGNORECASE
)
_LONG = 23
_LONGEST = 64  # RFC 5321 4.5.3.1.1
_FILES = frozenset(["png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js"])


def find(scan: Scan) -> Iterator[Hit]:
    """Addresses whose local part is not that of an office."""
    text = scan.text
    for found in _AT.finditer(text):
        at = found.start()
        before = text[max(0, at - _LONGEST) : at]
        local = before[len(before.rstrip(_LOCAL)) :].strip(".'")
        start = at - len(local)
        if len(local) > _LONG and _IDENTIFIER.fullmatch(local):
            continue
        if local and local.lower() not in ROLES and found[1].rpartition(".")[2].lower() not in _FILES:
            yield Hit(start, key(f"{local}@{found[1]}"))


def in_cell(cell: str) -> str:
    """The address that a cell is and no more, "" where it is none or an office's."""
    if not _ALONE.fullmatch(cell) or cell.partition("@")[0].lower() in ROLES:
        return ""
    return key(cell)


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
    Sample("no domain", (("user@localhost @example.com",),)),
)
