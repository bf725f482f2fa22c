"""Demo: plays the story on loopback: hold, question, page, correct-and-send; then a report and its ticket."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

import aiosmtplib

from service import contacts_csv, form, story, story_house
from service.console import language as terminal_language
from service.keeper import Keeper
from service.logs import configure
from service.settings import Settings, load
from service.sockets import Sockets, listen_near
from service.story_checks import CheckError, check, link_in, until, until_done
from service.story_told import Narrator
from service.wiring import House
from store.clock import Clock
from store.contacts import Imported
from store.holds import Hold
from store.ids import shown
from store.shelves import Shelves

SMTP, HOP, WEB = 10025, 10026, 8025
"""The usual ports; others where they are taken."""
LOOK = 0.3
"""Seconds between two looks at what somebody did on the pages."""


class Demo:
    """One play of the story."""

    def __init__(self, directory: Path, language: Literal["ja", "en"] | None) -> None:
        self._directory = directory.absolute()
        self._told = Narrator(language or terminal_language())
        self._clock = Clock()

    async def play(self, *, wait: bool) -> int:
        """Show the story and wait for Ctrl-C, or play it to its end and check it; the exit status."""
        async with self._alone(), self._stage() as (house, keeper):
            link, number = await self._until_asked(house, keeper)
            if wait:
                stopping = _asked_to_stop()
                self._invite(house)
                await self._watch(house, stopping)
                return 0
            try:
                await self._answer(house, keeper, link, number)
                await self._notice_late(house, keeper)
            except (CheckError, OSError) as error:
                print(f"demo: {error}", file=sys.stderr)
                return 1
            print("demo: ok")
            return 0

    @contextlib.asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Nobody else plays in this folder: beginning anew would wipe the files of who does. Raises `InUseError`."""
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InUseError(
                    f"a demo is running in {_near(self._directory)}; stop it, or name another --dir"
                ) from error
            yield

    @contextlib.asynccontextmanager
    async def _stage(self) -> AsyncIterator[tuple[House, Keeper]]:
        """The house, and behind it the internet."""
        opened = {usual: listen_near(usual) for usual in (SMTP, HOP, WEB)}
        settings = self._settings(opened)
        configure("keyvalue", "info", stream=(self._directory / "sekisho.log").open("a", encoding="utf-8"))
        keeper = Keeper(self._directory / "delivered")
        await keeper.start(opened[HOP])
        sockets = Sockets((opened[SMTP],), opened[WEB], None, None)
        house = House(settings)
        try:
            async with house.open(sockets):
                await house.store.commit(lambda s: s.contacts.import_rows(_contacts(self._directory)))
                yield house, keeper
        finally:
            await keeper.stop()

    def _settings(self, opened: Mapping[int, socket.socket]) -> Settings:
        """A fresh stage each time; what an earlier play left is put away."""
        for name in ("delivered", "sekisho.db", "sekisho.db-wal", "sekisho.db-shm", "gate.json"):
            path = self._directory / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        self._directory.mkdir(parents=True, exist_ok=True)
        ports = {usual: int(one.getsockname()[1]) for usual, one in opened.items()}
        for usual, port in ports.items():
            if usual != port:
                self._told.say("taken", port=usual)
        file = self._directory / "sekisho.toml"
        file.write_text(
            story_house.settings(self._told.language, smtp=ports[SMTP], hop=ports[HOP], web=ports[WEB]),
            encoding="utf-8",
        )
        (self._directory / "contacts.csv").write_text(story_house.contacts(self._told.language), encoding="utf-8")
        return load(file)

    async def _until_asked(self, house: House, keeper: Keeper) -> tuple[str, str]:
        """Both mails of the beginning; what a newcomer needs to know, in at most fifteen lines."""
        settings = house.settings
        smtp = settings.smtp.listen[0].rpartition(":")[2]
        self._told.say(
            "listens",
            smtp=smtp,
            hop=settings.next_hop.port,
            maildir=_near(self._directory / "delivered"),
            base=settings.web.base_url,
        )
        await self._send(house, story.ordinary(self._clock.now(), self._told.language))
        await until(lambda: keeper.mails_for(story_house.OTHER), "the ordinary mail was not delivered")
        self._told.say("passed", to=story_house.OTHER)
        answer = await self._send(house, story.mistyped(self._clock.now(), self._told.language))
        number = answer.rpartition(" ")[2]
        check("held as" in answer, f"the mistyped mail was not held: {answer}")
        self._told.say("held", number=number)
        hold = await self._hold(house, number)
        self._told.reasons(hold)
        question = await until(lambda: keeper.mails_for(story_house.SENDER), "no question came to the sender")
        link = link_in(question[0])
        self._told.say("page", link=link)
        self._told.say("desk", link=await self._desk_link(house))
        return link, number

    def _invite(self, house: House) -> None:
        """Say what a newcomer can do now."""
        smtp = house.settings.smtp.listen[0].rpartition(":")[2]
        self._told.say("try", smtp=smtp, sender=story_house.SENDER, to=story_house.MISTYPED)
        self._told.say("stop")

    async def _answer(self, house: House, keeper: Keeper, link: str, number: str) -> None:
        """The sender opens the page and corrects the address."""
        # The deadline begins when the books know that the question arrived, and a page made before that is stale.
        await until_done(lambda: self._is_asked(house, number), "the books do not say that the question was sent")
        _, forms = await form.open_page(link)
        fields = dict(forms[0].hidden)
        for name, values in forms[0].choices.items():
            fields[name] = next((v for v in ("correct", "agree", "send") if v in values), values[-1])
        await form.open_page(forms[0].action, fields)
        self._told.say("corrected")
        delivered = await until(lambda: keeper.mails_for(story_house.CLIENT), "the corrected mail was not delivered")
        check(story_house.CLIENT in str(delivered[0]["To"]), "the To line was not corrected")
        check(not keeper.mails_for(story_house.MISTYPED), "something went to the mistyped address")
        await self._show(house, number)

    async def _notice_late(self, house: House, keeper: Keeper) -> None:
        """A mail that nothing spoke against is reported afterwards."""
        mail = story.to_a_stranger(self._clock.now(), self._told.language)
        await self._send(house, mail)
        await until(lambda: keeper.mails_for(story_house.STRANGER), "the mail to a stranger was not delivered")
        self._told.say("reported", to=story_house.STRANGER)
        await self._send(house, story.report(str(mail["Message-ID"]), self._clock.now(), self._told.language))
        tickets = await until_done(house.desk.tickets, "no ticket was opened")
        ticket = tickets[0]
        first = next(step for step in ticket.steps if step.gate)
        check(first.step == "1.1", "telling the superior is not the first step")
        check(
            any(r.address == story_house.STRANGER for r in ticket.recipients), "the ticket does not know the recipient"
        )
        call = await until(lambda: keeper.mails_for(story_house.SUPERIOR), "the superior was not called")
        page, _ = await form.open_page(link_in(call[0]))
        check(shown(ticket.id) in page, "the link to the ticket does not show it")
        self._told.ticket(ticket)
        told = await self._told.at_the_desk(house, ticket.id)
        check(all(told.values()), "the desk did not stop, call or count by itself")
        await self._take(house, ticket.id, link_in(call[0]))

    async def _watch(self, house: House, stopping: asyncio.Event) -> None:
        """Say what becomes of held mail and of reports, until somebody stops the demo."""
        seen = {hold.id: "held" for hold in await house.store.read(lambda shelves: shelves.holds.listing())}
        tickets: set[str] = set()
        while not stopping.is_set():
            for hold in await house.store.read(lambda shelves: shelves.holds.listing()):
                held = hold.state == "held"
                words = "held" if held else " ".join((hold.state, *(f"{r.send_to}={r.state}" for r in hold.recipients)))
                if seen.get(hold.id, "") != words:
                    await self._told.held(house, hold) if held else self._told.state(hold)
                seen[hold.id] = words
            for ticket in await house.desk.tickets():
                if ticket.id not in tickets:
                    tickets.add(ticket.id)
                    self._told.ticket(ticket)
                    await self._told.at_the_desk(house, ticket.id)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK)

    async def _take(self, house: House, ticket_id: str, link: str) -> None:
        """The superior says "I have it" on the ticket's page; with that the superior was told, and the next step is shown."""
        _, found = await form.open_page(link)
        call = next(one for one in found if "have" in one.choices.get("answer", ()))
        await form.open_page(call.action, {**call.hidden, "answer": "have"})
        ticket = await house.desk.ticket(ticket_id)
        check(
            ticket is not None and ticket.superior_told_at is not None,
            "the superior has taken the case and was not told",
        )
        assert ticket
        step = next(step for step in ticket.steps if step.state == "todo")
        owner = house.desk.office.organisation.person(step.owner)
        self._told.say(
            "told", step=step.step, title=step.title[self._told.language], owner=owner.name if owner else step.owner
        )

    async def _show(self, house: House, number: str) -> None:
        await until_done(lambda: self._all_delivered(house, number), "the books do not say that it was delivered")
        self._told.state(await self._hold(house, number))

    async def _is_asked(self, house: House, number: str) -> bool:
        return (await self._hold(house, number)).asked_at is not None

    async def _all_delivered(self, house: House, number: str) -> bool:
        return all(r.state == "delivered" for r in (await self._hold(house, number)).recipients)

    async def _hold(self, house: House, number: str) -> Hold:
        hold = await house.store.read(lambda shelves: shelves.holds.get(number.replace("-", "")))
        check(hold is not None, f"{number} is not in the store")
        assert hold
        return hold

    async def _desk_link(self, house: House) -> str:
        def unit(shelves: Shelves) -> str:
            return shelves.links.make("desk", story_house.SUPERIOR, "desk")

        return f"{house.settings.web.base_url}/desk/{await house.store.commit(unit)}"

    async def _send(self, house: House, mail: EmailMessage) -> str:
        host, _, port = house.settings.smtp.listen[0].rpartition(":")
        _, answer = await aiosmtplib.send(mail, hostname=host, port=int(port), start_tls=False)
        return str(answer)


class InUseError(Exception):
    """Another demo plays in the same folder."""


def _asked_to_stop() -> asyncio.Event:
    """Set by Ctrl-C and by SIGTERM from now on, also where a shell that starts us in the background has SIGINT ignored."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


def _contacts(directory: Path) -> Sequence[Imported]:
    return [row for row in contacts_csv.read(directory / "contacts.csv") if isinstance(row, Imported)]


def _near(path: Path) -> str:
    return os.path.relpath(path)
