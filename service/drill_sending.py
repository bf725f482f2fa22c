"""Gives the mails of a drill to our own relay, by SMTP like everybody else's."""

from collections.abc import Sequence

from aiosmtplib import SMTP, SMTPException

from response.drill_making import Letter
from service.crosscheck_listeners import host_and_port
from service.settings import Settings

LIMIT = 60.0
"""Seconds for each answer: the relay reads the attachment first."""
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where it listens; we knock on this machine


class NotTakenError(Exception):
    """The relay did not take a mail of the drill; in its own words."""


async def send(settings: Settings, letters: Sequence[Letter]) -> None:
    """One after the other, over one connection to the first listener. Raises `NotTakenError`."""
    listener = settings.smtp.listen[0]
    host, port = host_and_port(listener) or ("", 0)
    smtp = SMTP(hostname=_ANYWHERE.get(host, host), port=port, timeout=LIMIT, start_tls=False)
    try:
        async with smtp:
            for letter in letters:
                await smtp.sendmail(letter.player, [letter.recipient], letter.content)
    except (SMTPException, OSError) as error:
        raise NotTakenError(f"{listener}: {error}") from error
