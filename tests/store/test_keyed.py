"""Whoever can write into the database can make its chains anew, but not without the key: the check names the first record that he made."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from store import audit as audit_log
from store import evidence as of_case
from store.audit import CHAIN, Checked
from store.engine import Store, database
from store.ids import new_journal_id
from store.keyed import HEAD, Keys
from store.seal import Seal
from store.shelves import Shelves
from store.tables.audit import audit, marks
from store.tables.tickets import evidence, tickets
from tests.helpers.clock import TestClock
from tests.helpers.samples import SENDER, ticket

KEYED = "audit-keyed"


async def write(store: Store, *acts: str) -> None:
    for act in acts:
        await store.commit(lambda s, a=act: s.audit.add("mori@a.example", a, "K7Q29MXD"))  # type: ignore[misc]


async def case(store: Store, records: int = 3) -> str:
    made = ticket(message_id="")

    def unit(shelves: Shelves) -> None:
        shelves.tickets.add(made)
        for n in range(records):
            shelves.evidence.add(made.id, SENDER, "told", f"object {n}", {"n": n})

    await store.commit(unit)
    return made.id


async def checked(store: Store) -> Checked:
    return await store.read(lambda s: s.audit.check())


async def broken(store: Store, number: str) -> int | None:
    return await store.read(lambda s: s.evidence.broken(number))


def forge(url: str, work: Callable[[Connection], object]) -> None:
    """What somebody does who has the database and not the key."""
    with database(url) as opened, opened.alone() as connection:
        work(connection)


def forge_audit(connection: Connection, *, keep_keys: bool = True) -> None:
    """Change the second entry, and make the chain from it on anew, with the marks."""
    before = ""
    for row in connection.execute(select(audit).order_by(audit.c.seq)).all():
        if row.seq == 2:
            connection.execute(update(audit).where(audit.c.id == row.id).values(act="other"))
        changed = connection.execute(select(audit).where(audit.c.id == row.id)).one()
        own = audit_log._digest(changed, row.seq, before)
        new: dict[str, Any] = {"prev_sha256": before, "sha256": own}
        if own != row.sha256 and not keep_keys:
            new["keyed"] = None
        connection.execute(update(audit).where(audit.c.id == row.id).values(**new))
        before = own
    connection.execute(update(marks).where(marks.c.name == HEAD).values(value=f"{row.seq} {before}"))


def forge_evidence(connection: Connection, *, keep_keys: bool = True) -> None:
    """The same with the records of the one case."""
    before = ""
    for row in connection.execute(select(evidence).order_by(evidence.c.seq)).all():
        where = (evidence.c.ticket_id == row.ticket_id, evidence.c.seq == row.seq)
        if row.seq == 2:
            connection.execute(update(evidence).where(*where).values(body={"n": 9}))
        changed = connection.execute(select(evidence).where(*where)).one()._asdict() | {"prev_sha256": before}
        own = of_case._digest(changed, None)
        new: dict[str, Any] = {"prev_sha256": before, "sha256": own}
        if own != row.sha256 and not keep_keys:
            new["keyed"] = None
        connection.execute(update(evidence).where(*where).values(**new))
        before = own
    connection.execute(update(tickets).values(evidence_sha256=before))


async def test_what_was_written_is_keyed_from_the_first_entry_on(store: Store, clock: TestClock) -> None:
    assert (await checked(store)).is_whole
    began = clock.now()
    await write(store, "one")
    clock.advance(timedelta(days=1))
    await write(store, "two")
    found = await checked(store)
    assert (found.is_whole, found.keyed_since, found.unkeyed) == (True, began, 0)
    assert await broken(store, await case(store)) is None


@pytest.mark.parametrize("keep_keys", [True, False], ids=["old keyed digests", "none"])
async def test_a_chain_that_was_made_anew_is_noticed_at_the_record_that_was_changed(
    store: Store, store_url: str, *, keep_keys: bool
) -> None:
    await write(store, "one", "two", "three")
    number = await case(store)
    forge(store_url, lambda c: forge_audit(c, keep_keys=keep_keys))
    found = await checked(store)
    assert (found.is_whole, found.broken if keep_keys else None) == (False, 2 if keep_keys else None)
    await write(store, "four")  # what comes behind is ours again, and hides nothing
    if keep_keys:
        assert (await checked(store)).broken == 2
    forge(store_url, lambda c: forge_evidence(c, keep_keys=True))
    assert await broken(store, number) == 2


async def test_a_record_without_a_keyed_digest_is_good_only_from_before_they_began(
    store: Store, store_url: str, clock: TestClock
) -> None:
    """A program of before wrote, then one of now: what the first wrote can be checked as ever."""
    old = await case(store)
    await write(store, "one", "two")

    def as_before(connection: Connection) -> None:
        connection.execute(update(audit).values(keyed=None))
        connection.execute(update(evidence).values(keyed=None))
        connection.execute(delete(marks).where(marks.c.name == KEYED))

    forge(store_url, as_before)
    first = await checked(store)
    assert (first.broken, first.keyed_since, first.unkeyed, first.is_whole) == (None, None, 2, False)
    clock.advance(timedelta(hours=1))
    await write(store, "three")
    after = await checked(store)
    assert (after.is_whole, after.keyed_since, after.unkeyed) == (True, clock.now(), 2)
    assert await broken(store, old) is None
    clock.advance(timedelta(hours=1))
    new = await case(store)
    forge(store_url, lambda c: c.execute(update(evidence).where(evidence.c.ticket_id == new).values(keyed=None)))
    assert await broken(store, new) == 1
    forge(store_url, lambda c: c.execute(update(audit).where(audit.c.seq == 3).values(keyed=None)))
    assert (await checked(store)).broken == 3


async def test_a_node_of_the_version_before_goes_on_with_the_chain_and_the_next_entry_of_ours_says_since_when(
    store: Store, store_url: str, clock: TestClock
) -> None:
    await write(store, "one")
    row = {"id": new_journal_id(), "at": clock.now(), "who": "x", "act": "old", "object": "", "details": {}}

    def by_the_old_one(connection: Connection) -> None:
        """As it is done there: it knows the mark of the newest entry, and no other."""
        seq, _, before = str(connection.scalar(select(marks.c.value).where(marks.c.name == HEAD))).partition(" ")
        connection.execute(insert(audit), row | {"seq": int(seq) + 1, "prev_sha256": before})
        written = connection.execute(select(audit).where(audit.c.id == row["id"])).one()
        own = audit_log._digest(written, written.seq, before)
        connection.execute(update(audit).where(audit.c.id == row["id"]).values(sha256=own))
        connection.execute(update(marks).where(marks.c.name == HEAD).values(value=f"{written.seq} {own}"))

    clock.advance(timedelta(hours=1))
    forge(store_url, by_the_old_one)
    found = await checked(store)
    assert (found.broken, found.keyed_since, found.is_whole) == (None, None, False)
    clock.advance(timedelta(hours=1))
    await write(store, "two")
    after = await checked(store)
    assert (after.is_whole, after.keyed_since, after.unkeyed, after.entries) == (True, clock.now(), 1, 3)


@pytest.mark.parametrize("value", ["", "x", "1 2 3 4", "é é é", "9 " + "0" * 64 + " 2026-01-01T00:00:00+00:00 é"])
async def test_a_mark_that_is_not_ours_is_said_to_be_none_until_the_next_entry_makes_it_anew(
    store: Store, store_url: str, clock: TestClock, value: str
) -> None:
    await write(store, "one")
    forge(store_url, lambda c: c.execute(update(marks).where(marks.c.name == KEYED).values(value=value)))
    found = await checked(store)
    assert (found.broken, found.keyed_since, found.is_whole) == (None, None, False)
    clock.advance(timedelta(days=3))
    await write(store, "two")
    again = await checked(store)
    assert (again.is_whole, again.keyed_since) == (True, clock.now()), "the check says since when"


async def test_with_another_key_nothing_that_was_keyed_fits(store: Store) -> None:
    await write(store, "one")
    number = await case(store)

    def unit(shelves: Shelves) -> list[bool]:
        keys = Keys(Seal(None, b"o" * 32))
        row = shelves.evidence._db.execute(select(evidence).where(evidence.c.ticket_id == number)).first()
        entry = shelves.evidence._db.execute(select(audit)).first()
        assert row is not None
        assert entry is not None
        return [keys.fits(row, number), keys.fits(entry, CHAIN), Keys.of(shelves.marks, keys.seal).since is not None]

    assert await store.read(unit) == [False, False, False]


async def test_a_keyed_digest_of_one_case_is_none_for_another_and_none_of_the_audit_log(store: Store) -> None:
    number = await case(store)

    def unit(shelves: Shelves) -> list[bool]:
        keys = Keys(store.seal)
        row = shelves.evidence._db.execute(select(evidence).where(evidence.c.ticket_id == number)).first()
        assert row is not None
        return [keys.fits(row, chain) for chain in (number, "AAAAAAAA", CHAIN)]

    assert await store.read(unit) == [True, False, False]
