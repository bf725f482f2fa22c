"""Commands over the contacts: import, export, list."""

import csv
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from service import contacts_csv
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
from store.contacts import Imported
from store.engine import Store
from store.shelves import Shelves

app = typer.Typer(cls=Commands, help="The address book: who is known.", no_args_is_help=True)
BATCH = 5000
"""Contacts of one transaction."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with the columns address,name,count,last_sent.")],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the good lines although others are bad.")
    ] = False,
) -> None:
    """Add contacts; imported ones are vouched for. Every bad line is named; then nothing is imported, unless --skip-bad."""
    settings = settings_of(config)
    try:
        rows = list(contacts_csv.read(file))
    except OSError as error:
        stop(f"{file}: {error.strerror}", Exit.COULD_NOT)
    bad = [row for row in rows if isinstance(row, contacts_csv.BadLine)]
    good = [row for row in rows if isinstance(row, Imported)]
    for row in bad:
        err.print(f"{file}:{row.line}: {row.text}", markup=False)
    if bad and not (skip_bad and good):
        rest = f"; --skip-bad imports the other {len(good)}" if good else ""
        stop(f"bad lines: {len(bad)}; nothing imported{rest}", Exit.WRONG)

    async def act(store: Store) -> int:
        done = 0
        for start in track(
            range(0, len(good), BATCH), description="Importing", disable=not sys.stderr.isatty(), console=err
        ):
            batch = good[start : start + BATCH]
            done += await store.commit(partial(_add, batch))
        return done

    out.print(f"Contacts imported: {with_store(settings, act)}; lines left out: {len(bad)}.")


@app.command()
def export(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Write all contacts as CSV to standard output."""
    writer = csv.writer(sys.stdout)
    writer.writerow(contacts_csv.COLUMNS)
    for contact in in_store(settings_of(config), lambda s: list(s.contacts.listing(limit=sys.maxsize))):
        writer.writerow((contact.address, contact.name, contact.count, contact.last_sent or ""))


@app.command("list")
def list_(
    contains: Annotated[str, typer.Argument(help="Part of an address or name.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    json: JsonOption = False,
) -> None:
    """Show contacts."""
    found = in_store(settings_of(config), lambda s: list(s.contacts.listing(contains=contains)))
    if not found and not json:
        out.print("No contacts.")
    for contact in found:
        if json:
            row = {"address": contact.address, "name": contact.name, "count": contact.count}
            as_json(row | {"last_sent": contact.last_sent, "vouched": contact.vouched})
        else:
            vouched = "" if contact.vouched else "  (not vouched for)"
            out.print(
                f"{contact.address}  {contact.name}  {contact.count}  {contact.last_sent or '-'}{vouched}", markup=False
            )


def _add(batch: Sequence[Imported], shelves: Shelves) -> int:
    return shelves.contacts.import_rows(batch)
