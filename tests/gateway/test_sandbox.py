import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import msgspec
import pytest

from gateway import sandbox_limits
from gateway.content import Content, stuffed
from gateway.inspect import COMPARED, RECIPIENTS, Inspection, Job, inspect, inspect_small
from gateway.options import SandboxOptions
from gateway.sandbox import LARGE, BusyError, Sandbox, SandboxError
from gateway.smtp.collector import DataCollector
from mail.envelope import Client, Envelope, ForwardPath
from rules.base import Action, Facts, RecipientFacts
from rules.examples import contact
from rules.verdict import Policy, RuleSettings
from store.clock import Clock
from tests.mail.making import SHARED, attached, message

STRANGE_FILE = Path(__file__).parent / "strange_worker.py"
STRANGE = (sys.executable, "-I", str(STRANGE_FILE))
CUSTOMERS = "氏名,電話番号,住所\n" + "".join(
    f"山田{n},090-1234-{n:04},東京都千代田区丸の内1-1-{n}\n" for n in range(10, 40)
)
JOB = Job(
    Envelope(
        "q1",
        "a@tachibana.example",
        (ForwardPath("b@customer.example"),),
        Client("127.0.0.1"),
        datetime(2026, 4, 1, tzinfo=UTC),
    ),
    Facts(date(2026, 4, 1), frozenset({"tachibana.example"})),
    Policy(),
)


def told(act: str) -> bytes:
    """A message that tells the strange worker what to do."""
    return f"X-Do: {act}\r\n".encode() + attached(b"a,b\n", "a.csv")


@asynccontextmanager
async def sandbox(command: tuple[str, ...] | None = STRANGE, **options: int) -> AsyncIterator[Sandbox]:
    settings = SandboxOptions(**({"processes": 1} | options))
    found = Sandbox(settings, Clock(), command) if command else Sandbox(settings, Clock())
    await found.start()
    try:
        yield found
    finally:
        await found.stop()


def reasons(found: Inspection) -> set[str]:
    return {f.reason for f in found.verdict.findings if f.rule == "content-uninspectable"}


async def test_a_message_is_judged_the_same_inside_and_outside() -> None:
    content = attached(CUSTOMERS.encode(), "顧客.csv".encode().decode("latin-1"))
    async with sandbox(None) as box:
        found = await box.inspect(content, JOB)
    assert found == inspect(content, JOB)
    assert found.verdict.disposition == "hold"
    assert found.parts[1][1] == inspect(content, JOB).parts[1][1]


async def test_a_spooled_message_is_judged_the_same_and_no_process_can_alter_it() -> None:
    dotted = attached(CUSTOMERS.encode() + b"row\r\n" * 70_000, "a.csv") + b"\r\n.\r\n..x\r\n"
    collector = DataCollector(10**9, 1000)
    collector.feed(stuffed(dotted) + b".\r\n")
    content = collector.content()
    with content.spooled() as (descriptor, _, _, dots):
        assert dots
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(descriptor, b"x")
        mode = os.fstat(descriptor).st_mode
    assert mode & 0o222 == 0  # nor can it be opened anew to write
    async with sandbox(None) as box:
        assert await box.inspect(content, JOB) == inspect(dotted, JOB)
        content.cut(0, dotted.index(b"\r\n") + 2)
        assert await box.inspect(content, JOB) == inspect(dotted[dotted.index(b"\r\n") + 2 :], JOB)
    content.close()


async def test_a_policy_is_told_once_and_again_when_it_is_another() -> None:
    quiet = replace(JOB, policy=Policy({"content-personal-data": RuleSettings(Action.OFF, None)}))
    content = attached(CUSTOMERS.encode(), "a.csv")
    async with sandbox(None) as box:
        found = [(await box.inspect(content, job)).verdict.disposition for job in (JOB, JOB, quiet, quiet, JOB)]
    assert found == ["hold", "hold", "pass", "pass", "hold"]


async def test_no_text_comes_back() -> None:
    async with sandbox(None) as box:
        found = await box.inspect(attached(CUSTOMERS.encode(), "a.csv"), JOB)
    assert "山田" not in msgspec.json.encode(found).decode()


async def test_small_plain_mail_is_read_without_a_process() -> None:
    box = Sandbox(SandboxOptions(), Clock())  # never started: waiting for a process would never end
    found = await asyncio.wait_for(box.inspect(message(b"hello\r\n"), JOB), 10)
    assert found.verdict.disposition == "pass"


