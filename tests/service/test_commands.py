"""Commands over the store: they say what they know, refuse what is wrong, and make nothing that was not asked for."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from notifier.words import when
from service import check_here, contacts_import, contacts_sources
from service.__main__ import app
from service.console import with_store
from service.contacts_rows import Row
from service.settings import load
from store.approvals import Requirement
from store.clock import Clock
from store.contact_counts import Delivered
from store.engine import open_store
from store.holds import Delivery, Hold, State
from store.schema import needed
from store.shelves import Shelves
from store.tickets import State as TicketState
from tests.helpers.clock import START
from tests.helpers.samples import RIGHT, WRONG, hold, line, recipient

SETTINGS = """
[organisation]
name = "橘建築設計事務所"
domains = ["tachibana.example"]
language = "en"
[store]
url = "sqlite:///var/sekisho.db"
directory = "var"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/sekisho.toml").write_text(SETTINGS)
    return tmp_path


def sekisho(folder: Path, *arguments: str) -> Result:
    """A command, called in that folder; it may refuse, but never break."""
    with contextlib.chdir(folder):
        result = CliRunner().invoke(app, list(arguments))
    assert not isinstance(result.exception, Exception), result.exception
    return result


@pytest.mark.parametrize("words", ["queue", "show K7Q2-9MXD", "ticket list", "contacts list", "retry K7Q2-9MXD"])
def test_a_command_makes_no_store_where_there_is_none(folder: Path, words: str) -> None:
    found = sekisho(folder, *words.split())
    assert (found.exit_code, found.stderr) == (3, "no database yet: sekisho migrate, with the same settings\n")
    assert not (folder / "config/var").exists()
    assert sekisho(folder, "migrate").exit_code == 0
    assert "no database yet" not in sekisho(folder, *words.split()).stderr


def test_settings_that_are_not_there_are_named_without_a_line(tmp_path: Path) -> None:
    found = sekisho(tmp_path, "queue")
    says = "cannot be read: No such file or directory; run `sekisho init`, or name one with --config FILE"
    assert (found.exit_code, found.stderr) == (2, f"config/sekisho.toml: {says}\n")


@pytest.fixture
def migrated(folder: Path) -> Path:
    assert sekisho(folder, "migrate").exit_code == 0
    return folder


@pytest.mark.parametrize(
    ("locale", "first", "again"),
    [
        ("ja_JP.UTF-8", "書き込んだもの:", "すべてすでにあります"),
        ("C.UTF-8", "Written:", "Everything is there already"),
    ],
)
def test_init_speaks_as_the_terminal_and_writes_the_language_it_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str, first: str, again: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    said = sekisho(tmp_path, "init", "--lang", "en").stdout
    assert said.startswith(f"{first}\n  config/sekisho.toml\n")
    assert said.count("config/content.key") == 2, "written, and to be copied"
    assert load(tmp_path / "config/sekisho.toml").organisation.language == "en"
    assert sekisho(tmp_path, "init", "--lang", "ja").stdout.startswith(again)
    assert load(tmp_path / "config/sekisho.toml").organisation.language == "en"


