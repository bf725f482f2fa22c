"""Asks about a message that two readers could read as two messages: what we inspected may not be what arrives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.base import About, Action, Example, Finding
from rules.base import Facts as KnownFacts
from rules.base import Mail as GivenMail
from rules.examples import facts, mail

ACTION = Action.HOLD
# Frequent in mail of real programs, and no reader sees more for it than was inspected: noted, not asked about.
_HARMLESS = frozenset(
    {
        "bad_quoted_printable",
        "blank_fold",
        "fields_around_parts",
        "mbox_line",
        "message_in_base64",
        "no_parts",
        "odd_field",
        "odd_transfer_encoding",
        "repeated_content_type",
        "unknown_charset",
        "utf7_as_declared",
        "words_behind_base64",
    }
)


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.content-ambiguous]`."""

    noted: frozenset[str] = _HARMLESS
    """Defects that are noted only; every other one, known or not, has the rule's action."""


def check(given: GivenMail, _known: KnownFacts, options: Options) -> Iterator[Finding]:
    """Yield at most one finding for the defects that change what is read, and one note for the others."""
    if not given.message.ambiguous:
        return
    found = tuple(dict.fromkeys(given.message.ambiguous))
    grave = tuple(name for name in found if name not in options.noted)
    light = tuple(name for name in found if name in options.noted)
    if grave:
        yield Finding(About(), _words(len(grave)), evidence={"defects": len(grave)}, score=0.8, reason=grave[0])
    if light:
        yield Finding(
            About(),
            _words(len(light)),
            evidence={"defects": len(light)},
            score=0.2,
            action=Action.NOTE,
            reason=light[0],
        )


def _words(defects: int) -> Mapping[str, str]:
    return {
        "ja": f"このメールの書式には、受け取る側で違った内容に読まれうる箇所が{defects}か所あります。確認した内容と届く内容が同じとは限りません。",
        "en": f"The format of this message has {defects} {'place' if defects == 1 else 'places'} that receivers may read differently: "
        "what was inspected may not be what arrives.",
    }


EXAMPLES = (
    Example("two content types", mail(ambiguous=("duplicate_content_type",)), facts(), 1),
    Example("a defect that nobody has named yet", mail(ambiguous=("new_trick",)), facts(), 1),
    Example("grave and light", mail(ambiguous=("missing_boundary", "mbox_line")), facts(), 2),
    Example("a light one is a note", mail(ambiguous=("blank_fold",)), facts(), 1),
    Example("well formed", mail(), facts(), 0),
)
