"""Both languages are complete: a template for every notice, a translation for every sentence of the pages."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from rules.registry import rules
from tests.helpers.house import ROOT

TEMPLATES = ROOT / "notifier" / "templates"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]


def names(language: str) -> set[str]:
    return {path.name for path in (TEMPLATES / language).iterdir()}


def test_every_notice_has_a_template_in_both_languages() -> None:
    assert names("ja") == names("en")
    assert len(names("ja")) >= 10


@pytest.mark.parametrize("name", sorted(names("en")))
def test_both_templates_use_the_same_facts(name: str) -> None:
    def facts(language: str) -> set[str]:
        text = (TEMPLATES / language / name).read_text(encoding="utf-8")
        return set(re.findall(r"{{-?\s*([a-z_]+)", text)) | set(re.findall(r"{% (?:if|for \w+ in) ([a-z_]+)", text))

    assert facts("ja") == facts("en")


def sentences() -> set[str]:
    """Every sentence that the pages mark as for people."""
    options = {"**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
    found = extract_from_dir(
        str(ROOT / "web"), METHODS, options, keywords={"_": None, "gettext": None, "ngettext": (1, 2)}
    )
    texts: set[str] = set()
    for _, _, message, _, _ in found:
        texts.add(message if isinstance(message, str) else message[0])
    return texts


def catalogue(language: str) -> Catalog:
    return read_po(BytesIO((ROOT / f"web/words/{language}.po").read_bytes()), locale=language)


def test_every_sentence_of_the_pages_has_its_japanese() -> None:
    japanese = {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalogue("ja") if m.id}
    missing = sorted(text for text in sentences() if text not in japanese or not japanese[text].string)
    assert missing == []


def test_no_translation_is_left_over() -> None:
    assert {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue("ja") if m.id} <= sentences()


def test_no_translation_is_unsure() -> None:
    assert [str(m.id) for m in catalogue("ja") if m.fuzzy] == []


@pytest.mark.parametrize("name", rules())
def test_what_a_rule_says_it_says_in_both_languages(name: str) -> None:
    module = rules()[name]
    said = [
        finding.words
        for example in module.EXAMPLES
        for finding in module.check(example.mail, example.facts, module.Options(**example.options))
    ]
    assert said
    for words in said:
        assert set(words) == {"ja", "en"}
        assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", words["ja"])
        assert not re.search(r"[\u3040-\u30ff]", re.sub(r"[「『“\"].*?[」』”\"]", "", words["en"]))


def test_the_docs_for_senders_and_responders_are_in_both_languages() -> None:
    for page in ("sender.md", "responder.md"):
        text = Path(ROOT / "docs" / page).read_text(encoding="utf-8")
        assert "## 日本語" in text
        assert "## English" in text
