"""`check` finds what is not there, says what to write, and is silent about what is; nothing it finds stops it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self, cast

import dns.asyncresolver
import dns.message
import dns.rdatatype
import dns.rrset
import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from gateway.gate import Gate
from notifier import round_trip as trip
from service import check_elsewhere, check_here, tls_files
from service.check import Problem, check, exit_status
from service.check_problem import located
from service.init import initialise
from service.settings import Settings, load, parse
from store import migrate
from store.clock import Clock
from store.engine import Store, open_store
from store.outbox import Notice
from store.seal import Seal, make_key, make_secret
from tests.helpers.samples import hold

PEOPLE = """
[[organisation.people]]
address = "sato@example.com"
roles = ["leader"]
phone = "03-0000-0000"
[[organisation.people]]
address = "suzuki@example.com"
roles = ["deputy", "privacy officer"]
phone = "03-0000-0001"
"""


class Hop:
    """A next hop that answers EHLO and NOOP and nothing else."""

    def __init__(self, *extensions: str) -> None:
        self.extensions = extensions
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hop.example.com ESMTP\r\n")
        while line := await reader.readline():
            lines = ["hop.example.com", *self.extensions] if line.upper().startswith(b"EHLO") else ["ok"]
            rows = [f"250-{text}\r\n" for text in lines[:-1]] + [f"250 {lines[-1]}\r\n"]
            writer.write("".join(rows).encode())
            if line.upper().startswith(b"QUIT"):
                break
        writer.close()

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()


class Dns(asyncio.DatagramProtocol):
    """A name server on the loopback: MX for example.com, null MX for null.example.com, nothing for others."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        name = query.question[0].name.to_text()
        exchange = {"example.com.": "10 mail.example.com.", "null.example.com.": "0 ."}.get(name)
        if exchange:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "MX", exchange))
        elif name == "none.example.com.":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(answer.to_wire(), address)


@pytest.fixture
async def resolver() -> AsyncIterator[dns.asyncresolver.Resolver]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Dns, local_addr=("127.0.0.1", 0))
    found = dns.asyncresolver.Resolver(configure=False)
    found.nameservers = ["127.0.0.1"]
    found.port = transport.get_extra_info("sockname")[1]
    yield found
    transport.close()


@pytest.fixture
async def hop() -> AsyncIterator[Hop]:
    async with Hop("SIZE 104857600", "8BITMIME", "PIPELINING") as running:
        yield running


def settings(
    folder: Path, hop: Hop, more: str = "", *, people: str = PEOPLE, smtp: str = "", store: str = ""
) -> Settings:
    """Settings under which nothing is wrong, and what a test adds."""
    folder.joinpath("var").mkdir(exist_ok=True)
    make_key(folder / "content.key")
    return parse(
        f"""[organisation]
name = "Example"
domains = ["example.com"]
{people}
[smtp]
listen = ["127.0.0.1:0"]
{smtp}
[next_hop]
port = {hop.port}
[store]
key = "content.key"
{store}
[web]
listen = "127.0.0.1:0"
[metrics]
listen = ""
{more}
""",
        folder / "sekisho.toml",
    )


def migrated(given: Settings) -> Settings:
    migrate.upgrade(given.store.url)
    return given


def of(problems: list[Problem], where: str) -> list[str]:
    return [p.what for p in problems if p.where == where]


def test_the_invented_organisation_of_the_example_is_noticed(tmp_path: Path) -> None:
    initialise(tmp_path)
    file = tmp_path / "sekisho.toml"
    said = [str(problem) for problem in check_here.example(load(file))]
    of_example = "is of the invented organisation of the example"
    assert said == [
        f'warning: organisation.name: "橘建築設計事務所" {of_example}; people see it; write your own',
        f"warning: organisation.domains: tachibana.example {of_example}; nobody has mail there; write your own",
    ]
    file.write_text(file.read_text().replace("橘建築設計事務所", "Example").replace("tachibana.example", "example.com"))
    assert list(check_here.example(load(file))) == []


