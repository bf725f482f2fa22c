"""Snippets: the lines that the mail server beside us needs, with the ports, addresses and limits of these very settings."""

from collections.abc import Mapping
from typing import Literal, get_args

from service import snippet_texts
from service.cautions import CLIENT_WAITS
from service.crosscheck import host_and_port
from service.settings import Settings

Kind = Literal["postfix", "exim", "opensmtpd", "exchange", "google"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - replaced, not bound
_TEXTS: Mapping[Kind, str] = {
    "postfix": snippet_texts.POSTFIX,
    "exim": snippet_texts.EXIM,
    "opensmtpd": snippet_texts.OPENSMTPD,
    "exchange": snippet_texts.EXCHANGE,
    "google": snippet_texts.GOOGLE,
}


def snippet(kind: Kind, settings: Settings) -> str:
    """Write the lines for the other side's configuration, commented; ends in a line end. Raises ValueError on an unknown kind."""
    if kind not in _TEXTS:
        raise ValueError(f"{kind}: is none of {', '.join(KINDS)}")
    text = _TEXTS[kind].lstrip("\n")
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
    report = settings.response.report_address or f"moredashita@{domain}"
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
        "REPORT_DOMAIN": report.rpartition("@")[2],
        "DOMAIN": domain,
        "OUR_NAME": settings.smtp.host_name or f"sekisho.{domain}",
    }
