"""Clients in a network that strangers share: nobody relays without proof of the tenant, and the secret goes nowhere."""

from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from gateway.clients import MAX_HEADER, NOBODY, Admission, Permit
from gateway.content import Content
from gateway.options import Clients, Smtp
from gateway.smtp.collector import DataCollector
from tests.helpers.next_hop import next_hop
from tests.helpers.relay import relay, stuffed

CLOUD, OWN, ELSEWHERE = "127.0.0.9", "127.0.0.1", "127.0.0.77"
TO = "bob@customer.example"
PROOF = b"X-OriginatorOrg: contoso.example\r\n"
MAIL = b"From: taro@tachibana.example\r\nSubject: hello\r\n\r\nhello\r\n"
PROVEN = PROOF + MAIL
SECRET = b"4f0c8a6e2d9b4b7e8f1a3c5d7e9f0b2a"
OTHER = b"ffffffffffffffffffffffffffffffff"


def shared(**proof: object) -> Clients:
    return Clients.model_validate({"networks": [ip_network("127.0.0.8/29")], "shared": True} | proof)


def smtp(*clients: Clients, **more: object) -> Smtp:
    of_org = shared(originator_org="Contoso.example", reverse_paths=("@partner.example",))
    return Smtp.model_validate(
        {"client_networks": (ip_network("127.0.0.1/32"),), "clients": clients or (of_org,)} | more
    )


async def test_mail_with_the_proof_passes_octet_for_octet() -> None:
    async with next_hop() as hop, relay(hop, smtp=smtp()) as here, here.client(source=CLOUD) as client:
        assert (await client.mail(PROVEN, TO)).startswith("250 ")
    assert hop.messages[0].plain.partition(b" +0000\r\n")[2] == PROVEN


BODY = b"\r\n" + PROOF
WITHOUT_PROOF = {
    "none": MAIL,
    "another tenant": b"X-OriginatorOrg: fabrikam.example\r\n" + MAIL,
    "two": PROOF + PROOF + MAIL,
    "the real one behind a forged one": PROOF + b"X-OriginatorOrg: fabrikam.example\r\n" + MAIL,
    "the real one before a forged one": b"x-originatororg: fabrikam.example\r\n" + PROOF + MAIL,
    "the real one with a space before its colon": PROOF + b"X-OriginatorOrg : fabrikam.example\r\n" + MAIL,
    "in the body": MAIL + PROOF,
    "in an attached mail": b"Content-Type: message/rfc822\r\n\r\n" + PROVEN,
    "in a fold": b"Subject: hello\r\n " + PROOF + MAIL,
    "behind a line that is no field": b"Subject: hello\r\nno field\r\n" + PROVEN,
    "before a line that is no field": PROOF + b"no field\r\nX-OriginatorOrg: fabrikam.example\r\n" + MAIL,
    "the beginning of it": b"X-OriginatorOrg: contoso.exampl\r\n" + MAIL,
    "longer than it": b"X-OriginatorOrg: contoso.example.net\r\n" + MAIL,
    "below it": b"X-OriginatorOrg: mail.contoso.example\r\n" + MAIL,
    "as an encoded word": b"X-OriginatorOrg: =?utf-8?q?contoso=2Eexample?=\r\n" + MAIL,
    "with a comment": b"X-OriginatorOrg: contoso.example (really)\r\n" + MAIL,
    "folded inside": b"X-OriginatorOrg: contoso\r\n .example\r\n" + MAIL,
    "empty": b"X-OriginatorOrg:\r\n" + MAIL,
    "another name": b"X-Originator-Org: contoso.example\r\n" + MAIL,
    "behind more header than is read": b"X-Long: " + b"x" * MAX_HEADER + b"\r\n" + PROVEN,
    "before more header than is read": PROOF + b"X-Long: x\r\n" * (MAX_HEADER // 11) + PROVEN,
    "behind more fields than are read": PROOF
    + b"X-Many: x\r\n" * 2000
    + b"X-OriginatorOrg: fabrikam.example\r\n"
    + MAIL,
}


@pytest.mark.parametrize("plain", WITHOUT_PROOF.values(), ids=WITHOUT_PROOF)
async def test_a_stranger_from_the_same_network_never_relays(plain: bytes) -> None:
    async with next_hop() as hop, relay(hop, smtp=smtp()) as here, here.client(source=CLOUD) as client:
        assert (await client.mail(plain, TO)).startswith("550 5.7.1 ")
        assert here.receiver.received == []
    assert hop.messages == []


@pytest.mark.parametrize(
    "proof",
    [
        b"x-originatororg: contoso.example\r\n",
        b"X-ORIGINATORORG:CONTOSO.Example\r\n",
        b"X-OriginatorOrg:  \tcontoso.example \t\r\n",
        b"X-OriginatorOrg:\r\n contoso.example\r\n",
        b"X-OriginatorOrg: contoso.example\r\n \r\n",
    ],
)
async def test_the_proof_may_be_written_in_another_case_or_folded_before_it(proof: bytes) -> None:
    async with next_hop() as hop, relay(hop, smtp=smtp()) as here, here.client(source=CLOUD) as client:
        assert (await client.mail(b"Subject: before\r\n" + proof + MAIL, TO)).startswith("250 ")


async def test_a_reverse_path_of_others_is_refused_before_the_content_unless_it_is_an_exception() -> None:
    async with next_hop() as hop, relay(hop, smtp=smtp()) as here, here.client(source=CLOUD) as client:
        for sender in ("eve@fabrikam.example", "taro@tachibana.example.fabrikam.example", "taro@sub.tachibana.example"):
            await client.say(f"MAIL FROM:<{sender}>")
            assert await client.say(f"RCPT TO:<{TO}>") == "554 5.7.1 Relay access denied"
            assert (await client.say("DATA")).startswith("554 5.5.1")
            await client.say("RSET")
        assert (await client.mail(PROVEN, TO, sender="news@partner.example")).startswith("250 ")
        assert (await client.mail(MAIL, TO, sender="news@partner.example")).startswith("550 5.7.1")
        assert (await client.mail(PROVEN, TO, sender="taro@TACHIBANA.example")).startswith("250 ")
    assert len(hop.messages) == 2


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        (b"", "550 5.7.1"),
        (b"Auto-Submitted: no\r\n", "550 5.7.1"),
        (b"Auto-Submitted: auto-replied\r\n", "250"),
        (b'Content-Type: multipart/report; boundary="x"\r\n', "250"),
    ],
)
async def test_of_null_reverse_paths_reports_and_automatic_answers_pass_with_proof(header: bytes, answer: str) -> None:
    async with next_hop() as hop, relay(hop, smtp=smtp()) as here, here.client(source=CLOUD) as client:
        assert (await client.mail(header + PROVEN, TO, sender="")).startswith(answer)
        assert (await client.mail(header + MAIL, TO, sender="")).startswith("550 5.7.1")
    assert len(hop.messages) == (answer == "250")


