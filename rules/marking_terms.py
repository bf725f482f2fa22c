"""Marking terms: the words by which documents are marked as not for everybody, and whether a line, a value or a file name is such a marking.

A marking stands alone, in brackets, or at an end of a short line; a word inside a sentence is none.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from mail.marks import stream_safe
from rules.marking_words import AS_WRITTEN, EN, JA, SINGLE, SMALL, WIDE
from rules.personal.normal import visible

_WEAK = re.compile(
    r"secret|restricted|internal|private|personal|sensitive|proprietary|privileged|internal[ -]use|need[ -]to[ -]know",
    re.IGNORECASE,
)
"""Words of every day: in a line only in capitals, or in brackets."""
_AFTER = r"(?:資料|文書|情報|書類|版|扱い?|ファイル|データ|につき|です|copy|document|draft|information)?+"
_EDGE = r"[\W_]*"
_PAGE = r"(?:(?:page|p\.?|頁|ページ)?\s?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?\s?(?:頁|ページ)?)?"
# Words of sentences; and what goes on as the name of something else.
_PROSE = re.compile(
    r"\b(?:is|are|was|were|be|been|we|i|you|your|our|this|that|these|it|its|will|shall|may|must|can|should|please|any|treat(?:ed)?|kept?|keep|intended|contains?|who|which|if|not|no|non)\b|[。、]",
    re.IGNORECASE,
)
_NAMES_MORE = re.compile(
    r"(?:confidential|proprietary|secret|restricted|internal|private|personal|sensitive)\s(?:disclosure|agreement|information(?! *$)|matters?|data|clients?|treatment|hotline|santas?|area|stock|audit|control|affairs|medicine|server|network|"
    r"equity|bank|company|limited|sector|assistant|computer|trainer|development|address|message|mail|use of|ingredient|service|recipe|meeting|link|ltd)",
    re.IGNORECASE,
)
# Any of them at once.
_SMALL, _AS_WRITTEN = (tuple(word.encode("ascii") for word in words) for words in (SMALL, AS_WRITTEN))
_WIDE = re.compile("|".join(word for words in WIDE.values() for word in words))
_LONGEST, _WORDS = 90, 10
_VALUE = 400
_APART_BEFORE = re.compile(r"(?:^|[|/,;:()\[\]*_–—-])\s?$")
_APART_BEHIND = re.compile(r"\s?(?:$|[|/,;:()\[\]*_–—-])")
_DENIED = re.compile(r"\b(?:non|not|un)[ -]?(?:confidential|classified|restricted|sensitive)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[\W_]+")
_MARU = str.maketrans({"㊙": "マル秘"})
_SPACED = re.compile(r"(?<!\S)(?:\S[ \u3000]){2,}\S(?!\S)")


class Markings:
    """The built-in terms and those of an organisation, as expressions."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        mine = "|".join(re.escape(normal(term)) for term in own if term.strip())
        ja = f"{mine}|{JA}" if mine else JA
        any_term = f"(?:{ja}|{EN})"
        flags = re.IGNORECASE
        self._mine = re.compile(mine, flags) if mine else None
        # Without atomic groups a line of terms that can be read in two ways would be tried in all of them.
        self._alone = re.compile(
            rf"{_EDGE}(?P<term>(?>{any_term}|{SINGLE})){_AFTER}(?>[\W_]{{0,6}}(?>{any_term}|{SINGLE}){_AFTER})*+{_EDGE}{_PAGE}{_EDGE}",
            flags,
        )
        self._bracketed = re.compile(
            rf"[【\[<《〔〈{{](?:[^】\]>》〕〉}}]{{0,8}}[\s/・:|])?\s{{0,3}}(?P<term>{any_term}|{SINGLE}){_AFTER}\s{{0,3}}[】\]>》〕〉}}/・:|]",
            flags,
        )
        self._round = re.compile(
            rf"\A{_EDGE}\(\s?(?P<first>{any_term}|{SINGLE})\s?\)|\(\s?(?P<last>{any_term}|{SINGLE}){_AFTER}\s?\)\W*\Z",
            flags,
        )
        self._apart = re.compile(rf"(?:\A[^\w]*|[\s:|/・-])(?P<term>{ja}){_AFTER}(?:[\s:|/・-]|\W*\Z)", flags)
        self._says = re.compile(
            r"(?:本|この|当)(?:書類?|資料|文書|ファイル|データ|図面|情報|メール|ページ|帳票)(?:の内容)?(?:は|を|には)[^。]{0,12}?"
            rf"(?P<term>{ja}){_AFTER}(?:です|であ|につき|に指定|に該当|と(?:し|する|なり)|の(?:ため|資料|文書|情報)|。|\Z)"
        )
        self._english = re.compile(rf"(?<![\w-])(?P<term>{EN})(?![\w-])", flags)
        self._any = re.compile(rf"(?P<term>{ja}|{SINGLE}|(?<![a-z])(?:{EN})(?![a-z]))", flags)
        self._in_name = re.compile(
            rf"(?<= )(?P<term>{any_term}|{SINGLE}){_AFTER}(?= )|(?<= )(?P<first>{ja})(?!の|規[程定]|管理|取扱|区分|保持|とは|について|一覧|ルール|基準|ガイド|研修|教育|契約|誓約)",
            flags,
        )

    def traces(self, text: str) -> tuple[str, ...]:
        """What in a text may belong to a marking: a line without one of them, in small letters or as written, is none. Cheap."""
        text = visible(text)
        if not (self._mine or _may_trace(text)):
            return ()
        small = text.lower()
        found = [word for word in SMALL if word in small] + [word for word in AS_WRITTEN if word in text]
        if not text.isascii():
            found += [word for letter in WIDE if letter in text for word in WIDE[letter] if word in text]
        if self._mine and self._mine.search(normal(text)):
            found.append("")
        return tuple(found)

    def of_line(self, text: str, *, title: bool) -> str:
        """The term by which a line is a marking; "" for none. `title`: the line stands where titles, headers and footers stand."""
        line = normal(text[:_VALUE])
        if not line or len(line) > _LONGEST:
            return ""
        if (found := self._alone.fullmatch(line)) and _loud(found["term"], line):
            return found["term"]
        found = self._bracketed.search(line)
        if found and not _is_quiet(found["term"]):
            return found["term"]
        if not title:
            return ""
        if _PROSE.search(line):
            found = self._says.search(line)
            return found["term"] if found else ""
        if (found := self._round.search(line)) and not _is_quiet(term := found["first"] or found["last"]):
            return term
        found = self._apart.search(line)
        return found["term"] if found else self._of_english(line)

    def _of_english(self, line: str) -> str:
        """Beside a company, a date, a page: few words, none of a sentence, the term in capitals or with a capital."""
        if len(_BETWEEN.split(line)) > _WORDS or _NAMES_MORE.search(line):
            return ""
        for found in self._english.finditer(line):
            term = found["term"]
            apart = _APART_BEFORE.search(line[: found.start()]) and _APART_BEHIND.match(line[found.end() :])
            if apart and term[:1].isupper() if _WEAK.fullmatch(term) else term.isupper() or term[:1].isupper():
                return term
        return ""

    def of_value(self, text: str) -> str:
        """The term in the value of a label or a classification: anything there is a marking, whatever its case."""
        value = normal(text[:_VALUE])
        if _DENIED.search(value):
            return ""
        found = self._any.search(value)
        return found["term"] if found else ""

    def of_name(self, name: str) -> str:
        """The term in the name of a file."""
        stem = name.rpartition(".")[0] or name
        words = f" {_BETWEEN.sub(' ', normal(stem)).strip()} "
        for found in self._in_name.finditer(words):
            term = found["term"] or found["first"]
            if (not _WEAK.fullmatch(term) or term.isupper()) and not _NAMES_MORE.match(words, found.start()):
                return term
        return ""


