"""One writer, one flush: what every caller of the store relies on."""

import pytest

from store.engine import Store


async def test_a_unit_that_fails_undoes_only_itself(store: Store):
    def spoiled(shelves):
        shelves.marks.set("spoiled", "1")
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await store.commit(spoiled)
    assert await store.read(lambda shelves: shelves.marks.get("spoiled")) is None
