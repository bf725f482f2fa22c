"""A drill's debrief as text: in the language of the terminal."""

from collections.abc import Iterator
from typing import Final

from notifier.words import when
from response.debrief import CaseSheet, Sheet
from service.console import language as terminal_language
from service.settings import Settings
from store.ids import shown

NAMES: Final = {
    "known-superior": {"ja": "知ってから上司への報告まで", "en": "known → superior told"},
    "known-report": {"ja": "知ってから申告まで", "en": "known → reported"},
    "report-ticket": {"ja": "申告からチケットまで", "en": "reported → ticket"},
    "ticket-act": {"ja": "チケットから最初の行動まで", "en": "ticket → first act of a person"},
    "known-contained": {"ja": "知ってから拡大防止まで", "en": "known → contained"},
    "known-delete-request": {"ja": "知ってから削除の依頼まで", "en": "known → asked to delete"},
    "known-decision": {"ja": "知ってから判断まで", "en": "known → decided"},
    "known-draft": {"ja": "知ってから速報まで", "en": "known → preliminary report"},
}
STATES: Final = {
    "running": {"ja": "実施中", "en": "running"},
    "stopped": {"ja": "途中で停止", "en": "stopped"},
    "over": {"ja": "終了", "en": "over"},
}


def debrief(sheet: Sheet, settings: Settings) -> Iterator[str]:
    """Line by line."""
    language, zone = terminal_language(), settings.organisation.time_zone
    ja = language == "ja"
    drill = sheet.drill
    yield f"{shown(drill.id)}  {drill.title[language]}  {STATES[drill.state][language]}  {when(drill.started_at, zone, language)}"
    reported, players = sheet.reported
    yield f"  申告した人：{players} 人中 {reported} 人" if ja else f"  reported: {reported} of {players}"
    for case in sheet.cases:
        yield f"  {shown(case.ticket.id)}"
        yield from (f"    {line}" for line in _case(case, language))
    if not sheet.cases:
        yield "  まだ誰も申告していません。" if ja else "  Nobody has reported it."


def _case(case: CaseSheet, language: str) -> Iterator[str]:
    ja = language == "ja"
    for figure in case.figures:
        yield (
            f"{NAMES[figure.name][language]}：{span(figure.seconds, language)}"
            if ja
            else (f"{NAMES[figure.name][language]}: {span(figure.seconds, language)}")
        )
    early = [step.step for step in case.out_of_order]
    if early or case.written_before:
        yield (
            f"上司への報告より先：手順 {', '.join(early) or 'なし'}、相手へのメール {case.written_before} 通"
            if ja
            else f"before the superior was told: steps {', '.join(early) or 'none'}, mails to the other side {case.written_before}"
        )
    called = case.called
    yield (
        f"連絡網：{called.called} 人中 {called.reached} 人が対応"
        if ja
        else f"contact tree: {called.reached} of {called.called} acted"
    )
    missed = len(case.missed)
    yield f"期限までに終わらなかった手順：{missed}" if ja else f"steps due and not done: {missed}"


def span(seconds: float | None, language: str) -> str:
    """How long.

    >>> span(None, "en"), span(4.2, "en"), span(300, "en"), span(7500, "ja")
    ('did not happen', '4 s', '5 min', '2時間5分')
    """
    if seconds is None:
        return "なし" if language == "ja" else "did not happen"
    minutes = round(seconds // 60)
    if not minutes:
        return f"{round(seconds)}秒" if language == "ja" else f"{round(seconds)} s"
    hours, rest = divmod(minutes, 60)
    if language == "ja":
        return f"{hours}時間{rest}分" if hours else f"{rest}分"
    return f"{hours} h {rest} min" if hours else f"{rest} min"
