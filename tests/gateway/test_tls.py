"""TLS on both sides: towards clients, and towards the next hop."""

import ssl
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import trustme

from gateway.options import Smtp, Tls
from gateway.smtp.capabilities import Capabilities
from gateway.smtp_in import Door
from store.clock import Clock
from tests.gateway.test_next_hop import behind, deliver
from tests.helpers.next_hop import RecordingNextHop, next_hop
from tests.helpers.passing import Passing
from tests.helpers.relay import HOST, relay, until

MAIL = b"Subject: hello\r\n\r\nhello\r\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def offered(authority: trustme.CA, tmp_path: Path) -> Smtp:
    """The settings of a door that offers TLS, and where a client's certificate opens it."""
    certificate = authority.issue_cert(HOST)
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(tmp_path / "certificate.pem", append=True)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    files = Tls(certificate=tmp_path / "certificate.pem", key=tmp_path / "key.pem", client_ca=tmp_path / "ca.pem")
    return Smtp(tls=files, client_networks=(ip_network("127.0.0.2/32"),))


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def server_side(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    return context


async def test_a_session_goes_on_inside_tls_and_is_asked_to_greet_again(
    offered: Smtp, trusting: ssl.SSLContext
) -> None:
    async with (
        next_hop() as hop,
        relay(hop, smtp=offered) as here,
        here.client(source="127.0.0.2", greet=False) as client,
    ):
        assert "STARTTLS" in await client.hello()
        await client.say("MAIL FROM:<before@x.example>")
        assert (await client.say("STARTTLS now")).startswith("501")
        assert (await client.say("STARTTLS")).startswith("220")
        await client.start_tls(trusting)
        assert (await client.say("RCPT TO:<c@d.example>")).startswith("503")
        assert (await client.say("MAIL FROM:<a@b.example>")).startswith("503")
        assert "STARTTLS" not in await client.say("EHLO client.example")
        assert (await client.say("STARTTLS")).startswith("454")
        assert (await client.mail(MAIL * 9999, "c@d.example")).startswith("250")
    (envelope,) = here.receiver.received
    assert envelope.client.tls.startswith("TLSv1.")
    assert envelope.client.certificate == ""
    assert b"with ESMTPS id" in hop.messages[0].plain


@pytest.mark.parametrize("early", [b"NOOP\r\n", b"EHLO x.example\r\nMAIL FROM:<x@y.example>\r\n"])
async def test_what_was_said_in_clear_behind_starttls_is_not_heard(
    offered: Smtp, trusting: ssl.SSLContext, early: bytes
) -> None:
    async with relay(smtp=offered) as here, here.client() as client:
        await client.send(b"STARTTLS\r\n" + early)
        assert (await client.reply()).startswith("220")
        await client.start_tls(trusting)
        assert (await client.say("HELP")).startswith("214")
        assert (await client.say("MAIL FROM:<a@b.example>")).startswith("503")


async def test_without_a_certificate_of_ours_there_is_no_tls() -> None:
    async with relay() as here, here.client(greet=False) as client:
        assert "STARTTLS" not in await client.hello()
        assert (await client.say("STARTTLS")).startswith("454")


async def test_a_verified_client_certificate_opens_the_door(
    offered: Smtp, trusting: ssl.SSLContext, authority: trustme.CA
) -> None:
    certificate = authority.issue_cert("pc7.tachibana.example")
    certificate.configure_cert(trusting)
    async with next_hop() as hop, relay(hop, smtp=offered) as here, here.client(source="127.0.0.1") as client:
        await client.say("STARTTLS")
        await client.start_tls(trusting)
        await client.say("EHLO client.example")
        assert (await client.mail(MAIL, "c@d.example")).startswith("250")
    leaf = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    assert here.receiver.received[0].client.certificate == sha256(leaf).hexdigest()


async def test_a_stranger_stays_one_inside_tls(offered: Smtp, trusting: ssl.SSLContext) -> None:
    async with relay(smtp=offered) as here, here.client(source="127.0.0.1") as client:
        await client.say("STARTTLS")
        await client.start_tls(trusting)
        await client.say("EHLO client.example")
        assert (await client.mail(MAIL, "c@d.example")).startswith("554 5.7.1")


async def test_a_failed_handshake_ends_the_connection_and_is_counted_out(
    offered: Smtp, capsys: pytest.CaptureFixture[str]
) -> None:
    async with relay(smtp=offered) as here:
        async with here.client() as client:
            await client.say("STARTTLS")
            await client.send(b"this is no handshake\r\n")
            while await client.reader.read(100):
                pass
        assert not here.door._sessions
        assert not here.door._per_client
    assert "handshake failed" in capsys.readouterr().out


async def test_a_client_that_does_not_trust_us_is_counted_out(
    offered: Smtp, capsys: pytest.CaptureFixture[str]
) -> None:
    async with relay(smtp=offered) as here:
        async with here.client() as client:
            await client.say("STARTTLS")
            with pytest.raises(ssl.SSLCertVerificationError):
                await client.start_tls(ssl.create_default_context())
        await until(lambda: not here.door._sessions)
    capsys.readouterr()


def test_a_certificate_that_cannot_be_read_is_an_error_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "nonsense.pem").write_text("nonsense")
    tls = Tls(certificate=tmp_path / "nonsense.pem", key=tmp_path / "nonsense.pem")
    with pytest.raises(ssl.SSLError):
        Door(Smtp(tls=tls), Passing(None), Capabilities, Clock())  # type: ignore[arg-type]


