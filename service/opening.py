"""Opening: single rooms from the settings, for commands that need one and should not pay for the start of all (`service.wiring`)."""

import socket
from pathlib import Path

from gateway.approval_options import with_groups as with_members
from gateway.gate import Gate
from gateway.kept import Kept
from gateway.options import with_groups
from gateway.policy import Tables
from gateway.rooms import FlowOptions
from response import manual
from response.desk import Desk
from response.office import Office
from rules.verdict import Policy
from service.settings import Settings, policy
from store import migrate
from store.clock import Clock
from store.engine import Store


def host_name(settings: Settings) -> str:
    """What we call ourselves; asked of the machine once, never of DNS (that may take seconds)."""
    return settings.smtp.host_name or socket.gethostname()


def flow_options(settings: Settings) -> FlowOptions:
    """The settings that the way of a message reads."""
    judged_by = policy(settings)
    return FlowOptions(
        organisation=settings.organisation,
        smtp=settings.smtp,
        next_hop=settings.next_hop,
        hold=settings.hold,
        senders=settings.senders,
        exemptions=with_groups(settings.exemptions, settings.gate.groups),
        policy=judged_by,
        host_name=host_name(settings),
        report_address=settings.response.report_address,
        answer_address=settings.notices.answer_address,
        inside_networks=settings.response.inside_networks,
        approval=with_members(settings.approval, settings.gate.groups),
        tables=tables(settings, judged_by),
        groups=settings.gate.groups,
        receipts=settings.notices.receipt,
    )


def tables(settings: Settings, judged_by: Policy) -> Tables:
    """The tables of `[[policy]]`, made ready."""
    return Tables(
        settings.policy,
        groups=settings.gate.groups,
        policy=judged_by,
        delay=settings.hold.delay,
        scope=settings.hold.scope,
        domains=settings.organisation.domains,
    )


def open_desk(settings: Settings, store: Store, clock: Clock) -> Desk:
    """The desk, with the organisation's manual."""
    return Desk(store, settings.response, settings.organisation, manual.load(settings.response.manual), clock)


def kept_days(settings: Settings) -> Kept:
    """How long what is kept."""
    store = settings.store
    return Kept(
        content_days=store.content_days,
        hold_days=store.hold_days,
        journal_days=store.journal_days,
        contact_days=store.contact_days,
        audit_days=store.audit_days,
        evidence_days=settings.response.evidence_days,
    )


def office_of(settings: Settings) -> Office:
    """What the desk knows of its house, for who asks the store alone."""
    return Office(settings.organisation, settings.response, manual.load(settings.response.manual))


def open_gate(settings: Settings, clock: Clock) -> Gate:
    """The gate; its file lies beside the large messages."""
    return Gate(settings.store.directory / "gate.json", settings.gate, clock)


def prepare_store(settings: Settings) -> None:
    """Make the folder, and the schema of a store that is still empty; an older schema wants `sekisho migrate`."""
    settings.store.directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    if migrate.current(settings.store.url) is None:
        migrate.upgrade(settings.store.url)


def missing_folder(settings: Settings) -> Path | None:
    """The folder of the SQLite database, where it is not there; None for a server, or where it may not be looked at."""
    kind, _, path = settings.store.url.partition(":///")
    folder = Path(path).parent
    try:
        return folder if kind == "sqlite" and not folder.is_dir() else None
    except PermissionError:
        return None
