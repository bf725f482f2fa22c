"""Sealed content comes back whole, or not at all."""

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import KeyFileError, StoreError
from store.seal import CHUNK, Seal, make_key, make_secret, read_key, read_secrets

KEY = bytes(range(32))
LINK_KEY = b"l" * 32
SEALS = {"encrypted": Seal(KEY, LINK_KEY), "plain": Seal(None, LINK_KEY)}
HEADER = 5 + 8 + 32
ID = "K7Q29MXD"

seals = st.sampled_from(sorted(SEALS)).map(SEALS.__getitem__)
ids = st.text(min_size=1, max_size=12)


def noise(size: int) -> bytes:
    """Octets that zstd cannot make smaller."""
    return os.urandom(size)


@given(seals, st.binary(max_size=2000), ids)
def test_what_is_closed_opens_to_the_same(seal: Seal, content: bytes, object_id: str) -> None:
    assert seal.open(seal.close(content, object_id), object_id) == content


@pytest.mark.parametrize("seal", SEALS.values(), ids=SEALS)
@pytest.mark.parametrize("size", [0, 1, CHUNK - 100, CHUNK, 2 * CHUNK, 3 * CHUNK + 7])
def test_content_of_many_chunks_opens_to_the_same(seal: Seal, size: int) -> None:
    content = noise(size)
    assert seal.open(seal.close(content, ID), ID) == content


@given(seals, st.binary(max_size=500), st.data())
def test_one_changed_octet_is_an_error(seal: Seal, content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal.close(content, ID))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(StoreError):
        seal.open(bytes(sealed), ID)


@given(seals, st.binary(max_size=500), st.data())
def test_a_cut_or_longer_content_is_an_error(seal: Seal, content: bytes, data: st.DataObject) -> None:
    sealed = seal.close(content, ID)
    with pytest.raises(StoreError):
        seal.open(sealed[: data.draw(st.integers(0, len(sealed) - 1))], ID)
    with pytest.raises(StoreError):
        seal.open(sealed + data.draw(st.binary(min_size=1, max_size=20)), ID)


@given(seals, st.binary(max_size=100), ids, ids)
def test_content_of_another_object_is_an_error(seal: Seal, content: bytes, one: str, other: str) -> None:
    sealed = seal.close(content, one)
    if one != other:
        with pytest.raises(StoreError):
            seal.open(sealed, other)


def chunks(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + CHUNK + 16] for at in range(HEADER, len(sealed), CHUNK + 16)]


@pytest.mark.parametrize(
    "order",
    [[1, 0, 2], [0, 2, 1], [0, 1], [0, 2], [0, 1, 1, 2], [0], []],
    ids=lambda order: "".join(map(str, order)) or "none",
)
def test_chunks_in_another_order_or_missing_are_an_error(order: list[int]) -> None:
    sealed = SEALS["encrypted"].close(noise(2 * CHUNK + 99), ID)
    pieces = chunks(sealed)
    assert len(pieces) == 3
    with pytest.raises(StoreError):
        SEALS["encrypted"].open(sealed[:HEADER] + b"".join(pieces[n] for n in order), ID)


def test_chunks_of_two_closings_do_not_mix() -> None:
    content = noise(2 * CHUNK)
    one, two = (SEALS["encrypted"].close(content, ID) for _ in range(2))
    assert one != two
    with pytest.raises(StoreError):
        SEALS["encrypted"].open(one[:HEADER] + chunks(one)[0] + b"".join(chunks(two)[1:]), ID)


@pytest.mark.parametrize("other", [Seal(bytes(32), LINK_KEY), Seal(None, LINK_KEY)], ids=["another", "none"])
def test_another_key_is_an_error_that_says_so(other: Seal) -> None:
    with pytest.raises(StoreError, match="another key"):
        other.open(SEALS["encrypted"].close(b"content", ID), ID)


def test_content_from_before_a_key_was_set_still_opens() -> None:
    assert SEALS["encrypted"].open(SEALS["plain"].close(b"content", ID), ID) == b"content"


def test_only_a_key_hides_the_content() -> None:
    content = noise(200)
    assert content in SEALS["plain"].close(content, ID)
    assert content not in SEALS["encrypted"].close(content, ID)
    assert (SEALS["plain"].encrypted, SEALS["encrypted"].encrypted) == (False, True)


parts = st.text(max_size=5)


@given(st.tuples(parts, parts, parts), st.tuples(parts, parts, parts))
def test_a_token_is_the_same_for_the_same_three_only(one: tuple[str, str, str], two: tuple[str, str, str]) -> None:
    seal = SEALS["plain"]
    assert (seal.token(*one) == seal.token(*two)) == (one == two)


def test_a_token_fits_into_a_path_and_carries_132_bit() -> None:
    token = SEALS["plain"].token(ID, "yamada@tachibana.example", "question")
    assert len(base64.urlsafe_b64decode(token)) * 8 >= 132
    assert token.replace("-", "").replace("_", "").isalnum()
    assert token != Seal(None, b"m" * 32).token(ID, "yamada@tachibana.example", "question")


def test_keys_of_a_wrong_size_are_refused() -> None:
    with pytest.raises(KeyFileError):
        Seal(b"short", LINK_KEY)
    with pytest.raises(KeyFileError):
        Seal(None, b"short")


def test_a_key_file_is_made_once_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "content.key"
    make_key(path)
    key = read_key(path)
    make_key(path)
    assert read_key(path) == key
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["content.key"]


def test_many_who_make_a_key_at_once_read_one_key(tmp_path: Path) -> None:
    path = tmp_path / "link.key"

    def make(_: int) -> bytes:
        make_key(path)
        return read_key(path)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(32)))) == 1


def test_a_key_others_may_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "content.key"
    make_key(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_key(path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert len(read_key(path)) == 32


def test_a_secret_is_a_word_that_a_header_and_a_pattern_take_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new" / "tenant.secret"
    make_secret(path)
    (word,) = read_secrets(path)
    make_secret(path)
    assert read_secrets(path) == (word,)
    assert (len(word), word.isalnum()) == (64, True)
    path.write_bytes(b"newer" * 9 + b"\r\n" + word + b"\n\n")
    path.chmod(0o444)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_secrets(path) == (b"newer" * 9, word)


@pytest.mark.parametrize("text", [b"", b"not base64!", base64.b64encode(b"short")])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "content.key"
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(KeyFileError):
        read_key(path)


def test_an_absent_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"absent\.key: No such file"):
        read_key(tmp_path / "absent.key")


def test_a_key_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KeyFileError, match="key"):
        make_key(tmp_path / "file" / "link.key")
