"""Lists: many values as one parameter of a statement, so that its text stays the same; each database takes them in its own way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ClauseElement,
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    tuple_,
)
from sqlalchemy.types import NullType

from store.list_types import Json, Numbers
from store.prepared import Rows, run_each, run_rows

Pairs = Sequence[tuple[int, Any]]


class Lists(Protocol):
    """What the shelves ask for."""

    def __hash__(self) -> int:
        """Statements are built once for each kind."""

    def any_of(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """Whether a column has one of the values of the list that is given under that name."""

    def pair_of(self, number: ColumnElement[Any], text: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """Whether two columns, a number and a text, are one of the `pairs` that are given under that name."""

    def pairs(self, name: str, pairs: Pairs) -> Mapping[str, Any]:
        """The parameters for `pair_of`."""

    def gathered(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """All values of a column in one row: a list. None or empty where there is none."""

    def has_text(self, column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
        """Whether a text holds another, letter for letter: twice as quick as LIKE, which has to look for signs of its own."""

    def settle(self) -> ColumnElement[Any]:
        """A column of no meaning: whoever reads it lets the statements that follow in its transaction keep their plans."""

    def hold(self, connection: Connection, table: Table, ids: Iterable[int]) -> None:
        """Keep other nodes from changing these rows until the transaction ends: in the order of their ids, as everybody does."""

    def insert(self, insert: Callable[[Any], Any], table: Table, names: tuple[str, ...]) -> Any:
        """The beginning of a statement that adds the rows which `put` is given."""

    def put(self, connection: Connection, statement: ClauseElement, names: tuple[str, ...], rows: Rows) -> None:
        """Run it over rows, each a tuple in the order of the names: in as few round trips as the database likes best."""

    def insert_pairs(self, connection: Connection, table: Table, pairs: Pairs) -> None:
        """Add rows of two numbers in one statement, in their order; those that are there already stay."""


_SIGNED = 63
_TOGETHER = 4000
"""Numbers of one JSON text: SQLite keeps several texts that it has read, with all that they hold."""


def _packed(pairs: Pairs) -> tuple[list[int], int, int]:
    """Each pair as one number, sorted, which is much faster than to sort pairs; the least second one, and how many bits hold what is above it."""
    seconds = [second for _, second in pairs]
    least = min(seconds)
    bits = (max(seconds) - least).bit_length()
    return sorted([(first << bits) | (second - least) for first, second in pairs]), least, bits


class SqliteLists:
    """A list is JSON, read as a table."""

    def any_of(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """See `Lists`."""
        kind = Numbers() if isinstance(column.type, Integer) else Json()
        rows = func.json_each(bindparam(name, type_=kind)).table_valued("value")
        return column.in_(select(rows.c.value))

    def pair_of(self, number: ColumnElement[Any], text: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """See `Lists`."""
        rows = func.json_each(bindparam(name, type_=Json())).table_valued("value")
        both = (func.json_extract(rows.c.value, literal_column(f"'$[{n}]'")) for n in (0, 1))
        return tuple_(number, text).in_(select(*both))

    def pairs(self, name: str, pairs: Pairs) -> Mapping[str, Any]:
        """See `Lists`."""
        return {name: pairs}

    def gathered(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """See `Lists`."""
        return func.json_group_array(column, type_=Json())

    def has_text(self, column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
        """As `Lists`."""
        return func.instr(column, literal(text, column.type)) > 0

    def settle(self) -> ColumnElement[Any]:
        """Nothing to do: plans are kept."""
        return null()

    def hold(self, connection: Connection, table: Table, ids: Iterable[int]) -> None:
        """Nothing to do: one transaction writes."""

    def insert(self, insert: Callable[[Any], Any], table: Table, names: tuple[str, ...]) -> Any:  # noqa: ARG002 - the other one's need
        """See `Lists`."""
        return insert(table)

    def put(self, connection: Connection, statement: ClauseElement, names: tuple[str, ...], rows: Rows) -> None:
        """See `Lists`."""
        run_rows(connection, statement, names, rows)

    def insert_pairs(self, connection: Connection, table: Table, pairs: Pairs) -> None:
        """See `Lists`."""
        if not pairs:
            return
        packed, first, bits = _packed(pairs)
        if packed[-1].bit_length() > _SIGNED:
            connection.exec_driver_sql(f"INSERT INTO {table.name} VALUES (?, ?) ON CONFLICT DO NOTHING", sorted(pairs))  # noqa: S608 - a table of ours
            return
        # Half the time of a row each. WHERE: without it the parser takes ON for a join's.
        numbers = f"SELECT value >> {bits}, (value & {(1 << bits) - 1}) + {first} FROM json_each(?) WHERE true"  # noqa: S608 - as above
        insert = f"INSERT INTO {table.name} {numbers} ON CONFLICT DO NOTHING"
        for at in range(0, len(packed), _TOGETHER):
            connection.exec_driver_sql(insert, (str(packed[at : at + _TOGETHER]),))


class PostgresqlLists:
    """A list is an array."""

    def any_of(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """See `Lists`."""
        kind = BigInteger if isinstance(column.type, Integer) else Text
        return column == func.any(bindparam(name, type_=ARRAY(kind)))

    def pair_of(self, number: ColumnElement[Any], text: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """See `Lists`."""
        first, second = bindparam(f"{name}_a", type_=ARRAY(BigInteger)), bindparam(f"{name}_b", type_=ARRAY(Text))
        rows = func.unnest(first, second).table_valued("a", "b").render_derived()
        return tuple_(number, text).in_(select(rows.c.a, rows.c.b))

    def pairs(self, name: str, pairs: Pairs) -> Mapping[str, Any]:
        """See `Lists`."""
        return {f"{name}_a": [a for a, _ in pairs], f"{name}_b": [b for _, b in pairs]}

    def gathered(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """See `Lists`."""
        return func.array_agg(column, type_=NullType())  # the driver's own list will do

    def has_text(self, column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
        """As `Lists`."""
        return func.strpos(column, literal(text, column.type)) > 0

    def settle(self) -> ColumnElement[Any]:
        """Planning these statements anew takes longer than running them; who writes in the same transaction keeps the server's way."""
        reads = func.current_setting("transaction_read_only") == "on"
        return case((reads, func.set_config("plan_cache_mode", "force_generic_plan", true())))

    def hold(self, connection: Connection, table: Table, ids: Iterable[int]) -> None:
        """See `Lists`."""
        rows = f"SELECT FROM {table.name} WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE"
        if held := list(ids):
            connection.exec_driver_sql(rows, (held,))

    def insert(self, insert: Callable[[Any], Any], table: Table, names: tuple[str, ...]) -> Any:
        """See `Lists`: a column is an array, and all rows are one statement."""
        given = (bindparam(name, type_=ARRAY(table.c[name].type)) for name in names)
        rows = func.unnest(*given).table_valued(*names).render_derived()
        return insert(table).from_select(names, select(*(rows.c[name] for name in names)))

    def put(self, connection: Connection, statement: ClauseElement, names: tuple[str, ...], rows: Rows) -> None:
        """See `Lists`."""
        if rows:
            run_each(connection, statement, [dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))])

    def insert_pairs(self, connection: Connection, table: Table, pairs: Pairs) -> None:
        """See `Lists`."""
        rows = "SELECT * FROM unnest(%s::bigint[], %s::bigint[]) ON CONFLICT DO NOTHING"
        if pairs:
            packed, first, bits = _packed(pairs)
            mask = (1 << bits) - 1
            columns = ([each >> bits for each in packed], [(each & mask) + first for each in packed])
            connection.exec_driver_sql(f"INSERT INTO {table.name} {rows}", columns)
