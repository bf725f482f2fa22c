"""Settings: every mistake at once with file, line and what to write; what is right arrives as the options of every room."""

from datetime import date
from pathlib import Path

import pytest

from rules.base import Action
from rules.policy_findings import ACTIONS, TOGETHER, UNKNOWN
from rules.registry import rules
from service.problems import Problem, SettingsError
from service.settings import Settings, load, parse, policy

BAD = sorted((Path(__file__).parents[1] / "config" / "bad").glob("*.toml"))
CLOUD = """[smtp.tls]
certificate = "c.pem"
key = "k.pem"
client_ca = "ca.pem"
[[smtp.clients]]
networks = ["198.51.100.0/24"]
shared = true
originator_org = "example.com"
"""
LEAST = '[organisation]\nname = "Example"\ndomains = ["example.com"]\n'


def read(text: str, path: Path = Path("/etc/sekisho/sekisho.toml")) -> Settings:
    return parse(LEAST + text, path)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as raised:
        parse(text, Path("sekisho.toml"))
    return raised.value.problems


def test_there_are_bad_settings_enough() -> None:
    assert len(BAD) >= 40


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_mistake_is_named_with_its_line_and_what_to_write(file: Path) -> None:
    _, line, text = file.read_text(encoding="utf-8").splitlines()[0].split(": ", 2)
    with pytest.raises(SettingsError) as raised:
        load(file)
    (problem,) = raised.value.problems
    assert problem.line == int(line)
    assert str(problem).startswith(f"{file}:{line}: {text}")
    assert raised.value.permanent


def test_every_mistake_is_named_at_once_in_the_order_of_the_file() -> None:
    found = problems(
        """[organisation]
name = "Example"
domains = ["example.com"]
langage = "ja"
admins = ["root@example.net"]
[smtp]
client_networks = ["0.0.0.0/0"]
max_size = "much"
[rules.recipient-typo]
action = "ask"
[hold]
deadline = "1h"
remind_after = "2h"
"""
    )
    assert [p.line for p in found] == [4, 5, 7, 8, 10, 13]
    assert "did you mean language?" in found[0].text
    assert "open relay" in found[2].text


def test_beside_an_element_that_cannot_be_read_the_others_are_still_looked_at_and_counted_as_written() -> None:
    found = problems(
        LEAST
        + """[[organisation.people]]
address = "root@example.net"
[[organisation.people]]
address = "sato@example.com"
roles = ["boss"]
[smtp]
client_networks = ["x", "127.0.0.0/8", "0.0.0.0/0"]
"""
    )
    assert [(p.line, p.key) for p in found] == [
        (5, "organisation.people[1].address"),
        (8, "organisation.people[2].roles[1]"),
        (10, "smtp.client_networks[1]"),
        (10, "smtp.client_networks[3]"),
    ]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load(tmp_path / "none.toml")


def test_a_file_that_is_not_utf_8_is_named_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "sekisho.toml"
    file.write_bytes(b'[organisation]\nname = "\x90\xb3"\n')
    with pytest.raises(SettingsError, match=r"sekisho\.toml:2: is not UTF-8"):
        load(file)


def test_a_secret_in_the_address_of_the_store_is_never_repeated() -> None:
    (problem,) = problems(LEAST + '[store]\nurl = ["postgresql://sekisho:geheim@db/x"]\n')
    assert "geheim" not in str(problem)


def test_sizes_and_durations_are_read_with_their_units() -> None:
    settings = read(
        '[smtp]\nmax_size = "10MiB"\ntimeout = "1500ms"\n[hold]\ndeadline = "2d"\nremind_after = 60\n[notices]\nretry = ["5s"]\n'
    )
    assert settings.smtp.max_size == 10 * 2**20
    assert settings.smtp.timeout == 1.5
    assert settings.hold.deadline == 2 * 86400
    assert settings.hold.remind_after == 60
    assert settings.notices.retry == (5,)


def test_paths_are_relative_to_the_settings_file(tmp_path: Path) -> None:
    settings = parse(
        LEAST
        + """[smtp.tls]
certificate = "tls/cert.pem"
key = "/abs/key.pem"
[[smtp.clients]]
networks = ["198.51.100.0/24"]
shared = true
secret_header = "X-Tenant"
secret_file = "tenant.secret"
[store]
url = "sqlite:///var/x.db"
directory = "var"
[response]
manual = "manuals/ours.toml"
""",
        tmp_path / "sekisho.toml",
    )
    assert settings.smtp.tls.certificate == tmp_path / "tls/cert.pem"
    assert settings.smtp.tls.key == Path("/abs/key.pem")
    assert settings.smtp.clients[0].secret_file == tmp_path / "tenant.secret"
    assert settings.store.url == f"sqlite:///{tmp_path}/var/x.db"
    assert settings.store.directory == tmp_path / "var"
    assert settings.response.manual == str(tmp_path / "manuals/ours.toml")


def test_absolute_addresses_of_the_store_stay_as_they_are() -> None:
    assert read('[store]\nurl = "sqlite:////srv/x.db"\n').store.url == "sqlite:////srv/x.db"
    assert read('[store]\nurl = "postgresql://a@b/c"\n').store.url == "postgresql://a@b/c"
    assert read("").response.manual == "misdirected-mail"


def test_every_rule_has_settings_whether_named_or_not() -> None:
    settings = read('[rules.recipient-typo]\naction = "note"\nsensitivity = "strict"\n')
    assert set(settings.rules) == {*rules(), *ACTIONS}
    typo = policy(settings).rules["recipient-typo"]
    assert typo.action is Action.NOTE
    assert typo.options.sensitivity == "strict"
    for name, module in rules().items():
        if name != "recipient-typo":
            assert settings.rules[name].action is module.ACTION
            assert settings.rules[name].options == module.Options()