async def test_each_message_of_a_connection_needs_its_own_proof() -> None:
    async with next_hop() as hop, relay(hop, smtp=smtp()) as here, here.client(source=CLOUD) as client:
        answers = [(await client.mail(plain, TO))[:3] for plain in (PROVEN, MAIL, PROVEN, MAIL)]
        assert answers == ["250", "550", "250", "550"]
    assert len(hop.messages) == 2


async def test_pipelined_transactions_do_not_borrow_from_each_other() -> None:
    start = f"MAIL FROM:<taro@tachibana.example>\r\nRCPT TO:<{TO}>\r\nDATA\r\n".encode()
    async with next_hop() as hop, relay(hop, smtp=smtp()) as here, here.client(source=CLOUD) as client:
        await client.send(start + PROVEN + b".\r\n" + start + MAIL + b".\r\n" + start + PROVEN + b".\r\nQUIT\r\n")
        codes = [(await client.reply())[:3] for _ in range(13)]
        assert [codes[n] for n in (3, 7, 11)] == ["250", "550", "250"]
    assert len(hop.messages) == 2


@pytest.mark.parametrize("again", ["RSET", "EHLO client.example", "HELO client.example"])
async def test_what_was_permitted_to_one_reverse_path_is_not_to_the_next(again: str) -> None:
    async with next_hop() as hop, relay(hop, smtp=smtp()) as here, here.client(source=CLOUD) as client:
        await client.say("MAIL FROM:<taro@tachibana.example>")
        assert (await client.say(f"RCPT TO:<{TO}>")).startswith("250")
        assert (await client.say("MAIL FROM:<eve@fabrikam.example>")).startswith("503")
        await client.say(again)
        assert (await client.say("DATA")).startswith("503")
        assert (await client.mail(PROVEN, TO, sender="eve@fabrikam.example")).startswith("554 5.7.1")
    assert hop.messages == []


async def test_a_shared_client_is_not_believed_to_be_another_and_a_believed_one_is_not_asked() -> None:
    believed = smtp(xforward_networks=(ip_network("127.0.0.1/32"),))
    async with next_hop() as hop, relay(hop, smtp=believed) as here:
        async with here.client(source=CLOUD) as client:
            assert (await client.say(f"XFORWARD ADDR={OWN}")).startswith("550")
            assert (await client.mail(MAIL, TO)).startswith("550 5.7.1")
        async with here.client(source=OWN) as client:
            assert (await client.say(f"XFORWARD ADDR={CLOUD}")).startswith("250")
            assert (await client.mail(MAIL, TO, sender="eve@fabrikam.example")).startswith("250")
        async with here.client(source=ELSEWHERE) as client:
            assert (await client.mail(PROVEN, TO)).startswith("554 5.7.1")
    assert len(hop.messages) == 1


