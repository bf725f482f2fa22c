"""Entries of a directory become people: who is ours, who is whose superior and delegate, who is of which team; what is wrong is named."""

from pathlib import Path

import pytest

from notifier.directory import Listing
from notifier.options import Organisation, Person
from service.contacts_rows import BadLine
from service.ldap_search import Access
from service.people_entries import Entry, language_of, name_key, of_attributes
from service.people_listing import REMARKS, Book
from service.people_sources import read
from tests.helpers.clock import START

OURS = "tachibana.example"
ONO, NATORI, MORI, BOSS, INFO = (f"{name}@{OURS}" for name in ("ono", "natori", "mori", "boss", "info"))
ORGANISATION = Organisation(
    name="橘", domains=(OURS, "tachibana-group.example"), people=(Person(address=BOSS, roles=("leader",)),)
)


def entry(uid: str, *mails: str, **attributes: str | list[str]) -> Entry:
    """An entry of a directory; references by uid."""
    of = {"mail": list(mails), "cn": [uid], "objectclass": ["inetOrgPerson"]}
    for name, value in attributes.items():
        values = [value] if isinstance(value, str) else value
        is_name = name in {"manager", "secretary", "assistant", "member", "uniquemember"}
        of[name] = [dn(one) for one in values] if is_name else values
    return of_attributes(dn(uid), of)


def dn(uid: str) -> str:
    return f"uid={uid},ou=people,dc=tachibana,dc=example"


def made(*entries: Entry | BadLine) -> tuple[Listing, Book]:
    book = Book(ORGANISATION)
    good = [one for one in entries if isinstance(one, Entry)]
    assert len(good) == len(entries), entries
    return book.listing(good, START, ("test",)), book


def person(listing: Listing, address: str) -> Person:
    (found,) = [one for one in listing.people if one.address == address]
    return found


def test_names_addresses_and_languages_are_taken() -> None:
    listing, _ = made(
        entry(
            "ono",
            "Ono@Tachibana.example",
            displayname="小野\n花子",
            preferredlanguage="ja-JP, en;q=0.4",
            proxyaddresses=[
                "smtp:hanako@tachibana.example",
                "SMTP:ono@tachibana.example",
                "X400:c=jp",
                "smtp:ono@old.example",
            ],
            mailalternateaddress="h.ono@tachibana-group.example",
        )
    )
    assert listing.people == (
        Person(
            address=ONO,
            name="小野 花子",
            language="ja",
            aliases=("h.ono@tachibana-group.example", "hanako@tachibana.example"),
        ),
    )
    assert listing.people[0].roles == ()


def test_without_mail_the_proxy_address_in_capitals_is_the_main_one() -> None:
    listing, _ = made(entry("ono", proxyaddresses=[f"smtp:hanako@{OURS}", f"SMTP:{ONO}"]))
    assert [(one.address, one.aliases) for one in listing.people] == [(ONO, (f"hanako@{OURS}",))]


def test_managers_secretaries_and_assistants_become_addresses() -> None:
    listing, _ = made(
        entry("ono", ONO, manager="natori", secretary="mori", assistant=["mori", "ono"]),
        entry("natori", NATORI, manager="natori"),
        entry("mori", MORI),
    )
    ono = person(listing, ONO)
    assert (ono.superior, ono.delegates) == (NATORI, (MORI,))
    assert person(listing, NATORI).superior == ""  # nobody is their own
    assert listing.remarks == ()


def test_a_manager_who_is_not_there_or_has_no_address_of_ours_is_named_and_not_guessed() -> None:
    listing, book = made(
        entry("ono", ONO, manager="gone"),
        entry("mori", MORI, manager="robot"),
        entry("natori", NATORI, manager="outsider"),
        entry("robot"),
        entry("outsider", "boss@holding.example"),
    )
    assert {one.superior for one in listing.people} == {""}
    said = "\n".join(listing.remarks)
    assert "superior uid=gone,ou=people,dc=tachibana,dc=example is not there" in said
    assert said.count("has no address of ours") == 2
    assert (book.counts.without_mail, book.counts.outside) == (1, 1)


