"""Contacts' care: what an admin does about wrong and old contacts: merge, forget, audit."""

from typing import Annotated

import typer

from notifier.words import when
from response import old_mistakes
from service import contacts_audit
from service.console import (
    DEFAULT_CONFIG,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    counted,
    in_store,
    operator,
    out,
    seconds_of,
    settings_of,
    stop,
    with_store,
)
from service.contacts_rows import entry_as_json, wrong_address
from service.settings import Settings
from store.contacts import Entry
from store.engine import Store
from store.shelves import Shelves
from store.storable import as_key


def merge(
    right: Annotated[str, typer.Argument(help="The address that is right.")],
    wrong: Annotated[str, typer.Argument(help="The wrong or old address of the same person.")],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    forget_wrong: Annotated[
        bool, typer.Option("--forget", help="Forget the wrong one instead of asking whoever writes to it again.")
    ] = False,
    add: Annotated[bool, typer.Option("--add", help="Make the right one a contact, where it is none yet.")] = False,
    json: JsonOption = False,
) -> None:
    """Let two addresses be one person: what was sent to the wrong one counts for the right one. Exit status 1 when there is nothing to merge."""

    def unit(shelves: Shelves) -> Entry | str:
        book = shelves.contacts
        if not book.merge(right, wrong, forget=forget_wrong, add=add):
            return _why_not_merged(right, wrong, there=[book.entry(right) is not None, book.entry(wrong) is not None])
        shelves.audit.add(operator(), "contacts-merge", right, {"wrong": wrong, "forgotten": forget_wrong})
        entry = book.entry(right)
        assert entry is not None
        return entry

    if wrong_right := wrong_address(right):
        stop(wrong_right, Exit.WRONG)
    entry = in_store(settings_of(config), unit, write=True)
    if isinstance(entry, str):
        stop(entry, Exit.NO)
    if json:
        as_json(entry_as_json(entry))
        return
    now = "forgotten" if forget_wrong else "on record as a wrong address: whoever writes to it is asked"
    out.print(f"{entry.address}: {counted(entry.count, 'message')} in all; {wrong} is {now}.", markup=False)


def _why_not_merged(right: str, wrong: str, *, there: list[bool]) -> str:
    if as_key(right) == as_key(wrong):
        return f"{wrong} is the same contact as {right}"
    if not there[1]:
        swapped = f"; the right one comes first: sekisho contacts merge {wrong} {right}" if there[0] else ""
        return f"{wrong} is no contact{swapped}"
    return f"{right} is no contact; the right one comes first. --add makes it a contact"


def forget(
    addresses: Annotated[list[str] | None, typer.Argument(help="Addresses to forget.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    older_than: Annotated[
        str, typer.Option(help="Forget everybody with whom nothing happened for so long: 730d.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Forget contacts, and all that was counted of them; of colleagues to whom they wrote. Exit status 1 when nothing was known of any address."""
    if bool(addresses) == bool(older_than):
        stop("give either addresses or --older-than", Exit.WRONG)
    age = seconds_of("--older-than", older_than) if older_than else 0.0
    gone, sent = with_store(settings_of(config), lambda store: contacts_audit.forget(store, addresses or (), age))
    if json:
        as_json({"forgotten": gone, "forgotten_as_sender": sent})
    else:
        also = f" As senders they were forgotten with {counted(sent, 'contact')}." if sent else ""
        out.print(f"Contacts forgotten: {gone}.{also}")
    if addresses and not gone and not sent:
        raise typer.Exit(Exit.NO)


def audit(config: ConfigOption = DEFAULT_CONFIG, *, json: JsonOption = False) -> None:
    """Name contacts that look like a wrong spelling of another, and wrong ones that were reported or merged, with the earlier mail to them."""
    settings = settings_of(config)

    async def act(store: Store) -> int:
        found = 0
        async for mistake in contacts_audit.mistakes(store, frozenset(settings.organisation.domains)):
            found += 1
            if json:
                as_json(mistake.as_json())
            else:
                _say(mistake, settings)
        return found

    if not with_store(settings, act) and not json:
        out.print("No contact looks like a wrong spelling of another.")


def _say(mistake: old_mistakes.Mistake, settings: Settings) -> None:
    meant = f"  instead of {mistake.meant}?" if mistake.meant else ""
    why = "merged" if mistake.merged else "reported" if mistake.reported else f"likely {mistake.score:.2f}"
    out.print(f"{mistake.address}{meant}  ({why})", markup=False)
    for mail in mistake.earlier:
        at = when(mail.at, settings.organisation.time_zone, settings.organisation.language)
        out.print(f"    {at}  {mail.sender}  {mail.subject}  {mail.state}", markup=False)
    if mistake.more:
        out.print(f"    … and {counted(mistake.more, 'message')} more", markup=False)