@pytest.mark.parametrize(
    ("act", "reason", "options"),
    [
        ("spin", "limit", {"cpu": 1}),
        ("spin", "limit", {"wall": 1}),
        ("wait", "limit", {"wall": 1}),
        ("eat", "limit", {"memory": 400 * 1024 * 1024}),
        ("recurse", "limit", {}),
        ("crash", "own_fault", {}),
        ("abort", "limit", {}),
        ("leave", "own_fault", {}),
        ("nonsense", "own_fault", {}),
        ("long", "own_fault", {}),
    ],
)
async def test_a_reader_that_fails_costs_one_message_and_is_a_finding(
    act: str, reason: str, options: dict[str, int]
) -> None:
    async with sandbox(STRANGE, **options) as box:
        found = await box.inspect(told(act), JOB)
        assert found.lost == (reason,)
        assert reasons(found) == {reason}
        after = await box.inspect(attached(CUSTOMERS.encode(), "a.csv"), JOB)
        assert after.lost == ()
        assert after.verdict.disposition == "hold"
        assert box.restarts == 1


def letter(*texts: str) -> bytes:
    """A message with a file of each text, the first of them with a list of customers."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = "a@tachibana.example", "b@customer.example"
    made.set_content("see the files")
    for number, text in enumerate(texts):
        made.add_attachment(text, filename=f"file{number}.txt")
    return made.as_bytes()


@pytest.mark.parametrize(
    ("act", "reason", "options"),
    [
        ("spin", "limit", {"cpu": 1}),
        ("crash", "own_fault", {}),
        ("abort", "limit", {}),
        ("leave", "own_fault", {}),
    ],
)
async def test_a_part_that_ends_its_process_is_named_and_all_others_are_read(
    act: str, reason: str, options: dict[str, int]
) -> None:
    async with sandbox(STRANGE, **options) as box:
        found = await box.inspect(letter("nothing", f"DO: {act}", CUSTOMERS), JOB)
        assert found.lost == (reason,)
        (finding,) = (f for f in found.verdict.findings if f.rule == "content-uninspectable")
        assert (finding.about.part, finding.reason) == ("file1.txt", reason)
        assert "content-personal-data" in {f.rule for f in found.verdict.findings}
        assert [name for name, _ in found.parts] == ["", "file0.txt", "file1.txt", "file2.txt"]
        assert box.restarts == 1


async def test_two_parts_that_end_their_process_are_left_out_and_three_are_too_many() -> None:
    async with sandbox() as box:
        found = await box.inspect(letter("DO: crash", "DO: leave", CUSTOMERS), JOB)
        assert "content-personal-data" in {f.rule for f in found.verdict.findings}
        assert {f.about.part for f in found.verdict.findings if f.reason == "own_fault"} == {"file0.txt", "file1.txt"}
        found = await box.inspect(letter("DO: crash", "DO: leave", "DO: crash", CUSTOMERS), JOB)
        assert reasons(found) == {"own_fault"}
        assert found.parts == ()


async def test_all_attempts_together_take_no_longer_than_one_may() -> None:
    async with sandbox(STRANGE, wall=2) as box:
        started = time.monotonic()
        found = await box.inspect(letter("DO: crash", "DO: wait", CUSTOMERS), JOB)
        assert reasons(found) == {"limit"}
        assert time.monotonic() - started < 10


async def test_nothing_is_read_again_once_the_sandbox_has_stopped() -> None:
    async with sandbox() as box:
        waiting = asyncio.create_task(box.inspect(letter("DO: wait"), JOB))
        await _sent()
    assert reasons(await waiting) == {"limit"}
    assert not box._workers


async def test_a_process_killed_in_the_middle_costs_its_message_only() -> None:
    async with sandbox() as box:
        pid = int((await box.inspect(told("process"), JOB)).alterable)
        waiting = asyncio.create_task(box.inspect(told("wait"), JOB))
        await _sent()
        os.kill(pid, signal.SIGKILL)
        assert reasons(await asyncio.wait_for(waiting, 30)) == {"limit"}
        assert (await box.inspect(attached(b"a,b\n", "a.csv"), JOB)).lost == ()


async def _sent() -> None:
    """Until the message is in the pipe of the process."""
    for _ in range(100):
        await asyncio.sleep(0)


async def test_recipients_are_judged_though_the_content_was_not_read() -> None:
    many = ", ".join(f"user{n}@customer{n}.example" for n in range(12))
    paths = tuple(ForwardPath(f"user{n}@customer{n}.example") for n in range(12))
    content = told("leave").replace(b"To: <b@customer.example>", f"To: {many}".encode())
    async with sandbox() as box:
        found = await box.inspect(content, replace(JOB, envelope=replace(JOB.envelope, forward_paths=paths)))
    assert {"content-uninspectable", "recipient-too-many-external"} <= {f.rule for f in found.verdict.findings}


@pytest.mark.parametrize("act", ["file", "overwrite", "empty", "new", "connect", "run", "fork", "signal"])
async def test_a_process_can_reach_nothing(act: str) -> None:
    before = STRANGE_FILE.read_bytes()
    async with sandbox() as box:
        if "system_calls" not in box.isolation:
            pytest.skip("this kernel takes no system call filter")
        found = await box.inspect(told(act), JOB)
        assert found.alterable.endswith("Error") or found.lost
        assert found.alterable != "done"
    assert STRANGE_FILE.read_bytes() == before


async def test_a_process_knows_no_variable_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_SECRET", "x")
    async with sandbox() as box:
        found = await box.inspect(told("environment"), JOB)
    assert "SECRET" not in found.alterable
    assert set(msgspec.json.decode(found.alterable.replace("'", '"'))) <= {"LC_CTYPE"}


async def test_what_holds_is_said() -> None:
    async with sandbox(None) as box:
        assert {"address_space", "core", "files", "parent", "privileges", "processes", "writing"} <= set(box.isolation)
        assert "network" in box.isolation


async def test_a_process_is_replaced_after_its_number_of_messages() -> None:
    async with sandbox(messages=2) as box:
        pids = [(await box.inspect(told("process"), JOB)).alterable for _ in range(5)]
    assert pids[0] == pids[1] != pids[2]
    assert pids[2] == pids[3] != pids[4]
    assert box.restarts == 0


async def test_a_large_relay_does_not_make_its_processes_look_large() -> None:
    large = b"x" * (400 * 1024 * 1024)
    async with sandbox() as box:
        pids = {(await box.inspect(told("process"), JOB)).alterable for _ in range(3)}
    assert len(pids) == 1
    del large


async def test_a_process_that_kept_too_much_is_replaced() -> None:
    async with sandbox(memory=600 * 1024 * 1024) as box:
        first = (await box.inspect(told("process"), JOB)).alterable
        await box.inspect(told("keep"), JOB)
        assert (await box.inspect(told("process"), JOB)).alterable != first
        assert box.restarts == 1


async def test_no_more_processes_work_than_were_allowed() -> None:
    async with sandbox(processes=2) as box:
        found = await asyncio.gather(*(box.inspect(told("process"), JOB) for _ in range(20)))
    assert len({f.alterable for f in found}) <= 2


async def test_ordinary_mail_does_not_wait_behind_large_mail() -> None:
    large = told("wait") + b"x" * LARGE
    async with sandbox(processes=2) as box:
        first, second = (asyncio.create_task(box.inspect(large, JOB)) for _ in range(2))
        await _sent()
        found = await asyncio.wait_for(box.inspect(attached(b"a,b\n", "a.csv"), JOB), 30)
        assert found.lost == ()
        assert not first.done()
        assert not second.done()
    assert (await first).lost == ("limit",)
    with pytest.raises(BusyError):
        await second


async def test_mail_for_which_no_process_becomes_free_is_put_off() -> None:
    async with sandbox(wait=4) as box:
        waiting = [asyncio.create_task(box.inspect(told("wait"), JOB)) for _ in range(2)]
        await _sent()
        with pytest.raises(BusyError):
            await box.inspect(told("wait"), JOB)
        assert not any(one.done() for one in waiting)
    assert {(await one).lost for one in waiting} == {("limit",)}


async def test_ordinary_mail_does_not_wait_behind_mail_that_takes_long_whatever_its_size() -> None:
    async with sandbox(wait=15) as box:
        first = (await box.inspect(told("process"), JOB)).alterable
        long = asyncio.create_task(box.inspect(told("wait"), JOB))
        await _sent()
        second = (await box.inspect(told("process"), JOB)).alterable
        assert not long.done()
        os.kill(int(first), signal.SIGKILL)
        assert (await long).lost == ("limit",)
        assert first != second == (await box.inspect(told("process"), JOB)).alterable
        assert (len(box._workers), box._lent) == (1, 0)


async def test_who_gives_up_waiting_leaves_no_process_behind() -> None:
    async with sandbox() as box:
        pid = int((await box.inspect(told("process"), JOB)).alterable)
        waiting = asyncio.create_task(box.inspect(told("wait"), JOB))
        await _sent()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (await box.inspect(told("process"), JOB)).alterable not in {"", str(pid)}
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_stopping_leaves_no_process_behind() -> None:
    async with sandbox(processes=2) as box:
        pid = int((await box.inspect(told("process"), JOB)).alterable)
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_stopping_while_a_message_is_read_and_a_process_starts_leaves_nothing_behind() -> None:
    async with sandbox(processes=2) as box:
        await box.inspect(told("leave"), JOB)  # its successor is starting
        reading = asyncio.create_task(box.inspect(told("wait"), JOB))
        await _sent()
    assert (await reading).lost == ("limit",)
    await _sent()
    assert not box._workers


async def test_a_process_that_does_not_start_is_an_error_at_the_start_and_a_finding_later() -> None:
    with pytest.raises(SandboxError):
        await Sandbox(SandboxOptions(processes=1), Clock(), ("/bin/false",)).start()
    with pytest.raises(SandboxError):
        await Sandbox(SandboxOptions(processes=1), Clock(), ("/nonexistent",)).start()
    async with sandbox() as box:
        await box.inspect(told("process"), JOB)
        box._command = ("/bin/false",)
        assert reasons(await box.inspect(told("leave"), JOB)) == {"own_fault"}
        assert reasons(await box.inspect(told("process"), JOB)) == {"own_fault"}
        box._command = STRANGE
        assert (await box.inspect(told("process"), JOB)).lost == ()


def test_a_process_ends_when_its_parent_is_gone() -> None:
    worker = "import sys; from gateway import sandbox_worker; sandbox_worker.main(sys.argv[1:])"
    command = [sys.executable, "-I", "-c", worker, str(1024**3), "20"]
    gone = subprocess.run([*command, "1"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True)
    assert gone.stdout == b""  # not even that it is ready
    there = subprocess.run(
        [*command, str(os.getpid())], stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True
    )
    assert b"isolation" in there.stdout


def test_an_unknown_machine_gets_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "vax")
    assert not sandbox_limits._filter_calls()


async def test_hostile_mail_and_all_samples_are_answered_in_time() -> None:
    contents = [path.read_bytes() for path in sorted((SHARED / "hostile").glob("*.eml"))]
    contents += [attached(path.read_bytes(), "file") for path in sorted((SHARED / "data/content/files").iterdir())]
    contents += [path.read_bytes() for path in sorted((SHARED / "corpus").rglob("*")) if path.is_file()]
    slowest = 0.0
    async with sandbox(None, processes=2, messages=10_000) as box:
        for content in contents:
            started = time.monotonic()
            found = await box.inspect(content, JOB)
            slowest = max(slowest, time.monotonic() - started)
            assert "own_fault" not in found.lost
        assert box.restarts <= 5
    assert slowest < 10


def test_many_contacts_to_compare_are_not_compared_in_the_event_loop() -> None:
    near = tuple(contact(f"{number}kimura@customer.example") for number in range(50))
    addresses = [f"kimura@customer{number}.example" for number in range(COMPARED // 50 + 1)]
    known = {address: RecipientFacts(candidates=near) for address in addresses}
    few, many = ({a: known[a] for a in addresses[:count]} for count in (-1, None))
    assert inspect_small(message(), replace(JOB, facts=replace(JOB.facts, recipients=few)))
    assert inspect_small(message(), replace(JOB, facts=replace(JOB.facts, recipients=many))) is None


def test_very_many_recipients_are_not_judged_in_the_event_loop_though_nobody_is_near() -> None:
    known = {f"kimura@customer{number}.example": RecipientFacts() for number in range(RECIPIENTS + 1)}
    few = dict(list(known.items())[:-1])
    assert inspect_small(message(), replace(JOB, facts=replace(JOB.facts, recipients=few)))
    assert inspect_small(message(), replace(JOB, facts=replace(JOB.facts, recipients=known))) is None


def test_the_header_that_was_read_in_the_loop_is_that_of_the_content() -> None:
    plain = b"Subject: one\r\nTo: b@customer.example\r\n\r\n..two\r\n"
    content = Content.from_plain(plain).prefixed(b"Received: us\r\n")
    found = inspect_small(plain, JOB)
    assert found is not None
    assert found.headers is not None
    assert found.headers.fields == content.headers.fields
    assert found.headers.subject == content.headers.subject == "one"


def test_a_library_that_takes_no_limits_gets_less_time_and_what_was_allowed_comes_back() -> None:
    allowed = resource.getrlimit(resource.RLIMIT_CPU)
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    with sandbox_limits.within(3600):
        soft, _ = resource.getrlimit(resource.RLIMIT_CPU)
        assert used + 3600 <= soft <= used + 3700
        with sandbox_limits.within(7200):
            assert resource.getrlimit(resource.RLIMIT_CPU)[0] == soft
    assert resource.getrlimit(resource.RLIMIT_CPU) == allowed
