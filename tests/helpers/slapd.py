"""A real directory of our own (OpenLDAP's slapd): a folder and a socket, nothing of the machine's instance."""

import signal
import socket
import subprocess
import time
from pathlib import Path

CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
sizelimit size.soft=50 size.hard=50 size.pr=500 size.prtotal=unlimited
database mdb
suffix "dc=customer,dc=example"
rootdn "cn=admin,dc=customer,dc=example"
rootpw secret
directory {folder}/data
access to * by users read by anonymous auth
"""


def reason_to_skip() -> str:
    """Why slapd cannot be started here; "" when it can."""
    return "" if Path("/usr/sbin/slapd").exists() else "no slapd: install Debian's package slapd"


class Directory:
    """One server with some entries; it gives no more than 50 at once, except page by page (500); its own admin has no limits."""

    def __init__(self, folder: Path, tls: str = "") -> None:
        """`tls`: lines of its settings; then it speaks STARTTLS, too."""
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None
        (folder / "data").mkdir(parents=True)
        (folder / "slapd.conf").write_text(tls + CONFIG.format(folder=folder))

    def load(self, ldif: str) -> None:
        subprocess.run(
            ["/usr/sbin/slapadd", "-f", self._folder / "slapd.conf"],
            input=ldif.encode(),
            check=True,
            capture_output=True,
        )

    def start(self, port: int, tls_port: int = 0) -> str:
        """Start it on 127.0.0.1 (and .2), and wait until it answers; its URL. `tls_port`: for ldaps, where it has a certificate."""
        url = f"ldap://127.0.0.1:{port}"
        hosts = ("127.0.0.1", "127.0.0.2") if tls_port else ()
        urls = " ".join(
            [url, *(f"ldaps://{host}:{tls_port}" for host in hosts), *(f"ldap://{h}:{port}" for h in hosts[1:])]
        )
        command = ["/usr/sbin/slapd", "-d", "0", "-f", str(self._folder / "slapd.conf"), "-h", urls]
        self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return url
            time.sleep(0.05)
        raise AssertionError("slapd does not answer")

    def stop(self) -> None:
        if self._server:
            self._server.send_signal(signal.SIGTERM)
            self._server.wait(20)
