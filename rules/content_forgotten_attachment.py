"""Asks where the sender's own text says that something is attached and nothing is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mail.shapes import Message, Part
from rules.attachment_claims import claims, may_claim
from rules.base import About, Action, Example, Finding
from rules.base import Facts as KnownFacts
from rules.base import Mail as GivenMail
from rules.examples import body, facts, file, mail
from rules.own_text import is_notice, own_text

ACTION = Action.HOLD


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.content-forgotten-attachment]`."""

    mentions: Action = Action.NOTE
    """Where an attachment is only spoken of, perhaps one of another mail."""
    links: bool = True
    """A link to a file or a storage service beside it counts as attached."""


# Pictures of signatures, as mail programs name them; larger ones are what was meant.
_OF_SIGNATURE = re.compile(
    r"(?:image|logo|banner|icon|sign|mail|outlook|spacer|pixel|facebook|twitter|linkedin|x)[-_ ]?\d{0,4}\.?\w{0,8}\Z|\Z",
    re.IGNORECASE,
)
_SMALL = 30_000
_SIGNATURES = ("smime.p7s", "signature.asc", "openpgp_signature.asc")
_NO_FILE = frozenset({"plain", "html", "empty", "calendar", ""})
_STORAGE = re.compile(
    r"https?://[^\s<>\"]{0,100}?(?:drive\.google|docs\.google|1drv\.ms|onedrive|sharepoint|dropbox|box\.com|gigafile|firestorage|we\.?transfer|we\.tl|icloud"
    r"|mega\.nz|datadeliver|share|storage|download|files?\b|upload|transfer|nextcloud|owncloud|proself|filebox|cloud)"
    r"|https?://[^\s<>\"/]{1,100}/[^\s<>\"]{3,}",
    re.IGNORECASE,
)


def check(given: GivenMail, known: KnownFacts, options: Options) -> Iterator[Finding]:
    """Yield one finding at most."""
    message = given.message
    if not any(may_claim(opening.text) for opening in given.openings):  # as it is of nearly all mail
        return
    if known.nobody_to_ask or not given.envelope.reverse_path:
        return
    if any(map(_is_attached, message.parts)) or _may_hide_something(message):
        return
    own = own_text(given.openings)
    said = claims("\n".join(p for p in own if may_claim(p) and not is_notice(p)))
    if said and not (options.links and any(map(_STORAGE.search, own))):
        clear = said == "clear"
        yield Finding(
            About(), _WORDS[said], score=0.8 if clear else 0.3, action=None if clear else options.mentions, reason=said
        )


def _is_attached(part: Part) -> bool:
    """Whether a part is something that a sender may have attached, or an invitation, which says so of itself."""
    if part.kind == "calendar":
        return True
    if part.is_body or part.name.lower() in _SIGNATURES:
        return False
    if part.kind == "picture":
        return part.size > _SMALL or not _OF_SIGNATURE.match(part.name)
    return bool(part.name) or part.kind not in _NO_FILE


def _may_hide_something(message: Message) -> bool:
    """What could not be read, or reports on other mail, may have had an attachment."""
    lost = any(one.reason != "image_only" for part in message.parts for one in part.lost)
    return bool(message.lost) or lost or "report" in message.header("Content-Type").lower()


_WORDS: Mapping[str, Mapping[str, str]] = {
    "clear": {
        "ja": "本文には添付するとありますが、ファイルが添付されていません。添付し忘れていないかご確認ください。",
        "en": "The text says that something is attached, and nothing is. Please check whether it was forgotten.",
    },
    "mention": {
        "ja": "本文で添付ファイルに触れていますが、ファイルは添付されていません。",
        "en": "The text speaks of an attachment, and nothing is attached.",
    },
}


def _letter(*lines: str, parts: tuple[Part, ...] = (), headers: tuple[tuple[str, str], ...] = ()) -> GivenMail:
    return mail(parts=(body("\n".join(lines)), *parts), headers=headers)


_JA, _EN = "見積書を添付いたしますので、ご査収ください。", "Please find attached the report."
_NOTICE = "This e-mail and any files attached are confidential and intended solely for the addressee."

EXAMPLES = (
    Example("attached, in Japanese", _letter("田中様", "", _JA), facts(), 1),
    Example("attached, in English", _letter("Hello,", "", _EN), facts(), 1),
    Example("only the logo of a signature", _letter(_JA, parts=(file("image001.png", "picture"),)), facts(), 1),
    Example("spoken of", _letter("添付ファイルの件、承知しました。"), facts(), 1),
    Example("it is attached", _letter(_JA, parts=(file("見積書.pdf", "pdf"),)), facts(), 0),
    Example("a link instead", _letter(_JA, "https://storage.example/s/Ab3dE"), facts(), 0),
    Example("later", _letter("資料は後ほど添付いたします。"), facts(), 0),
    Example("theirs", _letter("添付いただいた図面を拝見しました。"), facts(), 0),
    Example("quoted", _letter("承知しました。", "", "> " + _JA), facts(), 0),
    Example("a legal notice", _letter("See you at ten.", "", _NOTICE), facts(), 0),
    Example("none, as the text says", _letter("本メールに添付ファイルはありません。"), facts(), 0),
)
