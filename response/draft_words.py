"""CaseWords: what is known of a case as lines for people in one language; what nobody knows says so, and is counted."""

from collections import Counter

from notifier.options import Person
from notifier.words import kind_in_words
from response import recall
from response.draft_figures import Figures
from response.roles import Role
from store.ids import shown

_YES_NO = {"ja": {True: "あり", False: "なし"}, "en": {True: "yes", False: "no"}}
_RISKS = {
    "ja": {"unlikely": "リスクが生じる可能性は低い", "risk": "リスクがある", "high": "高いリスクがある"},
    "en": {"unlikely": "unlikely to result in a risk", "risk": "a risk", "high": "a high risk"},
}
_DELIVERIES = {
    "ja": {
        "delivered": "次のメールサーバーへ引き渡し済み",
        "failed": "相手側が拒否し、届いていない",
        "held": "保留中",
        "waiting": "送信待ち",
        "unsent": "送信していない",
        "unknown": "配信の状態は不明",
    },
    "en": {
        "delivered": "handed over to the next mail server",
        "failed": "refused by the other side, not delivered",
        "held": "held",
        "waiting": "waiting to be sent",
        "unsent": "not sent",
        "unknown": "not known what became of it",
    },
}
_UNSENT = frozenset({"stopped", "cancelled", "expired"})


class CaseWords(Figures):
    """For the templates of forms. Every attribute is one or more lines; addresses of wrong recipients and content are in none."""

    def fact(self, name: str) -> str:
        """A text in a person's words, yes or no, or a risk."""
        value = self._found.value(name)
        if isinstance(value, bool):
            return _YES_NO[self._language][value]
        said = _RISKS[self._language].get(value, value) if isinstance(value, str) else None
        return self._or_unknown(name, said)

    def time(self, name: str) -> str:
        """One of the times of the case, with weekday, year and zone."""
        at = self._found.times[name].at
        return self._or_unknown(name, self._exactly(at) if at else None)

    @property
    def number(self) -> str:
        """Of the case."""
        return shown(self._found.ticket.id)

    @property
    def organisation(self) -> str:
        """Who reports."""
        return self._office.organisation.name

    @property
    def contact(self) -> str:
        """Whom the reader may ask: the privacy officer with telephone and address, else the organisation's contact."""
        officer = next(iter(self._office.organisation.with_role("privacy officer")), None)
        return self._or_unknown("contact", _card(officer) if officer else self._office.organisation.contact)

    def holder(self, role: Role) -> str:
        """Who has a role."""
        person = next(iter(self._office.organisation.with_role(role)), None)
        return self._or_unknown(role, _card(person) if person else None)

    @property
    def outline(self) -> str:
        """As a person wrote it; before that from what is known."""
        written = self._found.value("outline")
        if written:
            return str(written)
        states = [r.delivery for r in self._found.ticket.recipients if r.wrong == "yes"]
        wrong = len(states)
        if not wrong:
            return self.say(
                "電子メールを、送るべきでない宛先に送った（宛先の数は不明）。",
                "An e-mail was sent to a recipient it was not meant for; how many is not known.",
            )
        recipients = "1 recipient" if wrong == 1 else f"{wrong} recipients"
        if all(state in _UNSENT or state == "held" for state in states):
            return self.say(
                f"送るべきでない宛先{wrong}件への電子メール1通を、組織の外へ出る前に止めた。",
                f"One e-mail to {recipients} it was not meant for was stopped before it left.",
            )
        return self.say(
            f"電子メール1通を、送るべきでない宛先{wrong}件に送った。",
            f"One e-mail was sent to {recipients} it was not meant for.",
        )

    @property
    def persons(self) -> str:
        """How many, from at least to at most."""
        known = self._found.value("persons") or {"min": 0, "max": None}
        least, most = known["min"], known["max"]
        if most is None:
            at_least = self.say(f"（{least:,}人以上）", f" (at least {least:,})") if least else ""
            return self._or_unknown("persons", None) + at_least
        if least == most:
            return self.say(f"{most:,}人", f"{most:,} {'person' if most == 1 else 'persons'}")
        return self.say(f"{least:,}～{most:,}人", f"{least:,} to {most:,} persons")

    @property
    def kinds(self) -> str:
        """Kinds of personal data with their counts; never a value."""
        counts = self._found.value("kinds")
        if counts is None:
            return self._or_unknown("kinds", None)
        said = [kind_in_words(kind, count, self._language) for kind, count in counts.items() if count]
        nothing = self.say("個人情報の項目は見つかっていない", "no personal data was found")
        return self.say("、", ", ").join(said) or nothing

    @property
    def records(self) -> str:
        """How many data at least: the kind of which there are most."""
        counts = self._found.value("kinds")
        return self._or_unknown("records", None if counts is None else f"{max(counts.values(), default=0):,}")

    @property
    def deliveries(self) -> str:
        """What became of the wrong recipients, counted."""
        wrong = [r for r in self._found.ticket.recipients if r.wrong == "yes"]
        if not wrong:
            return self._or_unknown("deliveries", None)
        words = _DELIVERIES[self._language]
        states = Counter("unsent" if r.delivery in _UNSENT else r.delivery for r in wrong)
        counted = [(words.get(state, words["unknown"]), count) for state, count in states.items()]
        return "\n".join(self.say(f"{word}：{count}件", f"{count} × {word}") for word, count in counted)

    @property
    def contained(self) -> str:
        """What was done at once, counted."""
        done = [
            word
            for r in self._found.ticket.recipients
            if r.wrong == "yes"
            for word in r.contained.split()
            if word in recall.WORDS
        ]
        if not done:
            return self._or_unknown("contained", None)
        return "\n".join(
            recall.WORDS[word][self._language] + self.say(f"（{count}件）", f" ({count})")
            for word, count in Counter(done).items()
        )

    @property
    def basis(self) -> str:
        """Why the commission must be told; the items that apply. What the privacy mark wants is no reason to tell it."""
        row = next((row for row in self._clocks if row.rule == "JP-FINAL" and row.step == "final"), None)
        reason = str(row.details["reason"][self._language]) if row else ""
        # "Final report within 30 days …: why, why." as `response.deadlines` says it; what is not owed says why not.
        why = reason.partition(self.say("：", ": "))[2] if row and row.owed else reason
        return self._or_unknown("basis", why)

    @property
    def my_number(self) -> str:
        """The first question of the form of the PPC: who does not know answers yes."""
        if self._found.value("my_number") is None:
            self.unknowns["my_number"] += 1
            return self.say("不明（不明のときは「含む」と答える）", "unknown (then the form wants the answer yes)")
        return self.fact("my_number")

    @property
    def open_steps(self) -> str:
        """What the manual still wants."""
        todo = [s for s in self._found.ticket.steps if s.state == "todo"]
        lines = [f"{s.step} {s.title[self._language]}" for s in todo]
        return "\n".join(lines) or self.say("なし", "none")


def _card(person: Person) -> str:
    return ", ".join(part for part in (person.name, person.phone, person.address) if part)
