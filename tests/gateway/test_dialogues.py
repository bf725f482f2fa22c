"""The transcripts of tests/dialogues, spoken with a real door and a next hop behind it.

C: a line of ours, with \\r \\n \\0 \\xNN as in Python     S: a line of the answer; * stands for anything; (closed)
O: a setting of [smtp]     N: stage [about]: what the next hop does there     R: what the next hop has got in the end
"""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from gateway.options import Smtp
from tests.helpers.next_hop import RecordingNextHop, next_hop
from tests.helpers.relay import Client, relay

FOLDER = Path(__file__).parents[1] / "dialogues"


def script(hop: RecordingNextHop, text: str) -> None:
    where, _, action = text.partition(": ")
    stage, _, about = where.partition(" ")
    hop.does(stage, action, about=about)


async def speak(client: Client, lines: list[tuple[int, str, str]]) -> None:
    for number, kind, text in lines:
        if kind == "C":
            await client.send(text.encode().decode("unicode_escape").encode("latin-1") + b"\r\n")
        elif text == "(closed)":
            assert await client.reader.read() == b"", f"line {number}: the connection is still open"
        else:
            heard = (await client.reader.readline()).decode().rstrip("\r\n")
            assert fnmatchcase(heard, text), f"line {number}: expected {text!r}, heard {heard!r}"


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.txt")))
async def test_the_dialogue_goes_as_written(name: str) -> None:
    lines = [
        (number, line[0], line[3:])
        for number, line in enumerate((FOLDER / name).read_text().splitlines(), 1)
        if line and not line.startswith("#")
    ]
    settings = dict(text.split(" = ", 1) for _, kind, text in lines if kind == "O")
    smtp = Smtp.model_validate({key: [value] if key.endswith("networks") else value for key, value in settings.items()})
    async with next_hop() as hop, relay(hop, smtp=smtp) as here:
        for _, _, text in (entry for entry in lines if entry[1] == "N"):
            script(hop, text)
        async with here.client(greet=False) as client:
            await speak(client, [entry for entry in lines if entry[1] in "CS"])
    got = [f"{message.sender} -> {' '.join(message.recipients)}" for message in hop.messages]
    assert got == [text for _, kind, text in lines if kind == "R"]


def test_there_are_dialogues() -> None:
    assert len(list(FOLDER.glob("*.txt"))) >= 12
