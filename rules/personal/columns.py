"""Columns: what offices of many countries call the columns of names, telephones, addresses and dates of birth."""

import re

_SEPARATORS = re.compile(r"[\s_./・()\[\]{}\-]+")
_QUALIFIERS = (
    r"customer|client|employee|staff|patient|member|contact|student|pupil|applicant|guest|passenger|attendee|participant|teacher|holder|account ?holder|card ?holder"
    r"|beneficiary|insured|tenant|owner|parent|guardian|candidate|user ?full|person|worker|doctor|manager|recipient|payee|sender|spouse|child|emergency contact|next of kin|driver|director|author|subscriber|donor|legal|display"
)
# One expression a language would cost a search each; a column's name is short, and matched whole.
_FULL = re.compile(
    rf"(?:the )?(?:{_QUALIFIERS})?(?: ?'?s)? ?(?:full ?)?names?(?: ?(?:in )?(?:full|kanji|english|romaji))?(?: \d)?|name(?: of)? (?:{_QUALIFIERS})|name .{{0,24}}"
    rf"|(?:{_QUALIFIERS})(?: ?\d)?"
    r"|vollst[äa]ndiger name|vor ?(?:und )?(?:zu|nach)name|mitarbeiter(?:in|name)?|kunden?name|patient(?:in|enname)?|ansprechpartner(?:in)?|kontoinhaber|versicherter?|bewerber(?:in)?"
    r"|nom(?: et)? pr[ée]noms?|pr[ée]nom(?: et)? nom|nom complet|nom|salari[ée]e?|employ[ée]e?|titulaire|adh[ée]rent|b[ée]n[ée]ficiaire|interlocuteur|nom .{1,20}"
    r"|nombre completo|nombres? y apellidos?|apellidos? y nombres?|nombre|empleado|trabajador|titular|paciente|alumno|asegurado|nombre .{1,20}"
    r"|nome completo|nome e cognome|cognome e nome|nominativo|nome|dipendente|intestatario|paziente|studente|assicurato|funcion[áa]rio|naam|volledige naam|navn|namn|nimi|imię i nazwisko|имя|фио"
    r"|성명|이름|고객명|고객 ?이름|직원명|사원명|회원명|환자명|담당자|예금주|姓名|名字|客户姓名|客戶姓名|员工姓名|員工姓名|联系人|聯絡人|联络人|收件人|持卡人|户名|戶名|患者姓名"
)
_FAMILY = re.compile(
    r"姓|苗字|名字|氏|姓 ?漢字|氏名 ?姓|last ?names?|family ?names?|surnames?|lname|sei|nachnamen?|familienname|zuname|nom de famille|nom d ?usage|apellidos?|primer apellido|cognome|sobrenome|apelido|achternaam|efternamn|성"
)
_GIVEN = re.compile(
    r"名|名 ?漢字|名前 ?名|氏名 ?名|given ?names?|first ?names?|forenames?|christian name|fname|mei|vornamen?|rufname|pr[ée]noms?|nombres? de pila|voornaam|roepnaam|förnamn|이름"
)
# Given where a family's column stands beside it, family where a given's does.
_EITHER_GIVEN, _EITHER_FAMILY = re.compile(r"nombres?|nome|name|이름"), re.compile(r"nom|name|naam|nome")
_JAPANESE = re.compile(
    r"氏名|お?名前|姓名|氏 名|患者名|社員名(?!簿)|従業員名|職員名|会員名(?!簿)|顧客名(?!簿)|お客様名|[生徒童児員客手]名(?!簿|称)|(?<!業)者名(?!簿|称)|ご?芳名|世帯主|保護者|契約者|申込者|申請者|代表者|担当者|受講者|参加者名"
    r"|口座名義|名義人|預金者|宛名|受取人|届け先名|送り先名|被保険者名|本人名"
)
_READING = re.compile(r"フリガナ|ふりがな|振り?仮名|カナ|かな|ヨミ|よみ|読み|kana|ローマ字|romaji|furigana|阅读")
_NO_NAME = re.compile(
    r"会社|企業|法人|団体|店|company|organi[sz]ation|firm|file|product|item|brand|商品|品名|製品|column|field|table|host|server|domain|path|号码|名簿"
)


def plain_name(column: str) -> str:
    """A column's name with single blanks, small: customer_name and Customer-Name are customer name.

    >>> plain_name(" Customer_Name ")
    'customer name'
    """
    return _SEPARATORS.sub(" ", column).strip().lower()


def is_full_name(column: str) -> bool:
    """Whether it holds whole names."""
    plain = plain_name(column)
    if _NO_NAME.search(plain) and not _JAPANESE.search(plain):
        return False
    return bool(_JAPANESE.search(column) or _FULL.fullmatch(plain))


def is_reading(column: str) -> bool:
    """Whether it holds names as they are read."""
    return _READING.search(column) is not None


def name_parts(header: tuple[str, ...]) -> tuple[int, int] | None:
    """The columns of family and given names, where there are both."""
    plain = [plain_name(column) for column in header]
    family = _first(plain, _FAMILY, -1)
    given = _first(plain, _GIVEN, family)
    if family >= 0 > given:
        given = _first(plain, _EITHER_GIVEN, family)
    elif given >= 0 > family:
        family = _first(plain, _EITHER_FAMILY, given)
    return (family, given) if family >= 0 and given >= 0 else None


def _first(names: list[str], pattern: re.Pattern[str], other: int) -> int:
    return next((at for at, name in enumerate(names) if at != other and pattern.fullmatch(name)), -1)


_PHONE = re.compile(
    r"電話|携帯|\btel\b|\btel[ .:]|^tel|phone|mobile|連絡先|ケータイ|(?<![\w-])cell|^contact ?(?:no|num|#)|telefon|handy|festnetz|rufnummer|t[ée]l[ée]phone|\bportable\b|tel[ée]fono|m[óo]vil|celular"
    r"|전화|휴대폰|핸드폰|연락처|電話|手機|手机|电话|联系方式|聯絡方式|whatsapp|^fon\b|gsm"
)
_ADDRESS = re.compile(
    r"住所|居所|所在地|送付先|届け先(?!名)|\baddress|^addr|adresse|anschrift|wohnort|domicili|direcci[óo]n|indirizzo|residenza|endere[çc]o|\badres\b|주소|地址|住址"
)
_NO_ADDRESS = re.compile(r"\b(?:e ?mail|mail|ip|mac|wallet|web|host|url|memory|netz|電子)\b|電子|邮|郵件|メール|이메일")


def is_phone(column: str) -> bool:
    """Whether it holds telephone numbers; those of faxes are nobody's."""
    return _PHONE.search(column) is not None


def is_address(column: str) -> bool:
    """Whether it holds postal addresses.

    >>> is_address("e-mail address"), is_address("home address")
    (False, True)
    """
    return _ADDRESS.search(column) is not None and not _NO_ADDRESS.search(plain_name(column))
