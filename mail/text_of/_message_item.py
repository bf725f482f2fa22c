"""An item of Outlook in a file (MS-OXMSG): its properties, its recipients, its attachments; messages in messages are handed on."""

from mail.text_of import _mapi
from mail.text_of._cfb import CompoundFile, Entry
from mail.text_of._cfb_write import packed
from mail.text_of._inside import Findings
from mail.text_of._mapi import Value

_PROPERTIES, _STREAM = "__PROPERTIES_VERSION1.0", "__SUBSTG1.0_"
_RECIPIENT, _ATTACHMENT = "__RECIP_VERSION1.0_#", "__ATTACH_VERSION1.0_#"
_NARROW, _WIDE, _BINARY, _OBJECT, _SEVERAL = 0x1E, 0x1F, 0x102, 0x0D, 0x1000
_FIXED = {0x02: 2, 0x03: 4, 0x0B: 1, 0x14: 8}
_HEAD_IN_PART = 8
_ENTRY = 16


def read_item(file: CompoundFile, _: Entry, found: Findings) -> None:
    """The whole item."""
    root = file.root
    properties = _properties(file, root, "")
    codec = _mapi.codec(properties)
    parts = [entry for entry in root.inside if entry.is_storage]
    recipients = [_properties(file, entry, codec) for entry in parts if entry.name.upper().startswith(_RECIPIENT)]
    _mapi.read_message(properties, recipients, found)
    for entry in parts:
        if entry.name.upper().startswith(_ATTACHMENT):
            _mapi.read_attachment(_properties(file, entry, codec), found)


def _properties(file: CompoundFile, storage: Entry, codec: str) -> dict[int, list[Value]]:
    """By their numbers; strings of eight bits by the code page of the item."""
    fixed = _fixed(file, storage)
    codec = codec or _mapi.codec(fixed)
    for entry in storage.inside:
        name = entry.name.upper()
        if not name.startswith(_STREAM):
            continue
        try:
            tag = int(name[len(_STREAM) :][:8], 16)
        except ValueError:
            continue
        value = _value(file, entry, tag, codec)
        if value is not None:
            fixed.setdefault(tag >> 16, []).append(value)
    return fixed


def _value(file: CompoundFile, entry: Entry, tag: int, codec: str) -> Value | None:
    """A string, octets, or an object; None: the sizes of several values, which nobody needs."""
    kind = tag & 0xFFFF & ~_SEVERAL
    if kind == _OBJECT and entry.is_storage:
        return packed(entry, file.content)
    if entry.is_storage or (tag & _SEVERAL and len(entry.name) == len(_STREAM) + 8):
        return None
    if kind == _WIDE:
        return file.content(entry).decode("utf-16-le", "replace").partition("\0")[0]
    if kind == _NARROW:
        return _mapi.text_of(file.content(entry), codec)
    return file.content(entry) if kind in {_BINARY, _OBJECT} and tag >> 16 in _mapi.BINARIES else None


def _fixed(file: CompoundFile, storage: Entry) -> dict[int, list[Value]]:
    """MS-OXMSG 2.4: behind a head of 32, 24 or 8 octets, sixteen for each property."""
    stream = storage.get(_PROPERTIES)
    data = file.content(stream) if stream is not None else b""
    found: dict[int, list[Value]] = {}
    for at in range(len(data) % _ENTRY, len(data) - _ENTRY + 1, _ENTRY):
        size = _FIXED.get(int.from_bytes(data[at : at + 2], "little"))
        if size:
            number = int.from_bytes(data[at + 2 : at + 4], "little")
            found.setdefault(number, []).append(int.from_bytes(data[at + 8 : at + 8 + size], "little"))
    return found
