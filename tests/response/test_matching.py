"""Matching: certain before likely before candidates, and nothing found is no error."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from response.clues import Clues, Quoted
from response.matching import Match, find, plain_subject
from response.recall import words
from store.engine import Store
from tests.helpers.clock import START, TestClock
from tests.response.cases import COLLEAGUE, OTHER, SENDER, WRONG, held, keep, line

ZONE = ZoneInfo("Asia/Tokyo")
LOCAL = datetime(2026, 4, 1, 9, 30)  # noqa: DTZ001 - a quotation gives no zone


async def look(store: Store, clues: Clues) -> Match:
    return await store.read(lambda shelves: find(shelves, clues, ZONE))


@pytest.mark.parametrize("way", ["number", "journal-id", "queue-id", "message-id", "digest"])
async def test_each_certain_clue_finds_its_message(store: Store, way: str) -> None:
    hold = held()
    await keep(store, hold, line(OTHER))
    kept = await store.read(lambda s: s.journal.by_hold(hold.id))
    assert kept is not None
    clues = {
        "number": Clues(numbers=(hold.id,)),
        "journal-id": Clues(journal_ids=(kept.id,)),
        "queue-id": Clues(queue_ids=(hold.queue_id,)),
        "message-id": Clues(message_ids=(hold.message_id,)),
        "digest": Clues(digests=(kept.sha256,)),
    }[way]
    found = await look(store, clues)
    assert (found.method, found.confidence) == (way, 1.0)
    assert [one.id for one in found.lines] == [kept.id]


async def test_a_certain_clue_beats_what_the_words_say(store: Store) -> None:
    wanted, other = line(WRONG), line(OTHER, subject="別件")
    await keep(store, wanted, other)
    found = await look(store, Clues(message_ids=("<unknown@x>", wanted.message_id), words=("別件",)))
    assert found.lines[0].id == wanted.id


async def test_all_copies_of_one_send_come_together(store: Store) -> None:
    one = line(WRONG)
    two = line(OTHER, message_id=one.message_id)
    foreign = line(OTHER, message_id=one.message_id, reverse_path=COLLEAGUE, header_from=COLLEAGUE)
    await keep(store, one, two, foreign)
    found = await look(store, Clues(journal_ids=(one.id,)))
    assert {x.id for x in found.lines} == {one.id, two.id}
    assert found.lines[0].id == one.id


async def test_of_two_messages_with_one_message_id_the_reporters_own_is_meant(store: Store) -> None:
    mine = line(WRONG)
    newer = line(
        OTHER, message_id=mine.message_id, reverse_path=COLLEAGUE, header_from=COLLEAGUE, at=START + timedelta(hours=1)
    )
    await keep(store, mine, newer)
    found = await look(store, Clues(message_ids=(mine.message_id,), reporter=SENDER))
    assert found.lines[0].id == mine.id


@pytest.mark.parametrize(
    ("quoted", "binds"),
    [
        (Quoted("Re: お見積りの件", LOCAL, SENDER, (WRONG,)), True),
        (Quoted("お見積りの件", LOCAL), True),
        (Quoted("", LOCAL, "", (WRONG,)), False),
        (Quoted("お見積りの件"), False),
        (Quoted("お見積りの件", LOCAL + timedelta(hours=3)), False),
        (Quoted("別件", LOCAL + timedelta(days=3)), None),
    ],
)
async def test_a_quotation_binds_only_when_enough_of_it_agrees(
    store: Store, clock: TestClock, quoted: Quoted, binds: bool | None
) -> None:
    wanted = line(WRONG)
    await keep(store, wanted)
    clock.advance(timedelta(hours=5))
    found = await look(store, Clues(quoted=(quoted,), reporter=SENDER))
    assert bool(found.lines) is bool(binds)
    assert [c["journal_id"] for c in found.candidates] == ([] if binds is None else [wanted.id])


async def test_two_messages_that_fit_a_quotation_equally_are_both_candidates(store: Store) -> None:
    await keep(store, line(WRONG), line(WRONG))
    found = await look(store, Clues(quoted=(Quoted("お見積りの件", LOCAL, SENDER, (WRONG,)),), reporter=SENDER))
    assert found.lines == ()
    assert len(found.candidates) == 2
    assert "same subject" in found.candidates[0]["why"]["en"]


async def test_the_quoted_sender_is_looked_at_when_somebody_else_reports(store: Store) -> None:
    wanted = line(WRONG)
    await keep(store, wanted)
    found = await look(store, Clues(quoted=(Quoted("お見積りの件", LOCAL, SENDER, (WRONG,)),), reporter=WRONG))
    assert found.lines[0].id == wanted.id


async def test_words_never_bind_and_the_better_hit_comes_first(store: Store) -> None:
    both, one = line(WRONG, subject="顧客一覧"), line(OTHER, subject="顧客一覧")
    await keep(store, both, one)
    found = await look(store, Clues(words=("顧客一覧",), recipients=(WRONG,), reporter=SENDER))
    assert found.lines == ()
    assert [c["journal_id"] for c in found.candidates] == [both.id, one.id]
    assert all(0 < c["confidence"] <= 0.7 for c in found.candidates)


async def test_the_time_window_leaves_out_what_is_older(store: Store) -> None:
    await keep(store, line(WRONG, subject="顧客一覧"))
    found = await look(store, Clues(words=("顧客一覧",), since=START + timedelta(days=1)))
    assert found == Match()


@pytest.mark.parametrize(
    "clues",
    [
        Clues(),
        Clues(numbers=("ZZZZZZZZ",), queue_ids=("",), message_ids=("<",), digests=("x",), words=("", "a", "\0", "%")),
        Clues(quoted=(Quoted(),)),
    ],
)
async def test_nothing_found_is_no_error(store: Store, clues: Clues) -> None:
    await keep(store, line(WRONG))
    assert (await look(store, clues)).lines == ()


@pytest.mark.parametrize("subject", ["Re: Fwd: 転送： 見積", "RE[2]: 見積", "見積 ", "ＦＷ：見積"])
def test_a_subject_is_compared_without_what_answering_adds(subject: str) -> None:
    assert plain_subject(subject) == "見積"


def test_what_was_done_is_said_in_both_languages() -> None:
    assert (
        words("stopped blocked", "en") == "Stopped for this recipient: it never left. Mail to this address is blocked."
    )
    assert words("stopped", "ja").startswith("この宛先への送信を止めました")
    assert words("", "ja") == ""