@pytest.mark.parametrize(
    ("locale", "made", "same"),
    [
        ("C.UTF-8", "The store is made (schema {}).\n", "Nothing to do (schema {}).\n"),
        ("ja_JP.UTF-8", "データベースを作成しました（スキーマ {}）。\n", "変更はありません（スキーマ {}）。\n"),
    ],
)
def test_migrate_says_what_it_did(
    folder: Path, monkeypatch: pytest.MonkeyPatch, locale: str, made: str, same: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert sekisho(folder, "migrate").stdout == made.format(needed())
    assert sekisho(folder, "migrate").stdout == same.format(needed())


def test_a_store_in_a_folder_that_is_not_there_is_named_with_what_to_do(folder: Path) -> None:
    file = folder / "config/sekisho.toml"
    where = folder / "config/nodir"
    file.write_text(SETTINGS.replace("///var/sekisho.db", "///nodir/sekisho.db"))
    remedy = "make it and give it to the user Sekisho runs as"
    found = sekisho(folder, "migrate")
    assert (found.exit_code, found.stderr) == (3, f"store.url: {where}: no such folder; {remedy}\n")
    assert (
        f"error: config/sekisho.toml:7: store.url: {where}: no such folder; {remedy}\n"
        in sekisho(folder, "check").stdout
    )
    assert not where.exists()


def test_migrate_makes_the_folder_of_the_store_but_not_those_above_it(folder: Path) -> None:
    (folder / "config/sekisho.toml").write_text(SETTINGS.replace("var", "no/var"))
    found = sekisho(folder, "migrate")
    says = "No such file or directory; make the folder and give it to the user Sekisho runs as"
    assert (found.exit_code, found.stderr) == (3, f"store.directory: {folder}/config/no/var: {says}\n")
    assert f"store.directory: {folder}/config/no/var: {says}\n" in sekisho(folder, "check").stdout
    (folder / "config/no").mkdir()
    assert sekisho(folder, "migrate").exit_code == 0
    assert (folder / "config/no/var").stat().st_mode & 0o007 == 0


def test_the_number_of_a_line_is_never_a_picture(folder: Path) -> None:
    """`:100:` is 💯 to a terminal that draws emoji."""
    file = folder / "config/sekisho.toml"
    text = file.read_text()
    above = text[: text.index("[store]")]
    file.write_text(above + "\n" * (99 - above.count("\n")) + text[len(above) :].replace("var", "nodir"))
    assert "config/sekisho.toml:100: store" in sekisho(folder, "check").stdout


def test_a_file_that_is_no_database_is_named_and_nobody_speaks_of_a_server(folder: Path) -> None:
    file = folder / "config/var/sekisho.db"
    file.parent.mkdir()
    file.write_text("address,name\n" * 99)
    found = sekisho(folder, "migrate")
    assert (found.exit_code, found.stderr) == (3, f"store: {file} is not an SQLite database\n")
    said = sekisho(folder, "check").stdout
    assert f"error: config/sekisho.toml:7: store.url: {file} is not an SQLite database; look at the file" in said
    assert "server" not in "".join(line for line in said.splitlines() if "store.url" in line)


def test_a_report_of_an_unknown_number_opens_a_ticket_and_says_that_it_was_not_found(migrated: Path) -> None:
    found = sekisho(migrated, "report", "K7Q2-9MXD", "--by", "ono@tachibana.example", "--note", "wrong address")
    assert (found.exit_code, found.stderr.partition(":")[0]) == (0, "K7Q2-9MXD")
    assert "NO SUCH MESSAGE" in found.stderr
    assert "reported by ono@tachibana.example" in found.stdout
    assert "wrong address" in found.stdout


def test_a_step_wants_an_address_and_a_reason(migrated: Path) -> None:
    assert sekisho(migrated, "ticket", "step", "K7Q2-9MXD", "1.1", "--by", "sato").exit_code == 2
    unexplained = sekisho(
        migrated, "ticket", "step", "K7Q2-9MXD", "1.1", "--by", "sato@tachibana.example", "--not-needed"
    )
    assert (unexplained.exit_code, unexplained.stderr) == (2, "say why it is not needed: --note\n")


def test_trying_an_unknown_message_again_says_that_there_is_none(migrated: Path) -> None:
    found = sekisho(migrated, "retry", "K7Q2-9MXD")
    assert (found.exit_code, found.stderr) == (1, "K7Q2-9MXD: no such message\n")


def test_what_the_organisation_lacks_is_said_in_the_language_of_check(folder: Path) -> None:
    file = folder / "config/sekisho.toml"
    file.write_text(SETTINGS.replace('language = "en"', 'language = "ja"'))
    said = [problem.what for problem in check_here.organisation(load(file))]
    assert said == ["nobody is a leader", "nobody is a deputy", "nobody is a privacy officer"]


def keep(folder: Path, *held: Hold) -> None:
    """Let the store of that folder have held them."""

    async def put() -> None:
        store = open_store(load(folder / "config/sekisho.toml").store, Clock())
        await store.start()
        for one in held:
            await store.commit(partial(_put, one))
        await store.stop()

    asyncio.run(put())


def within(folder: Path, unit: Callable[[Shelves], None]) -> None:
    """Do something in the store of that folder."""

    async def put() -> None:
        store = open_store(load(folder / "config/sekisho.toml").store, Clock())
        await store.start()
        await store.commit(unit)
        await store.stop()

    asyncio.run(put())


def _put(one: Hold, shelves: Shelves) -> None:
    shelves.holds.add(one, b"sealed")
    shelves.journal.add(line(*(r.address for r in one.recipients), hold_id=one.id, message_id=one.message_id))


def released(number: str, *, hours: int, first: Delivery = Delivery.DELIVERED) -> Hold:
    """A released message: one recipient is through, the next hop puts the other off."""
    at = START + timedelta(hours=hours)
    waiting = recipient(
        1, RIGHT, Delivery.WAITING, reply="451 4.2.1 later\nplease", changed_at=at, next_try=at + timedelta(minutes=1)
    )
    return hold(id=number, state=State.RELEASED, received_at=at, recipients=(recipient(0, WRONG, first), waiting))


def test_the_queue_stands_oldest_first_with_what_is_held_and_what_waits_and_why(migrated: Path) -> None:
    ended = hold(id="2222AAAA", state=State.CANCELLED)
    keep(migrated, released("3333AAAA", hours=3), hold(id="1111AAAA", received_at=START), ended)
    first, second, waits = sekisho(migrated, "queue").stdout.splitlines()
    assert first.startswith("1111-AAAA  held")
    assert second.startswith("3333-AAAA  released")
    assert f"{WRONG} (delivered), {RIGHT} (waiting)" in second
    assert (
        waits
        == f"  {RIGHT} waits since Wed 1 Apr, 12:30 (JST), next try Wed 1 Apr, 12:31 (JST): 451 4.2.1 later please"
    )


def test_the_queue_for_a_program_lists_who_is_underway_and_show_lists_everybody(migrated: Path) -> None:
    keep(migrated, released("3333AAAA", hours=3))
    (only,) = sekisho(migrated, "queue", "--json").stdout.splitlines()
    assert [(r["address"], r["state"]) for r in json.loads(only)["recipients"]] == [(RIGHT, "waiting")]
    shown = json.loads(sekisho(migrated, "show", "3333-AAAA", "--json").stdout)
    assert [r["address"] for r in shown["recipients"]] == [WRONG, RIGHT]
    assert (shown["queue_name"], shown["queue_id"]) == ("deferred", "3333-AAAA"), (
        "the number, as `sekisho show` takes it"
    )


def test_the_queue_says_who_was_asked_to_approve_and_what_they_said(migrated: Path) -> None:
    kept = hold(id="3333CCCC", group_id="3333CCCC")
    keep(migrated, kept)
    boss, mori = "natori@tachibana.example", "mori@tachibana.example"

    def unit(shelves: Shelves) -> None:
        people = (Requirement(("recipient-typo",), ("superior",), 2, (boss, mori)),)
        of = shelves.approvals.begin(kept.group_id, "ono@tachibana.example", "urgent", {}, "", people)
        shelves.approvals.say(of, boss, "approved", "called them")

    within(migrated, unit)
    (line_,) = sekisho(migrated, "queue", "--json").stdout.splitlines()
    said = {one["person"]: one["said"] for one in json.loads(line_)["approvals"]}
    assert said == {boss: "approved", mori: "nothing"}
    text = sekisho(migrated, "queue").stdout
    assert "approval asked by ono@tachibana.example" in text
    assert f"{mori} has not answered" in text
    assert ": called them" in text
    assert "approval asked by ono@tachibana.example" in sekisho(migrated, "show", "3333-CCCC").stdout


def test_show_says_when_it_came_what_it_is_about_and_why_it_waits(migrated: Path) -> None:
    keep(migrated, released("3333AAAA", hours=3))
    said = sekisho(migrated, "show", "3333AAAA").stdout
    assert "  arrived Wed 1 Apr, 12:30 (JST): 顧客一覧を送ります\n" in said
    assert f"  {RIGHT} waits since" in said


def test_a_report_of_a_message_that_is_here_says_which_wrong_recipient_is_not_one_of_it(migrated: Path) -> None:
    keep(migrated, hold(id="1111AAAA"))
    by = ("--by", "ono@tachibana.example", "--note", "x", "--wrong", "somebody@else.example", "--wrong", WRONG)
    assert sekisho(migrated, "report", "1111-AAAA", *by).stderr == (
        "--wrong somebody@else.example: no recipient of this message\n"
    )
    again = sekisho(migrated, "report", "1111-AAAA", "--by", "ono@tachibana.example", "--note", "x")
    assert again.stderr.startswith("The report joined ticket ")


def test_a_ticket_shows_what_is_known_and_no_marks_for_what_is_not(migrated: Path) -> None:
    keep(migrated, hold(id="1111AAAA"))
    said = sekisho(migrated, "report", "1111-AAAA", "--by", "ono@tachibana.example").stdout.splitlines()
    (reported,) = (line for line in said if "reported by" in line)
    assert reported.endswith("(JST)")
    stopped = [line for line in said if "stopped" in line]
    assert stopped
    assert not any(" ;" in line or line.endswith(" ") for line in stopped)


def test_a_step_is_finished_by_name(migrated: Path) -> None:
    ticket = json.loads(sekisho(migrated, "report", "K7Q2-9MXD", "--by", "ono@tachibana.example", "--json").stdout)
    done = sekisho(migrated, "ticket", "step", ticket["id"], "1.1", "--by", "sato@tachibana.example")
    assert (done.exit_code, done.stdout) == (0, f"{ticket['id']} 1.1: done.\n")


def test_the_gate_says_in_a_sentence_what_it_does_now_and_prints_no_log(migrated: Path) -> None:
    assert sekisho(migrated, "gate").stdout == "everyone: observe: mail is judged and written down; nothing is held\n"
    moved = sekisho(migrated, "gate", "open", "--for", "2h", "--reason", "the database is down")
    assert moved.stdout.startswith("everyone: open: everything passes without a question, until ")
    assert moved.stdout.endswith(": the database is down\n")
    assert moved.stderr == ""
    assert json.loads(sekisho(migrated, "gate", "--json").stdout)["position"] == "open"


def test_a_file_of_contacts_with_another_separator_imports_nothing_also_when_bad_lines_are_skipped(
    migrated: Path,
) -> None:
    (migrated / "a.csv").write_text("address;name\ntanaka@customer.example;Tanaka\n")
    found = sekisho(migrated, "contacts", "import", "a.csv", "--skip-bad")
    assert found.exit_code == 2
    assert found.stderr.startswith("a.csv:1: columns are separated by semicolons")
    assert "nothing imported" in found.stderr
    assert sekisho(migrated, "contacts", "list").stdout == "No contacts.\n"


@pytest.mark.parametrize("words", ["--help", "queue --help", "contacts --help", "contacts import --help", "run --help"])
def test_help_says_of_a_flag_no_value(folder: Path, words: str) -> None:
    assert "bool" not in sekisho(folder, *words.split()).stdout


def test_the_version_is_said(folder: Path) -> None:
    assert sekisho(folder, "--version").stdout.startswith("sekisho ")


def imported(folder: Path, *arguments: str) -> Result:
    return sekisho(folder, "contacts", "import", *arguments)


def rows_of(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in sekisho(folder, "contacts", *arguments, "--json").stdout.splitlines()]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", f"address,name\n{RIGHT},Tanaka\n"),
        ("a.vcf", f"BEGIN:VCARD\nFN:Tanaka\nEMAIL:{RIGHT}\nEND:VCARD\n"),
        ("a.ldif", f"dn: cn=Tanaka\ncn: Tanaka\nmail: {RIGHT}\n"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "vcard", "ldif"])
