"""charset: bytes of unknown or wrongly declared encoding → text; never raises, says when it was not sure.

Japanese mail names Shift_JIS and means cp932, names ISO-2022-JP and carries the NEC and IBM extensions (①㈱髙﨑) that
Python's own codecs of those names refuse.
"""

import codecs
import re
from functools import lru_cache

from mail.shapes import Lost

_SAMPLE = 64 * 1024
_FEW = 3
_SAME = {
    # What is written → the codec that reads what is meant.
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "us-ascii": "",
    "ascii": "",
    "iso-8859-1": "cp1252",  # WHATWG encoding standard 4.2: what writes latin-1 means windows-1252
    "latin1": "cp1252",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
    "unicode": "utf-16",
    "x-euc-jp": "euc-jp",
    "eucjp": "euc-jp",
}
_ASCII_AND_MORE = frozenset({"utf-8", "cp1252", "cp932", "euc-jp"})
"""Codecs that read seven bits as ASCII, whatever they are."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ANY_BOM = tuple(bom for bom, _ in _BOMS)
_WIDE = ("utf-16", "utf-32", "utf_16", "utf_32")
_LOW, _HIGH = bytes(range(0x80)), bytes(range(0x80, 0x100))
_ASCII_AND_SIGNS = bytes((*range(0x80), *b"\x80\x85\x91\x92\x93\x94\x96\x97\xa0\xa3\xa7\xab\xb0\xb7\xbb"))
_LETTER_ALONE = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])|(?<=[A-Za-z])[\xc0-\xff]{2}(?=[A-Za-z])")
"""An accented letter of cp1252 between letters of ASCII, or two (Ordóñez); in cp932 a rare kanji or one half-width kana, in EUC-JP nothing."""
_EUC_PAIR = re.compile(rb"[\xa1-\xfe](?=[\xa1-\xfe])[\xa1-\xfe]")
_SEVEN_BITS = bytes(range(0x80))
_EUC_LETTERS = 0xB0
_EUC_KANA = b"\xa4\xa5"
_FEW_PAIRS, _MOSTLY, _MANY = 12, 0.97, 0.15
_ESCAPE = 0x1B
_ESCAPES = re.compile(rb"\x1b(\$[@B]|\([BJI]|\$\([DOPQ]|\.[AF])")
_KANA = re.compile("[\u3041-\u3093\u30a1-\u30f6\u30fc\u3001\u3002]")
_HALF = re.compile("[\uff61-\uff9f]")
_KANJI = re.compile("[\u4e00-\u9fff]")
_USUAL = re.compile("[\t\n\r\u0020-\u007e\u00a0-\u00ff\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_RARE = re.compile("[\ue000-\uf8ff\u0080-\u009f]")


def decode(data: bytes, declared: str = "") -> tuple[str, bool]:
    """Text of the bytes, and whether it is sure: False where octets did not fit and stand as U+FFFD.

    A BOM wins, then the declared charset if all octets fit, then what the bytes look like. See `second_reading`, too.
    """
    if is_ascii(data, declared):
        return data.decode("ascii"), True
    data = _as_sent(data)
    for bom, name in _BOMS if data.startswith(_ANY_BOM) else ():
        if data.startswith(bom) and (text := _strict(data, name)) is not None:
            return text, True
    codec = codec_of(declared)
    if codec and codec.startswith(_WIDE) and (text := wide(data)) is not None:
        return text, True  # which octet of a pair comes first, the name need not say (RFC 2781 4.3)
    if codec and is_ascii_in(codec) and (text := _strict(data, codec)) is not None and "\0" not in text:
        return text, True
    return guess(data)


def is_ascii(data: bytes, declared: str = "") -> bool:
    """Whether `decode` gives the octets as they stand; False where it is not worth finding out."""
    if not data.isascii() or b"\0" in data:
        return False
    codec = codec_of(declared)
    return codec in _ASCII_AND_MORE or (not codec and _ESCAPE not in data)


def second_reading(data: bytes, declared: str) -> tuple[str, bool]:
    """Another text that a reader could see in the same octets, "" where there is none; and whether readers would disagree.

    A name that belongs to no mail (EBCDIC) is not followed, but what it says is read, too; ASCII that calls itself UTF-16
    is read both ways, and so is UTF-7, which few decode today. UTF-8 or ISO-2022-JP under another name is an everyday mistake: no reader sees less for it.
    """
    codec = codec_of(declared) or ""
    if b"\x1b" in data and b"\x1b$" in data and not codec.startswith("iso2022") and (codec or not data.isascii()):
        return "\n".join(filter(None, map(_escaped, data.splitlines()))), False
    if codec in {"", "utf-8"} or data.startswith(_ANY_BOM):
        return "", False
    if not is_ascii_in(codec):
        return _strict(data, codec) or "", True
    if codec == "utf-7" and b"+" in data:
        return guess(data)[0], not is_utf7(data)
    if codec.startswith(_WIDE) and b"\0" not in data:
        return guess(data)[0], True
    if data.isascii() or codec.startswith(_WIDE):
        return "", False
    return _strict(data, "utf-8") or "", False


def is_utf7(data: bytes) -> bool:
    """Whether octets are well-formed UTF-7 (RFC 2152), so that whoever decodes it sees the same."""
    text = _strict(data, "utf-7")
    return text is not None and "\0" not in text and _SURROGATE.search(text) is None


def unknown(declared: str) -> bool:
    """Whether a charset is declared that nobody can decode."""
    return bool(declared) and codec_of(declared) is None


def guess(data: bytes) -> tuple[str, bool]:
    """Decode by what the bytes look like, in strict order: escapes, NULs, UTF-8, Western letters, then scored cp932 against EUC-JP."""
    if _ESCAPE in data and _ESCAPES.search(data) and data.isascii():
        text = _strict(data, "iso-2022-jp")
        if text is not None:
            return text, True
    if b"\0" in data:
        if (text := wide(data)) is not None:
            return text, True
        data = data.replace(b"\0", b"")  # nobody shows them
    text = _strict(data, "utf-8")
    if text is not None:
        return text, True
    if _is_western(data[:_SAMPLE]):
        return data.decode("cp1252", "replace"), True
    if (text := _neighbours(data)) is not None:
        return text, True
    found = [(_score(t), t) for name in ("cp932", "euc-jp") if (t := _strict(data, name)) is not None]
    if found:
        score, text = max(found, key=lambda pair: pair[0])
        if score > 0:
            return text, True
    text = _chinese(data)
    return (text, True) if text is not None else _lenient(data)


def _as_sent(data: bytes) -> bytes:
    """Wide characters without the octets that a mail program put before each line feed: no letter has these two together."""
    return data.replace(b"\r\n", b"\n") if b"\0" in data and b"\r\n" in data else data


def lost_by(text: str, *, sure: bool) -> tuple[Lost, ...]:
    """Damaged, where more than one character in twenty did not fit: a few octets that nobody can read hide no list."""
    return () if sure or text.count("\ufffd") <= max(_FEW, len(text) // 20) else (Lost("damaged", "charset"),)


def _neighbours(data: bytes) -> str | None:
    """Korean or Chinese text in the octets of EUC, as which Japanese is written, too; None where it is not surely one of them.

    Of Japanese kanji few are of the second level (rows from 48 on), where Chinese has all that is read with X, Y and Z;
    and of Japanese hardly anything lies in the rows of Hangul alone.
    """
    sample = data[:_SAMPLE]
    leads = bytes(found[0] for found in _EUC_PAIR.findall(sample))
    if len(leads) < _FEW_PAIRS or len(leads) * 2 != len(sample.translate(None, _SEVEN_BITS)):
        return None
    letters = [lead for lead in leads if lead >= _EUC_LETTERS]
    if len(letters) < _FEW_PAIRS or any(lead in _EUC_KANA for lead in leads):
        return None
    hangul, second = (
        sum(low <= lead <= high for lead in letters) / len(letters) for low, high in ((0xB0, 0xC8), (0xD0, 0xF7))
    )
    if hangul > _MOSTLY:
        return _strict(data, "cp949")
    return _strict(data, "gb18030") if second > _MANY else None


def _chinese(data: bytes) -> str | None:
    """Chinese with letters that only GBK has (names are written so, too), of what is no Japanese: most of it is in GB 2312, without kana."""
    sample = data[:_SAMPLE]
    leads = bytes(found[0] for found in _EUC_PAIR.findall(sample))
    high = len(sample.translate(None, _SEVEN_BITS))
    if len(leads) < _FEW_PAIRS or len(leads) * 20 < high * 7 or any(lead in _EUC_KANA for lead in leads):
        return None
    text = _strict(data, "gb18030")
    return text if text is not None and usual(text) > _MOSTLY else None


@lru_cache(maxsize=512)
def codec_of(declared: str) -> str | None:
    """Python's codec for a declared charset; "" where it says nothing (ASCII), None where nobody knows it."""
    name = declared.strip().strip("\"'").lower()
    name = name.partition("*")[0]  # RFC 2231 5: a language after the charset
    if name in _SAME or not name:
        return _SAME.get(name, "")
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # "base64", "zlib", "rot13" are codecs of Python, not charsets: one could unpack a bomb.
    return info.name if info._is_text_encoding and info.name not in _NOT_CHARSETS else None  # noqa: SLF001 - the only way to ask


