"""A message from a shared cloud through a whole house: the secret stays outside, the stamp goes on, and nothing goes round."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from tests.flows.world import KNOWN, REPORT, SENDER, TYPO, World, mail, open_world
from tests.gateway.test_clients import CLOUD, FIELD, OTHER, PROOF, SECRET
from tests.helpers.clock import TestClock
from tests.helpers.relay import HOST

WORD = b"0123456789abcdef0123456789abcdef"
INSIDE = 'inside_networks = ["127.0.0.1/32"]\n'
STAMP = b"X-Sekisho-Stamp: " + WORD + b"\r\n"


def secret(path: Path, *words: bytes) -> Path:
    path.write_bytes(b"".join(word + b"\n" for word in words))
    path.chmod(0o600)
    return path


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def world(store_url: str, tmp_path: Path, clock: TestClock, authority: trustme.CA) -> AsyncIterator[World]:
    """A house whose clients are in a cloud and whose next hop may be that cloud again."""
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(tmp_path / "tls.pem")
    smtp = f"""stamp_file = "{secret(tmp_path / "stamp.secret", WORD, OTHER)}"
[smtp.tls]
certificate = "{tmp_path}/tls.pem"
key = "{tmp_path}/tls.pem"
[[smtp.clients]]
networks = ["{CLOUD}/32"]
shared = true
originator_org = "contoso.example"
secret_header = "X-Tenant"
secret_file = "{secret(tmp_path / "tenant.secret", SECRET)}"
"""
    async with open_world(store_url, tmp_path / "node", clock, smtp=smtp, extra=INSIDE) as made:
        yield made


async def from_cloud(world: World, authority: trustme.CA, content: bytes, to: str, sender: str = SENDER) -> str:
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with world.client(CLOUD) as client:
        await client.begin_tls(trusting)
        return await client.mail(content, to, sender=sender)


async def test_what_passes_carries_the_stamp_on_top_and_the_secret_nowhere(world: World, authority: trustme.CA) -> None:
    assert await from_cloud(world, authority, PROOF + FIELD + mail(), KNOWN) == "250 2.0.0 taken"
    (taken,) = world.delivered(KNOWN)
    above, _, rest = taken.plain.partition(b" +0000\r\n")
    assert above.startswith(STAMP + b"Received: from client.example ")
    assert rest == PROOF + mail()


async def test_what_is_held_is_kept_without_secret_and_stamp_and_gets_the_stamp_when_it_leaves(
    world: World, authority: trustme.CA
) -> None:
    assert "held as" in await from_cloud(world, authority, PROOF + FIELD + mail(TYPO), TYPO)
    hold = await world.hold()
    sealed = await world.house.store.read(lambda shelves: shelves.holds.sealed_content(hold.id))
    kept = world.house.store.seal.open(sealed, hold.id)
    assert kept.endswith(PROOF + mail(TYPO))
    assert not any(word in kept for word in (SECRET, WORD))
    await world.settle()
    await world.decide(hold, "right")
    await world.settle()
    (taken,) = world.delivered(TYPO)
    assert taken.plain == STAMP + kept


async def test_mail_that_comes_round_is_refused_as_a_loop_whatever_the_gate_says(
    world: World, authority: trustme.CA
) -> None:
    await from_cloud(world, authority, PROOF + FIELD + mail(), KNOWN)
    round_trip = FIELD + world.delivered(KNOWN)[0].plain
    for position in ("normal", "observe", "open"):
        world.house.gate.set(position, by="root", reason="test")
        assert (await from_cloud(world, authority, round_trip, KNOWN)).startswith("554 5.4.6")
        assert (await world.send(STAMP + mail(number="2"), KNOWN)).startswith("554 5.4.6")
    assert (await world.send(b"x-sekisho-stamp:" + OTHER + b"\r\n" + mail(number="3"), KNOWN)).startswith("554 5.4.6")
    assert len(world.delivered(KNOWN)) == 1


@pytest.mark.parametrize(
    "forged",
    [
        b"X-Sekisho-Stamp: forged\r\n",
        b"X-Sekisho-Stamp: " + WORD[:-1] + b"\r\n",
        b"X-Sekisho-Stamp: " + WORD + b"0\r\n",
        b"X-Sekisho-Stamp-2: " + WORD + b"\r\n",
        b"Subject: X-Sekisho-Stamp: " + WORD + b"\r\n",
        b"X-Sekisho-Stamp: a\r\nX-Sekisho-Stamp: b\r\n",
    ],
)
async def test_a_stamp_that_a_person_writes_opens_nothing(world: World, forged: bytes) -> None:
    assert "held as" in await world.send(forged + mail(TYPO), TYPO)
    await world.settle()
    assert world.delivered(TYPO) == []


async def test_a_report_from_the_cloud_needs_the_proof_too(world: World, authority: trustme.CA) -> None:
    report = mail(REPORT, text="間違えました", number="r")
    assert (await from_cloud(world, authority, PROOF + report, REPORT)).startswith("550 5.7.1")
    assert await world.house.store.read(lambda shelves: shelves.tickets.listing()) == ()
    assert (await from_cloud(world, authority, PROOF + FIELD + report, REPORT)).startswith("250 ")
    assert len(await world.house.store.read(lambda shelves: shelves.tickets.listing())) == 1
