"""One letter to be printed, or copied as plain text: nothing else stands on the sheet."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from notifier import case_address
from notifier.channels import Rendered
from notifier.letter_notices import letter as as_notice
from notifier.rendering import blocks, render
from store.letters import Letter
from store.shelves import Shelves
from web.pages import Pages
from web.ticket_pages import Opened, Section


async def _show(pages: Pages, request: Request, opened: Opened) -> Response:
    """Show the version the address names, else the newest; as plain text where it asks for that."""
    wanted = request.query_params.get("letter", "")

    def unit(shelves: Shelves) -> Letter | None:
        every = shelves.letters.of_ticket(opened.ticket.id)
        chosen = [one for one in every if one.id == wanted] if wanted else sorted(every, key=lambda one: one.version)
        return chosen[-1] if chosen else None

    letter = await pages.store.read(unit)
    if letter is None:
        return pages.not_found(request)
    link = _link(pages, letter)
    rendered = _rendered(pages, opened, letter, link)
    if request.query_params.get("as") == "text":
        return PlainTextResponse(rendered.text)
    context = {
        "letter": letter,
        "subject": rendered.subject,
        "blocks": tuple(blocks(rendered.text, link)),
        "printed": letter.language,
    }
    return pages.show(request, "letter_print.html", context)


def _link(pages: Pages, letter: Letter) -> str:
    """The link of the letter, as its mail has it; "" where nobody outside reaches the pages."""
    outside = pages.options.outside_url.rstrip("/")
    token = pages.store.seal.token(letter.ticket_id, letter.recipient, "answers")
    return f"{outside}/u/{token}" if outside else ""


def _rendered(pages: Pages, opened: Opened, letter: Letter, link: str) -> Rendered:
    report = pages.desk.office.options.report_address
    notice = as_notice(pages.organisation, opened.ticket, letter.facts, report_address=report, by_itself=False)
    case = case_address.make(pages.store.seal, report, letter.ticket_id, letter.recipient)
    return render(notice, pages.organisation, at=pages.clock.now(), link=link, case=case)


async def _nothing(_pages: Pages, _opened: Opened, _language: str) -> dict[str, str]:
    return {}


LETTER = Section("letter", "letter_print.html", _nothing, {}, answers=_show)
