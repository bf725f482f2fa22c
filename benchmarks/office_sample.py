"""Two hundred attachments of an office without personal data, scans and files behind passwords among them: each may be held for its own reason alone.

python benchmarks/office_sample.py [--write DIR]
"""

import argparse
import io
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import docx
import pptx
from content_cases import ENVELOPE, FACTS, neutral_mail
from files_document import Case
from files_harmless import harmless_cases
from files_office import OFFICE, pdf
from files_wrapped import CONVERTED, converted, has_office, locked_office, locked_zip
from PIL import Image, ImageDraw
from pptx.util import Inches

from mail.message import read
from rules.base import Action, Mail
from rules.content_uninspectable import Reasons
from rules.verdict import Policy, default_policy, judge

_FORMATS = ("docx", "xlsx", "pptx", "pdf", "odt", "ods", "rtf", "doc", "xls", "ppt", "lo.pdf", "odp")
_LEFT_OUT = frozenset({"companies", "branches", "server_log", "source_code", "invitation", "newsletter"})
_OWN = 150
UNINSPECTABLE = "content-uninspectable"


@dataclass(frozen=True)
class Sample:
    """An attachment, and the reason for which it may be held; "" for none."""

    name: str
    data: bytes
    reason: str = ""


def samples(seed: int = 11) -> Iterator[Sample]:
    """All of them."""
    rng = random.Random(seed)
    cases = [case for case in (*harmless_cases(rng), *harmless_cases(rng)) if case.category not in _LEFT_OUT]
    rng.shuffle(cases)
    yield from _documents(cases[:_OWN], rng)
    yield from _pictured(cases[:14], rng)
    for number in range(14):
        yield Sample(f"scan_{number}.pdf", _scan(rng, rng.randint(1, 3)), "image_only")
    for number in range(6):
        yield Sample(
            f"photo_{number}.{'jpg' if number % 2 else 'png'}",
            _picture(rng, "JPEG" if number % 2 else "PNG"),
            "image_only",
        )
    for case in cases[:4]:
        yield Sample(f"locked_{case.stem}.pdf", pdf(case, rng, "himitsu"), "encrypted_archive")
        yield Sample(
            f"locked_{case.stem}.zip", locked_zip([("資料.docx", OFFICE["docx"](case, rng))], rng), "encrypted_archive"
        )
        for form in ("docx", "xlsx"):
            yield Sample(f"locked_{case.stem}.{form}", locked_office(OFFICE[form](case, rng)), "encrypted_archive")


def _documents(cases: list[Case], rng: random.Random) -> Iterator[Sample]:
    """In all formats in turn; tables alone become sheets."""
    later: dict[str, list[tuple[str, bytes]]] = {}
    for number, case in enumerate(cases):
        form = _FORMATS[number % len(_FORMATS)]
        if form in CONVERTED and not has_office():
            form = "pdf"
        if form in {"xlsx", "ods", "xls"} and not case.tables:
            form = "docx"
        name = f"{number:03}_{case.stem}"
        if form in CONVERTED:
            later.setdefault(form, []).append((f"{name}.{CONVERTED[form]}", OFFICE[CONVERTED[form]](case, rng)))
        else:
            yield Sample(f"{name}.{form}", OFFICE[form](case, rng))
    for form, waiting in later.items():
        for stem, data in converted(waiting, form).items():
            yield Sample(f"{stem}.{form.removeprefix('lo.')}", data)


def _picture(rng: random.Random, form: str) -> bytes:
    page = Image.new("L", (620, 877), 250)
    draw = ImageDraw.Draw(page)
    for y in range(60, 800, 22):
        draw.line(
            (50, y, rng.randint(200, 570), y + rng.randint(-1, 1)), fill=rng.randint(0, 90), width=rng.randint(1, 6)
        )
    written = io.BytesIO()
    page.save(written, form)
    return written.getvalue()


def _scan(rng: random.Random, pages: int) -> bytes:
    """What a copier sends: a picture a page, no text."""
    images = [Image.open(io.BytesIO(_picture(rng, "JPEG"))) for _ in range(pages)]
    written = io.BytesIO()
    images[0].save(written, "PDF", save_all=True, append_images=images[1:])
    return written.getvalue()


def _pictured(cases: list[Case], rng: random.Random) -> Iterator[Sample]:
    """Documents with text and a picture, as a letter with a logo is."""
    for number, case in enumerate(cases):
        logo, written = io.BytesIO(_picture(rng, "PNG")), io.BytesIO()
        if number % 2:
            document = docx.Document(io.BytesIO(OFFICE["docx"](case, rng)))
            document.add_picture(logo)
            document.save(written)
        else:
            deck = pptx.Presentation(io.BytesIO(OFFICE["pptx"](case, rng)))
            deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(logo, Inches(1), Inches(1))
            deck.save(written)
        yield Sample(f"logo_{case.stem}.{'docx' if number % 2 else 'pptx'}", written.getvalue())


def measure() -> Counter[str]:
    """With pictures set to hold, so that every reason shows; what is held for something else is wrong."""
    settings = default_policy().rules
    strict = replace(
        settings[UNINSPECTABLE],
        options=replace(settings[UNINSPECTABLE].options, reasons=Reasons(image_only=Action.HOLD)),
    )
    policy = Policy({**settings, UNINSPECTABLE: strict})
    tally: Counter[str] = Counter()
    wrong: list[str] = []
    for sample in samples():
        verdict = judge(Mail(ENVELOPE, read(neutral_mail(sample.name, sample.data))), FACTS, policy)
        reasons = {one.reason for one in verdict.asking if one.rule.startswith("content-")}
        expected = {sample.reason} - {""}
        tally["all"] += 1
        tally["right"] += reasons == expected
        tally[sample.reason or "none"] += 1
        tally[f"right {sample.reason or 'none'}"] += reasons == expected
        if reasons != expected:
            wrong.append(
                f"    {sample.name}: {', '.join(sorted(reasons)) or 'not held'}, to be {sample.reason or 'passed'}"
            )
    print(f"\nOffice attachments without personal data: {tally['all']}; held for no reason but their own:")
    for reason in ("none", "image_only", "encrypted_archive"):
        print(f"  {reason:18} {tally[f'right {reason}']:3} of {tally[reason]:3}")
    print("\n".join(wrong[:40]))
    return tally


def main() -> None:
    """Measure, or write them down."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--write", type=Path)
    given = options.parse_args()
    if given.write:
        given.write.mkdir(parents=True, exist_ok=True)
        for sample in samples():
            (given.write / sample.name).write_bytes(sample.data)
    else:
        measure()


if __name__ == "__main__":
    main()
