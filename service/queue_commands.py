"""Commands over held and waiting mail: queue, show, release, cancel, retry. They act in the store; a running gateway sees it at once."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway import answers, standstill
from gateway.decision import Decision, Outcome
from gateway.letting_go import QuickerError
from notifier.words import one_line, when
from service.console import (
    DEFAULT_CONFIG,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    counted,
    err,
    in_store,
    operator,
    out,
    settings_of,
    stop,
)
from service.opening import flow_options
from service.settings import Settings
from store.approvals import Round
from store.holds import Delivery, Hold, State
from store.ids import parse, shown
from store.shelves import Shelves

IdArgument = Annotated[str, typer.Argument(help="Number of the message, for example K7Q2-9MXD.")]
_ACTS = ("list", "resume", "freeze")
_OF_ONE = ("show", "release", "cancel", "retry")
_LONGEST = 1000
"""Messages of one listing."""
_ENDED = {Delivery.DELIVERED, Delivery.FAILED, Delivery.STOPPED}


def queue(
    act: Annotated[str, typer.Argument(help="list; or resume or freeze a whole store.")] = "list",
    number: Annotated[str, typer.Argument(hidden=True)] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is written into the audit log.")] = "",
    *,
    json: JsonOption = False,
) -> None:
    """Held and waiting messages; with --json one line each with the field names of `postqueue -j`."""
    _want_act(act, number)
    settings = settings_of(config)
    if act != "list":
        _stand_still(settings, reason, resume=act == "resume")
        return
    frozen, found, open_ = in_store(
        settings, lambda s: (s.high_water.frozen(), s.holds.open(limit=_LONGEST + 1), s.approvals.open())
    )
    holds, waiting = found[:_LONGEST], {of.group_id: of for of in open_}
    if frozen and not json:
        out.print(f"Frozen ({frozen.reason}) since {_at(frozen.since, settings)}: sekisho queue resume", markup=False)
    for hold in holds:
        if json:
            as_json(as_postqueue(hold, waiting.get(hold.group_id), ended=False))
        else:
            out.print(_line(hold, settings), markup=False)
            _print_waiting(hold, settings)
            _print_approval(waiting.get(hold.group_id), settings)
    if len(found) > _LONGEST:
        err.print(f"There are more: only the {_LONGEST} oldest are listed.")
    if not holds and not json:
        out.print("Nothing is held or waiting.")


def show(number: IdArgument, config: ConfigOption = DEFAULT_CONFIG, *, json: JsonOption = False) -> None:
    """One message: envelope, findings, states, what was said and decided. Never its content."""
    settings = settings_of(config)
    hold_id = number_of(number)
    hold, notices = in_store(settings, lambda s: (s.holds.get(hold_id), s.outbox.of_hold(hold_id)))
    if hold is None:
        stop(f"{number}: no such message", Exit.NO)
    rounds = in_store(settings, lambda s: s.approvals.of(hold.group_id))
    last = rounds[-1] if rounds else None
    if json:
        said = [{"kind": n.kind, "to": n.recipient, "state": n.state, "reply": n.reply} for n in notices]
        as_json(as_postqueue(hold, last) | {"verdict": hold.verdict, "decision": hold.decision, "notices": said})
        return
    out.print(_line(hold, settings), markup=False)
    out.print(f"  arrived {_at(hold.received_at, settings)}: {one_line(hold.subject)}", markup=False)
    _print_waiting(hold, settings)
    language = settings.organisation.language
    for finding in hold.verdict["findings"]:
        out.print(f"  {finding['rule']} ({finding['action']}): {finding['words'][language]}", markup=False)
    for of in rounds:
        _print_approval(of, settings)
    if hold.decided_at:
        out.print(f"  {hold.state} {_at(hold.decided_at, settings)} {hold.decided_by}", markup=False)
    for notice in notices:
        out.print(f"  notice {notice.kind} to {notice.recipient}: {notice.state} {notice.reply}", markup=False)


def release(
    number: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    reason: Annotated[
        str, typer.Option("--reason", help="Why; written into the audit log, and told to the sender and the admins.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="Who decides, as people know them; else your account here.")] = "",
) -> None:
    """Let a held or delayed message go now as it is, to everyone who waits. Its sender and the admins are told by whom and why."""
    _act(config, number, Decision("send", reason=reason.strip()), by.strip())


def cancel(number: IdArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Cancel a held message (it can be brought back for seven days), or stop one that was released and has not left."""
    settings, hold_id = settings_of(config), number_of(number)
    stopped = in_store(settings, lambda s: answers.stop_waiting(s, hold_id, operator()), write=True)
    if not stopped:
        _act(config, number, Decision("cancel"))
    else:
        out.print(f"{shown(hold_id)}: stopped for {stopped}.")


