"""What the tables about content say and cannot mean: terms that find nothing, patterns that could take for ever."""

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from rules.marking_terms import markings
from rules.own_terms import Term
from rules.personal.enough import numbers
from rules.safe_pattern import mistake
from rules.verdict import RuleSettings
from service.problems import Found, Place, unknown

KEYWORD: Final = "content-keyword"
CONFIDENTIAL: Final = "content-confidential"
PERSONAL_DATA: Final = "content-personal-data"
_SHORTEST: Final = 2
_LONGEST: Final = 200
_LABEL: Final = 60
_PROBES: Final = ("a", "A", "0", " ", "-", ".", "_", "@", "/", "あ", "漢", "ab", "a1", "1-", "a ", "\n")
_PROBE: Final = 16 * 1024
_SLOW: Final = 0.5
"""Processor seconds for 16 KiB of a probe: a megabyte would take half a minute, and a reader has 20 seconds."""


def mistakes(rules: Mapping[str, RuleSettings]) -> Found:
    """Yield what cannot be used as it stands."""
    terms: tuple[Term, ...] = rules[KEYWORD].options.terms
    labels = Counter(term.label.strip() for term in terms)
    for number, term in enumerate(terms):
        place: Place = ("rules", KEYWORD, "terms", number)
        yield from _of_term(place, term)
        if labels[term.label.strip()] > 1:
            yield (*place, "label"), f"{term.label} stands twice; findings tell terms apart by their label"
    yield from _of_kinds(rules[PERSONAL_DATA].options.kinds)
    for key in ("terms", "note_terms", "open_labels"):
        for number, text in enumerate(getattr(rules[CONFIDENTIAL].options, key)):
            if not text.strip():
                yield ("rules", CONFIDENTIAL, key, number), "must not be empty"
            elif key == "note_terms" and not _is_marking(text, rules[CONFIDENTIAL].options.terms):
                yield (
                    ("rules", CONFIDENTIAL, key, number),
                    f"{text} is no marking that is looked for; write it into terms as well",
                )


def _of_kinds(kinds: Mapping[str, int]) -> Found:
    for kind, count in kinds.items():
        place: Place = ("rules", PERSONAL_DATA, "kinds", kind)
        if kind not in numbers():
            yield place, unknown(kind, numbers())
        elif count < 0:
            yield place, f"is {count}, must be at least 0"


def _is_marking(text: str, own: tuple[str, ...]) -> bool:
    return bool(markings(own).of_value(text))


def _of_term(place: Place, term: Term) -> Found:
    if not term.label.strip() or len(term.label) > _LABEL or not term.label.isprintable():
        yield (
            (*place, "label"),
            f"must be a short name of 1 to {_LABEL} printable characters: it stands on the page and in the journal",
        )
    if not term.owner.strip():
        yield (*place, "owner"), "must not be empty: somebody answers for every term"
    if not term.words and not term.patterns:
        yield place, "has neither words nor patterns and finds nothing"
    if term.count < 1:
        yield (*place, "count"), f"is {term.count}, must be at least 1"
    if not term.where:
        yield (*place, "where"), 'must not be empty; write some of "subject", "body", "attachments", "names"'
    for number, word in enumerate(term.words):
        if not _SHORTEST <= len(word.strip()) <= _LONGEST:
            yield (
                (*place, "words", number),
                f"must have {_SHORTEST} to {_LONGEST} characters: shorter ones stand in every text",
            )
    for number, pattern in enumerate(term.patterns):
        if wrong := mistake(pattern) or _too_slow(pattern):
            yield (*place, "patterns", number), wrong


def _too_slow(pattern: str) -> str:
    """Measure what `mistake` has bounded, on texts that make searching hard."""
    compiled = re.compile(pattern)
    for probe in _probes(pattern):
        started = time.thread_time()
        for _ in compiled.finditer((probe * _PROBE)[:_PROBE]):
            pass
        if time.thread_time() - started > _SLOW:
            return "takes too long on a text that is made for it; write smaller numbers in {…} or several patterns"
    return ""


def _probes(pattern: str) -> Iterator[str]:
    """Runs of usual characters, and of what the pattern itself says."""
    yield from _PROBES
    yield from dict.fromkeys(re.findall(r"\w{1,40}", pattern))
