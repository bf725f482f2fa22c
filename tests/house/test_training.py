"""Every phrase of the training text has its answer: a test that exists, a page that is served, or a page of the docs."""

import re

import pytest

from tests.helpers.house import ROOT

ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)
TEXT = (ROOT / "docs/training.md").read_text("utf-8")
ROWS = ROW.findall(TEXT)
ROUTES = (ROOT / "web/app.py").read_text("utf-8") + "".join(
    path.read_text("utf-8") for path in sorted((ROOT / "web").glob("*.py"))
)


def answer(given: str) -> str:
    """What is wrong with an answer; "" where it is there."""
    if test := re.fullmatch(r"`(tests/[\w/]+\.py)::(test_\w+)`", given):
        path = ROOT / test[1]
        there = path.is_file() and re.search(rf"^(async )?def {test[2]}\(", path.read_text("utf-8"), re.MULTILINE)
        return "" if there else "no such test"
    if page := re.fullmatch(r"page `(/[\w/{}-]+)`", given):
        *_, last = page[1].split("/")
        return "" if f'"{page[1]}"' in ROUTES or f'"{last}"' in ROUTES or f'/{last}"' in ROUTES else "no such page"
    if link := re.fullmatch(r"\[[^\]]+\]\(([\w./-]+)(?:#([\w-]+))?\)", given):
        path = ROOT / "docs" / link[1]
        headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE) if path.is_file() else []
        named = {re.sub(r"[^\w -]", "", one).strip().lower().replace(" ", "-") for one in headings}
        return "" if path.is_file() and (not link[2] or link[2] in named) else "no such page of the docs"
    return "no answer"


def test_the_table_has_every_phrase_once_and_in_order() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, 46))
    assert sum(line.startswith("| ") for line in TEXT.splitlines()) == len(ROWS) + 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_phrase_has_an_answer_that_is_there(row: tuple[str, ...]) -> None:
    _, phrase, says, does, by = row
    assert re.search(r"[\u3041-\u9fff]", phrase), "the phrase is in Japanese"
    assert says.strip()
    assert does.strip()
    assert answer(by) == "", by


@pytest.mark.parametrize(
    "given",
    [
        "",
        "a test",
        "`tests/house/test_training.py::test_that_is_not_there`",
        "`tests/house/nowhere.py::test_x`",
        "page `/nowhere-at-all`",
        "[x](nowhere.md)",
        "[x](notices.md#no-such-heading)",
    ],
)
def test_an_answer_that_is_not_there_is_found_out(given: str) -> None:
    assert answer(given) != ""
