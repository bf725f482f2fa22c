"""What each kind of personal datum is called and means, by its own module; only those that are asked for are read."""

import importlib
from collections.abc import Mapping
from functools import cache

from rules.personal import names
from rules.personal.recogniser import Kind, Leak

SAID_BY_PEOPLE: Mapping[str, Kind] = {
    "assets": Kind("資産", "statement of assets", "statements of assets"),
    "credit_blacklist": Kind("信用事故の記録", "record of bad credit", "records of bad credit"),
    "creed": Kind("信条", "creed", "creeds"),
    "criminal_record": Kind("犯罪の経歴", "criminal record", "criminal records"),
    "disability": Kind("障害", "disability", "disabilities"),
    "grades": Kind("成績", "school record", "school records"),
    "illness": Kind("病歴", "illness", "illnesses"),
    "income": Kind("収入", "income", "incomes"),
    "medical_check": Kind("健康診断の結果", "medical check", "medical checks"),
    "political_view": Kind("政治的見解", "political view", "political views"),
    "purchase_history": Kind("購入履歴", "purchase history", "purchase histories"),
    "race": Kind("人種", "race", "races"),
}
"""What no recogniser finds and a person may say of a leak; the levels of JNSA's JO model name them."""


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
    return found or SAID_BY_PEOPLE.get(kind) or Kind(kind, kind, kind)
