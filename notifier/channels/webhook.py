"""A webhook as Standard Webhooks 1.0.0 says: thin, signed, sent again on its schedule, ended by 410, never led to where it should not go.

github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md. Whoever gets it asks our page for more, and signs in there.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

from notifier.asking import OutsideError, outside, pinned
from notifier.tracker_options import Tracker
from notifier.trackers import Carried, Case
from store.clock import Clock
from store.errors import KeyFileError
from store.seal import read_words

Options = Tracker
WAITS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds between the tries: at once, then 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; after that it is given up."""
_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64
"""Octets of a secret."""


def lacks(options: Tracker) -> Iterator[tuple[str, str]]:
    """What the settings do not say."""
    if options.fields:
        yield "fields", "is of no use for a webhook: its data have fixed names"


async def mirror(case: Case, _reference: str, options: Tracker) -> Carried:
    """Send one event. Only 2xx is success; raises `OutsideError`."""
    body = payload(case)
    headers = signed(case.id, body, secrets_of(options))
    async with outside(options, {}) as http:
        where, host, extensions = await pinned(options.url, own_network=options.own_network)
        await http.raw("POST", where, body, {**headers, **host}, extensions=extensions)
    return Carried(case.id, is_read=False)


async def probe(options: Tracker) -> tuple[str, ...]:
    """What can be seen without sending an event: the secrets, and where the name leads. Raises `OutsideError`."""
    secrets_of(options)
    await pinned(options.url, own_network=options.own_network)
    return ()


def payload(case: Case) -> bytes:
    """Thin: what happened to which case, no person, no content; far below the 20 kB that are the limit."""
    said: dict[str, Any] = {"type": case.event, "timestamp": case.at.isoformat().replace("+00:00", "Z")}
    return json.dumps(said | {"data": dict(case.facts)}, ensure_ascii=False, separators=(",", ":")).encode()


def signed(message_id: str, body: bytes, secrets: tuple[bytes, ...]) -> dict[str, str]:
    """The three headers, for this try: a signature by each secret, so that a receiver may know the old or the new one."""
    now = int(Clock().now().timestamp())  # of the try, not of the event: receivers refuse what is older than minutes
    content = f"{message_id}.{now}.".encode() + body
    made = (base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode() for secret in secrets)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(f"v1,{one}" for one in made),
    }


def secrets_of(options: Tracker) -> tuple[bytes, ...]:
    """The secrets of the file, one a line, the newest first; two while they are changed. Raises `OutsideError`, never with a secret."""
    if options.secret_file is None:
        raise OutsideError("secret_file is missing", permanent=True)
    try:
        return tuple(_secret(word) for word in read_words(options.secret_file))
    except KeyFileError as error:
        raise OutsideError("secret_file cannot be used", permanent=True) from error
    except ValueError as error:
        raise OutsideError(
            f"secret_file: a secret is {_PREFIX} and base64 of {_SHORTEST} to {_LONGEST} octets", permanent=True
        ) from error


def _secret(word: str) -> bytes:
    octets = base64.b64decode(word.removeprefix(_PREFIX), validate=True)
    if not word.startswith(_PREFIX) or not _SHORTEST <= len(octets) <= _LONGEST:
        raise ValueError("not a secret")
    return octets
