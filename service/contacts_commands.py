"""Commands over the contacts: import, export, list, merge, forget, audit."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from response import old_mistakes
from service import contacts_audit, contacts_csv, contacts_ldif, contacts_sources, contacts_vcard
from service.console import (
    DEFAULT_CONFIG,
    Commands,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    counted,
    err,
    in_store,
    operator,
    out,
    seconds_of,
    settings_of,
    stop,
    with_store,
)
from service.contacts_import import Import
from service.contacts_rows import wrong_address
from store.contacts import Entry
from store.engine import Store
from store.shelves import Shelves

app = typer.Typer(cls=Commands, help="The address book: who is known.", no_args_is_help=True)
LISTED = 1000
"""Contacts that `list` shows at most; whoever wants all exports them."""
Format = Literal["csv", "vcard", "ldif"]


@app.command("import")
def import_(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL", help="CSV (address,name,count,last_sent), vCard, LDIF, or ldap://host/base??sub?filter."
        ),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the good lines although others are bad.")
    ] = False,
    bind_dn: Annotated[str, typer.Option(help="Who asks the directory; without it nobody in particular.")] = "",
    password_file: Annotated[Path | None, typer.Option(help="File with the password of --bind-dn.")] = None,
    json: JsonOption = False,
) -> None:
    """Add contacts; imported ones are vouched for. Every bad line is named; then nothing is imported, unless --skip-bad."""
    settings = settings_of(config)
    try:
        password = password_file.read_text(encoding="utf-8").rstrip("\r\n") if password_file else ""
        made = Import(contacts_sources.of(source, bind_dn=bind_dn, password=password))
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}", Exit.COULD_NOT)
    total = None if skip_bad else made.check().good
    if made.count.bad and not skip_bad:
        rest = f"; --skip-bad imports the other {made.count.good}" if made.count.good else ""
        stop(f"bad lines: {made.count.bad}; nothing imported{rest}", Exit.WRONG)
    done = with_store(settings, lambda store: made.run(store, total))
    if made.count.bad and not done:
        stop(f"bad lines: {made.count.bad}; nothing imported", Exit.WRONG)
    if json:
        as_json({"imported": done, "bad_lines": made.count.bad, "committed_before": made.began_at})
        return
    before = f" (the first {made.began_at} by an import that broke off)" if made.began_at else ""
    out.print(f"Contacts imported: {done}{before}; lines left out: {made.count.bad}.")


@app.command()
def export(
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    form: Annotated[Format, typer.Option("--format", help="csv, vcard or ldif.")] = "csv",
    vouched: Annotated[
        bool, typer.Option("--vouched", help="Only those that are vouched for: what another store should import.")
    ] = False,
) -> None:
    """Write all contacts to standard output."""
    if form == "csv":
        print(",".join(contacts_csv.COLUMNS))
    write = _WRITERS[form]

    def act(entry: Entry) -> None:
        if entry.vouches or not vouched:
            sys.stdout.write(write(entry))

    with_store(settings_of(config), lambda store: _each(store, act))


@app.command("list")
def list_(
    contains: Annotated[str, typer.Argument(help="Part of an address or name.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    json: JsonOption = False,
) -> None:
    """Show contacts."""
    found = in_store(settings_of(config), lambda s: s.contacts.listing(contains=contains, limit=LISTED + 1))
    if not found and not json:
        out.print("No contacts.")
    for entry in found[:LISTED]:
        if json:
            as_json(_as_json(entry))
        else:
            vouched = "" if entry.vouches else "  (not vouched for)"
            out.print(
                f"{entry.address}  {entry.name}  {entry.count}  {_day(entry.last_sent) or '-'}{vouched}", markup=False
            )
    if len(found) > LISTED:
        err.print(f"only the first {LISTED:,} are shown; name a part of the address, or use sekisho contacts export")


@app.command()
def merge(
    right: Annotated[str, typer.Argument(help="The address that is right.")],
    wrong: Annotated[str, typer.Argument(help="The wrong or old address of the same person.")],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    forget_wrong: Annotated[
        bool, typer.Option("--forget", help="Forget the wrong one instead of asking whoever writes to it again.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Let two addresses be one person: what was sent to the wrong one counts for the right one. Exit status 1 when there is nothing to merge."""

    def unit(shelves: Shelves) -> tuple[bool, Entry | None]:
        done = shelves.contacts.merge(right, wrong, forget=forget_wrong)
        if done:
            shelves.audit.add(operator(), "contacts-merge", right, {"wrong": wrong, "forgotten": forget_wrong})
        return done, shelves.contacts.entry(right)

    if wrong_right := wrong_address(right):
        stop(wrong_right, Exit.WRONG)
    done, entry = in_store(settings_of(config), unit, write=True)
    if not done or entry is None:
        stop(f"{wrong} is no contact, or the same as {right}", Exit.NO)
    if json:
        as_json(_as_json(entry))
    else:
        out.print(
            f"{entry.address}: {counted(entry.count, 'message')} in all; {wrong} is {'forgotten' if forget_wrong else 'no longer vouched for'}.",
            markup=False,
        )


