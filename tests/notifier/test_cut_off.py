"""The cut-off: a drill keeps everything in the house, and nothing else is kept by it."""

import dataclasses
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier import cut_off
from notifier.channels import Rendered, mail
from notifier.cut_off import SINK, SWALLOWED, is_sunk, stays, sunk
from notifier.links import LinkBase
from notifier.options import NoticeOptions
from notifier.post import Post
from store.engine import Store
from store.outbox import Notice
from tests.helpers.clock import TestClock
from tests.notifier.samples import hold, organisation, ticket

ORG = organisation()
OURS, OUTSIDE = "natori@tachibana.example", "somebody@customer.example"


class Recorder:
    """A channel that remembers what it was given."""

    def __init__(self) -> None:
        self.taken: list[Rendered] = []

    async def send(self, rendered: Rendered) -> str:
        self.taken.append(rendered)
        return "taken"

    def opened(self) -> AbstractAsyncContextManager[Any]:
        return nullcontext(self.send)


def notice(number: str, channel: str, recipient: str, kind: str = "call_superior", **other: Any) -> Notice:
    facts = {"number": "T1CK-ET00", "drill": False, "reporter": "", "reported_at": "2026-04-01T00:30:00+00:00"}
    return Notice(number, kind, channel, recipient, "ja", facts, message_id=f"<{number}@x.example>", **other)


@pytest.mark.parametrize("kind", ["drill", "real"])
async def test_of_a_drill_only_mail_to_our_own_mailboxes_leaves(store: Store, clock: TestClock, kind: str) -> None:
    case = ticket(kind=kind)
    ways = {"mail": Recorder(), "webhook": Recorder(), "request-tracker": Recorder()}
    of = {"ticket_id": case.id}
    sent = [
        notice("N1", "mail", OURS, **of),
        notice("N2", "webhook", OURS, **of),
        notice("N3", "request-tracker", OURS, **of),
        notice("N4", "relay", OUTSIDE, "bounce", raw=b"Subject: x\r\n\r\n", **of),
    ]

    def unit(shelves: Any) -> None:
        shelves.tickets.add(case)
        shelves.outbox.add(*sent)

    await store.commit(unit)
    links = LinkBase("https://mail.tachibana.example")
    post = Post(store, ORG, NoticeOptions(), ways, links=links, clock=clock, node="n")  # type: ignore[arg-type]
    await post.send_due()
    taken = {name: len(way.taken) for name, way in ways.items()}
    replies = {n.id: n.reply for n in await store.read(lambda s: s.outbox.of_ticket(case.id))}
    if kind == "drill":
        assert taken == {"mail": 1, "webhook": 0, "request-tracker": 0}
        assert replies == {"N1": "taken", "N2": SWALLOWED, "N3": SWALLOWED, "N4": SWALLOWED}
    else:
        assert taken == {"mail": 2, "webhook": 1, "request-tracker": 1}
        assert SWALLOWED not in replies.values()


async def test_a_notice_about_the_mail_of_a_drill_does_not_leave_either(store: Store, clock: TestClock) -> None:
    kept = hold()
    kept = dataclasses.replace(kept, verdict={**kept.verdict, "drill": "K7Q29MXD"})
    bounce = notice("N1", "relay", OUTSIDE, "bounce", raw=b"Subject: x\r\n\r\n", hold_id=kept.id)

    def unit(shelves: Any) -> None:
        shelves.holds.add(kept, b"sealed")
        shelves.outbox.add(bounce)

    await store.commit(unit)
    way, links = Recorder(), LinkBase("https://mail.tachibana.example")
    await Post(store, ORG, NoticeOptions(), {"mail": way}, links=links, clock=clock, node="n").send_due()  # type: ignore[dict-item]
    assert way.taken == []
    assert mail is not None


@given(st.text(max_size=20), st.text(max_size=20))
def test_only_the_very_domain_of_the_sink_is_swallowed(local: str, domain: str) -> None:
    assert is_sunk(f"{local}@{SINK}")
    address = f"{local}@{domain}.example"
    assert not is_sunk(address)
    assert not is_sunk(f"{local}@{domain}{SINK}") or domain == "" or domain.endswith("@")
    assert sunk([address, f"a@{SINK}"], drill=False) == {f"a@{SINK}"}
    assert sunk([address], drill=True) == {address}


def test_nobody_can_have_a_mailbox_in_the_sink() -> None:
    assert SINK.rpartition(".")[2] == "invalid"  # RFC 6761 6.4


@pytest.mark.parametrize("recipient", [OURS, OUTSIDE, ""])
@pytest.mark.parametrize("channel", ["mail", "relay", "webhook", "anything new"])
def test_what_is_no_drill_is_not_kept(channel: str, recipient: str) -> None:
    assert not stays(ORG, channel, recipient, drill=False)
    assert stays(ORG, channel, recipient, drill=True) is not (channel in {"mail", "relay"} and recipient == OURS)
    assert cut_off.SWALLOWED
