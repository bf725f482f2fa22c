"""Opening: single rooms from the settings, for commands that need one and should not pay for the start of all (`service.wiring`)."""

import socket
from pathlib import Path

from gateway.gate import Gate
from gateway.options import with_groups
from gateway.rooms import FlowOptions
from response import manual
from response.desk import Desk
from service.settings import Settings, policy
from store import migrate
from store.clock import Clock
from store.engine import Store


def host_name(settings: Settings) -> str:
    """What we call ourselves; asked of the machine once, never of DNS (that may take seconds)."""
    return settings.smtp.host_name or socket.gethostname()


def flow_options(settings: Settings) -> FlowOptions:
    """The settings that the way of a message reads."""
    return FlowOptions(
        organisation=settings.organisation,
        smtp=settings.smtp,
        next_hop=settings.next_hop,
        hold=settings.hold,
        senders=settings.senders,
        exemptions=with_groups(settings.exemptions, settings.gate.groups),
        policy=policy(settings),
        host_name=host_name(settings),
        report_address=settings.response.report_address,
        inside_networks=settings.response.inside_networks,
    )


def open_desk(settings: Settings, store: Store, clock: Clock) -> Desk:
    """The desk, with the organisation's manual."""
    return Desk(store, settings.response, settings.organisation, manual.load(settings.response.manual), clock)


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
