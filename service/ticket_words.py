"""Ticket words: what commands say of a ticket, line by line, in the language of the terminal."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from notifier.words import one_line, role_in_words, when
from response.opening import MATCHED
from response.recall import words as recall_words
from service.ticket_standing import Standing
from store.ids import shown
from store.journal import Line
from store.tickets import Step, Ticket, TicketRecipient

_FRAME: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "none": "No tickets.",
        "next": "next {step} {title}{due}",
        "no-step": "no open step",
        "opened": "opened {time}",
        "message": "message {message} of {sender}, found by: {match}",
        "no-message": "(not found yet)",
        "no-sender": "(unknown)",
        "reported": "reported by {who}, known since {time}{words}",
        "words": ": {words}",
        "perhaps": "perhaps {subject}, {time}, to {to}: {why}",
        "due": ", by {time}",
        "due-words": ", {words}",
        "step": "{mark} {step} {title}  ({who}){due}",
    },
    "ja": {
        "none": "チケットはありません。",
        "next": "次は {step} {title}{due}",
        "no-step": "未完了の手順はありません",
        "opened": "開始 {time}",
        "message": "メール {message}、差出人 {sender}、照合：{match}",
        "no-message": "（未特定）",
        "no-sender": "（不明）",
        "reported": "申告者 {who}、覚知 {time}{words}",
        "words": "：{words}",
        "perhaps": "候補 {subject}、{time}、宛先 {to}：{why}",
        "due": "、期限 {time}",
        "due-words": "、{words}",
        "step": "{mark} {step} {title}（{who}）{due}",
    },
}
_STATES: Final[Mapping[str, Mapping[str, str]]] = {
    "ja": {
        "open": "対応中",
        "contained": "拡大防止済み",
        "assessed": "評価済み",
        "reported": "当局へ報告済み",
        "closed": "終了",
        "not-a-leak": "終了（漏えいではない）",
        "duplicate": "終了（重複）",
    },
    "en": {},
}
"""A state that is not there is said as it is."""
_MATCHED: Final[Mapping[str, Mapping[str, str]]] = {
    "ja": MATCHED,
    "en": {
        "ticket": "the ticket's number",
        "journal-id": "the message that was chosen",
        "number": "its number",
        "queue-id": "its queue id",
        "message-id": "Message-ID",
        "envid": "envelope id",
        "digest": "the attached original",
        "quoted": "the quoted text",
        "search": "search",
        "chosen": "a responder's choice",
        "none": "nothing yet",
    },
}
_WRONG: Final[Mapping[str, Mapping[str, str]]] = {
    "ja": {"yes": "誤り", "no": "正しい", "unknown": "誤りかどうか不明"},
    "en": {"yes": "wrong", "no": "right", "unknown": "not known whether wrong"},
}
_DELIVERY: Final[Mapping[str, Mapping[str, str]]] = {
    "ja": {
        "delivered": "引き渡し済み",
        "bounced": "不達の返信あり",
        "failed": "相手側が拒否",
        "stopped": "未送信",
        "cancelled": "未送信",
        "expired": "未送信",
        "sending": "送信中",
        "stopping": "送信中",
        "waiting": "送信待ち",
        "held": "保留中",
        "unknown": "不明",
    },
    "en": {},
}
_MARKS: Final = {"todo": "[ ]", "done": "[x]"}
NO_TICKETS: Final = {language: words["none"] for language, words in _FRAME.items()}


class TicketWords:
    """One language and zone."""

    def __init__(self, language: str, zone: str) -> None:
        """`language`: ja or en; `zone`: that of the organisation (IANA)."""
        self._language, self._zone, self._frame = language, zone, _FRAME[language]

    def listed(self, ticket: Ticket, standing: Standing) -> Iterator[str]:
        """Of a list: the number, the next step, and how it stands."""
        step = next((s for s in ticket.steps if s.state == "todo"), None)
        following = self._step("next", step) if step else self._frame["no-step"]
        yield f"{shown(ticket.id)}  {self._state(ticket)}  {ticket.reporter}  {following}"
        yield from (f"  {line}" for line in standing.in_words(self._language))

    def whole(
        self, ticket: Ticket, standing: Standing, candidates: Iterable[tuple[Line, Mapping[str, str]]]
    ) -> Iterator[str]:
        """What is known, per recipient what became of it, the steps in order."""
        say = self._frame
        yield f"{shown(ticket.id)}  {self._state(ticket)}  {say['opened'].format(time=self._when(ticket.opened_at))}"
        match = _MATCHED[self._language].get(ticket.match_method, ticket.match_method)
        message, sender = ticket.message_id or say["no-message"], ticket.sender or say["no-sender"]
        yield "  " + say["message"].format(message=message, sender=sender, match=match)
        words = say["words"].format(words=one_line(ticket.words)) if ticket.words.strip() else ""
        time = self._when(ticket.first_known_at)
        yield "  " + say["reported"].format(who=ticket.reporter, time=time, words=words)
        yield from (f"  {line}" for line in standing.in_words(self._language))
        yield from (f"  {self._recipient(recipient)}" for recipient in ticket.recipients)
        for line, why in candidates:
            given = {"subject": one_line(line.subject) or "-", "time": self._when(line.at), "why": why[self._language]}
            yield "  " + say["perhaps"].format(to=", ".join(r.send_to for r in line.recipients), **given)
        yield from (f"  {self._step('step', one)}" for one in ticket.steps)

    def _state(self, ticket: Ticket) -> str:
        return _STATES[self._language].get(ticket.state, ticket.state)

    def _recipient(self, one: TicketRecipient) -> str:
        became = f"{_DELIVERY[self._language].get(one.delivery, one.delivery)} {one.reply}".rstrip()
        done = recall_words(one.contained, self._language)
        return (
            f"{one.address}  {_WRONG[self._language].get(one.wrong, one.wrong)}  {became}{f'; {done}' if done else ''}"
        )

    def _step(self, as_said: str, one: Step) -> str:
        given = {
            "mark": _MARKS.get(one.state, "[-]"),
            "who": one.owner or self._roles(one),
            "due": self._due(one),
        }
        return self._frame[as_said].format(step=one.step, title=one.title[self._language], **given)

    def _roles(self, one: Step) -> str:
        return " + ".join(role_in_words(role, self._language) for role in one.role.split(" + "))

    def _due(self, step: Step) -> str:
        if step.state != "todo":
            return ""
        if step.due:
            return self._frame["due"].format(time=self._when(step.due))
        words = step.due_words.get(self._language, "")
        return self._frame["due-words"].format(words=words) if words else ""

    def _when(self, at: datetime) -> str:
        return when(at, self._zone, self._language)