def test_members_of_groups_with_an_address_are_teams_also_by_groups_in_groups_and_rings() -> None:
    listing, book = made(
        entry("ono", ONO),
        entry("mori", MORI),
        entry("sales", INFO, objectclass="groupOfNames", member=["ono", "all", "gone"]),
        entry("all", objectclass="groupOfNames", member=["mori", "sales"]),
        entry("out", "list@holding.example", objectclass="group", member=["ono"]),
        entry("none", f"none@{OURS}", objectclass="groupOfNames", member=["gone"]),
    )
    assert [(one.address, one.teams) for one in listing.people] == [(MORI, (INFO,)), (ONO, (INFO,))]
    assert book.counts.groups == 1
    assert [remark.partition(": ")[2] for remark in listing.remarks] == [
        f"team none@{OURS}: none of its members is there",
        "team list@holding.example is outside",
    ]


def test_a_group_with_the_mailbox_of_a_person_makes_nobody_answer_for_them() -> None:
    listing, book = made(
        entry("natori", NATORI),
        entry("ono", ONO),
        entry("g", NATORI, objectclass="groupOfNames", member="ono"),
        entry("h", BOSS, objectclass="groupOfNames", member="ono"),
    )
    assert [one.teams for one in listing.people] == [(), ()]
    assert [remark.partition(": ")[2] for remark in book.remarks] == [
        f"team {NATORI} is the mailbox of a person; not taken",
        f"team {BOSS} is the mailbox of a person; not taken",
    ]


def test_an_empty_group_is_no_person_and_a_unique_member_may_have_bits() -> None:
    group = of_attributes(
        "cn=g", {"mail": [INFO], "objectclass": ["groupOfUniqueNames"], "uniquemember": [f"{dn('ono')}#'01'B"]}
    )
    listing, _ = made(
        entry("ono", ONO), group, of_attributes("cn=empty", {"mail": [f"e@{OURS}"], "objectclass": ["group"]})
    )
    assert [(one.address, one.teams) for one in listing.people] == [(ONO, (INFO,))]


@pytest.mark.parametrize("turned", [False, True])
def test_an_address_of_two_entries_belongs_to_the_first_by_name_in_whatever_order_they_come(turned: bool) -> None:
    entries = [
        entry("a", ONO, f"shared@{OURS}", manager="m"),
        entry("b", ONO.upper(), manager="n"),
        entry("c", f"c@{OURS}", f"shared@{OURS}", ONO),
        entry("m", MORI),
        entry("n", NATORI),
    ]
    listing, _ = made(*(reversed(entries) if turned else entries))
    assert person(listing, ONO).superior == MORI
    assert person(listing, ONO).aliases == (f"shared@{OURS}",)
    assert person(listing, f"c@{OURS}").aliases == ()
    assert len(listing.people) == 4
    assert [remark.rpartition("; ")[2] for remark in listing.remarks] == ["left out", "not taken", "not taken"]


def test_a_main_address_wins_over_a_further_one() -> None:
    listing, _ = made(entry("a", f"a@{OURS}", ONO), entry("b", ONO))
    assert [(one.address, one.aliases) for one in listing.people] == [(f"a@{OURS}", ()), (ONO, ())]


def test_superiors_in_a_ring_are_named_once_and_kept() -> None:
    listing, _ = made(
        entry("ono", ONO, manager="natori"), entry("natori", NATORI, manager="ono"), entry("mori", MORI, manager="ono")
    )
    assert [one.superior for one in listing.people] == [ONO, ONO, NATORI]
    (remark,) = listing.remarks
    assert "in a ring" in remark
    assert MORI not in remark


def test_a_long_list_of_remarks_is_cut_and_counted() -> None:
    listing, _ = made(*(entry(f"u{n}", f"u{n}@{OURS}", manager="gone") for n in range(REMARKS + 5)))
    assert len(listing.remarks) == REMARKS + 1
    assert listing.remarks[-1] == "and 5 more"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=Sato\\, Hana + UID=7, DC=example", "uid=7+cn=sato\\2c hana,dc=Example"),
        ("cn=\\E4\\BD\\90藤,dc=x", "CN=佐藤 , DC=X"),
        ("cn=a\\\\,dc=x", "cn=a\\5c,dc=x"),
    ],
)
def test_distinguished_names_are_the_same_however_they_are_written(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
    assert name_key(one) != name_key(f"ou=x,{other}")


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("ja", "ja"),
        ("EN-us", "en"),
        ("fr, en;q=0.2, ja;q=0.8", "ja"),
        ("fr", None),
        ("", None),
        ("jav", None),
        ("en;q=0", None),
    ],
)
def test_preferred_languages(said: str, ours: str | None) -> None:
    assert language_of(said) == ours


