"""The story told to a newcomer: what happened, in their language, on the terminal."""

from collections.abc import Mapping
from typing import Literal

from rules.marks import marked
from service import story, story_house
from service.story_desk import desk_did
from service.story_words import SAYS
from service.wiring import House
from store.holds import Hold
from store.ids import shown
from store.tickets import Ticket


class Narrator:
    """Says it."""

    def __init__(self, language: Literal["ja", "en"]) -> None:
        self.language = language
        self._says = SAYS[language]

    def say(self, what: str, **facts: object) -> None:
        """One of `SAYS`, with its facts."""
        print(self._says[what].format(**facts), flush=True)

    def reasons(self, hold: Hold) -> None:
        """Why it is held: the words of each finding, and the differing letters of its addresses in brackets."""
        for finding in hold.verdict["findings"]:
            if finding["action"] != "note":
                print(f"   ・{finding['words'][self.language]}")
                _mark(finding)

    async def held(self, house: House, hold: Hold) -> None:
        """Say of somebody's own mail why it is held, and where the answer is given."""
        token = await house.store.commit(
            lambda s: s.links.make(hold.id, (*hold.asked, story_house.SENDER)[0], "question")
        )
        findings = (f for f in hold.verdict["findings"] if f["action"] != "note")
        self.say(
            "asked",
            number=shown(hold.id),
            reasons=" ".join(f["words"][self.language] for f in findings),
            link=f"{house.settings.web.base_url}/q/{token}",
        )

    def state(self, hold: Hold) -> None:
        """What became of each of its recipients."""
        self.say(
            "state",
            number=shown(hold.id),
            recipients=", ".join(
                f"{r.send_to} ({story.STATES[r.state] if self.language == 'ja' else r.state})" for r in hold.recipients
            ),
        )

    def ticket(self, ticket: Ticket) -> None:
        """Its number and the first thing to do."""
        first = next(step for step in ticket.steps if step.gate)
        self.say("ticket", number=shown(ticket.id), step=first.step, title=first.title[self.language])

    async def at_the_desk(self, house: House, ticket_id: str) -> Mapping[str, str]:
        """Say what the desk did by itself: stopped and blocked, whom it called, what is due first."""
        told = await house.store.read(lambda shelves: desk_did(shelves, house, ticket_id, self.language))
        for what, words in told.items():
            if words:
                self.say(what, words=words)
        return told


def _mark(finding: Mapping[str, object]) -> None:
    """The two addresses with the differing letter in brackets."""
    about, suggestion = finding["about"], str(finding.get("suggestion") or "")
    if not suggestion or not isinstance(about, dict):
        return
    both = marked(str(about["recipient"]), suggestion)
    for pieces in (both.given, both.usual):
        print("      " + "".join(f"[{text}]" if differs else text for text, differs in pieces))
