"""The docs name everything there is: every rule and option, every table, command and notice; no link in them leads nowhere."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from rules.personal.enough import numbers
from rules.registry import rules
from service import rule_tables
from service.__main__ import app
from service.problems import fields_at
from service.settings import Tables
from tests.helpers.house import ROOT, tracked

PAGES = {
    path: (ROOT / path).read_text(encoding="utf-8")
    for path in tracked()
    if path.parts[0] == "docs" and path.suffix == ".md"
}
ALL = "\n".join(PAGES.values())
NOTICES = sorted(path.stem for path in (ROOT / "notifier/templates/en").glob("[a-z]*.txt"))


def commands(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command of the program with its whole name."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for word, one in inner.items():
        yield from commands(one, f"{name} {word}".strip())


COMMANDS = dict(commands(typer.main.get_command(app)))


def section(text: str, heading: str) -> str:
    """What stands below a heading."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


@pytest.mark.parametrize("name", rule_tables.tables())
def test_every_rule_has_its_section_with_every_option(name: str) -> None:
    text = section((ROOT / "docs/rules.md").read_text(encoding="utf-8"), f"`{name}`")
    model = rule_tables.tables()[name]
    missing = [key for key in fields_at(model, ()) if f"`{key}`" not in text]
    inner = [key for table in model.model_fields for key in fields_at(model, (table,)) if table == "reasons"]
    assert missing + [key for key in inner if f"`{key}`" not in text] == []


@pytest.mark.parametrize("kind", sorted(numbers()))
def test_every_kind_of_number_is_named_with_how_many_are_enough(kind: str) -> None:
    text = section((ROOT / "docs/rules.md").read_text(encoding="utf-8"), "`content-personal-data`")
    assert f"`{kind}`" in text
    assert ("bank_account" in kind) is (numbers()[kind] != 1), "rules.md says: all 1, but the bank accounts 2"


@pytest.mark.parametrize("name", rules())
def test_every_rule_is_shown_in_its_own_words_in_both_languages(name: str) -> None:
    text = section((ROOT / "docs/rules.md").read_text(encoding="utf-8"), f"`{name}`")
    module = rules()[name]
    said = [
        [found.words["en"], found.words["ja"]]
        for example in module.EXAMPLES
        for found in module.check(example.mail, example.facts, module.Options(**example.options))
    ]
    assert re.findall(r"^> (.+)$", text, re.MULTILINE) in said, (
        f"none of the reasons of its EXAMPLES; the first: {said[0]}"
    )


@pytest.mark.parametrize("name", rule_tables.tables())
def test_every_rule_says_what_it_costs(name: str) -> None:
    text = section((ROOT / "docs/rules.md").read_text(encoding="utf-8"), f"`{name}`")
    assert re.search(r"^Costs: \w", text, re.MULTILINE)


def test_no_rule_is_described_that_is_not_there() -> None:
    described = set(re.findall(r"^## `([a-z-]+)`", (ROOT / "docs/rules.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert described == set(rule_tables.tables())
    assert set(rules()) <= described


@pytest.mark.parametrize("table", [name for name in Tables.model_fields if name != "rules"])
def test_every_table_of_the_settings_is_named(table: str) -> None:
    assert re.search(rf"\[{{1,2}}{table}[\].]", ALL), table


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_named_with_its_options(name: str) -> None:
    text = section((ROOT / "docs/commands.md").read_text(encoding="utf-8"), f"`sekisho {name}`")
    options = {option for p in COMMANDS[name].params for option in p.opts if option.startswith("--")} - {"--help"}
    assert [option for option in sorted(options) if not re.search(rf"`{option}\b", text) and option != "--config"] == []


@pytest.mark.parametrize("name", [*NOTICES, "bounce", "round_trip"])
def test_every_notice_is_named(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs/notices.md").read_text(encoding="utf-8")


def test_no_link_between_the_pages_leads_nowhere() -> None:
    wrong = [
        f"{path}: {target}"
        for path, text in {
            **PAGES,
            **{p: (ROOT / p).read_text(encoding="utf-8") for p in tracked() if p.name == "README.md"},
        }.items()
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
        if not (ROOT / path.parent / target).exists()
    ]
    assert wrong == []


def anchor(heading: str) -> str:
    """What GitHub makes of a heading: small letters, no punctuation, blanks as dashes."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_no_link_leads_to_a_heading_that_is_not_there() -> None:
    def headings(path: Path) -> set[str]:
        return {
            anchor(one) for one in re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
        }

    wrong = [
        f"{path}: {target}"
        for path in (*PAGES, Path("README.md"))
        for target in re.findall(r"\]\(((?!https?:)[^)]*#[^)]+)\)", (ROOT / path).read_text(encoding="utf-8"))
        if (file := target.partition("#")[0]).endswith(".md") or not file
        if target.partition("#")[2] not in headings(path.parent / file if file else path)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", [path for path in PAGES if path.name != "rules.md"], ids=str)
def test_no_page_says_the_same_twice(path: Path) -> None:
    """Two versions of a page, merged, say everything twice. Of the rules each is read alone."""
    said = re.split(r"(?<=[.。])\s*", re.sub(r"^```.*?^```", "", PAGES[path], flags=re.MULTILINE | re.DOTALL))
    sentences = Counter(" ".join(one.split()) for one in said)
    assert [one for one, times in sentences.items() if times > 1 and len(one) >= 50] == []


def test_every_page_can_be_reached_from_the_index() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    assert [str(path) for path in PAGES if path.name not in index and path.parts[1] != "decisions"] == ["docs/index.md"]
