"""sandbox_limits: what a process gives up before it reads what strangers wrote: memory, time, files, network, other programs.

Linux only; whatever the kernel refuses is left out of the list that comes back, so that `sekisho check` can say it.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
_FILES = 32
_MIB = 1024 * 1024

# linux/audit.h, and the numbers of arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h:
# network, other programs and processes, names of files, other namespaces. Reading stays: modules are imported late.
# Then open(2) and openat(2) with the place of their flags, and tgkill(2), by which a process ends itself (abort(3)).
_ARCHITECTURES = {
    "x86_64": (
        0xC000003E,
        (
            "41 42 43 44 46 49 50 53 56 57 58 59 62 76 77 82 83 84 85 86 87 88 90 91 92 93 94 101 165 166 200 248 249 250 258 259 "
            "260 263 264 265 266 268 272 298 304 307 308 310 311 316 321 322 424 425 434 435 437"
        ),
        ((2, 1), (257, 2)),
        234,
    ),
    "aarch64": (
        0xC00000B7,
        (
            "33 34 35 36 37 38 39 40 45 46 52 53 54 55 97 117 129 130 198 199 200 201 202 203 206 211 217 218 219 220 221 241 265 "
            "268 269 270 271 276 280 281 424 425 434 435 437"
        ),
        ((56, 2),),
        131,
    ),
}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_X32 = 0x40000000
_EPERM = 1


def close_in(memory: int, parent: int) -> tuple[str, ...]:
    """Give everything up for good; exits when the parent is already gone.

    Returns what holds: address_space, core, files, network, parent, privileges, processes, system_calls, writing.
    """
    held = ["parent"] if _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) == 0 else []
    if os.getppid() != parent:
        os._exit(0)
    held += [name for name, limit, value in _limits(memory) if _limit(limit, value)]
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        held.append("privileges")
    # In a network namespace of its own there is no way out, not even the loopback.
    apart = _LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) == 0
    filtered = _filter_calls()
    if apart or filtered:
        held.append("network")
    if filtered:
        held.append("system_calls")
    return tuple(sorted(held))


def keep_memory() -> None:
    """Keep what was freed for the next message (mallopt(3)): asking the kernel for 10 MB anew costs a fifth of reading them."""
    if hasattr(_LIBC, "mallopt"):
        _LIBC.mallopt(_M_MMAP_THRESHOLD, 32 * _MIB)
        _LIBC.mallopt(_M_TRIM_THRESHOLD, 64 * _MIB)


def allow_seconds(seconds: int) -> None:
    """So much more processor time from now on; the kernel ends the process behind that (SIGXCPU)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + seconds + 1, hard))


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Meanwhile not so much as that, if more was allowed."""
    allowed, hard = resource.getrlimit(resource.RLIMIT_CPU)
    allow_seconds(seconds)
    sooner, _ = resource.getrlimit(resource.RLIMIT_CPU)
    if 0 <= allowed < sooner:
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


def is_bloated(memory: int) -> bool:
    """Whether this process holds so much now that the next message should get a fresh one.

    Not ru_maxrss: Linux hands the parent's highest value down through exec, so a large relay would make all of them look large.
    """
    try:
        resident = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return True  # unknown: a fresh one costs half a second
    return resident * resource.getpagesize() > memory // 4


def _limits(memory: int) -> tuple[tuple[str, int, int], ...]:
    return (
        ("address_space", resource.RLIMIT_AS, memory),
        ("files", resource.RLIMIT_NOFILE, _FILES),
        ("writing", resource.RLIMIT_FSIZE, 0),
        ("core", resource.RLIMIT_CORE, 0),
        ("processes", resource.RLIMIT_NPROC, 0),
    )


def _limit(which: int, value: int) -> bool:
    try:
        resource.setrlimit(which, (value, value))
    except (OSError, ValueError):
        return False
    return True


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _filter_calls() -> bool:
    """seccomp(2) in filter mode: the forbidden calls answer EPERM; unknown architectures get no filter."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None:
        return False
    code = _program(known[0], tuple(map(int, known[1].split())), known[2], known[3])
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p).value)
    return bool(_LIBC.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0) == 0)


def _program(architecture: int, forbidden: tuple[int, ...], opens: tuple[tuple[int, int], ...], kill: int) -> bytes:
    """Classic BPF over struct seccomp_data: foreign architecture, forbidden number, a file to be written, another
    process to be ended → EPERM, else allowed.
    """  # noqa: D205
    load, equal, more, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    code: list[tuple[int, str, str, int]] = [
        (load, "", "", 4), (equal, "", "refuse", architecture), (load, "", "", 0), (more, "refuse", "", _X32),
    ]  # fmt: skip
    code += [(equal, "refuse", "", number) for number in forbidden]
    for number, place in opens:
        # What is not this number goes on behind the two lines that look at its flags.
        code += [(equal, "", "+2", number), (load, "", "", _argument(place)), (any_bit, "refuse", "allow", _WRITES)]
    code += [(equal, "", "allow", kill), (load, "", "", _argument(0)), (equal, "allow", "refuse", os.getpid())]
    code += [(give, "", "", 0x7FFF0000), (give, "", "", 0x00050000 | _EPERM)]
    ends = {"allow": len(code) - 2, "refuse": len(code) - 1}

    def steps(where: str, line: int) -> int:
        return ends[where] - line - 1 if where in ends else int(where or 0)

    return b"".join(
        struct.pack("=HBBI", kind, steps(true, line), steps(false, line), value)
        for line, (kind, true, false, value) in enumerate(code)
    )


def _argument(place: int) -> int:
    """Where the lower half of an argument of the call stands (little endian, as both machines are)."""
    return 16 + 8 * place
