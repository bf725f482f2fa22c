"""Commands over the contacts: import, export, list; and those of `service.contacts_care`."""

import sys
from collections.abc import Callable
from typing import Annotated, Literal

import typer

from service import contacts_care, contacts_csv, contacts_ldif, contacts_sources, contacts_vcard
from service.console import (
    DEFAULT_CONFIG,
    Commands,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    err,
    in_store,
    out,
    settings_of,
    stop,
    with_store,
)
from service.contacts_import import Import
from service.contacts_rows import day_of, entry_as_json
from service.ldap_options import BindDnOption, CaFileOption, PasswordFileOption, StartTlsOption, access
from store.contacts import Entry
from store.engine import Store

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
    bind_dn: BindDnOption = "",
    password_file: PasswordFileOption = None,
    ca_file: CaFileOption = None,
    start_tls: StartTlsOption = False,
    json: JsonOption = False,
) -> None:
    """Add contacts; imported ones are vouched for. Every bad line is named; then nothing is imported, unless --skip-bad."""
    settings = settings_of(config)
    try:
        made = Import(contacts_sources.of(source, access(bind_dn, password_file, ca_file, start_tls)))
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
        as_json({"imported": done, "bad_lines": made.count.bad, "committed_before": made.began_at, "wrong": made.wrong})
        return
    before = f" (the first {made.began_at} by an import that broke off)" if made.began_at else ""
    wrong = f"; of them stay wrong addresses: {made.wrong}" if made.wrong else ""
    out.print(f"Contacts imported: {done}{before}{wrong}; lines left out: {made.count.bad}.")


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
            as_json(entry_as_json(entry))
        else:
            vouched = "" if entry.vouches else "  (not vouched for)"
            out.print(
                f"{entry.address}  {entry.name}  {entry.count}  {day_of(entry.last_sent) or '-'}{vouched}", markup=False
            )
    if len(found) > LISTED:
        err.print(f"only the first {LISTED:,} are shown; name a part of the address, or use sekisho contacts export")


app.command()(contacts_care.merge)
app.command()(contacts_care.forget)
app.command()(contacts_care.audit)


async def _each(store: Store, act: Callable[[Entry], None]) -> None:
    last = 0
    while entries := await store.read(lambda shelves, after=last: shelves.contacts.after(after, 5_000)):  # type: ignore[misc]  # mypy infers no lambda with a default
        for entry in entries:
            act(entry)
        last = entries[-1].id


def _csv(entry: Entry) -> str:
    return contacts_csv.write((entry.address, entry.name, entry.count, day_of(entry.last_sent)))


_WRITERS: dict[str, Callable[[Entry], str]] = {
    "csv": _csv,
    "vcard": lambda entry: contacts_vcard.write(entry.address, entry.name),
    "ldif": lambda entry: contacts_ldif.write(entry.address, entry.name),
}
