"""Open files: as many as the connections need; where the machine allows fewer, fewer connections, so that one too many hears 421."""

import resource

import structlog

from service.settings import Settings

_REST = 256
"""For store, sandbox, log, and the pages with their own limit (`web.server.MOST`)."""
_OF_A_CONNECTION = 3
"""The client's, one to the next hop, a spool file."""


def with_open_files(settings: Settings) -> Settings:
    """The settings with as many connections as there can be files for; raises the soft limit of this process as far as it must."""
    allowed = _raised(_OF_A_CONNECTION * settings.smtp.max_connections + _REST)
    fits = max(1, (allowed - min(_REST, allowed // 2)) // _OF_A_CONNECTION)
    if fits >= settings.smtp.max_connections:
        return settings
    structlog.get_logger("sekisho").warning("too few open files", allowed=allowed, connections=fits)
    smtp = settings.smtp.model_copy(update={"max_connections": fits})
    return settings.model_copy(update={"smtp": smtp})


def _raised(wanted: int) -> int:
    """How many files we may open now; never fewer than before."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