async def test_a_shared_network_stays_one_although_it_is_named_among_the_trusted_ones() -> None:
    both = smtp(client_networks=(ip_network("127.0.0.0/8"),))
    async with next_hop() as hop, relay(hop, smtp=both) as here, here.client(source=CLOUD) as client:
        assert (await client.mail(MAIL, TO)).startswith("550 5.7.1")
        assert (await client.mail(PROVEN, TO)).startswith("250")


async def test_further_networks_of_our_own_relay_like_the_others() -> None:
    own = smtp(Clients(networks=(ip_network(f"{ELSEWHERE}/32"),)))
    async with next_hop() as hop, relay(hop, smtp=own) as here, here.client(source=ELSEWHERE) as client:
        assert (await client.mail(MAIL, TO, sender="eve@fabrikam.example")).startswith("250")


async def test_each_of_several_tenants_in_one_network_has_its_own_proof_and_exceptions() -> None:
    two = smtp(
        shared(originator_org="contoso.example", reverse_paths=("@contoso.example",)),
        shared(originator_org="fabrikam.example", reverse_paths=("@fabrikam.example",)),
    )
    ours, theirs = "a@contoso.example", "b@fabrikam.example"
    fabrikam = PROVEN.replace(b"contoso", b"fabrikam")
    async with next_hop() as hop, relay(hop, smtp=two) as here, here.client(source=CLOUD) as client:
        cases = ((PROVEN, ours), (fabrikam, ours), (fabrikam, theirs), (PROVEN, theirs))
        answers = [(await client.mail(plain, TO, sender=sender))[:3] for plain, sender in cases]
        assert answers == ["250", "550", "250", "550"]
    assert len(hop.messages) == 2


async def test_a_refusal_is_logged_once_with_its_id_and_reason_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    def counted(missing: str) -> float:
        return REGISTRY.get_sample_value("sekisho_unproven_total", {"missing": missing}) or 0

    before = counted("originator_org"), counted("reverse-path")
    async with relay(smtp=smtp()) as here, here.client(source=CLOUD) as client:
        await client.mail(b"X-OriginatorOrg: fabrikam.example\r\n" + MAIL, TO)
        await client.say("MAIL FROM:<eve@fabrikam.example>")
        for _ in range(3):
            await client.say(f"RCPT TO:<{TO}>")
    logged = [line for line in capsys.readouterr().out.splitlines() if "refused" in line]
    assert len(logged) == 2
    assert "no proof of the tenant: originator_org" in logged[0]
    assert "no proof of the tenant: reverse-path" in logged[1]
    assert all("queue_id" in line and CLOUD in line for line in logged)
    assert "fabrikam" not in logged[0]
    assert (counted("originator_org"), counted("reverse-path")) == (before[0] + 1, before[1] + 1)


async def test_a_shared_network_for_which_no_proof_is_named_relays_nothing() -> None:
    async with relay(smtp=smtp(shared(), shared(originator_org=""))) as here, here.client(source=CLOUD) as client:
        assert (await client.mail(PROVEN, TO)).startswith("554 5.7.1")


def test_a_permit_that_nobody_gave_permits_nothing() -> None:
    assert NOBODY.lacks(Content.from_plain(PROVEN)) == "permit"
    assert not NOBODY.is_free
    assert Permit().lacks(Content.from_plain(MAIL)) == ""


async def test_each_of_the_domains_of_one_tenant_is_proof() -> None:
    several = smtp(shared(originator_org=("contoso.example", "Contoso.example.net")))
    async with next_hop() as hop, relay(hop, smtp=several) as here, here.client(source=CLOUD) as client:
        for org in (b"contoso.example", b"contoso.example.NET"):
            assert (await client.mail(b"X-OriginatorOrg: " + org + b"\r\n" + MAIL, TO)).startswith("250")
        assert (await client.mail(b"X-OriginatorOrg: contoso.example.org\r\n" + MAIL, TO)).startswith("550")
    assert len(hop.messages) == 2


async def test_in_a_network_of_several_tenants_that_are_ours_one_proof_is_enough() -> None:
    two = smtp(shared(originator_org="contoso.example"), shared(originator_org="fabrikam.example"))
    async with next_hop() as hop, relay(hop, smtp=two) as here, here.client(source=CLOUD) as client:
        for org in (b"contoso", b"fabrikam"):
            assert (await client.mail(PROVEN.replace(b"contoso", org), TO)).startswith("250")
        assert (await client.mail(PROVEN.replace(b"contoso", b"northwind"), TO)).startswith("550")
    assert len(hop.messages) == 2