def test_contacts_come_in_any_format_and_go_out_in_any(migrated: Path, name: str, text: str, form: str) -> None:
    (migrated / name).write_text(text)
    found = imported(migrated, name, "--json")
    assert json.loads(found.stdout) == {"imported": 1, "bad_lines": 0, "committed_before": 0, "wrong": 0}
    out = sekisho(migrated, "contacts", "export", "--format", form).stdout
    assert RIGHT in out
    assert "Tanaka" in out
    (migrated / "again").write_text(out)
    assert imported(migrated, "again").stdout == "Contacts imported: 1; lines left out: 0.\n"
    (row,) = rows_of(migrated, "list")
    assert (row["address"], row["name"], row["vouched"], row["by"]) == (RIGHT, "Tanaka", True, "imported")


def test_a_bad_line_stops_an_import_before_anything_is_kept_unless_it_may_be_skipped(migrated: Path) -> None:
    (migrated / "a.csv").write_text(f"address\n{RIGHT}\nnonsense\n")
    found = imported(migrated, "a.csv")
    assert found.exit_code == 2
    assert found.stderr.startswith("a.csv:3: nonsense: no mail address")
    assert rows_of(migrated, "list") == []
    assert imported(migrated, "a.csv", "--skip-bad").stdout == "Contacts imported: 1; lines left out: 1.\n"


