"""What each kind of personal datum is called and means, by its own module; only those that are asked for are read."""

import importlib
from functools import cache

from rules.personal import names
from rules.personal.scan import Kind, Leak


def name(kind: str, language: str, count: int = 2) -> str:
    """The name for people; the kind itself where nobody gave it one.

    >>> name("my_number", "ja"), name("phone", "en", 1), name("shoe_size", "en")
    ('マイナンバー', 'telephone number', 'shoe_size')
    """
    known = of(kind)
    return known.ja if language == "ja" else known.one if count == 1 else known.many


def leak(kind: str) -> Leak:
    """What it means that one got out."""
    return of(kind).leak


@cache
def of(kind: str) -> Kind:
    """The kind, by its name in the configuration."""
    found: Kind | None = None
    if kind in names():
        found = getattr(importlib.import_module(f"rules.personal.{kind}"), "KIND", None)
    return found or Kind(kind, kind, kind)
