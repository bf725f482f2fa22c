"""Mistakes of what letters to unintended recipients need: an address for their answers, and how their link is reached from outside."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mail.address import split
from notifier.case_address import ADDED, LONGEST_LOCAL
from service.cautions import is_loopback
from service.problems import Place

if TYPE_CHECKING:
    from service.settings import Tables

Found = Iterator[tuple[Place, str]]


def mistakes(settings: "Tables") -> Found:
    """Yield what cannot work."""
    response, outside = settings.response, settings.web.outside_url
    if response.ask_again == "send" and not response.report_address:
        yield (
            ("response", "ask_again"),
            'is "send", but without response.report_address a letter has no address for its answers; set that, or write "remind"',
        )
    longest = LONGEST_LOCAL - ADDED
    if len(split(response.report_address)[0].encode()) > longest:
        yield (
            ("response", "report_address"),
            f"is too long in front of the @ for the addresses of cases; write one of at most {longest} letters",
        )
    rule = urlsplit(response.reporting_rule)
    if response.reporting_rule and (rule.scheme not in {"http", "https"} or not rule.hostname):
        yield (
            ("response", "reporting_rule"),
            'must be the address of a page; write "https://intranet.example.com/rules"',
        )
    if not outside:
        return
    parts = urlsplit(outside)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        yield ("web", "outside_url"), 'must be what links begin with; write "https://sekisho.example.com"'
    elif parts.path.rstrip("/") != (path := urlsplit(settings.web.base_url).path.rstrip("/")):
        yield (
            ("web", "outside_url"),
            f'must have the path of web.base_url, "{path or "/"}": both lead to the same pages',
        )


def cautions(settings: "Tables") -> Found:
    """Yield what works, but should not be left so."""
    outside = settings.web.outside_url
    if outside.startswith("http://") and not is_loopback(urlsplit(outside).hostname or ""):
        yield ("web", "outside_url"), "is http: answers can be read on the way; put TLS in front and write https://…"