def test_an_import_that_broke_off_goes_on_where_it_was(migrated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacts_import, "BATCH", 2)
    (migrated / "a.csv").write_text("address\n" + "".join(f"person{n}@customer.example\n" for n in range(5)))
    source = contacts_sources.of(str(migrated / "a.csv"))

    class CutError(Exception):
        pass

    def cut(rows: Iterator[Row]) -> Iterator[Row]:
        for n, row in enumerate(rows):
            if n == 3:
                raise CutError
            yield row

    broken = contacts_import.Import(contacts_sources.Source(source.name, lambda: cut(source.rows()), source.digest))
    settings = load(migrated / "config/sekisho.toml")
    with pytest.raises(CutError):
        with_store(settings, lambda store: broken.run(store, None))
    assert len(rows_of(migrated, "list")) == 2
    said = imported(migrated, "a.csv").stdout
    assert said == "Contacts imported: 5 (the first 2 by an import that broke off); lines left out: 0.\n"
    assert len(rows_of(migrated, "list")) == 5
    assert imported(migrated, "a.csv").stdout == "Contacts imported: 5; lines left out: 0.\n"


def test_a_list_that_shows_only_the_first_contacts_says_so(migrated: Path) -> None:
    (migrated / "a.csv").write_text("address\n" + "".join(f"user{n}@other.example\n" for n in range(1001)))
    imported(migrated, "a.csv")
    many = sekisho(migrated, "contacts", "list")
    assert len(many.stdout.splitlines()) == 1000
    assert "only the first 1,000" in many.stderr
    few = sekisho(migrated, "contacts", "list", "user1000@")
    assert (len(few.stdout.splitlines()), few.stderr) == (1, "")