def _may_trace(text: str) -> bool:
    """Whether one of the words may be in a text, which is rare. Its letters of ASCII are looked at without what stands between them."""
    octets = text.encode("ascii", "ignore")
    if any(map(octets.lower().__contains__, _SMALL)) or any(map(octets.__contains__, _AS_WRITTEN)):
        return True
    return len(octets) < len(text) and _WIDE.search(text) is not None


def _is_quiet(term: str) -> bool:
    """A word of every day in small letters."""
    return term.islower() and _WEAK.fullmatch(term) is not None


def _loud(term: str, line: str) -> bool:
    """A word of every day, and any word in small letters, is a marking only with something around it."""
    if not term.isascii() or term.isupper():
        return True
    framed = line[:1] in "[(<{*#=~_-"
    if _WEAK.fullmatch(term):
        return framed and term[:1].isupper()
    return framed or term[:1].isupper()


def normal(text: str) -> str:
    """Half width, one blank between words, letters that were spaced out together again.

    >>> normal("社　外　秘"), normal("Ｃ Ｏ Ｎ Ｆ"), normal("㊙")
    ('社外秘', 'CONF', 'マル秘')
    """
    text = unicodedata.normalize("NFKC", stream_safe(visible(text).translate(_MARU))).strip()
    text = _SPACED.sub(lambda found: found[0].replace(" ", ""), text)
    return " ".join(text.split())


@lru_cache(maxsize=16)
def markings(own: tuple[str, ...] = ()) -> Markings:
    """Made once for the terms of a configuration."""
    return Markings(own)