# What a header may be made of, as lines of the plain form: proofs, half proofs and what readers stumble over.
FIELD = b"X-Tenant: " + SECRET + b"\r\n"
SOUND = st.permutations([PROOF, FIELD, b"Subject: hello\r\n", b".dot: x\r\n", b"To: all\r\n a fold\r\n"])
TRICKY = st.lists(
    st.sampled_from(
        [
            PROOF,
            b"X-OriginatorOrg: fabrikam.example\r\n",
            b"x-originatororg :contoso.example\r\n",
            FIELD,
            b"x-tenant:\r\n\t" + SECRET + b"\r\n",
            b"X-Tenant: " + OTHER + b"\r\n",
            b"X-Tenant: " + SECRET[:-1] + b"\r\n",
            b"Subject: hello\r\n",
            b" a fold\r\n",
            b".dot: x\r\n",
            b"..\r\n",
            b"From somebody\r\n",
            b"no field\r\n",
            b" \r\n",
            b"\r\n",
        ]
    ),
    max_size=9,
)


class Peer:
    address, tls_version, certificate, certificate_names = CLOUD, "TLSv1.3", "", frozenset[str]()


def fields_of(lines: list[bytes]) -> list[tuple[str, bytes, list[int]]] | None:
    """Name, value and line numbers of each field of a header, read simply; None where it is not one."""
    found: list[tuple[str, bytes, list[int]]] = []
    for number, line in enumerate(lines):
        if line == b"\r\n":
            return found
        if line[:1] in b" \t" and found:
            name, value, numbers = found[-1]
            found[-1] = (name, value + line, [*numbers, number])
        elif b":" in line and line[:1] not in b" \t":
            label, _, value = line.partition(b":")
            found.append((label.decode().rstrip().lower(), value, [number]))
        elif line.strip() and not (number == 0 and line.startswith(b"From ")):
            return None
    return found


LINES = TRICKY | st.tuples(SOUND, TRICKY).map(
    lambda both: [*(line for field in both[0] for line in field.splitlines(keepends=True)), *both[1]]
)


@given(lines=LINES, spool_above=st.sampled_from([1, 10**6]))
def test_whatever_the_header_is_made_of_only_one_whole_proof_of_each_kind_opens_and_only_the_secret_goes(
    tenant: Callable[[], Admission], lines: list[bytes], spool_above: int
) -> None:
    permit = tenant().permit(Peer(), "taro@tachibana.example")
    assert isinstance(permit, Permit)
    plain = b"".join(lines)
    collector = DataCollector(10**6, spool_above)
    assert collector.feed(stuffed(plain) + b".\r\n") == b""
    content = collector.content()
    lacks, after = permit.lacks(content), content.plain()
    fields = fields_of(lines)
    values: dict[str, list[bytes]] = {}
    for name, value, _ in fields or ():
        values.setdefault(name, []).append(value.strip())
    proven = values.get("x-originatororg") == [b"contoso.example"] and values.get("x-tenant") == [SECRET]
    if not lacks:
        assert fields is not None
        assert proven
        gone = {n for name, _, numbers in fields for n in numbers if name == "x-tenant"}
        assert after == b"".join(line for n, line in enumerate(lines) if n not in gone)
        assert b"".join(map(bytes, content.wire())) == stuffed(after)
        assert content.size == len(after)
    else:
        assert after == plain
        assert fields is None or not proven
    content.close()


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Admission]:
    file = tmp_path_factory.mktemp("secrets") / "tenant.secret"
    file.write_bytes(SECRET + b"\n")
    file.chmod(0o600)
    both = smtp(shared(originator_org="contoso.example", secret_header="X-Tenant", secret_file=Path(file)))
    admission = Admission(both, frozenset({"tachibana.example"}))
    return lambda: admission


async def test_whoever_may_not_relay_is_logged_once_with_the_setting_to_look_at(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with relay(smtp=smtp()) as here, here.client(source=ELSEWHERE) as client:
        await client.say("EHLO stranger.example")
        await client.say("MAIL FROM:<eve@fabrikam.example>")
        for _ in range(3):
            assert (await client.say(f"RCPT TO:<{TO}>")).startswith("554")
    logged = [line for line in capsys.readouterr().out.splitlines() if "refused" in line]
    assert len(logged) == 1
    assert "in none of smtp.client_networks" in logged[0]
    assert ELSEWHERE in logged[0]


async def test_a_content_with_bare_line_ends_is_logged_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    async with relay() as here, here.client() as client:
        for command in ("EHLO client.example", "MAIL FROM:<a@contoso.example>", f"RCPT TO:<{TO}>", "DATA"):
            await client.say(command)
        assert (await client.say("secret\nwords\r\n.")).startswith("550")
    logged = [line for line in capsys.readouterr().out.splitlines() if "refused" in line]
    assert len(logged) == 1
    assert "bare CR, bare LF or NUL" in logged[0]
    assert "secret" not in logged[0]
