"""The gate: what the relay does with its verdicts: normal, observe, open, hold-all.

It is a file that the relay reads, so that `open` works with the store down (decisions: the gate).
"""

import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway import maillog
from gateway.options import GateOptions
from mail.address import domain_key, key, split
from store.clock import Clock

POSITIONS = ("normal", "observe", "open", "hold-all")


@dataclass(frozen=True, slots=True)
class Setting:
    """One position somebody set, for everyone or for a group of senders."""

    position: str
    by: str = ""
    reason: str = ""
    at: str = ""
    until: str = ""
    """ISO 8601; empty: until it is set again."""
    group: str = ""


_UNREADABLE = (-1, -1)


class Gate:
    """Reads and writes the positions. A damaged file counts as `normal`: rather asked once too often than passed unseen."""

    def __init__(self, path: Path, options: GateOptions, clock: Clock) -> None:
        self._path = path
        self._options = options
        self._clock = clock
        self._seen: tuple[int, int] | None = None
        self._looked = False
        self._rows: tuple[Setting, ...] = ()

    def position(self, sender: str) -> str:
        """What holds for this sender now. `open` and `hold-all` for everyone beat what a group says."""
        self._read()
        if not self._rows:
            return self._options.start
        settings = self.settings()
        everyone = settings[""].position
        if everyone in {"open", "hold-all"}:
            return everyone
        of_groups = [s.position for name, s in settings.items() if name and self._is_in(sender, name)]
        return max(of_groups, key=POSITIONS.index) if of_groups else everyone

    def settings(self) -> dict[str, Setting]:
        """The positions in force, by group; "" is everyone."""
        self._read()
        now = self._clock.now()
        in_force = {row.group: row for row in self._rows if not row.until or datetime.fromisoformat(row.until) > now}
        return {"": Setting(self._options.start)} | in_force

    def set(self, position: str, *, by: str, reason: str, until: datetime | None = None, group: str = "") -> Setting:
        """Move the gate; in force with the next message. Raises ValueError on an unknown word and OSError when it cannot be written."""
        if position not in POSITIONS:
            raise ValueError(f"{position}: is none of {', '.join(POSITIONS)}")
        if group and group not in self._options.groups:
            raise ValueError(f"{group}: no such group in [gate.groups]")
        setting = Setting(
            position, by, reason, self._clock.now().isoformat(), until.isoformat() if until else "", group
        )
        self._read()
        # A position for some hours lies over the lasting one, which holds again afterwards; a lasting one ends both.
        lasting = (row for row in self._rows if row.group != group or (until and not row.until))
        self._write((*lasting, setting))
        return setting

    def _is_in(self, sender: str, group: str) -> bool:
        return is_member(sender, self._options.groups.get(group, ()))

    def _read(self) -> None:
        """Read the file when it changed; one stat a message. What somebody else set is logged."""
        first, self._looked = not self._looked, True
        try:
            stat = os.stat(self._path)  # noqa: PTH116 - half of what Path.stat takes, and asked for every message
        except FileNotFoundError:
            self._rows, self._seen = (), None
            return
        except OSError as error:
            if self._seen != _UNREADABLE:  # once, not with every message
                maillog.gate_unreadable(str(error.strerror))
            self._rows, self._seen = (Setting("normal", reason="gate file unreadable"),), _UNREADABLE
            return
        mark = (stat.st_mtime_ns, stat.st_ino)
        if mark == self._seen:
            return
        self._seen, before = mark, self._rows
        try:
            self._rows = _settings(json.loads(self._path.read_text("utf-8")))
        except (ValueError, KeyError, TypeError, OSError) as error:
            maillog.gate_unreadable(str(error))
            self._rows = (Setting("normal", reason="gate file unreadable"),)
            return
        for row in self._rows if not first else ():
            if row not in before:
                maillog.gate_set(row.position, row.by, row.group, row.reason)

    def _write(self, rows: tuple[Setting, ...]) -> None:
        """Whole or not at all: a new file in the same folder, flushed, then renamed."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".gate-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump([asdict(row) for row in rows], file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
            stat = os.fstat(file.fileno())
        Path(name).replace(self._path)
        self._rows, self._seen = rows, (stat.st_mtime_ns, stat.st_ino)


def is_member(sender: str, members: Iterable[str]) -> bool:
    """Whether a sender is one of a group: addresses, or `@domain`."""
    domain = "@" + domain_key(split(sender)[1])
    return any(domain == m.lower() if m.startswith("@") else key(sender) == key(m) for m in members)


def _settings(rows: object) -> tuple[Setting, ...]:
    if not isinstance(rows, list):
        raise TypeError("not a list of positions")
    return tuple(_setting(row) for row in rows)


def _setting(row: dict[str, Any]) -> Setting:
    setting = Setting(**row)
    if setting.position not in POSITIONS:
        raise ValueError(f"{setting.position}: unknown position")
    if setting.until and datetime.fromisoformat(setting.until).tzinfo is None:
        raise ValueError(f"{setting.until}: a time without a zone")
    return setting
