"""Marking words: how documents are marked as not for everybody, in Japanese and English and a few of other languages, as expressions."""

_BAN = r"(?:持ち?出し?|複写|複製|コピー|転送|再?配[布付]|開示|口外|公開|閲覧|漏洩|印刷)(?:及び|・|、)?(?:複写|複製|転送|配布|転載)?(?:等)?(?:は)?(?:厳禁|(?:を?厳)?禁止?|不可)"
JA = (
    r"[社部課所学院校庁局室館店外]外(?:厳)?秘|組織外秘|対外秘|極秘|厳秘|(?:マル|まる|丸|○|◯)秘|関係者(?:外秘|限り?|限定|以外(?:閲覧|開示|持出|極秘)?(?:禁止|厳禁|秘)?)"
    r"|(?:社内|部内|役員|取締役|職員|従業員|担当者|本人|部外者|委員|会員)(?:限り?|限定|使用限定|外秘|秘)|社内(?:専用|用|資料|文書|情報|秘)"
    r"|取り?扱い?(?:厳重)?注意|要?取り?扱い?注意"
    rf"|(?:(?:社|部|館|室|庁|所|門)外|外部|第三者|無断)?(?:へ)?(?:の)?{_BAN}"
    r"|機密性\s?[23](?:情報)?|(?:最高|最|重要|超)機密|機密(?:情報|文書|資料|扱い?)|(?:企業|営業|特定|業務上の?)秘密|秘密(?:情報|文書|資料|扱い?)|限定開示|非公開(?:情報|資料)"
    r"|コンフィデンシャル|要保護情報|親展"
    r"|대외비|극비|绝密|内部资料|[机機]密文件"
)
SINGLE = "秘密?|[机機]密|非公開"
"""Alone, in brackets, as a piece of a name or a value only: they are words of every day, too."""
_LEVEL = r"(?:strictly|highly|company|business|commercial(?:ly)?|client|customer|most|internal|very)"
EN = (
    rf"(?:{_LEVEL}[ -]{{1,3}}){{0,2}}(?:private (?:and|&) )?confidential(?: (?:and|&|/) (?:proprietary|privileged|internal))?|(?:strictly )?private(?: (?:and|&) personal)?"
    r"|commercial[ -]in[ -]confidence|(?:strictly )?(?:proprietary|privileged)(?: (?:and|&|/) confidential)?(?: information)?|(?:highly )?restricted|(?:top |trade )?secret"
    r"|(?:for )?(?:company |strictly )?internal(?:[ -](?:use)?)?(?:[ -]only)?|(?:for )?(?:official|office|staff|company|employee) use only|(?:for )?your eyes only|eyes only|need[ -]to[ -]know"
    r"|(?:please )?do not (?:forward|distribute|copy|share|disclose|circulate|duplicate)(?:,? (?:or|and) (?:forward|distribute|copy|share|disclose))?(?: outside| externally)?"
    r"|not for (?:external |public |general )?(?:distribution|circulation|release|disclosure|publication)|no external distribution"
    r"|(?:commercially |market |company )?sensitive|official[ -:]sensitive|controlled unclassified information|tlp ?: ?(?:red|amber(?:\+strict)?)|attorney[ -]client privileged?|personal"
    r"|(?:streng |firmen)?vertraulich|nur f.r den (?:internen|dienst)gebrauch|nur f.r den internen gebrauch|confidentiel(?:le)?|usage interne|diffusion restreinte|confidencial|uso interno|riservato"
)

# What a text holds that holds a marking: in small letters, as written, and beyond ASCII, there by a letter that is looked for first.
SMALL = (
    *("confiden", "secret", "restricted", "internal", "propriet", "privileg", "sensitiv", "distribut"),
    *("not forward", "use only", "eyes only", "vertraulich", "gebrauch", "interne ", "interno"),
)
AS_WRITTEN = ("DO NOT", "Do not", "NOT FOR", "PRIVATE", "PERSONAL", "TLP", " O ", " E ")
WIDE = {
    **{letter: (letter,) for letter in "秘禁㊙ＣＳＩＲＰＤＴＮｄ극绝机"},
    "扱": ("扱注意", "扱い注意", "扱厳重", "扱い厳重"),
    "限": ("者限", "内限", "員限", "役限", "人限", "部限", "限定開示", "限定"),
    "密": ("機密", "机密"),
    "展": ("親展",),
    "内": ("社内専", "社内用", "社内資", "社内文", "社内情", "社内使", "内部资料"),
    "ン": ("コンフィ",),
    "公": ("非公開",),
    "可": ("不可",),
    "護": ("要保護",),
    "대": ("대외비",),
}