@app.command()
def forget(
    addresses: Annotated[list[str] | None, typer.Argument(help="Addresses to forget.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    older_than: Annotated[
        str, typer.Option(help="Forget everybody with whom nothing happened for so long: 730d.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Forget contacts, and all that was counted of them. Exit status 1 when none of the addresses was one."""
    if bool(addresses) == bool(older_than):
        stop("give either addresses or --older-than", Exit.WRONG)
    age = seconds_of("--older-than", older_than) if older_than else 0.0
    gone = with_store(settings_of(config), lambda store: contacts_audit.forget(store, addresses or (), age))
    if json:
        as_json({"forgotten": gone})
    else:
        out.print(f"Contacts forgotten: {gone}.")
    if addresses and not gone:
        raise typer.Exit(Exit.NO)


@app.command()
def audit(config: ConfigOption = DEFAULT_CONFIG, *, json: JsonOption = False) -> None:
    """Name contacts that look like a wrong spelling of another, and wrong ones that were reported, with the earlier mail to them."""
    settings = settings_of(config)

    async def act(store: Store) -> int:
        found = 0
        async for mistake in contacts_audit.mistakes(store, frozenset(settings.organisation.domains)):
            found += 1
            if json:
                as_json(mistake.as_json())
            else:
                _say(mistake)
        return found

    if not with_store(settings, act) and not json:
        out.print("No contact looks like a wrong spelling of another.")


def _say(mistake: old_mistakes.Mistake) -> None:
    meant = f"  instead of {mistake.meant}?" if mistake.meant else ""
    out.print(
        f"{mistake.address}{meant}  ({'reported' if mistake.reported else f'likely {mistake.score:.2f}'})", markup=False
    )
    for mail in mistake.earlier:
        out.print(f"    {mail.at:%Y-%m-%d %H:%M}  {mail.sender}  {mail.subject}  {mail.state}", markup=False)
    if mistake.more:
        out.print(f"    … and {counted(mistake.more, 'message')} more", markup=False)


async def _each(store: Store, act: Callable[[Entry], None]) -> None:
    last = 0
    while entries := await store.read(lambda shelves, after=last: shelves.contacts.after(after, 5_000)):  # type: ignore[misc]  # mypy infers no lambda with a default
        for entry in entries:
            act(entry)
        last = entries[-1].id


def _csv(entry: Entry) -> str:
    return contacts_csv.write((entry.address, entry.name, entry.count, _day(entry.last_sent)))


_WRITERS: dict[str, Callable[[Entry], str]] = {
    "csv": _csv,
    "vcard": lambda entry: contacts_vcard.write(entry.address, entry.name),
    "ldif": lambda entry: contacts_ldif.write(entry.address, entry.name),
}


def _day(moment: Any) -> str:
    return moment.date().isoformat() if moment else ""


def _as_json(entry: Entry) -> dict[str, Any]:
    dates = {
        "first_sent": entry.first_sent,
        "last_sent": entry.last_sent,
        "answered": entry.answered_at,
        "bounced": entry.bounced_at,
    }
    days = {name: moment.date() if moment else None for name, moment in dates.items()}
    fixed = {"address": entry.address, "name": entry.name, "count": entry.count}
    return fixed | days | {"vouched": entry.vouches, "by": entry.vouched}
