"""A real directory is read page by page, as whoever is allowed to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service import contacts_ldap
from service.contacts_rows import BadLine
from service.ldap_search import Access, LdapError
from store.contacts import Imported
from tests.helpers.ports import free_port
from tests.helpers.slapd import Directory, reason_to_skip

pytestmark = [pytest.mark.skipif(bool(reason_to_skip()), reason=reason_to_skip()), pytest.mark.xdist_group("slapd")]

BASE = "dc=customer,dc=example"
READER = f"uid=reader,{BASE}"  # the server's own admin has no limits
PEOPLE = 120


def entry(uid: str, *mails: str, name: str = "") -> str:
    lines = [f"dn: uid={uid},{BASE}", "objectClass: inetOrgPerson", f"uid: {uid}", f"cn: {name or uid}", f"sn: {uid}"]
    return "\n".join([*lines, *(f"mail: {mail}" for mail in mails), ""])


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("slapd")
    made = Directory(folder)
    top = f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: customer\no: Customer\n"
    people = [entry(f"u{n}", f"person{n}@customer.example", name=f"Person {n}") for n in range(PEOPLE)]
    odd = [entry("two", "two@customer.example", "zwei@customer.example"), entry("none"), entry("bad", "no address")]
    reader = entry("reader") + "userPassword: secret\n"
    made.load("\n".join([top, reader, *people, *odd]))
    try:
        yield made.start(free_port())
    finally:
        made.stop()


def test_every_entry_is_read_although_the_server_gives_fifty_at_once(directory: str) -> None:
    rows = list(contacts_ldap.read(f"{directory}/{BASE}??sub?(mail=*)", Access(READER, "secret")))
    good = [row for row in rows if isinstance(row, Imported)]
    assert len(good) == PEOPLE + 2
    assert Imported("person7@customer.example", "Person 7") in good
    assert {"two@customer.example", "zwei@customer.example"} <= {row.address for row in good}
    (bad,) = [row for row in rows if isinstance(row, BadLine)]
    assert "no mail address" in bad.text


def test_attributes_scope_and_filter_of_the_url_are_kept_to(directory: str) -> None:
    rows = list(contacts_ldap.read(f"{directory}/{BASE}?mail?one?(uid=u7)", Access(READER, "secret")))
    assert rows == [Imported("person7@customer.example")]


@pytest.mark.parametrize(("dn", "password"), [(READER, "wrong"), ("", "")])
def test_who_may_not_read_is_told_so(directory: str, dn: str, password: str) -> None:
    with pytest.raises(LdapError):
        list(contacts_ldap.read(f"{directory}/{BASE}", Access(dn, password)))


def test_a_directory_that_is_not_there_and_a_strange_scope_are_said() -> None:
    with pytest.raises(LdapError, match="127"):
        list(contacts_ldap.read(f"ldap://127.0.0.1:{free_port()}/{BASE}", Access()))
    with pytest.raises(LdapError, match="base, one or sub"):
        list(contacts_ldap.read(f"ldap://127.0.0.1/{BASE}??everywhere", Access()))