@lru_cache(maxsize=64)
def is_ascii_in(codec: str) -> bool:
    """Whether letters and digits of ASCII are themselves in it, or in its wide form: what mail is written in, EBCDIC is not."""
    letters = "Az09@-."
    if codec.startswith(_WIDE):
        return True
    try:
        return letters.encode("ascii").decode(codec) == letters
    except (UnicodeError, ValueError):
        return False


_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "unicode_escape", "undefined"})


def _strict(data: bytes, codec: str) -> str | None:
    """All octets by this codec, or None."""
    if codec.startswith(("iso2022", "iso-2022-jp")):
        return _iso_2022_jp(data)
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return _euc_extended(data) if codec.replace("_", "-") == "euc-jp" else None


def _iso_2022_jp(data: bytes) -> str | None:
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeError:
        return _jis_by_cp932(data)


def _escaped(line: bytes) -> str:
    """A line with escapes of ISO-2022-JP in a text of another charset; "" where there are none."""
    return (_iso_2022_jp(line.translate(None, delete=_HIGH)) or "") if b"\x1b$" in line else ""


def _jis_by_cp932(data: bytes) -> str | None:
    """ISO-2022-JP whose double-byte runs hold NEC row 13 or IBM extensions: each run is decoded by way of cp932."""
    out: list[str] = []
    state = b"(B"
    position = 0
    for escape in _ESCAPES.finditer(data):
        if (run := _jis_run(data[position : escape.start()], state)) is None:
            return None
        out.append(run)
        state, position = escape[1], escape.end()
    if (run := _jis_run(data[position:], state)) is None:
        return None
    return "".join((*out, run))


