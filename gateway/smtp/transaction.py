"""One mail transaction on an open link: MAIL, RCPT, DATA, and an answer for every recipient (RFC 5321 3.3)."""

from dataclasses import dataclass, field

from gateway import replies
from gateway.content import Content
from gateway.options import NextHopOptions
from gateway.replies import Reply
from gateway.smtp import xforward
from gateway.smtp.link import Answer, Link, LinkError, LostError
from gateway.smtp.paths import is_mailbox, is_orcpt, is_recipient, is_xtext
from mail.envelope import Envelope, ForwardPath


@dataclass(slots=True)
class Result:
    """What came of a transaction."""

    answers: dict[str, Reply] = field(default_factory=dict)
    """By address."""
    handed_over: bool = False
    clean: bool = False
    """The link can be used again."""


class _Commands:
    """The commands up to DATA: all in one write where the next hop pipelines (RFC 2920), else one by one."""

    def __init__(self, link: Link, commands: list[str], timeout: float) -> None:
        self.pipelined = link.capabilities.pipelining
        self._link = link
        self._waiting = iter(commands)
        self._timeout = timeout
        if self.pipelined:
            link.write("".join(f"{command}\r\n" for command in commands).encode())

    async def answer(self) -> Answer:
        """To the next command. 421 is a connection lost while nothing was accepted. Raises LinkError."""
        command = next(self._waiting)
        if not self.pipelined:
            self._link.write(f"{command}\r\n".encode())
        answer = await self._link.answer(self._timeout)
        if answer.code == 421:  # noqa: PLR2004 - RFC 5321 3.8
            raise LostError(answer.reply())
        return answer


async def hand_over(link: Link, envelope: Envelope, content: Content, options: NextHopOptions) -> Result:
    """Raises LinkError only while nothing can have been accepted; after the final dot doubt is 451 (at least once)."""
    result = Result(dict.fromkeys(envelope.recipients, replies.NEXT_HOP_ODD))  # whatever comes: each has an answer
    paths = _sendable(link, envelope, result)
    if not paths:
        result.clean = True
        return result
    forward = xforward.command(envelope, link.capabilities.xforward)
    opening = [forward] if forward else []
    mail = _mail(link, envelope, content)
    commands = _Commands(
        link, [*opening, mail, *(_rcpt(link, path) for path in paths), "DATA"], options.command_timeout
    )
    for _ in opening:
        await commands.answer()  # whatever it says: it is for their log only
    if not await _sender_taken(commands, paths, result):
        return result
    accepted = [path.address for path in paths if await _recipient_taken(commands, path, result)]
    if not accepted and not commands.pipelined:
        await _forget(link, options, result)
        return result
    data = await commands.answer()
    if data.code != 354:  # noqa: PLR2004 - RFC 5321 4.3.2
        refusal = _never_good(data)
        result.answers.update(dict.fromkeys(accepted, refusal))
        await _forget(link, options, result)
    elif accepted:
        await _send(link, content, accepted, options, result)
    # 354 for nobody: the link is not clean, and cutting it off is the one way not to send an empty message.
    return result


def _sendable(link: Link, envelope: Envelope, result: Result) -> list[ForwardPath]:
    """The paths that may stand in a command; the others are answered here."""
    sender, can = envelope.reverse_path, link.capabilities
    refusal = None
    if sender and not is_mailbox(sender):
        refusal = replies.BAD_SENDER
    elif not sender.isascii() and not envelope.smtputf8:
        refusal = replies.NEEDS_SMTPUTF8
    elif envelope.smtputf8 and not can.smtputf8:
        refusal = replies.NEXT_HOP_ASCII  # it offered it when we did: not for good
    good = []
    for path in envelope.forward_paths:
        if reply := refusal or _unsendable(path.address, envelope):
            result.answers[path.address] = reply
        else:
            good.append(path)
    return good


def _unsendable(address: str, envelope: Envelope) -> Reply | None:
    if not is_recipient(address):
        return replies.BAD_RECIPIENT
    return replies.NEEDS_SMTPUTF8 if not address.isascii() and not envelope.smtputf8 else None


def _mail(link: Link, envelope: Envelope, content: Content) -> str:
    """MAIL with what the next hop offers. AUTH= is not carried on: we do not sign in there (RFC 4954 5)."""
    can = link.capabilities
    words = [f"MAIL FROM:<{envelope.reverse_path}>"]
    if can.sizes:
        words.append(f"SIZE={content.size}")
    if can.eight_bit_mime and envelope.body in {"7BIT", "8BITMIME"}:
        words.append(f"BODY={envelope.body}")
    if can.smtputf8 and envelope.smtputf8:
        words.append("SMTPUTF8")
    if can.dsn and envelope.ret in {"FULL", "HDRS"}:
        words.append(f"RET={envelope.ret}")
    if can.dsn and is_xtext(envelope.envid):
        words.append(f"ENVID={envelope.envid}")
    return " ".join(words)


def _rcpt(link: Link, path: ForwardPath) -> str:
    words = [f"RCPT TO:<{path.address}>"]
    if link.capabilities.dsn:
        if path.notify and set(path.notify) <= {"NEVER", "SUCCESS", "FAILURE", "DELAY"}:
            words.append(f"NOTIFY={','.join(path.notify)}")
        if is_orcpt(path.orcpt):
            words.append(f"ORCPT={path.orcpt}")
    return " ".join(words)


async def _sender_taken(commands: _Commands, paths: list[ForwardPath], result: Result) -> bool:
    mail = await commands.answer()
    if mail.accepted:
        return True
    refusal = mail.reply()
    result.answers.update((path.address, refusal) for path in paths)
    result.clean = mail.code >= 400  # noqa: PLR2004 - a refusal by the book
    if commands.pipelined:
        rest = [await commands.answer() for _ in (*paths, "DATA")]
        result.clean = result.clean and rest[-1].code >= 400  # noqa: PLR2004
    return False


async def _recipient_taken(commands: _Commands, path: ForwardPath, result: Result) -> bool:
    answer = await commands.answer()
    if answer.accepted:
        return True  # its answer is the one to the content
    reply = answer.reply()
    if answer.code == 552:  # noqa: PLR2004 - RFC 5321 4.5.3.1.10: of old "too many recipients", and not for good
        reply = Reply(452, "4.5.3 " + reply.text.partition(" ")[2])
    result.answers[path.address] = reply
    return False


async def _send(link: Link, content: Content, accepted: list[str], options: NextHopOptions, result: Result) -> None:
    """The content and its final dot; the one answer is that of all who were accepted."""
    whole = await link.content(content.wire(), options.data_timeout)
    try:
        answer = await link.answer(options.data_timeout)
    except LinkError as error:
        if not whole:
            raise
        result.answers.update(dict.fromkeys(accepted, error.reply))  # perhaps they have it
        return
    reply = answer.reply() if whole else _never_good(answer)
    result.handed_over = reply.accepted
    result.clean = whole and answer.code >= 200 and answer.code // 100 != 3 and answer.code != 421  # noqa: PLR2004
    result.answers.update(dict.fromkeys(accepted, reply))


def _never_good(answer: Answer) -> Reply:
    """The reply to something that cannot have succeeded."""
    reply = answer.reply()
    return replies.NEXT_HOP_ODD if reply.accepted else reply


async def _forget(link: Link, options: NextHopOptions, result: Result) -> None:
    """RSET, so that the link can be used again; the answers stand whatever comes of it."""
    try:
        result.clean = (await link.ask("RSET", options.command_timeout)).code == 250  # noqa: PLR2004
    except LinkError:
        result.clean = False
