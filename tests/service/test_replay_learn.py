"""replay --learn walks past mail as the relay would have seen it, and its report says what an admin wants to know first."""

import contextlib
import json
import mailbox
import tracemalloc
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from service import past_mail
from service.__main__ import app

OURS, KNOWN, NEW = "ono@tachibana.example", "tanaka@customer.example", "abe@elsewhere.example"
SETTINGS = '[organisation]\nname = "x"\ndomains = ["tachibana.example"]\n'


def mail(day: int, *to: str, subject: str = "資料の件", sender: str = OURS, **headers: str) -> bytes:
    """A mail of a day in April, ten in the morning in Tokyo; `In_Reply_To` is In-Reply-To."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ", ".join(to), subject
    message["Date"] = f"{day:02} Apr 2026 10:00:00 +0900"
    message["Message-ID"] = f"<{day}@tachibana.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("資料をお送りします。\n")
    return message.as_bytes()


def folder_of(place: Path, *mails: bytes) -> Path:
    """As .eml files 0.eml, 1.eml, …, in the order given."""
    place.mkdir(exist_ok=True)
    for number, content in enumerate(mails):
        (place / f"{number}.eml").write_bytes(content)
    return place


def replay(*arguments: str | Path) -> tuple[dict[str, dict[str, str]], dict[str, Any]]:
    """By message each rule with what it does, in the order in which they were judged; and the summary."""
    result = CliRunner().invoke(app, ["replay", *map(str, arguments), "--json"])
    assert result.exit_code == 0, result.output
    *lines, last = [json.loads(line) for line in result.stdout.splitlines()]
    return {line["id"]: {f["rule"]: f["action"] for f in line["findings"]} for line in lines}, last["summary"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "sekisho.toml"
    file.write_text(SETTINGS)
    return file


def test_mail_is_judged_in_the_order_in_which_it_went_out_whatever_the_names_and_sources(
    tmp_path: Path, config: Path
) -> None:
    eml = folder_of(tmp_path / "eml", mail(9, KNOWN), mail(2, KNOWN), mail(5, KNOWN))
    box = mailbox.mbox(tmp_path / "sent.mbox")
    for day in (7, 1):
        box.add(mail(day, KNOWN))
    box.close()
    judged, _ = replay(tmp_path / "sent.mbox", eml, "--learn", "--config", config)
    assert list(judged) == ["sent.mbox:1", "1.eml", "2.eml", "sent.mbox:0", "0.eml"]
    assert ["recipient-first-time" in rules for rules in judged.values()] == [True, False, False, False, False]


@pytest.mark.parametrize("kind", ["mbox", "maildir", "eml", "files"])
def test_every_kind_of_source_is_learnt_from(tmp_path: Path, config: Path, kind: str) -> None:
    mails = [mail(day, KNOWN) for day in (2, 1)]
    sources = [tmp_path / kind]
    if kind in {"mbox", "maildir"}:
        box: Any = (mailbox.mbox if kind == "mbox" else mailbox.Maildir)(sources[0])
        for one in mails:
            box.add(one)
        box.close()
    else:
        folder_of(sources[0], *mails)
        sources = sources if kind == "eml" else sorted(sources[0].iterdir())
    judged, summary = replay(*sources, "--learn", "--config", config)
    assert ["recipient-first-time" in rules for rules in judged.values()] == [True, False]
    assert summary["learnt"]["learnt"] == 2


def test_a_mail_without_a_date_comes_last(tmp_path: Path, config: Path) -> None:
    undated = mail(1, KNOWN).replace(b"Date:", b"X-Date:")
    folder = folder_of(tmp_path / "eml", undated, mail(2, KNOWN))
    assert list(replay(folder, "--learn", "--config", config)[0]) == ["1.eml", "0.eml"]


def test_a_list_keeps_its_own_order(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "past.jsonl"
    rows = [
        {"id": d, "mail_from": OURS, "rcpt_to": [KNOWN], "date": d, "text": ""} for d in ("2026-04-09", "2026-04-02")
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert list(replay(file, "--learn", "--config", config)[0]) == ["2026-04-09", "2026-04-02"]


def test_an_answer_that_gains_a_domain_is_noted_as_the_relay_would_and_not_without_learn(tmp_path: Path) -> None:
    answer = mail(3, KNOWN, NEW, subject="Re: 資料の件", In_Reply_To="<2@tachibana.example>")
    folder = folder_of(tmp_path / "eml", mail(2, KNOWN), answer)
    for arguments, expected in (((), False), (("--learn",), True)):
        judged, _ = replay(folder, *arguments)
        assert ("recipient-reply-extra" in judged["1.eml"]) is expected


def test_who_was_answered_is_vouched_for_and_a_slip_for_them_would_be_held(tmp_path: Path, config: Path) -> None:
    answer = mail(2, KNOWN, subject="Re: 見積", In_Reply_To="<theirs@customer.example>")
    slip = mail(3, "tanaka@customre.example")
    plain = mail(2, KNOWN)
    found = [
        replay(folder_of(tmp_path / name, first, slip), "--learn", "--config", config)[0]["1.eml"].get("recipient-typo")
        for name, first in (("answered", answer), ("written", plain))
    ]
    assert found == ["hold", None]


@pytest.mark.parametrize(
    "header", [{"Auto_Submitted": "auto-generated"}, {"Precedence": "bulk"}, {"List_Id": "<news.tachibana.example>"}]
)
def test_nothing_is_learnt_from_programs_lists_and_bulk_mail(
    tmp_path: Path, config: Path, header: dict[str, str]
) -> None:
    folder = folder_of(tmp_path / "eml", mail(1, KNOWN, **header), mail(2, KNOWN))
    judged, summary = replay(folder, "--learn", "--config", config)
    assert "recipient-first-time" in judged["1.eml"], "to whom a program writes is known to nobody"
    assert summary["learnt"] == {"learnt": 1, "held": 0, "unattended": 1}


def test_nothing_is_learnt_from_machines_and_forwarders(tmp_path: Path, config: Path) -> None:
    config.write_text(SETTINGS + '[[senders]]\nkind = "machine"\naddresses = ["erp@tachibana.example"]\n')
    mails = [mail(d, KNOWN, sender=who) for d, who in enumerate(("erp@tachibana.example", "x@other.example", OURS), 1)]
    judged, summary = replay(folder_of(tmp_path / "eml", *mails), "--learn", "--config", config)
    assert "recipient-first-time" in judged["2.eml"]
    assert summary["learnt"] == {"learnt": 1, "held": 0, "unattended": 2}


def test_a_line_of_a_list_is_learnt_from_whatever_domain_it_comes(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "past.jsonl"
    row = {"mail_from": "x@other.example", "rcpt_to": [KNOWN], "date": "2026-04-01T10:00:00+09:00", "text": ""}
    file.write_text("".join(json.dumps(row | {"id": str(n)}) + "\n" for n in range(2)))
    judged, _ = replay(file, "--learn", "--config", config)
    assert "recipient-first-time" not in judged["1"]


def test_the_summary_says_by_rule_what_was_held_noted_and_about_how_many(tmp_path: Path, config: Path) -> None:
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(f"address,name,count,last_sent\n{KNOWN},,41,2026-03-01\n")
    slips = [mail(day, "tanka@customer.example") for day in (2, 3)]
    folder = folder_of(tmp_path / "eml", mail(1, NEW), *slips, mail(4, KNOWN))
    _, summary = replay(folder, "--learn", "--config", config, "--contacts", contacts)
    assert (summary["messages"], summary["hold"], summary["pass"]) == (4, 2, 2)
    assert summary["by_rule"] == {"recipient-typo": 2}
    assert summary["noted_by_rule"] == {"recipient-first-time": 1}
    assert summary["recipients_by_rule"] == {"recipient-typo": 1}, "asked about once: the answer is remembered"
    assert summary["examples"] == {"recipient-typo": ["1.eml", "2.eml"], "recipient-first-time": ["0.eml"]}
    told = CliRunner().invoke(
        app, ["replay", str(folder), "--learn", "--config", str(config), "--contacts", str(contacts)]
    )
    said = told.stdout.partition("\n\n")[2].splitlines()
    assert said[0] == "4 messages, 2026-04-01 to 2026-04-04: 2 would be held (50.0%), 0 refused, 2 pass."
    assert [line.split() for line in said if "recipient-" in line] == [
        ["2", "0", "50.0%", "1", "recipient-typo", "1.eml,", "2.eml"],
        ["0", "1", "25.0%", "recipient-first-time", "0.eml"],
    ]


def test_of_the_mail_that_waits_for_its_turn_nothing_is_in_memory(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "eml", *(mail(day, KNOWN) + b"x" * 100_000 for day in range(1, 25)))
    tracemalloc.start()
    with contextlib.ExitStack() as opened:
        waiting = past_mail.in_time_order((folder, letter) for letter in past_mail.letters(folder, opened))
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert kept < 200_000
        assert len(next(waiting)[1].load().content) > 100_000
