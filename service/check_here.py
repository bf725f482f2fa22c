"""What `check` can see on this machine: files, keys, room on the disk, the gate, people, ports."""

import errno
import shutil
import socket
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from gateway.gate import Gate
from response.organisation_check import missing
from service import check_people, check_trackers, init, tls_files, usable
from service.check_problem import Problem
from service.crosscheck_listeners import host_and_port
from service.settings import Settings
from store.clock import Clock

LITTLE_ROOM = 2**30
"""Octets of free space below which the disk is called nearly full: a day of large held messages."""
SOON = timedelta(days=14)
"""So long before its end a certificate is spoken of."""
_OURS_LIMIT = 2.0


def cautions(settings: Settings) -> Iterator[Problem]:
    """Repeat what reading the settings found worth a second look."""
    for caution in settings.cautions:
        yield Problem("warning", f"{caution.file}:{caution.line}: {caution.key}", caution.text)


def example(settings: Settings) -> Iterator[Problem]:
    """Notice that the example was copied and its invented organisation left standing."""
    invented, ours = tomllib.loads(init.example())["organisation"], settings.organisation
    of_example, yours = "is of the invented organisation of the example", "write your own"
    if ours.name == invented["name"]:
        yield Problem("warning", "organisation.name", f'"{ours.name}" {of_example}; people see it', yours)
    for domain in invented["domains"]:
        if domain in ours.domains:
            yield Problem("warning", "organisation.domains", f"{domain} {of_example}; nobody has mail there", yours)


def files(settings: Settings) -> Iterator[Problem]:
    """See whether certificates, authorities, keys and folders can be used."""
    for mistake in usable.mistakes(settings):
        yield Problem("error", *mistake)
    tls = settings.smtp.tls
    if tls.certificate and (until := tls_files.valid_until(tls.certificate)):
        yield from _expiry(tls.certificate, until)
    if tls.client_ca and not tls.client_names and tls_files.is_public(tls.client_ca):
        yield Problem(
            "error",
            "smtp.tls.client_ca",
            "is an authority that this machine trusts for everybody: whoever has a certificate of it may relay",
            "name the clients in client_names",
        )


def _expiry(certificate: Path, until: datetime) -> Iterator[Problem]:
    left = until - Clock().now()
    if left < SOON:
        ended = left < timedelta()
        yield Problem(
            "error" if ended else "warning",
            "smtp.tls.certificate",
            f"{certificate}: {'was valid until' if ended else 'is valid only until'} {until:%Y-%m-%d}",
            "renew it, then systemctl reload sekisho",
        )


def directory(settings: Settings) -> Iterator[Problem]:
    """See whether the folder of large messages can be written and has room."""
    folder = settings.store.directory
    if why := usable.unwritable(folder):
        made_by_migrate = not folder.exists() and folder.parent.is_dir()
        write = "sekisho migrate makes it" if made_by_migrate else usable.MAKE_IT
        yield Problem("error", "store.directory", f"{folder}: {why}", write)
        return
    free = shutil.disk_usage(folder).free
    if free < LITTLE_ROOM:
        yield Problem(
            "warning",
            "store.directory",
            f"{folder}: only {free // 2**20} MiB free",
            "when it is full, mail is answered 452",
        )


def gate(settings: Settings) -> Iterator[Problem]:
    """See whether the position in force lets mail be asked about."""
    positions = Gate(settings.store.directory / "gate.json", settings.gate, Clock())
    for group, setting in positions.settings().items():
        where = f"gate {group}".strip()
        if setting.position == "open":
            yield Problem("warning", where, "is open: everything passes without a question", "sekisho gate normal")
        elif setting.position == "hold-all":
            yield Problem("warning", where, "is hold-all: everything waits for the admins", "sekisho gate normal")


def ports(settings: Settings) -> Iterator[Problem]:
    """See whether every listener can be opened, unless it is Sekisho itself that holds it."""
    staff = settings.web.staff.listen
    named = chain(
        (("smtp.listen", text) for text in settings.smtp.listen),
        [("web.listen", settings.web.listen)],
        [("web.staff.listen", staff)] if staff else [],
        [("metrics.listen", settings.metrics.listen)] if settings.metrics.listen else [],
    )
    running = is_running(settings)
    for name, text in named:
        host, port = host_and_port(text) or ("", 0)
        problem = _bind(host, port)
        if problem == errno.EACCES:
            yield Problem(
                "warning",
                name,
                f"{text}: this user may not open a port below 1024",
                "let systemd/sekisho.socket open it",
            )
        elif problem == errno.EADDRINUSE and not running:
            yield Problem(
                "error", name, f"{text} is taken by another program", "choose another port, or stop that program"
            )
        elif problem not in {0, errno.EADDRINUSE}:
            yield Problem(
                "error",
                name,
                f"{text} cannot be opened: {errno.errorcode.get(problem, problem)}",
                "name an address of this machine",
            )


def _bind(host: str, port: int) -> int:
    """Try to open it; the error number, 0 when it is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((host, port))
    except socket.gaierror:
        return errno.EADDRNOTAVAIL
    except OSError as error:
        return error.errno or errno.EINVAL
    return 0


def is_running(settings: Settings) -> bool:
    """Whether a gateway with these settings answers on its metrics listener."""
    parsed = host_and_port(settings.metrics.listen)
    if parsed is None:
        return False
    try:
        with socket.create_connection(parsed, timeout=_OURS_LIMIT) as one:
            one.sendall(b"GET /livez HTTP/1.0\r\n\r\n")
            one.settimeout(_OURS_LIMIT)
            return one.recv(64).startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))
    except OSError:
        return False


def organisation(settings: Settings) -> Iterator[Problem]:
    """See whether the emergency organisation is complete: on the day it is too late."""
    english = settings.organisation.model_copy(update={"language": "en"})
    for words in missing(english):
        yield Problem(
            "error",
            "organisation",
            words.removeprefix("[[organisation.people]]: ").rstrip("."),
            "[[organisation.people]] names them, one table a person",
        )


LOOKS: tuple[Callable[[Settings], Iterator[Problem]], ...] = (
    cautions,
    example,
    files,
    directory,
    gate,
    ports,
    organisation,
    check_people.people,
    check_trackers.secrets,
)
