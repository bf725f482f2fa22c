"""Contacts' import: a source of any length into the store, some thousand rows a transaction; one that broke off goes on where it was."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.console import Exit, err, stop
from service.contacts_rows import BadLine
from service.contacts_sources import Source
from service.ldap_search import LdapError
from store.contacts import Imported
from store.engine import Store
from store.shelves import Shelves
from store.storable import as_key

BATCH = 5_000
"""Contacts of one transaction: no mail waits for it longer than some tenths of a second."""
MARK = "contacts-import"
"""How far the import is that was not finished: digest of the file and contacts committed."""
_STAYS = (
    "{name}: {address} stays a wrong address (reported, or merged with another);"
    " to allow it: sekisho contacts forget {address}, then import it again"
)
SHOWN = 1_000
"""Bad lines that are named; the others are counted."""


@dataclass(slots=True)
class Count:
    """What a source holds."""

    good: int = 0
    bad: int = 0


class Import:
    """One import."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.count = Count()
        self.began_at = 0
        """Contacts of this file that an earlier run had committed."""
        self.wrong = 0
        """Those that stay on record as wrong addresses: a person said so, and a list does not know better."""

    def check(self) -> Count:
        """Name every bad line, and import nothing; what there is."""
        with self._progress("Reading") as progress:
            task = progress.add_task("", total=None)
            for _ in self._good(self.count):
                progress.update(task, completed=self.count.good)
        return self.count

    async def run(self, store: Store, total: int | None) -> int:
        """Import; how many contacts. `total`: how many there are, where they were counted before; then bad lines were named, too."""
        mark = await store.read(lambda shelves: shelves.marks.get(MARK)) if self._source.digest else None
        digest, _, done = (mark or "").partition(" ")
        self.began_at = int(done) if digest == self._source.digest else 0
        known_wrong = await store.read(lambda shelves: shelves.contacts.wrong())
        rows = self._good(Count() if total is not None else self.count, silent=total is not None)
        done_now = sum(1 for _ in islice(rows, self.began_at))
        with self._progress("Importing") as progress:
            task = progress.add_task("", total=total, completed=done_now)
            while batch := list(islice(rows, BATCH)):
                done_now += len(batch)
                self._warn(batch, known_wrong)
                await store.commit(partial(self._add, batch, done_now))
                progress.update(task, completed=done_now)
        if self._source.digest:
            await store.commit(lambda shelves: shelves.marks.clear(MARK))
        return done_now

    def _warn(self, batch: Sequence[Imported], known_wrong: frozenset[str]) -> None:
        """Name those of which the store knows better."""
        for row in batch if known_wrong else ():
            if as_key(row.address) in known_wrong:
                self.wrong += 1
                if self.wrong <= SHOWN:
                    err.print(_STAYS.format(name=self._source.name, address=row.address), markup=False)

    def _add(self, batch: Sequence[Imported], done: int, shelves: Shelves) -> None:
        shelves.contacts.import_rows(batch)
        if self._source.digest:
            shelves.marks.set(MARK, f"{self._source.digest} {done}")

    def _good(self, count: Count, *, silent: bool = False) -> Iterator[Imported]:
        """The contacts; bad lines are named on standard error."""
        try:
            for row in self._source.rows():
                if isinstance(row, BadLine):
                    count.bad += 1
                    if not silent and count.bad <= SHOWN:
                        err.print(f"{self._source.name}:{row.line}: {row.text}", markup=False)
                else:
                    count.good += 1
                    yield row
        except OSError as error:
            stop(f"{self._source.name}: {error.strerror}", Exit.COULD_NOT)
        except LdapError as error:
            stop(str(error), Exit.COULD_NOT)

    def _progress(self, what: str) -> Progress:
        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        return Progress(*columns, console=err, disable=not sys.stderr.isatty(), transient=True)
