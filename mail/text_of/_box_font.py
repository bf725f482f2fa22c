"""Box font: a font in which every letter is a box, for PDFium to measure those of Japan, China and Korea that a document does not hold.

Otherwise it reads one of this machine anew for each document, megabytes of it, and where there is none, letters without any height: lines, blanks and
tables then depend on what somebody has installed. With boxes they come out the same everywhere.
"""

import struct

_EM, _ASCENT, _DESCENT = 1000, 880, -120
_KANJI, _DIGIT = (-70, 800), (0, 770)
"""Where letters of full and half width begin and end, of a thousandth of their size: as high as most are drawn."""
_FULL, _HALF = 1, 2
"""Glyphs; 0 is the one for what is not there (OpenType 1.9, "Recommendations for OpenType fonts")."""
_HALF_WIDTH = ((0x20, 0x7E), (0xFF61, 0xFF9F))
_FULL_WIDTH = ((0xA0, 0xFF60), (0xFFA0, 0x10FFFF))


def box_font() -> bytes:
    """A TrueType font (OpenType 1.9) of three glyphs: nothing, full and half width."""
    glyphs = (b"", _box(_EM, *_KANJI), _box(_EM // 2, *_DIGIT))
    places = [sum(map(len, glyphs[:n])) for n in range(len(glyphs) + 1)]
    return _font(
        {
            b"OS/2": _os2(),
            b"cmap": _cmap(),
            b"glyf": b"".join(glyphs),
            b"head": struct.pack(
                ">IIIIHHQQ4hHHhhh",
                0x10000,
                0x10000,
                0,
                0x5F0F3CF5,
                0,
                _EM,
                0,
                0,
                0,
                _DESCENT,
                _EM,
                _ASCENT,
                0,
                8,
                2,
                1,
                0,
            ),
            b"hhea": struct.pack(">IhhhH11hH", 0x10000, _ASCENT, _DESCENT, 0, _EM, 0, 0, _EM, 1, *[0] * 7, len(glyphs)),
            b"hmtx": struct.pack(">HhHhHh", _EM, 0, _EM, 0, _EM // 2, 0),
            b"loca": struct.pack(f">{len(places)}I", *places),
            b"maxp": struct.pack(">I14H", 0x10000, len(glyphs), 4, 1, 0, 0, 1, *[0] * 8),
            b"post": struct.pack(">IIhhI16x", 0x30000, 0, -100, 50, 0),
        }
    )


def _box(width: int, low: int, high: int) -> bytes:
    """A glyph of one contour, as wide as its letter: four points on it, each a step of two octets from the one before."""
    head = struct.pack(">5h", 1, 0, low, width, high)
    xs, ys = (0, 0, width, 0), (low, high - low, 0, low - high)
    return head + struct.pack(">HH", 3, 0) + b"\1" * 4 + struct.pack(">8h", *xs, *ys)


def _cmap() -> bytes:
    """Format 13: many characters, one glyph."""
    groups = sorted([(*span, _HALF) for span in _HALF_WIDTH] + [(*span, _FULL) for span in _FULL_WIDTH])
    body = b"".join(struct.pack(">3I", *group) for group in groups)
    table = struct.pack(">HHIII", 13, 0, 16 + len(body), 0, len(groups)) + body
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _os2() -> bytes:
    line = (3, _EM, 400, 5, 0, *[0] * 11)
    return struct.pack(">Hh14h10x4I4s3H5h2I", *line, 0, 0, 0, 0, b"    ", 0x40, 0x20, 0xFFFF, _ASCENT, _DESCENT, 0, _ASCENT, -_DESCENT, 1 << 17, 0)  # fmt: skip


def _font(tables: dict[bytes, bytes]) -> bytes:
    """The tables behind their directory; nobody here looks at check sums."""
    at = 12 + 16 * len(tables)
    head, body = struct.pack(">I4H", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128), b""
    for name, table in sorted(tables.items()):
        head += struct.pack(">4s3I", name, 0, at + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    return head + body
