"""Magic numbers: which format bytes are by their first octets, for formats that are known and not read."""

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
    (b"\x01\0\x09\0\0\x03", "picture"),  # MS-WMF 2.3.2.2: a metafile without its placeable header
    *((b"P%d\n" % number, "picture") for number in range(4, 7)),  # portable bitmaps of octets
    (b"VCLMTF", "picture"),  # StarView metafile: previews in files of LibreOffice
    (b"ID3", "media"),
    (b".snd", "media"),
    (b"OggS", "media"),
    (b"fLaC", "media"),
    (b"#!AMR", "media"),
    (b"MThd\0\0\0\6", "media"),
    (b"\x1a\x45\xdf\xa3", "media"),  # Matroska, WebM
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "media"),  # ASF: wma, wmv
    (b"\0\0\x01\xba", "media"),  # MPEG
    (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", "rms"),  # MS-OXORMMS: the file message.rpmsg
)
_MAGICS = tuple(magic for magic, _ in _MAGIC)
_SOUND_FORMS = frozenset({b"AIFF", b"AIFC"})
_PICTURE_BRANDS = frozenset({b"WEBP", b"heic", b"mif1", b"avif"})


def by_magic(data: bytes) -> str:
    """The format, "" where the first octets say nothing."""
    for magic, kind in _MAGIC if data.startswith(_MAGICS) else ():
        if data.startswith(magic):
            # Two letters are not much: a bitmap says its length (or zero) next.
            if magic == b"BM" and int.from_bytes(data[2:6], "little") not in {0, len(data)}:
                return ""
            return kind
    if data[40:44] == b" EMF" and data.startswith(b"\x01\0\0\0"):  # MS-EMF 2.3.4.2
        return "picture"
    if data[:4] == b"FORM" and data[8:12] in _SOUND_FORMS:
        return "media"
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        return "picture" if data[8:12] in _PICTURE_BRANDS else "media"
    return ""
