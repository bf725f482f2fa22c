"""A full disk: what must be kept is answered 452, everything else goes on; with room again all is as before."""

import json
from pathlib import Path

from tests.faults.conftest import StartProgram
from tests.flows.world import KNOWN, TYPO, mail
from tests.helpers.disk import SmallDisk
from tests.helpers.internet import Internet
from tests.helpers.postfix import wait_for

LARGE = "長い文章です。" * 30_000


def test_only_what_cannot_be_kept_is_answered_452_and_with_room_again_all_goes_on(
    make_program: StartProgram, internet: Internet, tmp_path: Path
) -> None:
    var = tmp_path / "program" / "var"
    with SmallDisk(var, 8 * 2**20) as disk:
        program = make_program(within=disk.enter, workers="1", smtp_extra=f'spool_directory = "{var}"\n')
        program.command("migrate")
        program.command("contacts", "import", str(contacts(tmp_path)))
        program.start()
        before = program.workers()
        disk.fill()
        assert program.send(mail(number="1"), KNOWN).startswith("250 ")
        assert program.send(mail(TYPO, number="2"), TYPO) == "452 4.3.1 Insufficient system storage"
        assert program.send(mail(text=LARGE, number="3"), KNOWN) == "452 4.3.1 Insufficient system storage"
        disk.free()
        assert program.send(mail(text=LARGE, number="3"), KNOWN).startswith("250 ")
        assert "held as" in program.send(mail(TYPO, number="2"), TYPO)
        wait_for(lambda: internet.link_for("ono@tachibana.example"))
        assert program.workers() == before
        assert len(internet.mails_for(KNOWN)) == 2
        # The line of what passed while there was no room was written afterwards.
        by = ("--by", "ono@tachibana.example", "--note", "誤送信", "--json")
        ticket = json.loads(program.command("report", "<1@tachibana.example>", *by))
        assert [one["address"] for one in ticket["recipients"]] == [KNOWN]


def contacts(folder: Path) -> Path:
    path = folder / "contacts.csv"
    path.write_text(f"address,name,count,last_sent\n{KNOWN},,41,2026-11-01\n")
    return path
