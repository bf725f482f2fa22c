"""Running: what the admin's pages show of the settings in force and of the gate; the wiring fills it, without any secret."""

from dataclasses import dataclass

from gateway.gate import Gate


@dataclass(frozen=True, slots=True)
class InForce:
    """One option as it is."""

    key: str
    value: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class TableInForce:
    """One table of the settings' file."""

    name: str
    """As the file writes it: `[hold]`."""
    options: tuple[InForce, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """What runs here."""

    gate: Gate | None = None
    settings: tuple[TableInForce, ...] = ()
