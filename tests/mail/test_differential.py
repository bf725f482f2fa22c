"""Where Python's own parser has no doubt about a message, its parts and ours hold the same octets."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from hashlib import sha256

import pytest

from mail.message import read
from mail.transfer import base64_readings
from tests.mail.making import SHARED

CORPUS = SHARED / "corpus"
PICTURES = frozenset(
    {".png", ".jpg", ".gif", ".bmp", ".tiff", ".au", ".wav", ".aiff", ".aifc", ".webp", ".exr", ".ras", ".sgi"}
)
ENCODINGS = frozenset({"", "7bit", "8bit", "binary", "base64", "quoted-printable"})


def stored() -> Iterator[tuple[str, bytes]]:
    """Every message of the corpus, with the line ends of SMTP."""
    for path in sorted(CORPUS.rglob("*")):
        if not path.is_file() or path.suffix in PICTURES:
            continue
        data = path.read_bytes()
        for raw in re.split(rb"(?m)^From [^\n]*\n", data) if path.suffix == ".mbox" else [data]:
            yield str(path.relative_to(CORPUS)), raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def certain(content: bytes) -> Iterator[bytes]:
    """The payloads of a message that the library reads without a defect and the standards without a doubt."""
    message = message_from_bytes(content, policy=policy.compat32)
    parts: list[Message] = list(message.walk())
    if any(part.defects for part in parts) or any(part.get_content_type() == "message/external-body" for part in parts):
        return
    for part in parts:
        encoding = str(part.get("content-transfer-encoding", "")).lower()
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if not isinstance(payload, bytes) or encoding not in ENCODINGS or part.get_param("boundary"):
            continue
        written = str(part.get_payload()).encode("utf-8", "surrogateescape")
        if payload.strip() and (encoding != "base64" or base64_readings(written)[1]):
            yield payload


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus lies beside the repository")
def test_the_octets_of_every_part_are_those_that_the_library_reads() -> None:
    compared, differing = 0, []
    for name, content in stored():
        payloads = list(certain(content))
        ours = {part.sha256 for part in read(content).parts} if payloads else set()
        for payload in payloads:
            compared += 1
            if {
                sha256(one).hexdigest() for one in (payload, payload.strip(b"\r\n"), payload.rstrip(b"\r\n"))
            }.isdisjoint(ours):
                differing.append((name, len(payload)))
    assert differing == []
    assert compared > 900
