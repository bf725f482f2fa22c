"""Drills in the store: one at a time, each mail and inject once, and nothing more once it has ended."""

import dataclasses
from datetime import timedelta

from store.engine import Store
from store.quiz import WHOLE
from tests.helpers.clock import TestClock
from tests.helpers.samples import DRILL

PLAYER, SINK = DRILL.mails[0].player, DRILL.mails[0].recipient


async def test_what_was_begun_comes_back_whole(store: Store) -> None:
    assert await store.commit(lambda s: s.drills.add(DRILL))
    assert await store.read(lambda s: s.drills.get(DRILL.id)) == DRILL
    assert await store.read(lambda s: s.drills.listing()) == (DRILL,)


async def test_one_runs_at_a_time(store: Store) -> None:
    other = dataclasses.replace(DRILL, id="DR1LL001")
    assert [await store.commit(lambda s, one=one: s.drills.add(one)) for one in (DRILL, other)] == [True, False]  # type: ignore[misc]
    await store.commit(lambda s: s.drills.end(DRILL.id, "stopped", "operator"))
    assert await store.commit(lambda s: s.drills.add(other))


async def test_a_mail_arrives_once_and_only_as_it_was_made(store: Store) -> None:
    await store.commit(lambda s: s.drills.add(DRILL))
    right = (DRILL.id, "<1@tachibana.example>", PLAYER, SINK, "Q1")
    wrong = [
        ("DR1LL009", *right[1:]),
        (right[0], "<2@tachibana.example>", *right[2:]),
        (*right[:2], "else@tachibana.example", *right[3:]),
        (*right[:3], "else@kunren.invalid", right[4]),
    ]
    for one in wrong:
        assert not await store.commit(lambda s, one=one: s.drills.arrived(*one))  # type: ignore[misc]
    assert [await store.commit(lambda s: s.drills.arrived(*right)) for _ in range(2)] == [True, False]
    assert await store.read(lambda s: s.drills.of_messages(["Q0", "Q1"])) == DRILL.id
    assert await store.read(lambda s: s.drills.of_messages(["Q0", ""])) == ""
    assert await store.read(lambda s: s.drills.of_messages([])) == ""


async def test_an_inject_is_played_once_and_none_after_the_end(store: Store, clock: TestClock) -> None:
    await store.commit(lambda s: s.drills.add(DRILL))
    assert await store.read(lambda s: s.drills.due()) == ((DRILL.id, 0),)
    played = [await store.commit(lambda s: s.drills.play(DRILL.id, 0)) for _ in range(2)]
    assert [one is not None for one in played] == [True, False]
    clock.advance(timedelta(hours=3))
    assert await store.read(lambda s: s.drills.late()) == (DRILL.id,)
    assert [await store.commit(lambda s: s.drills.end(DRILL.id, "over", "sekisho")) for _ in range(2)] == [True, False]
    assert await store.read(lambda s: s.drills.due()) == ()
    assert await store.commit(lambda s: s.drills.play(DRILL.id, 1)) is None
    assert not await store.commit(lambda s: s.drills.arrived(DRILL.id, "<1@tachibana.example>", PLAYER, SINK, "Q1"))
    ended = await store.read(lambda s: s.drills.get(DRILL.id))
    assert ended is not None
    assert [one.state for one in ended.injects] == ["played", "dropped"]


async def test_of_a_quiz_only_sums_are_kept(store: Store) -> None:
    for answers in ({"a": True, WHOLE: True}, {"a": False, WHOLE: False}):
        await store.commit(lambda s, one=answers: s.quiz.add(2026, "tachibana.example", one))  # type: ignore[misc]
    await store.commit(lambda s: s.quiz.add(2025, "tachibana.example", {"a": True}))
    sums = await store.read(lambda s: s.quiz.of_year(2026))
    assert [(one.question, one.answered, one.correct) for one in sums] == [("", 2, 1), ("a", 2, 1)]
