"""Commands over the people of the organisation: import them from a directory, list everybody as they are in force."""

from typing import Annotated

import typer

from notifier import directory
from notifier.directory import Listing
from notifier.options import Person
from service import people_sources
from service.console import (
    DEFAULT_CONFIG,
    Commands,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    counted,
    err,
    out,
    settings_of,
    stop,
)
from service.contacts_rows import BadLine
from service.ldap_options import BindDnOption, CaFileOption, PasswordFileOption, StartTlsOption, access
from service.ldap_search import SCHEMES, Access, LdapError
from service.people_entries import Entry
from service.people_listing import Book
from service.reach_command import reach_test
from service.settings import Settings
from store.clock import Clock

app = typer.Typer(cls=Commands, help="The people of the organisation.", no_args_is_help=True)
app.command("reach-test")(reach_test)


@app.command("import")
def import_(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|URL",
            help="ldap://host/base??sub?filter, LDIF, CSV (address,name,aliases,language,superior,delegates,teams), JSON.",
        ),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    bind_dn: BindDnOption = "",
    password_file: PasswordFileOption = None,
    ca_file: CaFileOption = None,
    start_tls: StartTlsOption = False,
    fewer: Annotated[
        bool, typer.Option("--fewer", help="Also when less than half as many are there as the last time.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Take superiors, delegates, teams, names, further addresses and languages from a directory, in place of those of the last import; never roles.

    What stands in the settings wins. All sources of one import are one directory. A running relay takes it into force by itself.
    """
    settings = settings_of(config)
    try:
        entries = _entries(sources, access(bind_dn, password_file, ca_file, start_tls))
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}", Exit.COULD_NOT)
    book = Book(settings.organisation)
    listing = book.listing(entries, Clock().now(), sources)
    before = _people_before(settings)
    _want_enough(len(listing.people), before, fewer=fewer)
    for remark in listing.remarks:
        err.print(remark, markup=False)
    path = settings.store.directory / directory.FILE
    try:
        directory.write(path, listing)
    except OSError as error:
        stop(f"{path}: {error.strerror}", Exit.COULD_NOT)
    _say(book, listing, before, json=json)


@app.command("list")
def list_(
    contains: Annotated[str, typer.Argument(help="Part of an address, a name or a team.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    json: JsonOption = False,
) -> None:
    """Show everybody as they are in force, of the settings and of the directory. Exit status 1 when nobody is found."""
    organisation, wanted = settings_of(config).organisation, contains.casefold()
    found = [person for person in organisation.everyone if any(wanted in text.casefold() for text in _texts(person))]
    for person in found:
        if json:
            as_json(person.model_dump())
        else:
            out.print("  ".join(_line(person)), markup=False)
    if not found:
        if not json:
            out.print("Nobody.")
        raise typer.Exit(Exit.NO)


def _entries(sources: list[str], who: Access) -> list[Entry]:
    """Every entry, or what is wrong, and exit status 2 or 3: half a directory would be taken for a whole one."""
    entries, bad = [], 0
    for source in sources:
        try:
            for one in people_sources.read(source, who):
                if isinstance(one, Entry):
                    entries.append(one)
                    continue
                err.print(_where(source, one), markup=False)
                bad += not source.startswith(SCHEMES)
        except LdapError as error:
            stop(str(error), Exit.COULD_NOT)
    if bad:
        stop(f"bad lines: {bad}; nothing imported", Exit.WRONG)
    return entries


def _where(source: str, bad: BadLine) -> str:
    return f"{source}:{bad.line}: {bad.text}" if bad.line else f"{source}: {bad.text}"


def _people_before(settings: Settings) -> int:
    listing = directory.Directory(settings.store.directory / directory.FILE).state().listing
    return len(listing.people) if listing else 0


def _want_enough(now: int, before: int, *, fewer: bool) -> None:
    """A filter that is wrong, or a directory that shows only a part of itself, takes away nobody's approvers."""
    if not now:
        stop("nobody of our domains was found; nothing imported", Exit.WRONG)
    if now * 2 < before and not fewer:
        stop(f"only {now} of {before} people are left; nothing imported; --fewer imports them", Exit.NO)


def _say(book: Book, listing: Listing, before: int, *, json: bool) -> None:
    counts, people = book.counts, listing.people
    if json:
        named = {"imported": len(people), "before": before, "teams": counts.groups}
        left = {"outside": counts.outside, "without_mail": counts.without_mail, "remarks": len(book.remarks)}
        as_json(named | left)
        return
    left_out = f"left out: {counts.outside} outside our domains, {counts.without_mail} without a mail address"
    out.print(
        f"People imported: {len(people)} (before: {before}), {counted(counts.groups, 'team')} of groups; {left_out}."
    )


def _texts(person: Person) -> tuple[str, ...]:
    return (person.address, person.name, *person.aliases, *person.teams)


def _line(person: Person) -> list[str]:
    lists = {"roles": person.roles, "delegates": person.delegates, "teams": person.teams, "aliases": person.aliases}
    told = [person.address, *([person.name] if person.name else [])]
    told += [f"superior: {person.superior}"] if person.superior else []
    return told + [f"{name}: {', '.join(values)}" for name, values in lists.items() if values]
