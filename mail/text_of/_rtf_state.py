"""What the words of RTF mean (RTF 1.9.1): characters, destinations, charsets; and what is in force inside a group."""

# Words that stand for characters.
CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "page": "\r",
    "sect": "\r",
    "column": "\r",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
SYMBOLS = {b"~": "\xa0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\", b"\r": "\r", b"\n": "\r", b"\t": "\t"}
# Destination → the part of the document its text belongs to.
DATA, ASIDE, HTML, PROPERTIES = "data", "aside", "html", "properties"
PARTS = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"), "header, footer"),
    **dict.fromkeys(("footnote", "ftnsep", "ftnsepc"), "footnotes"),
    **dict.fromkeys(("annotation", "atnauthor", "atnid"), "comments"),
    **dict.fromkeys(("shptxt", "dptxbxtext"), "text box"),
    **dict.fromkeys(("info", "title", "subject", "author", "manager", "company", "operator", "category"), PROPERTIES),
    **dict.fromkeys(("keywords", "doccomm", "hlinkbase", "userprops", "propname", "staticval", "linkval"), PROPERTIES),
    **dict.fromkeys(("pict", "objdata", "datastore", "themedata", "datafield", "blipuid", "panose"), DATA),
    **dict.fromkeys(("fldinst", "stylesheet", "colortbl", "fonttbl", "listname", "levelnumbers", "leveltext", "upr"), ASIDE),
    **dict.fromkeys(("revtbl", "falt", "filetbl", "objclass", "objname", "bkmkstart", "bkmkend"), ASIDE),
    **dict.fromkeys(("xe", "tc", "docvar", "nonesttables", "sp", "sn", "sv"), ASIDE),
    **dict.fromkeys(("ud", "result", "fldrslt", "shpinst", "shprslt"), ""),
    **dict.fromkeys(("htmltag", "mhtmltag"), HTML),
}  # fmt: skip
INHERITING = frozenset({"nesttableprops", "shppict", "object", "shp", "docfmt", "background", "txfieldend"})
"""Behind \\*, and yet no destination whose text stands apart."""
UNSEEN = frozenset({"footnotes", "comments", PROPERTIES})
# RTF 1.9.1, fonts: the charset of a font; 0, 1 and 2 say nothing of what is written in it.
CHARSETS = {
    77: "mac-roman",
    78: "cp932",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp437",
}
CODEPAGES = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}
PAIRED = frozenset({"cp932", "cp949", "gb18030", "cp936", "cp950", "big5", "johab"})
"""Charsets with characters of two octets."""


class State:
    """What is in force inside a group."""

    __slots__ = ("binary", "font", "in_table", "only_rtf", "part", "skipped", "unseen", "word")

    def __init__(self) -> None:
        self.part = ""
        self.word = ""
        """The destination it is in."""
        self.font = -1
        self.skipped = 1
        """How many characters stand behind \\u for readers that do not know it."""
        self.unseen = False
        """Hidden or deleted."""
        self.in_table = 0
        self.only_rtf = False
        """Inside \\htmlrtf: not part of the HTML that the RTF carries (MS-OXRTFEX)."""
        self.binary: list[bytes] = []
        """Hexadecimal digits of a picture or an object."""

    def copy(self) -> "State":
        """For a group inside this one."""
        new = State.__new__(State)
        new.part, new.word, new.font, new.skipped = self.part, self.word, self.font, self.skipped
        new.unseen, new.in_table, new.only_rtf, new.binary = self.unseen, self.in_table, self.only_rtf, self.binary
        return new
