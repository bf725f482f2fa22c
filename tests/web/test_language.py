"""Which language a page speaks, and that nothing is left unsaid in either."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from notifier.options import Language
from tests.helpers.pages import World
from web.language import LANGUAGES, WORDS, _accepted, words

WEB = Path(__file__).parents[2] / "web"
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true", "silent": "false"}}


def used() -> set[str | tuple[str, ...]]:
    return {message for _, _, message, _, _ in extract_from_dir(WEB, METHODS, OPTIONS)}


def test_every_sentence_has_its_japanese_and_none_is_left_over() -> None:
    with (WORDS / "ja.po").open("rb") as file:
        catalogue = read_po(file, locale="ja")
    there = {message.id: message for message in catalogue if message.id}
    assert set(there) == used()
    for message in there.values():
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(said), message.id
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        names = set(re.findall(r"%\((\w+)\)[sd]", str(ids[-1])))
        assert all(set(re.findall(r"%\((\w+)\)[sd]", str(one))) == names for one in said), message.id
        assert not message.fuzzy


def test_plurals_follow_the_language() -> None:
    one, many = "%(num)d recipient", "%(num)d recipients"
    assert [words("en").ngettext(one, many, n) for n in (0, 1, 2)] == [many, one, many]
    assert {words("ja").ngettext(one, many, n) for n in (0, 1, 2)} == {"宛先（%(num)d件）"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", None),
        ("ja", "ja"),
        ("en-GB,en;q=0.9", "en"),
        ("fr, en-GB;q=0.7, ja;q=0.8", "ja"),
        ("zh-CN, de", None),
        ("ja;q=0, en;q=0.1", "en"),
        ("ja;q=nonsense, en", "en"),
        ("JA-jp", "ja"),
        ("en, ja", "en"),
    ],
)
def test_the_browser_is_asked_by_quality_then_order(header: str, language: Language | None) -> None:
    assert _accepted(header) == language


@given(st.text(max_size=200))
def test_no_header_breaks_the_choice(header: str) -> None:
    assert _accepted(header) in {None, *LANGUAGES}


async def test_the_address_before_the_browser_before_the_message(world: World) -> None:
    token, _ = await world.hold()
    english, _ = await world.hold(language="en")
    async with world.client() as browser:
        japanese = {"accept-language": "ja"}
        assert 'lang="ja"' in (await browser.get(f"/q/{token}")).text.partition("<body>")[0]
        assert '<html lang="en">' in (await browser.get(f"/q/{english}")).text
        assert '<html lang="ja">' in (await browser.get(f"/q/{english}", headers=japanese)).text
        assert '<html lang="en">' in (await browser.get(f"/q/{token}?lang=en", headers=japanese)).text
        assert '<html lang="ja">' in (await browser.get(f"/q/{token}?lang=xx")).text
