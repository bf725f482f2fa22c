"""A store of an earlier version keeps its contacts, and gets an index that finds them; one made by other rules is made anew."""

import asyncio
import threading
from pathlib import Path
from types import ModuleType

import pytest
from alembic import command
from sqlalchemy import text

from rules import local_form
from store import contact_renewal, migrate, slip_index
from store.contacts import Imported
from store.engine import database
from store.errors import SchemaError
from store.shelves import Shelves
from store.slip_index import FORM
from tests.conftest import MakeStore
from tests.helpers.postgres import Cluster
from tests.helpers.samples import RIGHT, SENDER, WRONG


@pytest.fixture(params=["sqlite", "postgresql"])
def first_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database as the first version left it, with two contacts."""
    url = f"sqlite:///{tmp_path}/first.db"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.url(cluster.create())
    with database(url) as opened, opened.alone() as connection:
        command.upgrade(migrate.configuration(connection), "0001")
        key = "INSERT INTO contacts (key, number, address, domain, name, count, days, last_sent, vouched) VALUES"
        tanaka = "'tanaka@customer.example', 1, 'Tanaka@Customer.example', 'customer.example', '田中', 7, 3"
        sato = "'sato@customer.example', 2, 'sato@customer.example', 'customer.example', '', 2, 1"
        for statement in (
            "INSERT INTO domains VALUES ('customer.example', 2, 9)",
            f"{key} ({tanaka}, '2026-03-01 00:00:00.000000', 'answered')",
            f"{key} ({sato}, NULL, 'disowned')",
            "INSERT INTO contact_senders (key, sender, count) VALUES ('tanaka@customer.example', 'yamada@tachibana.example', 4)",
        ):
            connection.execute(text(statement))
    return url


async def test_contacts_of_the_first_version_are_found_as_before(first_url: str, make_store: MakeStore) -> None:
    migrate.upgrade(first_url)
    store = await make_store(first_url)
    found = await store.read(lambda s: s.contacts.look_up("yamada@tachibana.example", WRONG, "田中"))
    (tanaka,) = found.candidates
    assert (tanaka.address, tanaka.name, tanaka.count, tanaka.sender_count, tanaka.vouched) == (
        "Tanaka@Customer.example", "田中", 7, 4, True,
    )  # fmt: skip
    assert str(tanaka.last_sent) == "2026-03-01"
    assert found.crowds == {"customer.example": 2}
    assert found.forms == {"customer.example": {"n": 2}}
    assert found.namesakes == (tanaka,)
    sato = await store.read(lambda s: s.contacts.entry("sato@customer.example"))
    assert sato
    assert (sato.vouched, sato.address) == ("disowned", "sato@customer.example")


async def test_an_index_that_other_rules_made_is_not_used_and_made_anew(store_url: str, make_store: MakeStore) -> None:
    store = await make_store(store_url)
    await store.commit(lambda s: s.contacts.import_rows([Imported(RIGHT)]))
    await store.stop()
    with database(store_url) as opened, opened.alone() as connection:
        assert contact_renewal.is_current(connection)
        connection.execute(text("UPDATE marks SET value = 'other' WHERE name = :name"), {"name": FORM})
        connection.execute(text("DELETE FROM contact_slips"))
        connection.execute(text("UPDATE domain_slips SET token = token + 1"))
    with pytest.raises(SchemaError, match="sekisho migrate"):
        await make_store(store_url)
    assert not migrate.is_current(store_url)
    migrate.upgrade(store_url)
    again = await make_store(store_url)
    found = await again.read(lambda s: s.contacts.look_up(SENDER, WRONG))
    assert [each.address for each in found.candidates] == [RIGHT]


@pytest.mark.parametrize(("where", "words"), [(local_form, "NAMES"), (slip_index, "ROLES")])
def test_an_index_whose_contacts_were_counted_by_other_words_is_another_one(
    where: ModuleType, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = slip_index.form.__wrapped__()
    monkeypatch.setattr(where, words, getattr(where, words) | {"qwertz"})
    assert slip_index.form.__wrapped__() != before


def until_one_waits(url: str) -> None:
    """Until a transaction waits for another one in this database."""
    ask = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database(url) as opened:
        for _ in range(100_000):
            with opened.reading() as connection:
                if connection.scalar(text(ask)):
                    return
    raise AssertionError("nobody waits")


async def test_whom_another_node_adds_while_all_are_counted_anew_is_counted(
    postgresql_url: str, make_store: MakeStore
) -> None:
    store = await make_store(postgresql_url)
    await store.commit(lambda s: s.contacts.import_rows([Imported(RIGHT)]))
    await store.commit(lambda s: s.marks.set(FORM, "other"))
    adds, go_on = threading.Event(), threading.Event()

    def add(shelves: Shelves) -> None:
        shelves.contacts.import_rows([Imported("t.sato@customer.example")])
        adds.set()
        assert go_on.wait(20)

    adding = asyncio.ensure_future(store.commit(add))
    assert await asyncio.to_thread(adds.wait, 20)
    renewing = asyncio.ensure_future(asyncio.to_thread(migrate.upgrade, postgresql_url))
    await asyncio.to_thread(until_one_waits, postgresql_url)
    go_on.set()
    await asyncio.gather(adding, renewing)
    found = await store.read(lambda s: s.contacts.look_up(SENDER, WRONG))
    assert found.forms == {"customer.example": {"n": 1, "l.n": 1}}
