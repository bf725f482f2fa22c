"""What `check` says of outside trackers: secrets of a form that none of them takes; with `--deep` what the trackers themselves say."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from notifier.tracker_options import Tracker
from service.check_problem import Problem
from service.settings import Settings
from store.errors import KeyFileError
from store.seal import read_password, read_words

LIMIT = 60.0
"""Seconds for one tracker."""


def secrets(settings: Settings) -> Iterator[Problem]:
    """See whether the files of their secrets can be used; the relay starts without them, and their tickets wait."""
    for number, tracker in enumerate(settings.trackers, 1):
        where, file = f"trackers[{number}].secret_file", tracker.secret_file
        try:
            if file and tracker.kind == "webhook":
                read_words(file)
                yield from _of_webhook(where, tracker)
            elif file:
                read_password(file)
        except KeyFileError as error:
            yield Problem("error", where, str(error), "write the secret into it, then chmod 600")


def _of_webhook(where: str, tracker: Tracker) -> Iterator[Problem]:
    from notifier.asking import OutsideError  # noqa: PLC0415 - slow to import, and most settings name no tracker
    from notifier.channels.webhook import secrets_of  # noqa: PLC0415

    try:
        secrets_of(tracker)
    except OutsideError as error:
        yield Problem("error", where, str(error).removeprefix("secret_file: "), "one a line, the newest first")


async def trackers(settings: Settings) -> AsyncIterator[Problem]:
    """Ask each tracker: login, queue or project, fields. Nothing is written there. A warning: mail goes on without them."""
    if not settings.trackers:
        return
    from notifier.channels import for_trackers  # noqa: PLC0415

    kinds = for_trackers()
    asked = [(n, one) for n, one in enumerate(settings.trackers, 1) if one.kind in kinds]
    answers = await asyncio.gather(*(_asked(kinds[one.kind], one) for _, one in asked))
    for (number, tracker), wrong in zip(asked, answers, strict=True):
        for said in wrong:
            key, colon, what = said.partition(": ")
            where = f"trackers[{number}].{key}" if colon else f"trackers[{number}].url"
            yield Problem(
                "warning", where, f"{tracker.name}: {what or said}", "until then its tickets wait; ours go on"
            )


async def _asked(kind: Any, tracker: Tracker) -> tuple[str, ...]:
    from notifier.asking import OutsideError  # noqa: PLC0415

    try:
        async with asyncio.timeout(LIMIT):
            return tuple(await kind.probe(tracker))
    except TimeoutError:
        return ("url: no answer: time limit",)
    except OutsideError as error:
        refused = error.status in {401, 403}
        said = str(error) if str(error).startswith(("ca: ", "secret_file: ")) else f"url: {error}"
        return ("secret_file: it does not let us in with this" if refused else said,)
    except (TypeError, AttributeError, KeyError, IndexError, ValueError):
        return ("url: its answer is not what its API promises",)
