"""Language: which of Japanese and English a page speaks, and the words for it. The English sentence is the key of the catalogue."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import get_args

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from starlette.requests import Request

from notifier.options import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
WORDS = Path(__file__).parent / "words"


@cache
def words(language: Language) -> NullTranslations:
    """Read the catalogue of a language, once; English needs none."""
    file = WORDS / f"{language}.po"
    if not file.exists():
        return NullTranslations()
    with file.open("rb") as text:
        catalogue = read_po(text, locale=language, domain="web", abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain="web")


def chosen(request: Request, fallback: Language) -> Language:
    """`?lang=` before the browser's Accept-Language (RFC 9110 12.5.4) before what the matter at hand speaks."""
    asked = asked_for(request)
    return asked or _accepted(request.headers.get("accept-language", "")) or fallback


def asked_for(request: Request) -> Language | None:
    """Tell the language that the address of the page names."""
    return _known(request.query_params.get("lang", ""))


def _accepted(header: str) -> Language | None:
    """Find the first of ours by quality, then by order.

    >>> _accepted("fr, en-GB;q=0.7, ja;q=0.8")
    'ja'
    """
    ranked: list[tuple[float, int, Language]] = []
    for place, item in enumerate(header.split(",")):
        tag, _, parameter = item.partition(";")
        language = _known(tag.strip().lower().partition("-")[0])
        quality = _quality(parameter)
        if language and quality > 0:
            ranked.append((-quality, place, language))
    return min(ranked)[2] if ranked else None


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return min(float(value), 1.0)
    except ValueError:
        return 0.0


def _known(name: str) -> Language | None:
    return next((language for language in LANGUAGES if language == name), None)
