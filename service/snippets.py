"""Snippets: the lines that the mail server beside us needs, with the ports, addresses and limits of these very settings."""

import textwrap
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from gateway.options import Network
from service import snippet_texts, snippet_texts_cloud
from service.cautions import CLIENT_WAITS
from service.crosscheck_listeners import host_and_port
from service.init import SECRETS
from service.settings import Settings
from service.shared_clouds import clouds

Kind = Literal["postfix", "exim", "opensmtpd", "exchange", "google"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - replaced, not bound
_TEXTS: Mapping[Kind, str] = {
    "postfix": snippet_texts.POSTFIX,
    "exim": snippet_texts.EXIM,
    "opensmtpd": snippet_texts.OPENSMTPD,
    "exchange": snippet_texts.EXCHANGE + snippet_texts_cloud.EXCHANGE_ONLINE,
    "google": snippet_texts_cloud.GOOGLE,
}


def snippet(kind: Kind, settings: Settings) -> str:
    """Write the lines for the other side's configuration, commented; ends in a line end. Raises ValueError on an unknown kind."""
    if kind not in _TEXTS:
        raise ValueError(f"{kind}: is none of {', '.join(KINDS)}")
    text = _TEXTS[kind].lstrip("\n")
    if not settings.notices.answer_address:
        text = "".join(line for line in text.splitlines(keepends=True) if "@ANSWER@" not in line)
    for name, value in _values(settings).items():
        text = text.replace(f"@{name}@", value)
    return text


def _values(settings: Settings) -> dict[str, str]:
    """Find the words that stand between @ signs in the texts."""
    host, port = host_and_port(settings.smtp.listen[0]) or ("127.0.0.1", 10025)
    host = _EVERYWHERE.get(host, host)
    hop = settings.next_hop
    hop_host = hop.host if isinstance(hop.host, str) else hop.host[0]
    domain = settings.organisation.domains[0]
    exchange, google = clouds()
    tenant = next((c for c in settings.smtp.clients if c.secret_header), None)
    report, answer = settings.response.report_address or f"moredashita@{domain}", settings.notices.answer_address
    own = [address.rpartition("@") for address in (report, answer) if address]
    return {
        "HOST": host,
        "HOST_IN_BRACKETS": f"[ipv6:{host}]" if ":" in host else f"[{host}]",
        "HOST_IN_URL": f"[{host}]" if ":" in host else host,
        "PORT": str(port),
        "HOP_HOST": hop_host,
        "HOP_PORT": str(hop.port),
        "RECIPIENTS": str(settings.smtp.max_recipients),
        "CONNECTIONS": str(min(hop.connections, settings.smtp.max_connections_per_client)),
        "OCTETS": str(settings.smtp.max_size),
        "MEGABYTES": str(settings.smtp.max_size // 2**20),
        "WAIT": str(CLIENT_WAITS),
        "REPORT": report,
        "REPORT_LOCAL": report.rpartition("@")[0],
        "ANSWER": answer,
        "OWN_LOCALS": " : ".join(dict.fromkeys(local for local, _, _ in own)),
        "OWN_DOMAINS": " : ".join(dict.fromkeys(domain for _, _, domain in own)),
        "DOMAIN": domain,
        "HEADER": tenant.secret_header if tenant else "X-Sekisho-Tenant",
        "SECRET_FILE": str(tenant.secret_file if tenant else settings.file.with_name(SECRETS[0])),
        "STAMP_FILE": str(settings.smtp.stamp_file or settings.file.with_name(SECRETS[1])),
        "EXCHANGE_NETWORKS": _list(exchange.networks),
        "GOOGLE_NETWORKS": _list(google.networks),
        "CLOUD_HOST": f"{domain.replace('.', '-')}.mail.protection.outlook.com",
        "OUR_NAME": settings.smtp.host_name or f"sekisho.{domain}",
    }


def _list(networks: Iterable[Network]) -> str:
    """Networks as they stand in the settings, inside a comment of the texts."""
    return textwrap.fill(", ".join(f'"{network}"' for network in networks), 100).replace("\n", "\n#       ")
