"""What check and explain say of policies: which table won at which line, which never counts, what an exemption covers."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.__main__ import app
from service.settings import Settings, parse
from tests.flows.world import KNOWN, TYPO, mail

LEAST = '[organisation]\nname = "橘"\ndomains = ["tachibana.example"]\n'
CONTACTS = "address,name,count,last_sent\ntanaka@customer.example,田中,41,2026-03-30\n"
POLICIES = """
[hold]
scope = "recipients"

[[policy]]
name = "all mail"
action = "delay"
delay = "2m"

[[policy]]
name = "near misses"
rules = ["recipient-typo"]
action = "approve"
approvers = ["natori@tachibana.example"]
silence = "deputy"
"""
EXEMPT = """
[[exemptions]]
senders = ["ono@tachibana.example"]
rules = ["recipient-typo"]
owner = "sato@tachibana.example"
reason = "test"
until = 2999-01-01
"""


def explained(folder: Path, text: str, *more: str, to: tuple[str, ...] = (TYPO, KNOWN)) -> str:
    (folder / "sekisho.toml").write_text(LEAST + text, encoding="utf-8")
    (folder / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    (folder / "one.eml").write_bytes(mail(", ".join(to)))
    line = ["explain", str(folder / "one.eml"), "--config", str(folder / "sekisho.toml")]
    line += ["--contacts", str(folder / "contacts.csv"), *(x for one in to for x in ("--to", one)), *more]
    done = CliRunner().invoke(app, line)
    assert done.exit_code == 0, done.output
    return done.stdout


def line_of(text: str, wanted: str) -> int:
    return next(n for n, line in enumerate((LEAST + text).splitlines(), 1) if wanted in line)


def test_explain_says_which_table_won_at_which_line_and_who_waits_for_what(tmp_path: Path) -> None:
    said = json.loads(explained(tmp_path, POLICIES, "--json"))
    assert said["disposition"] == "hold"
    (won,) = said["policy"]["decided_by"]
    assert (won["rule"], won["action"], won["table"], won["name"]) == ("recipient-typo", "approve", 2, "near misses")
    assert won["line"] == line_of(POLICIES, 'name = "near misses"') - 1
    assert [(fit["table"], fit["wins"]) for fit in said["policy"]["fits"]] == [(1, False), (2, True)]
    assert said["policy"]["waits"] == [
        {
            "act": "hold",
            "recipients": [TYPO],
            "silence": "deputy",
            "approve": [{"table": 2, "approvers": ["natori@tachibana.example"], "needed": 1}],
        },
        {"act": "delay", "recipients": [KNOWN], "delay": 120, "notice": False},
    ]


def test_explain_says_it_in_words_with_the_line_and_the_exemption(tmp_path: Path) -> None:
    said = explained(tmp_path, POLICIES + EXEMPT)
    line = line_of(POLICIES + EXEMPT, "[[exemptions]]")
    assert f"not asked about: recipient-typo, sekisho.toml:{line} exemptions[1], until 2999-01-01" in said
    table = line_of(POLICIES, 'name = "all mail"') - 1
    assert f"decided by sekisho.toml:{table} policy[1] “all mail”: policy (delay)" in said
    assert f"leaves by itself after 120 s: {KNOWN}, {TYPO}" in said


def test_explain_names_the_rule_where_no_table_decided_and_its_line_where_it_has_one(tmp_path: Path) -> None:
    by_default = json.loads(explained(tmp_path, "", "--json"))["policy"]["decided_by"]
    assert [(by["rule"], by["settings"], by["line"]) for by in by_default] == [
        ("recipient-typo", "rules.recipient-typo", None)
    ]
    text = '[rules.recipient-typo]\naction = "reject"\n'
    written = json.loads(explained(tmp_path, text, "--json"))["policy"]["decided_by"]
    assert written[0]["line"] == line_of(text, "[rules.recipient-typo]")


def test_explain_says_nothing_of_policy_where_nothing_was_found(tmp_path: Path) -> None:
    assert "policy" not in json.loads(explained(tmp_path, "", "--json", to=(KNOWN,)))


def cautioned(text: str) -> list[tuple[str, str]]:
    settings: Settings = parse(LEAST + text, Path("/etc/sekisho/sekisho.toml"))
    return [(c.key, c.text) for c in settings.cautions if c.key.startswith(("policy", "rules"))]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ('action = "approve"', 'persons = 10\naction = "hold"'),
        ('action = "reject"\nto = "anyone"', 'recipients = ["@customer.example"]\naction = "hold"'),
        ('kinds = ["phone", "my_number"]\naction = "approve"', 'kinds = ["phone"]\npersons = 3\naction = "hold"'),
        (
            'rules = ["recipient-freemail", "recipient-typo"]\naction = "approve"',
            'rules = ["recipient-freemail"]\naction = "hold"',
        ),
    ],
)
def test_check_names_a_table_that_never_counts(wide: str, narrow: str) -> None:
    (said,) = cautioned(f"[[policy]]\n{wide}\n[[policy]]\n{narrow}\n")
    assert said == ("policy[2]", "never counts: policy[1] fits whenever it does, and is stronger")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('persons = 100\naction = "approve"', 'persons = 10\naction = "hold"'),
        ('senders = ["@a.example"]\naction = "approve"', 'action = "hold"'),
        ('kinds = ["phone"]\naction = "approve"', 'kinds = ["phone", "my_number"]\naction = "hold"'),
        ('action = "approve"\nscope = "recipients"', 'persons = 3\naction = "hold"\nscope = "message"'),
    ],
)
def test_check_says_nothing_of_tables_that_both_count(one: str, other: str) -> None:
    assert cautioned(f"[[policy]]\n{one}\n[[policy]]\n{other}\n") == []


def test_check_names_a_table_that_would_lower_what_a_rule_asks_and_a_delay_without_a_length() -> None:
    (said,) = cautioned('[[policy]]\nrules = ["recipient-typo"]\naction = "delay"\ndelay = "2m"\n')
    assert said[0] == "policy[1]"
    assert "never lowers" in said[1]
    (said,) = cautioned('[rules.recipient-typo]\naction = "delay"\n')
    assert said[0] == "rules.recipient-typo.action"


def test_check_says_that_nobody_has_a_deputy_who_could_be_asked() -> None:
    table = 'rules = ["recipient-typo"]\naction = "hold"\nsilence = "deputy"\n'
    (said,) = cautioned(f"[[policy]]\n{table}")
    assert said[0] == "policy[1].silence"
    assert "nobody of organisation.people has a deputy" in said[1]
    people = '[[organisation.people]]\naddress = "sato@tachibana.example"\ndeputy = "mori@tachibana.example"\n'
    assert cautioned(f"{people}[[policy]]\n{table}") == []
