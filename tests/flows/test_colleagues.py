"""Colleagues in To or Cc of a held message are told, and may stop it; nobody else is told anything."""

from store.holds import State
from tests.flows.world import KNOWN, SENDER, TYPO, World, mail

COLLEAGUE = "mori@tachibana.example"
HIDDEN = "natori@tachibana.example"


async def test_a_colleague_in_to_or_cc_gets_a_link_that_stops_it_and_one_in_bcc_does_not(world: World) -> None:
    content = mail(f"{TYPO}, {COLLEAGUE}")
    assert (await world.send(content, TYPO, COLLEAGUE, HIDDEN)).startswith("250")
    await world.settle()
    (told,) = world.notices(COLLEAGUE)
    text = told.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert TYPO in text
    assert HIDDEN not in text
    assert not world.notices(HIDDEN)
    hold = await world.hold()
    token = world.house.store.seal.token(hold.group_id, COLLEAGUE, "stop")
    assert f"/s/{token}" in text
    assert (await world.house.flow.stop(token)).result == "done"  # type: ignore[union-attr]
    await world.settle()
    assert (await world.hold()).state is State.CANCELLED
    assert "取り消" in world.notices(SENDER)[-1]["Subject"]


async def test_a_colleague_is_told_nothing_of_a_recipient_in_bcc(world: World) -> None:
    assert (await world.send(mail(f"{KNOWN}, {COLLEAGUE}"), TYPO, KNOWN, COLLEAGUE)).startswith("250")
    await world.settle()
    (told,) = world.notices(COLLEAGUE)
    assert TYPO not in told.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_colleague_is_not_told_any_more_once_the_sender_has_answered(world: World) -> None:
    assert (await world.send(mail(f"{TYPO}, {COLLEAGUE}"), TYPO, COLLEAGUE)).startswith("250")
    hold = await world.hold()
    token = await world.house.store.commit(lambda s: s.links.make(hold.group_id, SENDER, "question"))
    assert token == world.token(hold)
    await world.decide(hold, kind="cancel")
    await world.settle()
    assert not world.notices(COLLEAGUE)


async def test_a_colleagues_link_releases_nothing(world: World) -> None:
    assert (await world.send(mail(f"{TYPO}, {COLLEAGUE}"), TYPO, COLLEAGUE)).startswith("250")
    await world.settle()
    hold = await world.hold()
    assert await world.decide(hold, "right", person=COLLEAGUE) is None
    assert (await world.hold()).state is State.HELD
