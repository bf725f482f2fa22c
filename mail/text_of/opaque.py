"""opaque: formats that are known and not read, each with the reason; and the last resort: bytes that nobody knows."""

from mail.budget import Spending
from mail.shapes import Lost, Reason, Text
from mail.text_of._hint import Guess, Hint

KINDS = (
    "empty",
    "picture",
    "pdf",
    "ole",
    "encrypted_office",
    "rtf",
    "7z",
    "rar",
    "cab",
    "tnef",
    "media",
    "smime",
    "pgp",
    "rms",
    "signature",
    "partial",
    "external",
    "unknown",
)

_REASONS: dict[str, Reason] = {
    "picture": "image_only",
    "encrypted_office": "encrypted_archive",
    "encrypted_pdf": "encrypted_archive",
    "smime": "encrypted_mail",
    "pgp": "encrypted_mail",
    "rms": "encrypted_mail",
}
_READ = frozenset({"empty", "signature"})
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF87a", "picture"),
    (b"GIF89a", "picture"),
    (b"BM", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"\0\0\x01\0", "picture"),
    (b"\xd7\xcd\xc6\x9a", "picture"),
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"MSCF", "cab"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"ID3", "media"),
    (b"OggS", "media"),
    (b"fLaC", "media"),
    (b"-----BEGIN PGP MESSAGE-----", "pgp"),
    (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", "rms"),  # MS-OXORMMS: the file message.rpmsg
)
_MAGICS = tuple(magic for magic, _ in _MAGIC)
_DECLARED = {
    "application/ms-tnef": "tnef",
    "application/vnd.ms-tnef": "tnef",
    "application/x-microsoft-rpmsg-message": "rms",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
    "message/partial": "partial",
    "message/external-body": "external",
}
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_SIGNED_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # RFC 5652 5.1
_PKCS7 = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_SMALL = 64 * 1024


def recognises(data: bytes, hint: Hint) -> Guess:
    """Magic numbers, what a declared type can only be, and 1 for everything else."""
    if not data:
        return Guess("empty", 99)
    if hint.declared in _SIGNATURES and _is_signature(data):
        return Guess("signature", 97)
    if _PKCS7 in data[:64] and data[0] == 0x30:  # noqa: PLR2004 - DER SEQUENCE
        return Guess("smime", 92)
    if kind := _by_magic(data):
        return Guess(kind, 91)
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        return Guess("picture" if data[8:12] in {b"WEBP", b"heic", b"mif1", b"avif"} else "media", 90)
    if b"%PDF-" in data[:1024]:
        return Guess("pdf", 80)
    if kind := _DECLARED.get(hint.declared, ""):
        return Guess(kind, 58)
    return Guess("unknown", 1)


def read(data: bytes, hint: Hint, _spending: Spending) -> Text:
    """Nothing but the loss; a small detached signature says nothing and is none."""
    if hint.kind in _READ:
        return Text()
    kind = "encrypted_pdf" if hint.kind == "pdf" and b"/Encrypt" in data else hint.kind
    return Text(lost=(Lost(_REASONS.get(kind, "unknown_format"), hint.kind),))


def _by_magic(data: bytes) -> str:
    if not data.startswith(_MAGICS):
        return ""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            if kind == "ole" and _ENCRYPTED_PACKAGE in data:
                return "encrypted_office"
            # Two letters are not much: a bitmap says its length (or zero) next.
            if magic == b"BM" and int.from_bytes(data[2:6], "little") not in {0, len(data)}:
                return ""
            return kind
    return ""


def _is_signature(data: bytes) -> bool:
    if len(data) > _SMALL:
        return False
    return data.lstrip()[:27] == b"-----BEGIN PGP SIGNATURE---"[:27] or _SIGNED_DATA in data[:64]
