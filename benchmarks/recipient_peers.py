"""Other ways to notice a mistyped recipient, asked the same: mailcheck (npm), rapidfuzz over the whole address, symspellpy."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rules.base import Contact

PEERS = Path(__file__).resolve().parents[1] / ".bench"
_MAILCHECK = """
const mailcheck = require('mailcheck');
require('readline').createInterface({input: process.stdin}).on('line', line => {
  const found = mailcheck.run({email: JSON.parse(line)});
  process.stdout.write(JSON.stringify(found ? found.full : null) + '\\n');
});"""


class Peer(Protocol):
    """Something that can be asked about an address."""

    name: str

    def ask(self, address: str) -> str | None:
        """Which address it takes for the right one; None: this one."""


class Mailcheck:
    """Compares the domain with a list of providers; in one process of node."""

    name = "mailcheck"

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            ["node", "-e", _MAILCHECK], cwd=PEERS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, address: str) -> str | None:
        """One line there, one line back."""
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps(address) + "\n")
        self._node.stdin.flush()
        found = json.loads(self._node.stdout.readline())
        return None if found is None or found == address.lower() else str(found)


class WholeAddress:
    """Any contact within one edit of the whole address."""

    name = "OSA ≤ 1 (rapidfuzz)"

    def __init__(self, contacts: list[Contact]) -> None:
        self._known = {c.address for c in contacts}
        self._all = list(self._known)

    def ask(self, address: str) -> str | None:
        """The nearest contact."""
        if address.lower() in self._known:
            return None
        found = process.extractOne(address.lower(), self._all, scorer=OSA.distance, score_cutoff=1)
        return str(found[0]) if found else None


class SymSpell:
    """The spelling corrector, its dictionary the addresses."""

    name = "symspellpy ≤ 2"

    def __init__(self, contacts: list[Contact]) -> None:
        from symspellpy import SymSpell as Corrector  # noqa: PLC0415 - may be missing
        from symspellpy import Verbosity  # noqa: PLC0415

        self._spell, self._top = Corrector(max_dictionary_edit_distance=2, prefix_length=12), Verbosity.TOP
        for contact in contacts:
            self._spell.create_dictionary_entry(contact.address, max(1, contact.count))

    def ask(self, address: str) -> str | None:
        """The best entry."""
        found = self._spell.lookup(address.lower(), self._top, max_edit_distance=2)
        return None if not found or found[0].distance == 0 else str(found[0].term)


def peers(contacts: list[Contact]) -> list[Peer]:
    """Those that are installed."""
    return list(_peers(contacts))


def _peers(contacts: list[Contact]) -> Iterator[Peer]:
    if shutil.which("node") and (PEERS / "node_modules/mailcheck").exists():
        yield Mailcheck()
    else:
        print("mailcheck is left out: make .bench/.peers")
    yield WholeAddress(contacts)
    try:
        yield SymSpell(contacts)
    except ImportError:
        print("symspellpy is left out: make .bench/.python")
