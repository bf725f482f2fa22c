"""Names of files that a computer runs: by their last extension, and whether the name makes them look like something else."""

import re
import unicodedata

from mail.words import TURNED

_KINDS = {
    "program": "exe dll scr com pif cpl sys ocx msi msp mst msix appx appxbundle jar class apk ipa chm hlp gadget application "
    "appref-ms xll app dmg pkg deb rpm run xpi crx",
    "script": "js jse mjs vbs vbe vb wsf wsh wsc sct hta ps1 ps1xml psm1 psd1 bat cmd sh bash csh ksh zsh command py pyw pyz rb pl "
    "php scpt reg inf scf",
    "shortcut": "lnk url webloc desktop pifx",
    "macro": "docm dotm xlsm xltm xlam pptm potm ppam ppsm sldm",
}
_KIND_OF = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes.split()}
_BAIT = (
    "pdf docx? xlsx? pptx? rtf odt ods odp csv tsv txt md jpe?g png gif bmp tiff? webp svg heic mp3 mp4 mov avi wav zip html? eml msg"
).replace(" ", "|")
_DOUBLE = re.compile(rf"\.(?:{_BAIT})[\s._⇄-]*\.\w{{1,12}}\Z")
_HARMLESS = re.compile(rf"\.(?:{_BAIT}|7z|gz|tar|lzh|json|xml|log|doc[mx]|xls[mxb]|ppt[mx])\Z")
_NO_OFFICE = re.compile(r"\.(?:pdf|jpe?g|png|gif|bmp|tiff?|webp|svg|heic|mp3|mp4|mov|avi|wav|txt|csv)\Z")
_TEXTS = re.compile(r"\.(?:txt|md|log|json|xml|html?|csv|tsv|eml|svg)\Z")
# Windows leaves out blanks and dots at the end of a name.
_END = " .\u3000"


def bare(name: str) -> str:
    """The name in the form in which two are compared: half width, lower case, without its folders.

    >>> bare("x/請求書．ｐｄｆ.EXE. ")
    '請求書.pdf.exe'
    """
    normal = name if name.isascii() else unicodedata.normalize("NFKC", name)
    return re.split(r"[/\\]", normal)[-1].rstrip(_END).lower()


def kind_of(name: str) -> str:
    """What a name that `bare` made says: "program", "script", "shortcut", "macro", or "" for all else.

    >>> kind_of("setup.exe"), kind_of("見積書.pdf")
    ('program', '')
    """
    return _KIND_OF.get(name.rpartition(".")[2], "") if "." in name else ""


def looks_like_document(name: str) -> bool:
    """Whether another extension stands in front of the one that counts.

    >>> looks_like_document("請求書.pdf.exe"), looks_like_document("setup.v2.exe")
    (True, False)
    """
    return _DOUBLE.search(name) is not None


def says_document(name: str, *, script: bool = False) -> bool:
    """Whether the name is that of a document, picture, recording or archive; of a script, one that is no text either."""
    return _HARMLESS.search(name) is not None and not (script and _TEXTS.search(name))


def says_picture(name: str) -> bool:
    """Whether the name is that of something that never holds macros."""
    return _NO_OFFICE.search(name) is not None


def is_turned(name: str) -> bool:
    """Whether it holds a mark that turns the direction of writing."""
    return TURNED in name
