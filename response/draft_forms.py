"""The forms of drafts as data: which report or notice, for whom, its items in both languages; read whole and checked, or not at all."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError
from pydantic import Field, ValidationError

from notifier.options import Language, Options
from response.manual import Words

FOLDER = Path(__file__).parent / "drafts"
ENVIRONMENT = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701 - plain lines; who shows them escapes


class FormError(ValueError):
    """A form cannot be used; one line a mistake."""


class FormItem(Options):
    """One item; its text is a template over `response.draft_words.CaseWords`, a paragraph a line."""

    heading: Words
    text: Words
    numbered: bool = True


class Form(Options):
    """One report or notice."""

    title: Words
    to: Words
    lead: Words
    """What whoever fills it in must know; not for the reader of the report."""
    rules: tuple[str, ...] = ()
    """Of the deadlines that it answers."""
    steps: tuple[str, ...] = ()
    """Which steps of those rules; none: all."""
    numbered: bool = True
    """Whether its headings carry numbers; a letter's do not."""
    source: str = Field(min_length=1)
    items: tuple[FormItem, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Ready:
    """A form with its templates."""

    name: str
    form: Form
    templates: tuple[tuple[Template, Template], ...]
    """Of each item: ja, en."""

    def template(self, item: int, language: Language) -> Template:
        """The text of one item."""
        return self.templates[item][0 if language == "ja" else 1]


ORDER = (
    "ppc-preliminary",
    "ppc-final",
    "privacy-mark",
    "gdpr-authority",
    "persons-japan",
    "persons-gdpr",
    "entrusting-party",
    "management",
)
"""As they are shown."""


@cache
def forms() -> dict[str, Ready]:
    """All that are shipped, by name, in their order. Raises `FormError`."""
    return {name: parse(name, (FOLDER / f"{name}.toml").read_text(encoding="utf-8")) for name in ORDER}


def parse(name: str, text: str) -> Ready:
    """Read one form. Raises `FormError`."""
    try:
        form = Form.model_validate(tomllib.loads(text))
        made = [
            (ENVIRONMENT.from_string(i.text.ja.strip()), ENVIRONMENT.from_string(i.text.en.strip())) for i in form.items
        ]
    except tomllib.TOMLDecodeError as error:
        raise FormError(f"{name}: {error}") from error
    except TemplateSyntaxError as error:
        raise FormError(f"{name}: a template of an item: {error}") from error
    except ValidationError as error:
        lines = (f"{name}: {'.'.join(str(p) for p in item['loc'])}: {item['msg']}" for item in error.errors())
        raise FormError("\n".join(lines)) from error
    return Ready(name, form, tuple(made))
