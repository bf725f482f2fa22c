"""Case scenario: a closed case as a scenario for drills. Nothing of the case is copied into it: its words stand here, and only steps of numbers choose among them.

So no name, address, domain, subject, file name or word of a person can survive: none of them is read.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from response.manual import Kind, Words
from response.office import Office
from store.learning import CAUSES
from store.shelves import Shelves
from store.tickets import State, Ticket

STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
"""Persons: the number of a case is rounded up to one of these."""
NIGHT: Final = (22, 7)
"""From and until this hour it is night."""


def _w(ja: str, en: str) -> Words:
    return Words(ja=ja, en=en)


TITLES: Final[Mapping[Kind, Words]] = {
    "wrong-recipient": _w("以前の事例：宛先の取り違え", "From a case: the wrong recipient"),
    "forgotten-bcc": _w("以前の事例：宛先が全員に見えた", "From a case: everybody saw the addresses"),
    "wrong-attachment": _w("以前の事例：添付の取り違え", "From a case: the wrong attachment"),
    "stray-domain": _w("以前の事例：紛らわしいドメイン", "From a case: a look-alike domain"),
    "list-exposure": _w("以前の事例：名簿が外へ出た", "From a case: a list of persons left"),
}
_MAILS: Final[Mapping[Kind, tuple[Words, Words]]] = {
    "wrong-recipient": (
        _w("打合せの資料", "Papers for our meeting"),
        _w(
            "先日の打合せの資料をお送りします。ご確認ください。",
            "Here are the papers for our meeting. Please have a look.",
        ),
    ),
    "forgotten-bcc": (
        _w("説明会のご案内", "Invitation to an information meeting"),
        _w("皆様\n説明会のご案内をお送りします。", "Dear all,\nplease find the invitation to our meeting."),
    ),
    "wrong-attachment": (
        _w("お見積りの件", "Our offer"),
        _w("お見積りを添付いたします。", "Please find our offer attached."),
    ),
    "stray-domain": (
        _w("ご依頼の書類", "The papers that you asked for"),
        _w("ご依頼の書類をお送りします。", "Here are the papers that you asked for."),
    ),
    "list-exposure": (
        _w("一覧の送付", "The list"),
        _w("一覧をお送りします。取扱いにご注意ください。", "Here is the list. Please handle it with care."),
    ),
}
_FILE: Final = _w("一覧.csv", "list.csv")
_SCENES: Final = {
    "day": _w("平日の勤務時間中です。", "A working day, in working hours."),
    "night": _w("夜間とします。事務所には誰もいません。", "Assume that it is night, and nobody is in the office."),
    "weekend": _w("休日の昼間とします。", "Assume that it is a day off."),
}
_FOUND: Final = {
    "sender": _w(
        "送信済みを見ていたあなたは、送り先か中身が違っていたことに気づきました。実際のときと同じように行動してください。",
        "You look at your sent mail and see that the recipient or the content was wrong. Act as you would in earnest.",
    ),
    "colleague": _w(
        "同じ部署の人が「あのメール、違うところへ行っていませんか」と言いました。実際のときと同じように行動してください。",
        'A colleague says: "Did that mail not go to the wrong place?" Act as you would in earnest.',
    ),
    "outside": _w(
        "社外の人から「心当たりのないメールが届いた」と連絡がありました。実際のときと同じように行動してください。",
        "Somebody outside says that a mail arrived which is not for them. Act as you would in earnest.",
    ),
}
_FINDERS: Final = {"sender": "sender", "staff": "colleague", "colleague": "colleague"}
"""Class of the reporter (`response.arrived`) → who finds it; everybody else is outside."""
_BECAME: Final = {
    "delivered": _w(
        "相手のメールサーバーは受け取っています。次に何を、誰の承認で行いますか。",
        "The other side's mail server has taken it. What do you do next, and who agrees to it first?",
    ),
    "stopped": _w(
        "一部はまだ出ていませんでした。止まったことを、何で確かめますか。",
        "Some of it had not left yet. By what do you know that it was stopped?",
    ),
}
_WHY: Final = {
    "not-flagged": _w(
        "送信前に確認は求められていませんでした。再発防止に何を変えますか。",
        "Nothing had been asked before it was sent. What do you change so that it does not happen again?",
    ),
    "flagged-and-confirmed": _w(
        "送信前に確認が出て、正しいと答えられていました。なぜそう見えたのでしょうか。",
        "It had been asked about, and the answer was that it is right. What made it look so?",
    ),
    "released-by-timeout": _w(
        "期限までに誰も答えず、そのまま送信されていました。設定をどうしますか。",
        "Nobody had answered in time, and it was sent. What do you do about that setting?",
    ),
    "bypass": _w(
        "確認の仕組みを通っていませんでした。ほかにも同じ経路がないか、どう調べますか。",
        "It had not gone through the checks. How do you find out whether more goes that way?",
    ),
    "other": _w(
        "原因はまだ分かっていません。誰に何を聞きますか。", "The cause is not known yet. Whom do you ask, and what?"
    ),
}


def scenario(shelves: Shelves, office: Office, ticket: Ticket) -> str | None:
    """The scenario as TOML of `response/drills`; None for a case that is not closed as a leak."""
    if ticket.state is not State.CLOSED:
        return None
    kind: Kind = office.manual_of(shelves, ticket.manual_version).kind or "wrong-recipient"
    found = shelves.learning.cause(ticket.id)
    cause = found.cause if found and found.cause in CAUSES else "other"
    return "\n".join(_lines(ticket, kind, cause, office.zone)) + "\n"


def name_of(ticket: Ticket, kind: Kind) -> str:
    """A name that tells one scenario from another, and nothing of the case."""
    return f"case-{kind}-{hashlib.sha256(f'scenario {ticket.id}'.encode()).hexdigest()[:6]}"


def _lines(ticket: Ticket, kind: Kind, cause: str, zone: ZoneInfo) -> Iterator[str]:
    subject, text = _MAILS[kind]
    at = ticket.reported_at.astimezone(zone)
    when = "night" if at.hour >= NIGHT[0] or at.hour < NIGHT[1] else "weekend" if at.weekday() > 4 else "day"  # noqa: PLR2004 - Saturday
    left = any(r.delivery == "delivered" for r in ticket.recipients)
    yield "# Made from a closed case: its kind, its size and how it was found; nothing else of it."
    yield f'name = "{name_of(ticket, kind)}"'
    yield f"title = {_toml(TITLES[kind])}"
    yield f"scene = {_toml(_SCENES[when])}"
    yield "minutes = 120\n\n[mail]"
    yield 'to = "tanaka"'
    yield f"subject = {_toml(subject)}"
    yield f"text = {_toml(text)}"
    if ticket.exposure.get("parts"):
        yield f"file = {_toml(_FILE)}"
    yield f"rows = {_rows(ticket)}"
    who = _FINDERS.get(ticket.reporter_class, "outside")
    yield from _inject(0, "sender" if who == "sender" else "colleague", _FOUND[who])
    yield from _inject(30, "leader", _BECAME["delivered" if left else "stopped"])
    yield from _inject(60, "leader", _WHY[cause])


def _rows(ticket: Ticket) -> int:
    """Persons, rounded up to a step: the very number would tell one case from another."""
    persons = int((ticket.exposure.get("persons") or {}).get("max") or 0)
    return next((step for step in STEPS if step >= persons), STEPS[-1])


def _inject(minute: int, to: str, words: Words) -> Iterator[str]:
    yield f'\n[[injects]]\nminute = {minute}\nto = "{to}"\nwords = {_toml(words)}'


def _toml(words: Words) -> str:
    """Both languages as an inline table; a JSON string of such words is a TOML string."""
    return f"{{ ja = {json.dumps(words.ja, ensure_ascii=False)}, en = {json.dumps(words.en)} }}"
