"""Snippets carry the ports, limits and addresses of the settings, and Postfix itself reads its lines without a word."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from service.settings import Settings, parse
from service.snippets import KINDS, snippet

POSTCONF = shutil.which("postconf", path="/usr/sbin:/usr/bin")
TEXT = """[organisation]
name = "Example"
domains = ["example.com"]
[smtp]
listen = ["192.0.2.7:2525"]
max_recipients = 321
max_size = "20MiB"
[next_hop]
host = "127.0.0.1"
port = 2526
[response]
report_address = "oops@example.com"
"""


def settings(text: str = TEXT) -> Settings:
    return parse(text, Path("sekisho.toml"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_snippet_has_no_gap_and_the_values_of_the_settings(kind: str) -> None:
    text = snippet(kind, settings())  # type: ignore[arg-type]
    assert not re.search(r"@[A-Z_]+@", text)
    assert "192.0.2.7" in text
    assert "2525" in text
    assert "2526" in text
    assert "oops@" in text or "local_parts = oops" in text
    assert text.endswith("\n")


@pytest.mark.parametrize("kind", ["exim", "opensmtpd", "exchange"])
def test_a_server_that_names_no_client_of_a_report_says_that_none_is_to_be_believed(kind: str) -> None:
    text = snippet(kind, settings())  # type: ignore[arg-type]
    assert "[response] inside_networks = []" in text
    assert settings(TEXT + "inside_networks = []\n").response.inside_networks == ()


def test_an_unknown_product_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="postfix, exim, opensmtpd, exchange, google"):
        snippet("sendmail", settings())  # type: ignore[arg-type]


def test_a_listener_everywhere_is_reached_on_the_loopback() -> None:
    text = snippet("postfix", settings(TEXT.replace("192.0.2.7:2525", "0.0.0.0:2525")))
    assert "sekisho:[127.0.0.1]:2525" in text
    assert "sekisho:[ipv6:::1]:2525" in snippet("postfix", settings(TEXT.replace("192.0.2.7:2525", "[::]:2525")))


def test_postfix_waits_longer_than_we_ever_need_and_sends_all_recipients_at_once() -> None:
    text = snippet("postfix", settings())
    assert "-o smtp_data_done_timeout=600s" in text
    assert "-o smtpd_proxy_timeout=600s" in text
    assert "sekisho_destination_recipient_limit = 321" in text
    assert "message_size_limit = 20971520" in text
    assert "oops@example.com    sekisho:[192.0.2.7]:2525" in text


def commented(text: str, start: str, end: str) -> str:
    """The settings that stand in the comments of a snippet between two headings."""
    block = text.partition(start)[2].partition(end)[0]
    return "\n".join(line[1:].strip() for line in block.splitlines() if re.match(r"#     +\S", line))


@pytest.mark.parametrize(("kind", "start", "end"), [("exchange", "B.1 ", "# ----"), ("google", "# 0. ", "# 1. ")])
def test_the_settings_that_a_cloud_needs_can_be_used_as_they_are_printed(kind: str, start: str, end: str) -> None:
    text = commented(snippet(kind, settings()), start, end)  # type: ignore[arg-type]
    read = settings('[organisation]\nname = "Example"\ndomains = ["example.com"]\n' + text)
    (tenant,) = read.smtp.clients
    assert tenant.shared
    assert tenant.secret_header == "X-Sekisho-Tenant"
    assert tenant.secret_file == Path("tenant.secret").absolute()
    assert len(tenant.networks) >= 6


def test_a_cloud_is_told_which_file_holds_a_secret_and_never_the_secret(tmp_path: Path) -> None:
    for name in ("ours.secret", "stamp.secret"):
        tmp_path.joinpath(name).write_text("0123456789abcdef0123456789abcdef\n")
        tmp_path.joinpath(name).chmod(0o600)
    tenant = """[smtp.tls]
certificate = "cert.pem"
key = "key.pem"
[[smtp.clients]]
networks = ["198.51.100.0/24"]
shared = true
secret_header = "X-Ours"
secret_file = "ours.secret"
"""
    given = parse(TEXT.replace("[smtp]", '[smtp]\nstamp_file = "stamp.secret"') + tenant, tmp_path / "sekisho.toml")
    for kind in ("exchange", "google"):
        text = snippet(kind, given)
        assert f"{tmp_path}/ours.secret" in text
        assert f"{tmp_path}/stamp.secret" in text
        assert "X-Ours" in text
        assert "0123456789abcdef" not in text


def test_exchange_online_knows_what_comes_back_by_stamp_and_address_before_it_sends_the_rest_to_us() -> None:
    text = snippet("exchange", settings())
    first, second = re.findall(r"^New-TransportRule(?:.*`\n)*.*$", text, re.MULTILINE)
    for words in (
        "-Priority 0",
        "-SenderIpRanges $ours",
        "-HeaderMatchesPatterns",
        "-RemoveHeader",
        "-StopRuleProcessing",
    ):
        assert words in first
    for words in ("-Priority 1", "-SentToScope NotInOrganization", '-SetHeaderName "X-Sekisho-Tenant"', "To Sekisho"):
        assert words in second


def parts(text: str, *, before_queue: bool) -> tuple[str, str]:
    """main.cf and master.cf of one of the two ways, as the comments say where each line goes."""
    if before_queue:  # take the marks away from way 2, and leave way 1 out
        head, _, rest = text.partition("# ---------------------------------------------------------------- 1.")
        text = head + re.sub(r"^#(?=submission|    -o )", "", rest.partition("---- 2.")[2], flags=re.MULTILINE)
    files: dict[str, list[str]] = {"main.cf": [], "master.cf": []}
    where = ""
    for line in text.splitlines():
        if found := re.match(r"# /etc/postfix/(\S+)", line):
            where = found[1]
        elif line and not line.startswith("#"):
            files.get(where, []).append(line)
    return "\n".join(files["main.cf"]) + "\n", "\n".join(files["master.cf"]) + "\n"


@pytest.mark.skipif(POSTCONF is None, reason="no postconf: install Debian's package postfix")
@pytest.mark.parametrize("before_queue", [False, True])
def test_postfix_reads_the_lines_of_both_ways_without_a_warning(tmp_path: Path, before_queue: bool) -> None:
    main, master = parts(snippet("postfix", settings()), before_queue=before_queue)
    base = "compatibility_level = 3.6\nmail_owner = nobody\n"
    tmp_path.joinpath("main.cf").write_text(base + main)
    tmp_path.joinpath("master.cf").write_text(master)
    services = run("-M", tmp_path)
    assert re.search(r"^127\.0\.0\.1:2526\s+inet", services, re.MULTILINE)
    assert re.search(r"^submission\s+inet", services, re.MULTILINE)
    overrides = run("-P", tmp_path)
    wanted = "smtpd_proxy_timeout = 600s" if before_queue else "content_filter = sekisho:[192.0.2.7]:2525"
    assert f"submission/inet/{wanted}" in overrides
    assert ("message_size_limit = 20971520" in run("-n", tmp_path)) is True


def run(what: str, folder: Path) -> str:
    """What postconf says; a warning fails the test (an unused parameter is a mistyped one)."""
    done = subprocess.run([POSTCONF or "", what, "-c", str(folder)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout
