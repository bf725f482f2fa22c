"""Several processes on one store: one wins, none waits for ever, and what was answered is there after a kill."""

import asyncio
import os
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

from store.engine import Store
from store.holds import State
from store.shelves import Shelves
from tests.conftest import MakeStore
from tests.helpers.clock import START
from tests.helpers.samples import hold

ROOT = Path(__file__).parents[2]
ROUNDS = 200
PREFIX = """
    import asyncio, sys
    from pathlib import Path
    from store.clock import Clock
    from store.engine import Store
    from store.holds import State
    from store.seal import Seal
    from tests.helpers.samples import hold

    url, directory, ids = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]

    async def main():
        store = Store(url, directory, Seal(None, b"l" * 32), Clock())
        await store.start()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await work(store)
"""
RUN = "asyncio.run(main())"


def start(work: str, url: str, directory: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Another process that does the work once it reads a line."""
    program = textwrap.dedent(PREFIX) + textwrap.dedent(work) + RUN
    command = [sys.executable, "-c", program, url, str(directory), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


RACE = """
    async def work(store):
        for number in ids:
            won = await store.commit(lambda shelves: shelves.holds.move(number, State.HELD, State.RELEASED, by="x"))
            print(number if won else "-", flush=True)
        await store.stop()
"""


async def test_of_two_processes_that_release_one_hold_one_wins(store_url: str, store: Store, tmp_path: Path) -> None:
    kept = [hold() for _ in range(ROUNDS)]

    def unit(shelves: Shelves) -> None:
        for each in kept:
            shelves.holds.add(each, b"sealed")

    await store.commit(unit)
    ids = [each.id for each in kept]
    racers = await asyncio.gather(*(asyncio.to_thread(start, RACE, store_url, tmp_path, *ids) for _ in range(2)))
    for racer in racers:
        go(racer)
    told = [out.split() for out, _ in await asyncio.gather(*(asyncio.to_thread(racer.communicate) for racer in racers))]
    assert all(len(lines) == ROUNDS for lines in told)
    wins = [number for lines in told for number in lines if number != "-"]
    assert sorted(wins) == sorted(ids)


async def test_of_two_buttons_pressed_at_once_one_counts(store_url: str, make_store: MakeStore) -> None:
    one, two = await make_store(store_url), await make_store(store_url)
    for _ in range(ROUNDS):
        await press_both(one, two)


async def press_both(one: Store, two: Store) -> None:
    kept = hold()
    await one.commit(lambda shelves: shelves.holds.add(kept, b"sealed"))
    released, cancelled = await asyncio.gather(
        one.commit(lambda shelves: shelves.holds.move(kept.id, State.HELD, State.RELEASED)),
        two.commit(lambda shelves: shelves.holds.move(kept.id, State.HELD, State.CANCELLED)),
    )
    assert released != cancelled
    found = await one.read(lambda shelves: shelves.holds.get(kept.id))
    assert found
    assert found.state is (State.RELEASED if released else State.CANCELLED)


KEEP = """
    async def work(store):
        kept = hold(id=ids[0])
        def unit(shelves):
            shelves.holds.add(kept, bytes(200_000))
            shelves.marks.set("question", kept.id)
        await store.commit(unit)
        print("kept", flush=True)
        await asyncio.sleep(3600)
"""


async def test_what_was_answered_is_there_after_a_kill(store_url: str, make_store: MakeStore, tmp_path: Path) -> None:
    number = hold().id
    process = await asyncio.to_thread(start, KEEP, store_url, tmp_path / "var", number)
    go(process)
    assert process.stdout
    assert await asyncio.to_thread(process.stdout.readline) == "kept\n"
    process.kill()
    process.communicate()
    store = await make_store(store_url)
    assert await store.read(lambda shelves: shelves.marks.get("question")) == number
    assert await store.read(lambda shelves: shelves.holds.sealed_content(number)) == bytes(200_000)


UNFINISHED = """
    async def work(store):
        def unit(shelves):
            shelves.holds.add(hold(id=ids[0]), bytes(200_000))
            print("half", flush=True)
            import time; time.sleep(3600)
        await store.commit(unit)
"""


async def test_a_process_killed_in_a_unit_leaves_nothing_and_stops_nobody(
    store_url: str, make_store: MakeStore, tmp_path: Path
) -> None:
    number = hold().id
    process = await asyncio.to_thread(start, UNFINISHED, store_url, tmp_path / "var", number)
    go(process)
    assert process.stdout
    assert await asyncio.to_thread(process.stdout.readline) == "half\n"
    store = await make_store(store_url)
    writing = asyncio.ensure_future(store.commit(lambda shelves: shelves.marks.set("next", "1")))
    process.kill()
    process.communicate()
    await writing
    assert await store.read(lambda shelves: shelves.holds.get(number)) is None


MANY = """
    async def work(store):
        await asyncio.gather(*(store.commit(lambda s, n=n: s.marks.set(f"{ids[0]}{n}", "1")) for n in range(100)))
        await store.stop()
        print("done", flush=True)
"""


async def test_processes_that_write_at_once_lose_nothing(store_url: str, store: Store, tmp_path: Path) -> None:
    writers = await asyncio.gather(*(asyncio.to_thread(start, MANY, store_url, tmp_path, name) for name in "abc"))
    for writer in writers:
        go(writer)
    told = [out for out, _ in await asyncio.gather(*(asyncio.to_thread(writer.communicate) for writer in writers))]
    assert told == ["done\n"] * 3

    def missing(shelves: Shelves) -> list[str]:
        names = [f"{name}{n}" for name in "abc" for n in range(100)]
        return [name for name in names if shelves.marks.get(name) is None]

    assert await store.read(missing) == []


async def test_orphans_are_swept_at_the_start_and_nothing_else(
    sqlite_url: str, make_store: MakeStore, tmp_path: Path
) -> None:
    var = tmp_path / "var"
    store = await make_store(sqlite_url)
    kept = hold()
    await store.commit(lambda shelves: shelves.holds.add(kept, bytes(100_000)))
    [mine] = var.iterdir()
    old, young = START - timedelta(hours=2), START - timedelta(minutes=30)
    names = {
        "hold-AAAAAAAA-00000000.sealed": old,
        ".hold-BBBBBBBB-00000000.new": old,
        "hold-CCCCCCCC-00000000.sealed": young,
    }
    others = {"link.key": old, "hold-of-mine.txt": old, mine.name: old}
    for name, at in (names | others).items():
        (var / name).touch()
        os.utime(var / name, (at.timestamp(), at.timestamp()))
    await make_store(sqlite_url)
    assert {path.name for path in var.iterdir()} == {"hold-CCCCCCCC-00000000.sealed", *others}
