"""Every state of the pages that need nobody signed in, on one store."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from gateway.decision import Decision, risks
from response.desk import Report
from response.measures import Plan
from store.holds import Delivery, Hold
from store.measures import Change
from tests.helpers.mirrors import fill_mirrors
from tests.helpers.pages import (
    BLOCK,
    BLOCKED,
    BODY,
    DATA,
    EXPOSURE,
    MANY,
    OTHER,
    SENDER,
    SUPERIOR,
    TYPO,
    WRONG,
    World,
    finding,
)

NEW = tuple(f"a.new.partner.with.a.long.name{n}@department.partner{n}.example" for n in range(12))
COLLEAGUE = "mori@tachibana.example"


async def sent_again(world: World, first: Hold, *args: Any) -> tuple[str, Hold]:
    """A message that was sent again while the first was held."""
    token, later = await world.hold(*args)
    await world.store.commit(lambda shelves: shelves.again.add(later.group_id, first.group_id))
    return token, later


async def hold_of_several(world: World) -> tuple[str, Hold]:
    """A slip, a dozen new recipients, a list in an archive, a signature that ends soon, and an envelope that says something else."""
    new = [finding("recipient-first-time", {"recipient": a}, "初めての宛先です。", f"{a} is new.") for a in NEW]
    verdict = {
        "disposition": "hold",
        "findings": [TYPO, *new, DATA | {"files": ["送付資料一式_2026年度_最終版_v12.zip"]}, MANY],
        "exposure": EXPOSURE,
        "files": {"顧客一覧.xlsx": ["送付資料一式_2026年度_最終版_v12.zip"]},
        "unnamed": [NEW[3], NEW[4]],
        "absent": ["somebody.else@a-company-with-quite-a-long-name.elsewhere.example"],
        "dkim_ends": int(world.clock.now().timestamp()) + 3600,
    }
    return await world.hold((), (WRONG, OTHER, *NEW), verdict=verdict)


async def every_state(world: World) -> dict[str, str]:
    """The path of each page that needs nobody signed in, in each state."""
    paths = {**await _approvals(world), **await _asked_of_the_sender(world), **await _answered(world)}
    stop, _ = await _stop(world)
    stopped, token = await _stop(world)
    await world.pages.flow.decide(token, Decision("cancel"))
    over, token = await _stop(world)
    choice = {r.id: "right" for r in risks(await world.pages.flow.question(token) or ())}
    await world.pages.flow.decide(token, Decision("send", choice))
    reported, gone = await world.sent()
    await world.pages.desk.report(Report(channel="link", reporter=SENDER, hold_id=gone.id, wrong=(WRONG,), proven=True))
    ticket, case = await world.ticket()
    await world.store.commit(partial(fill_mirrors, ticket_id=case.id, words="RT-4711"))
    unmatched, _ = await world.ticket(proven=False, search="竣工式")
    await world.sent()
    given = Plan("a second look at new addresses", SUPERIOR, world.clock.now() + timedelta(days=30), "ask ten people")
    await world.pages.desk.lessons.plan(case.id, given, by=SUPERIOR)
    keeping = replace(given, change=Change("keep-block", target=WRONG))
    await world.pages.desk.lessons.plan(case.id, keeping, by=SUPERIOR)
    await world.pages.desk.lessons.say_cause(case.id, "flagged-and-confirmed", "a habit", by=SUPERIOR)
    lettered, about = await world.ticket()
    await world.pages.desk.finish_step(about.id, "1.1", by=SUPERIOR, note="")
    outside = await world.letter(about)
    paths |= {
        "unintended": f"/u/{outside}",
        "letters": f"/t/{lettered}/letters",
        "letter to print": f"/t/{lettered}/letter",
        "reported": f"/q/{reported}",
        "ticket": f"/t/{ticket}",
        "manual": f"/t/{ticket}/manual",
        "same mistake": f"/t/{ticket}/related",
        "lessons": f"/t/{ticket}/closing",
        "ticket, trackers": f"/t/{ticket}/trackers",
        "unmatched": f"/t/{unmatched}",
        "stop": f"/s/{stop}",
        "stopped": f"/s/{stopped}",
        "too late to stop": f"/s/{over}",
        "wrong": f"/w/{await _receipt(world)}",
        "desk": f"/desk/{await world.desk_token()}",
        "report": "/report",
        "nowhere": "/nowhere",
    }
    for block in await world.store.read(lambda s: s.blocks.in_force()):  # of the tickets: no slip would be shown as one
        await world.store.commit(lambda s, number=block.id: s.blocks.lift(number, SUPERIOR))  # type: ignore[misc]
    world.clock.advance(timedelta(minutes=83))
    return paths


async def _asked_of_the_sender(world: World) -> dict[str, str]:
    guests = [f"guest{i}@partner{i}.example" for i in range(12)]
    everything, _ = await world.hold((TYPO, BLOCK, DATA, MANY, BODY), (WRONG, BLOCKED, *guests))
    one, _ = await world.hold((TYPO,), (WRONG,))
    signed, _ = await world.hold((TYPO, MANY), alterable="dkim")
    delayed, _ = await world.hold((), (OTHER,), deadline=None, release_at=world.clock.now() + timedelta(hours=2))
    several, _ = await hold_of_several(world)
    again, _ = await world.hold()
    for act in (Decision("cancel"), Decision("bring-back")):
        await world.pages.flow.decide(again, act)
    _, first = await world.hold()
    similar, _ = await sent_again(world, first)
    otherwise, _ = await sent_again(world, first, (TYPO, BODY))
    tokens = {"everything": everything, "one": one, "signed": signed, "delayed": delayed, "several": several}
    tokens |= {"again": again, "similar": similar, "similar, but otherwise": otherwise}
    return {name: f"/q/{token}" for name, token in tokens.items()}


async def _answered(world: World) -> dict[str, str]:
    removed, taken = await hold_of_several(world)
    chosen = {r.id: next(c for c in ("remove", "bcc", "right") if c in r.choices) for r in risks([taken])}
    await world.pages.flow.decide(removed, Decision("send", chosen))
    sent, _ = await world.sent()
    cancelled, _ = await world.hold()
    await world.pages.flow.decide(cancelled, Decision("cancel"))
    partly, kept = await world.sent(delivered=(OTHER,))
    await world.store.commit(lambda shelves: shelves.deliveries.set(kept.id, 0, Delivery.FAILED))
    tokens = {"removed": removed, "sent": sent, "partly sent": partly, "cancelled": cancelled}
    return {name: f"/q/{token}" for name, token in tokens.items()}


async def _approvals(world: World) -> dict[str, str]:
    asked = [await world.asked() for _ in range(4)]
    await world.pages.flow.say(asked[1][0], approve=False, comment="宛先をもう一度")
    await world.pages.flow.say(asked[2][0], approve=True)
    await world.pages.flow.decide(asked[3][1], Decision("take-back"))
    return {
        "approve": f"/a/{asked[0][0]}",
        "waiting": f"/q/{asked[0][1]}",
        "sent back": f"/q/{asked[1][1]}",
        "approved": f"/q/{asked[2][1]}",
        "over": f"/a/{asked[3][0]}",
    }


async def _stop(world: World) -> tuple[str, str]:
    """A colleague's link to a message that is held, and its sender's."""
    question, kept = await world.hold((TYPO,), (WRONG, COLLEAGUE))
    return await world.store.commit(lambda s: s.links.make(kept.group_id, COLLEAGUE, "stop")), question


async def _receipt(world: World) -> str:
    """The link of a receipt."""
    _, kept = await world.sent()
    return await world.store.commit(lambda s: s.links.make(kept.queue_id, SENDER, "sent"))
