"""Options of the store: where it lies, its keys, and how long things are kept."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class StoreOptions(BaseModel):
    """`[store]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = "sqlite:///var/sekisho.db"
    """`sqlite:///path`, or `postgresql://…` as libpq reads it (also `?host=a,b&target_session_attrs=read-write`)."""
    directory: Path = Path("var")
    """Large held messages (SQLite) and the key of links."""
    key: Path | None = None
    """File with the key that encrypts held content; without it content is compressed only."""
    link_key: Path | None = None
    """File with the key that signs links; by default `link.key` in `directory`, made at the first start."""
    journal_days: int = Field(default=400, gt=0)
    """Days a line of the journal is kept."""
    contact_days: int = Field(default=365 * 3, ge=0)
    """Days after which a contact is forgotten to whom nobody wrote since, and who neither answered nor was imported; 0: never.

    One that was reported as the wrong one is kept.
    """
    content_days: int = Field(default=7, gt=0)
    """Days the content of a held message is kept after its decision: as long as it may be brought back (`[hold] bring_back`) at least."""
    hold_days: int = Field(default=30, gt=0)
    """Days it is kept who was asked about a held message and what was decided."""
    audit_days: int = Field(default=365 * 5, ge=0)
    """Days an entry of the audit log is kept; 0: for ever."""
