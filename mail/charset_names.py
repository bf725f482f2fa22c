"""charset_names: what is written for a charset → the codec that reads what is meant."""

import codecs
from functools import lru_cache

from mail.charset_jis import euc_extended, iso_2022_jp

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
WIDE = ("utf-16", "utf-32", "utf_16", "utf_32")


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
    if codec.startswith(WIDE):
        return True
    try:
        return letters.encode("ascii").decode(codec) == letters
    except (UnicodeError, ValueError):
        return False


_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "unicode_escape", "undefined"})


def strict(data: bytes, codec: str) -> str | None:
    """All octets by this codec, or None."""
    if codec.startswith(("iso2022", "iso-2022-jp")):
        return iso_2022_jp(data)
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return euc_extended(data) if codec.replace("_", "-") == "euc-jp" else None
