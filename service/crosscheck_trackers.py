"""Outside trackers in the settings: kinds that nobody knows, what a kind lacks, addresses that would say a secret in clear."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mail.address import is_inside
from service.problems import Found, Place, meant
from web.options import is_safe

if TYPE_CHECKING:
    from notifier.tracker_options import Tracker
    from service.settings import Tables

MAIL = "mail"


def mistakes(settings: "Tables") -> Found:
    """Yield what cannot be used as it stands."""
    if not settings.trackers:
        return
    from notifier.channels import for_trackers  # noqa: PLC0415 - slow to import, and most settings name no tracker

    kinds, seen = for_trackers(), set()
    for number, tracker in enumerate(settings.trackers):
        place: Place = ("trackers", number)
        if tracker.name in seen:
            yield (*place, "name"), "stands twice among the trackers"
        seen.add(tracker.name)
        if tracker.kind == MAIL:
            yield from _by_mail(place, tracker, settings)
        elif tracker.kind not in kinds:
            yield (*place, "kind"), f"{tracker.kind} is none we know; {meant(tracker.kind, [*kinds, MAIL])}"
        else:
            yield from _by_http(place, tracker, kinds[tracker.kind])


def _by_mail(place: Place, tracker: "Tracker", settings: "Tables") -> Found:
    if not is_inside(tracker.address, frozenset(settings.organisation.domains)):
        yield (
            (*place, "address"),
            "must be a mailbox of our own domains that the tracker reads: nothing of a case is mailed outside",
        )


def _by_http(place: Place, tracker: "Tracker", kind: Any) -> Found:
    from notifier.trackers import FACTS  # noqa: PLC0415

    parts = urlsplit(tracker.url)
    if not is_safe(tracker.url) or parts.username or parts.password:
        yield (
            (*place, "url"),
            'must be the https address of the tracker without a password in it; write "https://tracker.example.com"',
        )
    if tracker.kind != "webhook" and (parts.query or parts.fragment):
        yield (*place, "url"), "is what stands before its API: leave the rest out"
    if tracker.secret_file is None:
        yield (*place, "secret_file"), "is missing: the file with its password, token or secret, of mode 0600"
    for fact in tracker.fields:
        if fact not in {*FACTS, "summary", "text"}:
            yield (*place, "fields", fact), f"{fact} is no fact of a ticket; {meant(fact, FACTS)}"
    for key, what in kind.lacks(tracker):
        yield (*place, *key.split(".")), what
