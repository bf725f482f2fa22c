"""Writes the word files that `rules.personal.word_files` reads: a head in plain text, then the words by their beginnings, deflated."""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "rules/personal"


def head(*paragraphs: str) -> str:
    """Lines that begin with #."""
    return "".join(f"# {line}".rstrip() + "\n" for text in paragraphs for line in text.strip().splitlines())


def write_packed(name: str, about: str, words: Iterable[str], *, beginning: int) -> None:
    """One line for all words that begin with the same so many letters: these, then the rests, blank-separated."""
    rests: dict[str, list[str]] = defaultdict(list)
    for word in sorted(set(words)):
        rests[word[:beginning]].append(word[beginning:])
    text = "\n".join(f"{first} {' '.join(found)}" for first, found in rests.items())
    octets = about.encode() + b"\n" + zlib.compress(text.encode(), 9)
    (FOLDER / name).write_bytes(octets)
    print(f"{name}: {sum(map(len, rests.values()))} words, {len(octets)} octets")


def write_plain(name: str, about: str, sections: Iterable[tuple[str, Iterable[str]]], *, width: int = 120) -> None:
    """Blank-separated words in lines, each section below its heading."""
    lines: list[str] = []
    for heading, words in sections:
        lines.append(f"## {heading}")
        line = ""
        for word in words:
            if line and len(line) + len(word) >= width:
                lines.append(line)
                line = ""
            line = f"{line} {word}".lstrip()
        lines.append(line)
    (FOLDER / name).write_text(about + "\n".join(lines) + "\n", "utf-8")
    print(f"{name}: {sum(len(line.split()) for line in lines if line[:1] != '#')} words")
