"""The list of customers of `[rules.content-wrong-customer]`: in the settings and in a CSV file, with the mistakes of both."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from mail.address import domain_key, is_inside
from rules.company_names import key_of
from rules.listed_customers import Customer
from rules.providers import FREE_MAIL
from rules.verdict import RuleSettings
from service.check_problem import Mistake
from service.crosscheck_recipients import DOMAIN
from service.problems import Found

NAME: Final = "content-wrong-customer"
COLUMNS: Final = ("label", "domains", "names", "codes")
_FILE: Final = f"rules.{NAME}.file"
_SHORTEST_CODE: Final = 4
_MOST: Final = 20
"""Bad lines that are named one by one."""


def mistakes(rules: Mapping[str, RuleSettings], own_domains: Collection[str]) -> Found:
    """Yield what of the list in the settings cannot be used as it stands."""
    options = rules[NAME].options
    if options.messages < 1:
        yield ("rules", NAME, "messages"), f"is {options.messages}, must be at least 1; learn = false learns nothing"
    seen: dict[str, str] = {}
    for number, customer in enumerate(options.customers):
        for field, text in _wrong(customer, own_domains, seen):
            yield ("rules", NAME, "customers", number, field), text


def of_file(rules: Mapping[str, RuleSettings], own_domains: Collection[str], base: Path) -> Iterator[Mistake]:
    """The same of the file, line by line."""
    options = rules[NAME].options
    if not options.file:
        return
    path = base / options.file
    columns = f"the first line names the columns {','.join(COLUMNS)}"
    try:
        rows = list(_rows(path))
    except OSError as error:
        yield Mistake(_FILE, f"{path}: {error.strerror}", "name a CSV file, or leave it empty")
        return
    except (UnicodeDecodeError, csv.Error, KeyError) as error:
        what = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else "has other columns"
        yield Mistake(_FILE, f"{path}: {what}", f"save it as CSV in UTF-8; {columns}")
        return
    seen = {domain_key(d): one.label for one in options.customers for d in one.domains}
    found = [(line, text) for line, one in rows for _, text in _wrong(one, own_domains, seen)]
    for line, text in found[:_MOST]:
        yield Mistake(_FILE, f"{path}:{line}: {text}", "mend the line, or take it out")


def with_file(rules: Mapping[str, RuleSettings], base: Path) -> Mapping[str, RuleSettings]:
    """The rules with the customers of the file; whatever is wrong with it `check` and `run` have said before (`of_file`)."""
    settings = rules[NAME]
    if not settings.options.file:
        return rules
    try:
        more = tuple(one for _, one in _rows(base / settings.options.file))
    except (OSError, UnicodeDecodeError, csv.Error, KeyError):
        return rules
    options = replace(settings.options, customers=(*settings.options.customers, *more))
    return {**rules, NAME: replace(settings, options=options)}


def _rows(path: Path) -> Iterator[tuple[int, Customer]]:
    """Each customer with its line. Raises OSError, UnicodeDecodeError, csv.Error, and KeyError for a column that is not there."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, strict=True)
        header = [cell.strip().lower() for cell in next(rows, [])]
        if not {"label", "domains"} <= set(header) or not set(header) <= set(COLUMNS):
            raise KeyError
        for row in rows:
            if any(cell.strip() for cell in row):
                cells = dict(zip(header, row, strict=False))
                several = (_several(cells.get(name, "")) for name in COLUMNS[1:])
                yield rows.line_num, Customer(cells["label"].strip(), *several)


def _several(cell: str) -> tuple[str, ...]:
    return tuple(value for one in cell.split(";") if (value := one.strip()))


def _wrong(one: Customer, own_domains: Collection[str], seen: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with one customer, by field; `seen`: domains and whose they are, to which its own are added."""
    if not one.label.strip():
        yield "label", "must not be empty: the sender reads it"
    if not one.domains:
        yield "domains", "must not be empty: nobody could be written to with its own file"
    for domain in one.domains:
        if text := _wrong_domain(domain, own_domains, seen):
            yield "domains", text
        seen.setdefault(domain_key(domain), one.label)
    for name in one.names:
        if not key_of(name):
            yield "names", f"{name} is too short, or nobody's name"
    for code in one.codes:
        if len(code) < _SHORTEST_CODE or not any(map(str.isdigit, code)):
            yield (
                "codes",
                f"{code} would be found everywhere; a code has at least {_SHORTEST_CODE} characters and a digit",
            )


def _wrong_domain(domain: str, own_domains: Collection[str], seen: Mapping[str, str]) -> str:
    """Why a domain cannot be a customer's; "" where it can."""
    key = domain_key(domain)
    if not DOMAIN.fullmatch(domain) or "." not in domain:
        return f'{domain} is no domain; write "customer.example"'
    if key in FREE_MAIL:
        return f"{domain} is a public provider: anyone may be there"
    if is_inside(f"x@{domain}", frozenset(own_domains)):
        return f"{domain} is one of our own"
    return f"{domain} belongs to {seen[key]} already" if key in seen else ""
