"""Seen from outside: gwcheck is the client in front and the next hop behind, and accounts for every message."""

import ast
import json
import shlex
import sys
from pathlib import Path

import pytest
import trustme

from tests.helpers.gwcheck import ONLY_TRUSTED, failed, gwcheck
from tests.helpers.ports import free_port
from tests.helpers.program import Program

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("program")]

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
        results = gwcheck(program, hop, tmp_path, "relay,starttls,corpus")
    finally:
        assert program.stop() == 0
    assert failed(results) == []
    assert sum(name.startswith("REL-") for name in results) == 32
    assert sum(name.startswith("TLS-") for name in results) == 7
    assert results["COR-03"]["verdict"].startswith("0/")  # altered
    # Pictures and the like, which nobody can send without BINARYMIME (RFC 3030).
    assert refused(tmp_path) == {"550 5.6.0 Message holds a bare CR, a bare LF or a NUL"}


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
