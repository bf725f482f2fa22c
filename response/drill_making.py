"""Making a drill: from a scenario and its players the rows, the injects with their mailboxes, and the keyed mails for our own relay."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mail.address import key
from notifier.addressees import language as language_of
from notifier.cut_off import SINK
from notifier.options import Language
from response import scenario as scenarios
from response.drill_mail import Written, compose, key_of
from response.drilling import office_in, words_of
from response.office import Office
from response.scenario import Inject as Played
from response.scenario import Scenario
from store.drills import Drill, DrillMail, Inject
from store.ids import new_id
from store.seal import Seal


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of the drill, ready for our own relay."""

    player: str
    recipient: str
    content: bytes


def make(office: Office, chosen: Scenario, players: Sequence[str], *, by: str, announced: bool, at: datetime) -> Drill:
    """The rows of a drill that begins at `at`; nothing is kept yet."""
    number, domain = new_id(), office.organisation.domains[0]
    drill = Drill(
        id=number,
        scenario=chosen.name,
        title=chosen.title.model_dump(),
        scene=chosen.scene.model_dump(),
        absent=chosen.absent,
        announced=announced,
        started_by=by,
        started_at=at,
        ends_at=at + chosen.lasts,
        mails=tuple(
            DrillMail(n, one, f"{chosen.mail.to}@{SINK}", f"<{secrets.token_urlsafe(24)}@{domain}>")
            for n, one in enumerate(players)
        ),
    )
    injects = [_inject(office, drill, n, one) for n, one in enumerate(chosen.injects)]
    return replace(drill, injects=tuple(injects))


def _inject(office: Office, drill: Drill, position: int, one: Played) -> Inject:
    words = {
        "ja": one.words.ja.replace("{number}", words_of(drill.id, "ja")),
        "en": one.words.en.replace("{number}", words_of(drill.id, "en")),
    }
    due = drill.started_at + timedelta(minutes=one.minute)
    return Inject(position, due, whom(office, drill, one.to), words)


def whom(office: Office, drill: Drill, to: scenarios.Told) -> tuple[str, ...]:
    """Mailboxes: of who plays the part; where nobody does, of who leads, and then of the players: nothing is played to nobody."""
    house = office_in(office, drill).organisation
    players = {key(one) for one in drill.players}
    if to == "sender":
        return drill.players
    if to == "superior":
        named = [person.superior for one in drill.players if (person := house.person(one)) and person.superior]
    elif to == "colleague":
        named = [p.address for p in office.organisation.people if not p.roles and key(p.address) not in players][:1]
    else:
        named = [person.address for person in house.with_role(to)]
    leaders = [p.address for role in ("leader", "deputy") for p in house.with_role(role)][:1]
    return tuple(dict.fromkeys(named or leaders or drill.players))


def letters(seal: Seal, office: Office, chosen: Scenario, drill: Drill) -> tuple[Letter, ...]:
    """The mail of each player, in their language; a moment for many: not in the loop."""
    made = []
    for mail in drill.mails:
        language: Language = "ja" if language_of(office.organisation, mail.player) == "ja" else "en"
        said = chosen.mail
        file = getattr(said.file, language) if said.file else ""
        written = Written(getattr(said.subject, language), getattr(said.text, language), file, said.rows)
        proof = key_of(seal, drill.id, mail.player, mail.recipient, mail.message_id)
        content = compose(mail, written, language, drill_id=drill.id, key=proof, at=drill.started_at)
        made.append(Letter(mail.player, mail.recipient, content))
    return tuple(made)
