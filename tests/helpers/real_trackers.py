"""Two trackers for real, on loopback and in folders of their own: Roundup (PyPI) and Request Tracker 5 (Debian)."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.helpers.ports import free_port

ROUNDUP_PASSWORD = "adminpw"
RT_PASSWORD = "gwpass12345"
_LIMIT = 60.0
_RT_SETUP = Path("/usr/sbin/rt-setup-database-5")
_RT_SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")


def reason_without_rt() -> str:
    """Why Request Tracker cannot be started here; "" when it can."""
    if not (_RT_SETUP.exists() and _RT_SERVER.exists()):
        return "no Request Tracker: install Debian's request-tracker5, rt5-db-sqlite and rt5-standalone"
    return "" if _root() is not None else "Request Tracker needs root, or sudo that asks nothing"


def _root() -> list[str] | None:
    """What a command begins with that only root may run."""
    if os.geteuid() == 0:
        return []
    asked = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True)
    return ["sudo", "-n", "-E"] if asked and asked.returncode == 0 else None


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until it answers anything."""
    until = time.monotonic() + _LIMIT
    while time.monotonic() < until:
        assert process.poll() is None, "the tracker ended while it started"
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return  # it asks who we are
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


class RealRoundup:
    """A classic tracker with a few more properties of its issues; user admin."""

    def __init__(self, folder: Path) -> None:
        self._home = folder / "tracker"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/leak"
        admin = [str(Path(sys.executable).parent / "roundup-admin"), "-i", str(self._home)]
        subprocess.run(
            [*admin, "install", "classic", "sqlite", "admin_email=leak@desk.example"], check=True, capture_output=True
        )
        settings = self._home / "config.ini"
        given = {
            "tracker": {"web": f"{self.url}/"},
            "web": {"enable_rest": "yes"},
            "mail": {"host": "127.0.0.1", "domain": "desk.example", "debug": f"{folder}/mail.out"},
        }
        settings.write_text(_set(settings.read_text("utf-8"), given), "utf-8")
        schema = self._home / "schema.py"
        new = 'assignedto=Link("user"), sekisho_case=String(), sekisho_state=String(), due=Date(), persons=Number(),'
        schema.write_text(schema.read_text("utf-8").replace('assignedto=Link("user"),', new, 1), "utf-8")
        (self._home / "db").mkdir(exist_ok=True)
        subprocess.run([*admin, "initialise", ROUNDUP_PASSWORD], check=True, capture_output=True)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        # Its own server refuses to be root, and tests are; its WSGI handler is the same tracker.
        program = (
            "import sys; from wsgiref.simple_server import make_server, WSGIRequestHandler;"
            "from roundup.cgi.wsgi_handler import RequestDispatcher;"
            "WSGIRequestHandler.log_message = lambda *_: None;"
            "app = RequestDispatcher(sys.argv[1]);"
            "strip = lambda e, s: app(dict(e, SCRIPT_NAME='/leak', PATH_INFO=e['PATH_INFO'].removeprefix('/leak')), s);"
            "make_server('127.0.0.1', int(sys.argv[2]), strip).serve_forever()"
        )
        command = [sys.executable, "-W", "ignore", "-c", program, str(self._home), str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait(f"{self.url}/rest/", self._process)

    def stop(self) -> None:
        assert self._process
        self._process.kill()
        self._process.wait()

    def changes(self, reference: str) -> int:
        """How often an issue was written, by its own journal."""
        with contextlib.closing(sqlite3.connect(self._home / "db" / "db")) as db:
            return int(db.execute("SELECT count(*) FROM issue__journal WHERE nodeid = ?", (reference,)).fetchone()[0])

    def titles(self, number: str) -> list[str]:
        """Of all issues with our number."""
        with contextlib.closing(sqlite3.connect(self._home / "db" / "db")) as db:
            return [title for (title,) in db.execute("SELECT _title FROM _issue WHERE _sekisho_case = ?", (number,))]


def _set(text: str, given: dict[str, dict[str, str]]) -> str:
    """The settings with these lines in their sections, where they stand or are commented out."""
    lines, section = [], ""
    for line in text.splitlines():
        section = line.strip("[]") if line.startswith("[") else section
        name = line.lstrip("#").partition(" =")[0]
        mine = given.get(section, {})
        lines.append(f"{name} = {mine[name]}" if name in mine and " =" in line else line)
    return "\n".join(lines) + "\n"


_RT_DATA = """
our @Users = ({ Name => 'gateway', Gecos => 'gateway', RealName => 'Gateway', Password => '%s',
                EmailAddress => 'gateway@desk.example', Privileged => 1 });
our @Queues = ({ Name => 'Leak', Description => 'Leak response' });
our @CustomFields = map { { Name => $_, Type => 'FreeformSingle', Queue => ['Leak'], Disabled => 0 } }
    ('Sekisho Case', 'Sekisho State', 'Persons', 'Secret');
our @ACL = map { { UserId => 'gateway', Right => $_, Queue => 'Leak' } }
    qw(SeeQueue ShowTicket CreateTicket ModifyTicket CommentOnTicket ReplyToTicket);
push @ACL, map { { UserId => 'gateway', CF => $_->[0], LookupType => 'RT::Queue-RT::Ticket', Right => $_->[1] } }
    map { my $cf = $_; map { [$cf, $_] } qw(SeeCustomField ModifyCustomField) } ('Sekisho Case', 'Sekisho State', 'Persons');
push @ACL, { UserId => 'gateway', CF => 'Secret', LookupType => 'RT::Queue-RT::Ticket', Right => 'SeeCustomField' };
1;
"""


class RealRequestTracker:
    """Request Tracker 5 on SQLite; user gateway, queue Leak, and a field (Secret) that the user sees and may not write."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._folder = folder
        settings = folder / "RT_SiteConfig.pm"
        settings.write_text(
            "Set($rtname, 'desk.example'); Set($Organization, 'desk.example'); Set($Timezone, 'UTC');\n"
            f"Set($WebDomain, '127.0.0.1'); Set($WebPort, {self._port}); Set($WebPath, '');\n"
            f"Set($DatabaseType, 'SQLite'); Set($DatabaseName, '{folder}/rtdb');\n"
            "Set($MailCommand, 'testfile'); Set($LogToSyslog, undef); Set($LogToSTDERR, 'error');\n1;\n"
        )
        (folder / "none").mkdir()
        self._environment = {**os.environ, "RT_SITE_CONFIG": str(settings), "RT_SITE_CONFIG_DIR": f"{folder}/none"}
        data = folder / "data.pl"
        data.write_text(_RT_DATA % RT_PASSWORD)
        self._run(str(_RT_SETUP), "--action", "init")
        self._run(str(_RT_SETUP), "--action", "insert", "--skip-create", "--datafile", str(data))
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def _run(self, *command: str) -> None:
        done = subprocess.run([*(_root() or []), *command], env=self._environment, capture_output=True, check=False)
        assert done.returncode == 0, (done.stdout + done.stderr).decode()[-2000:]

    def start(self) -> None:
        server = [str(_RT_SERVER), "--server", "Starlet", "--host", "127.0.0.1", "--port", str(self._port)]
        command = [*(_root() or []), *server, "--max-workers", "2"]
        self._process = subprocess.Popen(
            command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        _wait(f"{self.url}/REST/2.0/rt", self._process)

    def stop(self) -> None:
        """Also its workers."""
        assert self._process
        subprocess.run(
            [*(_root() or []), "kill", "-TERM", "--", f"-{self._process.pid}"], check=False, capture_output=True
        )
        self._process.wait()
