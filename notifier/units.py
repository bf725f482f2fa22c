"""Sizes and durations as people write them: "50MiB" → octets, "24h" → seconds."""

import re

_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_OCTETS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


def seconds(text: str) -> float:
    """Read a duration with its unit; raises ValueError.

    >>> seconds("15m")
    900.0
    """
    number, unit = _split(text)
    if unit not in _SECONDS:
        raise ValueError('is not a duration; write a number and ms, s, m, h, d or w, for example "15m"')
    return number * _SECONDS[unit]


def octets(text: str) -> int:
    """Read a size, whatever the case of its unit; raises ValueError.

    >>> octets("50MiB")
    52428800
    """
    number, unit = _split(text)
    if unit.lower() not in _OCTETS:
        raise ValueError('is not a size; write a number and KiB, MiB or GiB, for example "50MiB"')
    return round(number * _OCTETS[unit.lower()])


def _split(text: str) -> tuple[float, str]:
    found = _NUMBER.fullmatch(text)
    return (float(found[1]), found[2]) if found else (0, "?")
