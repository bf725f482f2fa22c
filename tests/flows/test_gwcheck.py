"""Seen from outside: gwcheck is the client in front and the next hop behind, and accounts for every message."""

import ast
import json
import re
import shlex
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.helpers.gwcheck import ONLY_TRUSTED, TRUSTED, failed, gwcheck
from tests.helpers.ports import free_port
from tests.helpers.program import Program

pytestmark = pytest.mark.xdist_group("program")

RECIPIENTS = "import json, sys\nfor line in sys.stdin:\n    print(*(r['address'] for r in json.loads(line)['recipients']), sep='\\n')"


def refused(folder: Path) -> set[str]:
    """What was said to messages of the corpus that went nowhere."""
    return {reply for _, _, reply in json.loads((folder / "results.corpus.json").read_text())}


def test_nobody_relays_nothing_is_injected_and_the_corpus_passes_unaltered(tmp_path: Path) -> None:
    chain = trustme.CA().issue_cert("sekisho.tachibana.example").private_key_and_cert_chain_pem
    chain.write_to_path(tmp_path / "tls.pem")
    tls = f'[smtp.tls]\ncertificate = "{tmp_path}/tls.pem"\nkey = "{tmp_path}/tls.pem"\n'
    hop = free_port()
    program = Program(tmp_path / "program", hop, gate="observe", smtp_extra=ONLY_TRUSTED + tls)
    program.start()
    try:
        results = gwcheck(program, hop, tmp_path, "relay,starttls,corpus,corpus-raw")
    finally:
        assert program.stop() == 0
    assert failed(results) == []
    assert sum(name.startswith("REL-") for name in results) == 32
    assert sum(name.startswith("TLS-") for name in results) == 7
    assert results["COR-03"]["verdict"].startswith("0/")  # altered
    # Pictures and the like, which nobody can send without BINARYMIME (RFC 3030).
    assert refused(tmp_path) == {"550 5.6.0 Message holds a bare CR, a bare LF or a NUL"}


def test_a_stranger_who_shares_a_network_with_our_clients_relays_no_better_than_any_other(tmp_path: Path) -> None:
    neighbour = "127.0.0.3"
    shared = f'[[smtp.clients]]\nnetworks = ["{neighbour}/32"]\nshared = true\noriginator_org = "tachibana.example"\n'
    inside = f'inside_networks = ["{TRUSTED}/32"]\n'
    hop = free_port()
    program = Program(tmp_path / "program", hop, gate="observe", smtp_extra=ONLY_TRUSTED + shared, extra=inside)
    program.start()
    try:
        results = gwcheck(program, hop, tmp_path, "relay", "--untrusted", neighbour)
    finally:
        assert program.stop() == 0
    assert failed(results) == []
    assert sum(name.startswith("REL-") for name in results) == 32
    assert "no proof of the tenant" in program.log.read_text()


def median(result: dict[str, Any]) -> int:
    """Of an ordinary message, in ms."""
    found = re.search(r"median (\d+) ms", result["verdict"])
    assert found, result
    return int(found[1])


@pytest.mark.xdist_group("gwcheck")  # a minute of waiting, mostly: beside the others
def test_the_session_keeps_to_the_book_nothing_is_smuggled_and_slow_clients_slow_nobody(tmp_path: Path) -> None:
    hop = free_port()
    program = Program(tmp_path / "program", hop, gate="observe", smtp_extra=ONLY_TRUSTED)
    program.start()
    try:
        results = gwcheck(program, hop, tmp_path, "conform,smuggle,stress", "--pid", str(program.pid))
    finally:
        assert program.stop() == 0
    assert failed(results) == []
    count = Counter((found["group"], found["status"]) for found in results.values())
    assert (count["conform", "pass"], count["smuggle", "pass"], count["stress", "pass"]) == (87, 43, 15)
    usual = median(results["STR-01"])
    slowed = {name: median(results[name]) for name in ("STR-02", "STR-03", "STR-04")}
    assert max(slowed.values()) <= 2 * usual, (usual, slowed)


def test_every_message_of_the_corpus_is_delivered_or_held_once(tmp_path: Path) -> None:
    hop = free_port()
    program = Program(tmp_path / "program", hop, gate="normal", smtp_extra=ONLY_TRUSTED)
    program.start()
    queue = shlex.join([sys.executable, "-m", "service", "queue", "--json", "--config", str(program.config)])
    held = f"cd {shlex.quote(str(Path.cwd()))} && {queue} | {shlex.join([sys.executable, '-c', RECIPIENTS])}"
    try:
        results = gwcheck(program, hop, tmp_path, "corpus", "--held-cmd", held)
    finally:
        assert program.stop() == 0
    assert failed(results) == []
    assert set(ast.literal_eval(results["COR-01"]["detail"])) == {"prepended", "held", "refused 550"}
    assert refused(tmp_path) == {"550 5.6.0 Message holds a bare CR, a bare LF or a NUL"}
