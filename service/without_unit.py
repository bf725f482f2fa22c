"""Without a unit: durations and sizes that stand in the settings as bare numbers, and so mean seconds and octets."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, BeforeValidator

from notifier.options import Duration, Octets, TimeLimit
from service.problems import Found, Place

_UNITS = {
    _reader: unit
    for kind, unit in ((Duration, "seconds"), (TimeLimit, "seconds"), (Octets, "octets"))
    for _reader in get_args(kind)[1:]
}
_WRITE = {"seconds": '"15m"', "octets": '"50MiB"'}


def cautions(model: type[BaseModel], raw: Mapping[str, Any]) -> Found:
    """Yield every bare number that a unit would make plain; 0 needs none."""
    for place, unit, number in _bare(model, raw, ()):
        yield place, f"{number} without a unit is {number} {unit}; write it with its unit, for example {_WRITE[unit]}"


def _bare(model: type[BaseModel], raw: Mapping[str, Any], above: Place) -> Iterator[tuple[Place, str, float]]:
    for name, field in model.model_fields.items():
        value, place = raw.get(name), (*above, name)
        if isinstance(value, dict) and isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _bare(field.annotation, value, place)
        elif isinstance(value, int | float) and value:
            units = (_UNITS[one] for one in field.metadata if isinstance(one, BeforeValidator) and one in _UNITS)
            for unit in units:
                yield place, unit, value
