"""Local forms: in which ways the contacts of a domain write their local parts, counted in the row of the domain as a short text."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from sqlalchemy import ClauseElement, Connection, bindparam, select, update

from rules.local_form import form
from store.lists import Lists
from store.prepared import rows_of, run_rows
from store.tables.contacts import domains

_COUNTED = (
    update(domains)
    .where(domains.c.id == bindparam("of"))
    .values(contacts=domains.c.contacts + bindparam("more"), forms=bindparam("now"))
)


def count_contacts(connection: Connection, lists: Lists, pieces: Iterable[tuple[int, int, str]], sign: int) -> None:
    """So many contacts more (`sign` 1) or fewer (-1) of each domain, and of each form there. Pieces: id, id of the domain, local part.

    For one who has the contacts alone: what is counted is read and written back.
    """
    made: dict[int, Counter[str]] = {}
    for _, domain_id, local in pieces:
        made.setdefault(domain_id, Counter())[form(local)] += sign
    before = dict(rows_of(connection, _forms_of(lists), {"ids": sorted(made)})) if made else {}
    rows = [(of, sum(more.values()), written(added(read(before.get(of)), more))) for of, more in sorted(made.items())]
    run_rows(connection, _COUNTED, ("of", "more", "now"), rows)


def read(text: str | None) -> dict[str, int]:
    """Contacts by form."""
    found: dict[str, int] = json.loads(text) if text else {}
    return found


def written(forms: Mapping[str, int]) -> str:
    """The text that a domain has of them."""
    return json.dumps(forms, separators=(",", ":"))


def added(forms: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Both together, without those that nobody has any more."""
    sums = Counter(forms)
    sums.update(more)
    return {of: count for of, count in sums.items() if count > 0}


@lru_cache
def _forms_of(lists: Lists) -> ClauseElement:
    found: ClauseElement = select(domains.c.id, domains.c.forms).where(lists.any_of(domains.c.id, "ids"))
    return found


def recount(connection: Connection, forms: Mapping[int, Mapping[str, int]]) -> None:
    """Write what was counted anew of all contacts, by the id of their domain."""
    run_rows(
        connection, _COUNTED, ("of", "more", "now"), [(of, 0, written(found)) for of, found in sorted(forms.items())]
    )