async def secured(hop: RecordingNextHop, **options: Any) -> tuple[str, bool]:
    """The answer, and whether the hop was spoken to in TLS."""
    delivery = await deliver(behind(hop, **options))
    return str(delivery.answers["bob@customer.example"]), hop.commands.count("EHLO relay.example") == 2


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    return tmp_path / "authority.pem"


async def test_required_tls_checks_authority_and_name_and_says_what_is_wrong(
    authority: trustme.CA, ca_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with next_hop(tls=server_side(authority, "127.0.0.1", "hop.example")) as hop:
        assert await secured(hop, tls="required", tls_ca=ca_file) == ("250 2.0.0 taken", True)
        assert (await secured(hop, tls="required", tls_ca=ca_file, tls_name="hop.example"))[0] == "250 2.0.0 taken"
        for options in ({"tls_ca": ca_file, "tls_name": "other.example"}, {}):
            answer, _ = await secured(hop, tls="required", **options)
            assert answer.startswith("451 4.7.5")
            assert "certificate not trusted: " in capsys.readouterr().out
    assert len(hop.messages) == 2


async def test_required_tls_refuses_a_next_hop_without_it(ca_file: Path) -> None:
    async with next_hop() as hop:
        answer, _ = await secured(hop, tls="required", tls_ca=ca_file)
        assert answer.startswith("451 4.7.5")
        assert not hop.messages


async def test_opportunistic_tls_takes_any_certificate_and_never_takes_none_where_it_was_told_so(
    authority: trustme.CA,
) -> None:
    async with next_hop(tls=server_side(authority, "elsewhere.example")) as hop:
        assert await secured(hop) == ("250 2.0.0 taken", True)
    async with next_hop(tls=server_side(authority, "elsewhere.example")) as hop:
        assert await secured(hop, tls="never") == ("250 2.0.0 taken", False)


@pytest.mark.parametrize(
    "said", [b"454 4.7.0 not now\r\n", b"220 go\r\nthis is no handshake\r\n", b"220 go\r\n250 injected\r\n"]
)
@pytest.mark.parametrize("mode", ["opportunistic", "required"])
async def test_a_starttls_that_fails_is_451_where_required_else_clear(
    authority: trustme.CA, ca_file: Path, said: bytes, mode: str
) -> None:
    async with next_hop(tls=server_side(authority, "127.0.0.1")) as hop:
        hop.does("STARTTLS", said)
        answer, _ = await secured(hop, tls=mode, tls_ca=ca_file, connect_timeout=2)
        assert answer[:9] == ("451 4.7.5" if mode == "required" else "250 2.0.0")
        assert hop.connections == (1 if mode == "required" else 2)