TABLE = f"""address,name,aliases,language,superior,delegates,teams
{ONO},小野,hanako@{OURS};h@{OURS},ja,{NATORI},{MORI} {NATORI},{INFO}
{NATORI},名取,,,{BOSS},,info@holding.example
{MORI},,,,gone@{OURS},,
"""
OBJECTS = f"""[
 {{"address": "{ONO}", "name": "小野", "aliases": ["hanako@{OURS}", "h@{OURS}"], "language": "ja", "superior": "{NATORI}",
   "delegates": ["{MORI}", "{NATORI}"], "teams": ["{INFO}"]}},
 {{"address": "{NATORI}", "name": "名取", "superior": "{BOSS}", "teams": ["info@holding.example"]}},
 {{"address": "{MORI}", "superior": "gone@{OURS}", "language": null}}
]"""


@pytest.mark.parametrize(("name", "text"), [("people.csv", TABLE), ("people.json", OBJECTS)])
def test_a_table_and_a_list_of_objects_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    listing, _ = made(*read(str(tmp_path / name), Access()))
    assert listing.people == (
        Person(
            address=ONO, name="小野", aliases=(f"hanako@{OURS}", f"h@{OURS}"), language="ja", superior=NATORI,
            delegates=(MORI, NATORI), teams=(INFO,),
        ),
        Person(address=NATORI, name="名取", superior=BOSS),  # who stands in the settings alone
        Person(address=MORI),
    )  # fmt: skip
    assert [remark.rpartition(": ")[2] for remark in listing.remarks] == [
        "team info@holding.example is outside",
        f"superior gone@{OURS} is not there",
    ]


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("a.csv", f"address,roles\n{ONO},leader\n", "unknown column roles"),
        ("a.csv", f"address,language\n{ONO},fr\n", "language is ja or en"),
        ("a.csv", "address\nono\n", "no mail address"),
        ("a.csv", f"{ONO},a,b@{OURS},,,,,\n", "more than the columns"),
        ("a.json", "{", "not JSON"),
        ("a.json", '{"people": []}', "not a list of people"),
        ("a.json", f'[{{"address": "{ONO}", "roles": ["leader"]}}]', "unknown: roles"),
        ("a.json", f'[{{"address": "{ONO}", "teams": [1]}}]', "teams: is no list of texts"),
        ("a.json", '[{"address": ["x"]}]', "address: is no text"),
        ("a.json", '["x"]', "is no object"),
        ("a.json", '[{"name": "x"}]', "no mail address"),
        ("a.ldif", "dn: uid=x\nmail:: &&&\n", "not base64"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, name: str, text: str, wrong: str) -> None:
    (tmp_path / name).write_text(text)
    assert any(isinstance(one, BadLine) and wrong in one.text for one in read(str(tmp_path / name), Access()))


def test_an_ldif_says_what_the_directory_does(tmp_path: Path) -> None:
    text = f"""version: 1

# a comment
dn: {dn("ono")}
objectClass: inetOrgPerson
cn;lang-ja:: 5bCP6YeO
mail: {ONO}
manager: UID=natori,ou=People,
 dc=tachibana,dc=example
jpegPhoto:: /9j/4AAQ

dn: {dn("natori")}
mail: {NATORI}

dn: cn=info,dc=tachibana,dc=example
objectClass: groupOfNames
mail: {INFO}
member: {dn("ono")}
"""
    (tmp_path / "people.ldif").write_text(text)
    listing, _ = made(*read(str(tmp_path / "people.ldif"), Access()))
    assert listing.people == (Person(address=NATORI), Person(address=ONO, name="小野", superior=NATORI, teams=(INFO,)))
