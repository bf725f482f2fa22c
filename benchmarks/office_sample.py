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
from rules.verdict import Policy, Verdict, default_policy, judge

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
    pictures: bool = False
    """Beside its text it holds a picture, which nobody can read either: where pictures are held, it may be."""

    def is_right(self, reasons: set[str]) -> bool:
        """Whether these are the reasons of its own."""
        return reasons == {self.reason} - {""} or (self.pictures and reasons == {"image_only"})


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
        yield Sample(f"logo_{case.stem}.{'docx' if number % 2 else 'pptx'}", written.getvalue(), pictures=True)


def strict() -> Policy:
    """The default, but pictures are held: every reason shows."""
    rules = default_policy().rules
    options = replace(rules[UNINSPECTABLE].options, reasons=Reasons(image_only=Action.HOLD))
    return Policy({**rules, UNINSPECTABLE: replace(rules[UNINSPECTABLE], options=options)})


def measure() -> Counter[str]:
    """With pictures set to hold; what is held for something else than its own reason is wrong."""
    policy, tally, wrong = strict(), Counter[str](), list[str]()
    for sample in samples():
        mail = Mail(ENVELOPE, read(neutral_mail(sample.name, sample.data)))
        reasons = _reasons(judge(mail, FACTS, policy))
        group = "a picture beside text" if sample.pictures else sample.reason or "nothing to ask about"
        tally.update(("all", group))
        tally["held by the default policy"] += bool(_reasons(judge(mail, FACTS, default_policy())))
        if sample.is_right(reasons):
            tally.update(("right", f"right {group}"))
        else:
            wrong.append(
                f"    {sample.name}: {', '.join(sorted(reasons)) or 'not held'}, to be {sample.reason or 'passed'}"
            )
    print(
        f"\nOffice attachments without personal data: {tally['all']}; with pictures set to hold, held for no reason but their own:"
    )
    for group in ("nothing to ask about", "a picture beside text", "image_only", "encrypted_archive"):
        print(f"  {group:22} {tally[f'right {group}']:3} of {tally[group]:3}")
    print(
        f"  held by the default policy: {tally['held by the default policy']}, of them behind a password {tally['encrypted_archive']}"
    )
    print("\n".join(wrong[:40]))
    return tally


def _reasons(verdict: Verdict) -> set[str]:
    return {one.reason for one in verdict.asking if one.rule.startswith("content-")}


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
