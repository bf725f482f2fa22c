"""What stands before and behind a Japanese name: labels, titles, boundaries, the number of its row."""

import re

from rules.personal.japanese_names import KANA, KANJI

LABEL = re.compile(
    r"(?:(?:氏 ?名|名前|姓名|担当者?|患者名?|宛名|申込者|申請者|契約者|名義人?|代表者?|保護者|本人|顧客名|会員名|社員名|お客様名?|利用者名?|[者員客生徒童児]名|ご?芳名|\bFN|fullname|\bname)(?:[(][^()\n]{1,8}[)])?[\"']?[ ]?[:=>\t|】\]][ ]?[\"']?"
    r"|(?:氏 ?名|お名前|患者名|申込者|申請者|契約者|本人氏名|被保険者|対象者)[ ]{1,3})\Z"
)
LABEL_WORD = re.compile(r".{0,4}(?:氏 ?名|名前|患者名|申込者|申請者|契約者|被保険者|対象者)\Z")
LONGEST_LABEL = 24
LABEL_ENDS = frozenset(":=>\t| \"'】]")
TITLES = "部長|課長|係長|主任|社長|専務|常務|会長|店長|所長|室長|局長|次長|院長|校長|園長|主査|主事|参事|理事|教授|弁護士|税理士|医師|選手|議員|委員"
BEFORE = "\\t\\n\"'>():、,;・/|＞※●○■□◆◇▼▽▲△★☆◎→✓*・ 0-9.\\[【\\]】"
_PLACE = rf"(?:[{KANJI}ケ]{{1,5}}?[都道府県市区郡]|[ぁ-ん]{{2,6}}[市郡])"
BEHIND = (
    rf"(?=[ ]?(?:$|[\t\n\"'<)、,;・/|(:\]】]|様|さま|さん|殿|先生|{TITLES}|氏(?![名{KANJI}]))|[ ]{{1,40}}[0-9+〒A-Za-z/|&]"
    rf"|[ ]{{1,3}}(?:{_PLACE}|(?:明治|大正|昭和|平成|令和)[0-9元]|[男女](?![{KANJI}{KANA}]))"
    rf"|[ ]{{1,3}}[{KANA}]{{2,8}}[ ]{{1,2}}[{KANA}]{{2,8}}(?:[ \t\n]|$)|[ ]{{1,3}}[^ \t\n:]{{1,8}}:)"
)
# Where a word begins something of its own though a blank stands before it: behind a sign, or behind the number of its row.
_BEGINS = re.compile(
    r"(?:[\t\n、,;:・/|※●○■□◆◇▼▽▲△★☆◎→✓*]|(?:\A|[\t\n])[ ]{0,8}[(]?(?:No\.?|第)?[0-9]{1,4}(?:[.):]|番|位|人目)?)[ ]{1,40}\Z"
)
_WIDEST = 60
_COMPANIES = frozenset(("(株)", "(有)", "(合)", "(同)", "(財)", "(社)", "(医)", "(学)", "(福)"))


def begins(text: str, start: int) -> bool:
    """Whether a word behind a blank begins a piece of a row.

    >>> begins("12 山田太郎", 3), begins("a / 山田太郎", 4), begins("昨日 山田太郎", 3)
    (True, True, False)
    """
    return _BEGINS.search(text, max(0, start - _WIDEST), start) is not None


def is_company(text: str, start: int, end: int) -> bool:
    """Whether a company's form stands before or behind a word.

    >>> is_company("(株)高橋プレス", 3, 8), is_company("山田太郎(課長)", 0, 4)
    (True, False)
    """
    return text[max(0, start - 3) : start] in _COMPANIES or text[end : end + 3] in _COMPANIES
