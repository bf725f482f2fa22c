"""What the page says of a message that leaves by itself, of one that some have already, and of what silence means."""

from datetime import timedelta

import pytest

from tests.helpers.pages import OTHER, TYPO, WRONG, World, read, text_of

PARTLY = {"policy": {"partly": True}}


async def page_of(world: World, token: str, language: str = "en") -> str:
    async with world.client() as client:
        answer = await client.get(f"/q/{token}?lang={language}")
    assert answer.status_code == 200
    return answer.text


async def test_a_delayed_message_is_shown_with_its_time_and_asks_nothing(world: World) -> None:
    leaves = world.clock.now() + timedelta(minutes=10)
    token, _ = await world.hold((), (OTHER,), deadline=None, release_at=leaves)
    page = text_of(await page_of(world, token))
    assert "Your message has not left yet." in page
    assert "It leaves by itself on Wed 1 Apr, 09:40 (JST) unless you cancel it here before." in page
    assert "Please check" not in page
    assert "Send it now" in page
    assert "Let it leave at its time" in page
    japanese = text_of(await page_of(world, token, "ja"))
    assert "この画面で取り消さなければ、4月1日（水）09:40（JST） に自動で送信されます。" in japanese


@pytest.mark.parametrize(
    ("silence", "words"),
    [
        (None, "Without an answer it is cancelled, not sent, and you are told."),
        ("send", "Without an answer it is sent then, as your organisation has set."),
        ("deputy", "your deputy is asked, and if nobody answers it is cancelled, not sent"),
        ("return", "it is cancelled, not sent, and comes back to you as undelivered."),
    ],
)
async def test_the_page_says_what_silence_means(world: World, silence: str | None, words: str) -> None:
    token, _ = await world.hold(silence=silence)
    assert words in text_of(await page_of(world, token))


async def test_a_page_for_some_recipients_never_says_that_nobody_has_it(world: World) -> None:
    verdict = {"disposition": "hold", "findings": [TYPO], "exposure": {"parts": []}, **PARTLY}
    token, _ = await world.hold(recipients=(WRONG,), verdict=verdict)
    page = await page_of(world, token)
    assert "Your message is held for some of its recipients." in page
    assert "Nobody has received it" not in page
    async with world.client() as client:
        form = next(form for form in read(page)[0] if "act" in form.names())
        await client.post(f"/q/{token}", data={"form": form.value("form"), "act": "cancel"})
        after = (await client.get(f"/q/{token}?lang=en")).text
    assert "Cancelled for the recipients who still waited for it." in after
    assert "Nobody has received it" not in after
