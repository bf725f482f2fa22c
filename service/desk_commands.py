"""Commands of the desk: report, ticket list|show|step|export|scenario."""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any, TypeVar

import typer

from mail.address import split
from response import case_scenario
from response.desk import Desk, Report
from response.office import Office
from service.console import (
    DEFAULT_CONFIG,
    Commands,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    err,
    in_store,
    language,
    operator,
    out,
    settings_of,
    stop,
    understood,
    with_store,
)
from service.opening import open_desk
from service.settings import Settings
from service.ticket_standing import standing
from service.ticket_words import NO_TICKETS, TicketWords
from service.usable import ensure, of_manual
from store.clock import Clock
from store.engine import Store
from store.ids import parse, shown
from store.journal import Line
from store.tickets import Ticket

T = TypeVar("T")
app = typer.Typer(cls=Commands, help="The leak-response desk.", no_args_is_help=True)

REFUSALS: Mapping[str, str] = {
    "already": "was finished before",
    "unknown": "no such ticket or step",
    "gate": "first tell the superior, then anything that writes to the outside",
    "reason-missing": "say why with --note",
    "evidence-missing": "the manual wants its evidence written down: --note",
}


def report(
    what: Annotated[
        str, typer.Argument(help="Number of the message, queue id, Message-ID, or nothing with --search.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="Mail address of who reports.")] = "",
    note: Annotated[str, typer.Option("--note", help="What happened, in the reporter's own words.")] = "",
    search: Annotated[str, typer.Option("--search", help="Words to look for: recipient, subject, file name.")] = "",
    wrong: Annotated[
        list[str] | None, typer.Option("--wrong", help="The recipient that was wrong; may be repeated.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    json: JsonOption = False,
) -> None:
    """Somebody says it went to the wrong one: opens a ticket (or joins the open one). A report by command is by staff: certain."""
    if not what and not search:
        stop("name the message: its number, its Message-ID, or --search words", Exit.WRONG)
    _want_address(by)
    settings = settings_of(config)
    made = replace(_named(what, by), words=note, search=search, wrong=tuple(wrong or ()))
    before = {one.id for one in with_desk(settings, lambda desk: desk.tickets())}
    ticket = with_desk(settings, lambda desk: desk.report(made))
    if ticket.id in before:
        err.print(f"The report joined ticket {shown(ticket.id)}, which was open.")
    for remark in _not_found(what, made, ticket):
        err.print(remark, markup=False)
    _show(ticket, settings, json=json)


def _named(what: str, by: str) -> Report:
    """A report of a message by its number, its Message-ID or its queue id, whichever the text is; by staff."""
    number, message_id = parse(what) or "", what if "@" in what else ""
    return Report(
        channel="command",
        reporter=by,
        hold_id=number,
        message_id=message_id,
        queue_id="" if number or message_id else what,
        proven=True,
        details={"operator": operator()},
    )


def _not_found(what: str, made: Report, ticket: Ticket) -> Iterator[str]:
    """What was named and is not there: the message, a wrong recipient."""
    if what and not (ticket.journal_id or ticket.hold_id):
        yield f"{what}: NO SUCH MESSAGE was found; the ticket is open all the same"
    known = {recipient.address for recipient in ticket.recipients}
    for address in made.wrong if known else ():
        if address not in known:
            yield f"--wrong {address}: no recipient of this message"


@app.command("list")
def list_(config: ConfigOption = DEFAULT_CONFIG, *, json: JsonOption = False) -> None:
    """Tickets, the nearest due step first."""
    settings = settings_of(config)
    tickets = with_desk(settings, lambda desk: desk.tickets())
    say = _say(settings)
    for ticket, stands in zip(tickets, standing(settings, with_desk(settings, _office), tickets), strict=True):
        if json:
            as_json(as_dict(ticket) | stands.for_program())
        else:
            _print(say.listed(ticket, stands))
    if not tickets and not json:
        out.print(NO_TICKETS[language()], markup=False)


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="Number of the ticket.")],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    json: JsonOption = False,
) -> None:
    """One ticket: what is known, per recipient what became of it, the steps in order."""
    settings = settings_of(config)
    _show(_ticket(settings, number), settings, json=json)


@app.command()
def step(
    number: Annotated[str, typer.Argument(help="Number of the ticket.")],
    which: Annotated[str, typer.Argument(help="The step, for example 1.1.")],
    by: Annotated[str, typer.Option("--by", help="Mail address of who did it.")],
    note: Annotated[str, typer.Option("--note", help="What was done.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    not_needed: Annotated[bool, typer.Option("--not-needed", help="It is not needed; --note says why.")] = False,
) -> None:
    """Finish a step by name."""
    _want_address(by)
    if not_needed and not note:
        stop("say why it is not needed: --note", Exit.WRONG)
    settings = settings_of(config)
    ticket = _ticket(settings, number)
    if which not in (there := [one.step for one in ticket.steps]):
        stop(f"{which}: no such step; ticket {number} has {', '.join(there)}", Exit.NO)
    refused = with_desk(
        settings, lambda desk: desk.finish_step(ticket.id, which, by=by, note=note, not_needed=not_needed)
    )
    if refused:
        stop(f"{number} {which}: {REFUSALS.get(refused, refused)}", Exit.NO)
    out.print(f"{shown(ticket.id)} {which}: {'not needed' if not_needed else 'done'}.")


@app.command()
def export(
    number: Annotated[str, typer.Argument(help="Number of the ticket.")], config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """The whole case with its evidence as one JSON object; exit status 1 when a record was altered."""
    settings = settings_of(config)
    ticket = _ticket(settings, number)
    entries, broken = in_store(settings, lambda s: (s.evidence.of(ticket.id), s.evidence.broken(ticket.id)))
    as_json(as_dict(ticket) | {"evidence": [asdict(entry) for entry in entries], "chain_broken_at": broken})
    if broken is not None:
        stop(f"{number}: record {broken} was altered", Exit.NO)


@app.command()
def scenario(
    number: Annotated[str, typer.Argument(help="Number of the ticket.")], config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """A closed case as a scenario for drills (TOML): its kind, size and course; no name, address or word of it."""
    settings = settings_of(config)
    ticket = _ticket(settings, number)
    office = with_desk(settings, _office)
    made = in_store(settings, lambda shelves: case_scenario.scenario(shelves, office, ticket))
    print(made or stop(f"{number}: is not closed as a leak: nothing is learnt from it yet", Exit.NO), end="")


async def _office(desk: Desk) -> Office:
    return desk.office


def with_desk(settings: Settings, act: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
    """One act at the desk, beside a gateway that may be running; exit status 2 without a manual."""
    understood(lambda: ensure(settings, of_manual))

    async def run(store: Store) -> T:
        return await act(open_desk(settings, store, Clock()))

    return with_store(settings, run)


def as_dict(ticket: Ticket) -> dict[str, Any]:
    """A ticket for a program."""
    return asdict(ticket) | {"id": shown(ticket.id)}


def _want_address(by: str) -> None:
    """Exit status 2 unless it is a mail address."""
    if not by:
        stop("say who: --by address", Exit.WRONG)
    if not all(split(by)):
        stop(f"--by {by}: not a mail address", Exit.WRONG)


def _ticket(settings: Settings, number: str) -> Ticket:
    ticket_id = parse(number) or stop(f"{number}: not a number like K7Q2-9MXD", Exit.WRONG)
    ticket = with_desk(settings, lambda desk: desk.ticket(ticket_id))
    return ticket or stop(f"{number}: no such ticket", Exit.NO)


def _show(ticket: Ticket, settings: Settings, *, json: bool) -> None:
    (stands,) = standing(settings, with_desk(settings, _office), [ticket])
    if json:
        as_json(as_dict(ticket) | stands.for_program())
        return
    _print(_say(settings).whole(ticket, stands, _candidates(ticket, settings) if ticket.candidates else ()))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        out.print(line, markup=False)


def _candidates(ticket: Ticket, settings: Settings) -> list[tuple[Line, Mapping[str, str]]]:
    """The messages that may be meant, and why."""
    found = in_store(settings, lambda s: [(s.journal.get(c["journal_id"]), c["why"]) for c in ticket.candidates])
    return [(line, why) for line, why in found if line]


def _say(settings: Settings) -> TicketWords:
    return TicketWords(language(), settings.organisation.time_zone)
