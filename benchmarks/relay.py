"""The relay path beside its peers, in one interleaved run: stock aiosmtpd, Postfix's own proxy, Haraka, and ours.

    python benchmarks/relay.py [--reps 3] [--aim 2] [--only pass,memory,holds,integrity] [--haraka FOLDER]

Drives the harness of ../shared/bench on loopback and prints ratios of medians, which hold where absolute figures do not; a peer
that is not installed is left out by name. `holds` is our own: how many messages a second 64 clients have held, against the rate
at which the same disk commits one by one. Needs Debian's postfix (smtp-source, and the peer), cc, and npm's Haraka.
"""

import argparse
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

HARNESS = (Path(__file__).parents[1] / "../shared/bench").resolve()
CASES = ("2K s20 keep", "2K s20 conn", "100K s20 keep", "10M s4 keep")
PEERS = {"stock-proxy": "stock Proxy", "postfix-proxy": "Postfix proxy", "haraka-2w": "Haraka, 2 workers"}
# What the project promises, by case and peer.
WANTED = {
    "2K s20 keep": {"stock-proxy": 5, "postfix-proxy": 1.5, "haraka-2w": 10},
    "2K s20 conn": {"stock-proxy": 3.5, "postfix-proxy": 1.1, "haraka-2w": 6},
    "100K s20 keep": {"stock-proxy": 10, "postfix-proxy": 1.3, "haraka-2w": 6},
    "10M s4 keep": {"stock-proxy": 10, "postfix-proxy": 1.3, "haraka-2w": 6},
}


