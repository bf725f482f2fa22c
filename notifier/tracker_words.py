"""How a ticket is said to an outside tracker: counts, times and words of closed lists, in the house's language; nothing of the mail."""

from collections.abc import Mapping
from datetime import datetime

from notifier.words import when

_STATES: Mapping[str, Mapping[str, str]] = {
    "open": {"ja": "対応中", "en": "open"},
    "contained": {"ja": "拡大防止済み", "en": "contained"},
    "assessed": {"ja": "評価済み", "en": "assessed"},
    "reported": {"ja": "当局へ報告済み", "en": "reported to the authority"},
    "closed": {"ja": "完了", "en": "closed"},
    "not-a-leak": {"ja": "完了（漏えいではない）", "en": "closed: not a leak"},
    "duplicate": {"ja": "完了（他のチケットと重複）", "en": "closed: double of another ticket"},
}
_LABELS: Mapping[str, Mapping[str, str]] = {
    "state": {"ja": "状態", "en": "State"},
    "sent": {"ja": "送信", "en": "Sent"},
    "first_known": {"ja": "最初に知った時刻", "en": "First known"},
    "reported": {"ja": "申告", "en": "Reported"},
    "opened": {"ja": "チケット作成", "en": "Ticket opened"},
    "superior_told": {"ja": "上司への報告", "en": "Superior told"},
    "contained": {"ja": "拡大防止", "en": "Contained"},
    "confirmed": {"ja": "事実確認", "en": "Confirmed"},
    "closed": {"ja": "完了", "en": "Closed"},
    "due": {"ja": "次の手順の期限", "en": "Next step due"},
    "deadline": {"ja": "次の法定期限", "en": "Next legal deadline"},
    "persons": {"ja": "対象者数", "en": "Persons"},
    "link": {"ja": "チケットのページ", "en": "The ticket's page"},
}
_TIMES = frozenset(
    (
        "sent",
        "first_known",
        "reported",
        "opened",
        "superior_told",
        "contained",
        "confirmed",
        "closed",
        "due",
        "deadline",
    )
)
_LAST = {
    "ja": "このチケットは Sekisho が更新します。メールの内容や個人情報は、ここに書かずに上のページに記録してください。",
    "en": "Sekisho keeps this ticket up to date. Please record nothing of the mail and no personal data here, but on the page above.",
}
_UNKNOWN = {"ja": "不明", "en": "unknown"}


def summary(number: str, state: str, language: str) -> str:
    """One line: [K7Q2-9MXD] Misdirected mail (open)."""
    said = _STATES[state][language]
    return f"[{number}] 誤送信の対応（{said}）" if language == "ja" else f"[{number}] Misdirected mail ({said})"


def text(facts: Mapping[str, str], language: str, zone: str) -> str:
    """A line a fact, times as people say them, and the way to our page."""
    lines = []
    for name, label in _LABELS.items():
        if said := _said(name, facts, language, zone):
            lines.append(f"{label[language]}{'：' if language == 'ja' else ': '}{said}")
    return "\n".join([*lines, "", _LAST[language]])


def _said(name: str, facts: Mapping[str, str], language: str, zone: str) -> str:
    if name == "state":
        return _STATES[facts["state"]][language]
    if name == "persons":
        least, most = (
            _UNKNOWN[language] if facts[f"persons_{end}"] == "unknown" else facts[f"persons_{end}"]
            for end in ("min", "max")
        )
        return f"{least}～{most}" if language == "ja" else f"{least} to {most}"
    if name in _TIMES:
        return when(datetime.fromisoformat(facts[name]), zone, language) if facts[name] else ""
    return facts[name]
