"""People of a directory count beside those of the settings, from the moment their file is written; the settings win, and power stays there."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from mail.address import key
from notifier.directory import FILE, Directory, Listing, write
from notifier.options import Organisation, Person
from notifier.people import Index, quick_key
from tests.helpers.clock import START

OURS = "tachibana.example"
ONO, NATORI, MORI = (f"{name}@{OURS}" for name in ("ono", "natori", "mori"))


def listing(*people: Person, domains: tuple[str, ...] = (OURS,)) -> Listing:
    return Listing(version=1, at=START, domains=domains, people=people)


def house(folder: Path, *settings: dict[str, Any], domains: tuple[str, ...] = (OURS,)) -> Organisation:
    people = tuple(Person.model_validate(person) for person in settings)
    found = Organisation(name="橘建築設計事務所", domains=domains, people=people)
    return found.beside(Directory(folder / FILE))


@given(st.text('aA1.-_+"@éｔ例。x n-', max_size=12))
def test_the_quick_key_is_the_key(address: str) -> None:
    assert quick_key(address) == key(address)


@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.lists(st.sampled_from("abcdefg"), max_size=3))),
    st.sampled_from("abcdefgh"),
)
def test_a_person_is_found_as_by_looking_at_one_after_the_other(rows: list[tuple[str, list[str]]], asked: str) -> None:
    people = [
        Person(address=f"{name}@{OURS}", aliases=tuple(f"{a.upper()}+x@{OURS}" for a in aliases))
        for name, aliases in rows
    ]
    wanted = f"{asked}@{OURS}"
    by_hand = next((p for p in people if any(key(a) == wanted for a in (p.address, *p.aliases))), None)
    assert Index(people).person(wanted) is by_hand


def test_who_is_written_into_the_file_counts_at_once_and_who_left_it_does_not(tmp_path: Path) -> None:
    found = house(tmp_path)
    assert found.person(ONO) is None
    write(tmp_path / FILE, listing(Person(address=ONO, name="小野", superior=NATORI, teams=(f"info@{OURS}",))))
    ono = found.person(ONO)
    assert ono is not None
    assert (ono.name, ono.superior) == ("小野", NATORI)
    assert [person.address for person in found.team(f"Info@{OURS}")] == [ONO]
    write(tmp_path / FILE, listing(Person(address=MORI)))
    assert (found.person(ONO), found.team(f"info@{OURS}")) == (None, ())
    (tmp_path / FILE).unlink()
    assert found.everyone == ()


def test_the_settings_win_person_by_person_and_field_by_field(tmp_path: Path) -> None:
    found = house(
        tmp_path,
        {"address": ONO, "superior": MORI, "teams": []},
        {"address": NATORI, "name": "名取"},
    )
    team = (f"info@{OURS}",)
    write(
        tmp_path / FILE,
        listing(
            Person(address=ONO, name="小野", superior=NATORI, teams=team, delegates=(NATORI,)),
            Person(address=NATORI, name="Natori", language="en", aliases=(f"n@{OURS}", ONO)),
        ),
    )
    ono, natori = found.person(ONO), found.person(f"n@{OURS}")
    assert ono is not None
    assert natori is not None
    assert (ono.name, ono.superior, ono.teams, ono.delegates) == ("小野", MORI, (), (NATORI,))
    assert (natori.address, natori.name, natori.language, natori.aliases) == (NATORI, "名取", "en", (f"n@{OURS}",))


def test_no_role_comes_with_a_directory_and_none_with_an_address_of_it(tmp_path: Path) -> None:
    found = house(
        tmp_path, {"address": NATORI, "roles": ["leader"]}, {"address": MORI, "aliases": [], "roles": ["admin"]}
    )
    further = f"evil@{OURS}"
    write(
        tmp_path / FILE,
        listing(Person(address=NATORI, aliases=(further,)), Person(address=MORI, aliases=(f"m@{OURS}",))),
    )
    by_alias = found.person(further)
    assert by_alias is not None
    assert (by_alias.address, by_alias.roles) == (NATORI, ())
    assert found.person(f"m@{OURS}") is None  # the settings say that there is no other address
    assert [p.address for p in found.with_role("leader")] == [NATORI]
    whole = json.loads((tmp_path / FILE).read_text())
    whole["people"][0]["roles"] = ["leader"]
    (tmp_path / FILE).write_text(json.dumps(whole))
    assert found.person(further) is None


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", '{"version": 2, "at": "2026-04-01T00:00:00Z"}', '{"version":1,"at":"2026-04-01T00:00:00"}'],
)
def test_of_a_damaged_file_nobody_counts_and_it_is_said_once(tmp_path: Path, damage: str) -> None:
    found = house(tmp_path, {"address": ONO, "superior": NATORI})
    write(tmp_path / FILE, listing(Person(address=MORI), Person(address=ONO, name="小野")))
    assert found.person(MORI)
    (tmp_path / FILE).write_text(damage)
    with capture_logs() as logs:
        assert [found.person(MORI), found.person(MORI)] == [None, None]
        ono = found.person(ONO)
    assert ono is not None
    assert (ono.name, ono.superior) == ("", NATORI)
    assert [line["event"] for line in logs] == ["people file unreadable"]
    write(tmp_path / FILE, listing(Person(address=MORI)))
    assert found.person(MORI)


def test_a_file_that_cannot_be_looked_at_is_said_and_nothing_stops(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = house(tmp_path / "file", {"address": ONO})
    with capture_logs() as logs:
        assert [found.person(ONO) is None, found.person(MORI)] == [False, None]
    assert [line["event"] for line in logs] == ["people file unreadable"]


def test_who_is_not_of_our_domains_any_more_does_not_count(tmp_path: Path) -> None:
    sold = "sold.example"
    write(
        tmp_path / FILE,
        listing(
            Person(
                address=ONO, superior=f"boss@{sold}", aliases=(f"ono@{sold}",), teams=(f"info@{sold}", f"info@{OURS}")
            ),
            Person(address=f"boss@{sold}"),
            domains=(OURS, sold),
        ),
    )
    before, now = house(tmp_path, domains=(OURS, sold)), house(tmp_path)
    assert before.person(f"ono@{sold}") is before.person(ONO) is not None
    ono = now.person(ONO)
    assert ono is not None
    assert (ono.superior, ono.aliases, ono.teams) == ("", (), (f"info@{OURS}",))
    assert now.person(f"boss@{sold}") is None


def test_a_copy_of_the_organisation_knows_the_same_people(tmp_path: Path) -> None:
    found = house(tmp_path)
    write(tmp_path / FILE, listing(Person(address=ONO)))
    assert found.model_copy(update={"language": "en"}).person(ONO) == found.person(ONO) is not None
    assert found == house(tmp_path)


def test_a_file_that_cannot_be_renamed_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(OSError, match=r"people\.json|directory"):
        write(tmp_path / FILE, listing())
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_looking_up_one_of_ten_thousand_looks_at_no_other(tmp_path: Path) -> None:
    many = [
        Person(address=f"p{n}@{OURS}", aliases=(f"q{n}@{OURS}",), teams=(f"t{n % 100}@{OURS}",)) for n in range(10_000)
    ]
    write(tmp_path / FILE, listing(*many))
    found = house(tmp_path)
    assert len(found.team(f"t7@{OURS}")) == 100
    index = Index(found.everyone)
    index.everyone = ()  # whoever looks through all of them finds nobody
    for n in range(0, 10_000, 1000):
        person = index.person(f"q{n}+news@{OURS}")
        assert person is not None
        assert person.address == f"p{n}@{OURS}"
        assert index.namesake(f"p{n}") == person.address
    assert len(index.team(f"t7@{OURS}")) == 100
