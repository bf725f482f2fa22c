"""Listening sockets: opened once by the parent (or handed over by systemd) and shared by all workers."""

import errno
import socket
from dataclasses import dataclass, replace

from service.settings import Settings
from service.systemd import handed_over

BACKLOG = 1024
_ADVICE = {
    errno.EADDRINUSE: "is another Sekisho running? Stop what listens there, or write another port",
    errno.EACCES: "a port below 1024 is for root: let systemd/sekisho.socket open it, or write a higher one",
}


@dataclass(frozen=True, slots=True)
class Sockets:
    """What the parent listens on."""

    smtp: tuple[socket.socket, ...]
    web: socket.socket | None
    staff: socket.socket | None
    metrics: socket.socket | None

    def close(self) -> None:
        """Stop listening, as far as this process goes."""
        for one in (*self.smtp, self.web, self.staff, self.metrics):
            if one is not None:
                one.close()

    def keep(self, *, metrics: bool) -> "Sockets":
        """Those of a worker, or of the process for the metrics; the others are closed here: who does not serve must not listen."""
        mine, others = replace(self, metrics=None), Sockets((), None, None, self.metrics)
        if metrics:
            mine, others = others, mine
        others.close()
        return mine


def open_all(settings: Settings) -> Sockets:
    """Take what systemd hands over by name (smtp, web, staff, metrics) and open the rest. Raises OSError that names key and address."""
    given = dict[str, list[socket.socket]]()
    for name, one in handed_over():
        given.setdefault(name, []).append(one)
    staff = settings.web.staff.listen
    return Sockets(
        smtp=tuple(given.get("smtp", ())) or tuple(_listen("smtp", a) for a in settings.smtp.listen),
        web=_one(given, "web", settings.web.listen),
        staff=_one(given, "web.staff", staff) if staff else None,
        metrics=_one(given, "metrics", settings.metrics.listen),
    )


def addresses(settings: Settings) -> dict[str, object]:
    """What a socket belongs to, by its key in the settings; who comes in by which one says what is thought of him."""
    return {
        "smtp.listen": settings.smtp.listen,
        "web.listen": settings.web.listen,
        "web.staff.listen": settings.web.staff.listen,
        "metrics.listen": settings.metrics.listen,
    }


def listen(address: str) -> socket.socket:
    """A listening socket on `host:port` or `[v6]:port`."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((host, int(port)))
    except OSError as error:
        one.close()
        raise OSError(error.errno, f"{address}: cannot listen: {error.strerror}") from error
    one.listen(BACKLOG)
    one.setblocking(False)
    return one


def listen_near(port: int) -> socket.socket:
    """A listening socket on loopback: on that port, or where it is taken on one that the system chooses."""
    try:
        return listen(f"127.0.0.1:{port}")
    except OSError:
        return listen("127.0.0.1:0")


def _one(given: dict[str, list[socket.socket]], table: str, address: str) -> socket.socket | None:
    if handed := given.get(table.rpartition(".")[2]):
        return handed[0]
    return _listen(table, address) if address else None


def _listen(table: str, address: str) -> socket.socket:
    """The same as `listen`; its error begins with the key and says what to do."""
    try:
        return listen(address)
    except OSError as error:
        do = _ADVICE.get(error.errno or 0, "name an address of this machine")
        raise OSError(error.errno, f"{table}.listen: {error.strerror}; {do}") from error
