"""Asks about personal data: one special number, the records of ten persons, or one record that says nearly everything of a person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rules.base import About, Action, Example, Exposure, Finding, PartExposure
from rules.base import Facts as KnownFacts
from rules.base import Mail as GivenMail
from rules.examples import body, facts, mail, table
from rules.personal import kinds
from rules.personal.enough import enough
from rules.personal.exposure import measure
from rules.words import between, some

ACTION = Action.HOLD
_SEVERAL = 3
"""So many persons that are not seen at once are told apart; fewer are the authors in properties."""
MUCH, LITTLE = 0.5, 0.3
"""Points of what is asked about by itself, and of what is only noted: the more travels, the smaller a doubt about a recipient is enough."""


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.content-personal-data]`."""

    persons: int = 10
    """So many persons' records are a list."""
    note_persons: int = 3
    """From so many on a note is made, which adds to a doubt about a recipient."""
    special: int = 1
    """So many numbers of the kinds, all together, are enough; 0 for never."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """From so many on the numbers of a kind count for this; of a kind that is not named its own `ENOUGH`, else 1."""
    dense: int = 1
    """So many records of name, date of birth and address or telephone are enough; 0 for never."""


def check(given: GivenMail, known: KnownFacts, options: Options) -> Iterator[Finding]:
    """Yield at most one finding for the whole message, with the part that holds the most."""
    measured = measure(given, known)
    found = measured.exposure
    if not found.persons_max and min(options.persons, options.note_persons) > 0:
        return
    special = sum(count for kind, count in measured.special.items() if count >= enough(kind, options.kinds) > 0)
    listed, dense = found.persons_min >= options.persons, 0 < options.dense <= measured.dense
    many_special = special >= options.special > 0
    evidence = {
        "persons_min": found.persons_min,
        "persons_max": found.persons_max,
        "dense": measured.dense,
        **found.kinds,
    }
    if many_special or listed or dense:
        reason = "special" if many_special else "list" if listed else "dense"
        yield Finding(
            _about(found),
            _words(found),
            evidence=evidence,
            score=_score(found, options, sure=many_special),
            reason=reason,
            points=MUCH,
        )
    elif found.persons_max >= options.note_persons:
        yield Finding(
            _about(found),
            _words(found),
            evidence=evidence,
            score=0.3,
            action=Action.NOTE,
            reason="few",
            points=LITTLE,
        )


def _score(found: Exposure, options: Options, *, sure: bool) -> float:
    """A special number is sure; of a list the more the surer."""
    return 1.0 if sure else round(min(1.0, 0.6 + 0.04 * max(0, found.persons_min - options.persons)), 3)


def _about(found: Exposure) -> About:
    """The part when it is one alone that holds anything; the body is the message."""
    holding = [part for part in found.parts if part.kinds]
    return About(part=holding[0].name) if len(holding) == 1 else About()


def _words(found: Exposure) -> Mapping[str, str]:
    holding = [part for part in found.parts if part.kinds]
    count = between(found.persons_min, found.persons_max)
    many = found.persons_max
    persons = (
        {"ja": f"{count}人分の", "en": f" of {count} {'person' if many == 1 else 'persons'}"}
        if many
        else {"ja": "", "en": ""}
    )
    listed = {
        language: _join(
            language,
            [
                f"{kinds.name(kind, language)} {n:,}件"
                if language == "ja"
                else f"{n:,} {kinds.name(kind, language, n)}"
                for kind, n in found.kinds.items()
                if n
            ],
            "ほか{}種類",
            "other kind",
        )
        for language in ("ja", "en")
    }
    unseen = sum(part.unseen for part in holding)
    hidden = (
        {
            "ja": f"うち{unseen}人分は、非表示のシートや行、コメントなど、開いただけでは見えないところにあります。",
            "en": f" {unseen} of them stand where opening it does not show them: in hidden sheets or rows, comments and the like.",
        }
        if unseen >= _SEVERAL
        else {"ja": "", "en": ""}
    )
    places = {language: _join(language, [_place(part, language) for part in holding]) for language in ("ja", "en")}
    return {
        "ja": f"{places['ja']}に{persons['ja']}個人情報が含まれています（{listed['ja']}）。{hidden['ja']}",
        "en": f"Personal data{persons['en']} in {places['en']}: {listed['en']}.{hidden['en']}",
    }


def _place(part: PartExposure, language: str) -> str:
    """How people call a part."""
    if part.name:
        return f"「{part.name}」" if language == "ja" else f"“{part.name}”"
    return "本文" if language == "ja" else "the text of the message"


def _join(language: str, pieces: list[str], more_ja: str = "ほか{}件", more_en: str = "other") -> str:
    """At most six of them, then how many more."""
    shown, more = pieces[:6], len(pieces) - 6
    if more > 0:
        shown.append(more_ja.format(more) if language == "ja" else some(more, more_en))
    return ("、" if language == "ja" else ", ").join(shown)


_HEADER = ("氏名", "電話番号", "住所")
_FAMILY = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田")
_ROWS = tuple((f"{name} 一郎", f"090-1234-56{i:02}", f"東京都港区芝{i + 1}-2-3") for i, name in enumerate(_FAMILY))
_RESUME = "氏名：山田 太郎\n生年月日：1990-04-01\n電話番号：090-1234-5678"
_SIGNATURE = "よろしくお願いします。\n\n--\n橘建築設計事務所\n山田 太郎\nTEL 03-1234-5678"

EXAMPLES = (
    Example("a list in a file", mail(parts=(table("顧客一覧.csv", _HEADER, *_ROWS[:10]),)), facts(), 1),
    Example("a list in the text", mail(parts=(body("\n".join(f"{n} 様 {t}" for n, t, _ in _ROWS)),)), facts(), 1),
    Example("one My Number", mail(parts=(body("マイナンバーは 1234-5678-9018 です。"),)), facts(), 1),
    Example("one payment card", mail(parts=(body("カード番号 4111-1111-1111-1111"),)), facts(), 1),
    Example("one dense record", mail(parts=(body(_RESUME),)), facts(), 1),
    Example("four persons are a note", mail(parts=(table("a.csv", _HEADER, *_ROWS[:4]),)), facts(), 1),
    Example("two persons", mail(parts=(table("a.csv", _HEADER, *_ROWS[:2]),)), facts(), 0),
    Example("the own signature", mail(parts=(body(_SIGNATURE),)), facts(), 0),
    Example("nothing", mail(parts=(body("明日の打合せは 10 時からです。"),)), facts(), 0),
)
