"""A private Postfix on loopback: its own folder and ports; nothing of the machine's instance is touched."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
myhostname = mail.tachibana.example
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{internet}
smtp_host_lookup = native
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtp_tls_security_level = none
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
transport_retry_time = 1s
transport_maps = inline:{{{report}=smtp:[127.0.0.1]:{relay}}}
smtp_data_done_timeout = 600s
smtpd_proxy_timeout = 600s
"""

# in front, after the queue; in front, before the queue; behind us
MASTER = """
127.0.0.1:{filtered} inet n - n - 20 smtpd
  -o content_filter=sekisho:[127.0.0.1]:{relay}
127.0.0.1:{proxied} inet n - n - 20 smtpd
  -o smtpd_proxy_filter=127.0.0.1:{relay}
127.0.0.1:{behind} inet n - n - 20 smtpd
  -o content_filter=
sekisho unix - - n - 10 smtp
  -o smtp_send_xforward_command=yes
  -o disable_dns_lookups=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 2 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def reason_to_skip() -> str:
    """Why Postfix cannot be started here; "" when it can."""
    if not shutil.which("postfix"):
        return "no Postfix: install Debian's package postfix"
    return "" if os.geteuid() == 0 else "Postfix starts only as root"


class Postfix:
    """One instance. `filtered` and `proxied` are its ports in front of us, `behind` is our next hop."""

    def __init__(self, folder: Path, **ports: int | str) -> None:
        self.folder = folder
        self._etc = folder / "etc"
        for name in ("etc", "spool", "data"):
            (folder / name).mkdir(parents=True)
        for above in (folder, *folder.parents):  # pytest's own folders are closed; Postfix runs as its own user
            if above.stat().st_uid == os.geteuid() and above != Path("/"):
                above.chmod(above.stat().st_mode | 0o055)
        shutil.chown(folder / "data", "postfix")
        for name in ("postfix-files", "postfix-files.d"):
            source = Path("/etc/postfix") / name
            if source.is_dir():
                shutil.copytree(source, self._etc / name)
            elif source.exists():
                shutil.copy(source, self._etc / name)
        (self._etc / "dynamicmaps.cf").touch()
        (self._etc / "main.cf").write_text(MAIN.format(folder=folder, **ports))
        (self._etc / "master.cf").write_text(MASTER.format(**ports))

    def start(self) -> None:
        subprocess.run(["postfix", "-c", self._etc, "set-permissions"], capture_output=True, check=False)
        subprocess.run(["postfix", "-c", self._etc, "start"], capture_output=True, check=True)

    def stop(self) -> None:
        subprocess.run(["postfix", "-c", self._etc, "stop"], capture_output=True, check=False)

    def log(self) -> str:
        return (self.folder / "maillog").read_text() if (self.folder / "maillog").exists() else ""

    def queue(self) -> str:
        return subprocess.run(["postqueue", "-c", self._etc, "-p"], capture_output=True, check=False, text=True).stdout


def wait_for(look: Callable[[], T], seconds: float = 20) -> T:
    """What a look finds, polled: another program must get there; fails after some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")
