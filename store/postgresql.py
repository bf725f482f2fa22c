"""PostgreSQL: how a server is reached, who waits for whom, and what its errors mean."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from store.database import ENGINE, READERS, Database, plainly
from store.errors import StoreDownError, StoreError, StoreFullError
from store.lists import PostgresqlLists

if TYPE_CHECKING:
    import psycopg

SCHEMES = ("postgresql+psycopg://", "postgresql://", "postgres://")
# A server that is gone without a word is noticed in seconds, not in the two hours of TCP; what the URL says comes first.
_DEFAULTS: Mapping[str, str | int] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "sekisho",
}
_SESSION = (
    "SET lock_timeout = '10s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    # A server that answers before it has flushed would break the second law; any stronger setting stays.
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)


def opened(url: str) -> Database:
    """The database of a server; no connection is made yet."""
    import psycopg  # noqa: PLC0415 - a tenth of a second at every start, and most stores are SQLite
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - as above
    from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - as above

    # libpq reads the URL itself: host lists, target_session_attrs, services, certificates all pass through.
    prefix = next(p for p in SCHEMES if url.startswith(p))
    address = "postgresql://" + url[len(prefix) :]
    missing: dict[str, Any] = {k: v for k, v in _DEFAULTS.items() if k not in conninfo_to_dict(address)}

    def engine(size: int, *, read_only: bool) -> Engine:
        # pool_pre_ping: a connection that died while idle is replaced before anything runs on it.
        made = create_engine("postgresql+psycopg://", pool_size=size, max_overflow=0, pool_pre_ping=True, **ENGINE)

        @event.listens_for(made, "do_connect")
        def connect(_d: object, _r: object, _a: object, given: dict[str, Any]) -> "psycopg.Connection[Any]":
            connection = psycopg.connect(address, autocommit=True, **(missing | given))
            for statement in _SESSION:
                connection.execute(statement)
            connection.autocommit = False
            connection.read_only = read_only or None
            return connection

        return made

    return Database(
        writer=engine(1, read_only=False),
        reader=engine(READERS, read_only=True),
        insert=insert,
        lists=PostgresqlLists(),
        turn=None,
        queue=_take_names,
        large_in_rows=True,
        tag=None,
        sickness=_sickness,
        says=plainly,
    )


_TAKE = text("SELECT pg_advisory_xact_lock(name) FROM unnest(CAST(:names AS bigint[])) AS name")


def _take_names(connection: Connection, names: Sequence[str]) -> None:
    # In one order everywhere: two nodes that take the same names wait for each other, not both for ever.
    numbers = sorted(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in set(names))
    connection.execute(_TAKE, {"names": numbers})


def _sickness(error: DBAPIError) -> type[StoreError]:
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == "53100":  # disk_full
        return StoreFullError
    if isinstance(error, IntegrityError):
        return StoreError
    # Classes of SQLSTATE that a wrong statement or value raises; all else is the server's state.
    return StoreError if state[:2] in {"21", "22", "23", "42"} else StoreDownError
