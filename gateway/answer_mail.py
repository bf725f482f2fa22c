"""Answer mail: what somebody says who answers a question by mail instead of on the page. Pure, bounded, never raises.

Only the first line of the writer's own words counts. A machine that quotes the whole question back has written nothing of its own, and
one that writes before it does not write codes there. So an automatic reply or a forwarded copy never releases anything.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from mail import mime
from mail.budget import Budget, Spending
from mail.headers import Headers
from mail.marks import stream_safe
from notifier.short_form import as_code, is_code
from response.plain_text import plain_text
from response.quotations import quotations

LIMIT = 512 * 1024
"""Octets that are looked at: the writer's own words come first."""
_BUDGET = Budget(depth=8, parts=50, header=64 * 1024)
_MESSAGES = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})
_MESSAGE_ID = re.compile(r"<[^\s<>@]{1,300}@[^\s<>@]{1,300}>")
_MOST_REFERENCES = 20
_MOST_CODES = 50
_BETWEEN = re.compile(r"[\s,、,;・]+")
_PLEASE = re.compile(r"^please,?")
_POLITE = re.compile(
    r"(?:を?お願い(?:いた)?し(?:ます|たい)?|(?:して)?(?:くだ|下)さい|します|です|,?please|,?thanks?(?:you)?)$"
)
_MARKS = " 。.!「」\"'“”*"
# What people write when they want it not to be sent, without blanks; compared after the politeness around it is taken off.
_CANCEL = frozenset({
    "取り消し", "取消し", "取消", "取り消", "取りけし", "とりけし", "取り消す", "取消す", "送信取り消し", "送信を取り消し", "送信を取り消す", "送信取消",
    "キャンセル", "キャンセルする", "中止", "中止する", "送信中止", "送らないで", "送信しないで", "送らない", "送信しない",
    "cancel", "cancelit", "cancelthis", "stop", "stopit", "donotsend", "don'tsend", "donotsendit", "don'tsendit",
})  # fmt: skip
_BACK = frozenset({"元に戻し", "元に戻", "元に戻す", "元にもどす", "戻す", "bringback", "bringitback", "restore"})
# Set by programs that answer for people and do not keep to RFC 3834.
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder", "x-vacation")
_PRECEDENCE = frozenset({"auto_reply", "bulk", "junk", "list"})


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says."""

    act: Literal["codes", "cancel", "bring-back", "nothing"]
    codes: tuple[str, ...] = ()
    """As they are made, whatever way they were typed."""
    answers: tuple[str, ...] = ()
    """Message-IDs that it answers, the nearest first (RFC 5322 3.6.4)."""
    automatic: bool = False
    """Written by a program, or sent to a list: nobody answers it (RFC 3834 2)."""
    header_from: str = ""


def read(content: bytes) -> Said:
    """Read an answer. A forwarded message in it takes every say from the codes: they may be somebody else's."""
    split = mime.split(content[:LIMIT], Spending(_BUDGET))
    headers = split.headers
    answers = tuple(dict.fromkeys(_answered(headers)))[:_MOST_REFERENCES]
    if _is_automatic(headers):
        return Said("nothing", answers=answers, automatic=True, header_from=headers.from_address)
    line = _first_line(quotations(plain_text(split.leaves))[0])
    act: Literal["codes", "cancel", "bring-back", "nothing"] = _word(line)
    codes = tuple(as_code(word) for word in _BETWEEN.split(line.strip(_MARKS)) if word)[:_MOST_CODES]
    if act == "nothing" and codes and all(is_code(each) for each in codes):
        carries = any(leaf.declared in _MESSAGES for leaf in split.leaves)
        act = "nothing" if carries else "codes"
    return Said(act, codes if act == "codes" else (), answers, header_from=headers.from_address)


def _answered(headers: Headers) -> list[str]:
    """In-Reply-To first, then References from its end."""
    nearest = [m for value in headers.all("in-reply-to") for m in _MESSAGE_ID.findall(value)]
    thread = [m for value in headers.all("references") for m in _MESSAGE_ID.findall(value)]
    return [*nearest, *reversed(thread)]


def _is_automatic(headers: Headers) -> bool:
    precedence = headers.first("precedence").strip().lower()
    return (
        headers.is_automatic
        or headers.is_list_mail
        or precedence in _PRECEDENCE
        or headers.has_any(frozenset(_AUTOMATIC))
    )


def _first_line(own: str) -> str:
    """Give the first line that says anything, in half-width letters."""
    lines = (unicodedata.normalize("NFKC", stream_safe(line[:2000])).strip() for line in own.split("\n"))
    return next((line for line in lines if line.strip(_MARKS)), "")


def _word(line: str) -> Literal["cancel", "bring-back", "nothing"]:
    """Read a line of one wish, with or without politeness; a longer sentence may say the opposite, so it is none."""
    plain = "".join(line.lower().replace("’", "'").split()).strip(_MARKS)
    plain = _POLITE.sub("", _PLEASE.sub("", plain)).strip(_MARKS)
    if plain in _CANCEL:
        return "cancel"
    return "bring-back" if plain in _BACK else "nothing"
