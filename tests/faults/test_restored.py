"""A store restored from a backup starts frozen: nothing is delivered or asked a second time before an operator has looked at it."""

import shutil
import sqlite3
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.faults.conftest import StartProgram
from tests.flows.world import KNOWN, SENDER, TYPO, mail
from tests.helpers.internet import Internet
from tests.helpers.postfix import wait_for
from tests.helpers.postgres import Cluster
from tests.helpers.program import Program

Restore = Callable[[], None]
ADMIN = "admin@tachibana.example"


def database_of(program: Program) -> Path:
    return program.config.parent / "var" / "sekisho.db"


def of_the_file(program: Program) -> Restore:
    """What operate.md says for SQLite; the folder stays as it is."""
    backup = program.config.parent / "backup.db"
    with closing(sqlite3.connect(database_of(program))) as live, closing(sqlite3.connect(backup)) as kept:
        live.backup(kept)

    def restore() -> None:
        for path in database_of(program).parent.glob("sekisho.db*"):
            path.unlink()
        shutil.copy(backup, database_of(program))

    return restore


def of_the_folder(program: Program) -> Restore:
    """Database and folder out of one backup, as `cp -a` makes it."""
    restore_file = of_the_file(program)
    var, backup = program.config.parent / "var", program.config.parent / "backup"
    shutil.copytree(var, backup)

    def restore() -> None:
        shutil.rmtree(var)
        shutil.copytree(backup, var)
        restore_file()

    return restore


def delivered_after(program: Program, internet: Internet, backup: Callable[[], Restore]) -> str:
    """A message is released, a backup is made, the message is delivered, the backup is put back; its number."""
    program.start()
    number = program.send(mail(TYPO), TYPO).rpartition(" ")[2]
    wait_for(lambda: internet.link_for(SENDER))
    program.stop()
    program.command("release", number, "--reason", "test")
    restore = backup()
    program.start()
    wait_for(lambda: internet.mails_for(TYPO))
    program.stop()
    told = len(internet.kept)
    restore()
    program.start()
    assert program.send(mail(number="2"), KNOWN).startswith("250 ")
    with urllib.request.urlopen(f"http://127.0.0.1:{program.metrics}/readyz", timeout=10) as answer:
        assert b"frozen" in answer.read()
    assert len(internet.mails_for(TYPO)) == 1
    assert len([to for _, to, _ in internet.kept[told:] if to not in {(KNOWN,), (ADMIN,)}]) == 0
    return number


def test_of_sqlite_everyone_says_so_until_it_is_resumed(make_program: StartProgram, internet: Internet) -> None:
    program = make_program(knows=True)
    delivered_after(program, internet, lambda: of_the_file(program))
    wait_for(lambda: internet.mails_for(ADMIN))
    assert program.logged("store frozen") == 1
    assert "sekisho queue resume" in program.command("ready")
    assert "sekisho queue resume" in program.command("check", status=1)
    assert program.command("queue").startswith("Frozen (restored)")
    assert "sekisho_store_frozen 1.0" in program.metric_lines()
    program.command("queue", "resume", "--reason", "looked at it")
    wait_for(lambda: len(internet.mails_for(TYPO)) == 2)  # the operator said so
    assert program.command("ready") == "Ready.\n"


def test_with_its_folder_out_of_the_same_backup(make_program: StartProgram, internet: Internet) -> None:
    program = make_program(knows=True)
    delivered_after(program, internet, lambda: of_the_folder(program))


def test_of_postgresql(make_program: StartProgram, internet: Internet, cluster: Cluster) -> None:
    live = cluster.create()
    program = make_program(knows=True, url=cluster.url(live))

    def backup() -> Restore:
        kept = cluster.create(live)

        def restore() -> None:
            cluster.drop(live)
            cluster.create(kept, live)

        return restore

    number = delivered_after(program, internet, backup)
    program.command("cancel", number)
    told = len(internet.mails_for(SENDER))
    program.command("queue", "resume")
    wait_for(lambda: len(internet.mails_for(SENDER)) > told)  # what waited in the backup
    assert "stopped" in program.command("show", number)
    assert len(internet.mails_for(TYPO)) == 1
