"""People of a real directory: page by page, over TLS whose certificate is checked, and never to another server with our password."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from typer.testing import CliRunner

from service.__main__ import app
from service.ldap_search import Access, LdapError
from service.people_entries import Entry
from service.people_sources import read
from service.settings import load
from tests.helpers.ports import free_port
from tests.helpers.slapd import Directory, reason_to_skip

pytestmark = [pytest.mark.skipif(bool(reason_to_skip()), reason=reason_to_skip()), pytest.mark.xdist_group("slapd")]

BASE = "dc=customer,dc=example"
READER = f"uid=reader,{BASE}"  # the server's own admin has no limits
WHO = Access(READER, "secret")
OURS = "tachibana.example"
PEOPLE = 620  # more than a page
SETTINGS = f"""
[organisation]
name = "橘建築設計事務所"
domains = ["{OURS}"]
[store]
directory = "var"
"""


def entry(uid: str, *lines: str) -> str:
    return "\n".join([f"dn: uid={uid},{BASE}", "objectClass: inetOrgPerson", f"cn: {uid}", f"sn: {uid}", *lines, ""])


def tree() -> str:
    top = f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: customer\no: Customer\n"
    reader = entry("reader", "userPassword: secret")
    boss = entry("boss", f"mail: boss@{OURS}", "displayName:: 5ZCN5Y+W", "preferredLanguage: ja")
    people = [
        entry(f"u{n}", f"mail: u{n}@{OURS}", f"manager: UID=boss, {BASE}", f"secretary: uid=u{n + 1},{BASE}")
        for n in range(PEOPLE)
    ]
    members = [f"member: uid=u{n},{BASE}" for n in range(0, PEOPLE, 2)]
    group = [f"dn: cn=info,{BASE}", "objectClass: groupOfNames", "objectClass: extensibleObject", "cn: info", *members]
    elsewhere = [f"dn: ou=abroad,{BASE}", "objectClass: referral", "objectClass: extensibleObject", "ou: abroad"]
    return "\n".join(
        [
            top,
            reader,
            boss,
            *people,
            "\n".join([*group, f"mail: info@{OURS}", ""]),
            "\n".join([*elsewhere, f"ref: ldap://ldap.abroad.example/ou=abroad,{BASE}", ""]),
        ]
    )


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA) -> Iterator[tuple[int, int]]:
    folder = tmp_path_factory.mktemp("slapd")
    issued = authority.issue_cert("127.0.0.1", "localhost")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    made = Directory(folder, f"TLSCertificateFile {folder}/cert.pem\nTLSCertificateKeyFile {folder}/key.pem\n")
    made.load(tree())
    found = (free_port(), free_port())
    made.start(*found)
    try:
        yield found
    finally:
        made.stop()


@pytest.fixture(scope="module")
def port(ports: tuple[int, int]) -> int:
    return ports[0]


@pytest.fixture
def ca_file(tmp_path: Path, authority: trustme.CA) -> Path:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


def imported(folder: Path, *arguments: str) -> tuple[int, str, str]:
    (folder / "sekisho.toml").write_text(SETTINGS)
    (folder / "password").write_text("secret\n")
    given = ["people", "import", *arguments, "--config", str(folder / "sekisho.toml"), "--bind-dn", READER]
    done = CliRunner().invoke(app, [*given, "--password-file", str(folder / "password")])
    assert not isinstance(done.exception, Exception), done.exception
    return done.exit_code, done.stdout, done.stderr


def test_everybody_is_taken_page_by_page_although_the_server_gives_fifty_at_once(port: int, tmp_path: Path) -> None:
    status, said, remarks = imported(
        tmp_path, f"ldap://127.0.0.1:{port}/{BASE}??sub?(|(mail=*)(objectClass=referral))", "--json"
    )
    assert status == 0
    told = json.loads(said)
    assert (told["imported"], told["teams"], told["outside"], told["without_mail"]) == (PEOPLE + 1, 1, 0, 0)
    found = load(tmp_path / "sekisho.toml").organisation
    u7, boss = found.person(f"u7@{OURS}"), found.person(f"boss@{OURS}")
    assert u7 is not None
    assert boss is not None
    assert (u7.superior, u7.delegates, u7.teams) == (f"boss@{OURS}", (f"u8@{OURS}",), ())
    assert (boss.name, boss.language) == ("名取", "ja")
    assert len(found.team(f"info@{OURS}")) == PEOPLE // 2
    assert f"u{PEOPLE}" in remarks  # the last one's secretary is not there


def test_what_lies_on_another_server_is_named_and_not_followed(port: int, tmp_path: Path) -> None:
    status, _, said = imported(tmp_path, f"ldap://127.0.0.1:{port}/{BASE}")
    assert status == 0
    assert "lies on another server and was not read: ldap://ldap.abroad.example" in said


def test_a_base_on_another_server_is_no_empty_directory(port: int, tmp_path: Path) -> None:
    status, _, said = imported(tmp_path, f"ldap://127.0.0.1:{port}/ou=abroad,{BASE}")
    assert status == 3
    assert "ldap.abroad.example" in said
    assert not (tmp_path / "var/people.json").exists()


def test_attributes_of_the_url_are_kept_to_and_a_group_is_a_group_still(port: int) -> None:
    rows = list(read(f"ldap://127.0.0.1:{port}/{BASE}?mail?sub?(|(cn=info)(uid=u7))", WHO))
    found = {(one.addresses, one.is_group, one.superior) for one in rows if isinstance(one, Entry)}
    assert found == {((f"u7@{OURS}",), False, ""), ((f"info@{OURS}",), True, "")}


def place(ports: tuple[int, int], start_tls: bool, host: str = "127.0.0.1") -> str:
    return f"ldap://{host}:{ports[0]}" if start_tls else f"ldaps://{host}:{ports[1]}"


@pytest.mark.parametrize("start_tls", [False, True])
def test_over_tls_with_the_authority_that_is_named(
    ports: tuple[int, int], tmp_path: Path, ca_file: Path, start_tls: bool
) -> None:
    more = ["--start-tls"] if start_tls else []
    url = f"{place(ports, start_tls)}/{BASE}??sub?(uid=*)"
    status, said, wrong = imported(tmp_path, url, "--ca-file", str(ca_file), *more)
    assert (status, f"People imported: {PEOPLE + 1}" in said) == (0, True), wrong


@pytest.mark.parametrize("start_tls", [False, True])
def test_a_certificate_of_an_authority_that_nobody_named_gets_no_password(
    ports: tuple[int, int], start_tls: bool
) -> None:
    with pytest.raises(LdapError, match="CERTIFICATE_VERIFY_FAILED"):
        list(read(f"{place(ports, start_tls)}/{BASE}", Access(READER, "secret", start_tls=start_tls)))


@pytest.mark.parametrize("start_tls", [False, True])
def test_a_certificate_of_another_server_gets_no_password(
    ports: tuple[int, int], ca_file: Path, start_tls: bool
) -> None:
    with pytest.raises(LdapError, match=r"CERTIFICATE_VERIFY_FAILED.*127\.0\.0\.2"):
        list(read(f"{place(ports, start_tls, '127.0.0.2')}/{BASE}", Access(READER, "secret", ca_file, start_tls)))


def test_a_wrong_password_imports_nothing(port: int) -> None:
    with pytest.raises(LdapError, match="invalidCredentials"):
        list(read(f"ldap://127.0.0.1:{port}/{BASE}", Access(READER, "wrong")))


def test_an_authority_that_is_not_there_is_said(port: int, tmp_path: Path) -> None:
    status, _, said = imported(tmp_path, f"ldap://127.0.0.1:{port}/{BASE}", "--ca-file", str(tmp_path / "none.pem"))
    assert (status, "none.pem: No such file" in said) == (3, True)
