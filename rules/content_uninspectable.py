"""Asks about what could not be read: each reason has its own action, and each part its own finding."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as fields_of

from mail.shapes import Lost
from rules.base import About, Action, Example, Finding
from rules.base import Facts as KnownFacts
from rules.base import Mail as GivenMail
from rules.examples import facts, mail, unreadable
from rules.policy_findings import STRENGTH

ACTION = Action.HOLD
POINTS = 0.5
"""Of a part that nobody could look into, unless its reason is only noted: it may hold anything."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """`[rules.content-uninspectable.reasons]`: what follows, by why it could not be read."""

    encrypted_mail: Action = Action.NOTE
    """S/MIME, PGP, rights management: the organisation's own way of keeping secrets."""
    encrypted_archive: Action = Action.HOLD
    """An archive or document with a password."""
    damaged: Action = Action.HOLD
    """Broken, or written so that readers disagree."""
    limit: Action = Action.HOLD
    """Too large, too deep, too slow."""
    image_only: Action = Action.NOTE
    """Pictures of text."""
    own_fault: Action = Action.HOLD
    """Our reader failed."""
    unknown_format: Action = Action.HOLD
    """No reader for it."""


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.content-uninspectable]`."""

    reasons: Reasons = field(default_factory=Reasons)


_SHOWN = 3
_WORDS: Mapping[str, tuple[str, str]] = {
    "encrypted_mail": (
        "暗号化されたメール（S/MIME、PGP など）のため",
        "it is encrypted mail (S/MIME, PGP or the like)",
    ),
    "encrypted_archive": ("パスワードで保護されているため", "it is protected by a password"),
    "damaged": ("壊れているか、書式が正しくないため", "it is damaged or malformed"),
    "limit": ("大きさ・深さ・時間の上限を超えたため", "it passes a limit of size, depth or time"),
    "image_only": ("文字のない画像・音声・動画のため", "it holds pictures, sound or film without text"),
    "own_fault": ("読み取り中に関所側で問題が起きたため", "our own reader failed"),
    "unknown_format": ("対応していない形式のため", "its format is not one that we read"),
}


def check(given: GivenMail, _known: KnownFacts, options: Options) -> Iterator[Finding]:
    """Yield one finding for each reason of each part, and of the message as a whole."""
    if given.message.lost:
        yield from _findings("", given.message.lost, options)
    for part in given.message.parts:
        if part.lost:
            yield from _findings(part.name, part.lost, options)


def _findings(name: str, lost: tuple[Lost, ...], options: Options) -> Iterator[Finding]:
    """One a reason, however often it came up."""
    for reason in dict.fromkeys(one.reason for one in lost):
        places = [one.where for one in lost if one.reason == reason]
        # A reason that nobody has thought of yet is held: nothing is passed that was not inspected.
        action = getattr(options.reasons, reason, Action.HOLD)
        yield Finding(
            About(part=name),
            _words(name, reason, tuple(dict.fromkeys(w for w in places if w))),
            evidence={"places": len(places)},
            score=0.9,
            action=action,
            reason=reason,
            points=POINTS if STRENGTH[action] > STRENGTH[Action.NOTE] else 0.0,
        )


_PLACES: Mapping[str, tuple[str, str]] = {
    "program": ("実行ファイル", "a program"),
    "unknown": ("種類不明", "of unknown kind"),
    "script": ("スクリプト", "script"),
    "signature": ("署名", "signature"),
    "header": ("ヘッダー", "header"),
    "charset": ("文字コード", "charset"),
    "depth": ("入れ子の深さ", "depth"),
    "members": ("ファイル数", "number of files"),
    "parts": ("パート数", "number of parts"),
    "memory": ("メモリー", "memory"),
    "data behind the end": ("末尾の後ろのデータ", "data behind the end"),
    "zip structure": ("ZIP の構造", "zip structure"),
    "zip directory": ("ZIP の目録", "zip directory"),
    "smime": ("S/MIME", "S/MIME"),
}
"""Where something was lost, as people say it; names of files and sheets stand as they are."""
_COUNTED_PLACE = re.compile(r"(page) (\d{1,9})|(\d{1,9}) pictures")


def place_in_words(where: str, language: str) -> str:
    """A place for people.

    >>> place_in_words("page 3", "ja"), place_in_words("program", "en"), place_in_words("一覧.xlsx", "ja")
    ('3ページ', 'a program', '一覧.xlsx')
    """
    if where in _PLACES:
        return _PLACES[where][language != "ja"]
    found = _COUNTED_PLACE.fullmatch(where) if language == "ja" else None
    return where if not found else f"{found[2]}ページ" if found[1] else f"画像{found[3]}点"


def _words(name: str, reason: str, places: tuple[str, ...]) -> Mapping[str, str]:
    ja, en = _WORDS.get(reason, (f"（{reason}）のため", f"of “{reason}”"))
    what = {"ja": f"「{name}」" if name else "メールの一部", "en": f"“{name}”" if name else "A part of the message"}
    more = len(places) - _SHOWN
    shown_ja, shown_en = ([place_in_words(place, to) for place in places[:_SHOWN]] for to in ("ja", "en"))
    where_ja = f"（{'、'.join(shown_ja)}{' ほか' if more > 0 else ''}）" if places else ""
    where_en = f" ({', '.join(shown_en)}{f' and {more} more' if more > 0 else ''})" if places else ""
    return {
        "ja": f"{what['ja']}{where_ja}は、{ja}中身を確認できていません。",
        "en": f"{what['en']}{where_en} could not be inspected: {en}.",
    }


def _example(reason: str, hits: int = 1, **reasons: Action) -> Example:
    options = {"reasons": Reasons(**reasons)} if reasons else {}
    part = unreadable("資料.zip", Lost(reason, "一覧.xlsx"), Lost(reason))  # type: ignore[arg-type]  # one of the closed words
    return Example(reason, mail(parts=(part,)), facts(), hits, options=options)


EXAMPLES = (
    *(_example(field.name) for field in fields_of(Reasons)),
    Example(
        "two reasons in two parts",
        mail(parts=(unreadable("a", Lost("damaged")), unreadable("b", Lost("limit"), Lost("damaged")))),
        facts(),
        3,
    ),
    Example("the message as a whole", mail(lost=(Lost("own_fault"),)), facts(), 1),
    Example("everything was read", mail(parts=(unreadable("a.txt"),)), facts(), 0),
)
