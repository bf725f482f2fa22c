"""Marking terms: the words by which documents are marked as not for everybody, and whether a line, a value or a file name is such a marking.

A marking stands alone, in brackets, or at an end of a short line; a word inside a sentence is none.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_BAN = r"(?:持ち?出し?|複写|複製|コピー|転送|再?配[布付]|開示|口外|公開|閲覧|漏洩|印刷)(?:及び|・|、)?(?:複写|複製|転送|配布|転載)?(?:等)?(?:は)?(?:厳禁|(?:を?厳)?禁止?|不可)"
_JA = (
    r"[社部課所学院校庁局室館店外]外(?:厳)?秘|組織外秘|対外秘|極秘|厳秘|(?:マル|まる|丸|○|◯)秘|関係者(?:外秘|限り?|限定|以外(?:閲覧|開示|持出|極秘)?(?:禁止|厳禁|秘)?)"
    r"|(?:社内|部内|役員|取締役|職員|従業員|担当者|本人|部外者|委員|会員)(?:限り?|限定|使用限定|外秘|秘)|社内(?:専用|用|資料|文書|情報|秘)"
    r"|取り?扱い?(?:厳重)?注意|要?取り?扱い?注意"
    rf"|(?:(?:社|部|館|室|庁|所|門)外|外部|第三者|無断)?(?:へ)?(?:の)?{_BAN}"
    r"|機密性\s?[23](?:情報)?|(?:最高|最|重要|超)?機密(?:情報|文書|資料|扱い?)?|(?:企業|営業|特定|業務上の?)?秘密(?:情報|文書|資料|扱い?)?|限定開示|非公開(?:情報|資料)?"
    r"|コンフィデンシャル|要保護情報|親展"
    r"|대외비|극비|绝密|内部资料|[机機]密(?:文件)?"
)
_SINGLE = "秘"
"""Alone or in brackets only."""
_LEVEL = r"(?:strictly|highly|company|business|commercial(?:ly)?|client|customer|most|internal|very)"
_EN = (
    rf"(?:{_LEVEL}[ -]{{1,3}}){{0,2}}(?:private (?:and|&) )?confidential(?: (?:and|&|/) (?:proprietary|privileged|internal))?|(?:strictly )?private(?: (?:and|&) personal)?"
    r"|commercial[ -]in[ -]confidence|(?:strictly )?(?:proprietary|privileged)(?: (?:and|&|/) confidential)?(?: information)?|(?:highly )?restricted|(?:top |trade )?secret"
    r"|(?:for )?(?:company |strictly )?internal(?:[ -](?:use)?)?(?:[ -]only)?|(?:for )?(?:official|office|staff|company|employee) use only|(?:for )?your eyes only|eyes only|need[ -]to[ -]know"
    r"|(?:please )?do not (?:forward|distribute|copy|share|disclose|circulate|duplicate)(?:,? (?:or|and) (?:forward|distribute|copy|share|disclose))?(?: outside| externally)?"
    r"|not for (?:external |public |general )?(?:distribution|circulation|release|disclosure|publication)|no external distribution"
    r"|(?:commercially |market |company )?sensitive|official[ -:]sensitive|controlled unclassified information|tlp ?: ?(?:red|amber(?:\+strict)?)|attorney[ -]client privileged?|personal"
    r"|(?:streng |firmen)?vertraulich|nur f.r den (?:internen|dienst)gebrauch|nur f.r den internen gebrauch|confidentiel(?:le)?|usage interne|diffusion restreinte|confidencial|uso interno|riservato"
)
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
_LONGEST, _WORDS = 90, 10
_VALUE = 400
_APART_BEFORE = re.compile(r"(?:^|[|/,;:()\[\]*_–—-])\s?$")
_APART_BEHIND = re.compile(r"\s?(?:$|[|/,;:()\[\]*_–—-])")
_DENIED = re.compile(r"\b(?:non|not|un)[ -]?(?:confidential|classified|restricted|sensitive)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[\W_]+")
_MARU = str.maketrans({"㊙": "マル秘"})
_SPACED = re.compile(r"(?<!\S)(?:\S[ \u3000]){2,}\S(?!\S)")
# What a text holds that holds a marking: in small letters, as written, and beyond ASCII, there by a letter that is looked for first.
_SMALL = (
    "confiden",
    "secret",
    "restr",
    "intern",
    "propriet",
    "privileg",
    "sensitiv",
    "forward",
    "distribut",
    "only",
    "vertraulich",
)
_AS_WRITTEN = (
    "DO NOT",
    "Do not",
    "NOT FOR",
    "Not for",
    "PRIVATE",
    "PERSONAL",
    "TLP",
    "O N F",
    "E C R",
    "E S T R",
    "N T E R",
    "P R O P",
)
_WIDE = {
    **{letter: (letter,) for letter in "秘禁㊙ＣＳＩＲＰＤＴＮｄ극绝机"},
    "扱": ("扱注意", "扱い注意", "扱厳重", "扱い厳重"),
    "限": ("者限", "内限", "員限", "役限", "人限", "部限", "限定開示", "限定"),
    "密": ("機密", "機密"),
    "展": ("親展",),
    "内": ("社内専", "社内用", "社内資", "社内文", "社内情", "社内使", "内部资料"),
    "ン": ("コンフィ",),
    "公": ("非公開",),
    "可": ("不可",),
    "護": ("要保護",),
    "대": ("대외비",),
}


class Markings:
    """The built-in terms and those of an organisation, as expressions."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        mine = "|".join(re.escape(normal(term)) for term in own if term.strip())
        ja = f"{mine}|{_JA}" if mine else _JA
        any_term = f"(?:{ja}|{_EN})"
        flags = re.IGNORECASE
        self._mine = re.compile(mine, flags) if mine else None
        # Without atomic groups a line of terms that can be read in two ways would be tried in all of them.
        self._alone = re.compile(
            rf"{_EDGE}(?P<term>(?>{any_term}|{_SINGLE})){_AFTER}(?>[\W_]{{0,6}}(?>{any_term}|{_SINGLE}){_AFTER})*+{_EDGE}{_PAGE}{_EDGE}",
            flags,
        )
        self._bracketed = re.compile(
            rf"[【\[<《〔〈{{](?:[^】\]>》〕〉}}]{{0,8}}[\s/・:|])?\s{{0,3}}(?P<term>{any_term}|{_SINGLE}){_AFTER}\s{{0,3}}[】\]>》〕〉}}/・:|]",
            flags,
        )
        self._round = re.compile(
            rf"\A{_EDGE}\(\s?(?P<first>{any_term}|{_SINGLE})\s?\)|\(\s?(?P<last>{any_term}|{_SINGLE}){_AFTER}\s?\)\W*\Z",
            flags,
        )
        self._at_end = re.compile(
            rf"\A[^\w]*(?P<first>{ja}){_AFTER}(?:[\s:|/・_-]|\Z)|[\s|/・_-](?P<last>{ja}){_AFTER}\W*\Z", flags
        )
        self._says = re.compile(
            r"(?:本|この|当)(?:書類?|資料|文書|ファイル|データ|図面|情報|メール|ページ|帳票)(?:の内容)?(?:は|を|には)[^。]{0,12}?"
            rf"(?P<term>{ja}){_AFTER}(?:です|であ|につき|に指定|に該当|と(?:し|する|なり)|の(?:ため|資料|文書|情報)|。|\Z)"
        )
        self._english = re.compile(rf"(?<![\w-])(?P<term>{_EN})(?![\w-])", flags)
        self._any = re.compile(rf"(?P<term>{ja}|(?<![a-z])(?:{_EN})(?![a-z]))", flags)
        self._in_name = re.compile(
            rf"(?<= )(?P<term>{any_term}){_AFTER}(?= )|(?<= )(?P<first>{ja})(?!の|規[程定]|管理|取扱|区分|保持|とは|について|一覧|ルール|基準|ガイド|研修|教育|契約|誓約)",
            flags,
        )

    def traces(self, text: str) -> tuple[str, ...]:
        """What in a text may belong to a marking: a line without one of them, in small letters or as written, is none. Cheap."""
        small = text.lower()
        found = [word for word in _SMALL if word in small] + [word for word in _AS_WRITTEN if word in text]
        if not text.isascii():
            found += [word for letter in _WIDE if letter in text for word in _WIDE[letter] if word in text]
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
        for pattern in (self._round, self._at_end):
            if (found := pattern.search(line)) and not _is_quiet(term := found["first"] or found["last"]):
                return term
        return self._of_english(line)

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
        return found["term"] if found else _SINGLE if value == _SINGLE else ""

    def of_name(self, name: str) -> str:
        """The term in the name of a file."""
        stem = name.rpartition(".")[0] or name
        words = f" {_BETWEEN.sub(' ', normal(stem)).strip()} "
        for found in self._in_name.finditer(words):
            term = found["term"] or found["first"]
            if (not _WEAK.fullmatch(term) or term.isupper()) and not _NAMES_MORE.match(words, found.start()):
                return term
        return ""


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
    text = unicodedata.normalize("NFKC", text.translate(_MARU)).strip()
    text = _SPACED.sub(lambda found: found[0].replace(" ", ""), text)
    return " ".join(text.split())


@lru_cache(maxsize=16)
def markings(own: tuple[str, ...] = ()) -> Markings:
    """Made once for the terms of a configuration."""
    return Markings(own)