def test_two_addresses_of_one_person_are_merged_and_others_forgotten(migrated: Path) -> None:
    (migrated / "a.csv").write_text(f"address,name,count\n{RIGHT},,3\n{WRONG},,4\nsato@other.example,,1\n")
    imported(migrated, "a.csv")
    (merged,) = rows_of(migrated, "merge", RIGHT, WRONG)
    assert (merged["address"], merged["count"]) == (RIGHT, 7)
    assert sekisho(migrated, "contacts", "merge", RIGHT, "nobody@other.example").exit_code == 1
    refused = sekisho(migrated, "contacts", "merge", "no-address", RIGHT)
    assert (refused.exit_code, rows_of(migrated, "list", RIGHT)[0]["vouched"]) == (2, True)
    assert rows_of(migrated, "forget", "sato@other.example") == [{"forgotten": 1, "forgotten_as_sender": 0}]
    assert sekisho(migrated, "contacts", "forget", "sato@other.example").exit_code == 1
    assert sekisho(migrated, "contacts", "forget").exit_code == 2
    assert sekisho(migrated, "contacts", "forget", RIGHT, "--older-than", "1d").exit_code == 2
    assert rows_of(migrated, "forget", "--older-than", "730d") == [{"forgotten": 0, "forgotten_as_sender": 0}]
    assert "wrong" not in sekisho(migrated, "contacts", "export", "--vouched").stdout
    assert WRONG not in sekisho(migrated, "contacts", "export", "--vouched").stdout
    assert WRONG in sekisho(migrated, "contacts", "export").stdout