class Bench:
    """A writable copy of the harness with what it needs beside it."""

    def __init__(self, folder: Path, haraka: Path | None) -> None:
        self.folder = folder / "bench"
        shutil.copytree(HARNESS, self.folder)
        for path in self.folder.rglob("*"):
            path.chmod(0o755)
        subprocess.run(["cc", "-O2", "-o", str(self.folder / "fastsink"), str(self.folder / "fastsink.c")], check=True)
        venv = Path(sys.executable).parents[1]
        (folder / "venv").symlink_to(venv)
        self.environment = os.environ | {"SEKISHO": str(venv / "bin/sekisho")}
        if haraka:
            self.environment["HARAKA"] = str(haraka)

    def run(self, program: str, *arguments: str) -> str:
        """One program of the harness; what it prints."""
        line = [sys.executable, str(self.folder / program), *arguments]
        done = subprocess.run(line, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{program}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout


def passing(bench: Bench, peers: list[str], reps: int, aim: float) -> None:
    """Messages a second, and the ratios."""
    out = bench.folder / "results.jsonl"
    relays = ["direct", *peers, "sekisho", "sekisho-structure"]
    cases = [word for case in CASES for word in ("--case", case)]
    options = ["--sink", "fast", "--matrix", "full", "--reps", str(reps), "--aim", str(aim), "--out", str(out)]
    bench.run("bench.py", *options, *cases, "--relays", ",".join(relays))
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    median: dict[tuple[str, str, str], float] = {}
    values: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in rows:
        for field in ("msgs_s", "cpu_ms_msg", "lat_p99_ms"):
            if row.get(field) is not None:
                values[row["relay"], row["case"], field].append(row[field])
        if row.get("error"):
            print(f"{row['relay']}, {row['case']}: {row['error']}")
    median = {key: statistics.median(found) for key, found in values.items()}
    print("\n| messages/s · CPU ms a message · p99 ms of a 2 KB neighbour |", *CASES, sep=" | ", end=" |\n")
    print("|---" * (len(CASES) + 1) + "|")
    for relay in relays:
        cells = [
            " · ".join(
                f"{median[relay, case, field]:,.{digits}f}" if (relay, case, field) in median else "–"
                for field, digits in (("msgs_s", 0), ("cpu_ms_msg", 2), ("lat_p99_ms", 0))
            )
            for case in CASES
        ]
        print(f"| {relay} | " + " | ".join(cells) + " |")
    for ours in ("sekisho", "sekisho-structure"):
        print(f"\n| {ours} against | " + " | ".join(CASES) + " |")
        print("|---" * (len(CASES) + 1) + "|")
        for peer in peers:
            print(f"| × {PEERS[peer]} | " + " | ".join(_ratio(median, ours, peer, case) for case in CASES) + " |")


def _ratio(median: dict[tuple[str, str, str], float], ours: str, peer: str, case: str) -> str:
    a, b = median.get((ours, case, "msgs_s")), median.get((peer, case, "msgs_s"))
    if not a or not b:
        return "–"
    counts = (ours == "sekisho") == case.startswith("2K")
    wanted = f" (wanted {WANTED[case][peer]})" if counts else ""
    return f"{a / b:.2f}{wanted}"


def memory(bench: Bench) -> None:
    """Resident memory of an upload of 10 MB that stalls before its final dot."""
    for relay in ("stock-proxy", "sekisho"):
        print(bench.run("memslow.py", relay, "20", "10").strip())


def integrity(bench: Bench) -> None:
    """Octets in = octets out."""
    print(bench.run("integrity.py", "sekisho").strip())


def holds(folder: Path, bench: Bench, seconds: float) -> None:
    """Messages that 64 clients have held a second, their questions sent, against one commit a transaction on the same disk."""
    alone = _one_by_one(folder, seconds)
    with _asking_relay(folder, bench) as port:
        _send(port, 1, 20)
        waits = [_send(port, 1, 20) / 20 for _ in range(5)]
        _send(port, 64, 640)
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 3 * seconds:
            _send(port, 64, 1280)
            count += 1280
        together = count / (time.perf_counter() - began)
    print(
        f"holds of 2 KB: {together:,.0f}/s from 64 sessions, {together / alone:.1f} × the {alone:,.0f} commits/s one by one"
        f" (a flush takes {1000 / alone:.1f} ms; wanted 12 ×, or 3,000/s below 1 ms)"
    )
    print(
        f"one session: {1000 * statistics.median(waits):.1f} ms a hold, {statistics.median(waits) * alone:.1f} flushes (wanted 1.3)"
    )


def _one_by_one(folder: Path, seconds: float) -> float:
    """Rows of 2 KB a second, each in a transaction of its own that is flushed."""
    connection = sqlite3.connect(folder / "one.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE h (id INTEGER PRIMARY KEY, body BLOB)")
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        connection.execute("INSERT INTO h (body) VALUES (?)", (bytes(2048),))
        count += 1
    connection.close()
    return count / (time.perf_counter() - began)


@contextmanager
def _asking_relay(folder: Path, bench: Bench) -> Iterator[int]:
    """Our relay, which holds every message to gmial.com; a sink takes the questions."""
    from tests.helpers.ports import free_port  # noqa: PLC0415 - beside this folder, see main
    from tests.helpers.program import Program  # noqa: PLC0415 - as above

    port = free_port()
    sink = subprocess.Popen([str(bench.folder / "fastsink"), str(port)], stdout=subprocess.DEVNULL)
    program = Program(folder / "holding", port, workers="0")
    program.command("migrate")
    program.start()
    try:
        yield program.smtp
    finally:
        program.stop()
        sink.kill()
        sink.wait()


def _send(port: int, sessions: int, count: int) -> float:
    """Send so many with smtp-source; the seconds it took."""
    line = ["smtp-source", "-4", "-d", "-s", str(sessions), "-m", str(count), "-l", "2048"]
    began = time.perf_counter()
    subprocess.run([*line, "-f", "ono@tachibana.example", "-t", "ken@gmial.com", f"127.0.0.1:{port}"], check=True)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reps", type=int, default=3, help="interleaved repetitions")
    parser.add_argument("--aim", type=float, default=2.0, help="seconds a measurement")
    parser.add_argument("--only", default="pass,memory,holds,integrity")
    parser.add_argument("--haraka", type=Path, default=Path(".bench/node_modules/Haraka"))
    given = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parents[1]))
    if not HARNESS.is_dir() or not shutil.which("smtp-source") or not shutil.which("cc"):
        raise SystemExit("needs ../shared/bench, smtp-source (Debian: postfix) and cc")
    haraka = given.haraka.resolve() if given.haraka.is_dir() else None
    peers = [p for p in PEERS if (p != "haraka-2w" or haraka) and (p != "postfix-proxy" or shutil.which("postfix"))]
    for missing in PEERS.keys() - set(peers):
        print(f"left out: {PEERS[missing]} (not installed)")
    print(
        f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}"
    )
    wanted = set(given.only.split(","))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # Postfix's own user must get in
        bench = Bench(folder, haraka)
        if "pass" in wanted:
            passing(bench, peers, given.reps, given.aim)
        if "memory" in wanted:
            memory(bench)
        if "holds" in wanted:
            holds(folder, bench, given.aim)
        if "integrity" in wanted:
            integrity(bench)


if __name__ == "__main__":
    main()
