"""Chain: the digest by which a record carries the one before it; one text for one record, whichever database it lay in."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def as_kept(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as it comes back from the database: lists for tuples, text for keys."""
    kept: dict[str, Any] = json.loads(json.dumps(dict(body), default=dict, allow_nan=False))
    return kept


def digest_of(body: Mapping[str, Any]) -> str:
    """SHA-256, hex, over the canonical JSON of anything that is JSON."""
    text = json.dumps(dict(body), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digest(record: Mapping[str, Any]) -> str:
    """SHA-256, hex, over the canonical JSON of a record; `at` is an aware time, all else is JSON."""
    return digest_of({**record, "at": record["at"].isoformat(timespec="microseconds")})
