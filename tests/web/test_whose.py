"""The page of a question says whose message it is to whoever is not its sender, and folds no list of recipients for a line or two."""

import pytest

from gateway.decision import Decision
from tests.helpers.pages import SENDER, SUPERIOR, TYPO, World, text_of

SAID = f"Sender鈴木 &lt;{SENDER}&gt;"


async def test_whoever_answers_for_others_reads_whose_message_it_is_and_the_sender_does_not(world: World) -> None:
    token, kept = await world.hold()
    other = await world.store.commit(lambda s: s.links.make(kept.group_id, SUPERIOR, "question"))
    async with world.client() as browser:
        mine, theirs = [text_of((await browser.get(f"/q/{t}?lang=en")).text) for t in (token, other)]
        assert SAID not in mine
        assert SAID in theirs
        await world.pages.flow.decide(token, Decision("cancel"))
        mine, theirs = [text_of((await browser.get(f"/q/{t}?lang=en")).text) for t in (token, other)]
        assert SAID in theirs
        assert SAID not in mine


@pytest.mark.parametrize(("count", "folded"), [(10, 0), (12, 0), (13, 3)])
async def test_no_list_of_recipients_is_folded_for_one_or_two(world: World, count: int, folded: int) -> None:
    to = tuple(f"p{n}@customer.example" for n in range(count))
    token, _ = await world.hold((TYPO | {"about": {"recipient": to[0]}},), to)
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    envelope = page.partition('id="envelope-title"')[2].partition("</section>")[0]
    assert envelope.count("<li>") == count
    assert (f"{folded} more" in envelope) == ("<details>" in envelope) == bool(folded)