def test_a_merge_into_an_address_that_is_no_contact_is_refused_unless_it_is_wanted(migrated: Path) -> None:
    (migrated / "a.csv").write_text(f"address,count\n{RIGHT},4\n")
    imported(migrated, "a.csv")
    swapped = sekisho(migrated, "contacts", "merge", RIGHT, "new@customer.example")
    assert swapped.exit_code == 1
    assert f"sekisho contacts merge new@customer.example {RIGHT}" not in swapped.stderr.split("first: ")[0]
    refused = sekisho(migrated, "contacts", "merge", "new@customer.example", RIGHT)
    assert refused.exit_code == 1
    assert "new@customer.example is no contact" in refused.stderr
    assert "--add" in refused.stderr
    assert [row["address"] for row in rows_of(migrated, "list")] == [RIGHT]
    (merged,) = rows_of(migrated, "merge", "new@customer.example", RIGHT, "--add")
    assert (merged["address"], merged["count"]) == ("new@customer.example", 4)


def test_what_an_audit_says_of_a_merged_address_is_that_it_was_merged(migrated: Path) -> None:
    (migrated / "a.csv").write_text("address,count\nmori@customer.example,9\nabe@other.example,1\n")
    imported(migrated, "a.csv")
    said = sekisho(migrated, "contacts", "merge", "mori@customer.example", "abe@other.example").stdout
    assert "abe@other.example is on record as a wrong address" in said.replace("\n", " ")
    (row,) = rows_of(migrated, "audit")
    assert (row["address"], row["reported"], row["merged"]) == ("abe@other.example", False, True)
    assert "abe@other.example  (merged)" in sekisho(migrated, "contacts", "audit").stdout


def test_an_import_says_who_stays_a_wrong_address_and_how_to_allow_it(migrated: Path) -> None:
    (migrated / "a.csv").write_text(f"address\n{RIGHT}\n{WRONG}\n")
    imported(migrated, "a.csv")
    settings = load(migrated / "config/sekisho.toml")
    with_store(settings, lambda store: store.commit(lambda shelves: shelves.contacts.disown(WRONG)))
    again = imported(migrated, "a.csv")
    assert f"a.csv: {WRONG} stays a wrong address" in again.stderr.replace("\n", " ")
    assert again.stdout == "Contacts imported: 2; of them stay wrong addresses: 1; lines left out: 0.\n"
    assert sekisho(migrated, "contacts", "forget", WRONG).exit_code == 0
    assert json.loads(imported(migrated, "a.csv", "--json").stdout)["wrong"] == 0
    assert [row["by"] for row in rows_of(migrated, "list", WRONG)] == ["imported"]


