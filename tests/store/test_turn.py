"""Processes take turns; each waits in line, and none waits for ever."""

import threading
from pathlib import Path

import pytest

from store.errors import StoreDownError
from store.turn import Turn


def test_a_turn_ends_for_the_next_one(tmp_path: Path) -> None:
    one, two = Turn(tmp_path / "lock"), Turn(tmp_path / "lock")
    for _ in range(3):
        with one:
            pass
        with two:
            pass


def test_who_waits_goes_on_when_the_other_has_finished(tmp_path: Path) -> None:
    one, two = Turn(tmp_path / "lock"), Turn(tmp_path / "lock")
    order: list[str] = []
    waiting = threading.Event()

    def wait() -> None:
        waiting.set()
        with two:
            order.append("two")

    with one:
        thread = threading.Thread(target=wait)
        thread.start()
        waiting.wait()
        order.append("one")
    thread.join()
    assert order == ["one", "two"]


def test_who_waits_too_long_is_told_and_keeps_the_place(tmp_path: Path) -> None:
    one, two = Turn(tmp_path / "lock"), Turn(tmp_path / "lock", patience=0.01)
    with one:
        for _ in range(3):
            with pytest.raises(StoreDownError, match="another process"), two:
                pass
        assert sum(thread.name == "store-line" for thread in threading.enumerate()) == 1
        two._patience = 30
    with two:
        pass


def test_who_leaves_the_line_does_not_keep_the_next_from_it(tmp_path: Path) -> None:
    one, two, three = Turn(tmp_path / "lock"), Turn(tmp_path / "lock", patience=0.01), Turn(tmp_path / "lock")
    with one, pytest.raises(StoreDownError), two:
        pass
    two.leave()
    two.leave()
    with three:
        pass


def test_a_lock_file_that_cannot_be_opened_is_a_store_that_is_down(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreDownError), Turn(tmp_path / "file" / "lock"):
        pass
