"""What `check` can see on this machine: files, keys, room on the disk, the gate, people, ports."""

import errno
import os
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from gateway.gate import Gate
from response.organisation_check import missing
from service import usable
from service.check_problem import Problem
from service.crosscheck import host_and_port
from service.settings import Settings
from store.clock import Clock
from store.errors import KeyFileError
from store.seal import read_key, read_secrets

LITTLE_ROOM = 2**30
"""Octets of free space below which the disk is called nearly full: a day of large held messages."""
_OURS_LIMIT = 2.0


def cautions(settings: Settings) -> Iterator[Problem]:
    """Repeat what reading the settings found worth a second look."""
    for caution in settings.cautions:
        yield Problem("warning", f"{caution.file}:{caution.line}: {caution.key}", caution.text)


def files(settings: Settings) -> Iterator[Problem]:
    """See whether certificates and authorities can be read and fit together."""
    tls = settings.smtp.tls
    if tls.certificate and tls.key:
        load_pair = partial(_context().load_cert_chain, tls.certificate, tls.key)
        yield from _loads("smtp.tls", load_pair, "a certificate and its key, in PEM")
    for name, authority in (("smtp.tls.client_ca", tls.client_ca), ("next_hop.tls_ca", settings.next_hop.tls_ca)):
        if authority:
            load = partial(_context().load_verify_locations, authority)
            yield from _loads(name, load, "a file of certificates, in PEM")
    if tls.client_ca and not tls.client_names and _is_public(tls.client_ca):
        yield Problem(
            "error",
            "smtp.tls.client_ca",
            "is an authority that this machine trusts for everybody: whoever has a certificate of it may relay",
            "name the clients in client_names",
        )
    for mistake in usable.mistakes(settings):
        yield Problem("error", *mistake)


def _is_public(authority: Path) -> bool:
    """Whether one of its certificates is among those that this machine trusts by itself; False where it cannot be read."""
    ours, machine = _context(), ssl.create_default_context()
    try:
        ours.load_verify_locations(authority)
    except (OSError, ssl.SSLError):
        return False
    return not set(ours.get_ca_certs(binary_form=True)).isdisjoint(machine.get_ca_certs(binary_form=True))


def _context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)


def _loads(name: str, load: Callable[[], object], wanted: str) -> Iterator[Problem]:
    try:
        load()
    except FileNotFoundError as error:
        yield Problem("error", name, f"{error.filename or 'the file'} is not there", f"write the path of {wanted}")
    except (OSError, ssl.SSLError) as error:
        yield Problem("error", name, f"cannot be used: {error.strerror or error}", f"write the path of {wanted}")


def keys(settings: Settings) -> Iterator[Problem]:
    """See whether keys are there, of the right size, and for nobody else to read."""
    link_key = settings.store.directory / "link.key"
    link_key_made = settings.store.link_key or (link_key if os.path.exists(link_key) else None)  # noqa: PTH110 - False, too, in a folder that this user may not enter
    for name, file in (("store.key", settings.store.key), ("store.link_key", link_key_made)):
        if file:
            try:
                read_key(file)
            except KeyFileError as error:
                yield Problem("error", name, str(error), "`sekisho init` makes a key of mode 0600")
    secrets = [("smtp.stamp_file", settings.smtp.stamp_file)]
    secrets += [(f"smtp.clients[{n}].secret_file", c.secret_file) for n, c in enumerate(settings.smtp.clients, 1)]
    for name, file in secrets:
        if file:
            try:
                read_secrets(file)
            except KeyFileError as error:
                yield Problem("error", name, str(error), "`sekisho init --cloud` makes a secret of mode 0600")


def directory(settings: Settings) -> Iterator[Problem]:
    """See whether the folder of large messages can be written and has room."""
    folder = settings.store.directory
    if why := usable.unwritable(folder):
        yield Problem("error", "store.directory", f"{folder}: {why}", usable.MAKE_IT)
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
    files,
    keys,
    directory,
    gate,
    ports,
    organisation,
)
