"""Tells gwcheck how to bring about a hold here and how a person releases it; with several nodes, each answer goes to the next of them."""

import asyncio
import itertools
import os
from typing import Any
from urllib.parse import urlsplit

from service.form import open_page

HOLD_RCPT = "r{tok}@dest.example"
"""Nobody has written there before, and the settings of the test hold such mail."""
NODES = "SEKISHO_NODES"
"""The addresses of the pages, one a node, with blanks between."""
_TURN = itertools.cycle(os.environ.get(NODES, "").split())


def release(hold: Any, _http: Any) -> None:
    """Say of everything that it is right, and send: what the sender does on the page of the notice."""
    path = next(urlsplit(url).path for url in hold.urls if urlsplit(url).path.startswith("/q/"))
    asyncio.run(_answer(next(_TURN) + path))


async def _answer(page: str) -> None:
    _, forms = await open_page(page)
    fields = dict(forms[0].hidden)
    for name, values in forms[0].choices.items():
        fields[name] = next(value for value in ("right", "send", values[-1]) if value in values)
    await open_page(page, fields)
