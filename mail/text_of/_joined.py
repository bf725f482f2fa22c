"""Joined: the lines of a cell or a paragraph as one; a mail address and a number that were cut at the end of a line stay whole."""

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"[A-Z]?[0-9()+./:−-]{1,40}")
_HALF = 7
"""Digits from which on what stands on a line may be a number of its own."""
_NAME = re.compile(r"[A-Za-z0-9._+-]{8,64}")
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_LABELS = frozenset({"mail", "email", "e-mail"})
_DOMAIN = re.compile(r"[a-z0-9.-]{1,60}")
_TOP = frozenset(
    [
        "com",
        "net",
        "org",
        "edu",
        "gov",
        "info",
        "biz",
        "io",
        "jp",
        "us",
        "uk",
        "de",
        "fr",
        "es",
        "it",
        "nl",
        "ch",
        "at",
        "be",
        "kr",
        "tw",
        "cn",
        "hk",
        "sg",
        "au",
        "nz",
        "in",
        "eu",
        "example",
        "test",
    ]
)


def joined(pieces: Sequence[str]) -> str:
    """Between words of Western letters a blank, behind a hyphen none.

    >>> joined(["Tokyo 100-", "0005", "Japan"]), joined(["東京都", "千代田区"])
    ('Tokyo 100-0005 Japan', '東京都千代田区')
    >>> joined(["a.long.name@exa", "mple.jp"]), joined(["082(42", "1)8801"])
    ('a.long.name@example.jp', '082(421)8801')
    """
    if len(pieces) > 1 and _is_one_address(pieces):
        return "".join(pieces)
    out = before = ""
    for piece in pieces:
        blank = out and out[-1].isascii() and piece[0].isascii() and out[-1] != "-" and not _is_cut(out, before, piece)
        out += f" {piece}" if blank else piece
        before = piece
    return out


def _is_one_address(pieces: Sequence[str]) -> bool:
    """Whether a narrow cell holds an address alone, cut before its @ more than once: every line but the last is full."""
    if "@" in pieces[0] or pieces[0].lower() in _LABELS or not any("@" in piece for piece in pieces[1:]):
        return False
    full = max(map(len, pieces)) * 0.7
    return all(len(piece) >= full for piece in pieces[:-1]) and _ADDRESS.fullmatch("".join(pieces)) is not None


def _is_cut(out: str, before: str, piece: str) -> bool:
    """Whether the line before ends within what goes on in the next one."""
    if _NUMBER.fullmatch(before) and _NUMBER.fullmatch(piece):
        return len(piece) <= len(before) + 2 and (_digits(before) < _HALF or _digits(piece) < _HALF)
    if "@" not in before and "@" not in piece and "@" not in out[-80:]:
        return False
    last, first = out.rsplit(" ", 1)[-1], piece.split(" ", 1)[0]
    if "@" not in last:
        whole = first.startswith("@") or (out == last == before and len(before) * 6 >= len(piece) * 5)
        return "@" in first and whole and _NAME.fullmatch(last) is not None
    domain = last.rpartition("@")[2]
    if not domain or domain.endswith(".") or first.startswith("."):
        return True
    is_whole = "." in domain and domain.rpartition(".")[2] in _TOP
    return not is_whole and _DOMAIN.fullmatch(first) is not None


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
