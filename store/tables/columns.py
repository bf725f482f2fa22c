"""What every table is made of: the one `metadata`, and the types of columns. Times are UTC.

JSON columns hold shapes of the rooms above, named beside each.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, MetaData, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect

from store.storable import KEY_LIMIT, clean

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Time(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], datetime | str | None]:
        """Refuse a naive time: it would be somebody's zone. Written as SQLAlchemy does, in a fourth of its time."""
        as_text = dialect.name == "sqlite"

        def process(value: datetime | None) -> datetime | str | None:
            if value is None:
                return None
            if value.tzinfo is None:
                raise ValueError("a time without a zone cannot be stored")
            utc = value if value.tzinfo is UTC else value.astimezone(UTC)
            return utc.replace(tzinfo=None).isoformat(" ", "microseconds") if as_text else utc

        return process

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Aware again."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from mail: what no database takes (NUL, half a surrogate pair) becomes U+FFFD, so that no subject can stop a mail.

    With a limit it is cut there, when written and when compared: an index row of PostgreSQL holds 2,704 octets.
    """

    impl = Text
    cache_ok = True

    def __init__(self, limit: int | None = None) -> None:
        super().__init__()
        self.limit = limit

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Clean and cut; not as `process_bind_param`, around which SQLAlchemy puts two more calls for each of a dozen columns."""
        limit = self.limit
        return lambda value: None if value is None else clean(value, limit)


ID = String(16)
ADDRESS = Words()
KEY = Words(KEY_LIMIT)
"""An address to compare by (`store.storable.as_key`)."""
MESSAGE_ID = Words(640)