def test_a_colleague_who_is_forgotten_is_forgotten_as_a_sender_too(migrated: Path) -> None:
    sender, at = "mori@tachibana.example", Clock().now()
    settings = load(migrated / "config/sekisho.toml")
    sent = Delivered(sender, [RIGHT, WRONG], at)
    with_store(settings, lambda store: store.commit(lambda shelves: shelves.contacts.delivered([sent])))
    assert rows_of(migrated, "forget", sender) == [{"forgotten": 0, "forgotten_as_sender": 2}]
    found = with_store(settings, lambda store: store.read(lambda s: s.contacts.look_up(sender, RIGHT).known))
    assert found is not None
    assert (found.count, found.sender_count) == (1, 0)
    assert sekisho(migrated, "contacts", "forget", sender).exit_code == 1


def test_old_mistakes_are_named_with_the_mail_that_went_there(migrated: Path) -> None:
    (migrated / "a.csv").write_text(f"address,count\n{RIGHT},40\nsuzuki@customer.example,9\n")
    imported(migrated, "a.csv")
    at = Clock().now()
    other, reported = "sato@customer.example", "kato@other.example"

    def unit(shelves: Shelves) -> None:
        shelves.journal.add(line(WRONG, at=at), line(RIGHT, at=at), line(reported, at=at, subject="secret?"))
        shelves.contacts.delivered([Delivered("yamada@tachibana.example", [WRONG, other, reported], at)])
        shelves.contacts.disown(reported)

    settings = load(migrated / "config/sekisho.toml")
    with_store(settings, lambda store: store.commit(unit))
    first, second = sorted(rows_of(migrated, "audit"), key=lambda row: bool(row["reported"]))
    assert (first["address"], first["meant"], first["reported"]) == (WRONG, RIGHT, False)
    mail: dict[str, str]
    (mail,) = first["earlier"]
    assert mail["from"] == "yamada@tachibana.example"
    assert mail["subject"] == "御見積書"
    assert (second["address"], second["meant"], second["reported"]) == (reported, "", True)
    said = sekisho(migrated, "contacts", "audit").stdout
    assert f"{WRONG}  instead of {RIGHT}?" in said
    assert "御見積書" in said
    assert when(at, settings.organisation.time_zone, settings.organisation.language) in said


def test_an_audit_of_a_clean_book_says_so(migrated: Path) -> None:
    assert sekisho(migrated, "contacts", "audit").stdout == "No contact looks like a wrong spelling of another.\n"


def test_only_a_closed_case_becomes_a_scenario(migrated: Path) -> None:
    ticket = json.loads(sekisho(migrated, "report", "K7Q2-9MXD", "--by", "ono@tachibana.example", "--json").stdout)
    refused = sekisho(migrated, "ticket", "scenario", ticket["id"])
    assert (refused.exit_code, "is not closed as a leak" in refused.stderr) == (1, True)
    settings, number = load(migrated / "config/sekisho.toml"), ticket["id"].replace("-", "")
    before = TicketState(ticket["state"])

    def close(shelves: Shelves) -> bool:
        return shelves.tickets.move(number, before, TicketState.CLOSED)

    with_store(settings, lambda store: store.commit(close))
    told = sekisho(migrated, "ticket", "scenario", ticket["id"])
    assert (told.exit_code, 'name = "case-wrong-recipient-' in told.stdout) == (0, True)
    assert "ono" not in told.stdout


def test_no_command_loads_the_metrics_of_a_relay_before_it_knows_where_they_lie() -> None:
    """Loaded in the parent, they would be counted in its memory: nobody who asks would see what its processes count."""
    said = "import sys, service.__main__; print('gateway.metrics' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("queue show K7Q2-9MXD", "show is a command of its own: sekisho show K7Q2-9MXD"),
        ("queue release", "release is a command of its own: sekisho release NUMBER"),
        ("queue all", "queue all: write list, resume or freeze; for one message: sekisho show NUMBER"),
    ],
)
def test_what_the_queue_does_not_do_is_answered_with_what_does(folder: Path, words: str, said: str) -> None:
    done = sekisho(folder, *words.split())
    assert (done.exit_code, done.stderr) == (2, f"{said}\n")