def _jis_run(run: bytes, state: bytes) -> str | None:
    if not run:
        return ""
    try:
        if state in {b"$@", b"$B"}:
            return "".join(_jis_line(line) for line in run.splitlines(keepends=True))
        if state == b"(I":  # JIS X 0201 katakana in 7 bits
            return bytes(octet | 0x80 if octet > 0x20 else octet for octet in run).decode("cp932")  # noqa: PLR2004
        return run.decode("ascii")
    except (UnicodeError, ValueError):
        return None


def _jis_line(line: bytes) -> str:
    body = line.rstrip(b"\r\n")
    pairs = bytes(o for a, b in zip(body[::2], body[1::2], strict=True) for o in _jis_to_sjis(a, b))
    return pairs.decode("cp932") + line[len(body) :].decode("ascii")


def _jis_to_sjis(row: int, cell: int) -> tuple[int, int]:
    """One JIS X 0208 pair as the cp932 pair of the same place (JIS X 0208 annex 1)."""
    lead = ((row - 0x21) >> 1) + 0x81
    lead += 0x40 if lead > 0x9F else 0  # noqa: PLR2004
    trail = cell + (0x7E if row % 2 == 0 else 0x1F)
    return lead, trail + (1 if row % 2 and trail >= 0x7F else 0)  # noqa: PLR2004


def _euc_extended(data: bytes) -> str | None:
    """EUC-JP with NEC row 13 (eucJP-ms): by way of cp932; three-byte forms are left to the strict codec."""
    out = bytearray()
    i, end = 0, len(data)
    while i < end:
        octet = data[i]
        if octet < 0x80:  # noqa: PLR2004
            out.append(octet)
            i += 1
        elif octet == 0x8E and i + 1 < end:  # noqa: PLR2004 - SS2: half-width katakana
            out.append(data[i + 1])
            i += 2
        elif octet >= 0xA1 and i + 1 < end and data[i + 1] >= 0xA1:  # noqa: PLR2004
            out.extend(_jis_to_sjis(octet & 0x7F, data[i + 1] & 0x7F))
            i += 2
        else:
            return None
    try:
        return out.decode("cp932")
    except UnicodeError:
        return None


def wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a BOM: what decodes without a NUL into characters that people here write; else None.

    Letters of ASCII in pairs are Chinese characters: what is UTF-8 but for a few NULs is not wide.
    """
    if data.count(b"\0") * 8 < len(data) and _strict(data.replace(b"\0", b""), "utf-8") is not None:
        return None
    for width, names in ((4, ("utf-32-le", "utf-32-be")), (2, ("utf-16-le", "utf-16-be"))):
        whole = data[: len(data) - len(data) % width]
        texts = [t for name in names if (t := _strict(whole, name)) and "\0" not in t[:_SAMPLE]]
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
    return _strict(data, "utf-8") is not None or _score(text) > 0


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
    if (text := _strict(line, "utf-8")) is not None:
        return text
    found = [t for name in ("cp932", "euc-jp") if (t := _strict(line, name)) is not None]
    return max(found, key=_score) if found else line.decode("utf-8", "replace")


DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\uff70\ufe63", "-"))
_DASH = re.compile("[\u2010-\u2015\u2212\uff0d\uff70\ufe63]")


def plain_dashes(text: str) -> str:
    """Every dash that a codec or a keyboard makes of "-" as "-"; for numbers only, it also changes half-width ー.

    >>> plain_dashes("03−1234－5678")
    '03-1234-5678'
    """
    return text.translate(DASHES) if _DASH.search(text) else text
