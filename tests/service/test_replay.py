"""explain and replay: the verdict on stored mail, from every kind of source, and nothing lost by an error."""

import contextlib
import json
import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.__main__ import app

DATA = Path(__file__).parents[2] / "../shared/data/content"
KNOWN, TYPO = "tanaka@customer.example", "tanka@customer.example"


def mail(to: str = TYPO, *, name: str = "", content: bytes = b"") -> bytes:
    message = EmailMessage()
    message["From"] = "ono@tachibana.example"
    message["To"] = to
    message["Subject"] = "資料の件"
    message["Date"] = "Wed, 01 Apr 2026 09:30:00 +0900"
    message.set_content("資料をお送りします。\n")
    if name:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def sekisho(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    file = tmp_path / "contacts.csv"
    file.write_text(f"address,name,count,last_sent\n{KNOWN},,41,2026-03-01\n")
    return file


def test_explain_says_the_verdict_in_the_shape_that_others_script_against(tmp_path: Path, contacts: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(mail())
    found = json.loads(sekisho("explain", file, "--contacts", contacts, "--json").stdout)
    assert found["disposition"] == "hold"
    (finding,) = found["findings"]
    assert (finding["rule"], finding["about"], finding["suggestion"]) == ("recipient-typo", {"recipient": TYPO}, KNOWN)
    assert set(finding["words"]) == {"ja", "en"}
    assert set(found) >= {"id", "disposition", "findings", "exposure", "seconds"}


def test_explain_takes_the_envelope_from_the_command(tmp_path: Path, contacts: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(mail())
    found = json.loads(
        sekisho("explain", file, "--contacts", contacts, "--from", "a@b.example", "--to", KNOWN, "--json").stdout
    )
    assert found["disposition"] == "pass"


def test_values_are_printed_only_when_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    rows = "".join(f"佐藤 太郎,03-1234-{n:04},\n" for n in range(12))
    file.write_bytes(mail(name="a.csv", content=f"氏名,電話番号,\n{rows}".encode()))
    assert "values" not in sekisho("explain", file, "--json").stdout
    assert "0312340003" in sekisho("explain", file, "--json", "--values").stdout


def test_explain_shows_the_points_that_a_finding_adds(tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    rows = "".join(f"佐藤 {n}郎,03-1234-{n:04}\n" for n in range(4))
    file.write_bytes(mail(name="a.csv", content=f"氏名,電話番号\n{rows}".encode()))
    assert "content-personal-data (note, 0.30 points)" in sekisho("explain", file).stdout
    findings = json.loads(sekisho("explain", file, "--json").stdout)["findings"]
    assert {f["rule"]: f.get("points") for f in findings}["content-personal-data"] == 0.3


def sources(folder: Path) -> dict[str, Path]:
    """The same mail as each kind of source."""
    eml = folder / "eml"
    eml.mkdir()
    (eml / "1.eml").write_bytes(mail())
    box = mailbox.mbox(folder / "past.mbox")
    box.add(mail())
    box.close()
    maildir = mailbox.Maildir(folder / "maildir", create=True)
    maildir.add(mail())
    lines = folder / "past.jsonl"
    row = {"id": "x", "mail_from": "ono@tachibana.example", "rcpt_to": [TYPO], "date": "2026-04-01T09:30:00+09:00"}
    lines.write_text(
        json.dumps(row | {"file": "eml/1.eml"})
        + "\n"
        + json.dumps(row | {"headers": {"Subject": "資料"}, "text": "本文"})
        + "\n"
    )
    return {"folder": eml, "mbox": folder / "past.mbox", "maildir": folder / "maildir", "jsonl": lines}


@pytest.mark.parametrize(("kind", "messages"), [("folder", 1), ("mbox", 1), ("maildir", 1), ("jsonl", 2)])
def test_replay_reads_every_kind_of_source(tmp_path: Path, contacts: Path, kind: str, messages: int) -> None:
    output = sekisho("replay", sources(tmp_path)[kind], "--contacts", contacts, "--json", "--scores").stdout
    *lines, last = [json.loads(line) for line in output.splitlines()]
    assert [line["disposition"] for line in lines] == ["hold"] * messages
    assert lines[0]["scores"]["recipient-typo"][TYPO] > 0
    assert last["summary"]["by_rule"] == {"recipient-typo": messages}


def test_with_learn_a_passed_line_is_known_to_the_next(tmp_path: Path) -> None:
    file = tmp_path / "past.jsonl"
    rows = [
        {
            "id": str(n),
            "mail_from": "ono@tachibana.example",
            "rcpt_to": [to],
            "date": f"2026-04-0{n + 1}T09:30:00+09:00",
            "text": "",
        }
        for n, to in enumerate([KNOWN, KNOWN, KNOWN, TYPO])
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    learnt = [json.loads(line) for line in sekisho("replay", file, "--learn", "--json").stdout.splitlines()]
    assert [line["disposition"] for line in learnt[:-1]] == ["pass", "pass", "pass", "hold"]
    without = [json.loads(line) for line in sekisho("replay", file, "--json").stdout.splitlines()]
    assert [line["disposition"] for line in without[:-1]] == ["pass"] * 4


@pytest.mark.parametrize("line", ["{", "[]", '{"file": "absent.eml"}', '{"date": "yesterday"}'])
def test_a_source_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "past.jsonl"
    file.write_text(f"{line}\n")
    result = CliRunner().invoke(app, ["replay", str(file)])
    assert result.exit_code == 3


def test_every_file_of_the_development_set_gets_a_verdict(tmp_path: Path) -> None:
    manifest = [json.loads(line) for line in (DATA / "manifest.jsonl").read_text().splitlines()]
    for row in manifest:
        file = DATA / row["file"]
        (tmp_path / f"{file.name}.eml").write_bytes(mail(KNOWN, name=file.name, content=file.read_bytes()))
    *lines, summary = [json.loads(line) for line in sekisho("replay", tmp_path, "--json").stdout.splitlines()]
    assert len(lines) == len(manifest)
    held = {line["id"].removesuffix(".eml"): line["disposition"] == "hold" for line in lines}
    right = sum(held[Path(row["file"]).name] == row["should_hold"] for row in manifest)
    print(f"content: {right} of {len(manifest)} as the manifest says; {summary['summary']}")  # noqa: T201 - a figure to read
    assert not any(f["reason"] == "own_fault" for line in lines for f in line["findings"])


def refused(folder: Path, *arguments: str) -> tuple[int, str]:
    """What a command says that cannot be done, called in that folder."""
    with contextlib.chdir(folder):
        result = CliRunner().invoke(app, list(arguments))
    assert not isinstance(result.exception, Exception), result.exception
    return result.exit_code, result.stderr


@pytest.mark.parametrize("command", ["explain", "replay"])
def test_contacts_that_are_not_there_are_named(tmp_path: Path, command: str) -> None:
    (tmp_path / "a.eml").write_bytes(mail())
    status, said = refused(tmp_path, command, "a.eml", "--contacts", "nope.csv")
    assert (status, "nope.csv: No such file or directory" in said) == (3, True)


@pytest.mark.parametrize("command", ["explain", "replay"])
def test_a_folder_without_mail_is_named(tmp_path: Path, command: str) -> None:
    (tmp_path / "empty").mkdir()
    status, said = refused(tmp_path, command, "empty")
    assert (status, said.splitlines()[0]) == (2, "empty: no message in it")
    assert all(kind in said for kind in ("mbox", "Maildir", ".eml", "JSON Lines")), "what can be read is said"


@pytest.mark.parametrize("command", ["explain", "replay"])
@pytest.mark.parametrize("content", [b"", b"\r\n", b"address,name\na@b.example,A\n", bytes(range(256)) * 9])
def test_a_file_that_is_no_message_is_named_and_not_judged(tmp_path: Path, command: str, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    for file in ("a.csv", "/dev/null"):
        status, said = refused(tmp_path, command, file)
        assert (status, said.splitlines()[0]) == (2, f"{file}: no message in it")


@pytest.mark.parametrize("command", ["explain", "replay"])
@pytest.mark.parametrize(
    ("begins", "what"),
    [
        (b"!BDN\x12\x34", "an Outlook data file (.pst): export its folders as mbox or .eml first"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Outlook message (.msg): save it as .eml first"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive: unpack it first"),
        (b"\x1f\x8b\x08\x00", "packed by gzip: unpack it first"),
    ],
)
def test_what_other_programs_keep_mail_in_is_known_and_the_way_out_is_said(
    tmp_path: Path, command: str, begins: bytes, what: str
) -> None:
    (tmp_path / "sent.mail").write_bytes(begins + bytes(1000))
    assert refused(tmp_path, command, "sent.mail") == (3, f"sent.mail: this is {what}\n")


def test_what_is_no_message_is_named_and_the_others_are_judged(tmp_path: Path) -> None:
    (tmp_path / "past").mkdir()
    (tmp_path / "past/1.eml").touch()
    (tmp_path / "past/2.eml").write_bytes(mail())
    (tmp_path / "3.eml").touch()
    with contextlib.chdir(tmp_path):
        result = sekisho("replay", "3.eml", "past", "--json")
    assert json.loads(result.stdout.splitlines()[-1])["summary"]["messages"] == 1
    assert result.stderr.splitlines()[:2] == ["3.eml: no message in it", "past/1.eml: no message in it"]


def test_a_recipient_that_is_no_address_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail())
    assert refused(tmp_path, "explain", "a.eml", "--to", "not an address") == (
        2,
        "not an address: not a mail address\n",
    )


def test_without_settings_it_is_said_and_the_usual_file_is_taken_where_it_exists(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail())
    assert refused(tmp_path, "explain", "a.eml") == (
        0,
        "no settings: rule defaults, no contacts, tachibana.example taken for your own domain\n",
    )
    (tmp_path / "config").mkdir()
    (tmp_path / "config/sekisho.toml").write_text("[organisation]\n")
    status, said = refused(tmp_path, "explain", "a.eml")
    assert (status, "config/sekisho.toml:1: organisation.name" in said) == (2, True)


def test_explain_knows_exemptions_and_machines_as_the_relay_does(tmp_path: Path, contacts: Path) -> None:
    file, config = tmp_path / "mail.eml", tmp_path / "sekisho.toml"
    file.write_bytes(mail())
    base = '[organisation]\nname = "x"\ndomains = ["tachibana.example"]\n'
    machine = '[[senders]]\nkind = "machine"\naddresses = ["ono@tachibana.example"]\n'
    exempt = (
        f'[[exemptions]]\nrecipients = ["{TYPO}"]\nowner = "ono@tachibana.example"\nreason = "x"\nuntil = 2099-01-01\n'
    )
    told = []
    for more in ("", machine, exempt):
        config.write_text(base + more)
        found = json.loads(sekisho("explain", file, "--config", config, "--contacts", contacts, "--json").stdout)
        told.append((found["disposition"], found["findings"][0]["rule"]))
    assert told == [(verdict, "recipient-typo") for verdict in ("hold", "pass", "pass")]


def test_reasons_stand_below_what_would_be_held_and_nowhere_else(tmp_path: Path, contacts: Path) -> None:
    (tmp_path / "held.eml").write_bytes(mail())
    (tmp_path / "passed.eml").write_bytes(mail("new@other.example"))
    plain = sekisho("replay", tmp_path, "--contacts", contacts).stdout
    said = sekisho("replay", tmp_path, "--contacts", contacts, "--reasons").stdout.splitlines()
    assert "違い" not in plain
    at = next(n for n, line in enumerate(said) if line.startswith("hold "))
    assert said[at + 1].split()[0] == "recipient-typo"
    assert f"very near to {KNOWN}" in said[at + 3].replace("\n", " ")
    assert sum("is new to everyone" in line for line in said) == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("book.vcf", f"BEGIN:VCARD\nVERSION:3.0\nFN:Tanaka\nEMAIL:{KNOWN}\nEND:VCARD\n"),
        ("book.ldif", f"dn: uid=tanaka\ncn: Tanaka\nmail: {KNOWN}\n"),
    ],
)
def test_contacts_are_read_in_every_format_that_an_import_reads(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / "mail.eml").write_bytes(mail())
    (tmp_path / name).write_text(content)
    said = sekisho("explain", tmp_path / "mail.eml", "--contacts", tmp_path / name, "--json")
    (finding,) = json.loads(said.stdout)["findings"]
    assert finding["suggestion"] == KNOWN


def test_of_a_line_with_a_text_alone_nobody_knows_what_was_attached(tmp_path: Path) -> None:
    text = "資料を添付いたします。"
    file = tmp_path / "mail.eml"
    message = EmailMessage()
    message["From"], message["To"] = "ono@tachibana.example", KNOWN
    message.set_content(text)
    file.write_bytes(message.as_bytes())
    lines = tmp_path / "mail.jsonl"
    row = {"mail_from": "ono@tachibana.example", "rcpt_to": [KNOWN]}
    both = [row | {"id": "text", "text": text}, row | {"id": "file", "file": file.name}]
    lines.write_text("".join(json.dumps(one) + "\n" for one in both))
    found = [json.loads(line) for line in sekisho("replay", lines, "--json").stdout.splitlines()]
    rules = {one["id"]: [f["rule"] for f in one["findings"]] for one in found if "id" in one}
    assert "content-forgotten-attachment" not in rules["text"]
    assert "content-forgotten-attachment" in rules["file"]
