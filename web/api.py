"""POST /api/reports: a program of ours says that a mail went to the wrong one. It gets a number and nothing else.

Who has the token is a program, not a person: the report opens a ticket and stops nothing by itself. Without `[web.api] token_file` there
is no such address. What it takes and answers stands in docs/openapi.json.
"""

import hmac
from datetime import UTC
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from response.desk import Report
from store import ids
from store.storable import clean
from web.limit import client_of
from web.pages import Pages

PATH = "/api/reports"
_KIND = "application/json"
FIRST_YEAR = 1980
"""Nobody knew of a mail of ours before; and a time near the year 1 has no UTC."""
_Address = Annotated[str, StringConstraints(pattern=r"^[!-?A-~]{1,64}@[!-?A-~]{1,255}$")]
"""As SMTP without its extension for other letters takes it; a domain in its A-labels."""


# What is a space is not the same in every language of patterns, so characters are named by number.
_NO_BLANK = r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"


class _Said(BaseModel):
    """The body."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reporter: _Address
    number: Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$")] = ""
    message_id: Annotated[
        str, StringConstraints(pattern=r"^<[^\x00- \x7f-\xa0<>@]{1,300}@[^\x00- \x7f-\xa0<>@]{1,300}>$")
    ] = ""
    queue_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{6,32}$")] = ""
    search: Annotated[str, StringConstraints(pattern=_NO_BLANK, max_length=1000)] = ""
    words: Annotated[str, StringConstraints(pattern=_NO_BLANK, max_length=4000)] = ""
    wrong: Annotated[list[_Address], Field(max_length=50)] = []
    first_known_at: AwareDatetime | None = None


async def send(pages: Pages, request: Request) -> Response:
    """Open a ticket or let it join; 201 with its number."""
    if not pages.api_tokens:
        return pages.not_found(request)
    if not _is_known(request, pages.api_tokens):
        return _refused(401, "unauthorized", {"WWW-Authenticate": 'Bearer realm="sekisho"'})  # RFC 6750 3
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _KIND:
        return _refused(415, "not-json")
    if not pages.api_reports.takes(client_of(request), pages.clock.now()):
        return _refused(429, "too-many", {"Retry-After": "60"})
    said = _read(await request.body())
    if not isinstance(said, _Said):
        return JSONResponse({"error": "invalid", "fields": said}, 422)
    ticket = await pages.desk.report(_report(said, client_of(request)))
    return JSONResponse({"number": ids.shown(ticket.id)}, 201)


def _is_known(request: Request, tokens: tuple[bytes, ...]) -> bool:
    """Whether the bearer token is one of ours; in a time that says nothing of it."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    octets = given.strip().encode("latin-1", "replace")
    found = [hmac.compare_digest(octets, token) for token in tokens]
    return scheme.lower() == "bearer" and any(found)


def _read(body: bytes) -> "_Said | list[str]":
    """What was said, or which fields are wrong."""
    try:
        said = _Said.model_validate_json(body)
    except ValidationError as error:
        return sorted({str(one["loc"][0]) if one["loc"] else "body" for one in error.errors()})
    wrong: list[str] = []
    if not any((said.number, said.message_id, said.queue_id, said.search, said.words)):
        wrong.append("search")
    if said.first_known_at and said.first_known_at.year < FIRST_YEAR:
        wrong.append("first_known_at")
    return sorted(set(wrong)) or said


def _report(said: _Said, client: str) -> Report:
    return Report(
        channel="api",
        reporter=said.reporter,
        words=clean(said.words),
        hold_id=ids.parse(said.number) or "",
        message_id=clean(said.message_id),
        queue_id=clean(said.queue_id),
        search=clean(said.search),
        wrong=tuple(dict.fromkeys(said.wrong)),
        first_known_at=said.first_known_at.astimezone(UTC) if said.first_known_at else None,
        details={"client": client},
    )


def _refused(
    status: int, error: Literal["unauthorized", "not-json", "too-many"], headers: dict[str, str] | None = None
) -> Response:
    return JSONResponse({"error": error}, status, headers)
