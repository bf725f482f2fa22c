"""The table of the README out of what was measured, in Markdown; a peer that was not there has a dash."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from content_compare import Tally, totals

RECORD_KINDS = ("person_name", "phone", "email_address", "postal_address", "birth_date")
_WORDS = ("names, precision / recall", "telephones", "mail addresses", "postal addresses", "dates of birth")
_BESIDE = frozenset({*RECORD_KINDS, "postal_code"})
_FORMATS = (
    "docx",
    "xlsx",
    "pptx",
    "odt",
    "ods",
    "doc",
    "xls",
    "ppt",
    "rtf",
    "pdf",
    "csv",
    "html",
    "json",
    "xml",
    "zip",
    "eml",
)


@dataclass
class Figures:
    """All that was measured."""

    sets: dict[str, Tally] = field(default_factory=dict)
    ordinary: list[tuple[str, int, int]] = field(default_factory=list)
    """(where from, held, of how many)."""
    office: Counter[str] = field(default_factory=Counter)
    detection: dict[str, float] = field(default_factory=dict)
    """MB/s by what was searched."""
    reading: float = 0.0
    """MB/s over files of some size."""
    milliseconds: tuple[float, float] = (0.0, 0.0)
    """p50 and p95 of a 1 MB mail."""
    memory: tuple[int, int, int] = (0, 0, 0)
    presidio: Tally | None = None
    beside_presidio: Tally | None = None
    """Ours over the same texts."""
    presidio_speed: float = 0.0
    markitdown: dict[str, Counter[str]] = field(default_factory=dict)
    """By format: values there, ours, peer; octets, seconds of both."""


def share(part: float, whole: float) -> str:
    """Three places; a dash for nothing."""
    return f"{part / whole:.3f}" if whole else "–"


def pair(tally: Tally, kinds: tuple[str, ...]) -> str:
    """Precision and recall over some kinds."""
    right, missed, false = (sum(tally.values[kind, what] for kind in kinds) for what in ("right", "missed", "false"))
    return f"{share(right, right + false)} / {share(right, right + missed)}"


def special_kinds(tally: Tally) -> tuple[str, ...]:
    """The numbers of which one is enough, and accounts."""
    return tuple(sorted({kind for kind, _ in tally.values} - _BESIDE))


def table(figures: Figures) -> None:
    """Print it."""
    print("\nFor the README:\n")
    names = list(figures.sets)
    print(f"| | {' | '.join(names)} | Presidio with ja_ginza, ours on the same sample |")
    print(f"|---|{'---|' * (len(names) + 1)}")
    for what, bad, good in (("to be held, missed", "missed", "right"), ("harmless, held falsely", "false", "passed")):
        counts = [totals(tally) for tally in figures.sets.values()]
        print(f"| {what} | {' | '.join(f'{c[bad]} of {c[bad] + c[good]}' for c in counts)} | – |")
    for kind, words in zip(RECORD_KINDS, _WORDS, strict=True):
        _row(words, figures, (kind,))
    _row("numbers of the law and of money", figures, None)
    _others(figures)


def _row(name: str, figures: Figures, kinds: tuple[str, ...] | None) -> None:
    cells = [pair(tally, kinds or special_kinds(tally)) for tally in figures.sets.values()]
    peer = "–"
    if figures.presidio and figures.beside_presidio:
        among = kinds or special_kinds(figures.beside_presidio)
        peer = f"{pair(figures.presidio, among)}, {pair(figures.beside_presidio, among)}"
    print(f"| {name} | {' | '.join(cells)} | {peer} |")


def _others(figures: Figures) -> None:
    """What is one figure alone, as sentences."""
    held = "; ".join(f"{where} {number} of {whole}" for where, number, whole in figures.ordinary)
    print(f"\nOrdinary mail held by content rules: {held}.")
    right, whole = figures.office["right"], figures.office["all"]
    print(
        f"Of {whole} office attachments without personal data, scans and passwords among them, {whole - right} held for another reason than their own."
    )
    speeds = ", ".join(f"{name} {speed:.1f}" for name, speed in figures.detection.items())
    print(
        f"Detection, MB/s of one core: {speeds}; Presidio {figures.presidio_speed:.3f}."
        if figures.presidio
        else f"Detection, MB/s of one core: {speeds}."
    )
    print(
        f"Reading {figures.reading:.1f} MB/s; a 1 MB mail of mixed attachments p50 {figures.milliseconds[0]:.0f}, p95 {figures.milliseconds[1]:.0f} ms; at most {max(figures.memory)} MiB."
    )
    if figures.markitdown:
        _markitdown(figures.markitdown)


def _markitdown(formats: Mapping[str, Counter[str]]) -> None:
    print(f"\n| labelled values found, % | {' | '.join(form for form in _FORMATS if form in formats)} | MB/s |")
    print(f"|---|{'---|' * (1 + sum(form in formats for form in _FORMATS))}")
    for name in ("ours", "peer"):
        cells = [f"{100 * formats[form][name] / formats[form]['there']:.4g}" for form in _FORMATS if form in formats]
        octets, seconds = (sum(counts[what] for counts in formats.values()) for what in ("octets", f"{name} µs"))
        print(
            f"| {'Sekisho' if name == 'ours' else 'markitdown'} | {' | '.join(cells)} | {octets / max(seconds, 1):.2f} |"
        )
