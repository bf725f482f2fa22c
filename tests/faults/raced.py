"""People who answer about one message all at once, each through a node of their choice: by the page, by a colleague's link, by mail."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from random import Random
from urllib.parse import urlsplit

from service.form import Form, open_page
from tests.flows.test_by_mail import codes
from tests.flows.world import SENDER
from tests.helpers.internet import Internet
from tests.helpers.program import Program

ANSWERS = "answers@tachibana.example"
APPROVER = "natori@tachibana.example"
COLLEAGUE = "mori@tachibana.example"
SECRET = "あけぼの計画"
SETTINGS = f"""
[notices]
answer_address = "{ANSWERS}"
[rules.recipient-first-time]
action = "hold"
[rules.content-keyword]
terms = [{{ label = "A", owner = "{APPROVER}", words = ["{SECRET}"], action = "approve" }}]
"""
RIGHT = "この宛先で正しい（確認した）"
_LINK = re.compile(r"https?://\S+(/([qsa])/\S+)")
_NUMBER = re.compile(r"（([0-9A-Z]{4}-[0-9A-Z]{4})）")

Act = Callable[[], Awaitable[object]]


@dataclass
class Post:
    """The notices that arrived, by page and number of the message; asked by one thread."""

    internet: Internet
    notices: dict[tuple[str, str], EmailMessage] = field(default_factory=dict)
    _read: int = 0

    async def notice(self, page: str, number: str) -> EmailMessage:
        """The first one that leads to that page (q, s, a) of a message."""
        async with asyncio.timeout(60):
            while (page, number) not in self.notices:
                await asyncio.to_thread(self._look)
        return self.notices[page, number]

    def _look(self) -> None:
        new = self.internet.kept[self._read :]
        self._read += len(new)
        for _, _, content in new:
            mail = BytesParser(policy=default).parsebytes(content)
            number, link = _NUMBER.search(str(mail["Subject"])), _LINK.search(text_of(mail))
            if number and link:
                self.notices.setdefault((link[2], number[1]), mail)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def path_of(notice: EmailMessage) -> str:
    """Of the page that a notice leads to."""
    found = _LINK.search(text_of(notice))
    assert found
    return urlsplit(found[1]).path


@dataclass(frozen=True)
class Raced:
    """One message, and whoever may answer about it."""

    nodes: Sequence[Program]
    post: Post
    number: str
    rng: Random

    async def opened(self, page: str) -> tuple[str, Form]:
        """The path and first form of a page of it."""
        path = path_of(await self.post.notice(page, self.number))
        _, forms = await open_page(f"http://127.0.0.1:{self.rng.choice(self.nodes).web}{path}")
        return path, forms[0]

    async def asks(self) -> None:
        """Its sender asks for approval."""
        path, form = await self.opened("q")
        await self.by_page(path, filled(form, "send", "ask", "right", why="急ぎです"))()

    async def answers(self, *acts: str) -> list[Act]:
        """What its sender may press on the page as it is now: each of these on every node."""
        path, form = await self.opened("q")
        every = [filled(form, act, "right", "agree", "ask") for act in acts if act in form.choices["act"]]
        return [self.by_page(path, fields, node) for fields in every for node in self.nodes]

    async def approves(self, *acts: str) -> list[Act]:
        """The same for its approver."""
        path, form = await self.opened("a")
        every = [filled(form, act, "yes", comment="だめです") for act in acts]
        return [self.by_page(path, fields, node) for fields in every for node in self.nodes]

    async def stops(self) -> Act:
        """A colleague stops it."""
        path, form = await self.opened("s")
        return self.by_page(path, filled(form, "stop"))

    async def writes(self, line: str) -> Act:
        """Its sender answers by mail; "" for the code that says that everything is right."""
        question = await self.post.notice("q", self.number)
        return self.by_mail(question, line or codes(question)[RIGHT])

    def by_page(self, path: str, fields: Mapping[str, str], node: Program | None = None) -> Act:
        address = f"http://127.0.0.1:{(node or self.rng.choice(self.nodes)).web}{path}"
        return lambda: open_page(address, dict(fields))

    def by_mail(self, question: EmailMessage, line: str) -> Act:
        node, made = self.rng.choice(self.nodes), EmailMessage()
        made["From"], made["To"], made["Subject"] = SENDER, ANSWERS, f"Re: {question['Subject']}"
        made["In-Reply-To"], made["Message-ID"] = question["Message-ID"], f"<{self.rng.random()}@tachibana.example>"
        made.set_content(f"{line}\n")
        content = made.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return lambda: asyncio.to_thread(node.send, content, ANSWERS, sender=SENDER)

    async def race(self, acts: Sequence[Act]) -> None:
        """All of these at once; who comes second is told so, and that is no error."""
        shuffled = self.rng.sample(acts, len(acts))
        for came in await asyncio.gather(*(act() for act in shuffled), return_exceptions=True):
            assert not isinstance(came, BaseException) or is_refusal(came), came


def is_refusal(error: BaseException) -> bool:
    """Whether it says "not now" (409) or "not any more" (404, 422)."""
    return getattr(error, "code", 0) in {404, 409, 422}


def filled(form: Form, act: str, *prefer: str, **more: str) -> dict[str, str]:
    """A form as a person fills it in: of each choice the first of these that it offers."""
    chosen = {
        name: next(value for value in prefer if value in values)
        for name, values in form.choices.items()
        if name.startswith("choice-")
    }
    return {**form.hidden, **(chosen if act in {"send", "approve"} else {}), **more, "act": act}
