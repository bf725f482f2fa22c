"""Mail address of a person: anchored at the @, so that a long run of letters costs nothing; role mailboxes are nobody's."""

import re
from collections.abc import Iterator

from mail.address import key
from rules.personal.scan import Hit, Kind, Sample, Scan, Weight
from rules.roles import ROLES

WEIGHT = Weight.RECORD
KIND = Kind("メールアドレス", "mail address", "mail addresses")
_AT = re.compile(r"@(?=[A-Za-z0-9])((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![A-Za-z0-9@:/-])")
_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-"
_LONGEST = 64  # RFC 5321 4.5.3.1.1
_FILES = frozenset(["png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js"])


def find(scan: Scan) -> Iterator[Hit]:
    """Addresses whose local part is not that of an office."""
    text = scan.text
    for found in _AT.finditer(text):
        at = found.start()
        before = text[max(0, at - _LONGEST) : at]
        local = before[len(before.rstrip(_LOCAL)) :].strip(".'`{|*=/")
        start = at - len(local)
        if local and local.lower() not in ROLES and found[1].rpartition(".")[2].lower() not in _FILES:
            yield Hit(start, key(f"{local}@{found[1]}"))


EXAMPLES = (
    Sample("in a sentence", (("連絡は taro.yamada@example.co.jp まで。",),), ("taro.yamada@example.co.jp",)),
    Sample("in angle brackets and capitals", (("<Taro@Example.JP>",),), ("taro@example.jp",)),
    Sample("two in a cell", (("a.b@example.com;c_d@example.org",),), ("a.b@example.com", "c_d@example.org")),
    Sample("an office", (("info@example.co.jp",),)),
    Sample("a picture for sharp screens", (("logo@2x.png",),)),
    Sample("a repository", (("git@example.com:team/repo.git",),)),
    Sample("no domain", (("user@localhost @example.com",),)),
)
