"""A webhook is what Standard Webhooks 1.0.0 says: verified here by its own library; thin; never led into our own network."""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import trustme
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from notifier.asking import OutsideError, is_outside, pinned, retry_after
from notifier.channels import webhook
from notifier.tracker_options import Tracker
from tests.helpers.tracker_contracts import Asked, Contract, Reply, serving
from tests.notifier.tracker_cases import NUMBER, case, secret_file, tracker

NEW, OLD, OTHER = (f"whsec_{base64.b64encode(bytes([n]) * 24).decode()}" for n in (1, 2, 3))


class Receiver(Contract):
    """Takes every event."""

    def reply(self, asked: Asked) -> Reply:  # noqa: ARG002 - as the others
        return 204, None


@pytest.fixture
def receiver() -> Iterator[tuple[Receiver, str]]:
    contract = Receiver()
    with serving(contract) as url:
        yield contract, f"{url}/hooks/leak?room=4"


def options(folder: Path, url: str, *secrets: str, **other: Any) -> Tracker:
    made = tracker(folder, "webhook", url, **{"own_network": True} | other)
    secret_file(folder, *(secrets or (NEW,)))
    return made


async def test_an_event_verifies_with_the_library_of_the_standard(
    receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    contract, url = receiver
    carried = await webhook.mirror(case(id_="msg_abc"), "", options(tmp_path, url))
    [asked] = contract.asked
    said = Webhook(NEW).verify(asked.raw, dict(asked.headers))
    assert said == json.loads(asked.raw)
    assert set(said) == {"type", "timestamp", "data"}
    assert (said["type"], said["timestamp"], said["data"]["case"]) == ("ticket.opened", "2026-11-29T07:00:00Z", NUMBER)
    assert (asked.headers["webhook-id"], carried.is_read, asked.query) == ("msg_abc", False, {"room": "4"})
    assert len(asked.raw) < 20_000
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(asked.raw, dict(asked.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(asked.raw.replace(b"128", b"129"), dict(asked.headers))


async def test_while_the_key_changes_both_the_old_and_the_new_one_verify(
    receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    contract, url = receiver
    await webhook.mirror(case(), "", options(tmp_path, url, NEW, OLD))
    [asked] = contract.asked
    for secret in (NEW, OLD):
        assert Webhook(secret).verify(asked.raw, dict(asked.headers))
    assert asked.headers["webhook-signature"].count("v1,") == 2


async def test_its_data_are_the_facts_and_nothing_of_persons_or_of_the_mail(
    receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    contract, url = receiver
    await webhook.mirror(case(), "", options(tmp_path, url))
    data = json.loads(contract.asked[0].raw)["data"]
    known = {
        "case",
        "kind",
        "state",
        "opened",
        "first_known",
        "reported",
        "sent",
        "superior_told",
        "contained",
        "confirmed",
    }
    assert set(data) == known | {"closed", "due", "deadline", "persons_min", "persons_max", "link"}
    assert "誤送信" not in contract.asked[0].raw.decode()


@pytest.mark.parametrize(
    "secret", ["whsec_c2hvcnQ=", "c2VjcmV0", "whsec_***", f"whsec_{base64.b64encode(bytes(65)).decode()}"]
)
async def test_a_secret_that_the_standard_does_not_allow_is_refused_without_saying_it(
    secret: str, tmp_path: Path
) -> None:
    with pytest.raises(OutsideError, match="24 to 64 octets") as caught:
        await webhook.mirror(case(), "", options(tmp_path, "http://127.0.0.1:9/", secret))
    assert caught.value.permanent
    assert secret not in str(caught.value)


async def test_only_2xx_is_success_and_a_redirect_is_none(receiver: tuple[Receiver, str], tmp_path: Path) -> None:
    contract, url = receiver
    for status, down in ((302, False), (410, False), (400, False), (429, True), (502, True), (504, True)):
        contract.instead = lambda _, status=status: (status, None, {"Location": url})  # type: ignore[misc]
        before = len(contract.asked)
        with pytest.raises(OutsideError) as caught:
            await webhook.mirror(case(), "", options(tmp_path, url))
        assert (caught.value.status, caught.value.down) == (status, down)
        assert len(contract.asked) == before + 1


async def test_it_is_not_led_into_our_own_network_unless_the_settings_say_so(
    receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    contract, url = receiver
    for name in (url, url.replace("127.0.0.1", "localhost"), url.replace("127.0.0.1", "[::ffff:127.0.0.1]")):
        with pytest.raises(OutsideError, match="own_network") as caught:
            await webhook.mirror(case(), "", options(tmp_path, name, own_network=False))
        assert caught.value.permanent
    assert contract.asked == []


@pytest.mark.parametrize(
    ("number", "outside"),
    [
        *(
            ("93.184.215.14", True),
            ("2606:4700::1111", True),
            ("127.0.0.1", False),
            ("10.1.2.3", False),
            ("0.0.0.0", False),
        ),
        *(("169.254.169.254", False), ("100.64.0.1", False), ("::1", False), ("fe80::1", False), ("fd00::1", False)),
        *(("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("64:ff9b::5db8:d70e", True), ("2002:a00:1::", False)),
        *(("224.0.0.1", False), ("ff02::1", False)),
    ],
)
def test_which_machines_are_outside(number: str, outside: bool) -> None:
    assert is_outside(ip_address(number)) is outside


async def test_the_machine_that_was_looked_at_is_the_one_that_is_asked() -> None:
    where, host, more = await pinned("https://localhost:8443/a?b=c", own_network=True)
    assert where in {"https://127.0.0.1:8443/a?b=c", "https://[::1]:8443/a?b=c"}
    assert (host, more) == ({"Host": "localhost:8443"}, {"sni_hostname": "localhost"})


async def test_its_certificate_must_carry_the_name_of_the_settings_and_not_the_number(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    for name, works in (("localhost", True), ("other.example", False)):
        contract = Receiver()
        with serving(contract, _context(authority, name)) as url:
            where = url.replace("http://127.0.0.1", "https://localhost")
            if works:
                await webhook.mirror(case(), "", options(tmp_path, where, ca=tmp_path / "ca.pem"))
            else:
                with pytest.raises(OutsideError, match="no answer"):
                    await webhook.mirror(case(), "", options(tmp_path, where, ca=tmp_path / "ca.pem"))
        assert len(contract.asked) == int(works)


def _context(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


async def test_who_takes_too_long_and_who_answers_without_end_are_given_up(
    receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    contract, url = receiver
    contract.instead = lambda _: (200, b"x" * (2**20 + 1), {})
    with pytest.raises(OutsideError, match="too long"):
        await webhook.mirror(case(), "", options(tmp_path, url))
    hanging = threading.Event()
    contract.instead = lambda _: (hanging.wait(5), (200, None, {}))[1]
    with pytest.raises(OutsideError, match="no answer") as caught:
        await webhook.mirror(case(), "", options(tmp_path, url, timeout=0.2))
    hanging.set()
    assert caught.value.down


def test_how_long_the_other_side_asks_us_to_wait_is_heard_and_bounded() -> None:
    assert [retry_after(text) for text in ("", "120", "x", "999999", "-5")] == [0, 120, 0, 86400, 0]
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_the_schedule_is_that_of_the_standard() -> None:
    assert timedelta(seconds=sum(webhook.WAITS)) == timedelta(hours=75, minutes=35, seconds=5)
