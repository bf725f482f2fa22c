"""Files that look like personal data and are none, each kind several times: (how it is made, in which formats, how often)."""

import random
from collections.abc import Callable, Iterator, Sequence

import files_harmless_pages as pages
import files_harmless_tables as tables
from files_document import Block, Case
from files_firms import Noting

_TABLES = (
    "csv",
    "xlsx",
    "ods",
    "html",
    "json",
    "xml",
    "docx",
    "pdf",
    "txt",
    "xls",
    "tsv",
    "pptx",
    "md",
    "lo.pdf",
    "doc",
    "sql",
    "rtf",
)
_PAGES = ("txt", "docx", "pdf", "html", "odt", "rtf", "eml-body", "doc", "md", "lo.pdf")

KINDS: dict[str, tuple[Callable[[random.Random], list[Block]], Sequence[str], int]] = {
    "products_jan": (tables.goods, _TABLES, 8), "isbn": (tables.books, _TABLES, 4), "order_numbers": (tables.orders, _TABLES, 14), "invoice": (pages.invoice, _PAGES, 8),
    "press_release": (pages.press, _PAGES, 5), "companies": (tables.companies, _TABLES, 8), "branches": (tables.branches, _TABLES, 6), "server_log": (pages.log, ("txt", "jsonl"), 5),
    "source_code": (pages.source, ("txt",), 3), "statistics": (tables.statistics, _TABLES, 4), "minutes": (pages.minutes, _PAGES, 7), "contract": (pages.contract, _PAGES, 5),
    "part_numbers": (tables.parts, _TABLES, 6), "timetable": (tables.timetable, _TABLES, 3), "prices": (tables.prices, _TABLES, 6), "manual": (pages.manual, _PAGES, 4),
    "recipe": (pages.recipe, _PAGES, 2), "invitation": (pages.invitation, ("txt",), 2), "measurements": (tables.measurements, _TABLES, 4), "accounts": (tables.accounts, _TABLES, 4),
    "prices_en": (tables.english_prices, _TABLES, 4), "orders_en": (tables.english_order, _TABLES, 4), "newsletter": (pages.newsletter, _PAGES, 3),
}  # fmt: skip


def harmless_cases(rng: random.Random) -> Iterator[Case]:
    """All of them, each kind several times."""
    for name, (make, formats, times) in KINDS.items():
        for number in range(times):
            noting = Noting(rng.getrandbits(32))
            blocks = make(noting)
            also = {
                **noting.drawn,
                "EMAIL": ["press@aoba.example", "soumu@aoba.example", "room2@aoba.example"],
                "BANK_ACCOUNT": [],
            }
            yield Case(f"{name}_{number}", name, blocks, hold=False, reason="hard_negative", also=also, formats=formats)
