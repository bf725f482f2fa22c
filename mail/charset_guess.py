"""charset_guess: what bytes of no declared charset look like, and how much a text looks like one of Japan."""

import re

from mail.charset_jis import ESCAPES
from mail.charset_names import strict

_SAMPLE = 64 * 1024
_LOW = bytes(range(0x80))
_ASCII_AND_SIGNS = bytes((*range(0x80), *b"\x80\x85\x91\x92\x93\x94\x96\x97\xa0\xa3\xa7\xab\xb0\xb7\xbb"))
_LETTER_ALONE = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])|(?<=[A-Za-z])[\xc0-\xff]{2}(?=[A-Za-z])")
"""An accented letter of cp1252 between letters of ASCII, or two (Ordóñez); in cp932 a rare kanji or one half-width kana, in EUC-JP nothing."""
_EUC_PAIR = re.compile(rb"[\xa1-\xfe](?=[\xa1-\xfe])[\xa1-\xfe]")
_EUC_LETTERS = 0xB0
_EUC_KANA = b"\xa4\xa5"
_FEW_PAIRS, _MOSTLY, _MANY = 12, 0.97, 0.15
_ESCAPE = 0x1B
_KANA = re.compile("[\u3041-\u3093\u30a1-\u30f6\u30fc\u3001\u3002]")
_HALF = re.compile("[\uff61-\uff9f]")
_KANJI = re.compile("[\u4e00-\u9fff]")
_USUAL = re.compile("[\t\n\r\u0020-\u007e\u00a0-\u00ff\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_RARE = re.compile("[\ue000-\uf8ff\u0080-\u009f]")


def guess(data: bytes) -> tuple[str, bool]:
    """Decode by what the bytes look like, in strict order: escapes, NULs, UTF-8, Western letters, then scored cp932 against EUC-JP."""
    if _ESCAPE in data and ESCAPES.search(data) and data.isascii():
        text = strict(data, "iso-2022-jp")
        if text is not None:
            return text, True
    if b"\0" in data:
        if (text := wide(data)) is not None:
            return text, True
        data = data.replace(b"\0", b"")  # nobody shows them
    text = strict(data, "utf-8")
    if text is not None:
        return text, True
    if _is_western(data[:_SAMPLE]):
        return data.decode("cp1252", "replace"), True
    if (text := _neighbours(data)) is not None:
        return text, True
    found = [(_score(t), t) for name in ("cp932", "euc-jp") if (t := strict(data, name)) is not None]
    if found:
        score, text = max(found, key=lambda pair: pair[0])
        if score > 0:
            return text, True
    text = _chinese(data)
    return (text, True) if text is not None else _lenient(data)


def _neighbours(data: bytes) -> str | None:
    """Korean or Chinese text in the octets of EUC, as which Japanese is written, too; None where it is not surely one of them.

    Of Japanese kanji few are of the second level (rows from 48 on), where Chinese has all that is read with X, Y and Z;
    and of Japanese hardly anything lies in the rows of Hangul alone.
    """
    sample = data[:_SAMPLE]
    leads = bytes(found[0] for found in _EUC_PAIR.findall(sample))
    if len(leads) < _FEW_PAIRS or len(leads) * 2 != len(sample.translate(None, _LOW)):
        return None
    letters = [lead for lead in leads if lead >= _EUC_LETTERS]
    if len(letters) < _FEW_PAIRS or any(lead in _EUC_KANA for lead in leads):
        return None
    hangul, second = (
        sum(low <= lead <= high for lead in letters) / len(letters) for low, high in ((0xB0, 0xC8), (0xD0, 0xF7))
    )
    if hangul > _MOSTLY:
        return strict(data, "cp949")
    return strict(data, "gb18030") if second > _MANY else None


def _chinese(data: bytes) -> str | None:
    """Chinese with letters that only GBK has (names are written so, too), of what is no Japanese: most of it is in GB 2312, without kana."""
    sample = data[:_SAMPLE]
    leads = bytes(found[0] for found in _EUC_PAIR.findall(sample))
    high = len(sample.translate(None, _LOW))
    if len(leads) < _FEW_PAIRS or len(leads) * 20 < high * 7 or any(lead in _EUC_KANA for lead in leads):
        return None
    text = strict(data, "gb18030")
    return text if text is not None and usual(text) > _MOSTLY else None


def wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a BOM: what decodes without a NUL into characters that people here write; else None.

    Letters of ASCII in pairs are Chinese characters: what is UTF-8 but for a few NULs is not wide.
    """
    if data.count(b"\0") * 8 < len(data) and strict(data.replace(b"\0", b""), "utf-8") is not None:
        return None
    for width, names in ((4, ("utf-32-le", "utf-32-be")), (2, ("utf-16-le", "utf-16-be"))):
        whole = data[: len(data) - len(data) % width]
        texts = [t for name in names if (t := strict(whole, name)) and "\0" not in t[:_SAMPLE]]
        best = max(texts, key=usual, default="")
        if best and usual(best) > 0.7:  # noqa: PLR2004 - octets of a program give hardly any
            return best
    return None


def usual(text: str) -> float:
    """Share of characters that mail in Japanese and Western languages is made of."""
    sample = text[:4096]
    return len(_USUAL.findall(sample)) / max(len(sample), 1)


def is_likely(data: bytes, text: str) -> bool:
    """Whether octets that were read as this text are one: UTF-8, or more kana and kanji than noise has."""
    return strict(data, "utf-8") is not None or _score(text) > 0


def _score(text: str) -> float:
    """How Japanese a text looks: kana and kanji for it, half-width katakana and private use against it."""
    sample = text[:_SAMPLE]
    kana, kanji = len(_KANA.findall(sample)), len(_KANJI.findall(sample))
    half, rare = len(_HALF.findall(sample)), len(_RARE.findall(sample))
    return 2 * kana + kanji - 1.5 * half - 5 * rare + (0.01 if half and not rare else 0)


def _is_western(data: bytes) -> bool:
    """Whether most octets beyond ASCII are accented letters that stand alone; quotes, dashes and blanks of cp1252 say nothing."""
    high = len(data.translate(None, delete=_ASCII_AND_SIGNS))
    return high > 0 and len(b"".join(_LETTER_ALONE.findall(data))) * 10 >= high * 7


def _lenient(data: bytes) -> tuple[str, bool]:
    """The reading with the fewest octets that do not fit."""
    tries = [*(data.decode(name, "replace") for name in ("utf-8", "cp932", "euc-jp")), _by_lines(data)]
    text = min(tries, key=lambda t: t.count("\ufffd"))
    high = len(data[:_SAMPLE].translate(None, delete=_LOW))
    if text.count("\ufffd") and high * 3 < min(len(data), _SAMPLE):
        western = data.decode("cp1252", "replace")
        if western.count("\ufffd") < text.count("\ufffd"):
            return western, True
    return text, "\ufffd" not in text


def _by_lines(data: bytes) -> str:
    """Each line by its own charset: files are put together from pieces of several."""
    return "".join(_line(line) for line in data.splitlines(keepends=True))


def _line(line: bytes) -> str:
    if (text := strict(line, "utf-8")) is not None:
        return text
    found = [t for name in ("cp932", "euc-jp") if (t := strict(line, name)) is not None]
    return max(found, key=_score) if found else line.decode("utf-8", "replace")
