"""Proofs that need TLS: a secret that nobody else ever sees, and a certificate that names the tenant."""

import ssl
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from gateway.clients import Admission
from gateway.content import Content
from gateway.options import Clients, Smtp, Tls
from gateway.replies import Reply
from mail.envelope import Envelope
from store.errors import KeyFileError
from tests.gateway.test_clients import CLOUD, ELSEWHERE, MAIL, OTHER, OWN, PROOF, SECRET, TO, shared, smtp
from tests.helpers.next_hop import next_hop
from tests.helpers.relay import HOST, relay, until

FIELD = b"X-Tenant: " + SECRET + b"\r\n"


class Keeping:
    """A receiver that keeps what it was given in full."""

    def __init__(self) -> None:
        self.plain: list[bytes] = []

    async def receive(self, envelope: Envelope, content: Content) -> Reply:  # noqa: ARG002 - the shape of a receiver
        self.plain.append(content.plain() + b"".join(map(bytes, content.wire())) + content.head())
        return Reply(250, "2.0.0 taken")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def files(authority: trustme.CA, tmp_path: Path) -> Tls:
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(tmp_path / "tls.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return Tls(certificate=tmp_path / "tls.pem", key=tmp_path / "tls.pem")


def with_secret(folder: Path, files: Tls, *words: bytes, **more: object) -> Smtp:
    file = folder / "tenant.secret"
    file.write_bytes(b"".join(word + b"\n" for word in words or (SECRET,)))
    file.chmod(0o600)
    return smtp(shared(secret_header="X-Tenant", secret_file=file, **more), tls=files, spool_above=64 * 1024)


async def test_a_secret_is_not_asked_for_in_clear(tmp_path: Path, files: Tls, trusting: ssl.SSLContext) -> None:
    async with (
        relay(smtp=with_secret(tmp_path, files), receiver=Keeping()) as here,
        here.client(source=CLOUD) as client,
    ):
        assert await client.mail(FIELD + MAIL, TO) == "530 5.7.0 Must issue a STARTTLS command first"
        await client.begin_tls(trusting)
        assert await client.mail(FIELD + MAIL, TO) == "250 2.0.0 taken"
        assert len(here.receiver.plain) == 1


BEFORE = b".dot: x\r\nReceived: from a by b;\r\n\tsome day\r\n"
BULK = b"".join(b".%d\r\n" % n for n in range(40_000))


@pytest.mark.parametrize(
    "field",
    [FIELD, b"x-tenant:" + SECRET + b"\r\n", b"X-Tenant :\r\n\t" + SECRET + b"\r\n \r\n"],
    ids=["", "case", "fold"],
)
@pytest.mark.parametrize("body", [b"hello\r\n", BULK], ids=["in memory", "in a file"])
@pytest.mark.parametrize("before", [b"", BEFORE], ids=["first", "in the middle"])
async def test_the_secret_is_taken_out_and_every_other_octet_stays(
    tmp_path: Path, files: Tls, trusting: ssl.SSLContext, field: bytes, body: bytes, before: bytes
) -> None:
    rest = b"Subject: hello\r\n\r\n" + body
    async with (
        next_hop() as hop,
        relay(hop, smtp=with_secret(tmp_path, files)) as here,
        here.client(source=CLOUD) as client,
    ):
        await client.begin_tls(trusting)
        assert (await client.mail(before + field + rest, TO)).startswith("250 ")
    assert hop.messages[0].plain.partition(b" +0000\r\n")[2] == before + rest
    assert SECRET not in hop.messages[0].wire


WRONG = {
    "none": MAIL,
    "its beginning": b"X-Tenant: " + SECRET[:-1] + b"\r\n" + MAIL,
    "more than it": b"X-Tenant: " + SECRET + b"a\r\n" + MAIL,
    "another case": b"X-Tenant: " + SECRET.upper() + b"\r\n" + MAIL,
    "two": FIELD + FIELD + MAIL,
    "a wrong one beside it": FIELD + b"x-tenant: " + OTHER + b"\r\n" + MAIL,
    "a list with it": b"X-Tenant: " + OTHER + b", " + SECRET + b"\r\n" + MAIL,
    "empty": b"X-Tenant:\r\n" + MAIL,
    "in the body": MAIL + FIELD,
    "under another name": b"X-Tenant-2: " + SECRET + b"\r\n" + MAIL,
    "only the other proof": PROOF + MAIL,
}


@pytest.mark.parametrize("plain", WRONG.values(), ids=WRONG)
async def test_without_the_very_secret_nobody_relays_and_no_log_repeats_what_was_said(
    tmp_path: Path, files: Tls, trusting: ssl.SSLContext, plain: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    async with (
        relay(smtp=with_secret(tmp_path, files), receiver=Keeping()) as here,
        here.client(source=CLOUD) as client,
    ):
        await client.begin_tls(trusting)
        answer = await client.mail(plain, TO)
        assert answer == "550 5.7.1 Relay access denied: no proof of the tenant"
        assert here.receiver.plain == []
    logged = capsys.readouterr().out
    assert "no proof of the tenant: secret" in logged
    assert not any(word.decode().lower() in logged.lower() for word in (SECRET[:-1], OTHER))


async def test_what_is_taken_in_holds_the_secret_nowhere(tmp_path: Path, files: Tls, trusting: ssl.SSLContext) -> None:
    async with (
        relay(smtp=with_secret(tmp_path, files), receiver=Keeping()) as here,
        here.client(source=CLOUD) as client,
    ):
        await client.begin_tls(trusting)
        for body in (b"", BULK):
            await client.mail(BEFORE + FIELD + MAIL + body, TO)
        assert len(here.receiver.plain) == 2
        assert not any(SECRET in plain for plain in here.receiver.plain)


async def test_where_two_proofs_are_named_both_are_needed(tmp_path: Path, files: Tls, trusting: ssl.SSLContext) -> None:
    both = with_secret(tmp_path, files, originator_org="contoso.example")
    async with relay(smtp=both, receiver=Keeping()) as here, here.client(source=CLOUD) as client:
        await client.begin_tls(trusting)
        answers = [(await client.mail(proof + MAIL, TO))[:3] for proof in (FIELD, PROOF, FIELD + PROOF)]
        assert answers == ["550", "550", "250"]
        assert here.receiver.plain[0].startswith(PROOF + MAIL)


async def test_of_two_tenants_in_one_network_no_secret_is_passed_on(
    tmp_path: Path, files: Tls, trusting: ssl.SSLContext
) -> None:
    one = with_secret(tmp_path, files)
    other = one.clients[0].model_copy(update={"secret_header": "X-Other"})
    both = one.model_copy(update={"clients": (*one.clients, other)})
    fields = b"X-Other: " + SECRET + b"\r\n", FIELD
    async with relay(smtp=both, receiver=Keeping()) as here, here.client(source=CLOUD) as client:
        await client.begin_tls(trusting)
        for first, second in (fields, fields[::-1]):
            assert (await client.mail(first + b"X-Between: y\r\n" + second + MAIL, TO)).startswith("250")
        assert all(plain.startswith(b"X-Between: y\r\n" + MAIL) for plain in here.receiver.plain)
        assert not any(SECRET in plain for plain in here.receiver.plain)


async def test_a_secret_is_changed_without_a_gap(tmp_path: Path, files: Tls, trusting: ssl.SSLContext) -> None:
    newer = with_secret(tmp_path, files, OTHER, SECRET)
    async with relay(smtp=newer, receiver=Keeping()) as here, here.client(source=CLOUD) as client:
        await client.begin_tls(trusting)
        for word in (OTHER, SECRET):
            assert (await client.mail(b"X-Tenant: " + word + b"\r\n" + MAIL, TO)).startswith("250")


@pytest.mark.parametrize(
    ("words", "mode", "wrong"),
    [
        (SECRET, 0o640, "others may read"),
        (SECRET[:31], 0o600, "too short: 31 letters, at least 32"),
        (SECRET + b"\n" + SECRET[:9], 0o600, "secret 2 is too short"),
        (b"a secret of more than thirty-two letters.*", 0o600, "too short"),
        (SECRET + b".*", 0o600, "other signs"),
        (b"\n", 0o600, "is empty"),
    ],
)
def test_a_secret_that_others_could_read_or_guess_stops_the_start(
    tmp_path: Path, words: bytes, mode: int, wrong: str
) -> None:
    file = tmp_path / "tenant.secret"
    file.write_bytes(words)
    file.chmod(mode)
    with pytest.raises(KeyFileError, match=wrong) as error:
        Admission(smtp(shared(secret_header="X-Tenant", secret_file=file)), frozenset())
    assert not any(word.decode() in str(error.value) for word in words.split() if len(word) > 8)


# Certificates


def context_with(authority: trustme.CA, trusting: ssl.SSLContext, *names: str, common_name: str | None = None) -> None:
    authority.issue_cert(*names, common_name=common_name).configure_cert(trusting)


async def answer_of(
    options: Smtp, trusting: ssl.SSLContext, source: str, sender: str = "taro@tachibana.example"
) -> str:
    async with relay(smtp=options, receiver=Keeping()) as here, here.client(source=source) as client:
        await client.begin_tls(trusting)
        return await client.mail(MAIL, TO, sender=sender)


def with_authority(files: Tls, *clients: Clients, client_names: tuple[str, ...] = ()) -> Smtp:
    assert files.certificate is not None
    tls = files.model_copy(update={"client_ca": files.certificate.with_name("ca.pem"), "client_names": client_names})
    return smtp(*clients, tls=tls)


async def test_in_a_shared_network_only_a_certificate_that_names_the_tenant_is_proof(
    files: Tls, trusting: ssl.SSLContext, authority: trustme.CA
) -> None:
    options = with_authority(files, shared(certificate_names=("Mail.Tachibana.example", "taro@mail.tachibana.example")))
    assert (await answer_of(options, trusting, CLOUD)).startswith("554 5.7.1")
    context_with(authority, trusting, "mail.fabrikam.example", common_name="mail.tachibana.example")
    assert (await answer_of(options, trusting, CLOUD)).startswith("554 5.7.1")
    context_with(authority, trusting, "taro@mail.tachibana.example")
    assert (await answer_of(options, trusting, CLOUD)).startswith("554 5.7.1")
    context_with(authority, trusting, "other.example", "mail.tachibana.example")
    assert (await answer_of(options, trusting, CLOUD)).startswith("250")
    assert (await answer_of(options, trusting, CLOUD, "eve@fabrikam.example")).startswith("554 5.7.1")
    assert (await answer_of(options, trusting, CLOUD, "")).startswith("550 5.7.1")


async def test_the_authority_alone_opens_no_shared_network_but_any_other(
    files: Tls, trusting: ssl.SSLContext, authority: trustme.CA
) -> None:
    options = with_authority(files)
    context_with(authority, trusting, "pc7.tachibana.example")
    assert (await answer_of(options, trusting, CLOUD)).startswith("550 5.7.1")
    assert (await answer_of(options, trusting, ELSEWHERE, "eve@fabrikam.example")).startswith("250")


async def test_of_an_authority_for_everybody_only_the_named_certificates_open(
    files: Tls, trusting: ssl.SSLContext, authority: trustme.CA
) -> None:
    options = with_authority(files, client_names=("mail.tachibana.example",))
    context_with(authority, trusting, "mail.protection.example")
    assert (await answer_of(options, trusting, ELSEWHERE)).startswith("554 5.7.1")
    assert (await answer_of(options, trusting, OWN)).startswith("250")
    context_with(authority, trusting, "MAIL.tachibana.example")
    assert (await answer_of(options, trusting, ELSEWHERE)).startswith("250")


async def test_a_certificate_of_another_authority_ends_the_handshake_as_the_caution_says(
    files: Tls, trusting: ssl.SSLContext, capsys: pytest.CaptureFixture[str]
) -> None:
    context_with(trustme.CA(), trusting, "mail.protection.example")
    async with relay(smtp=with_authority(files), receiver=Keeping()) as here, here.client(source=CLOUD) as client:
        await client.say("STARTTLS")
        with suppress(OSError):  # in TLS 1.3 the client hears of it only when it reads
            await client.start_tls(trusting)
        await until(lambda: not here.door._sessions)
    assert "handshake failed" in capsys.readouterr().out
