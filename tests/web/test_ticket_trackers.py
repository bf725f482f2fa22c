"""The trackers of a ticket: what each was told, what differs, and "try again", which is written down."""

from functools import partial

from store.tickets import Ticket
from tests.helpers.mirrors import fill_mirrors
from tests.helpers.pages import SUPERIOR, World, read, text_of
from tests.web.test_ticket import press, work


async def mirrored(world: World) -> tuple[str, Ticket]:
    token, ticket = await world.ticket()
    await world.store.commit(partial(fill_mirrors, ticket_id=ticket.id, words="RT-4711"))
    return token, ticket


async def test_each_tracker_is_shown_with_what_it_was_told_and_what_differs(world: World) -> None:
    token, _ = await mirrored(world)
    async with world.client() as browser:
        english = text_of((await browser.get(f"/t/{token}/trackers?lang=en")).text)
        page = (await browser.get(f"/t/{token}/trackers?lang=ja")).text
    for words in ("ok 0 up to date", "mismatch 0 differs", "failed 0 refused", "waiting 0 waiting", "RT-4711"):
        assert words in english
    assert "Last read back Wed 1 Apr, 09:30 (JST)." in english
    assert "Did not come back as written: title description our number kind (real) state" in english
    assert "The last try: it answered 401" in english
    assert "Its address said that it is gone" in english
    assert "It has not answered since Wed 1 Apr, 06:30 (JST)." in english
    assert "the secret or the authorities in our settings cannot be used" in english
    assert '<a href="https://tracker.example/issues/7" rel="noreferrer noopener">RT-4711</a>' in page
    assert "次の手順の期限" in page
    assert "前回の結果：応答がありませんでした" in text_of(page)
    assert not [form for form in read(page)[0] if "tracker" in form.names()]


async def test_try_again_is_one_press_and_stands_in_the_evidence_and_the_audit_log(world: World) -> None:
    token, ticket = await mirrored(world)
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}/trackers", ticket.id[-4:])
        reply = await press(browser, path, "again", tracker="failed 1")
        assert reply.status_code == 303
        assert (await press(browser, path, "again", tracker="nobody")).status_code == 409
        timeline = text_of((await browser.get(f"/t/{token}/timeline?lang=en")).text)
    again = await world.store.read(lambda shelves: shelves.trackers.get(ticket.id, "failed 1"))
    assert again
    assert (again.state, again.next_try, again.attempts) == ("waiting", world.clock.now(), 0)
    assert "Asked to tell another tracker again: failed 1" in timeline
    newest = (await world.store.read(lambda shelves: shelves.audit.newest(1)))[0]
    assert (newest["who"], newest["act"], newest["details"]) == (SUPERIOR, "tracker-again", {"tracker": "failed 1"})


async def test_for_reading_only_nothing_is_tried_again(world: World) -> None:
    token, ticket = await mirrored(world)
    async with world.client() as browser:
        reply = await press(browser, f"/t/{token}/trackers", "again", tracker="failed 1")
        assert reply.status_code == 422
    same = await world.store.read(lambda shelves: shelves.trackers.get(ticket.id, "failed 1"))
    assert same
    assert same.state == "failed"


async def test_where_no_tracker_was_told_the_page_says_so(world: World) -> None:
    token, _ = await world.ticket()
    async with world.client() as browser:
        page = text_of((await browser.get(f"/t/{token}/trackers?lang=en")).text)
    assert "No other tracker has been told of this ticket." in page