def test_a_table_in_the_table_of_a_rule_is_read_and_as_strict() -> None:
    name = "[rules.content-uninspectable.reasons]"
    options = read(f'{name}\ndamaged = "note"\n').rules["content-uninspectable"].options
    assert options.reasons.damaged is Action.NOTE
    assert options.reasons.limit is Action.HOLD
    (problem,) = problems(f'{LEAST}{name}\ndamagd = "note"\n')
    assert (problem.line, problem.text) == (5, "unknown; did you mean damaged?")


def test_what_follows_when_a_fact_is_not_known_can_be_set() -> None:
    assert read('[rules.facts-unknown]\naction = "hold"\n').rules[UNKNOWN].action is Action.HOLD
    assert read("").rules[UNKNOWN].action is Action.NOTE


def test_what_follows_when_doubts_add_up_can_be_set_and_nothing_else() -> None:
    assert read('[rules.doubts-together]\naction = "note"\n').rules[TOGETHER].action is Action.NOTE
    assert read("").rules[TOGETHER].action is Action.HOLD
    (problem,) = problems(f"{LEAST}[rules.doubts-together]\nlimit = 2\n")
    assert problem.text.startswith("unknown")


def test_lists_and_days_arrive_as_the_options_have_them() -> None:
    settings = read(
        """[organisation.hours]
closed = [2027-08-13]
[next_hop]
host = ["a.example.com", "b.example.com"]
[[exemptions]]
senders = ["a@example.com"]
owner = "sato@example.com"
reason = "test"
until = 2099-03-31
"""
    )
    assert settings.organisation.hours.closed == (date(2027, 8, 13),)
    assert settings.next_hop.host == ("a.example.com", "b.example.com")
    assert settings.exemptions[0].until == date(2099, 3, 31)


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (
            '[[exemptions]]\nsenders = ["a@example.com"]\nowner = "b@example.com"\nreason = "c"\nuntil = 2020-01-01\n',
            "exemptions[1].until",
            "has passed",
        ),
        ('[smtp]\nclient_networks = ["11.0.0.0/8"]\n', "smtp.client_networks[1]", "a large part of the internet"),
        ("[smtp]\nclient_networks = []\n", "smtp.client_networks", "nobody may relay"),
        (
            CLOUD,
            "smtp.tls.client_ca",
            "its STARTTLS fails",
        ),
        ('[gate]\nstart = "open"\n', "gate.start", "everything passes"),
        ('[web]\nbase_url = "http://sekisho.example.com"\n', "web.base_url", "is http"),
        (
            '[web.staff]\nlisten = "127.0.0.1:8026"\nbase_url = "http://desk.example.com"\n',
            "web.staff.base_url",
            "is http",
        ),
        ('[next_hop]\ndata_timeout = "15m"\n', "next_hop.data_timeout", "waits 600 s"),
        (
            '[[organisation.people]]\naddress = "a@example.com"\nsuperior = "b@example.com"\n',
            "organisation.people[1].superior",
            "not among",
        ),
        ("", "store.key", "unencrypted"),
        (
            '[rules.recipient-allowed]\nentries = [{ target = "a.example", owner = "b@example.com", until = 2020-01-01 }]\n',
            "rules.recipient-allowed.entries[1].until",
            "has passed",
        ),
        ('[store]\nurl = "postgresql://db.example.com/e"\n', "store.link_key", "a form of one is refused by another"),
        ('[store]\nurl = "postgresql://u:a,b@c,d/e"\n', "store.url", "several servers"),
        ('[store]\nurl = "postgresql:///e?host=/a,/b&target_session_attrs=any"\n', "store.url", "several servers"),
        ('[service]\nwatchdog = "5s"\n', "service.watchdog", "a slow moment"),
    ],
)
def test_what_is_allowed_and_worth_a_second_look_is_a_caution(text: str, key: str, words: str) -> None:
    cautions = {c.key: c.text for c in read(text).cautions}
    assert words in cautions[key]


@pytest.mark.parametrize("url", ["postgresql:///sekisho", "postgresql://localhost/e", "postgresql://u@/e?host=/run/pg"])
def test_a_database_of_this_machine_alone_needs_no_key_that_others_share(url: str) -> None:
    assert "store.link_key" not in {c.key for c in read(f'[store]\nurl = "{url}"\n').cautions}


def test_settings_without_anything_to_look_at_twice_have_no_caution() -> None:
    assert read('[store]\nkey = "content.key"\n[web]\nbase_url = "https://sekisho.example.com"\n').cautions == ()


def test_entries_and_name_servers_may_be_written_in_every_form_that_is_understood() -> None:
    settings = read(
        """[facts]
dns_servers = ["192.0.2.53", "192.0.2.53:5353", "2001:db8::53"]
[rules.recipient-blocked]
entries = [
  { target = "competitor.example", owner = "sato@example.com" },
  { target = "@日本.example", owner = "sato@example.com", until = 2099-03-31 },
  { target = "Mori.Ken+x@competitor.example", owner = "sato@example.com", reason = "tender" },
]
"""
    )
    assert not [c for c in settings.cautions if c.key.startswith(("rules", "facts"))]


def test_a_person_of_the_settings_may_answer_by_name_for_entries_and_exemptions() -> None:
    settings = read(
        """[[organisation.people]]
address = "sato@example.com"
name = "佐藤"
[rules.recipient-blocked]
entries = [{ target = "competitor.example", owner = "佐藤" }]
[[exemptions]]
senders = ["fax@example.com"]
owner = "佐藤"
reason = "fax"
until = 2099-01-01
"""
    )
    assert [e.owner for e in settings.exemptions] == ["佐藤"]