def retry(number: IdArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Try waiting recipients again now."""
    settings, hold_id = settings_of(config), number_of(number)

    def unit(shelves: Shelves) -> int | None:
        hold = shelves.holds.get(hold_id)
        if hold is None:
            return None
        waiting = [r for r in hold.recipients if r.state is Delivery.WAITING]
        return sum(
            shelves.deliveries.set(
                hold_id, r.position, Delivery.WAITING, reply=r.reply, next_try=shelves.now, seen=Delivery.WAITING
            )
            for r in waiting
        )

    count = in_store(settings, unit, write=True)
    if count is None:
        stop(f"{number}: no such message", Exit.NO)
    if not count:
        stop(f"{number}: nobody of this message is waiting", Exit.NO)
    out.print(f"{count} to be tried now.")


def _want_act(act: str, number: str) -> None:
    """Exit status 2 unless it is something that is done to the whole queue."""
    if act in _OF_ONE:
        stop(f"{act} is a command of its own: sekisho {act} {number or 'NUMBER'}", Exit.WRONG)
    if act not in _ACTS or number:
        stop(
            f"queue {act} {number}".rstrip() + ": write list, resume or freeze; for one message: sekisho show NUMBER",
            Exit.WRONG,
        )


def _stand_still(settings: Settings, reason: str, *, resume: bool) -> None:
    """Let the store go on after somebody has looked at it, or stop what runs by the clock."""
    if not resume:
        in_store(settings, lambda s: standstill.freeze(s, operator(), reason), write=True)
        out.print("Frozen: nothing is released or cancelled by itself.")
        return
    stood = in_store(settings, lambda s: standstill.resume(s, operator(), reason), write=True)
    if stood is None:
        stop("it is not frozen", Exit.NO)
    out.print(f"It goes on; deadlines moved by {counted(round(stood.total_seconds() / 60), 'minute')}.")


def number_of(text: str) -> str:
    """The number somebody typed; exit status 2 when it is none."""
    return parse(text) or stop(f"{text}: not a number like K7Q2-9MXD", Exit.WRONG)


def as_postqueue(hold: Hold, of: Round | None = None, *, ended: bool = True) -> dict[str, Any]:
    """The fields of `postqueue -j`, and ours beside them; `ended`: also recipients in an end state. `of`: the last request for approval."""
    recipients = [
        {"address": r.send_to, "state": str(r.state)} | ({"delay_reason": r.reply} if r.reply else {})
        for r in hold.recipients
        if ended or r.state not in _ENDED
    ]
    return {
        "queue_name": "hold" if hold.state is State.HELD else "deferred",
        "queue_id": shown(hold.id),
        "arrival_time": int(hold.received_at.timestamp()),
        "message_size": hold.size,
        "forced_expire": False,
        "sender": hold.reverse_path or "MAILER-DAEMON",
        "recipients": recipients,
        "reasons": sorted({f["rule"] for f in hold.verdict["findings"] if f["action"] not in {"note", "off"}}),
        "due": hold.deadline.isoformat() if hold.deadline else None,
        "leaves": hold.release_at.isoformat() if hold.delayed and hold.release_at else None,
        "silence": hold.silence or "cancel",
        "state": str(hold.state),
        "approvals": [
            {"person": p.address, "said": p.said or "nothing", "at": p.at.isoformat() if p.at else None}
            for p in (of.people if of else ())
        ],
    }


def _act(config: Path, number: str, decision: Decision, by: str = "") -> None:
    settings, hold_id, account = settings_of(config), number_of(number), operator()
    options = flow_options(settings)

    def unit(shelves: Shelves) -> Outcome | None:
        outcome = answers.decide(shelves, hold_id, decision, by or account, options, operator=True)
        if outcome and outcome.result == "done" and by not in {"", account}:
            shelves.audit.add(account, f"{decision.kind}-for", hold_id, {"by": by})
        return outcome

    try:
        outcome = in_store(settings, unit, write=True)
    except QuickerError:
        outcome = Outcome("already")
    if outcome is None:
        stop(f"{number}: no such message", Exit.NO)
    if outcome.result != "done":
        stop(f"{number}: is not held any more; `sekisho show {number}` says what became of it", Exit.NO)
    out.print(f"{shown(hold_id)}: {'released' if decision.kind == 'send' else 'cancelled'}.")


def _line(hold: Hold, settings: Settings) -> str:
    to = ", ".join(f"{r.send_to} ({r.state})" for r in hold.recipients)
    until = f", until {_at(hold.deadline, settings)}" if hold.deadline and hold.state is State.HELD else ""
    if hold.delayed and hold.release_at:
        until = f", leaves by itself {_at(hold.release_at, settings)}"
    return f"{shown(hold.id)}  {hold.state}{until}  {hold.size} octets  {hold.reverse_path or '<>'} → {to}"


def _print_waiting(hold: Hold, settings: Settings) -> None:
    """Why a recipient waits, since when, and when it is tried again."""
    for r in hold.recipients:
        if r.state is Delivery.WAITING:
            again = f", next try {_at(r.next_try, settings)}" if r.next_try else ""
            since = f" since {_at(r.changed_at, settings)}" if r.changed_at else ""
            out.print(f"  {r.send_to} waits{since}{again}: {one_line(r.reply) or 'not tried yet'}", markup=False)


def _print_approval(of: Round | None, settings: Settings) -> None:
    """Who was asked for a yes, by whom, and what they said."""
    if of is None:
        return
    ended = f", {of.state}{f' {_at(of.ended_at, settings)}' if of.ended_at else ''}" if not of.is_open else ""
    out.print(
        f"  approval asked by {of.asked_by} {_at(of.asked_at, settings)}: {one_line(of.why)}{ended}", markup=False
    )
    for person in of.people:
        said = f"{person.said} {_at(person.at, settings)}" if person.said and person.at else "has not answered"
        comment = f": {one_line(person.comment)}" if person.comment else ""
        out.print(f"    {person.address} {said}{comment}", markup=False)


def _at(time: datetime, settings: Settings) -> str:
    return when(time, settings.organisation.time_zone, settings.organisation.language)
