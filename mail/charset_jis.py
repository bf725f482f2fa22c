"""charset_jis: ISO-2022-JP and EUC-JP with the extensions of NEC and IBM (①㈱髙﨑) that Python's own codecs of those names refuse, by way of cp932."""

import re

ESCAPES = re.compile(rb"\x1b(\$[@B]|\([BJI]|\$\([DOPQ]|\.[AF])")


def iso_2022_jp(data: bytes) -> str | None:
    """All octets, or None."""
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeError:
        return jis_by_cp932(data)


def jis_by_cp932(data: bytes) -> str | None:
    """ISO-2022-JP whose double-byte runs hold NEC row 13 or IBM extensions: each run is decoded by way of cp932."""
    out: list[str] = []
    state = b"(B"
    position = 0
    for escape in ESCAPES.finditer(data):
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


def euc_extended(data: bytes) -> str | None:
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
