"""Somebody signs in on the pages of a world: the address typed, the link of the mail, its button."""

from datetime import datetime, timedelta

import httpx2

from store.shelves import Shelves
from tests.helpers.pages import Form, World, read

STAFF = "http://staff.example"


async def form_of(client: httpx2.AsyncClient, path: str, number: int = -1) -> Form:
    """A form of a page."""
    return read((await client.get(path)).text)[0][number]


async def ask(client: httpx2.AsyncClient, address: str, back: str = "") -> httpx2.Response:
    """Type an address."""
    form = await form_of(client, f"/sign-in?next={back}" if back else "/sign-in")
    return await client.post(form.action, data={**dict(form.as_it_stands()), "address": address})


async def links(world: World) -> list[tuple[str, str]]:
    """Whom a link was sent to, and its token: what stands in the mails of the outbox."""

    def unit(shelves: Shelves) -> list[tuple[str, str]]:
        waiting = shelves.outbox.claim_due("test", shelves.now + timedelta(days=365), 100)
        made = []
        for notice in (one for one in waiting if one.kind == "sign_in"):
            facts = notice.facts
            purpose = "staff-sign-in" if facts["place"] == "staff" else "sign-in"
            until = datetime.fromisoformat(facts["until_at"])
            made.append((notice.recipient, shelves.links.make(facts["sign_in"], notice.recipient, purpose, until)))
        return made

    return await world.store.commit(unit)


async def press(client: httpx2.AsyncClient, token: str) -> httpx2.Response:
    """Open the link and press its button."""
    form = await form_of(client, f"/sign-in/{token}")
    return await client.post(form.action, data=dict(form.as_it_stands()))


async def sign_in(world: World, client: httpx2.AsyncClient, address: str, back: str = "") -> httpx2.Response:
    """All of it; the answer to the button."""
    await ask(client, address, back)
    sent = await links(world)
    assert [who for who, _ in sent] == [address]
    return await press(client, sent[0][1])
