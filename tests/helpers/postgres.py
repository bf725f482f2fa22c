"""A real PostgreSQL of our own: a folder and a socket of a temporary folder, nothing on the network."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from tests.helpers.memory_disk import place

_USERS = ("postgres", "nobody")
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "16MB",
    "max_wal_size": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "logging_collector": "off",
    "log_min_messages": "fatal",
    # A disk is not what fails here: what was written outlives the server, however it ends.
    "fsync": "off",
    "full_page_writes": "off",
}
REPLICATING = {"wal_level": "replica", "max_wal_senders": "4"}
"""Settings of a server that may have standbys."""


def find_binaries() -> Path | None:
    """The folder of initdb and postgres, the newest of Debian's first; None where there is none."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]), reverse=True)
    found = installed[0] if installed else shutil.which("postgres")
    return Path(found).parent if found else None


def _as_user() -> tuple[list[str], str]:
    """How to run a program as somebody who is not root (PostgreSQL refuses to run as root), and who that is."""
    if os.geteuid() != 0:
        return [], pwd.getpwuid(os.geteuid()).pw_name
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in _USERS if name in known)
    # setpriv becomes the program itself, so that signals reach it.
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"], user


class Cluster:
    """One server; `start` and `stop` may be called again."""

    def __init__(self, binaries: Path, below: Path | None = None, of: "Cluster | None" = None) -> None:
        """`of`: a standby of that one, which runs with `REPLICATING`; it follows it until it is promoted."""
        self._binaries = binaries
        self._prefix, self._user = _as_user()
        self._folder = Path(tempfile.mkdtemp(prefix="sekisho-pg-", dir=below or place()))
        self._server: subprocess.Popen[bytes] | None = None
        self._number = 0
        if os.geteuid() == 0:
            shutil.chown(self._folder, self._user)
        initdb = "initdb -D data -U sekisho -A trust -E UTF8 --locale=C -N"
        copy = f"pg_basebackup -D data -U sekisho -h {of.folder} -R -c fast -X stream" if of else ""
        program, *words = (copy or initdb).split()
        make = [*self._prefix, str(binaries / program), *words]
        subprocess.run(make, cwd=self._folder, check=True, capture_output=True)

    @property
    def folder(self) -> Path:
        """Where its socket is."""
        return self._folder

    @property
    def pid(self) -> int:
        """The server's process; 0 where it does not run."""
        return self._server.pid if self._server else 0

    def url(self, name: str) -> str:
        """The URL of a database."""
        return f"postgresql://sekisho@/{name}?host={self._folder}"

    def start(self, **settings: str) -> None:
        """Start the server and wait until it answers."""
        options = [f"-c{name}={value}" for name, value in (_SETTINGS | settings).items()]
        command = [*self._prefix, str(self._binaries / "postgres"), "-D", "data", f"-k{self._folder}", *options]
        self._server = subprocess.Popen(command, cwd=self._folder, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ready = [str(self._binaries / "pg_isready"), "-q", "-h", str(self._folder), "-U", "sekisho", "-d", "postgres"]
        while subprocess.run(ready, check=False).returncode:
            if self._server.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended with {self._server.returncode}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: by default fast, with SIGQUIT as in a power failure."""
        if self._server:
            self._server.send_signal(how)
            self._server.wait(30)
            self._server = None

    def promote(self) -> None:
        """Let a standby take writes."""
        self._run(sql.SQL("SELECT pg_promote()"))

    def waits_for_standbys(self) -> None:
        """From here on a commit is answered when a standby has it, too."""
        self._run(sql.SQL("ALTER SYSTEM SET synchronous_standby_names = '*'"))
        self._run(sql.SQL("SELECT pg_reload_conf()"))

    def remove(self) -> None:
        """Stop it and remove its folder."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def create(self, template: str = "template1", name: str = "") -> str:
        """A new database, a copy of the template; its name."""
        self._number += 1
        name = name or f"t{self._number}"
        # Without fsync the checkpoint costs nothing, and files are copied faster than pages are logged.
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)
