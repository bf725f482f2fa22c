"""One function per event of a message, so that each log line has one spelling. Ids and counts; never content, values or tokens."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from gateway.replies import Reply
from mail.envelope import Envelope
from rules.verdict import Verdict

_log = structlog.get_logger("sekisho")


def _rules(verdict: Verdict) -> list[str]:
    return sorted({finding.rule for finding in verdict.findings})


def passed(envelope: Envelope, verdict: Verdict, reply: Reply, *, gate: str, size: int, seconds: float) -> None:
    """The next hop's answer went back to the client."""
    _log.info(
        "passed",
        queue_id=envelope.id,
        client=envelope.client.address,
        sender=envelope.reverse_path,
        recipients=len(envelope.forward_paths),
        size=size,
        gate=gate,
        rules=_rules(verdict),
        reply=str(reply),
        ms=round(seconds * 1000),
    )


def held(
    envelope: Envelope, verdict: Verdict, hold_id: str, *, asked: int, seconds: float, until: datetime | None = None
) -> None:
    """Message and question are on disk; or (`until`) it leaves by itself then, and nobody need be asked."""
    _log.info(
        "delayed" if until else "held",
        queue_id=envelope.id,
        hold_id=hold_id,
        client=envelope.client.address,
        sender=envelope.reverse_path,
        recipients=len(envelope.forward_paths),
        rules=_rules(verdict),
        asked=asked,
        ms=round(seconds * 1000),
        **({"until": until.isoformat()} if until else {}),
    )


def refused(envelope: Envelope, reply: Reply, reason: str, verdict: Verdict | None = None) -> None:
    """Not accepted; the mail server before us keeps the message or tells its sender. `verdict`: where rules refused it."""
    _log.warning(
        "refused",
        queue_id=envelope.id,
        client=envelope.client.address,
        sender=envelope.reverse_path,
        reply=str(reply),
        reason=reason,
        **({"rules": _rules(verdict)} if verdict else {}),
    )


def not_inspected(envelope: Envelope, reason: str) -> None:
    """The content, or a fact about it, could not be had; a finding says so too."""
    _log.warning("not inspected", queue_id=envelope.id, reason=reason)


def remainder(envelope: Envelope, hold_id: str, recipients: int) -> None:
    """Some recipients were refused for now and are kept."""
    _log.info("remainder kept", queue_id=envelope.id, hold_id=hold_id, recipients=recipients)


def many_held(sender: str) -> None:
    """Many messages of one sender are being held; the admins hear of it."""
    _log.warning("many held", sender=sender)


def decided(hold_id: str, kind: str, by: str, result: str) -> None:
    """Somebody answered a question."""
    _log.info("decided", hold_id=hold_id, decision=kind, by=by, result=result)


def approval(hold_id: str, event: str, by: str, *, people: int = 0) -> None:
    """Somebody else's yes was asked for, given, refused, or asked of others; never who said what in words."""
    _log.info("approval", hold_id=hold_id, event_kind=event, by=by, **({"people": people} if people else {}))


def tried(hold_id: str, queue_id: str, states: Sequence[str], reply: str) -> None:
    """Released recipients were handed over, or not."""
    _log.info("released", hold_id=hold_id, queue_id=queue_id, states=list(states), reply=reply)


def cannot_spool(reason: str) -> None:
    """A large message could not be written to its file, and was answered 451 or 452: an operator must look at disk and folder."""
    _log.error("cannot spool", reason=reason)


def cannot_release(hold_id: str, reason: str) -> None:
    """The content of a hold cannot be read: an operator must look."""
    _log.error("cannot release", hold_id=hold_id, reason=reason)


def expired(hold_id: str) -> None:
    """The deadline passed without an answer."""
    _log.info("expired", hold_id=hold_id)


def unanswered(hold_id: str, outcome: str) -> None:
    """Nobody answered or cancelled in time: it left by itself, went to a deputy, or is asked about after all."""
    _log.info("unanswered", hold_id=hold_id, outcome=outcome)


def reported(envelope: Envelope, ticket_id: str) -> None:
    """A mail to the report address opened or joined a ticket."""
    _log.info("reported", queue_id=envelope.id, ticket_id=ticket_id)


def answered(envelope: Envelope, hold_id: str, result: str) -> None:
    """A mail came to the answer address; which hold it is about, "" for none, and what became of it."""
    _log.info("answered by mail", queue_id=envelope.id, hold_id=hold_id, result=result)


def gate_set(position: str, by: str, group: str, reason: str) -> None:
    """An operator moved the gate, and this process has seen it."""
    _log.warning("gate", position=position, by=by, group=group, reason=reason)


def gate_unreadable(error: str) -> None:
    """The gate's file is damaged: everything is judged and held as normal until it is written anew."""
    _log.error("gate file unreadable", error=error)


def duty_failed(duty: str, error: str) -> None:
    """A duty could not run this time; it runs again."""
    _log.error("duty failed", duty=duty, error=error)


def clock_jumped(seconds: float) -> None:
    """Wall clock and monotonic clock disagree: nothing expires until they agree again."""
    _log.error("clock jumped", seconds=round(seconds))


def sent_away(client: str, reply: Reply) -> None:
    """A connection was ended by us: silence, drops, errors or commands without end."""
    _log.warning("client sent away", client=client, reply=str(reply))


def no_tls(client: str, error: Exception) -> None:
    """A handshake failed."""
    _log.warning("handshake failed", client=client, error=type(error).__name__)


def fault(event: str, error: BaseException, **ids: str) -> None:
    """An error of ours, by kind and place. Its words stay out: they may be the message's."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
    _log.error(event, error=type(error).__name__, place=place, **ids)


def frozen(reason: str) -> None:
    """The store came back from a backup, or may have: nothing is released, expired or reminded of until `sekisho queue resume`."""
    _log.error("store frozen", reason=reason)


def signed_in(person: str, place: str, way: str) -> None:
    """Somebody signed in at the pages."""
    _log.info("signed in", by=person, place=place, way=way)


def not_signed_in(place: str, way: str, reason: str) -> None:
    """Somebody was not signed in; the address that was typed stays out."""
    _log.warning("not signed in", place=place, way=way, reason=reason)


def audit_head(seq: int, sha256: str, keyed_since: datetime | None) -> None:
    """The newest entry of the audit log, and since when it is keyed: kept here, too, a chain that was made anew is found out."""
    _log.info("audit head", seq=seq, sha256=sha256, keyed_since=keyed_since.isoformat() if keyed_since else "")
