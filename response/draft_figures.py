"""Figures: the deadlines and the estimate of the damage of a case as lines for people in one language."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from notifier.options import Language
from notifier.words import exactly
from response.damage import Range
from response.damage import of_case as damage_of
from response.known import Known
from response.office import Office
from store.deadlines import DeadlineRow

_UNKNOWN = {"ja": "不明", "en": "unknown"}
_STEPS = {
    "ja": {
        "target": "速報（目安）",
        "outer": "速報（遅くとも）",
        "final": "確報",
        "report": "報告",
        "notice": "通知",
        "record": "記録",
        "assess": "判断",
    },
    "en": {
        "target": "preliminary report, target",
        "outer": "preliminary report, outer limit",
        "final": "final report",
        "assess": "assessment",
    },
}


class Figures:
    """What a case counts up to; every attribute is one or more lines."""

    def __init__(self, found: Known, office: Office, clocks: Iterable[DeadlineRow], language: Language) -> None:
        self._found, self._office, self._language = found, office, language
        self._clocks = tuple(clocks)
        self.unknowns: Counter[str] = Counter()
        """What was asked for and is not known."""

    def say(self, ja: str, en: str) -> str:
        """One of both."""
        return ja if self._language == "ja" else en

    def _or_unknown(self, name: str, said: str | None) -> str:
        if said:
            return said
        self.unknowns[name] += 1
        return _UNKNOWN[self._language]

    @property
    def clocks(self) -> str:
        """What is owed until when, the hard dates first."""
        said = [self._clock(row) for row in self._clocks if row.owed]
        return "\n".join(said) or self.say("期限のあるものはありません。", "Nothing is owed.")

    def _clock(self, row: DeadlineRow) -> str:
        states = {"met": ("済", "done"), "late": ("期限後", "late"), "void": ("対象外", "void")}
        kind = self.say("法定", "hard") if row.kind == "hard" else self.say("目安", "soft")
        until = self._exactly(row.due) if row.due else self.say("期日の定めなし", "no date")
        state = f" [{self.say(*states[row.state])}]" if row.state in states else ""
        what = f"{row.details['to'][self._language]}, {_STEPS[self._language].get(row.step, row.step)} ({row.rule})"
        return f"{what}{self.say('：', ': ')}{until} ({kind}){state}"

    def _exactly(self, at: datetime) -> str:
        """In the organisation's zone: the store gives UTC."""
        return exactly(at.astimezone(self._office.zone), self._language)

    def delay(self, rule: str) -> str:
        """Why a report came after its date; "" in time, or nobody can say yet."""
        row = next((row for row in self._clocks if row.rule == rule), None)
        return (
            row.late_reason if row and row.late_reason else self.say("（期限内のときは不要）", "(not needed in time)")
        )

    @property
    def damage(self) -> str:
        """The estimate, with its inputs, and that it is rough."""
        found = damage_of(self._found, great_responsibility=self._office.options.great_responsibility)
        factors = [f"{getattr(i.because, self._language)}: {self._range(i.value)}" for i in found.inputs]
        yen = self.say("円", " yen")
        return "\n".join(
            (
                self.say("一人あたり", "per person: ") + f"{self._range(found.per_person)}{yen}",
                self.say("合計", "in total: ") + f"{self._range(found.total)}{yen}",
                *factors,
                getattr(found.rough, self._language),
            )
        )

    def _range(self, bounds: Range) -> str:
        if bounds.most is None:
            return self.say(f"{bounds.least:,}以上（上限は不明）", f"{bounds.least:,} or more (upper end unknown)")
        return f"{bounds.least:,}" if bounds.least == bounds.most else f"{bounds.least:,}–{bounds.most:,}"
