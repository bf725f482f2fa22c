"""List types: how a list goes into a statement of SQLite as one value, and comes out of it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.types import UserDefinedType


class Json(UserDefinedType[Sequence[Any]]):
    """A list as JSON."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """For whoever shows the type."""
        return "TEXT"

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """As SQLite's json_each reads it."""
        return json.dumps

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ARG002 - as above
        """As SQLite's json_group_array writes it."""
        return json.loads


class Numbers(Json):
    """The same of whole numbers, in half the time."""

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002 - as above
        """JSON writes them as Python does."""
        return str
