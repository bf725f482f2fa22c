"""Word files: large lists of words, small on disk and in memory, and asked one word at a time; derived by programs of `benchmarks/`.

A set of 80,000 strings takes 11 MB of each process; the same words by their beginnings, one string for each, take 0.7.
"""

import zlib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


class Words:
    """Words by their first letter, or first letters: `"東京" in words`."""

    __slots__ = ("_rests", "_size")

    def __init__(self, rests: Mapping[str, str], size: int) -> None:
        """Of each beginning the rests, with a blank before and behind each."""
        self._rests, self._size = rests, size

    def __contains__(self, word: str) -> bool:
        rests = self._rests.get(word[: self._size])
        return rests is not None and f" {word[self._size :]} " in rests

    def begin_with(self, first: str) -> bool:
        """Whether a word begins with the letters by which the words stand together."""
        return first in self._rests


@cache
def packed(name: str) -> Words:
    """The words of a packed file in this folder: lines that begin with # tell where it is from, an empty one ends them."""
    _, _, octets = (files("rules.personal") / name).read_bytes().partition(b"\n\n")
    rests: dict[str, str] = {}
    size = 0
    for line in zlib.decompress(octets).decode("utf-8").split("\n"):
        size = size or line.index(" ")
        rests[line[:size]] = line[size:] + " "
    return Words(rests, size)


@cache
def sections(name: str) -> Mapping[str, frozenset[str]]:
    """The words of a plain file in this folder by the heading above them, a line that begins with ##."""
    found: dict[str, set[str]] = defaultdict(set)
    heading = ""
    for line in (files("rules.personal") / name).read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line[2:].strip() if line.startswith("##") else heading
        else:
            found[heading].update(line.split())
    return {heading: frozenset(words) for heading, words in found.items()}
