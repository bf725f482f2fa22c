"""libarchive, what is asked of it: the members of an archive in memory, one after the other, counted while they are unpacked.

Loaded when the first such archive is read (or by `warm`): finding the library starts a process, which the sandbox forbids.
"""

import ctypes
import importlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, NamedTuple

from mail.budget import MIB, OverBudgetError, Spending
from mail.charset import decode

_ROOM = 256 * 1024
_END, _WARNED, _BROKEN, _FATAL = 1, -20, -25, -30  # ARCHIVE_EOF, _WARN, _FAILED, _FATAL of archive.h
_FILE, _KIND = 0o100000, 0o170000
_LHA = ("lha",)
"""Gives up over a name that is not in the charset of the process: told that all octets are letters, it gives them to us."""
_SECRET = ("ncrypt", "passphrase", "password", "Crypto")
"""In what libarchive says of archives that it cannot read without a password."""


class LibraryMissingError(Exception):
    """The library is not on this machine."""


class Member(NamedTuple):
    """One member; `state` says why there is no content, or not all of it."""

    name: str
    content: bytes
    state: str = ""
    """"", encrypted, damaged."""
    is_file: bool = True
    link: str = ""


@lru_cache(maxsize=1)
def library() -> Any:
    """The functions of the library. Raises LibraryMissingError."""
    try:
        ffi: Any = importlib.import_module("libarchive.ffi")
        ffi.logger.disabled = True  # it would write members' names
        ffi.ffi("entry_is_encrypted", [ffi.c_archive_entry_p], ctypes.c_int)
        ffi.ffi("entry_pathname_utf8", [ffi.c_archive_entry_p], ctypes.c_char_p)
        ffi.ffi("read_set_options", [ffi.c_archive_p, ctypes.c_char_p], ctypes.c_int)
    except (ImportError, OSError, AttributeError, TypeError) as error:
        raise LibraryMissingError from error
    return ffi


def members(data: bytes, formats: tuple[str, ...], filters: tuple[str, ...], spending: Spending) -> Iterator[Member]:
    """Every member of the archive. Raises OverBudgetError; what is broken is a member that says so, the last one."""
    ffi = library()
    with _opened(ffi, formats, filters) as archive:
        entry = ffi.entry_new()
        try:
            yield from _members(ffi, archive, entry, data, formats, spending)
        except ffi.ArchiveError as error:
            yield Member("", b"", _state(str(error)), is_file=False)
        finally:
            ffi.entry_free(entry)


@contextmanager
def _opened(ffi: Any, formats: tuple[str, ...], filters: tuple[str, ...]) -> Iterator[Any]:
    archive = ffi.read_new()
    try:
        for name in filters:
            ffi.get_read_filter_function(name)(archive)
        for name in formats:
            ffi.get_read_format_function(name)(archive)
        if formats == _LHA:
            ffi.read_set_options(archive, b"lha:hdrcharset=ISO-8859-1")
        yield archive
    finally:
        ffi.read_free(archive)


def _members(
    ffi: Any, archive: Any, entry: Any, data: bytes, formats: tuple[str, ...], spending: Spending
) -> Iterator[Member]:
    room = ctypes.create_string_buffer(_ROOM)
    ffi.read_open_memory(archive, data, len(data))
    total = 0
    while ffi.read_next_header2(archive, entry) != _END:
        spending.member()
        name = _name(ffi, entry, as_latin=formats == _LHA)
        link = decode(ffi.entry_symlink(entry) or ffi.entry_hardlink(entry) or b"")[0]
        if ffi.entry_filetype(entry) & _KIND not in {_FILE, 0} or link:
            yield Member(name, b"", is_file=False, link=link)
            continue
        if ffi.entry_is_encrypted(entry) == 1:
            yield Member(name, b"", "encrypted")
            continue
        content, state, is_last = _content(ffi, archive, room, len(data), total, spending)
        total += len(content)
        yield Member(name, content, state)
        if is_last:
            return


def _content(
    ffi: Any, archive: Any, room: Any, packed: int, before: int, spending: Spending
) -> tuple[bytes, str, bool]:
    """What one member holds, what is wrong with it, and whether nothing can be read behind it."""
    pieces: list[bytes] = []
    size = 0
    while True:
        try:
            count = ffi.read_data(archive, room, _ROOM)
        except ffi.ArchiveError as error:
            return b"".join(pieces), _state(str(error)), error.retcode == _FATAL
        if count == _WARNED:
            return b"".join(pieces), "damaged", False
        if count <= 0:
            return b"".join(pieces), "", False
        pieces.append(ctypes.string_at(room, count))
        size += count
        _count(before + size, size, count, packed, spending)


def _count(total: int, size: int, more: int, packed: int, spending: Spending) -> None:
    """Stop as soon as the member, the archive's ratio or the whole is too much."""
    spending.inflate(more)
    if size > spending.budget.member:
        raise OverBudgetError("member")
    if total > MIB and total > spending.budget.ratio * packed:
        raise OverBudgetError("ratio")


def _name(ffi: Any, entry: Any, *, as_latin: bool) -> str:
    """As UTF-8 where the archive says which characters they are, else by what the octets look like."""
    known = ffi.entry_pathname_utf8(entry)
    octets = known or ffi.entry_pathname(entry) or b""
    with suppress(UnicodeError):
        octets = octets.decode("utf-8").encode("latin-1") if as_latin else octets
    return decode(octets)[0]


def _state(said: str) -> str:
    """By the words: archive_read_has_encrypted_entries(3) of libarchive 3.6 crashes over a broken archive."""
    return "encrypted" if any(word in said for word in _SECRET) else "damaged"