async def test_where_everything_is_there_nothing_is_said(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    found = await check(migrated(settings(tmp_path, hop)), resolver=resolver)
    assert found == []
    assert exit_status(found) == 0


async def test_every_shortcoming_is_said_at_once(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    hop_port, hop.port = hop.port, 1
    given = settings(tmp_path, hop, people="", store='directory = "nowhere"')
    hop.port = hop_port
    tmp_path.joinpath("content.key").chmod(0o644)
    found = await check(given, resolver=resolver)
    assert exit_status(found) == 1
    wheres = {p.where for p in found if p.severity == "error"}
    assert wheres == {"store.key", "store.directory", "store.url", "next_hop", "organisation"}
    assert any("chmod 600" in what for what in of(found, "store.key"))
    assert any("sekisho migrate" in str(p) for p in found)


async def test_an_old_schema_is_said(tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver) -> None:
    given = settings(tmp_path, hop)
    tmp_path.joinpath("var/sekisho.db").touch()
    assert of(await check(given, resolver=resolver), "store.url") == [
        f"{tmp_path}/var/sekisho.db: the schema is not the one this program needs"
    ]


async def test_a_database_that_does_not_answer_is_said_without_its_password(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    given = settings(tmp_path, hop, store='url = "postgresql://sekisho:geheim@127.0.0.1:1/x"')
    found = [p for p in await check(given, resolver=resolver) if p.where == "store.url"]
    assert [p.severity for p in found] == ["error"]
    assert "geheim" not in str(found[0])


async def test_certificates_that_cannot_be_used_are_said(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    authority = trustme.CA()
    one, other = authority.issue_cert("a.example.com"), authority.issue_cert("b.example.com")
    one.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    other.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    tls = '[smtp.tls]\ncertificate = "cert.pem"\nkey = "key.pem"\nclient_ca = "none.pem"\n'
    found = await check(migrated(settings(tmp_path, hop, tls)), resolver=resolver)
    assert of(found, "smtp.tls.key") == [
        f"{tmp_path}/key.pem: is not the key of the first certificate in {tmp_path}/cert.pem"
    ]
    assert of(found, "smtp.tls.client_ca") == [f"{tmp_path}/none.pem: No such file or directory"]
    assert "_ssl" not in "".join(map(str, found))


@pytest.mark.parametrize(
    ("left", "severity", "says"),
    [(timedelta(days=-1), "error", "was valid until"), (timedelta(days=3), "warning", "is valid only until")],
)
async def test_a_certificate_that_has_ended_or_ends_soon_is_said(
    tmp_path: Path,
    hop: Hop,
    resolver: dns.asyncresolver.Resolver,
    left: timedelta,
    severity: str,
    says: str,
) -> None:
    one = trustme.CA().issue_cert("a.example.com", not_after=datetime.now(UTC) + left)
    one.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "pair.pem"))
    tls = '[smtp.tls]\ncertificate = "pair.pem"\nkey = "pair.pem"\n'
    (problem,) = await check(migrated(settings(tmp_path, hop, tls)), resolver=resolver)
    assert (problem.severity, problem.where) == (severity, "smtp.tls.certificate")
    assert says in problem.what


async def test_a_key_with_a_pass_phrase_is_said_and_nobody_is_asked_for_it(tmp_path: Path, hop: Hop) -> None:
    one = trustme.CA().issue_cert("a.example.com")
    one.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    key = serialization.load_pem_private_key(one.private_key_pem.bytes(), None)
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    locked = key.private_bytes(kind, form, serialization.BestAvailableEncryption(b"geheim"))
    tmp_path.joinpath("key.pem").write_bytes(locked)
    tls = '[smtp.tls]\ncertificate = "cert.pem"\nkey = "key.pem"\n'
    (mistake,) = tls_files.mistakes(settings(tmp_path, hop, tls))
    assert (mistake.key, "has a pass phrase" in mistake.what) == ("smtp.tls.key", True)


async def test_certificate_and_key_the_wrong_way_round_are_both_named(tmp_path: Path, hop: Hop) -> None:
    one = trustme.CA().issue_cert("a.example.com")
    one.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    one.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    tls = '[smtp.tls]\ncertificate = "key.pem"\nkey = "cert.pem"\n'
    found = list(tls_files.mistakes(settings(tmp_path, hop, tls)))
    assert [(m.key, m.what.rpartition(": ")[2]) for m in found] == [
        ("smtp.tls.certificate", "holds no certificate"),
        ("smtp.tls.key", "holds no private key"),
    ]


async def test_certificates_that_fit_are_not_mentioned(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    one = trustme.CA().issue_cert("a.example.com")
    one.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    one.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    tls = '[smtp.tls]\ncertificate = "cert.pem"\nkey = "key.pem"\n'
    assert await check(migrated(settings(tmp_path, hop, tls)), resolver=resolver) == []


CLOUD = """[smtp.tls]
certificate = "cert.pem"
key = "key.pem"
[[smtp.clients]]
networks = ["198.51.100.0/24"]
shared = true
secret_header = "X-Tenant"
secret_file = "tenant.secret"
"""


async def test_secrets_of_a_cloud_that_others_read_or_guess_are_said_without_them(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    one = trustme.CA().issue_cert("a.example.com")
    one.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    one.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    given = migrated(settings(tmp_path, hop, CLOUD, smtp='stamp_file = "stamp.secret"'))
    assert of(await check(given, resolver=resolver), "smtp.stamp_file") == [
        f"{tmp_path}/stamp.secret: No such file or directory"
    ]
    make_secret(tmp_path / "stamp.secret")
    make_secret(tmp_path / "tenant.secret")
    assert await check(given, resolver=resolver) == []
    tmp_path.joinpath("stamp.secret").write_text("geheim\n")
    tmp_path.joinpath("tenant.secret").chmod(0o644)
    found = await check(given, resolver=resolver)
    assert exit_status(found) == 1
    assert "others may read" in of(found, "smtp.clients[1].secret_file")[0]
    assert "too short: 6 letters" in of(found, "smtp.stamp_file")[0]
    assert not any("geheim" in str(problem) for problem in found)


async def test_an_authority_for_everybody_is_refused_unless_the_clients_are_named(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, own = trustme.CA(), trustme.CA()
    public.issue_cert("a.example.com").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "pair.pem"))
    tls = '[smtp.tls]\ncertificate = "pair.pem"\nkey = "pair.pem"\nclient_ca = "ca.pem"\n'
    public.cert_pem.write_to_path(str(tmp_path / "public.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))  # what the machine trusts by itself
    own.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    given = migrated(settings(tmp_path, hop, tls))
    assert await check(given, resolver=resolver) == []
    public.cert_pem.write_to_path(str(tmp_path / "ca.pem"), append=True)
    (problem,) = await check(given, resolver=resolver)
    assert (problem.severity, problem.where) == ("error", "smtp.tls.client_ca")
    named = migrated(settings(tmp_path, hop, tls + 'client_names = ["mail.example.com"]\n'))
    assert await check(named, resolver=resolver) == []


async def test_a_next_hop_that_takes_less_than_we_do_is_said(
    tmp_path: Path, resolver: dns.asyncresolver.Resolver
) -> None:
    async with Hop("SIZE 1000000") as small:
        found = await check(migrated(settings(tmp_path, small)), resolver=resolver)
    assert of(found, "smtp.max_size") == ["the next hop takes only 1000000 octets"]
    assert exit_status(found) == 0


async def test_a_next_hop_without_the_tls_it_must_have_is_said(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    given = migrated(settings(tmp_path, hop))
    strict = given.model_copy(update={"next_hop": given.next_hop.model_copy(update={"tls": "required"})})
    assert exit_status(await check(strict, resolver=resolver)) == 1


async def test_a_port_that_another_program_holds_is_said(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        given = migrated(settings(tmp_path, hop))
        taken = given.model_copy(update={"smtp": given.smtp.model_copy(update={"listen": (f"127.0.0.1:{port}",)})})
        found = await check(taken, resolver=resolver)
    assert of(found, "smtp.listen") == [f"127.0.0.1:{port} is taken by another program"]


async def test_an_address_of_another_machine_cannot_be_opened(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    given = migrated(settings(tmp_path, hop))
    foreign = given.model_copy(update={"web": given.web.model_copy(update={"listen": "192.0.2.1:8025"})})
    assert of(await check(foreign, resolver=resolver), "web.listen") == [
        "192.0.2.1:8025 cannot be opened: EADDRNOTAVAIL"
    ]


@pytest.mark.parametrize(
    ("domain", "what"),
    [
        ("none.example.com", "the domain does not exist"),
        ("null.example.com", "takes no mail (null MX, RFC 7505)"),
        ("other.example.com", "no MX record"),
    ],
)
async def test_a_domain_of_ours_that_gets_no_mail_is_a_warning(
    domain: str, what: str, resolver: dns.asyncresolver.Resolver
) -> None:
    given = parse(f'[organisation]\nname = "Example"\ndomains = ["{domain}"]\n', Path("sekisho.toml"))
    found = [p async for p in check_elsewhere.own_domains(given, resolver)]
    assert [(p.severity, p.where, p.what) for p in found] == [("warning", f"DNS of {domain}", what)]


async def test_dns_that_is_silent_is_unknown_and_not_wrong(
    resolver: dns.asyncresolver.Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_elsewhere, "DNS_LIMIT", 0.05)
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver.port = silent.getsockname()[1]
        given = parse('[organisation]\nname = "Example"\ndomains = ["example.com"]\n', Path("sekisho.toml"))
        (problem,) = [p async for p in check_elsewhere.own_domains(given, resolver)]
    assert problem.severity == "warning"
    assert problem.what.startswith("unknown")


async def test_a_least_rate_that_a_slow_line_cannot_keep_is_said(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    given = migrated(settings(tmp_path, hop, smtp='min_rate = "5KiB"'))
    (caution,) = await check(given, resolver=resolver)
    assert (caution.severity, caution.where.endswith(": smtp.min_rate")) == ("warning", True)
    assert "write at most 4096" in caution.what


@pytest.mark.parametrize(
    ("more", "key", "says"),
    [
        ("[hold]\ndeadline = 3600", "hold.deadline", "3600 without a unit is 3600 seconds"),
        ("[facts]\ndns_timeout = 1.5", "facts.dns_timeout", "1.5 without a unit is 1.5 seconds"),
        ("[response]\nblock_days = 24", "", ""),
    ],
)
def test_a_number_whose_unit_was_left_out_is_said(tmp_path: Path, hop: Hop, more: str, key: str, says: str) -> None:
    found = [caution for caution in settings(tmp_path, hop, more).cautions if "without a unit" in caution.text]
    assert [(c.key, c.text.partition(";")[0]) for c in found] == ([(key, says)] if key else [])


def test_a_size_whose_unit_was_left_out_is_said(tmp_path: Path, hop: Hop) -> None:
    (caution,) = settings(tmp_path, hop, smtp="max_size = 50").cautions
    assert (caution.key, caution.text.partition(";")[0]) == ("smtp.max_size", "50 without a unit is 50 octets")
    assert settings(tmp_path, hop, smtp="min_rate = 0").cautions == ()  # none needs no unit


async def test_a_message_that_another_machine_sealed_with_its_own_key_is_said(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    given = migrated(settings(tmp_path, hop))
    beside = open_store(given.store, store_clock)
    await beside.start()
    ours, theirs = hold(id="AAAAAAAA"), hold(id="BBBBBBBB")
    await beside.commit(lambda s: s.holds.add(ours, beside.seal.close(b"x", ours.id)))
    assert await check(given, resolver=resolver) == []
    sealed = Seal(b"k" * 32, b"l" * 32).close(b"x", theirs.id)
    await beside.commit(lambda s: s.holds.add(theirs, sealed))
    await beside.stop()
    assert of(await check(given, resolver=resolver), "store.key") == [
        "BBBBBBBB: the content was sealed with another key"
    ]


@pytest.mark.parametrize(
    ("where", "line"), [("store.key", 5), ("store.url", 3), ("next_hop", 1), ("smtp.clients[1].secret_file", 7)]
)
def test_a_problem_is_shown_with_the_line_of_its_key_or_else_of_its_table(
    tmp_path: Path, where: str, line: int
) -> None:
    file = tmp_path / "sekisho.toml"
    file.write_text('[next_hop]\nport = 1\n[store]\n#\nkey = "k"\n[[smtp.clients]]\nsecret_file = "s"\n')
    assert located(Problem("error", where, "is wrong"), file) == f"error: {file}:{line}: {where}: is wrong"


@pytest.mark.parametrize("where", ["gate", "store", "web.listen", "DNS of example.com"])
def test_a_problem_whose_key_is_not_in_the_file_is_shown_without_a_line(tmp_path: Path, where: str) -> None:
    file = tmp_path / "sekisho.toml"
    file.write_text('[gate]\nstart = "open"\n[store]\n')
    assert located(Problem("error", where, "is wrong"), file) == f"error: {where}: is wrong"


@pytest.mark.parametrize("position", ["open", "hold-all"])
async def test_a_gate_that_is_not_in_its_usual_position_is_said(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver, position: str
) -> None:
    given = migrated(settings(tmp_path, hop))
    Gate(given.store.directory / "gate.json", given.gate, Clock()).set(position, by="root", reason="test")
    found = await check(given, resolver=resolver)
    assert [p.severity for p in found if p.where == "gate"] == ["warning"]


async def relay_takes_in(store: Store, *, reverse_path: str = "") -> None:
    """What the running relay does: the post sends what is due, and the flow takes in what comes to the report address."""
    until = store_clock.now()
    notices: tuple[Notice, ...] = ()
    while not notices:
        notices = await store.commit(lambda s: s.outbox.claim_due("node", until))
    await store.commit(lambda s: trip.take_in(s, reverse_path, notices[0].message_id))


store_clock = Clock()
REPORT = '[response]\nreport_address = "oops@example.com"\n'


async def test_a_deep_check_sends_one_mail_and_sees_it_come_in(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    given = migrated(settings(tmp_path, hop, REPORT))
    beside = open_store(given.store, store_clock)
    await beside.start()
    relay = asyncio.create_task(relay_takes_in(beside))
    (caution,) = await check(given, deep=True, resolver=resolver)
    assert (caution.severity, "forged" in caution.what) == ("warning", True)  # nobody's XFORWARD is believed here
    await relay
    assert await beside.read(lambda s: len(s.audit.newest())) == 1
    await beside.stop()


async def test_a_deep_check_whose_mail_nobody_sends_says_so(tmp_path: Path, hop: Hop) -> None:
    given = migrated(settings(tmp_path, hop, REPORT))
    (problem,) = [p async for p in check_elsewhere.round_trip(given, limit=0)]
    assert problem.severity == "error"
    assert "is the relay running?" in problem.what


async def test_a_mail_of_a_stranger_with_that_message_id_is_not_taken_for_ours(tmp_path: Path, hop: Hop) -> None:
    given = migrated(settings(tmp_path, hop, REPORT))
    beside = open_store(given.store, store_clock)
    await beside.start()
    relay = asyncio.create_task(relay_takes_in(beside, reverse_path="stranger@example.net"))
    (problem,) = [p async for p in check_elsewhere.round_trip(given, limit=0.2)]
    assert "did not come in" in problem.what
    await relay
    await beside.stop()


async def test_where_no_report_is_believed_nobody_has_to_be_named_by_xforward(
    tmp_path: Path, hop: Hop, resolver: dns.asyncresolver.Resolver
) -> None:
    given = migrated(settings(tmp_path, hop, REPORT + "inside_networks = []\n"))
    assert await check(given, resolver=resolver) == []


async def test_a_deep_check_without_a_report_address_says_so(tmp_path: Path, hop: Hop) -> None:
    (problem,) = [p async for p in check_elsewhere.round_trip(settings(tmp_path, hop))]
    assert problem.where == "response.report_address"


async def test_a_library_that_readers_miss_is_a_warning_with_what_cannot_be_read(
    tmp_path: Path, hop: Hop, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(tmp_path, hop)
    monkeypatch.setattr(check_elsewhere, "missing", lambda: {"libarchive": ("7z", "rar")})
    (problem,) = [p async for p in check_elsewhere.sandbox(given) if "libarchive" in p.what]
    assert problem.severity == "warning"
    assert "7z, rar cannot be inspected" in problem.what
    assert "libarchive13" in problem.write
