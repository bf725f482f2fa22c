"""What no single option can know: settings that contradict each other, open the relay, or lead a notice out of the house."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from service import (
    crosscheck_clients,
    crosscheck_listeners,
    crosscheck_mailboxes,
    crosscheck_senders,
    crosscheck_web,
)
from service.problems import Found

if TYPE_CHECKING:
    from service.settings import Tables

_DOMAIN = re.compile(r"[^\s@.:/]+(\.[^\s@.:/]+)*")
_POSTGRESQL = {"postgresql", "postgres", "postgresql+psycopg"}


def mistakes(settings: "Tables") -> Found:
    """Yield what cannot be used as it stands."""
    checks: tuple[Callable[[Tables], Found], ...] = (
        _organisation,
        crosscheck_mailboxes.people,
        crosscheck_listeners.listeners,
        crosscheck_listeners.networks,
        crosscheck_clients.mistakes,
        crosscheck_listeners.tls,
        crosscheck_listeners.next_hop,
        _store,
        crosscheck_mailboxes.own,
        _times,
        crosscheck_senders.senders,
        crosscheck_senders.exemptions,
        crosscheck_senders.address_lists,
        crosscheck_web.base_urls,
        crosscheck_web.sign_in,
    )
    for check in checks:
        yield from check(settings)


def _organisation(settings: "Tables") -> Found:
    house = settings.organisation
    if not house.name.strip():
        yield ("organisation", "name"), "must not be empty: people see it in every notice"
    for number, domain in enumerate(house.domains):
        if not _DOMAIN.fullmatch(domain):
            yield (
                ("organisation", "domains", number),
                'is not a domain; write for example "tachibana.example", without @',
            )
    if house.hours.start >= house.hours.end:
        yield ("organisation", "hours", "end"), "must be later than start"


def _times(settings: "Tables") -> Found:
    remind_after, deadline = settings.hold.remind_after, settings.hold.deadline
    if remind_after >= deadline:
        yield (
            ("hold", "remind_after"),
            f"is {remind_after} s, must be shorter than hold.deadline, which is {deadline} s",
        )
    if settings.store.content_days * 86400 < settings.hold.bring_back:
        yield (
            ("store", "content_days"),
            f"is shorter than hold.bring_back, which is {settings.hold.bring_back} s: what may be brought back must be there",
        )
    if settings.store.hold_days < settings.store.content_days:
        yield ("store", "hold_days"), "must not be shorter than store.content_days"
    if settings.next_hop.retry_first > settings.next_hop.retry_for:
        yield ("next_hop", "retry_first"), "must not be longer than next_hop.retry_for"


def _store(settings: "Tables") -> Found:
    kind, _, rest = settings.store.url.partition("://")
    named = rest.removeprefix("/") not in {"", ":memory:"} if kind == "sqlite" else kind in _POSTGRESQL
    if not named or (kind == "sqlite" and not rest.startswith("/")):
        yield ("store", "url"), 'is no store; write "sqlite:///PATH" or "postgresql://USER@HOST/DATABASE"'
