"""Asks about the organisation's own words and patterns: names of projects, numbers of contracts, whatever must not leave unasked."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mail.shapes import Message
from rules.base import About, Action, Example, Finding
from rules.base import Facts as KnownFacts
from rules.base import Mail as GivenMail
from rules.examples import body, facts, mail, table
from rules.own_terms import Finder, Place, Term, finder
from rules.part_text import locked_names, whole
from rules.words import listed, some

ACTION = Action.HOLD
POINTS = 0.5
_STROKES = str.maketrans("_-+", "   ")


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.content-keyword]`."""

    terms: tuple[Term, ...] = ()
    """The organisation's own words and patterns, each with its owner."""


@dataclass(slots=True)
class _Count:
    """Where one term was found."""

    body: int = 0
    files: dict[str, int] = field(default_factory=dict)

    @property
    def places(self) -> int:
        """All of them."""
        return self.body + sum(self.files.values())


def check(given: GivenMail, _known: KnownFacts, options: Options) -> Iterator[Finding]:
    """Yield one finding a term, with the parts in which it stands; what stands around it is never said."""
    if not options.terms:
        return
    counted = _counted(given.message, options.terms)
    for term in options.terms:
        found = counted[term.label]
        if found.places and found.places >= term.count:
            yield Finding(
                _about(found),
                _words(term, found),
                evidence={"places": found.places, "files": len(found.files)},
                score=0.8,
                action=term.action,
                reason=term.label,
                points=0.0 if term.action is Action.NOTE else POINTS,
            )


def _counted(message: Message, terms: tuple[Term, ...]) -> Mapping[str, _Count]:
    """The counts of every term by its label."""
    found = {term.label: _Count() for term in terms}
    for place in ("subject", "body", "attachments", "names"):
        asked = tuple(term for term in terms if place in term.where)
        if asked:
            _count(place, message, finder(asked), found)
    return found


def _count(place: Place, message: Message, look: Finder, found: Mapping[str, _Count]) -> None:
    if place == "subject":
        for label, times in look.count("\n".join(message.headers_of("Subject"))).items():
            found[label].body += times
    elif place == "body":
        # The text and its HTML say the same: a word in both stands in one place.
        most: Counter[str] = Counter()
        for part in message.parts:
            most |= look.count(whole(part.blocks)) if part.is_body else Counter()
        for label, times in most.items():
            found[label].body += times
    else:
        for part in message.parts:
            if place == "names":
                names = "\n".join((part.name, *locked_names(part)))
                # In names a stroke stands for a blank: Project_Dawn-plan.pdf.
                counts = look.count(names) | look.count(names.translate(_STROKES)) if names else Counter()
            else:
                counts = Counter() if part.is_body else look.count(whole(part.blocks))
            for label, times in counts.items():
                files = found[label].files
                files[part.name] = files.get(part.name, 0) + times


def _about(found: _Count) -> About:
    """The file, where it is one alone that holds it."""
    alone = len(found.files) == 1 and not found.body
    return About(part=next(iter(found.files)) if alone else "")


def _words(term: Term, found: _Count) -> Mapping[str, str]:
    names = tuple(name for name in found.files if name)
    text = found.body or len(names) < len(found.files)
    ja = "と".join(filter(None, ("件名・本文" if text else "", listed(names, "ja"))))
    en = " and ".join(filter(None, ("the subject or text" if text else "", listed(names, "en"))))
    said_ja, said_en = _sentence(term.message_ja, "。"), _sentence(term.message_en, ".")
    return {
        "ja": f"{ja}に、社内で登録された語句（{term.label}）が{found.places:,}か所あります。{said_ja}お問い合わせは {term.owner} へ。",
        "en": f"What the organisation registered as “{term.label}” stands in {some(found.places, 'place')} of {en}. {said_en}Please ask {term.owner}.",
    }


def _sentence(text: str, end: str) -> str:
    """What an admin wrote, with its end, and a blank behind it in English."""
    text = " ".join(text.split()).rstrip("。.")
    return f"{text}{end}{' ' if end == '.' else ''}" if text else ""


_IT = "it@tachibana.example"
_TERM = Term("開発計画A", _IT, ("曙プロジェクト", "Project Dawn"))
_CODE = Term("図面番号", _IT, patterns=(r"TKB-[0-9]{4}-[A-Z]{2}",), where=("attachments",), count=2, action=Action.NOTE)
_ROWS = (("TKB-1234-AB", "柱"), ("TKB-1235-AB", "梁"))

EXAMPLES = (
    Example(
        "a word in the text", mail(parts=(body("曙プロジェクトの件です。"),)), facts(), 1, options={"terms": (_TERM,)}
    ),
    Example(
        "full width, cut", mail(parts=(body("ＰＲＯＪＥＣＴ\nＤａｗｎ"),)), facts(), 1, options={"terms": (_TERM,)}
    ),
    Example("subject", mail(headers=(("Subject", "Re: project dawn"),)), facts(), 1, options={"terms": (_TERM,)}),
    Example(
        "a list of codes", mail(parts=(table("a.csv", ("no", "x"), *_ROWS),)), facts(), 1, options={"terms": (_CODE,)}
    ),
    Example(
        "one is too few", mail(parts=(table("a.csv", ("no", "x"), _ROWS[0]),)), facts(), 0, options={"terms": (_CODE,)}
    ),
    Example(
        "codes in the text", mail(parts=(body("TKB-1234-AB TKB-1235-AB"),)), facts(), 0, options={"terms": (_CODE,)}
    ),
    Example("part of another word", mail(parts=(body("project dawning"),)), facts(), 0, options={"terms": (_TERM,)}),
    Example("no terms", mail(parts=(body("曙プロジェクト"),)), facts(), 0),
)
